"""The sample workbook, read through its mapping, is the canonical sample of the same courses.

Chart numbers become pseudonyms that differ from the canonical ids, so rows are compared course by course without them;
results are compared as they are.
"""

import csv
import json
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from pipelines.build import build
from pipelines.cli import main
from pipelines.commands.measure import MEASURES
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store
from sample_data.calibration import data_through
from sample_data.generator import CANONICAL_FOLDER
from sample_data.workbook import WORKBOOK, courses_without_defect, write_workbook

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
MAPPING = WORKBOOK.with_suffix(".toml")
COUNTED_BY_QUARTER = ("flow", "retention", "response", "remission", "trajectory")
TABLES = ("courses", "infusions", "scores")


def canonical_rows() -> dict[str, list[dict[str, str]]]:
    """The canonical sample's rows of the courses that the workbook holds."""
    rows = {}
    for table in TABLES:
        with (CANONICAL_FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows[table] = list(csv.DictReader(file))
    kept = {row["course_id"] for row in courses_without_defect()}
    return {table: [row for row in rows[table] if row["course_id"] in kept] for table in TABLES}


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Two stores with a snapshot each: of the workbook, and of the canonical rows."""
    folder = tmp_path_factory.mktemp("workbook")
    (folder / "canonical").mkdir()
    for table, rows in canonical_rows().items():
        with (folder / "canonical" / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    of_workbook = ImportOptions(
        kind="table", name="clinic", data_through=data_through(), mapping=MAPPING, crosswalk=folder / "crosswalk.csv"
    )
    found = {}
    for name, path, options in (
        ("workbook", WORKBOOK, of_workbook),
        ("canonical", folder / "canonical", ImportOptions(data_through=data_through())),
    ):
        found[name] = Store(folder / name)
        result = import_files(found[name], [path], options, SETTINGS, DEFINITIONS, lambda _: None)
        assert sum(table.n_quarantined for table in result.batch.tables) == 0
        build(found[name], SETTINGS, DEFINITIONS, lambda _: None)
    return found


def courses_of(store: Store) -> list[str]:
    """Each accepted course with its infusions and scores as one text, ids left out; sorted."""
    (batch,) = store.batches()
    texts: dict[str, list[str]] = defaultdict(list)
    with duckdb.connect() as connection:
        for table in TABLES:
            relation = f"read_parquet('{store.batch_file(batch.id, table)}')"
            columns = [row[0] for row in connection.execute(f"describe from {relation}").fetchall()]
            shown = ", ".join(column for column in sorted(columns) if column not in ("course_id", "patient_id"))
            query = f"select course_id, {shown} from {relation}"
            for course_id, *values in connection.execute(query).fetchall():
                texts[course_id].append(f"{table}: {values}")
    return sorted("\n".join(sorted(lines)) for lines in texts.values())


def test_accepted_rows_are_equal(stores):
    of_workbook, of_canonical = courses_of(stores["workbook"]), courses_of(stores["canonical"])
    assert len(of_canonical) > 50
    assert of_workbook == of_canonical


@pytest.mark.parametrize(
    ("name", "by"), [*((name, "") for name in MEASURES), *((name, "quarter") for name in COUNTED_BY_QUARTER)]
)
def test_measures_are_equal(stores, name, by, capsys):
    rows = []
    for store in stores.values():
        main(["--store", str(store.folder), "measure", name, "--by", by, "--format", "json"])
        rows.append(json.loads(capsys.readouterr().out)["rows"])
    assert rows[0] == rows[1] != []


def test_no_date_and_no_chart_number_is_kept(stores):
    """The workbook holds both; the store holds neither, in no file and in no name."""
    kept = b"".join(path.read_bytes() for path in stores["workbook"].folder.rglob("*") if path.is_file())
    sheet = load_workbook(WORKBOOK)["Patients"]
    head = [cell.value for cell in sheet[4]]
    rows = [dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert len(rows) > 50
    for row in rows:
        assert str(row["Chart"]).encode() not in kept
        for text in (f"{row['First infusion']:%Y-%m-%d}", f"{row['First infusion']:%d/%m/%Y}"):
            assert text.encode() not in kept


def test_the_workbook_is_what_its_writer_writes(tmp_path):
    write_workbook(tmp_path / "again.xlsx")
    again, committed = load_workbook(tmp_path / "again.xlsx"), load_workbook(WORKBOOK)
    assert again.sheetnames == committed.sheetnames
    for sheet in committed:
        assert list(again[sheet.title].values) == list(sheet.values)


def test_the_workbook_says_that_it_is_synthetic():
    for sheet in load_workbook(WORKBOOK):
        assert "SYNTHETIC" in sheet["A1"].value
    assert Path(MAPPING).read_text(encoding="utf-8").count('attr_synthetic = { constant = "yes" }') == 1
