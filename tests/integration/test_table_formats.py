"""Any file that holds a table gives the same rows: delimiters, encodings, packed, Parquet, both of Excel's "
"calendars."""

import gzip
from datetime import date, datetime, time
from pathlib import Path

import duckdb
import openpyxl
import pytest
from batches import batch_rows
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pipelines.errors import FileRefused, MappingInvalid
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
MAPPING = """\
courses = "from infusions"
{top}
[course]
conditions = {{ constant = "depression" }}

[[table]]
{table}
patient_id = "Patient"

[table.course]
site = "Clinic"

[[table.infusion]]
when = {when}
dose_mg = "Dose"

[[table.score]]
scale = {{ constant = "PHQ-9" }}
total = "PHQ9"
when = "before this infusion"
"""
TEXT = "Patient,Clinic,Date,Dose,PHQ9\nP1,Zürich,2026-02-03,35.5,20\nP1,Zürich,2026-02-05,36,17\n"
EXPECTED = ([("Zürich", "2026-Q1")], [(0, 35.5), (2, 36.0)], [(0, "before", 20), (2, "before", 17)])


def rows(folder: Path, export: Path, when: str = '{ date = "Date" }', top: str = "", table: str = ""):
    mapping = folder / "mapping.toml"
    mapping.write_text(MAPPING.format(top=top, table=table, when=when), encoding="utf-8")
    store = Store(folder / "store")
    options = ImportOptions(kind="table", mapping=mapping)
    result = import_files(store, [export], options, SETTINGS, DEFINITIONS, lambda _line: None)
    return result, (
        batch_rows(store, result.batch.id, "courses", "site, period"),
        batch_rows(store, result.batch.id, "infusions", "minute / 1440, dose_mg"),
        batch_rows(store, result.batch.id, "scores", "minute / 1440, timing, cast(score as integer)"),
    )


BYTES = {
    "commas": ("export.csv", TEXT.encode()),
    "semicolons": ("export.csv", TEXT.replace(",", ";").encode()),
    "tabs": ("export.tsv", TEXT.replace(",", "\t").encode()),
    "tabs in a text file": ("export.txt", TEXT.replace(",", "\t").encode()),
    "bars": ("export.txt", TEXT.replace(",", "|").encode()),
    "packed": ("export.csv.gz", gzip.compress(TEXT.encode())),
    "a byte-order mark": ("export.csv", TEXT.encode("utf-8-sig")),
    "Windows line ends and blank lines": ("export.csv", TEXT.replace("\n", "\r\n\r\n").encode()),
    "CP1252": ("export.csv", TEXT.encode("cp1252")),
    "UTF-16 as Excel saves Unicode text": ("export.txt", TEXT.replace(",", "\t").encode("utf-16")),
}


@pytest.mark.parametrize(("name", "data"), BYTES.values(), ids=BYTES)
def test_delimited_text(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    result, found = rows(tmp_path, tmp_path / name)
    assert found == EXPECTED
    encodings = [note for note in result.batch.notes if "is not UTF-8 and was read as" in note]
    assert len(encodings) == (not data.startswith(b"\x1f") and b"\xfc" in data)


def test_the_encoding_may_be_stated(tmp_path):
    (tmp_path / "export.csv").write_bytes(TEXT.encode("cp1252"))
    result, found = rows(tmp_path, tmp_path / "export.csv", table='encoding = "cp1252"')
    assert found == EXPECTED
    assert not any("UTF-8" in note for note in result.batch.notes)
    with pytest.raises(FileRefused, match=r"^export\.csv after line \d: not utf-8 text\. State its encoding"):
        rows(tmp_path, tmp_path / "export.csv", table='encoding = "utf-8"')


def test_decimal_commas(tmp_path):
    text = TEXT.replace(",", ";").replace("35.5", "35,5")
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    assert rows(tmp_path, tmp_path / "export.csv", top='decimal = "comma"')[1] == EXPECTED


@pytest.mark.parametrize("dose", ["1.250", "12.500", "1.250.000"])
def test_what_could_be_thousands_is_refused_where_decimals_follow_a_comma(tmp_path, dose):
    (tmp_path / "export.csv").write_text(TEXT.replace(",", ";").replace("35.5", dose), encoding="utf-8")
    result, _ = rows(tmp_path, tmp_path / "export.csv", top='decimal = "comma"')
    assert [table.n_quarantined for table in result.batch.tables if table.table == "infusions"] == [1]


def test_parquet_with_dates(tmp_path):
    path = tmp_path / "export.parquet"
    duckdb.sql(
        'select \'P1\' as "Patient", \'Zürich\' as "Clinic", day as "Date", dose as "Dose", total as "PHQ9" '
        "from (values (date '2026-02-03', 35.5, 20), (date '2026-02-05', 36.0, 17)) as t (day, dose, total)"
    ).write_parquet(str(path))
    assert rows(tmp_path, path)[1] == EXPECTED


def workbook(path: Path, lines: list[list[object]], epoch=None) -> Path:
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


HEADER = ["Patient", "Clinic", "Date", "Dose", "PHQ9"]


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904], ids=["from 1900", "from 1904"])
def test_the_two_calendars_of_excel(tmp_path, epoch):
    lines = [["P1", "Zürich", date(2026, 2, 3), 35.5, 20], ["P1", "Zürich", datetime(2026, 2, 5), 36, 17]]
    path = workbook(tmp_path / "export.xlsx", [HEADER, *lines], epoch)
    assert rows(tmp_path, path)[1] == EXPECTED


