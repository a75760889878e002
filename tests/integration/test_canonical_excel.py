"""A canonical workbook is the folder of its sheets: the same rows as from CSV, or one message with the cure."""

import re
import struct
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import duckdb
import pytest
from batches import batch_rows
from workbooks import write_workbook

from pipelines.cli import main
from pipelines.errors import FileRefused
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
COURSES = [["course_id", "conditions", "attr_clinic"], ["pat-773", "depression", "North"]]
INFUSIONS = [["course_id", "days_from_start", "dose_mg", "stopped_early"], ["pat-773", 0, 40.5, False]]
SCORES = [
    ["course_id", "scale", "days_from_start", "total"],
    ["pat-773", "PHQ-9", -1, 26],
    ["pat-773", "PHQ-9", 21.0, 13.0],
]
SOUND = {"courses": COURSES, "infusions": INFUSIONS, "scores": SCORES}


def imported(folder: Path, *paths: Path, **options: object):
    store = Store(folder / "store")
    chosen = ImportOptions(accept_quarantine=True, **options)
    result = import_files(store, paths, chosen, SETTINGS, DEFINITIONS, lambda _line: None)
    return store, result


def kept(store, result, table):
    return batch_rows(store, result.batch.id, table)


def refusal(folder: Path, path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        imported(folder, path)
    message = str(caught.value)
    assert "pat-773" not in message
    assert "\n" not in message
    assert {found.name for found in (folder / "store").rglob("*") if found.is_file()} <= {".lock"}
    return message


def test_a_workbook_gives_the_same_rows_as_csv_files(tmp_path):
    workbook = write_workbook(tmp_path / "export.xlsx", SOUND)
    (tmp_path / "csv").mkdir()
    for name, rows in SOUND.items():
        lines = [",".join("false" if cell is False else str(cell) for cell in row) for row in rows]
        (tmp_path / "csv" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    one = imported(tmp_path / "one", workbook)
    other = imported(tmp_path / "other", tmp_path / "csv")
    for table in SOUND:
        assert kept(*one, table) == kept(*other, table)
        assert kept(*one, table)
    assert [table.file_name for table in one[1].batch.tables] == [
        "export.xlsx sheet courses",
        "export.xlsx sheet infusions",
        "export.xlsx sheet scores",
    ]


def test_a_folder_may_hold_a_workbook_beside_csv_files(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    write_workbook(folder / "clinic.xlsx", {"Courses": COURSES, "Notes": [["anything"]], "Plan": [["anything"]]})
    write_workbook(folder / "unrelated.xlsx", {"Sheet1": [["anything"]]})
    (folder / "scores.csv").write_text("course_id,scale,days_from_start,total\npat-773,PHQ-9,-1,26\n", encoding="utf-8")
    (folder / "~$clinic.xlsx").write_bytes(b"held open by Excel")
    _, result = imported(tmp_path, folder)
    assert [(table.table, table.n_accepted) for table in result.batch.tables] == [("courses", 1), ("scores", 1)]
    assert result.batch.notes[0] == (
        "Not read, because not named like a table: 2 sheets of clinic.xlsx, unrelated.xlsx."
    )


def test_a_workbook_with_one_sheet_may_be_named_like_the_table(tmp_path):
    courses = write_workbook(tmp_path / "courses.xlsx", {"Sheet1": COURSES})
    scores = write_workbook(tmp_path / "Scores.xlsm", {"Sheet1": SCORES})
    _, result = imported(tmp_path, courses, scores)
    assert [table.file_name for table in result.batch.tables] == [
        "courses.xlsx sheet courses",
        "Scores.xlsm sheet scores",
    ]


def test_the_same_workbook_again_changes_nothing(tmp_path):
    workbook = write_workbook(tmp_path / "export.xlsx", SOUND)
    assert imported(tmp_path, workbook)[1].is_new
    assert not imported(tmp_path, workbook)[1].is_new


def test_the_quarantine_names_sheet_and_row_as_excel_shows_them(tmp_path, capsys):
    rows = [SCORES[0], [], SCORES[1], [None], ["pat-773", "PHQ-9", 28, "#DIV/0!"], [" "], ["pat-773", "PHQ-9", 35, 28]]
    workbook = write_workbook(tmp_path / "export.xlsx", {"courses": COURSES, "scores": rows})
    store, result = imported(tmp_path, workbook)
    (scores,) = [table for table in result.batch.tables if table.table == "scores"]
    assert (scores.n_records, scores.n_landed, scores.n_accepted, scores.n_quarantined) == (3, 3, 1, 2)
    capsys.readouterr()
    assert main(["--store", str(store.folder), "quarantine"]) == 0
    out = capsys.readouterr().out
    assert "  export.xlsx sheet scores line 5: total: text, 7 characters\n" in out
    assert "  export.xlsx sheet scores line 7: total: 28\n" in out


def test_numbers_have_the_digits_that_excel_shows(tmp_path):
    infusions = [INFUSIONS[0][:3], ["pat-773", 0, 0.1 + 0.2], ["pat-773", 3, 1e-7], ["pat-773", 7.5, 5000]]
    workbook = write_workbook(tmp_path / "export.xlsx", {"courses": COURSES, "infusions": infusions})
    store, result = imported(tmp_path, workbook)
    assert [row[4] for row in kept(store, result, "infusions")] == [0.3, 1e-7, 5000]


def test_a_cp1252_file_is_read_and_the_import_says_so(tmp_path):
    courses = tmp_path / "courses.csv"
    courses.write_bytes(
        "course_id,conditions,site\npat-773,depression,Zürich\n\npat-774, depression,\n".encode("cp1252")
    )
    store, result = imported(tmp_path, courses)
    assert [row[4] for row in kept(store, result, "courses")] == ["Zürich", None]
    assert result.batch.notes[0] == (
        "courses.csv is not UTF-8 and was read as Windows CP1252 (Western European): check letters with accents, "
        "or save it as 'CSV UTF-8'."
    )


# --- workbooks that are wrong ---------------------------------------------------------------------------

UNREADABLE = (
    "export.xlsx is not a readable Excel workbook (cut off, damaged or another format). "
    "Open it in Excel, save it again, and import that."
)
ANOTHER_WAY = (
    "Canonical files hold numbers of minutes, hours or days from the first infusion: format the cell as a number, or "
    "import the workbook with --source table and a mapping, which turns dates into such numbers in memory."
)


@pytest.mark.parametrize("kept_fraction", [0.1, 0.5, 0.95])
def test_a_workbook_that_was_cut_off(tmp_path, kept_fraction):
    path = write_workbook(tmp_path / "export.xlsx", SOUND)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept_fraction)])
    assert refusal(tmp_path, path) == UNREADABLE


