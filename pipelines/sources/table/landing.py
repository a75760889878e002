"""Lands what tables with a mapping told: courses found, record numbers made pseudonyms, dates made minutes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import duckdb

from pipelines.definitions import Definitions
from pipelines.errors import FileRefused
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.sources.dated.courses import CourseFinder, CourseSpans
from pipelines.sources.dated.landing import RowLanding
from pipelines.sources.dated.lines import LineCounts
from pipelines.sources.dated.records import Readings, Rows
from pipelines.sources.dated.rows import RowMaker
from pipelines.sources.landing import LandedTable, add_note
from pipelines.sources.mapping.parts import MappingFile
from pipelines.sources.table.codes import course_constants


def land_mapped(
    connection: duckdb.DuckDBPyConnection,
    readings: Readings,
    counts: LineCounts,
    mapping: MappingFile,
    spans: CourseSpans,
    definitions: Definitions,
    crosswalk: Crosswalk | None,
    notes: Iterable[str],
) -> list[LandedTable]:
    """Fills the landing tables with the rows that readings give.

    Args:
        counts: the lines that were read; what they gave is added.
        notes: what the import says of its files.

    Raises:
        FileRefused: the same patient is written in two ways.
    """
    refuse_keys_in_two_ways(readings, crosswalk.record_numbers if crosswalk is not None else ())
    finder = CourseFinder(mapping.courses, spans, list(definitions.scales), readings.origins)
    rows = RowMaker(
        finder,
        course_constants(mapping.course.fields, definitions),
        crosswalk.pseudonym if crosswalk is not None else str,
        has_course_ids=mapping.courses == "one per course_id",
        has_course_lines=any(table.course is not None for table in mapping.table),
        days_per_month=mapping.days_per_month,
    ).rows(readings)
    landing = RowLanding(connection, readings.origins, definitions)
    landing.add(rows)
    counts.gave(rows, readings.origins)
    counts.land(connection)
    for note in [*notes, *_lines_without_course(rows)]:
        add_note(connection, note)
    return landing.finish()


def refuse_keys_in_two_ways(readings: Readings, known: Collection[str]) -> None:
    """Refuses patients who are written with and without leading zeros, blanks or capitals.

    Args:
        known: the record numbers of earlier imports.

    Raises:
        FileRefused: with how many, and where the first is; they would count as two patients.
    """
    seen = {_plain_key(number): number for number in known}
    odd: dict[str, str] = {}
    for reading in [*readings.courses, *readings.infusions, *readings.scores]:
        if reading.key is None:
            continue
        plain = _plain_key(reading.key)
        if seen.setdefault(plain, reading.key) != reading.key:
            odd.setdefault(plain, f"{readings.origins[reading.origin].label} line {reading.line:,}")
    if odd:
        n_odd = len(odd)
        raise FileRefused(
            f"{n_odd:,} patient{' is' if n_odd == 1 else 's are'} written in two ways, with and without leading "
            f"zeros, blanks or capitals (the first in {next(iter(odd.values()))}), and would count as two. Write "
            "them alike; in Excel, format the column as text on every sheet."
        )


def _lines_without_course(rows: Rows) -> Iterator[str]:
    if rows.n_without_course:
        lines = (
            "1 line is about a patient"
            if rows.n_without_course == 1
            else f"{rows.n_without_course:,} lines are about patients"
        )
        yield f"{lines} of whom no course began, and gave no row."


def _plain_key(key: str) -> str:
    """A patient key without what spreadsheets add and take away."""
    return "".join(key.casefold().split()).lstrip("0")
