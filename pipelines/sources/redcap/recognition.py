"""Which forms hold a scale, as the names of their fields or LOINC codes in their annotations tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from pipelines.definitions import Scale
from pipelines.sources.redcap.dictionary import Dictionary, Field
from pipelines.sources.redcap.words import redcap_words
from pipelines.sources.suggestion.words import plain_words, split_digits

_LOINC = re.compile(r"(?<![\d-])\d{1,7}-\d(?![\d-])")
_MOST_WORDS = 3
_BEFORE = r"(?P<before>(?:[a-z0-9]+_)*?)"
_BEHIND = r"(?P<behind>(?:_[a-z][a-z0-9]*)*)"


@dataclass(frozen=True)
class RecognizedScore:
    """A scale in a form.

    Attributes:
        items: the fields of its items in order; empty where only the total is there.
        total: the field of its total, if it has one.
        before, behind: what stands around the names of its fields (`v2_phq9_1`, `phq9_1_v2`).
    """

    scale: str
    form: str
    items: tuple[str, ...] = ()
    total: str | None = None
    before: str = ""
    behind: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """All of its fields."""
        return (*self.items, *([self.total] if self.total else []))

    @property
    def words(self) -> str:
        """Its fields, in words."""
        items = f"{self.items[0]} to {self.items[-1]}" if len(self.items) > 1 else "".join(self.items)
        return " and ".join(part for part in (items, self.total) if part)


@dataclass(frozen=True)
class HalfRecognized:
    """Fields of a form that look like a scale and are not its items."""

    scale: str
    form: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class SharedName:
    """A field that is named as a total by a name that several scales bear."""

    field: str
    form: str
    scales: tuple[str, ...]


@dataclass(frozen=True)
class _Name:
    """One spelling of a scale in names of fields.

    Attributes:
        is_cut: whether the number that ends the scale's name is left out (`phq_1`): then nothing but exactly its
            items is taken for it, since other questionnaires begin with the same letters.
    """

    text: str
    is_cut: bool


class Recognizer:
    """Finds scales in the forms of a dictionary.

    Args:
        scales: those of the registry.
    """

    def __init__(self, dictionary: Dictionary, scales: Mapping[str, Scale]) -> None:
        self._dictionary, self._scales = dictionary, scales
        self.half: list[HalfRecognized] = []

    def scores(self) -> Iterator[RecognizedScore]:
        """Every scale in every form; what is half recognized is then in `half`."""
        for form, fields in self._dictionary.forms.items():
            for scale in self._scales.values():
                yield from self._in_form(form, [field for field in fields if _may_be_scored(field)], scale)

    def shared(self) -> Iterator[SharedName]:
        """Numeric fields that are named by what several scales are called, so that none can be told."""
        for form, fields in self._dictionary.forms.items():
            for field in fields:
                scales = self._shared_names.get(field.name.casefold(), ())
                if (
                    scales
                    and _may_be_scored(field)
                    and any(_may_be_total(field, self._scales[scale], is_bare=True) for scale in scales)
                ):
                    yield SharedName(field.name, form, tuple(sorted(scales)))

    @cached_property
    def _shared_names(self) -> Mapping[str, Sequence[str]]:
        """The scales of each name of a total that more than one of them has."""
        bearers: dict[str, set[str]] = {}
        for scale in self._scales.values():
            for name in _spellings(scale):
                for pattern in redcap_words()["scores"]["totals"]:
                    bearers.setdefault(pattern.replace("{scale}", name.text), set()).add(scale.id)
        return {name: sorted(scales) for name, scales in bearers.items() if len(scales) > 1}

    @cached_property
    def _names(self) -> Mapping[str, Sequence[_Name]]:
        """The spellings of each scale, without those that two of them share; the longest first."""
        found: dict[str, set[_Name]] = {}
        bearers: dict[str, set[str]] = {}
        for scale in self._scales.values():
            for name in _spellings(scale):
                found.setdefault(scale.id, set()).add(name)
                bearers.setdefault(name.text, set()).add(scale.id)
        return {
            scale: sorted(
                (name for name in names if len(bearers[name.text]) == 1), key=lambda name: (-len(name.text), name.text)
            )
            for scale, names in found.items()
        }

    def _in_form(self, form: str, fields: Sequence[Field], scale: Scale) -> Iterator[RecognizedScore]:
        coded = self._by_code(form, fields, scale)
        if coded is not None:
            yield coded
            return
        groups = list(self._item_groups(form, fields, scale)) if scale.items is not None else []
        if not groups:
            total = self._total(fields, scale)
            if total is not None:
                yield RecognizedScore(scale.id, form, (), total)
        for before, behind, items in groups:
            rest = [field for field in fields if field.name not in items]
            total = self._total(rest, scale, (before, behind))
            yield RecognizedScore(scale.id, form, items, total, before, behind)

    def _by_code(self, form: str, fields: Sequence[Field], scale: Scale) -> RecognizedScore | None:
        """A scale whose items or total bear their LOINC codes, each on one field."""
        if scale.loinc is None:
            return None
        bearing: dict[str, list[str]] = {}
        for field in fields:
            for code in _LOINC.findall(field.annotation):
                bearing.setdefault(code, []).append(field.name)
        items = [bearing.get(code, []) for code in scale.loinc.items]
        totals = [name for code in scale.loinc.total for name in bearing.get(code, [])]
        has_items = bool(items) and all(len(names) == 1 for names in items)
        total = totals[0] if len(totals) == 1 else None
        if not has_items and total is None:
            return None
        return RecognizedScore(scale.id, form, tuple(names[0] for names in items) if has_items else (), total)

    def _item_groups(
        self, form: str, fields: Sequence[Field], scale: Scale
    ) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Fields that are named by the scale and the numbers of all its items, once for each way to name them."""
        assert scale.items is not None
        count = scale.items.count
        if count < 2:
            return
        taken: set[str] = set()
        for name, pattern in product(self._names.get(scale.id, ()), redcap_words()["scores"]["items"]):
            named = [field for field in fields if name.text in field.name.casefold() and field.name not in taken]
            if len(named) < 2:
                continue
            text = re.escape(name.text)
            form_of_name = re.compile(
                _BEFORE + pattern.replace("{scale}", text).replace("{n}", r"0?(?P<n>[1-9]\d?)") + _BEHIND
            )
            groups: dict[tuple[str, str], dict[int, list[str]]] = {}
            for field in named:
                found = form_of_name.fullmatch(field.name.casefold())
                if found is not None:
                    around = (found["before"], found["behind"])
                    groups.setdefault(around, {}).setdefault(int(found["n"]), []).append(field.name)
            for (before, behind), numbered in groups.items():
                wanted = set(range(1, count + 1))
                allowed = (wanted,) if name.is_cut else (wanted, wanted | {count + 1})
                if set(numbered) in allowed and all(len(names) == 1 for names in numbered.values()):
                    taken |= {names[0] for names in numbered.values()}
                    yield before, behind, tuple(numbered[number][0] for number in range(1, count + 1))
                elif not name.is_cut and 2 * len(wanted & set(numbered)) > count:
                    names = [field for number in sorted(numbered) for field in numbered[number]]
                    taken |= set(names)
                    self.half.append(HalfRecognized(scale.id, form, tuple(names)))

    def _total(self, fields: Sequence[Field], scale: Scale, around: tuple[str, str] | None = None) -> str | None:
        """The one field that is named as the scale's total.

        Args:
            around: what stands around the names of the items beside it; None where there are none. A total alone is
                known by the scale's whole name: `phq_total` could be another questionnaire's, `phq9_total_change` is
                none.
        """
        before, behind = around or ("", "")
        names = {
            f"{before}{pattern.replace('{scale}', name.text)}{behind}": pattern == "{scale}"
            for name in self._names.get(scale.id, ())
            if around is not None or not name.is_cut
            for pattern in redcap_words()["scores"]["totals"]
        }
        found = [
            field.name
            for field in fields
            if field.name.casefold() in names
            and _may_be_total(field, scale, is_bare=names[field.name.casefold()])
            and not (names[field.name.casefold()] and _is_numbered(field, fields))
        ]
        return found[0] if len(found) == 1 else None