@pytest.mark.parametrize(
    ("epoch", "first"), [(None, 46056), (CALENDAR_MAC_1904, 44594)], ids=["from 1900", "from 1904"]
)
def test_days_counted_as_excel_counts_them(tmp_path, epoch, first):
    """46056 is the 3rd of February 2026, as Excel shows it under General; counted from 1904 it is 44594."""
    lines = [["P1", "Zürich", first, 35.5, 20], ["P1", "Zürich", first + 2, 36, 17]]
    path = workbook(tmp_path / "export.xlsx", [HEADER, *lines], epoch)
    assert rows(tmp_path, path, top='dates = "serial"')[1] == EXPECTED


def test_dates_and_times_of_day_in_columns_of_their_own(tmp_path):
    header = [*HEADER, "Time"]
    lines = [
        ["P1", "Zürich", date(2026, 2, 3), 35.5, 20, time(9, 30)],
        ["P1", "Zürich", date(2026, 2, 4), 36, 17, "3:30 PM"],
        ["P1", "Zürich", date(2026, 2, 5), 36, 16, 0.25],
        ["P2", "Zürich", date(2026, 2, 6), 36, 15, "25:00"],
    ]
    path = workbook(tmp_path / "export.xlsx", [header, *lines])
    result, found = rows(tmp_path, path, when='{ date = "Date", time = "Time" }')
    assert [minute * 24 for minute, _ in found[1]] == pytest.approx([0, 30, 44.5])
    quarantined = {table.table: table.n_quarantined for table in result.batch.tables}
    assert quarantined == {"courses": 0, "infusions": 1, "scores": 1}
    assert "1 line is about a patient of whom no course began, and gave no row." in result.batch.notes


def test_two_header_rows_and_columns_of_one_name(tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        """\
courses = "one per patient"
[course]
conditions = { constant = "depression" }
[[table]]
header_row = [2, 3]
patient_id = "Patient"
fill_down = "Patient"
drop = "column E"
[[table.score]]
scale = { constant = "PHQ-9" }
split = { "PHQ-9 Score" = "before the course", "PHQ-9 Score (2)" = "14 days after the start" }
""",
        encoding="utf-8",
    )
    path = workbook(
        tmp_path / "export.xlsx",
        [
            ["A title", None, None, None, None],
            ["Patient", "PHQ-9", None, "PHQ-9", None],
            [None, "Score", None, "Score", None],
            ["P1", 20, None, None, "a remark"],
            [None, None, None, 9, None],
        ],
    )
    with pytest.raises(FileRefused) as refused:
        store = Store(tmp_path / "store")
        options = ImportOptions(kind="table", mapping=mapping)
        mapping.write_text(mapping.read_text(encoding="utf-8").replace('drop = "column E"\n', ""), encoding="utf-8")
        import_files(store, [path], options, SETTINGS, DEFINITIONS, lambda _line: None)
    assert str(refused.value) == (
        "export.xlsx sheet Sheet line 4: a value in column E, beyond the last column with a name. "
        "Name the column, or clear it."
    )
    book = openpyxl.load_workbook(path)
    book.active["E4"] = None
    book.save(path)
    result = import_files(store, [path], options, SETTINGS, DEFINITIONS, lambda _line: None)
    scores = batch_rows(store, result.batch.id, "scores", "course_id, minute / 1440, cast(score as integer)")
    assert scores == [("P1-1", 0, 20), ("P1-1", 14, 9)]


def test_a_file_that_gains_a_date_in_its_name_is_still_the_one(tmp_path):
    (tmp_path / "export 2026-04-01.csv").write_text(TEXT, encoding="utf-8")
    assert rows(tmp_path, tmp_path / "export 2026-04-01.csv", table='file = "export*.csv"')[1] == EXPECTED


DAMAGED = {
    "too few cells": (
        TEXT + "P1,Zürich\n",
        (
            "export.csv line 4: 2 cells, expected 5. The file may be cut off, or a cell with a delimiter lacks "
            "quotation marks; export it again."
        ),
    ),
    "too many cells": (
        TEXT + "P1,Zürich,2026-02-07,36,15,what\n",
        "export.csv line 4: a value in cell 6, beyond the last column with a name. Name the column, or clear it.",
    ),
    "an open quotation mark": (
        TEXT + 'P1,"Zürich,2026-02-07,36,15\n',
        (
            "export.csv after line 3: a quotation mark is opened and not closed, or a cell is too long. The file may "
            "be cut off; export it again."
        ),
    ),
    "nothing": (
        "",
        (
            "export.csv: row 1 is blank or missing; expected the column names there. "
            "Say with header_row in the mapping which row holds them."
        ),
    ),
}


@pytest.mark.parametrize(("text", "message"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file(tmp_path, text, message):
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        rows(tmp_path, tmp_path / "export.csv")
    assert str(refused.value) == message


def test_a_delimiter_that_is_another(tmp_path):
    (tmp_path / "export.csv").write_text(TEXT, encoding="utf-8")
    with pytest.raises(MappingInvalid, match=r"no column 'Patient' in row 1 of export\.csv"):
        rows(tmp_path, tmp_path / "export.csv", table='delimiter = ";"')
