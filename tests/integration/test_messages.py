"""Each wrong input gets the contract's answer, word for word: what was found, where, and the cure.

The patient `pat-773` and the score 13 stand in every input, so that a message that repeats a patient's value
is caught.
"""

import gzip
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from batches import batch_rows, places

from pipelines.build import build
from pipelines.cli import main
from pipelines.errors import CourseConflict, FileRefused, OutcomesError, SyntheticMix
from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.flow import course_flow
from pipelines.settings import read_settings
from pipelines.sources.intake import ImportResult, import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
COURSES = "course_id,conditions\npat-773,depression\n"
INFUSIONS = "course_id,days_from_start\npat-773,0\n"
SCORES = "course_id,scale,days_from_start,total\npat-773,PHQ-9,-1,26\npat-773,PHQ-9,21,13\n"
MANY_SCORES = "".join(f"pat-773,PHQ-9,{30 + i / 1000},{i * 7919 % 28}\n" for i in range(30_000))
PATIENT_VALUES = ("pat-773", "13")


@dataclass
class Clinic:
    """A folder of exports and a store."""

    folder: Path

    @property
    def exports(self) -> Path:
        return self.folder / "exports"

    @property
    def store(self) -> Store:
        return Store(self.folder / "store")

    def write(self, **files: str | bytes) -> None:
        """Files in place of all that stood there; `scores_csv` is scores.csv."""
        self.exports.mkdir(exist_ok=True)
        for path in self.exports.iterdir():
            path.unlink()
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (self.exports / name.replace("_", ".")).write_bytes(data)

    def imported(self, *paths: Path, **options: object) -> ImportResult:
        chosen = list(paths) or [self.exports]
        return import_files(self.store, chosen, ImportOptions(**options), SETTINGS, DEFINITIONS, lambda _line: None)

    def refusal(self, *paths: Path, kind: type[OutcomesError] = FileRefused, **options: object) -> str:
        """The message of an import that is refused; nothing of it may be left."""
        before = [batch.id for batch in self.store.batches()]
        with pytest.raises(kind) as caught:
            self.imported(*paths, **options)
        message = str(caught.value)
        assert type(caught.value) is kind
        assert "\n" not in message
        assert "Traceback" not in message
        assert not any(value in message.replace(str(self.folder), "") for value in PATIENT_VALUES)
        assert [batch.id for batch in self.store.batches()] == before
        left = {path.name for path in self.store.folder.rglob("*") if path.is_file() and "batches" not in path.parts}
        assert left <= {".lock"}
        return message

    def quarantine(self, result: ImportResult) -> list[tuple[object, ...]]:
        return batch_rows(self.store, result.batch.id, "quarantine", "file_name, line, rule, column_name, found")


@pytest.fixture
def clinic(tmp_path):
    return Clinic(tmp_path)


# --- worked examples ------------------------------------------------------------------------------------


def test_a_sound_export_is_taken_in(clinic):
    clinic.write(courses_csv=COURSES, infusions_csv=INFUSIONS, scores_csv=SCORES)
    result = clinic.imported()
    assert (result.is_new, result.batch.is_live) == (True, True)
    assert places(result) == {"courses": (1, 0, 0, 0), "infusions": (1, 0, 0, 0), "scores": (2, 0, 0, 0)}


def test_a_byte_order_mark_is_no_part_of_the_first_column(clinic):
    clinic.write(courses_csv=COURSES.encode("utf-8-sig"), scores_csv=SCORES.encode("utf-8-sig"))
    assert places(clinic.imported()) == {"courses": (1, 0, 0, 0), "scores": (2, 0, 0, 0)}


def test_windows_line_ends_and_blank_lines_are_accepted(clinic):
    clinic.write(courses_csv=COURSES.replace("\n", "\r\n"), scores_csv=SCORES.replace("\n", "\r\n\r\n"))
    assert places(clinic.imported()) == {"courses": (1, 0, 0, 0), "scores": (2, 0, 0, 0)}


def test_the_same_import_again_changes_nothing(clinic):
    clinic.write(courses_csv=COURSES, scores_csv=SCORES)
    first, again = clinic.imported(), clinic.imported()
    assert (first.is_new, again.is_new) == (True, False)
    assert again.batch == first.batch
    assert len(clinic.store.batches()) == 1


