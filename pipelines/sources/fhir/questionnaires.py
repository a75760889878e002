"""Which part of a scale each item of a questionnaire is, and what its coded answers stand for.

A questionnaire stands for a scale only where codes or a definition say so: a code of the scale's panel or total, all of
the scale's items by code, or its address in clinical_codes.toml. Titles and texts are never read, and some of a scale's
items are not the scale: the PHQ-2 asks two items of the PHQ-9.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.definitions import Definitions, Scale
from pipelines.definitions.clinical_codes import CodedQuestionnaire
from pipelines.sources.fhir.codes import PANEL, TOTAL, CodeReader, Part, codings
from pipelines.sources.fhir.shapes import objects, text_of
from pipelines.sources.spreadsheet import number_text

_WEIGHTS = re.compile(r".*/(?:questionnaire-)?(?:ordinalValue|itemWeight)|.*/iso21090-CO-value")
_PROPERTY = re.compile(r".*(?:expansion|ValueSet\.expansion)\.contains\.property")
_LOINC_AT_END = re.compile(r"(?:.*[/#])?(\d{1,7}-\d)")

Weights = Mapping[tuple[str | None, str], str]
"""What coded answers stand for, by system and code."""


@dataclass
class Form:
    """What is known of a questionnaire.

    Attributes:
        parts: by linkId, the part of a scale that the item is.
        answers: what coded answers stand for, by system and code or by the code alone.
        stated: by scale, answers as clinical_codes.toml states them, which go before all others.
    """

    parts: dict[str, Part] = field(default_factory=dict)
    answers: dict[tuple[str | None, str], str] = field(default_factory=dict)
    stated: dict[str, Mapping[str, str]] = field(default_factory=dict)


class Questionnaires:
    """The questionnaires of the definitions and of the export."""

    def __init__(self, definitions: Definitions, codes: CodeReader) -> None:
        self._scales, self._codes = definitions.scales, codes
        self._stated = {
            url: _stated_form(entry)
            for entry in definitions.clinical_codes.questionnaires.values()
            for url in entry.urls
        }
        self._found: dict[str, Form] = {}
        self._value_sets: dict[str, dict[tuple[str | None, str], str]] = {}

    def add(self, questionnaire: Mapping[str, Any]) -> None:
        """Takes in a Questionnaire of the export."""
        form = self.read(questionnaire)
        url, version, name = (questionnaire.get(key) for key in ("url", "version", "id"))
        if isinstance(url, str):
            self._found[url] = self._found[f"{url}|{version}"] = form
        if isinstance(name, str):
            self._found[f"Questionnaire/{name}"] = form

    def add_value_set(self, value_set: Mapping[str, Any]) -> None:
        """Takes in a ValueSet of the export, for the weights of its codes."""
        url = value_set.get("url")
        if isinstance(url, str) and (weights := dict(_value_set_weights(value_set))):
            self._value_sets[url] = weights

    def known(self, address: str | None) -> Form | None:
        """The form at an address (a canonical URL, perhaps with a version, or a reference); None if none is known.

        An address is compared whole: another server's Questionnaire may have the same id.
        """
        if address is None:
            return None
        url = address.partition("|")[0]
        return self._stated.get(url) or self._found.get(address) or self._found.get(url)

    def read(self, questionnaire: Mapping[str, Any]) -> Form:
        """What a Questionnaire says of its items; one that is derived from a known one is like it."""
        derived = questionnaire.get("derivedFrom")
        for url in derived if isinstance(derived, list) else []:
            if isinstance(url, str) and (form := self._stated.get(url.partition("|")[0])) is not None:
                return form
        form, panels = Form(), {part for part in self._codes.parts(questionnaire.get("code")) if part[1] == PANEL}
        inside = _contained_value_sets(questionnaire)
        by_scale: dict[str, set[str | int]] = {}
        for item in _items(questionnaire):
            link, part = item.get("linkId"), self.part_of(item)
            for panel in self._codes.parts(item.get("code")):
                if panel[1] == PANEL:
                    panels.add(panel)
            if isinstance(link, str) and part is not None and part[1] != PANEL and item.get("type") != "group":
                form.parts[link] = part
                by_scale.setdefault(part[0], set()).add(part[1])
            form.answers.update(_option_weights(item))
            value_set = item.get("answerValueSet") or _text(item.get("options"), "reference")
            if isinstance(value_set, str):
                form.answers.update(inside.get(value_set) or self._value_sets.get(value_set.partition("|")[0]) or {})
        known = {scale for scale, _ in panels} | {
            scale for scale, parts in by_scale.items() if self._stands_for(scale, parts)
        }
        form.parts = {link: part for link, part in form.parts.items() if part[0] in known}
        return form

    def from_answers(self, items: Iterable[Mapping[str, Any]]) -> Form:
        """What the items of a filled questionnaire say of themselves, where its Questionnaire is not known."""
        form, by_scale = Form(), dict[str, set[str | int]]()
        panels: set[str] = set()
        for item in items:
            link, part = item.get("linkId"), self.part_of(item)
            if part is None or not isinstance(link, str):
                continue
            if part[1] == PANEL:
                panels.add(part[0])
                continue
            form.parts[link] = part
            by_scale.setdefault(part[0], set()).add(part[1])
        known = panels | {scale for scale, parts in by_scale.items() if self._stands_for(scale, parts)}
        form.parts = {link: part for link, part in form.parts.items() if part[0] in known}
        return form

    def part_of(self, item: Mapping[str, Any]) -> Part | None:
        """The part of a scale that an item is: by its codes, its definition, or a LOINC code as its linkId."""
        if (code := item.get("code")) is not None:
            found = self._codes.parts(code)
            return found[0] if len(found) == 1 else None
        for name in ("definition", "linkId"):
            text = item.get(name)
            written = _LOINC_AT_END.fullmatch(text) if isinstance(text, str) else None
            if written and (part := self._codes.part_of_loinc(written[1])) is not None:
                return part
        return None

    def _stands_for(self, scale_id: str, parts: set[str | int]) -> bool:
        """Whether items make a questionnaire the scale's: its total is one of them, or all of its items are."""
        scale: Scale = self._scales[scale_id]
        return TOTAL in parts or (scale.items is not None and len(parts) == scale.items.count)