def _is_numbered(field: Field, fields: Sequence[Field]) -> bool:
    """Whether a name of a scale alone may be that of an item: `phq_9` always, `phq9` beside `phq8`."""
    start = field.name.rstrip("0123456789")
    return start != field.name and (
        start.endswith("_")
        or any(
            other is not field and other.name.rstrip("0123456789") == start and other.name != start for other in fields
        )
    )


def _spellings(scale: Scale) -> Iterator[_Name]:
    """How fields may spell a scale: `PHQ-9` as phq9, phq_9 and, without its number, phq."""
    for known in (scale.id, *scale.also_called):
        words = split_digits(plain_words(known)).split()
        if len(words) > _MOST_WORDS:
            continue
        yield from (_Name(text, is_cut=False) for text in _written(words))
        if len(words) > 1 and words[-1].isdigit() and known == scale.id:
            yield from (_Name(text, is_cut=True) for text in _written(words[:-1]))


def _written(words: Sequence[str]) -> Iterator[str]:
    """The words as one name, each with the one before it or after an underscore."""
    for marks in product(("", "_"), repeat=len(words) - 1):
        yield words[0] + "".join(mark + word for mark, word in zip(marks, words[1:], strict=True))


def _may_be_scored(field: Field) -> bool:
    """Whether a field can hold an answer or a total: what is never read cannot, nor a date or several choices."""
    return field.why_never_read is None and not field.is_date and not field.is_checkbox


def _may_be_total(field: Field, scale: Scale, *, is_bare: bool) -> bool:
    """Whether a field can hold a total; one that is named by the scale alone must be a number by its kind."""
    if field.choices:
        codes = [int(code) for code in field.choices if re.fullmatch(r"-?\d+", code)]
        return {int(scale.total.minimum), int(scale.total.maximum)} <= set(codes)
    is_number = field.kind in ("calc", "slider") or field.validation.startswith(("number", "integer"))
    return is_number or (field.kind == "text" and not field.validation and not is_bare)