def test_a_workbook_with_a_damaged_sheet(tmp_path):
    path = write_workbook(tmp_path / "export.xlsx", SOUND)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet3.xml"] = parts["xl/worksheets/sheet3.xml"][:400]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert refusal(tmp_path, path) == UNREADABLE


def test_text_named_xlsx(tmp_path):
    path = tmp_path / "export.xlsx"
    path.write_text("course_id,conditions\npat-773,depression\n", encoding="utf-8")
    assert refusal(tmp_path, path) == UNREADABLE


def test_a_text_document_named_xlsx(tmp_path):
    path = write_workbook(tmp_path / "export.xlsx", SOUND)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"spreadsheetml.sheet.main", b"document.main")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert refusal(tmp_path, path) == UNREADABLE


@pytest.mark.parametrize(("at", "value"), [(8, 1), (10, 99)], ids=["a password", "a way of packing"])
def test_a_workbook_whose_parts_cannot_be_unpacked(tmp_path, at, value):
    path = write_workbook(tmp_path / "export.xlsx", SOUND)
    data = bytearray(path.read_bytes())
    for start in [found.start() for found in re.finditer(b"PK\x01\x02", data)]:
        struct.pack_into("<H", data, start + at, value)  # flags, and the way of packing, in the archive's directory
    path.write_bytes(data)
    assert refusal(tmp_path, path) == UNREADABLE


def test_an_empty_file_named_xlsx(tmp_path):
    path = tmp_path / "export.xlsx"
    path.touch()
    assert refusal(tmp_path, path) == "export.xlsx is empty. Export it again."


def test_a_workbook_with_a_password(tmp_path):
    path = tmp_path / "export.xlsx"
    path.write_bytes(struct.pack("<Q", 0xE11AB1A1E011CFD0) + bytes(2000))
    assert refusal(tmp_path, path) == (
        "export.xlsx is locked with a password, or is an older Excel file under a new name. "
        "Open it, save it as an Excel workbook (.xlsx) without a password, and import that."
    )


@pytest.mark.parametrize("ending", [".xls", ".ods", ".xlsb", ".numbers"])
def test_other_spreadsheets(tmp_path, ending):
    path = tmp_path / f"scores{ending}"
    path.write_bytes(b"anything")
    message = (
        f"scores{ending} is a spreadsheet that cannot be read in this format. "
        "Open it, save it as an Excel workbook (.xlsx), and import that."
    )
    assert refusal(tmp_path / "file", path) == message
    assert refusal(tmp_path / "folder", tmp_path) == message


