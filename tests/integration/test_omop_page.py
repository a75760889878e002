"""The page on OMOP holds what it says: its example is imported and gives the rows below it, in CSV and in Parquet."""

import re
from pathlib import Path

import duckdb
import pytest
from batches import batch_rows
from csv_files import write_csv
from pages import records

from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.omop.tables import TABLES
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

PAGE = (Path(__file__).parents[2] / "docs" / "omop.md").read_text(encoding="utf-8")
SETTINGS, DEFINITIONS = read_settings(None)


def cells(table: str) -> list[list[str]]:
    rows = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in table.strip().splitlines()]
    return [rows[0], *rows[2:]]


def tables() -> dict[str, list[list[str]]]:
    return {name: cells(rows) for name, rows in re.findall(r"^File `(\w+)\.csv`\n\n((?:\|.*\n)+)", PAGE, re.MULTILINE)}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_example_gives_the_rows_below_it(form, tmp_path):
    export = tmp_path / "export"
    export.mkdir()
    for name, rows in tables().items():
        write_csv(export / f"{name}.csv", rows)
        if form == "parquet":
            with duckdb.connect() as connection:
                connection.execute(f"copy (from '{export}/{name}.csv') to '{export}/{name}.parquet'")
            (export / f"{name}.csv").unlink()
    store, crosswalk = Store(tmp_path / "store"), tmp_path / "crosswalk.csv"
    options = ImportOptions(kind="omop", name="omop", crosswalk=crosswalk)
    result = import_files(store, [export], options, SETTINGS, DEFINITIONS, lambda _: None)
    patients = records(crosswalk)
    header, *expected = cells(re.search(r"^Gives\n\n((?:\|.*\n)+)", PAGE, re.MULTILINE)[1])
    assert header == ["patient", "scale", "hour", "total"]
    found = batch_rows(store, result.batch.id, "scores", "course_id, scale, minute / 60, score")
    assert sorted(
        [patients[course.rpartition("-")[0]], scale, f"{hour:.4g}", f"{float(score):g}"]
        for course, scale, hour, score in found
    ) == sorted(expected)
    courses = batch_rows(store, result.batch.id, "courses", "conditions, site, period, age_band, sex")
    assert courses == [
        (["depression"], "North", "2026-Q1", "45-49", "female"),
        (["depression"], "North", "2026-Q1", None, "male"),  # born 1991: 34 or 35
    ]
    infusions = batch_rows(store, result.batch.id, "infusions", "minute, route, dose_mg, duration_minutes")
    assert infusions == [(0, "iv", 35, 40), (0, "iv", 40, None), (2910, "iv", 35, 40)]
    assert {table.table: table.n_not_tracked for table in result.batch.tables}["scores"] == 1
    lines = {line.file_name.partition(".")[0]: (line.n_lines, line.n_filtered) for line in result.batch.lines}
    assert lines["measurement"] == (6, 1)


def test_every_column_that_is_read_stands_on_the_page():
    _, table = re.split(r"^## Where each column.*$", PAGE, flags=re.MULTILINE)
    named = table.split("\n## ")[0] + PAGE.split("## Decisions")[1]
    for name in ("person", "drug_exposure", "measurement", "condition_occurrence", "care_site"):
        for column in TABLES[name].roles.values():
            if column not in ("visit_occurrence_id", "value_source_value"):
                assert f"{column}`" in named, (name, column)
