"""One fact in several resources: an infusion as procedure and medication, a score as response and measurements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from pipelines.privacy.relative_time import Moment, elapsed
from pipelines.sources.dated.records import TOTAL, Fault
from pipelines.sources.dated.times import ReadTime
from pipelines.sources.fhir.found import FoundInfusion, FoundScore

Thing = TypeVar("Thing", FoundInfusion, FoundScore)
Merged = tuple[Thing, list[Thing]]
"""A thing, and the others that became one with it."""


def merged_infusions(
    infusions: Sequence[FoundInfusion], when: Callable[[FoundInfusion], ReadTime], minutes: int
) -> Iterator[Merged[FoundInfusion]]:
    """Infusions, each once: a MedicationAdministration and the Procedure that gave it are one.

    One says that it is part of the other, or they began within so many minutes, or on one day where no more is known.
    The medication's time and cells count, and the procedure fills in what it does not tell.
    """
    procedures = [found for found in infusions if found.kind == "Procedure"]
    taken: set[int] = set()
    for found in infusions:
        if found.kind != "Procedure":
            others = [other for other in procedures if id(other) not in taken and _is_one(found, other, when, minutes)][
                :1
            ]
            for other in others:
                _fill(found, other)
                taken.add(id(other))
            yield found, others
    yield from ((found, []) for found in procedures if id(found) not in taken)


def merged_scores(scores: Sequence[FoundScore], when: Callable[[FoundScore], ReadTime]) -> Iterator[Merged[FoundScore]]:
    """Scores, each once: measurements of items are one score, with their total and the response they were made of.

    What belongs together has one scale, rater and time, or says that it is derived from the response. Totals of one
    time that differ stay apart, and are refused as such; a total that is derived from a response and is not its own
    makes the response contradict itself.
    """
    bases: dict[int, list[FoundScore]] = {}
    by_reference: dict[tuple[str, str], FoundScore] = {}
    by_time: dict[tuple[str, str | None, ReadTime], FoundScore] = {}
    order: list[FoundScore] = []

    def keep(score: FoundScore) -> None:
        order.append(score)
        bases[id(score)] = []
        if score.is_tracked:
            by_time.setdefault((score.scale, score.rater, when(score)), score)
            if score.is_response and score.reference is not None:
                by_reference.setdefault((score.reference, score.scale), score)

    rest = [score for score in scores if score.is_tracked and not score.is_response]
    if len(rest) == len(scores) and not any(score.items for score in rest):
        yield from ((score, []) for score in scores)  # nothing but totals
        return
    for score in scores:
        if score.is_response or not score.is_tracked:
            keep(score)
    for score in sorted(rest, key=lambda score: not score.items):
        named = (by_reference.get((name, score.scale)) for name in score.derived_from)
        base = next((one for one in named if one is not None), None)
        is_derived = base is not None
        base = base or by_time.get((score.scale, score.rater, when(score)))
        if base is None or not (is_derived or _may_join(base, score)):
            keep(score)
            continue
        _join(base, score)
        bases[id(base)].append(score)
    yield from ((score, bases[id(score)]) for score in order)


def _may_join(base: FoundScore, score: FoundScore) -> bool:
    """Whether a measurement of the same time is the same score: another total is not, nor are items told again."""
    if score.total is not None and base.total not in (None, score.total):
        return False
    is_item = len(score.items) == 1 and score.total is None
    return is_item or not score.items or score.items == base.items


def _join(base: FoundScore, score: FoundScore) -> None:
    base.fault = base.fault or score.fault
    if base.total is not None and score.total not in (None, base.total):
        base.fault = base.fault or Fault("conflicting_duplicate", TOTAL, "two totals")
    base.total = base.total if base.total is not None else score.total
    for number, answer in score.items.items():
        if base.items.setdefault(number, answer) != answer:
            base.fault = base.fault or Fault("conflicting_duplicate", f"item_{number}", "two answers")


def _is_one(
    medication: FoundInfusion, procedure: FoundInfusion, when: Callable[[FoundInfusion], ReadTime], minutes: int
) -> bool:
    if procedure.reference is not None and procedure.reference in medication.part_of:
        return True
    if medication.reference is not None and medication.reference in procedure.part_of:
        return True
    given, done = when(medication), when(procedure)
    if not isinstance(given, Moment) or not isinstance(done, Moment):
        return False
    return abs(elapsed(given, done).minutes) <= minutes


def _fill(found: FoundInfusion, other: FoundInfusion) -> None:
    if not isinstance(found.stamp, tuple):
        found.stamp = other.stamp
    found.cells = {**other.cells, **{name: text for name, text in found.cells.items() if text is not None}}
    found.reasons = tuple(dict.fromkeys([*found.reasons, *other.reasons]))
    found.reason_references += other.reason_references
    found.encounter, found.organization = found.encounter or other.encounter, found.organization or other.organization