def test_a_later_export_that_holds_all_of_a_course_replaces_it(clinic):
    clinic.write(courses_csv=COURSES, infusions_csv=INFUSIONS, scores_csv=SCORES)
    clinic.imported()
    clinic.write(courses_csv=COURSES, scores_csv=SCORES + "pat-773,PHQ-9,28,6\n")
    assert places(clinic.imported()) == {"courses": (1, 0, 0, 0), "scores": (3, 0, 0, 0)}
    snapshot = build(clinic.store, SETTINGS, DEFINITIONS, lambda _line: None)
    with duckdb.connect(str(clinic.store.snapshot_file(snapshot.id, "warehouse.duckdb")), read_only=True) as warehouse:
        assert warehouse.execute("select count(*) from outcome.courses").fetchall() == [(1,)]
        assert warehouse.execute("select count(*) from outcome.assessments").fetchall() == [(3,)]


def test_scores_that_the_store_holds_are_duplicates_where_an_import_only_adds(clinic):
    clinic.write(courses_csv=COURSES, infusions_csv=INFUSIONS, scores_csv=SCORES)
    clinic.imported()
    clinic.write(courses_csv=COURSES, infusions_csv=INFUSIONS, scores_csv=SCORES + "pat-773,PHQ-9,28,6\n")
    assert places(clinic.imported(is_append=True)) == {
        "courses": (0, 1, 0, 0),
        "infusions": (0, 1, 0, 0),
        "scores": (1, 2, 0, 0),
    }


def test_follow_up_scores_alone_are_added(clinic):
    clinic.write(courses_csv=COURSES, scores_csv=SCORES)
    clinic.imported()
    clinic.write(scores_csv="course_id,scale,days_from_start,total\npat-773,PHQ-9,28,6\n")
    result = clinic.imported(is_append=True)
    assert places(result) == {"scores": (1, 0, 0, 0)}
    assert result.batch.replacements == ()


def test_an_export_of_what_is_new_alone_is_told_that_it_replaces_what_was_held(clinic):
    clinic.write(courses_csv=COURSES, scores_csv=SCORES)
    clinic.imported()
    clinic.write(scores_csv="course_id,scale,days_from_start,total\npat-773,PHQ-9,28,6\n")
    batch = clinic.imported().batch
    assert batch.notes[-1] == (
        "scores.csv: 2 rows that the store held of courses in this export are not in it any more and no longer count. "
        "If the export holds only what is new, import it with --append instead (`outcomes retract` takes this import "
        "back)."
    )


def test_a_course_without_a_baseline_is_accepted_and_stands_in_the_flow(clinic):
    clinic.write(
        courses_csv=COURSES + "pat-774,depression\n",
        infusions_csv=INFUSIONS + "pat-774,0\n",
        scores_csv=SCORES + "pat-774,PHQ-9,21,9\n",
    )
    assert places(clinic.imported())["scores"] == (3, 0, 0, 0)
    build(clinic.store, SETTINGS, DEFINITIONS, lambda _line: None)
    published = open_published(clinic.store)
    flow = course_flow(published, Filters()).set_index("statistic")["n_courses"]
    published.close()
    assert (flow["started"], flow["with_baseline"], flow["observed"]) == (2, 1, 1)


def test_headers_alone_are_refused(clinic):
    clinic.write(courses_csv=COURSES.splitlines()[0] + "\n", scores_csv=SCORES.splitlines()[0] + "\n")
    with pytest.raises(FileRefused) as refused:
        clinic.imported()
    assert str(refused.value) == "courses.csv, scores.csv: no row in any file, only headers. Export it again."


def test_a_header_without_rows_is_a_table_without_rows(clinic):
    clinic.write(courses_csv=COURSES, scores_csv=SCORES.splitlines()[0] + "\n")
    result = clinic.imported()
    assert places(result) == {"courses": (1, 0, 0, 0), "scores": (0, 0, 0, 0)}


# --- rows that are wrong --------------------------------------------------------------------------------


