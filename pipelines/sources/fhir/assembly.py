"""What the resources about one patient tell together: readings of the patient, of infusions and of scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.definitions.clinical_codes import FhirRules
from pipelines.privacy.relative_time import Moment
from pipelines.sources.dated.records import (
    TOTAL,
    ConditionReading,
    CourseReading,
    Fault,
    Line,
    Reading,
    Readings,
    ScoreReading,
)
from pipelines.sources.dated.times import ReadTime, UnreadTime
from pipelines.sources.fhir.found import Found, FoundCondition, FoundInfusion, FoundPatient, FoundResponse, FoundScore
from pipelines.sources.fhir.infusions import InfusionReader
from pipelines.sources.fhir.merging import merged_infusions, merged_scores
from pipelines.sources.fhir.responses import ResponseReader
from pipelines.sources.fhir.times import Stamp, clock_of, on_clock


@dataclass
class Assembled:
    """Readings of some patients, and what is needed beside them.

    Attributes:
        merged: places of resources that became one reading with another.
    """

    readings: Readings = field(default_factory=Readings)
    merged: set[Line] = field(default_factory=set)


class Assembler:
    """Puts together what was found about each patient.

    Args:
        encounters: for the reference of an Encounter that of the organization that provided it.
        organizations: names by reference.

    Attributes:
        left_out: how many infusions were left out, by origin and status.
    """

    def __init__(
        self,
        infusions: InfusionReader,
        responses: ResponseReader,
        rules: FhirRules,
        encounters: Mapping[str, str],
        organizations: Mapping[str, str],
    ) -> None:
        self._infusions, self._responses = infusions, responses
        self._statuses = frozenset(rules.infusion_statuses)
        self._same_infusion_minutes = rules.same_infusion_minutes
        self._encounters, self._organizations = encounters, organizations
        self.left_out: Counter[tuple[int, str]] = Counter()

    def add(self, group: Sequence[Found], to: Assembled) -> None:
        """Adds the readings of one patient, whose resources are given, or of those that name no patient."""
        patients: list[FoundPatient] = []
        conditions: list[FoundCondition] = []
        infusions: list[FoundInfusion] = []
        scores: list[FoundScore] = []
        for found in group:
            if isinstance(found, FoundScore):
                scores.append(found)
            elif isinstance(found, FoundResponse):
                scores += self._responses.resolve(found)
            elif isinstance(found, FoundInfusion):
                infusions += self._given(found)
            elif isinstance(found, FoundPatient):
                patients.append(found)
            elif isinstance(found, FoundCondition):
                conditions.append(found)
        offset = clock_of([found.stamp for found in infusions if isinstance(found.stamp, tuple)])
        to.readings.courses += _patient_readings(patients)
        organization = next((patient.organization for patient in patients if patient.organization), None)
        self._add_infusions(infusions, conditions, organization, offset, to)
        self._add_scores(scores, offset, to)

    def _given(self, found: FoundInfusion) -> Iterator[FoundInfusion]:
        if not self._infusions.is_infusion(found):
            return
        if found.status in self._statuses:
            yield found
        else:
            self.left_out[found.origin, found.status] += 1

    def _add_infusions(
        self,
        infusions: Sequence[FoundInfusion],
        conditions: Sequence[FoundCondition],
        organization: str | None,
        offset: int | None,
        to: Assembled,
    ) -> None:
        meanings: dict[str | None, list[str]] = {}
        for condition in conditions:
            meanings.setdefault(condition.reference, []).append(condition.condition)
            to.readings.conditions.append(_condition_reading(condition, offset))
        contradicting = _contradicting(infusions)
        together = merged_infusions(
            infusions, lambda infusion: _read_time(infusion.stamp, offset), self._same_infusion_minutes
        )
        for found, others in together:
            named = [one for reference in found.reason_references for one in meanings.get(reference, [])]
            given_for = ";".join(dict.fromkeys([*found.reasons, *named]))
            place = self._encounters.get(found.encounter or "") or found.organization or organization
            of_course = {"conditions": given_for} if given_for else {}
            if place is not None:
                of_course["site"] = self._organizations.get(place, place.partition("/")[2])
            to.readings.infusions.append(
                Reading(
                    found.origin,
                    found.line,
                    found.key,
                    found.cells,
                    _read_time(found.stamp, offset),
                    _CONTRADICTION if found.reference in contradicting else None,
                    of_course,
                )
            )
            to.merged |= {(other.origin, other.line) for other in others}

    def _add_scores(self, scores: Sequence[FoundScore], offset: int | None, to: Assembled) -> None:
        contradicting = _contradicting(scores)
        for found, others in merged_scores(scores, lambda score: _read_time(score.stamp, offset)):
            fault = found.fault
            if found.is_tracked and found.reference in contradicting:
                fault = _CONTRADICTION
            cells = {"scale": found.scale, TOTAL: found.total, "rater": found.rater}
            to.readings.scores.append(
                ScoreReading(
                    found.origin,
                    found.line,
                    found.key,
                    cells,
                    _read_time(found.stamp, offset),
                    fault,
                    items=found.items,
                    is_tracked=found.is_tracked,
                )
            )
            to.merged |= {(other.origin, other.line) for other in others}


_ALWAYS = Moment(1)
_CONTRADICTION = Fault("conflicting_duplicate", "id", "two versions of one resource")


def _patient_readings(patients: Sequence[FoundPatient]) -> Iterator[CourseReading]:
    """One reading for each patient; Patients of one id that contradict each other are each kept, to be refused."""
    distinct = list({(one.birth, one.sex, one.identity): one for one in reversed(patients)}.values())[::-1]
    fault = Fault("conflicting_duplicate", "patient_id", "two patients of one id") if len(distinct) > 1 else None
    for patient in distinct:
        cells: dict[str, str | None] = {"sex": patient.sex}
        if patient.is_synthetic:
            cells["attr_synthetic"] = "yes"
        yield CourseReading(patient.origin, patient.line, patient.key, cells, fault=fault, birth=patient.birth)


def _condition_reading(found: FoundCondition, offset: int | None) -> ConditionReading:
    """A diagnosis; one without a beginning was always there."""
    began = on_clock(found.began, offset) if found.began is not None else _ALWAYS
    ended = on_clock(found.ended, offset) if found.ended is not None else None
    return ConditionReading(found.origin, found.line, found.key, {}, began, condition=found.condition, ended=ended)


def _contradicting(found: Sequence[FoundInfusion] | Sequence[FoundScore]) -> frozenset[str]:
    """References of resources that come more than once, and not alike."""
    first: dict[tuple[str, str], FoundInfusion | FoundScore] = {}
    contradicting = set()
    for one in found:
        if one.reference is None:
            continue
        key = one.reference, one.scale if isinstance(one, FoundScore) else ""
        before = first.setdefault(key, one)
        if before is not one and replace(one, origin=before.origin, line=before.line) != before:
            contradicting.add(one.reference)
    return frozenset(contradicting)


def _read_time(stamp: Stamp | UnreadTime | None, offset: int | None) -> ReadTime:
    return on_clock(stamp, offset) if isinstance(stamp, tuple) else stamp
