"""Scores of parts with values: the total and the items of a scale, from a filled questionnaire or a measurement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipelines.sources.dated.records import TOTAL, Fault
from pipelines.sources.fhir.codes import CodeReader, Part
from pipelines.sources.fhir.questionnaires import Form
from pipelines.sources.fhir.values import Value

_NO_FORM = Form()


@dataclass
class PartScores:
    """What the parts of one scale say."""

    total: str | None = None
    items: dict[int, str] = field(default_factory=dict)
    fault: Fault | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return self.total is None and not self.items and self.fault is None


class Scorer:
    """Turns values into scores, by the lists of answers that are known."""

    def __init__(self, codes: CodeReader) -> None:
        self._answers = codes.answers

    def scores(self, parts: Iterable[tuple[Part, Value]], form: Form = _NO_FORM) -> dict[str, PartScores]:
        """The scores of each scale that parts with values belong to; a part that is told twice must be told alike."""
        found: dict[str, PartScores] = {}
        for (scale, part), value in parts:
            scores = found.setdefault(scale, PartScores())
            column = TOTAL if part == TOTAL else f"item_{part}"
            number = value.number if value.code is None else self._answer(scale, value, form)
            if number is None:
                scores.fault = scores.fault or _why_no_number(value, column)
                continue
            before = scores.total if part == TOTAL else scores.items.get(part)  # type: ignore[arg-type]  # a number here
            if before is not None and before != number:
                scores.fault = scores.fault or Fault("conflicting_duplicate", column, "two answers")
            elif part == TOTAL:
                scores.total = number
            else:
                assert isinstance(part, int)
                scores.items[part] = number
        return found

    def _answer(self, scale: str, value: Value, form: Form) -> str | None:
        """The score of a coded answer: as stated for the questionnaire, by LOINC, by its own weight, by a list's."""
        assert value.code is not None
        stated: Mapping[str, str] = form.stated.get(scale, {})
        if value.code in stated:
            return stated[value.code]
        if value.system is not None and (known := self._answers.get((scale, value.system, value.code))) is not None:
            return known
        return value.weight or form.answers.get((value.system, value.code)) or form.answers.get((None, value.code))


def _why_no_number(value: Value, column: str) -> Fault:
    if value.code is not None:
        return Fault("unknown_answer", column, "an answer whose score is not known")
    if value.is_bound:
        return Fault("inexact_value", column, "less or more than a number")
    return Fault("not_a_number", column, "a value that is no number")
