"""A draft of a mapping from the headers: for common shapes it goes through as it is, and it never shows a cell.

Every table here holds the secrets below somewhere; a draft with one of them would show a patient's value.
"""

from datetime import date, datetime
from pathlib import Path

import pytest
from batches import batch_rows
from csv_files import write_csv
from workbooks import write_workbook

from pipelines.cli import main
from pipelines.settings import read_settings
from pipelines.sources.finding import KINDS
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.sources.suggestion.draft import suggested_mapping
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
SECRETS = ("00417", "Ann Example", "1980", "2026", "03.02", "555-1234", "26", "doing ok")
D = date


def sheet_rows(*rows: list[object]) -> list[list[object]]:
    return [list(row) for row in rows]


WIDE = sheet_rows(
    ["MRN", "Name", "Date of birth", "Sex", "PHQ9 baseline", "PHQ9 week 2", "PHQ-9 4 weeks", "GAD7 baseline", "Notes"],
    ["00417", "Ann Example", D(1980, 2, 3), "F", 26, 12, 9, 15, "doing ok"],
    ["00418", "Bo Example", D(1981, 2, 3), "M", 20, "n/a", 7, 11, None],
)
TITLED = sheet_rows(
    ["Program outcomes 2026"],
    ["call 555-1234 with questions"],
    [],
    ["Patient #", "Diagnosis", "Infusion 1", "Infusion 2", "PHQ9 pre", "PHQ9 post 1", "PHQ9 post 2", "PHQ9 F/U",
     "F/U date"],
    ["00417", "MDD", D(2026, 2, 3), "05.02.2026", 26, 12, 9, "6", D(2026, 3, 3)],
    ["00418", "GAD", D(2026, 2, 4), "25.02.2026", 21, 17, "-", None, None],
    ["Average", None, None, None, 23.5, 14.5, 9],
)  # fmt: skip
LONG = sheet_rows(
    ["Chart", "Date", "Questionnaire", "Total score"],
    ["00417", "2026-02-03", "PHQ-9", 26],
    ["00417", "2026-03-03", "phq9", 12],
    ["00417", "2026-03-03", "Diet diary", 3],
)
ITEMS = sheet_rows(
    ["Record number", "Visit", *[f"phq9_{n}" for n in range(1, 10)]],
    ["00417", "Baseline", 3, 2, 2, 2, 1, 2, 2, 1, 0],
    ["00417", "Week 2", 1, 1, 1, 0, 0, 1, 1, 0, 0],
)
ITEM_LINES = sheet_rows(
    ["Subject", "Form", "Item", "Answer", "Date"],
    *[["00417", "GAD-7", n, text, "2026-02-03"]
      for n, text in enumerate(["Several days", "Not at all", "Nearly every day", *["Several days"] * 4], start=1)],
    ["00417", "SLEEP", 1, "No", "2026-02-03"],
)  # fmt: skip
LOG = sheet_rows(
    ["MRN", "Infusion date", "No", "Dose mg", "PHQ9"],
    ["00417", datetime(2026, 2, 3, 9, 30), 1, "35,5", 26],
    ["00417", datetime(2026, 2, 5, 9, 30), 2, "36", 20],
)
QUESTIONNAIRES = sheet_rows(
    ["MRN", "Assessment date", "PHQ-9", "GAD-7"],
    ["00417", D(2026, 3, 3), 12, 8],
    ["00417", D(2026, 3, 20), 9, None],
)
SPANS = sheet_rows(
    ["course_id", "Day", "Scale", "Score"],
    ["C1", -1, "MADRS", 30],
    ["C1", 14, "MADRS", 12],
)
DIVIDED = sheet_rows(
    [None, "PHQ-9", None, "GAD-7", None],
    ["MRN", "pre", "week 4", "pre", "week 4"],
    ["00417", 26, 12, 15, 8],
)

SHAPES = {
    "wide, times in the headers": ({"Sheet1": WIDE}, {"courses": 2, "scores": 7}),
    "wide, title rows above and an average below": (
        {"2026 patients": TITLED, "Notes": [["00417 doing ok"]]},
        {"courses": 2, "infusions": 4, "scores": 6},
    ),
    "wide, two header rows": ({"Sheet1": DIVIDED}, {"courses": 1, "scores": 4}),
    "long": ({"Sheet1": LONG}, {"courses": 1, "scores": 2}),
    "items in columns": ({"Sheet1": ITEMS}, {"courses": 1, "scores": 2}),
    "one line an item": ({"Sheet1": ITEM_LINES}, {"courses": 1, "scores": 1}),
    "infusions on one sheet, scores on another": (
        {"Log": LOG, "Scores": QUESTIONNAIRES},
        {"courses": 1, "infusions": 2, "scores": 5},
    ),
    "days from the start": ({"Sheet1": SPANS}, {"courses": 1, "scores": 2}),
}


