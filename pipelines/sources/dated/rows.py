"""Rows to be landed: readings with their courses named, their times in minutes, and nothing of the calendar left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pipelines.privacy.relative_time import Birth, Moment, age_band, quarter_of
from pipelines.sources.dated.births import withhold_times_before_birth
from pipelines.sources.dated.courses import CLOCK_UNKNOWN, NOT_TRACKED, TIME, Course, CourseFinder, Group
from pipelines.sources.dated.items import Sheet, questionnaires
from pipelines.sources.dated.records import CourseReading, Fault, Reading, Readings, Row, Rows, ScoreReading
from pipelines.sources.dated.score_times import day_of, score_time, time_fault
from pipelines.sources.dated.times import UnreadTime
from pipelines.sources.landing import TABLES


class RowMaker:
    """Makes rows of readings.

    Args:
        finder: finds the courses of a patient.
        constants: what holds for every course.
        pseudonym: the pseudonym of a patient key.
        has_course_ids: whether keys are ids of courses, not of patients.
        days_per_month: as the mapping states it.
    """

    def __init__(
        self,
        finder: CourseFinder,
        constants: Mapping[str, str | None],
        pseudonym: Callable[[str], str],
        *,
        has_course_ids: bool,
        has_course_lines: bool,
        days_per_month: int | None,
    ) -> None:
        self._finder, self._constants, self._pseudonym = finder, constants, pseudonym
        self._has_course_ids, self._has_course_lines = has_course_ids, has_course_lines
        self._days_per_month = days_per_month

    def rows(self, readings: Readings) -> Rows:
        """The rows of all readings, those of a patient together."""
        rows = Rows()
        sheets = {id(sheet.reading): sheet for sheet in questionnaires(readings.scores)}
        for group in _groups(readings, [sheet.reading for sheet in sheets.values()]):
            if group.key is None:
                self._add_nameless(rows, group, sheets)
            else:
                self._add(rows, group, sheets)
        return rows

    def _add_nameless(self, rows: Rows, group: Group, sheets: Mapping[int, Sheet]) -> None:
        """Rows that do not say whom they are about: they are landed to be refused, each where it stands."""
        rows.courses += [_row(reading, {**reading.cells, "course_id": None}) for reading in group.courses]
        rows.infusions += [_row(reading, {**reading.cells, "course_id": None}) for reading in group.infusions]
        for reading in group.scores:
            rows.scores.append(_score_row(sheets[id(reading)], None, reading.fault))

    def _add(self, rows: Rows, group: Group, sheets: Mapping[int, Sheet]) -> None:
        assert group.key is not None
        n_before = {table: len(rows.of(table)) for table in TABLES}
        self._add_rows(rows, group, sheets)
        if not self._has_course_ids:
            patient = self._pseudonym(group.key)
            for table in TABLES:
                for row in rows.of(table)[n_before[table] :]:
                    row.patient = patient

    def _add_rows(self, rows: Rows, group: Group, sheets: Mapping[int, Sheet]) -> None:
        assert group.key is not None
        withhold_times_before_birth(group)
        courses = self._finder.courses(group)
        ids = self._ids(group.key, courses)
        is_ordered = self._finder.numbers_courses and all(course.start is not None for course in courses)
        for number, (course, course_id) in enumerate(zip(courses, ids, strict=True), start=1):
            rows.courses += self._course_rows(course, course_id, group, number if is_ordered else None)
            rows.infusions += [_infusion_row(reading, course, course_id) for reading in course.infusions]
        placed = {id(reading) for course in courses for reading in course.infusions}
        for reading in group.infusions:
            if id(reading) not in placed:
                row = _infusion_row(reading, None, ids[0] if len(ids) == 1 else None)
                row.fault = time_fault(reading.when) or self._finder.without_course(group)
                rows.infusions.append(row)
        if not courses:
            rows.n_without_course += len({(reading.origin, reading.line) for reading in group.courses})
        rows.scores += self._score_rows(group, courses, ids, sheets)

    def _ids(self, key: str, courses: Sequence[Course]) -> list[str]:
        if self._has_course_ids:
            return [key] * len(courses)
        patient = self._pseudonym(key)
        return [f"{patient}-{number}" for number in range(1, len(courses) + 1)]

    # --- courses ----------------------------------------------------------------------------------------

    def _course_rows(self, course: Course, course_id: str, group: Group, number: int | None) -> Iterator[Row]:
        """One row, or, where lines contradict each other, one for each of them, to be refused."""
        if self._finder.is_one_course_a_key and self._has_course_lines and not course.readings:
            return  # the store may know it from an earlier import; if not, its rows are refused
        variants = [self._course_cells(course, reading) for reading in course.readings]
        merged, conflict = _merged([cells for cells, _ in variants])
        if len({reading.birth for reading in course.readings if isinstance(reading.birth, Birth)}) > 1:
            conflict = conflict or "age_band"
        diagnoses = course.conditions(group.conditions)
        told = {"conditions": ";".join(sorted({reading.condition for reading in diagnoses}))} if diagnoses else {}
        told |= _told_by_infusions(course)
        faults = [course.fault, *(fault for _, fault in variants), *(reading.fault for reading in course.readings)]
        fault = next((fault for fault in faults if fault is not None), None)
        if conflict is not None:
            for reading, (cells, _) in zip(course.readings, variants, strict=True):
                row = _row(reading, self._completed(cells, told, course, course_id, number))
                row.fault = fault or Fault("conflicting_duplicate", conflict)
                yield row
            return
        first: Reading = next(iter([*course.readings, *course.infusions, *group.infusions, *group.scores]))
        made_of: list[Reading] = [*course.readings, *diagnoses] if course.readings else [first, *diagnoses]
        lines = [(reading.origin, reading.line) for reading in made_of]
        yield Row(self._completed(merged, told, course, course_id, number), first.origin, first.line, lines, fault)

    def _course_cells(self, course: Course, reading: CourseReading) -> tuple[dict[str, str | None], Fault | None]:
        """The cells of a line about a course, what its dates tell among them."""
        cells, fault = dict(reading.cells), None
        if reading.age is not None:
            cells["age_band"] = age_band(int(float(reading.age))) if _is_age(reading.age) else reading.age
        if isinstance(reading.birth, Birth) and course.start is not None:
            cells["age_band"] = reading.birth.age_band_at(course.start)
        for column, when in (("age_band", reading.birth), ("ended_day", reading.ended)):
            if isinstance(when, UnreadTime):
                fault = fault or Fault(when.rule, column, when.found)
        if isinstance(reading.ended, Moment) and course.start is not None:
            cells["ended_day"] = str(reading.ended.day - course.start.day)
        return cells, fault

    def _completed(
        self,
        cells: Mapping[str, str | None],
        told: Mapping[str, str],
        course: Course,
        course_id: str,
        number: int | None,
    ) -> dict[str, str | None]:
        """The cells of a course with what other lines tell of it, its ids, its quarter and what holds for every one."""
        found = {**cells, "course_id": course_id}
        if not self._has_course_ids:
            found["patient_id"] = course_id.rpartition("-")[0]
        elif found.get("patient_id") is not None:
            found["patient_id"] = self._pseudonym(found["patient_id"] or "")
        further: dict[str, str | None] = {**self._constants, **told}
        further |= {"course_number": str(number) if number is not None else None}
        if course.start is not None and not {"quarter", "year"} & found.keys():
            further["quarter"] = quarter_of(course.start)
        return {**found, **{name: value for name, value in further.items() if found.get(name) is None}}

    # --- scores -----------------------------------------------------------------------------------------

    def _score_rows(
        self, group: Group, courses: Sequence[Course], ids: Sequence[str], sheets: Mapping[int, Sheet]
    ) -> list[Row]:
        id_of = {id(course): course_id for course, course_id in zip(courses, ids, strict=True)}
        rows: list[Row] = []
        for reading in group.scores:
            sheet = sheets[id(reading)]
            if reading.fault is not None and reading.fault.rule == "not_tracked":
                rows.append(_score_row(sheet, None, reading.fault))
                continue
            course = self._finder.course_of(reading, group, courses)
            if isinstance(course, Fault):
                if self._finder.is_scale_at_fault(reading, course):
                    fault = reading.fault
                else:
                    own = None if course is NOT_TRACKED else reading.fault or time_fault(reading.when)
                    fault = own or course
                rows.append(_score_row(sheet, ids[0] if len(ids) == 1 else None, fault))
                continue
            row = _score_row(sheet, id_of[id(course)], reading.fault)
            found = score_time(reading, course, row, self._days_per_month)
            if isinstance(found, Fault):
                # A course without a sure clock is refused itself, and its rows with it.
                row.fault = row.fault or (found if course.fault is None else None)
            else:
                row.cells[TIME] = str(found.minutes)
                row.is_by_day = found.is_by_day
                row.day = day_of(reading.when, course, found)
            rows.append(row)
        _refuse_unknown_order(rows)
        return rows


def _groups(readings: Readings, scores: Sequence[ScoreReading]) -> Iterable[Group]:
    groups: dict[str | None, Group] = {}
    for course in readings.courses:
        groups.setdefault(course.key, Group(course.key)).courses.append(course)
    for infusion in readings.infusions:
        groups.setdefault(infusion.key, Group(infusion.key)).infusions.append(infusion)
    for score in scores:
        groups.setdefault(score.key, Group(score.key)).scores.append(score)
    for diagnosis in readings.conditions:
        if diagnosis.key in groups:
            groups[diagnosis.key].conditions.append(diagnosis)
    return groups.values()


def _merged(variants: Sequence[Mapping[str, str | None]]) -> tuple[dict[str, str | None], str | None]:
    """One set of cells where lines agree, blanks aside; and the first column in which they do not."""
    merged: dict[str, str | None] = {}
    conflict = None
    for cells in variants:
        for name, text in cells.items():
            if text is not None and merged.get(name) not in (None, text):
                conflict = conflict or name
            if merged.get(name) is None:
                merged[name] = text
    return merged, conflict


def _row(reading: Reading, cells: dict[str, str | None]) -> Row:
    return Row(cells, reading.origin, reading.line, [(reading.origin, reading.line)], reading.fault)


def _told_by_infusions(course: Course) -> dict[str, str]:
    """What infusions tell of their course: the first of them its site, all of them what they were given for."""
    told = dict(next((reading.of_course or {} for reading in course.infusions if _begins(reading, course)), {}))
    reasons = {
        condition
        for reading in course.infusions
        for condition in (reading.of_course or {}).get("conditions", "").split(";")
        if condition
    }
    return {**told, "conditions": ";".join(sorted(reasons))} if reasons else told


def _begins(infusion: Reading, course: Course) -> bool:
    return course.start is not None and infusion.when == course.start


def _infusion_row(reading: Reading, course: Course | None, course_id: str | None) -> Row:
    row = _row(reading, {**reading.cells, "course_id": course_id})
    at = course.minutes(reading.when) if course is not None else None
    if at is not None:
        row.cells[TIME] = str(at.minutes)
    else:
        row.fault = row.fault or time_fault(reading.when) or CLOCK_UNKNOWN
    return row


def _score_row(sheet: Sheet, course_id: str | None, fault: Fault | None) -> Row:
    reading = sheet.reading
    cells = {**reading.cells, "course_id": course_id}
    return Row(cells, reading.origin, reading.line, sheet.lines, fault, reading.items, sheet.item_lines)


def _refuse_unknown_order(rows: Sequence[Row]) -> None:
    """A score known by day only, on the day of the first infusion, is the baseline only if it is alone that day."""
    on_first_day: dict[tuple[str | None, ...], list[Row]] = {}
    for row in rows:
        if row.fault is None and row.day == 0:
            key = (row.cells["course_id"], row.cells["scale"], row.cells.get("rater"))
            on_first_day.setdefault(key, []).append(row)
    for together in on_first_day.values():
        for row in together:
            if len(together) > 1 and row.is_by_day and row.cells.get("timing") is None:
                row.fault = Fault("before_or_after_unknown", "timing")


def _is_age(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and float(text) < 130
