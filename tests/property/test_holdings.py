"""Which rows hold after any course of imports, beside a model that keeps one dictionary and changes it as told."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.holdings import HELD_TABLES, HeldBatch, Holdings
from pipelines.manifests import Replaces

COURSES = {"C1": "P1", "C2": "P1", "C3": "P2", "C4": None}


@dataclass(frozen=True)
class Import:
    """Accepted rows by table; every value is its own, so that a row of one import is never one of another."""

    rows: dict[str, list[str]]
    is_append: bool
    replaces: Replaces


@st.composite
def imports(draw: st.DrawFn) -> Import:
    courses = st.lists(st.sampled_from(sorted(COURSES)), max_size=5)
    return Import(
        {table: draw(courses) for table in HELD_TABLES},
        draw(st.booleans()),
        draw(st.sampled_from(get_args(Replaces))),
    )


def write(folder: Path, number: int, batch: Import, connection: duckdb.DuckDBPyConnection) -> HeldBatch:
    files = {}
    for table, courses in batch.rows.items():
        files[table] = folder / f"{table}-{number}.parquet"
        connection.execute("create or replace table written (course_id varchar, patient_id varchar, value integer)")
        for place, course in enumerate(courses):
            connection.execute("insert into written values (?, ?, ?)", [course, COURSES[course], 100 * number + place])
        connection.execute(f"copy written to '{files[table]}'")
    return HeldBatch(files, batch.is_append, batch.replaces)


def expected(batches: Sequence[Import], table: str) -> list[tuple[str, int]]:
    """The model: each import takes rows out of what was held before, then puts its own in."""
    held: list[tuple[str, int]] = []
    for number, batch in enumerate(batches):
        if not batch.is_append:
            if batch.replaces == "course":
                out = set(batch.rows[table])
            else:
                patients = {COURSES[course] or course for course in batch.rows["courses"]}
                out = {course for course, patient in COURSES.items() if (patient or course) in patients}
            held = [row for row in held if row[0] not in out]
        held += [(course, 100 * number + place) for place, course in enumerate(batch.rows[table])]
    return sorted(held)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return (tmp_path_factory.mktemp("held") for _ in itertools.count())


@settings(
    max_examples=60,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(imports(), min_size=1, max_size=4))
def test_what_holds_is_what_the_imports_left_one_after_the_other(
    folders: Iterator[Path], batches: list[Import]
) -> None:
    # A patient's courses are known from any batch that gives them; here every course is one of the store's first batch.
    known = Import({"courses": sorted(COURSES), "infusions": [], "scores": []}, False, "course")
    batches = [known, *batches]
    with duckdb.connect() as connection:
        folder = next(folders)
        holdings = Holdings([write(folder, number, batch, connection) for number, batch in enumerate(batches)])
        for table in HELD_TABLES:
            query = f"select course_id, value from ({holdings.rows(table)}) order by all"
            assert connection.execute(query).fetchall() == expected(batches, table)


def test_a_row_is_told_by_its_batch_and_its_place_there(folders: Iterator[Path]) -> None:
    first = Import({"courses": ["C1", "C3"], "infusions": [], "scores": []}, False, "course")
    later = Import({"courses": ["C4", "C1"], "infusions": [], "scores": []}, False, "course")
    folder = next(folders)
    with duckdb.connect() as connection:
        holdings = Holdings([write(folder, number, batch, connection) for number, batch in enumerate([first, later])])
        query = f"select course_id, batch_position, file_row_number from ({holdings.rows('courses')}) order by all"
        assert connection.execute(query).fetchall() == [("C1", 1, 1), ("C3", 0, 1), ("C4", 1, 0)]
