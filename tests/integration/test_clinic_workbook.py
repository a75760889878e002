"""A workbook as a busy clinic keeps it, through a mapping: what comes in, what is refused, and what leaves no trace.

Title rows that are merged, a notes column, dates typed in three styles, decimal commas, "n/a" and a dash, an average
below the patients, a second sheet with later scores. `00417` and the dates of its patient are searched for, byte by
byte, in all that an import leaves.
"""

import warnings
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from batches import batch_rows, places
from filelock import FileLock

from pipelines.build import build
from pipelines.cli import main
from pipelines.errors import CrosswalkBusy, CrosswalkUnfit, FileRefused, MappingInvalid, OutcomesError
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
HEADER = [
    "MRN", "Name", "DOB", "Diagnosis", "Sex", "Infusion 1", "Infusion 2", "Infusion 3", "Dose mg/kg", "PHQ9 pre",
    "PHQ9 post 1", "PHQ9 post 2", "PHQ9 F/U", "F/U date", "Notes",
]  # fmt: skip
D = date
PATIENTS = [
    ["00417", "Ann Example", D(1980, 2, 3), "MDD", "F", D(2026, 2, 3), D(2026, 2, 5), D(2026, 2, 10), "0,5", 19, 12, 9,
     6, D(2026, 3, 3), "doing ok, call 555-1234"],
    ["00418", "Bo Example", D(1990, 12, 31), "TRD + anxiety", "M", "03.02.2026", "05.02.2026", D(2026, 2, 9), 0.5, "21",
     17, "n/a", 11, "2.3.26", None],
    ["00419", "Cy Example", "1.1.1955", "MDD", "f", D(2026, 3, 2), D(2026, 3, 4), None, "0,75", 16, "N/A", "-", None,
     None, "moved"],
]  # fmt: skip
AVERAGE = ["Average", None, None, None, None, None, None, None, 0.55, 18.7, 14.5, 9, 8.5]
MAPPING = """\
courses = "one per line"
dates = ["DD.MM.YYYY", "DD.MM.YY"]
decimal = "comma"
blank = ["n/a", "-"]

[[table]]
sheet = "2026 patients"
header_row = 4
record_number = "MRN"
skip_where = { MRN = ["Average", "n ="] }
drop = ["Name", "Notes"]

[table.course]
conditions = { column = "Diagnosis", values = { MDD = "depression", "TRD + anxiety" = "depression;anxiety" } }
sex = { column = "Sex", values = { F = "female", M = "male" } }
birth_date = "DOB"

[[table.infusion]]
split = { "Infusion 1" = 1, "Infusion 2" = 2, "Infusion 3" = 3 }
dose_mg_per_kg = "Dose mg/kg"

[[table.score]]
scale = { constant = "PHQ-9" }
split = { "PHQ9 pre" = "before the course", "PHQ9 post 1" = "after infusion 1", "PHQ9 post 2" = "before infusion 3" }

[[table.score]]
scale = { constant = "PHQ-9" }
total = "PHQ9 F/U"
when = { date = "F/U date" }
"""
SECRETS = ["00417", "Ann Example", "555-1234", "2026-02-03", "03.02.2026", "20260203", "2026-02-05", "1980-02-03"]