def test_a_total_of_28_on_phq9_is_quarantined(clinic):
    clinic.write(courses_csv=COURSES, scores_csv=SCORES + "pat-773,PHQ-9,28,28\n")
    result = clinic.imported(accept_quarantine=True)
    assert places(result)["scores"] == (2, 0, 1, 0)
    assert clinic.quarantine(result) == [("scores.csv", 4, "out_of_range", "total", "28")]


def test_an_unknown_condition_is_quarantined_and_its_text_not_kept(clinic):
    clinic.write(courses_csv=COURSES + "B,low mood of John\n", scores_csv=SCORES)
    result = clinic.imported(accept_quarantine=True)
    assert clinic.quarantine(result) == [("courses.csv", 3, "unknown_condition", "conditions", "text, 16 characters")]
    kept = b"".join(path.read_bytes() for path in clinic.store.folder.rglob("*") if path.is_file())
    assert b"John" not in kept


def test_too_much_in_quarantine_is_kept_but_does_not_count(clinic, capsys):
    broken = SCORES + "pat-773,PHQ-9,28,28\n"
    clinic.write(courses_csv=COURSES, scores_csv=broken)
    store = str(clinic.store.folder)
    assert main(["--store", store, "import", str(clinic.exports)]) == 1
    message = capsys.readouterr().err.splitlines(keepends=True)[-1]
    assert message == (
        "outcomes: 25% of the rows are in quarantine, more than the 20% allowed: the batch is kept but does not "
        "count. See `outcomes quarantine`, mend the export and import it again, or import with "
        "--accept-quarantine.\n"
    )
    assert [batch.is_live for batch in clinic.store.batches()] == [False]
    assert main(["--store", store, "build"]) == 2
    assert capsys.readouterr().err.splitlines(keepends=True)[-1] == (
        f"outcomes: The store {store} has no data that counts. Run `outcomes import` first; a batch with too much in "
        "quarantine counts only with --accept-quarantine, one that was taken back only with --again.\n"
    )
    assert main(["--store", store, "import", str(clinic.exports), "--accept-quarantine"]) == 0
    assert sorted(batch.is_live for batch in clinic.store.batches()) == [False, True]
    assert main(["--store", store, "build"]) == 0


def test_a_fifth_in_quarantine_still_counts(clinic):
    clinic.write(courses_csv=COURSES, scores_csv=SCORES + "pat-773,PHQ-9,28,28\npat-773,PHQ-9,35,9\n")
    result = clinic.imported()
    assert (result.quarantined_fraction, result.batch.is_live) == (0.2, True)


# --- files that are wrong: columns ----------------------------------------------------------------------

EXPECTED_SCORES = "course_id, scale, one of minutes_from_start / hours_from_start / days_from_start"
CLOCKS = "minutes_from_start, hours_from_start, days_from_start"

COLUMN_FAULTS = {
    "a misspelt required column": (
        {"courses_csv": COURSES.replace("conditions", "condition")},
        (
            "courses.csv has no column 'conditions'. The nearest column found is 'condition': rename it. "
            "Found: course_id, condition. Expected at least: course_id, conditions."
        ),
    ),
    "a required column under another name": (
        {"courses_csv": COURSES, "scores_csv": SCORES.replace("scale", "instrument")},
        (
            "scores.csv has no column 'scale'. Found: course_id, instrument, days_from_start, total. "
            f"Expected at least: {EXPECTED_SCORES}."
        ),
    ),
    "an unknown column like a known one": (
        {"courses_csv": "course_id,conditions,stie\npat-773,depression,North\n"},
        (
            "courses.csv has a column 'stie' that is not known. Did you mean 'site'? Rename it or leave it out; "
            "a further attribute is named attr_<name> (small letters, digits, _)."
        ),
    ),
    "an unknown column like no other": (
        {"courses_csv": COURSES, "scores_csv": "course_id,scale,days_from_start,total,colour\npat-773,PHQ-9,21,13,x\n"},
        "scores.csv has a column 'colour' that is not known. Rename it or leave it out.",
    ),
    "neither total nor items": (
        {"courses_csv": COURSES, "scores_csv": SCORES.replace("total", "totl")},
        "scores.csv has neither 'total' nor items (item_1, item_2 ...). The nearest column found is 'totl': rename it.",
    ),
    "two time columns": (
        {
            "courses_csv": COURSES,
            "scores_csv": "course_id,scale,days_from_start,hours_from_start,total\npat-773,PHQ-9,1,24,13\n",
        },
        f"scores.csv has days_from_start and hours_from_start. Give exactly one of {CLOCKS}.",
    ),
    "no time column": (
        {"courses_csv": COURSES, "scores_csv": SCORES.replace("days_from", "day_from")},
        f"scores.csv has no time column. Give exactly one of {CLOCKS}. Did you mean 'days_from_start'?",
    ),
    "a column twice": (
        {"courses_csv": COURSES, "scores_csv": SCORES.replace("scale", "course_id")},
        "scores.csv: the column 'course_id' comes twice. Keep one of them.",
    ),
    "no header line": (
        {"courses_csv": COURSES, "scores_csv": SCORES.split("\n", 1)[1]},
        (
            "scores.csv: line 1 does not hold the column names. Expected a header line with at least: "
            f"{EXPECTED_SCORES}."
        ),
    ),
}