def accepted(folder: Path, export: Path, draft: str) -> dict[str, int]:
    mapping = folder / "mapping.toml"
    mapping.write_text(draft, encoding="utf-8")
    options = ImportOptions(kind="table", mapping=mapping, crosswalk=folder / "crosswalk.csv")
    result = import_files(Store(folder / "store"), [export], options, SETTINGS, DEFINITIONS, lambda _line: None)
    assert sum(table.n_quarantined for table in result.batch.tables) == 0
    return {table.table: table.n_accepted for table in result.batch.tables}


@pytest.mark.parametrize(("sheets", "expected"), SHAPES.values(), ids=SHAPES)
def test_the_draft_of_a_workbook_goes_through_as_it_is(tmp_path, sheets, expected):
    export = write_workbook(tmp_path / "clinic.xlsx", sheets)
    draft = suggested_mapping([export], DEFINITIONS)
    assert accepted(tmp_path, export, draft) == expected
    assert not [secret for secret in SECRETS if secret in draft.replace("2026 patients", "")]


@pytest.mark.parametrize("rows", [WIDE, LONG, ITEMS, ITEM_LINES, SPANS])
def test_the_draft_of_a_csv_file_goes_through_as_it_is(tmp_path, rows):
    export = write_csv(tmp_path / "export.csv", rows, ";")
    draft = suggested_mapping([export], DEFINITIONS)
    expected = next(expected for sheets, expected in SHAPES.values() if rows in sheets.values())
    assert accepted(tmp_path, export, draft) == expected
    assert not [secret for secret in SECRETS if secret in draft]


@pytest.mark.reference
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("btheb_bdi/BtheB.csv", {"courses": 100, "scores": 380}),
        ("cdisc_gad7/example_qs.csv", {"courses": 1, "scores": 4}),
    ],
)
def test_the_drafts_of_real_data_go_through_as_they_are(reference_folder, tmp_path, file, expected):
    export = reference_folder / file
    assert accepted(tmp_path, export, suggested_mapping([export], DEFINITIONS)) == expected


def test_the_draft_word_for_word(tmp_path):
    export = write_workbook(tmp_path / "clinic.xlsx", {"2026 patients": TITLED, "Notes": [["doing ok"]]})
    draft = suggested_mapping([export], DEFINITIONS)
    start, end = draft.index("conditions = "), draft.index("[[table.infusion]]")
    assert (
        draft[:start] + draft[end:]
        == """\
# A draft from the headers of clinic.xlsx; docs/mapping.md says what each key means.
# What is marked CHECK was assumed. Then: outcomes import clinic.xlsx --mapping THIS_FILE --crosswalk FILE

courses = "one per line"
dates = "DD.MM.YYYY"   # CHECK
blank = "-"

[[table]]
sheet = "2026 patients"
header_row = 4
record_number = "Patient #"   # becomes a random pseudonym; if it is one already: patient_id
skip_where = { "Patient #" = ["average*"] }

[table.course]
[[table.infusion]]
split = { "Infusion 1" = 1, "Infusion 2" = 2 }

[[table.score]]
scale = { constant = "PHQ-9" }
[table.score.split]
"PHQ9 pre" = "before the course"
"PHQ9 post 1" = "after infusion 1"
"PHQ9 post 2" = "after infusion 2"
"PHQ9 F/U" = { date = "F/U date" }

# 1 more, in which no column is known that says whom a line is about, or nothing else to read.
"""
    )


def test_dates_that_could_be_day_first_or_month_first_are_not_guessed(tmp_path):
    rows = [["MRN", "Date", "PHQ-9"], ["00417", "03/02/2026", 26], ["00417", "05/03/2026", 12]]
    export = write_csv(tmp_path / "export.csv", rows, ";")
    draft = suggested_mapping([export], DEFINITIONS)
    assert "# CHECK: some dates could be day first or month first. State which they are:" in draft.splitlines()
    assert not any(line.startswith("dates") for line in draft.splitlines())