def weight_in(coding: Mapping[str, Any]) -> str | None:
    """The weight that an extension of a Coding, an answer or an option states."""
    for extension in objects(coding.get("extension")):
        if _WEIGHTS.fullmatch(str(extension.get("url"))):
            value = extension.get("valueDecimal", extension.get("valueInteger"))
            if (text := number_of(value)) is not None:
                return text
    return None


def number_of(value: object) -> str | None:
    """A number as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    return number_text(value) if isinstance(value, float) else None


def _stated_form(entry: CodedQuestionnaire) -> Form:
    parts: dict[str, Part] = {link: (entry.scale, number) for number, link in enumerate(entry.items, start=1)}
    if entry.total is not None:
        parts[entry.total] = (entry.scale, TOTAL)
    return Form(parts, {}, {entry.scale: {code: f"{score.normalize():f}" for code, score in entry.answers.items()}})


def _items(questionnaire: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All items of a Questionnaire, those in groups too."""
    for item in objects(questionnaire.get("item")):
        yield item
        yield from _items(item)


def _option_weights(item: Mapping[str, Any]) -> Iterator[tuple[tuple[str | None, str], str]]:
    """Weights of the options of an item; STU3 calls them `option`."""
    for option in objects(item.get("answerOption", item.get("option"))):
        coding = option.get("valueCoding")
        if isinstance(coding, dict) and isinstance(coding.get("code"), str):
            weight = weight_in(coding) or weight_in(option)
            if weight is not None:
                yield (text_of(coding.get("system")), coding["code"]), weight


def _contained_value_sets(questionnaire: Mapping[str, Any]) -> dict[str, dict[tuple[str | None, str], str]]:
    return {
        f"#{inside.get('id')}": dict(_value_set_weights(inside))
        for inside in objects(questionnaire.get("contained"))
        if inside.get("resourceType") == "ValueSet"
    }


def _value_set_weights(value_set: Mapping[str, Any]) -> Iterator[tuple[tuple[str | None, str], str]]:
    compose, expansion = value_set.get("compose"), value_set.get("expansion")
    for include in objects(compose.get("include")) if isinstance(compose, dict) else []:
        for concept in codings(include.get("concept")):
            if (weight := weight_in(concept)) is not None and isinstance(concept.get("code"), str):
                yield (text_of(include.get("system")), concept["code"]), weight
    for concept in codings(expansion.get("contains")) if isinstance(expansion, dict) else []:
        weight = weight_in(concept) or _property_weight(concept)
        if weight is not None and isinstance(concept.get("code"), str):
            yield (text_of(concept.get("system")), concept["code"]), weight


def _property_weight(concept: Mapping[str, Any]) -> str | None:
    """A weight that an expansion states as a property, as R5 does, and R4 by an extension of that name."""
    for extension in objects(concept.get("extension")):
        if not _PROPERTY.fullmatch(str(extension.get("url"))):
            continue
        parts = {str(part.get("url")): part for part in objects(extension.get("extension"))}
        if parts.get("code", {}).get("valueCode") in ("itemWeight", "ordinalValue"):
            value = parts.get("value[x]", parts.get("value", {}))
            return number_of(value.get("valueDecimal", value.get("valueInteger")))
    return None


def _text(value: object, name: str) -> str | None:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None