@pytest.mark.parametrize(("files", "message"), COLUMN_FAULTS.values(), ids=COLUMN_FAULTS)
def test_a_wrong_column_is_named_with_the_cure(clinic, files, message):
    clinic.write(**files)
    assert clinic.refusal() == message


# --- files that are wrong: shape ------------------------------------------------------------------------

ENDINGS = ".csv, .csv.gz, .tsv, .tsv.gz, .parquet, .xlsx, .xlsm"
NO_ENCODING = "is neither UTF-8 nor Windows CP1252 text. Save it as 'CSV UTF-8' and import it again."
CUT_OFF = "The file may be cut off, or a cell with a comma lacks quotation marks; export it again."
NOT_CLOSED = "a quotation mark is opened and not closed. The file may be cut off; export it again."
NOT_GZIP = "scores.csv.gz is not a readable gzip file. Compress it again, or give it unpacked."
NOT_PARQUET = "scores.parquet is not a readable Parquet file (empty, truncated or another format). Export it again."
PACKED = gzip.compress((SCORES + MANY_SCORES).encode(), mtime=0)

SHAPE_FAULTS = {
    "an empty file": (
        {"scores_csv": ""},
        "scores.csv is empty. Expected: a header line with the column names, then one line a row.",
    ),
    "blank lines alone": (
        {"scores_csv": "\n\n"},
        "scores.csv: line 1 is blank; expected the column names there. Delete the line.",
    ),
    "semicolons": (
        {"scores_csv": SCORES.replace(",", ";")},
        "scores.csv has semicolons between columns; expected commas. Export it again with commas.",
    ),
    "tabs in a CSV file": (
        {"scores_csv": SCORES.replace(",", "\t")},
        "scores.csv has tabs between columns; expected commas. Export it again with commas.",
    ),
    "commas in a TSV file": (
        {"scores_tsv": SCORES},
        "scores.tsv has commas between columns; expected tabs. Export it again with tabs.",
    ),
    "a byte that neither UTF-8 nor CP1252 knows": (
        {"scores_csv": SCORES.encode() + b"pat-773,Ph\x9d,28,6\n"},
        f"scores.csv {NO_ENCODING}",
    ),
    "UTF-8 and CP1252 mixed": (
        {"scores_csv": SCORES.encode() + "pat-773,Phö,28,6\n".encode() + "pat-773,Phö,28,6\n".encode("cp1252")},
        f"scores.csv {NO_ENCODING}",
    ),
    "UTF-16 as spreadsheets save it": (
        {"scores_csv": SCORES.encode("utf-16")},
        f"scores.csv {NO_ENCODING}",
    ),
    "too few cells in a CP1252 file": (
        {"scores_csv": (SCORES + "pat-773,Phö\n").encode("cp1252")},
        f"scores.csv line 4: 2 cells, expected 4. {CUT_OFF}",
    ),
    "an unterminated quotation mark in a CP1252 file": (
        {"scores_csv": (SCORES + 'pat-773,"Phö,28,6\n').encode("cp1252")},
        f"scores.csv after line 3: {NOT_CLOSED}",
    ),
    "an unterminated quotation mark": (
        {"scores_csv": SCORES.replace("PHQ-9,21", '"PHQ-9,21')},
        f"scores.csv line 3: {NOT_CLOSED}",
    ),
    "an unterminated quotation mark in a long file": (
        {"scores_csv": SCORES.replace("PHQ-9,21", '"PHQ-9,21') + MANY_SCORES},
        f"scores.csv line 3: {NOT_CLOSED}",
    ),
    "an unterminated quotation mark in the header": (
        {"scores_csv": '"' + SCORES},
        "scores.csv: the header line is not closed properly (a quotation mark is open). Export it again.",
    ),
    "too many cells": (
        {"scores_csv": SCORES + "pat-773,PHQ-9,28,6,7\n"},
        f"scores.csv line 4: 5 cells, expected 4. {CUT_OFF}",
    ),
    "too few cells": (
        {"scores_csv": SCORES + "pat-773,PHQ-9\n"},
        f"scores.csv line 4: 2 cells, expected 4. {CUT_OFF}",
    ),
    "not packed": ({"scores_csv_gz": SCORES}, NOT_GZIP),
    "a packed file cut off in its first block": (
        {"scores_csv_gz": gzip.compress(SCORES.encode(), mtime=0)[:-12]},
        NOT_GZIP,
    ),
    "a packed file cut off later": ({"scores_csv_gz": PACKED[: len(PACKED) // 2]}, NOT_GZIP),
    "a packed file that was damaged": ({"scores_csv_gz": PACKED[:3000] + b"x" * 40 + PACKED[3040:]}, NOT_GZIP),
    "a Parquet file cut off": ({"scores_parquet": b"PAR1" + b"\0" * 200}, NOT_PARQUET),
    "an empty Parquet file": ({"scores_parquet": b""}, NOT_PARQUET),
    "CSV named Parquet": ({"scores_parquet": SCORES}, NOT_PARQUET),
    "a cell longer than any cell may be": (
        {"scores_csv": SCORES.replace("PHQ-9,21", f'"{"x" * 140_000}",21')},
        None,
    ),
}


@pytest.mark.parametrize(("files", "message"), SHAPE_FAULTS.values(), ids=SHAPE_FAULTS)
def test_a_file_that_is_not_what_its_name_says_is_refused(clinic, files, message):
    clinic.write(courses_csv=COURSES, **files)
    if message is None:
        with pytest.raises(OutcomesError):
            clinic.imported()
    else:
        assert clinic.refusal() == message


# --- paths that are wrong -------------------------------------------------------------------------------


def test_a_missing_path(clinic):
    path = clinic.exports / "scores.csv"
    assert clinic.refusal(path) == (
        f"{path} does not exist. Give a folder, or files named courses, infusions or scores ({ENDINGS})."
    )


def test_an_empty_folder(clinic):
    clinic.write()
    assert clinic.refusal() == (
        f"The folder exports holds no table. Expected in it: files named courses, infusions or scores ({ENDINGS})."
    )


def test_a_folder_in_place_of_a_file(clinic):
    clinic.write(courses_csv=COURSES)
    (clinic.exports / "scores.csv").mkdir()
    try:
        assert clinic.refusal() == "scores.csv is a folder, not a file. Give the file itself, or rename the folder."
    finally:
        (clinic.exports / "scores.csv").rmdir()


def test_a_file_that_is_no_table(clinic):
    clinic.write(totals_csv=SCORES)
    assert clinic.refusal(clinic.exports / "totals.csv") == (
        f"totals.csv is not named like a table. Name the file courses, infusions or scores, ending in {ENDINGS}."
    )


def test_two_files_for_one_table(clinic):
    clinic.write(courses_csv=COURSES, scores_csv=SCORES, scores_tsv=SCORES.replace(",", "\t"))
    assert clinic.refusal() == "The table 'scores' comes twice: scores.csv and scores.tsv. Keep one of them."


# --- what the store already holds -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"courses_csv": COURSES.replace("depression", "anxiety")}, "courses.csv: 1 row, the first on line 2"),
        ({"scores_csv": SCORES.replace(",13", ",14")}, "scores.csv: 1 row, the first on line 3"),
    ],
    ids=["another condition", "another score"],
)
def test_other_values_for_what_is_held_are_refused_where_an_import_only_adds(clinic, files, where):
    clinic.write(courses_csv=COURSES, infusions_csv=INFUSIONS, scores_csv=SCORES)
    clinic.imported()
    clinic.write(**files)
    assert clinic.refusal(kind=CourseConflict, is_append=True) == (
        f"With --append an import only adds, and the store already holds these rows with other values ({where}). "
        "Nothing was imported. If this is a corrected export that holds everything again, import it without "
        "--append; if it is another clinic's, give it a --name of its own."
    )


@pytest.mark.parametrize(
    ("held", "given", "columns"),
    [
        ("pat-773,North", "p-2,North", "patient_id"),
        ("pat-773,North", "pat-773,South", "site"),
        ("pat-773,North", "p-2,South", "patient_id and site"),
    ],
)
@pytest.mark.parametrize("is_append", [False, True])
def test_a_course_of_another_patient_or_site_does_not_replace_a_known_one(clinic, held, given, columns, is_append):
    header = "course_id,conditions,patient_id,site\n"
    clinic.write(courses_csv=f"{header}C1,depression,{held}\n")
    clinic.imported()
    clinic.write(courses_csv=f"{header}C1,depression,{given}\nC2,depression,p-9,East\n")
    message = clinic.refusal(kind=CourseConflict, is_append=is_append)
    if is_append:
        assert "courses.csv: 1 row, the first on line 2" in message
    else:
        assert message == (
            f"1 course of this import would replace a course of canonical:canonical that has another {columns}. "
            "Nothing was imported. If this is another clinic's export, give it a --name of its own; if the earlier "
            "export was wrong, take it back first (`outcomes retract BATCH`)."
        )


def test_a_patient_or_site_that_was_blank_may_be_filled_in(clinic):
    clinic.write(courses_csv=COURSES)
    clinic.imported()
    clinic.write(courses_csv="course_id,conditions,patient_id,site\npat-773,depression,p-1,North\n")
    (courses,) = clinic.imported().batch.replacements
    assert (courses.n_courses, courses.n_changed) == (1, 1)


def test_the_same_course_id_of_another_source_is_another_course(clinic):
    clinic.write(courses_csv=COURSES)
    clinic.imported()
    clinic.write(courses_csv=COURSES.replace("depression", "anxiety"))
    assert places(clinic.imported(name="South")) == {"courses": (1, 0, 0, 0)}


SYNTHETIC = "course_id,conditions,attr_synthetic\nS1,depression,yes\n"


@pytest.mark.parametrize(
    ("first", "second", "held", "given"),
    [
        (COURSES, SYNTHETIC, "clinical data", "synthetic demonstration data"),
        (SYNTHETIC, COURSES, "synthetic demonstration data", "clinical data"),
    ],
    ids=["synthetic after clinical", "clinical after synthetic"],
)
def test_synthetic_and_clinical_data_never_stand_together(clinic, first, second, held, given):
    clinic.write(courses_csv=first)
    clinic.imported()
    clinic.write(courses_csv=second)
    assert clinic.refusal(kind=SyntheticMix) == (
        f"The store {clinic.store.folder} holds {held}, and this import is {given}. "
        "The two never stand together: give another folder with --store."
    )


def test_follow_up_scores_of_synthetic_courses_are_synthetic(clinic):
    clinic.write(courses_csv=SYNTHETIC)
    clinic.imported()
    clinic.write(scores_csv="course_id,scale,days_from_start,total\nS1,PHQ-9,21,9\n")
    result = clinic.imported()
    assert places(result) == {"scores": (1, 0, 0, 0)}
    assert result.batch.is_synthetic


# --- names that are odd, but allowed --------------------------------------------------------------------


def test_a_source_may_have_an_apostrophe_in_its_name(clinic):
    clinic.write(courses_csv=COURSES, scores_csv=SCORES)
    clinic.imported(name="St. Mary's")
    assert build(clinic.store, SETTINGS, DEFINITIONS, lambda _line: None).id


def test_a_store_may_stand_in_a_folder_with_an_apostrophe(tmp_path):
    clinic = Clinic(tmp_path / "O'Neil's clinic")
    clinic.folder.mkdir()
    clinic.write(courses_csv=COURSES, scores_csv=SCORES)
    assert clinic.imported().batch.is_live
    assert build(clinic.store, SETTINGS, DEFINITIONS, lambda _line: None).id