class Clinic:
    """A folder with a workbook, a mapping, a crosswalk and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workbook = folder / "clinic.xlsx"
        self.mapping = folder / "mapping.toml"
        self.crosswalk = folder / "kept by the clinic" / "crosswalk.csv"
        self.crosswalk.parent.mkdir()
        self.store = Store(folder / "store")
        self.write(PATIENTS)
        self.mapping.write_text(MAPPING, encoding="utf-8")

    def write(self, patients: list[list[object]], header: list[str] = HEADER, **sheets: list[list[object]]) -> None:
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        sheet.title = "2026 patients"
        sheet.append(["Ketamine program, outcomes"])
        sheet.append(["updated by the front desk"])
        for row in (1, 2):
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=12)
        sheet.append([])
        for row in [header, *patients, [], AVERAGE]:
            sheet.append(row)
        for title, rows in sheets.items():
            further = workbook.create_sheet(title)
            for row in rows:
                further.append(row)
        workbook.save(self.workbook)

    def imported(self, **options: object):
        chosen = {"kind": "table", "name": "clinic", "mapping": self.mapping, "crosswalk": self.crosswalk, **options}
        return import_files(
            self.store, [self.workbook], ImportOptions(**chosen), SETTINGS, DEFINITIONS, lambda _line: None
        )

    def rows(self, result, table: str, columns: str) -> list[tuple[object, ...]]:
        return batch_rows(self.store, result.batch.id, table, columns)

    def quarantine(self, result) -> list[tuple[object, ...]]:
        return self.rows(result, "quarantine", "line, rule, column_name, found")

    def refusal(self, kind: type[OutcomesError], **options: object) -> str:
        with pytest.raises(kind) as caught:
            self.imported(**options)
        assert type(caught.value) is kind
        message = str(caught.value)
        assert not any(secret in message for secret in SECRETS)
        assert self.store.batches() == []
        return message

    def traces(self) -> set[str]:
        """The secrets that stand in any file of the store, by any encoding that writes them out."""
        left = b"".join(path.read_bytes() for path in self.store.folder.rglob("*") if path.is_file())
        return {secret for secret in SECRETS for form in ("utf-8", "utf-16-le") if secret.encode(form) in left}


@pytest.fixture
def clinic(tmp_path):
    return Clinic(tmp_path)


# --- what comes in --------------------------------------------------------------------------------------


def test_the_workbook_comes_in(clinic):
    result = clinic.imported()
    assert places(result) == {"courses": (3, 0, 0, 0), "infusions": (8, 0, 0, 0), "scores": (8, 0, 0, 0)}
    (lines,) = result.batch.lines
    assert (lines.file_name, lines.n_lines, lines.n_filtered, lines.n_without_row, lines.n_rows) == (
        "clinic.xlsx sheet 2026 patients", 4, 1, 0, 19,
    )  # fmt: skip
    assert result.batch.replaces == "patient"
    assert clinic.rows(result, "courses", "conditions, sex, age_band, period, course_number") == [
        (["anxiety", "depression"], "male", "35-39", "2026-Q1", 1),
        (["depression"], "female", "45-49", "2026-Q1", 1),
        (["depression"], "female", "70-74", "2026-Q1", 1),
    ]
    assert clinic.rows(result, "infusions", "minute / 1440, infusion_number, dose_mg_per_kg") == [
        (0, 1, 0.5), (0, 1, 0.5), (0, 1, 0.75), (2, 2, 0.5), (2, 2, 0.5), (2, 2, 0.75), (6, 3, 0.5), (7, 3, 0.5),
    ]  # fmt: skip
    assert clinic.rows(result, "scores", "minute / 1440, timing, infusion_number, score, is_day_resolution") == [
        (0, "after", 1, 12, False),
        (0, "after", 1, 17, False),
        (0, "before", None, 16, False),
        (0, "before", None, 19, False),
        (0, "before", None, 21, False),
        (7, "before", 3, 9, False),
        (27, None, None, 11, True),
        (28, None, None, 6, True),
    ]
    assert build(clinic.store, SETTINGS, DEFINITIONS, lambda _line: None).id


def test_the_command_prints_lines_rows_and_places(clinic, capsys):
    code = main(
        ["--store", str(clinic.store.folder), "import", str(clinic.workbook), "--mapping", str(clinic.mapping),
         "--crosswalk", str(clinic.crosswalk), "--data-through", "2026-04-30"]
    )  # fmt: skip
    printed = capsys.readouterr()
    assert code == 0
    assert printed.out.split("\n", 1)[1] == (
        "                                 lines  left out by a filter  without a row  rows given\n"
        "clinic.xlsx sheet 2026 patients      4                     1              0          19\n"
        "           records  no value  rows  accepted  duplicate  quarantined  not tracked\n"
        "courses          3         0     3         3          0            0            0\n"
        "infusions        8         0     8         8          0            0            0\n"
        "scores           8         0     8         8          0            0            0\n"
        "Note: clinic.xlsx sheet 2026 patients: 2 columns under drop, not read.\n"
        "Next: `outcomes build`.\n"
    )
    assert not any(secret in printed.out + printed.err for secret in SECRETS)


def test_the_same_again_changes_nothing_and_a_comment_in_the_mapping_is_no_change(clinic):
    assert clinic.imported().is_new
    clinic.mapping.write_text(f"# A comment\n{MAPPING}", encoding="utf-8")
    kept = clinic.crosswalk.read_bytes()
    assert not clinic.imported().is_new
    assert clinic.crosswalk.read_bytes() == kept


def test_another_mapping_of_the_same_file_is_another_import(clinic):
    clinic.imported()
    clinic.mapping.write_text(MAPPING.replace('"before infusion 3"', '"after infusion 3"'), encoding="utf-8")
    assert clinic.imported().is_new


def test_a_later_export_meets_the_same_patients_and_replaces_them(clinic):
    first = clinic.imported()
    patients = clinic.rows(first, "courses", "patient_id")
    corrected = [list(row) for row in PATIENTS]
    corrected[0][5] = D(2026, 2, 2)
    corrected.append(["00420", "Di", D(1970, 5, 5), "MDD", "F", D(2026, 3, 2), None, None, 0.5, 14])
    clinic.write(corrected)
    later = clinic.imported()
    assert set(patients) < set(clinic.rows(later, "courses", "patient_id"))
    days = clinic.rows(later, "infusions", "minute / 1440")
    assert days == [(0,), (0,), (0,), (0,), (2,), (2,), (3,), (6,), (8,)], "the corrected start moves the others"
    build(clinic.store, SETTINGS, DEFINITIONS, lambda _line: None)


def test_lines_that_repeat_a_patient_are_courses_of_one_patient(clinic):
    second = [*PATIENTS[0][:5], D(2026, 6, 1), D(2026, 6, 3), None, 0.5, 15, 14, None, None, None, None]
    clinic.write([*PATIENTS, second])
    result = clinic.imported()
    numbers = clinic.rows(result, "courses", "count(*), list_sort(list(course_number)), list_sort(list(period))")
    courses = clinic.rows(result, "courses", "split_part(course_id, '-', 2) = course_number, patient_id")
    assert numbers == [(4, [1, 1, 1, 2], ["2026-Q1", "2026-Q1", "2026-Q1", "2026-Q2"])]
    assert all(matches for matches, _ in courses)
    assert len({patient for _, patient in courses}) == 3


LATER = [["MRN", "When", "Form", "Result"]]
LATER_MAPPING = """
[[table]]
sheet = "Later"
record_number = "MRN"