@pytest.mark.parametrize(("date_text", "form"), [("25/03/2026", "DD/MM/YYYY"), ("03/25/2026", "MM/DD/YYYY")])
def test_one_date_that_can_only_be_read_one_way_tells_the_others(tmp_path, date_text, form):
    rows = [["MRN", "Date", "PHQ-9"], ["00417", "03/02/2026", 26], ["00417", date_text, 12]]
    export = write_csv(tmp_path / "export.csv", rows, ";")
    assert f'dates = "{form}"   # CHECK' in suggested_mapping([export], DEFINITIONS).splitlines()


def test_a_file_without_headers_gives_no_names_away(tmp_path):
    rows = [["00417", "03.02.2026", "PHQ-9", "26"], ["00418", "x", "PHQ-9", "26"]]
    export = write_csv(tmp_path / "export.csv", rows, ";")
    draft = suggested_mapping([export], DEFINITIONS)
    assert "[[table]]" not in draft
    assert not [secret for secret in SECRETS if secret in draft]


# --- the command ----------------------------------------------------------------------------------------


def test_the_draft_is_printed_or_written_to_a_new_file_and_nothing_is_imported(tmp_path, capsys):
    export = write_workbook(tmp_path / "clinic.xlsx", {"Sheet1": WIDE})
    store, mapping = tmp_path / "store", tmp_path / "mapping.toml"
    assert main(["--store", str(store), "import", str(export), "--suggest-mapping"]) == 0
    printed = capsys.readouterr().out
    assert printed == suggested_mapping([export], DEFINITIONS)
    command = ["--store", str(store), "import", str(export), "--suggest-mapping", "--mapping", str(mapping)]
    assert main(command) == 0
    assert mapping.read_text(encoding="utf-8") == printed
    assert capsys.readouterr().out == (
        f"A draft stands in {mapping}. Read it, mend what is marked CHECK, and import with it.\n"
    )
    mapping.write_text("# mine\n", encoding="utf-8")
    assert main(command) == 2
    assert capsys.readouterr().err == (
        f"outcomes: {mapping} exists, and a draft never takes the place of a file. Give --mapping another name, or "
        "leave it out to see the draft here.\n"
    )
    assert mapping.read_text(encoding="utf-8") == "# mine\n"
    assert not store.exists()


def test_formats_that_need_no_mapping_have_no_draft(tmp_path, capsys):
    assert main(["--store", str(tmp_path / "s"), "import", str(tmp_path), "--source", "omop", "--suggest-mapping"]) == 2
    assert capsys.readouterr().err == (
        "outcomes: --suggest-mapping is for --source table or redcap; omop files say by themselves what they hold.\n"
    )


def test_the_table_source_needs_a_mapping(tmp_path, capsys):
    assert main(["--store", str(tmp_path / "store"), "import", str(tmp_path), "--source", "table"]) == 2
    assert capsys.readouterr().err == (
        "outcomes: --source table needs --mapping FILE, which says what the columns mean. "
        "`outcomes import FILE --suggest-mapping` writes a draft from the headers.\n"
    )


def test_a_crosswalk_belongs_to_record_numbers(tmp_path, capsys):
    command = ["--store", str(tmp_path / "store"), "import", str(tmp_path), "--crosswalk", str(tmp_path / "c.csv")]
    assert main(command) == 2
    with_numbers = " or ".join(name for name, kind in KINDS.items() if kind.has_record_numbers)
    assert capsys.readouterr().err == (
        f"outcomes: --crosswalk belongs to --source {with_numbers}, and this import is of canonical files, which hold "
        "pseudonyms already.\n"
    )


def test_accepted_rows_of_a_draft_are_the_right_ones(tmp_path):
    """Not only as many as expected: the wide workbook's rows, one by one."""
    export = write_workbook(tmp_path / "clinic.xlsx", {"Sheet1": WIDE})
    accepted(tmp_path, export, suggested_mapping([export], DEFINITIONS))
    store = Store(tmp_path / "store")
    (batch,) = store.batches()
    columns = "scale, minute / 1440, coalesce(timing, ''), cast(score as integer)"
    assert batch_rows(store, batch.id, "scores", columns) == [
        ("GAD-7", 0, "before", 11), ("GAD-7", 0, "before", 15), ("PHQ-9", 0, "before", 20), ("PHQ-9", 0, "before", 26),
        ("PHQ-9", 14, "", 12), ("PHQ-9", 28, "", 7), ("PHQ-9", 28, "", 9),
    ]  # fmt: skip
