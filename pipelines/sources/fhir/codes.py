"""What codings mean: an infusion, a condition, a route, a part of a scale; each code looked up once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pipelines.definitions import Definitions
from pipelines.definitions.clinical_codes import CodeTable

TOTAL, PANEL = "total", "panel"
Part = tuple[str, str | int]
"""A scale, and its total, its panel (the questionnaire as a whole) or one of its items by number."""
Meaning = TypeVar("Meaning")


class CodeReader:
    """Reads codings by the clinical codes and the LOINC codes of scales.

    Attributes:
        loinc: how LOINC is named.
    """

    def __init__(self, definitions: Definitions) -> None:
        codes = definitions.clinical_codes
        self._infusions, self._conditions = _Lookup(codes.infusion_codes()), _Lookup(codes.condition_codes())
        self._routes = _Lookup(codes.route_codes())
        names = "|".join(map(re.escape, codes.omop.infusion_names))
        self._infusion_word = re.compile(rf"\b(?:{names})\b", re.IGNORECASE) if names else None
        self.loinc = frozenset(codes.code_systems["loinc"].uris) if "loinc" in codes.code_systems else frozenset()
        self._parts: dict[tuple[str, str], Part] = dict(_loinc_parts(definitions, self.loinc))
        self._parts |= dict(codes.score_codes())
        self.answers = dict(_loinc_answers(definitions, self.loinc))

    def is_infusion(self, concept: object) -> bool:
        """Whether a CodeableConcept names a drug or procedure that is an infusion."""
        return any(self._infusions.of(coding) is not None for coding in codings(concept))

    def says_infusion(self, *concepts: object) -> bool:
        """Whether words beside codes name what is infused; they are looked at for this alone, and never matched."""
        words = [concept.get(name) for concept in concepts if isinstance(concept, dict) for name in ("text", "display")]
        words += [coding.get("display") for concept in concepts for coding in codings(concept)]
        pattern = self._infusion_word
        return pattern is not None and any(pattern.search(text) for text in words if isinstance(text, str))

    def conditions(self, concept: object) -> tuple[str, ...]:
        """The conditions that a CodeableConcept means."""
        return _each(concept, self._conditions.of)

    def route(self, concept: object) -> str | None:
        """The route that a CodeableConcept means; None where it means none, or several."""
        found = _each(concept, self._routes.of)
        return found[0] if len(found) == 1 else None

    def parts(self, concept: object) -> tuple[Part, ...]:
        """The parts of scales that a CodeableConcept, or a list of Codings, means."""
        return _each(concept, self.part)

    def part(self, coding: Mapping[str, Any]) -> Part | None:
        """The part of a scale that a Coding means."""
        system, code = coding.get("system"), coding.get("code")
        return self._parts.get((system, code)) if isinstance(system, str) and isinstance(code, str) else None

    def part_of_loinc(self, code: str) -> Part | None:
        """The part of a scale that a LOINC code means."""
        return next((self._parts[uri, code] for uri in self.loinc if (uri, code) in self._parts), None)


def codings(concept: object) -> Iterator[dict[str, Any]]:
    """The Codings of a CodeableConcept, of a list of Codings, or a Coding by itself."""
    if isinstance(concept, dict):
        inner = concept.get("coding")
        concept = inner if isinstance(inner, list) else [concept] if "code" in concept else []
    if isinstance(concept, list):
        for coding in concept:
            if isinstance(coding, dict):
                yield coding


class _Lookup:
    """A code table that remembers what it was asked."""

    def __init__(self, table: CodeTable[str]) -> None:
        self._table = table
        self._known: dict[tuple[str, str], str | None] = {}

    def of(self, coding: Mapping[str, Any]) -> str | None:
        system, code = coding.get("system"), coding.get("code")
        if not isinstance(system, str) or not isinstance(code, str):
            return None
        key = system, code
        if key not in self._known:
            self._known[key] = self._table.get(key)
        return self._known[key]


def _each(concept: object, meaning: Callable[[Mapping[str, Any]], Meaning | None]) -> tuple[Meaning, ...]:
    found = (meaning(coding) for coding in codings(concept))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _loinc_parts(definitions: Definitions, uris: frozenset[str]) -> Iterator[tuple[tuple[str, str], Part]]:
    for scale in definitions.scales.values():
        if scale.loinc is None:
            continue
        stated: list[tuple[str, str | int]] = [(code, TOTAL) for code in scale.loinc.total]
        stated += [(code, number) for number, code in enumerate(scale.loinc.items, start=1)]
        if scale.loinc.panel is not None:
            stated.append((scale.loinc.panel, PANEL))
        for code, part in stated:
            for uri in uris:
                yield (uri, code), (scale.id, part)


def _loinc_answers(definitions: Definitions, uris: frozenset[str]) -> Iterator[tuple[tuple[str, str, str], str]]:
    """For each scale, LOINC URI and answer code the score of the answer: the codes stand in the order of scores."""
    for scale in definitions.scales.values():
        if scale.loinc is not None and scale.items is not None:
            for score, code in enumerate(scale.loinc.answers, start=scale.items.minimum):
                for uri in uris:
                    yield (scale.id, uri, code), str(score)