[[table.score]]
scale = { column = "Form", others = "not tracked", values = { "PHQ 9" = "PHQ-9" } }
total = "Result"
when = { date = "When" }
"""


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (["00417", D(2026, 4, 1), "PHQ 9", 5], (1, 0, 0)),
        (["00417", D(2026, 1, 4), "PHQ 9", 5], (1, 0, 0)),
        (["00417", D(2026, 1, 3), "PHQ 9", 5], (0, 0, 1)),
        (["00417", D(2019, 4, 1), "PHQ 9", 5], (0, 0, 1)),
        (["00417", D(2026, 4, 1), "Sleep diary", 5], (0, 0, 1)),
        (["00417", D(1926, 4, 1), "PHQ 9", 5], (0, 1, 0)),
        (["00417", D(2999, 4, 1), "PHQ 9", 5], (0, 1, 0)),
        (["00417", None, "PHQ 9", 5], (0, 1, 0)),
        ([None, D(2026, 4, 1), "PHQ 9", 5], (0, 1, 0)),
        (["00999", D(2026, 4, 1), "PHQ 9", 5], (0, 1, 0)),
        (["00417", D(2026, 4, 1), "PHQ 9", None], (0, 0, 0)),
    ],
    ids=[
        "after the course began", "30 days before", "31 days before", "years before", "another questionnaire",
        "a century before", "in the future", "no date", "no patient", "a patient without a line", "no value",
    ],
)  # fmt: skip
def test_where_a_score_on_another_sheet_ends(clinic, score, expected):
    clinic.write(PATIENTS, Later=[*LATER, score])
    clinic.mapping.write_text(MAPPING + LATER_MAPPING, encoding="utf-8")
    accepted, _, quarantined, not_tracked = places(clinic.imported())["scores"]
    assert (accepted - 8, quarantined, not_tracked) == expected


def test_a_score_on_the_first_day_is_the_baseline_only_if_it_is_alone(clinic):
    """Patient 00419 has one score that says it was before the course, and now two that only name the day."""
    same_day = [["00419", D(2026, 3, 2), "PHQ 9", 9]]
    clinic.write(PATIENTS, Later=[*LATER, *same_day])
    clinic.mapping.write_text(MAPPING + LATER_MAPPING, encoding="utf-8")
    assert clinic.quarantine(clinic.imported()) == [(2, "before_or_after_unknown", "timing", "blank")]


def test_a_score_with_a_time_of_day_on_the_first_day_does_not_need_to_be_alone(clinic):
    patients = [[*PATIENTS[2][:5], datetime(2026, 3, 2, 9, 30), *PATIENTS[2][6:]]]
    later = [
        [*LATER[0], "Time"],
        ["00419", D(2026, 3, 2), "PHQ 9", 9, time(9, 0)],
        ["00419", D(2026, 3, 2), "PHQ 9", 8, "10:10 AM"],
    ]
    clinic.write(patients, Later=later)
    clinic.mapping.write_text(
        MAPPING + LATER_MAPPING.replace('date = "When"', 'date = "When", time = "Time"'), encoding="utf-8"
    )
    result = clinic.imported()
    assert clinic.rows(result, "scores", "minute, timing, score") == [(-30, None, 9), (0, "before", 16), (40, None, 8)]


# --- rows that are wrong --------------------------------------------------------------------------------


def changed(row: int, **cells: object) -> list[list[object]]:
    patients = [list(patient) for patient in PATIENTS]
    for column, cell in cells.items():
        patients[row][HEADER.index(column.replace("_", " ").replace("FU", "F/U"))] = cell
    return patients


WRONG = {
    "a total above the scale": (changed(0, PHQ9_pre=28), [(5, "out_of_range", "PHQ9 pre", "28")]),
    "text in place of a total": (
        changed(0, PHQ9_post_1="refused to answer"),
        [(5, "not_a_number", "PHQ9 post 1", "text, 17 characters")],
    ),
    "a formula without a result": (changed(0, PHQ9_pre="#DIV/0!"), [(5, "error_cell", "PHQ9 pre", "#DIV/0!")]),
    "a day that no month has": (
        changed(0, FU_date="31.02.2026"),
        [(5, "unreadable_date", "F/U date", "text like 99.99.9999")],
    ),
    "words in place of a date": (
        changed(0, FU_date="some time in spring"),
        [(5, "unreadable_date", "F/U date", "text, 19 characters")],
    ),
    "a number in place of a date": (changed(0, FU_date=46084), [(5, "unreadable_date", "F/U date", "a number")]),
    "a follow-up without its date": (changed(0, FU_date=None), [(5, "missing_key", "F/U date", "blank")]),
    "a diagnosis that the mapping does not name": (
        changed(2, Diagnosis="Fibro"),
        [
            (7, "course_in_quarantine", "MRN", ""),
            (7, "course_in_quarantine", "MRN", ""),
            (7, "course_in_quarantine", "MRN", ""),
            (7, "unknown_condition", "Diagnosis", "text, 5 characters"),
        ],
    ),
    "a first infusion that cannot be read": (
        changed(2, Infusion_1="2 March", PHQ9_post_1=9),
        [
            (7, "clock_unknown", "Infusion 1", "not known"),
            (7, "course_in_quarantine", "MRN", ""),
            (7, "course_in_quarantine", "MRN", ""),
            (7, "course_in_quarantine", "MRN", ""),
            (7, "unreadable_date", "Infusion 1", "text like 9 aaaaa"),
        ],
    ),
    "a later infusion that cannot be read": (
        changed(2, Infusion_2="4 March"),
        [(7, "unreadable_date", "Infusion 2", "text like 9 aaaaa")],
    ),
    "a later infusion before the first": (
        changed(2, Infusion_2=D(2026, 2, 20)),
        [
            (7, "clock_not_at_first_infusion", "MRN", ""),
            (7, "clock_not_at_first_infusion", "MRN", ""),
            (7, "clock_not_at_first_infusion", "MRN", ""),
            (7, "clock_not_at_first_infusion", "MRN", ""),
        ],
    ),
    "an infusion that is booked": (
        changed(2, Infusion_3=D(2999, 1, 1)),
        [(7, "future_date", "Infusion 3", "a date")],
    ),
    "a score after an infusion that was not given": (
        changed(2, PHQ9_post_2=9),
        [(7, "no_such_infusion", "PHQ9 post 2", "infusion 3")],
    ),
    "no record number": (
        changed(2, MRN=None),
        [
            (7, "missing_key", "MRN", "blank"),
            (7, "missing_key", "MRN", "blank"),
            (7, "missing_key", "MRN", "blank"),
            (7, "missing_key", "MRN", "blank"),
        ],
    ),
}


@pytest.mark.parametrize(("patients", "expected"), WRONG.values(), ids=WRONG)
def test_a_wrong_row_is_named_as_the_spreadsheet_shows_it(clinic, patients, expected):
    clinic.write(patients)
    result = clinic.imported(accept_quarantine=True)
    assert clinic.quarantine(result) == expected
    for table in result.batch.tables:
        ends = (table.n_accepted, table.n_duplicate, table.n_quarantined, table.n_not_tracked)
        assert sum(ends) == table.n_landed
    assert clinic.traces() == set()


def test_month_first_dates_among_day_first_ones_make_those_unreadable_that_could_be_either(clinic):
    """25.03.26 is certain; 03.25.26 is no day first; 2.3.26 could now be either, and is not guessed."""
    patients = changed(0, FU_date="25.03.26")
    patients[2][HEADER.index("PHQ9 F/U")], patients[2][HEADER.index("F/U date")] = 4, "03.25.26"
    clinic.write(patients)
    assert clinic.quarantine(clinic.imported(accept_quarantine=True)) == [
        (6, "ambiguous_date", "F/U date", "text like 9.9.99"),
        (7, "unreadable_date", "F/U date", "text like 99.99.99"),
    ]


# --- files, mappings and crosswalks that are wrong ------------------------------------------------------


def test_dates_as_text_without_a_stated_form(clinic):
    clinic.mapping.write_text("\n".join(MAPPING.splitlines()[:1] + MAPPING.splitlines()[2:]), encoding="utf-8")
    assert clinic.refusal(MappingInvalid).splitlines()[1:] == [
        f"  line 5: '{column}' of clinic.xlsx sheet 2026 patients holds dates written as text, like {form}: 0 can only "
        f"be day first, 0 can only be month first, 1 could be either. State how they are written, such as "
        'dates = "DD.MM.YYYY" (also MM, YY, MMM, hh:mm)'
        for column, form in (
            ("DOB", "9.9.9999"), ("F/U date", "9.9.99"), ("Infusion 1", "99.99.9999"), ("Infusion 2", "99.99.9999"),
        )
    ]  # fmt: skip


def test_dates_that_excel_may_have_swapped(clinic):
    """Typed day first into a month-first Excel: what could be a date became another one, the rest stayed text."""
    rows = [
        *(["00417", D(2026, 4, day), "PHQ 9", 10 + day] for day in (5, 6, 7)),
        *(["00417", f"{day}.04.2026", "PHQ 9", 20] for day in (25, 26, 27)),
    ]
    clinic.write(PATIENTS, Later=[*LATER, *rows])
    clinic.mapping.write_text(MAPPING + LATER_MAPPING, encoding="utf-8")
    message = clinic.refusal(MappingInvalid)
    assert message.splitlines()[1:] == [
        (
            "  line 31: 'When' of clinic.xlsx sheet Later: every date that Excel knew as a date has a day up to 12, "
            "and every date left as text a day above. Excel seems to have taken day and month for each other where it "
            "could. Have the dates entered again, or state trust_excel_dates = true if they are right"
        )
    ]
    trusting = LATER_MAPPING.replace('sheet = "Later"', 'sheet = "Later"\ntrust_excel_dates = true')
    clinic.mapping.write_text(MAPPING + trusting, encoding="utf-8")
    assert places(clinic.imported())["scores"] == (14, 0, 0, 0)


def test_a_header_row_that_is_another(clinic):
    clinic.mapping.write_text(MAPPING.replace("header_row = 4\n", ""), encoding="utf-8")
    assert clinic.refusal(MappingInvalid).splitlines()[1:] == [
        "  line 6: row 1 of clinic.xlsx sheet 2026 patients does not hold the column names, row 4 does: header_row = 4"
    ]


def test_a_header_row_that_is_blank(clinic):
    clinic.mapping.write_text(MAPPING.replace("header_row = 4", "header_row = 3"), encoding="utf-8")
    assert clinic.refusal(MappingInvalid).splitlines()[1:] == [
        ("  line 8: row 3 of clinic.xlsx sheet 2026 patients is blank, row 4 holds the column names: header_row = 4")
    ]


def test_an_empty_sheet(clinic):
    clinic.write(PATIENTS, Later=[])
    clinic.mapping.write_text(MAPPING + LATER_MAPPING, encoding="utf-8")
    assert clinic.refusal(FileRefused) == (
        "clinic.xlsx sheet Later: row 1 is blank or missing; expected the column names there. "
        "Say with header_row in the mapping which row holds them."
    )


def test_a_sheet_that_is_not_there(clinic):
    clinic.mapping.write_text(MAPPING.replace("2026 patients", "2026 patient"), encoding="utf-8")
    assert clinic.refusal(MappingInvalid).splitlines()[1:] == [
        "  line 7: no sheet is named '2026 patient'. Did you mean '2026 patients'?"
    ]


def test_a_star_stands_for_anything_in_the_name_of_a_sheet(clinic):
    clinic.mapping.write_text(MAPPING.replace("2026 patients", "* PAT*"), encoding="utf-8")
    assert places(clinic.imported())["courses"] == (3, 0, 0, 0)


def test_a_star_that_stands_for_two_sheets(clinic):
    clinic.write(PATIENTS, **{"2025 patients": [HEADER]})
    clinic.mapping.write_text(MAPPING.replace("2026 patients", "* patients"), encoding="utf-8")
    assert clinic.refusal(MappingInvalid).splitlines()[1:] == [
        (
            "  line 7: 2 sheets are named '* patients' (clinic.xlsx sheet 2026 patients, clinic.xlsx sheet 2025 "
            "patients); say which file, or rename one"
        )
    ]


def test_the_lock_file_of_an_open_workbook(clinic):
    clinic.workbook = clinic.workbook.with_name("~$clinic.xlsx")
    clinic.workbook.write_bytes(b"\x0bOwner")
    assert clinic.refusal(FileRefused) == (
        "~$clinic.xlsx is the lock file that Excel keeps while a workbook is open. Close the workbook in Excel, then "
        "give the workbook itself."
    )


def test_two_sheets_of_one_name(clinic):
    clinic.write(PATIENTS, **{"2026 patients ": [HEADER]})
    assert clinic.refusal(MappingInvalid).splitlines()[1:] == [
        (
            "  line 7: 2 sheets are named '2026 patients' (clinic.xlsx sheet 2026 patients, clinic.xlsx sheet 2026 "
            "patients ); say which file, or rename one"
        )
    ]


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_workbook_that_was_cut_off(clinic, kept):
    data = clinic.workbook.read_bytes()
    clinic.workbook.write_bytes(data[: int(len(data) * kept)])
    assert clinic.refusal(FileRefused) == (
        "clinic.xlsx is not a readable Excel workbook (cut off, damaged or another format). "
        "Open it in Excel, save it again, and import that."
    )


def test_a_workbook_with_a_password(clinic):
    clinic.workbook.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4000))
    assert clinic.refusal(FileRefused) == (
        "clinic.xlsx is locked with a password, or is an older Excel file under a new name. "
        "Open it, save it as an Excel workbook (.xlsx) without a password, and import that."
    )


def test_a_formula_that_was_never_computed(clinic):
    clinic.write(changed(1, PHQ9_pre="=12+9"))
    assert clinic.refusal(FileRefused) == (
        "clinic.xlsx sheet 2026 patients cell J6: a formula that no program has computed yet. "
        "Open the workbook in Excel, save it, and import it again."
    )


def test_a_value_beside_the_table(clinic):
    clinic.write([[*PATIENTS[0], "one more note"], *PATIENTS[1:]])
    assert clinic.refusal(FileRefused) == (
        "clinic.xlsx sheet 2026 patients line 5: a value in column P, beyond the last column with a name. "
        "Name the column, or clear it."
    )


def test_the_same_patient_written_in_two_ways(clinic):
    clinic.write(PATIENTS, Later=[*LATER, [417, D(2026, 4, 1), "PHQ 9", 5]])
    clinic.mapping.write_text(MAPPING + LATER_MAPPING, encoding="utf-8")
    assert clinic.refusal(FileRefused) == (
        "1 patient is written in two ways, with and without leading zeros, blanks or capitals (the first in "
        "clinic.xlsx sheet Later line 2), and would count as two. Write them alike; in Excel, format the column as "
        "text on every sheet."
    )


def test_record_numbers_need_a_crosswalk(clinic):
    assert clinic.refusal(CrosswalkUnfit, crosswalk=None) == (
        "The mapping mapping.toml names record numbers, which become random pseudonyms: say with --crosswalk FILE "
        "where to keep which is whose. The file is made if it does not exist; keep it outside the store, and back it "
        "up."
    )


def test_a_crosswalk_inside_the_store(clinic):
    inside = clinic.store.folder / "crosswalk.csv"
    assert "would stand inside the store" in clinic.refusal(CrosswalkUnfit, crosswalk=inside)
    assert not inside.exists()


def test_a_crosswalk_that_another_import_holds(clinic):
    with FileLock(clinic.crosswalk.with_name(".crosswalk.csv.lock")):
        assert "Another import holds the crosswalk" in clinic.refusal(CrosswalkBusy)


def test_a_crosswalk_that_cannot_be_written(clinic, monkeypatch):
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.privacy.crosswalk_file.os.fsync", fails)
    assert clinic.refusal(CrosswalkUnfit) == (
        f"The crosswalk {clinic.crosswalk} cannot be written (No space left on device). Nothing was imported. "
        "Check the folder, or give another file with --crosswalk."
    )
    assert not clinic.crosswalk.exists()


def test_a_crosswalk_that_was_lost_or_is_another(clinic):
    clinic.imported()
    clinic.write(changed(0, PHQ9_pre=20))
    clinic.crosswalk.unlink()
    with pytest.raises(CrosswalkUnfit, match=r"holds 3 patients of table:clinic, and the crosswalk .* does not exist"):
        clinic.imported()
    assert len(clinic.store.batches()) == 1
    assert not clinic.crosswalk.exists()


def test_a_refused_import_leaves_the_crosswalk_as_it_was(clinic):
    clinic.imported()
    before = clinic.crosswalk.read_bytes()
    clinic.write([*PATIENTS, ["00500", None, None, "MDD", None, D(2026, 3, 1), None, None, None, "=1+1"]])
    with pytest.raises(FileRefused):
        clinic.imported()
    assert clinic.crosswalk.read_bytes() == before


# --- nothing is left ------------------------------------------------------------------------------------


def test_neither_record_numbers_nor_dates_are_left_anywhere(clinic, monkeypatch):
    """In the store, in the scratch folder while rows are judged, in the snapshot, and in the temporary folder."""
    seen: set[str] = set()

    def watch(_line: str) -> None:
        seen.update(clinic.traces())

    monkeypatch.setenv("TMPDIR", str(clinic.folder / "tmp"))
    (clinic.folder / "tmp").mkdir()
    options = ImportOptions(kind="table", name="clinic", mapping=clinic.mapping, crosswalk=clinic.crosswalk)
    import_files(clinic.store, [clinic.workbook], options, SETTINGS, DEFINITIONS, watch)
    build(clinic.store, SETTINGS, DEFINITIONS, watch)
    assert seen | clinic.traces() == set()
    assert list((clinic.folder / "tmp").rglob("*")) == []
    crosswalk = clinic.crosswalk.read_text(encoding="utf-8")
    assert "00417" in crosswalk, "the clinic keeps the way back"
    assert not any(secret in crosswalk for secret in SECRETS[1:])


def test_a_landing_table_holds_no_date(clinic, monkeypatch):
    """Whatever the database could spill: every landed text is searched before rows are judged."""
    from pipelines.sources import judging

    found: list[str] = []
    load = judging.load_held

    def searching(connection, *arguments, **options):
        for (table,) in connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables where table_schema = 'landing'"
        ).fetchall():
            rows = connection.execute(f"select * from {table}").fetchall()
            found.extend(secret for secret in SECRETS if secret in str(rows))
        load(connection, *arguments, **options)

    monkeypatch.setattr(judging, "load_held", searching)
    clinic.imported()
    assert found == []


def test_openpyxl_says_nothing_of_its_own(clinic):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clinic.imported()