SHEET_FAULTS = {
    "no sheet of a table": (
        {"score": SCORES, "John Smith": COURSES},
        (
            "export.xlsx has no sheet named courses, infusions or scores. The nearest is 'score'. Rename the sheets, "
            "or import the workbook with --source table and a mapping (--suggest-mapping writes a draft)."
        ),
    ),
    "two sheets for one table": (
        {"scores": SCORES, "Scores ": SCORES},
        "The table 'scores' comes twice: export.xlsx sheet scores and export.xlsx sheet scores. Keep one of them.",
    ),
    "an empty sheet": (
        {"courses": COURSES, "scores": []},
        "export.xlsx sheet scores is empty. Expected: the column names in row 1, then one row for each record.",
    ),
    "a blank first row": (
        {"courses": COURSES, "scores": [[], *SCORES]},
        "export.xlsx sheet scores: row 1 is blank; expected the column names there. Delete the row.",
    ),
    "a title in the first row": (
        {"courses": COURSES, "scores": [["Scores of 2026"], *SCORES]},
        (
            "export.xlsx sheet scores: line 1 does not hold the column names. Expected a header line with at least: "
            "course_id, scale, one of minutes_from_start / hours_from_start / days_from_start."
        ),
    ),
    "a date": (
        {"courses": COURSES, "scores": [*SCORES, ["pat-773", "PHQ-9", date(2026, 3, 1), 7]]},
        f"export.xlsx sheet scores cell C4: a date or a time of day. {ANOTHER_WAY}",
    ),
    "a date and time": (
        {"courses": COURSES, "scores": [*SCORES, ["pat-773", "PHQ-9", datetime(2026, 3, 1, 9), 7]]},
        f"export.xlsx sheet scores cell C4: a date or a time of day. {ANOTHER_WAY}",
    ),
    "a time of day": (
        {"courses": [[*COURSES[0], "site"], [*COURSES[1], time(9, 30)]]},
        f"export.xlsx sheet courses cell D2: a date or a time of day. {ANOTHER_WAY}",
    ),
    "a value beside the columns": (
        {"courses": COURSES, "scores": [*SCORES, ["pat-773", "PHQ-9", 28, 7, None, "better"]]},
        (
            "export.xlsx sheet scores cell F4: a value in a column without a name. "
            "Name the column in row 1, or clear it."
        ),
    ),
    "a formula that was never computed": (
        {"courses": COURSES, "scores": [*SCORES, ["pat-773", "PHQ-9", 28, "=D3-1"]]},
        (
            "export.xlsx sheet scores cell D4: a formula that no program has computed yet. "
            "Open the workbook in Excel, save it, and import it again."
        ),
    ),
}


@pytest.mark.parametrize(("sheets", "message"), SHEET_FAULTS.values(), ids=SHEET_FAULTS)
def test_a_sheet_that_is_not_what_its_name_says_is_refused(tmp_path, sheets, message):
    assert refusal(tmp_path, write_workbook(tmp_path / "export.xlsx", sheets)) == message


def test_a_formula_that_gives_an_empty_text_is_a_blank_cell(tmp_path):
    """`=IF(A1="","",...)`: computed, and nothing; told apart from one that no program has computed."""
    path = write_workbook(
        tmp_path / "export.xlsx", {"courses": COURSES, "scores": [*SCORES, ["pat-773", "PHQ-9", 28, "=1"]]}
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet2.xml"
    changed = re.sub(
        rb'<c r="D4"><f>1</f>(?:<v ?/>|<v></v>)</c>', b'<c r="D4" t="str"><f>1</f><v></v></c>', parts[sheet]
    )
    assert changed != parts[sheet]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**parts, sheet: changed}.items():
            archive.writestr(name, data)
    _, result = imported(tmp_path, path)
    (scores,) = [table for table in result.batch.tables if table.table == "scores"]
    assert (scores.n_records, scores.n_landed, scores.n_accepted) == (3, 2, 2)


def test_a_column_of_dates_in_parquet(tmp_path):
    path = tmp_path / "scores.parquet"
    duckdb.sql(
        "select 'pat-773' as course_id, 'PHQ-9' as scale, date '2026-03-01' as days_from_start, 7 as total"
    ).write_parquet(str(path))
    assert refusal(tmp_path, path) == (
        "scores.parquet: the column 'days_from_start' holds dates or times of day. Canonical files hold numbers of "
        "minutes, hours or days from the first infusion: import the file with --source table and a mapping, which "
        "turns dates into such numbers in memory."
    )
