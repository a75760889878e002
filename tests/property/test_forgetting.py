"""A store that forgot a patient beside one that was never told of them, after any course of imports."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.build import build
from pipelines.forgetting import forget_patients
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

SETTINGS, DEFINITIONS = read_settings(None)
PATIENTS = {"C1": "P1", "C2": "P1", "C3": "P2", "C4": "", "C5": "P3"}
"""C4 gives no patient, so that the course is its own."""
THEIRS = {"P1": {"C1", "C2"}, "P2": {"C3"}, "C4": {"C4"}}
ODD = ("twice", "out of range", "not tracked", "two totals", "unknown condition")


@dataclass(frozen=True)
class Export:
    """The courses that an export gives in each table, what is odd about some of them, and whether it only adds."""

    courses: frozenset[str]
    infusions: frozenset[str]
    scores: frozenset[str]
    odd: frozenset[tuple[str, str]]
    is_append: bool

    def tables(self, without: frozenset[str]) -> dict[str, list[str]]:
        """The lines of its files, without those of some courses. C5, whom nobody forgets, is in each of them."""
        courses = sorted((self.courses | {"C5"}) - without)
        return {
            "courses": [
                "course_id,patient_id,conditions,quarter",
                *(f"{c},{PATIENTS[c]},{'gout' if self.is_odd(c, 4) else 'depression'},2026-Q1" for c in courses),
            ],
            "infusions": [
                "course_id,days_from_start",
                *(f"{c},{day}" for c in sorted((self.infusions | {"C5"}) - without) for day in (0, 3)),
            ],
            "scores": [
                "course_id,scale,days_from_start,total",
                *(line for c in sorted((self.scores | {"C5"}) - without) for line in self.score_lines(c)),
            ],
        }

    def is_odd(self, course: str, number: int) -> bool:
        return (course, ODD[number]) in self.odd

    def score_lines(self, course: str) -> Iterator[str]:
        """A total is the same in every export, so that what is added contradicts nothing."""
        for day in (-1, 2, 20):
            yield f"{course},PHQ-9,{day},{20 - (day > 0) * (int(course[1]) * 2 + day // 10)}"
        if self.is_odd(course, 0):
            yield f"{course},PHQ-9,-1,20"
        if self.is_odd(course, 1):
            yield f"{course},PHQ-9,9,99"
        if self.is_odd(course, 2):
            yield f"{course},Sleep diary,9,1"
        if self.is_odd(course, 3):
            yield f"{course},GAD-7,9,7"
            yield f"{course},GAD-7,9,8"


@st.composite
def exports(draw: st.DrawFn, *, is_first: bool = False) -> Export:
    some = st.frozensets(st.sampled_from(sorted(PATIENTS)), max_size=4)
    odd = draw(st.frozensets(st.tuples(st.sampled_from(sorted(PATIENTS)), st.sampled_from(ODD)), max_size=4))
    return Export(draw(some), draw(some), draw(some), odd, not is_first and draw(st.booleans()))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return (tmp_path_factory.mktemp("program") for _ in itertools.count())


def built(folder: Path, given_exports: Sequence[Export], without: frozenset[str]) -> Store:
    store = Store(folder / "store")
    for number, export in enumerate(given_exports):
        files = folder / f"export-{number}"
        files.mkdir()
        for table, lines in export.tables(without).items():
            (files / f"{table}.csv").write_text("\n".join([*lines, ""]))
        # Without a patient two exports may be the same file, which is then no second import.
        options = ImportOptions(accept_quarantine=True, is_append=export.is_append, is_again=True)
        import_files(store, [files], options, SETTINGS, DEFINITIONS, lambda _: None)
    build(store, SETTINGS, DEFINITIONS, lambda _: None)
    return store


def published(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All that is published, but for what names batches and the day."""
    path = store.snapshot_file(store.current_id(), "published.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        cells = {
            name: _keyed(connection, name) if name != "imports" else "select * exclude (batch) from imports"
            for name in tables
            if name not in ("about", "cells")
        }
        return {name: connection.execute(f"from ({query}) order by all").fetchall() for name, query in cells.items()}


def _keyed(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Rows with their cell in words: its key is a number that only this file knows."""
    columns = {name for name, *_ in connection.execute(f"describe {table}").fetchall()}
    if "cell_key" not in columns:
        return f"select * from {table}"
    return (
        f"select cells.* exclude (cell_key), facts.* exclude (cell_key) from {table} as facts "
        "inner join cells on facts.cell_key = cells.cell_key"
    )


@pytest.mark.usefixtures("models_read_once")
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each example builds two stores: one found is printed as it is
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(exports(is_first=True), st.lists(exports(), max_size=2), st.lists(st.sampled_from(sorted(THEIRS)), min_size=1))
def test_what_is_published_is_what_it_would_be_without_them(
    folders: Iterator[Path], first: Export, later: list[Export], withdrawn: list[str]
) -> None:
    # Rows of a course that was never accepted, in a file that does not give it, say of nobody whose they are.
    odd = frozenset((course, what) for course, what in first.odd if what != "unknown condition")
    everybody = Export(frozenset(PATIENTS), first.infusions, first.scores, odd, False)
    given_exports = [everybody, *later]
    theirs = frozenset(course for patient in withdrawn for course in THEIRS[patient])
    store = built(next(folders), given_exports, frozenset())
    forget_patients(store, withdrawn, [], SETTINGS, DEFINITIONS, lambda _: None)
    never = built(next(folders), given_exports, theirs)
    assert published(store) == published(never)
