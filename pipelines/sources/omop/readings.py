"""Records of an OMOP export as readings: what each tells of a patient, of an infusion, of a diagnosis or of a score."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.definitions import Definitions
from pipelines.privacy.relative_time import SECONDS_PER_DAY, Moment
from pipelines.sources.dated.records import (
    TOTAL,
    ConditionReading,
    CourseReading,
    Fault,
    Origin,
    Reading,
    Readings,
    ScoreReading,
)
from pipelines.sources.omop.narrowing import NarrowedTable, Record
from pipelines.sources.omop.questionnaires import put_together
from pipelines.sources.omop.tables import CONDITIONS, DRUGS, MEASUREMENTS, OBSERVATIONS, PERSON, PROCEDURES, CdmTable
from pipelines.sources.omop.times import Calendar
from pipelines.sources.omop.vocabulary import LOINC, Part, Vocabulary

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_TIME = "minutes_from_start"
_UNKNOWN_CONCEPT = "a concept"
_NO_CONCEPT = "0"
Persons = Mapping[str, Record]
_OF_OTHER_TABLES = {
    "site": "care_site_name of care_site",
    "conditions": "condition_concept_id of condition_occurrence",
    _TIME: "date of an infusion",
}
"""What a course has from other tables than `person`, on whose line it stands."""
UNKNOWN_PATIENT = Fault("unknown_patient", "course_id", "")


@dataclass
class ReaderCounts:
    """What the import has to say of records that gave no row.

    Attributes:
        n_one_infusion: procedures that are an infusion which `drug_exposure` holds too.
        n_without_unit: infusions with a quantity that is no dose for sure.
        n_unread_values: scores without a value of which the source had one.
        n_undated_diagnoses: diagnoses of conditions without a date that can be read.
    """

    n_one_infusion: int = 0
    n_without_unit: int = 0
    n_unread_values: int = 0
    n_undated_diagnoses: int = 0


class CdmReader:
    """Reads records of some patients at a time.

    Args:
        tables: of each table by name, its file.
        parts: the scales and parts that records of scores name by place.
        site_of_visit, site_names: the names of care sites by visit, and by id; empty where they are not used.
    """

    def __init__(
        self,
        tables: Mapping[str, NarrowedTable],
        vocabulary: Vocabulary,
        parts: Sequence[Part],
        definitions: Definitions,
        calendar: Calendar,
        site_of_visit: Mapping[str, str],
        site_names: Mapping[str, str],
    ) -> None:
        self._tables, self._vocabulary, self._parts = tables, vocabulary, parts
        self._rules, self._calendar = definitions.clinical_codes.omop, calendar
        self._site_of_visit, self._site_names = site_of_visit, site_names
        self._exact = {_NO_CONCEPT, *(str(concept) for concept in self._rules.equality_operators)}
        self._loinc = {name.casefold() for name in definitions.clinical_codes.code_systems[LOINC].vocabularies}
        self._dose_units = {unit.casefold(): column for unit, column in self._rules.dose_units.items()}
        self.origins = [Origin(table.file.name, _origin_columns(table)) for table in tables.values()]
        self._origin_of = {name: place for place, name in enumerate(tables)}
        self.counts = ReaderCounts()

    def read(self, chunk: Mapping[str, Sequence[Record]]) -> Readings:
        """The readings of a chunk: all records of some patients, by the name of their table."""
        readings = Readings(self.origins)
        persons = {key: record for record in chunk[PERSON.name] if (key := _text(record, "person")) is not None}
        readings.courses = [self._person(record) for record in chunk[PERSON.name]]
        drugs = [self._drug(record, persons) for record in chunk.get(DRUGS.name, ())]
        procedures = [self._infusion(PROCEDURES, record, persons) for record in chunk.get(PROCEDURES.name, ())]
        readings.infusions = [*drugs, *self._other_infusions(drugs, procedures)]
        readings.conditions = [
            found for record in chunk.get(CONDITIONS.name, ()) if (found := self._condition(record)) is not None
        ]
        for table in (MEASUREMENTS, OBSERVATIONS):
            for record in chunk.get(table.name, ()):
                if (score := self._score(table, record, persons)) is not None:
                    readings.scores.append(score)
        put_together(readings.scores)
        return readings

    # --- persons and diagnoses ----------------------------------------------------------------------------

    def _person(self, record: Record) -> CourseReading:
        gender = _text(record, "gender")
        sex = self._rules.sexes.get(gender) if gender is not None else None
        is_unknown = sex is None and gender not in (None, _NO_CONCEPT)
        return CourseReading(
            *self._place(PERSON, record),
            _text(record, "person"),
            {"sex": sex},
            fault=Fault("unknown_code", "sex", _UNKNOWN_CONCEPT) if is_unknown else None,
            birth=self._calendar.birth(*(_text(record, role) for role in ("year", "month", "day", "birth"))),
        )

    def _condition(self, record: Record) -> ConditionReading | None:
        begun, last = self._calendar.day(_text(record, "date")), self._calendar.day(_text(record, "end"))
        if begun is None:
            self.counts.n_undated_diagnoses += 1
            return None
        if last is not None and last.day <= begun.day:
            last = Moment(begun.day + self._rules.visit_diagnosis_days)
        condition = _text(record, "condition")
        assert condition is not None
        place = self._place(CONDITIONS, record)
        return ConditionReading(*place, _text(record, "person"), {}, begun, condition=condition, ended=last)

    # --- infusions ----------------------------------------------------------------------------------------

    def _drug(self, record: Record, persons: Persons) -> Reading:
        reading = self._infusion(DRUGS, record, persons)
        route, quantity = _text(record, "route"), _text(record, "quantity")
        if route not in (None, _NO_CONCEPT):
            reading.cells["route"] = self._vocabulary.routes.get(route or "")
            if reading.cells["route"] is None:
                reading.fault = reading.fault or Fault("unknown_code", "route", _UNKNOWN_CONCEPT)
        if quantity is not None:
            column = self._dose_units.get((_text(record, "unit") or "").casefold())
            if column is not None:
                reading.cells[column] = quantity
            self.counts.n_without_unit += column is None
        return reading

    def _infusion(self, table: CdmTable, record: Record, persons: Persons) -> Reading:
        key, fault = self._key(record, persons)
        when = self._calendar.moment(_text(record, "date"), _text(record, "moment"))
        end = self._calendar.moment(None, _text(record, "end"))
        cells: dict[str, str | None] = {}
        if isinstance(when, Moment) and isinstance(end, Moment) and when.has_time and end.has_time and end != when:
            seconds = (end.day - when.day) * SECONDS_PER_DAY + end.second - when.second
            cells["duration_minutes"] = str(round(seconds / 60))
        site = self._site_of_visit.get(_text(record, "visit") or "")
        if site is None and key is not None:
            site = self._site_names.get(_text(persons[key], "care_site") or "")
        of_course = {"site": site} if site is not None else None
        return Reading(*self._place(table, record), key, cells, when, fault, of_course)

    def _other_infusions(self, drugs: Sequence[Reading], procedures: Sequence[Reading]) -> list[Reading]:
        """Procedures that are no drug exposure told again: none of the patient is near, or on the day if days tell."""
        by_day: dict[tuple[str | None, int], list[Reading]] = {}
        for drug in drugs:
            if drug.key is not None and isinstance(drug.when, Moment):
                by_day.setdefault((drug.key, drug.when.day), []).append(drug)
        others = []
        for procedure in procedures:
            when = procedure.when
            near = None
            if procedure.key is not None and isinstance(when, Moment):
                same_day = [drug for drug in by_day.get((procedure.key, when.day), ()) if self._is_one(drug, when)]
                near = min(same_day, key=lambda drug: _seconds_apart(drug, when), default=None)
            if near is None:
                others.append(procedure)
                continue
            self.counts.n_one_infusion += 1
            assert isinstance(near.when, Moment) and isinstance(when, Moment)
            if not near.when.has_time:
                near.when = when
            near.cells = {**procedure.cells, **near.cells}
            near.of_course = near.of_course or procedure.of_course
        return others

    def _is_one(self, drug: Reading, when: Moment) -> bool:
        return _seconds_apart(drug, when) <= self._rules.same_infusion_minutes * 60

    # --- scores -------------------------------------------------------------------------------------------

    def _score(self, table: CdmTable, record: Record, persons: Persons) -> ScoreReading | None:
        """A score or an item; None without a value."""
        meant = {self._parts[int(place)] for role in ("part", "source_part", "text_part")
                 if (place := _text(record, role)) is not None}  # fmt: skip
        scale, part = min(meant, key=str) if meant else (_text(record, "survey") or "", TOTAL)
        value, fault = self._value(record, scale, part)
        if value is None and fault is None:
            self.counts.n_unread_values += _text(record, "value_source") is not None
            return None
        if not meant:
            fault = Fault("not_tracked", "scale")
        elif len(meant) > 1:
            fault = Fault("codes_disagree", "scale", "two meanings")
        key, unknown = self._key(record, persons)
        cells: dict[str, str | None] = {"scale": scale, TOTAL: value if part == TOTAL else None}
        items = {part: value} if isinstance(part, int) and value is not None else {}
        visit = _text(record, "event") or _text(record, "visit") or ""
        return ScoreReading(
            *self._place(table, record),
            key,
            cells,
            self._calendar.moment(_text(record, "date"), _text(record, "moment")),
            fault if fault is not None and fault.rule == "not_tracked" else unknown or fault,
            items=items,
            item=part,
            is_tracked=bool(meant),
            questionnaire=visit,
        )

    def _value(self, record: Record, scale: str, part: str | int) -> tuple[str | None, Fault | None]:
        column = TOTAL if part == TOTAL else f"item_{part}"
        number, concept = _text(record, "value"), _text(record, "value_concept")
        answer = self._answer(record, scale)
        if answer is None and concept not in (None, _NO_CONCEPT) and number is None:
            rule = "not_a_number" if part == TOTAL else "unknown_code"
            return None, Fault(rule, column, _UNKNOWN_CONCEPT)
        if number is not None and answer is not None and part != TOTAL and _plain(number) != answer:
            return number, Fault("conflicting_duplicate", column, "two answers")
        text = _plain(number) if number is not None else answer if part != TOTAL else None
        if text is None and (written := _text(record, "value_text")) is not None:
            if not _NUMBER.fullmatch(written):
                # What was written may tell of the patient, so that not even its form is kept.
                return None, Fault("not_a_number", column, f"text, {len(written):,} characters")
            text = written
        if text is not None and (_text(record, "operator") or _NO_CONCEPT) not in self._exact:
            return text, Fault("inexact_value", column)
        return text, None

    def _answer(self, record: Record, scale: str) -> str | None:
        """What a coded answer stands for: by its concept, or by the LOINC code in a source value or a text."""
        for role in ("value_concept", "value_text", "value_source"):
            text = (_text(record, role) or "").casefold()
            vocabulary, _, code = text.rpartition(":")
            if not vocabulary or vocabulary in self._loinc:
                answer = self._vocabulary.answers.get((scale, code))
                if answer is not None:
                    return answer
        return None

    # --- all ------------------------------------------------------------------------------------------------

    def _key(self, record: Record, persons: Persons) -> tuple[str | None, Fault | None]:
        person = _text(record, "person")
        if person is None:
            return None, None
        return (person, None) if person in persons else (None, UNKNOWN_PATIENT)

    def _place(self, table: CdmTable, record: Record) -> tuple[int, int]:
        number = record["record"]
        assert isinstance(number, int)
        return self._origin_of[table.name], self._tables[table.name].lines.of(number)


def _seconds_apart(drug: Reading, when: Moment) -> int:
    assert isinstance(drug.when, Moment)
    if not (drug.when.has_time and when.has_time):
        return 0
    return abs(drug.when.second - when.second)


def _origin_columns(table: NarrowedTable) -> dict[str, str]:
    """For each canonical column the one that it is read from."""
    columns = table.file.columns
    named = {
        "course_id": "person",
        "sex": "gender",
        "age_band": "year",
        _TIME: "moment" if "moment" in columns else "date",
        "duration_minutes": "end",
        "dose_mg": "quantity",
        "dose_mg_per_kg": "quantity",
        "route": "route",
        "scale": "concept",
        TOTAL: "value",
        **{f"item_{number}": "value" for number in range(1, 100)},
    }
    found = {name: columns[role] for name, role in named.items() if role in columns}
    return {**found, **_OF_OTHER_TABLES} if table.file.table is PERSON else found


def _plain(number: str) -> str:
    """A whole number without the point and zeros that some programs add."""
    whole, point, rest = number.partition(".")
    return whole if point and not rest.strip("0") and whole.lstrip("-").isdecimal() else number


def _text(record: Record, role: str) -> str | None:
    found = record.get(role)
    return None if found is None else str(found)
