"""`outcomes deidentify`: files for a partner, of which an import takes in the same rows and gives the same results."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest
from batches import batch_rows

from pipelines.build import build
from pipelines.cli import main
from pipelines.settings import read_settings
from pipelines.sources import deidentify
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store
from sample_data.calibration import data_through
from sample_data.generator import CANONICAL_FOLDER
from sample_data.workbook import WORKBOOK
from sample_data.writers.formats import PROGRAM_FOLDER, WRITERS

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
TABLES = ("courses", "infusions", "scores")
COURSES = "course_id,conditions\nC1,depression\nC2,depression\n"
LOG = """\
MRN,When,Dose,PHQ before,PHQ after,Follow-up,PHQ at follow-up
004177,03.02.2026 09:30,35,20,12,24.02.2026,9
004177,05.02.2026 10:00,36,,,,
Ann-5,04.02.2026 14:10,40,18,15,26.02.2026,8
"""
MAPPING = """\
courses = "from infusions"
dates = ["DD.MM.YYYY hh:mm", "DD.MM.YYYY"]

[course]
conditions = { constant = "depression" }
site = { constant = "=Northside" }

[[table]]
record_number = "MRN"

[[table.infusion]]
when = { date = "When" }
dose_mg = "Dose"

[[table.score]]
scale = { constant = "PHQ-9" }
split = { "PHQ before" = "before this infusion", "PHQ after" = "1 hour after this infusion" }

[[table.score]]
scale = { constant = "PHQ-9" }
total = "PHQ at follow-up"
when = { date = "Follow-up" }
"""
SECRETS = ["004177", "Ann-5", "2026-02-0", ".02.2026", "09:30", "14:10", "20260203"]


class Clinic:
    """A folder of an analyst: inputs, a crosswalk, and where the files for a partner go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inputs = folder / "inputs"
        self.inputs.mkdir()
        self.out = folder / "for the partner"
        self.config = folder / "program.toml"
        self.crosswalk = folder / "crosswalk.csv"
        self.options = ["--store", str(folder / "store"), "--config", str(self.config)]

    def write(self, **tables: str) -> None:
        for name, text in tables.items():
            (self.inputs / f"{name}.csv").write_text(text, encoding="utf-8")

    def deidentified(self, *further: object, code: int = 0) -> None:
        arguments = [*self.options, "deidentify", self.inputs, "--out", self.out, *further]
        assert main(list(map(str, arguments))) == code

    def imported(self, store: str, inputs: Path, **options: object):
        held = Store(self.folder / store)
        result = import_files(held, [inputs], ImportOptions(**options), SETTINGS, DEFINITIONS, lambda _: None)
        return {table: batch_rows(held, result.batch.id, table) for table in TABLES}

    def columns(self, table: str) -> list[str]:
        with (self.out / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
            return next(csv.reader(stream))

    def lines(self, table: str) -> list[dict[str, str]]:
        with (self.out / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
            return [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(stream)]


@pytest.fixture
def clinic(tmp_path):
    return Clinic(tmp_path)


@pytest.fixture
def log(clinic):
    """A clinic's log with dates and record numbers, and its mapping."""
    clinic.write(log=LOG)
    mapping = clinic.folder / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    return ["--mapping", mapping, "--crosswalk", clinic.crosswalk]


# --- the same rows, the same results --------------------------------------------------------------------


def test_the_sample_gives_the_same_rows_and_the_same_rates(tmp_path, store_folder, capsys):
    out, store = tmp_path / "out", Store(tmp_path / "store")
    through = str(data_through())
    assert main(["deidentify", str(CANONICAL_FOLDER), "--out", str(out), "--data-through", through]) == 0
    first, again = Store(store_folder), store
    import_files(store, [out], ImportOptions(data_through=data_through()), SETTINGS, DEFINITIONS, lambda _: None)
    for table in TABLES:
        of_first, of_again = (batch_rows(held, held.batches()[0].id, table) for held in (first, again))
        assert of_again == of_first
    assert batch_rows(again, again.batches()[0].id, "quarantine") == []
    build(store, SETTINGS, DEFINITIONS, lambda _: None)
    for arguments in (["flow"], ["response", "--by", "site,quarter"], ["trajectory"], ["onset"]):
        capsys.readouterr()
        answers = []
        for held in (first, again):
            assert main(["--store", str(held.folder), "measure", *arguments, "--format", "json"]) == 0
            answers.append(json.loads(capsys.readouterr().out)["rows"])
        assert answers[0] == answers[1]


def test_a_workbook_with_a_mapping_gives_the_rows_of_its_import(clinic):
    mapping = WORKBOOK.with_suffix(".toml")
    of_workbook = {"kind": "table", "mapping": mapping, "crosswalk": clinic.crosswalk}
    first = clinic.imported("first", WORKBOOK, **of_workbook)
    clinic.inputs = WORKBOOK
    clinic.deidentified("--mapping", mapping, "--crosswalk", clinic.crosswalk)
    assert clinic.imported("again", clinic.out) == first, "the crosswalk gives the same pseudonyms"


@pytest.mark.parametrize("kind", WRITERS)
def test_the_program_gives_the_rows_of_its_import_in_every_format(clinic, kind):
    clinic.inputs = PROGRAM_FOLDER / kind
    mapping = clinic.inputs / "mapping.toml"
    options = {"mapping": mapping if mapping.exists() else None}
    options["crosswalk"] = clinic.crosswalk if kind != "canonical" else None
    first = clinic.imported("first", clinic.inputs, kind=kind, **options)
    given = [part for name, path in options.items() if path is not None for part in (f"--{name}", path)]
    clinic.deidentified("--source", kind, *given)
    assert clinic.imported("again", clinic.out) == first
    assert all(first.values())


def test_where_only_some_times_are_known_by_day_each_score_says_so(clinic, log):
    clinic.deidentified(*log)
    assert clinic.columns("infusions")[:2] == ["course_id", "minutes_from_start"]
    cells = ("minutes_from_start", "day_resolution", "total")
    assert sorted(tuple(row[name] for name in cells) for row in clinic.lines("scores")) == [
        ("0", "no", "18"), ("0", "no", "20"),
        ("30240", "yes", "9"), ("31680", "yes", "8"),
        ("60", "no", "12"), ("60", "no", "15"),
    ]  # fmt: skip
    of_log = {"kind": "table", "mapping": log[1], "crosswalk": clinic.crosswalk}
    assert clinic.imported("again", clinic.out) == clinic.imported("first", clinic.inputs / "log.csv", **of_log)


def test_times_that_are_all_known_by_day_are_written_in_days(clinic):
    clinic.write(
        courses=COURSES,
        scores="course_id,scale,days_from_start,total\nC1,PHQ-9,0,20\nC1,PHQ-9,14,10\nC2,PHQ-9,-3,20\n",
    )
    clinic.deidentified()
    assert clinic.columns("scores") == ["course_id", "scale", "days_from_start", "total", "rater"]
    assert clinic.imported("again", clinic.out) == clinic.imported("first", clinic.inputs)


def test_items_labels_and_attributes_stay(clinic):
    clinic.write(
        courses="course_id,conditions,attr_arm,attr_group\nC1,depression,=1+1,\n"
        'C2,anxiety;depression,\'\'=x,"say ""a, b"""\n',
        infusions="course_id,hours_from_start,dose_mg,adverse_events,stopped_early\nC1,0,35.25,nausea;headache,1\n"
        "C1,71.3,,none,\n",
        scores="course_id,scale,hours_from_start,total,item_1,item_2,item_3,timing,infusion_number\n"
        "C1,PEG,-2,,5,5,4,,\nC1,PEG,1,4.33,4,5,4,after,1\nC1,PAIN-NRS,1,6,,,,before,2\n",
    )
    clinic.deidentified()
    assert clinic.columns("scores") == [
        "course_id", "scale", "minutes_from_start", "total", "rater", "timing", "infusion_number",
        "item_1", "item_2", "item_3",
    ]  # fmt: skip
    assert [row.get("attr_arm") for row in clinic.lines("courses")] == ["'=1+1", "''=x"]
    first = clinic.imported("first", clinic.inputs)
    assert clinic.imported("again", clinic.out) == first
    assert "=1+1" in str(first["courses"])


def test_what_is_no_identifier_at_the_clinic_is_none_at_the_partner(clinic):
    clinic.write(courses="course_id,conditions,attr_ward\nC1,depression,555-201-3344\nC2,depression,555-201-3355\n")
    allow = clinic.folder / "ours.toml"
    allow.write_text(
        '[[allow]]\ncolumn = "attr_ward"\nkind = "phone"\nreason = "wards \\"are\\" numbered"\nreviewed = 2026-11-25\n'
    )
    clinic.deidentified("--source", "canonical", "--mapping", allow)
    assert (clinic.out / "allow.toml").read_text() == allow.read_text()
    assert (
        "`outcomes import FOLDER --source canonical --mapping FOLDER/allow.toml`"
        in (clinic.out / "README.md").read_text()
    )
    first = clinic.imported("first", clinic.inputs, mapping=allow)
    assert clinic.imported("again", clinic.out, mapping=clinic.out / "allow.toml") == first


def test_what_tells_who_a_person_is_is_refused(clinic, capsys):
    clinic.write(courses="course_id,conditions,attr_ward\nC1,depression,555-201-3344\nC2,depression,\n")
    clinic.deidentified(code=1)
    assert "courses.csv: 'attr_ward'" in (told := capsys.readouterr().err)
    assert "3344" not in told
    assert not clinic.out.exists()


def test_who_withdrew_consent_is_not_passed_on(clinic, log, capsys):
    of_log = {"kind": "table", "name": "clinic", "mapping": log[1], "crosswalk": clinic.crosswalk}
    clinic.imported("store", clinic.inputs / "log.csv", **of_log)
    with clinic.crosswalk.open(encoding="utf-8") as stream:
        pseudonyms = {row["known_as"]: row["pseudonym"] for row in csv.DictReader(stream)}
    assert main([*clinic.options, "forget", pseudonyms["Ann-5"], "--yes"]) == 0
    clinic.deidentified(*log)
    assert {row["patient_id"] for row in clinic.lines("courses")} == {pseudonyms["004177"]}
    assert "Note: 5 records of patients who withdrew consent were left out.\n" in capsys.readouterr().out
    assert pseudonyms["Ann-5"] not in "".join(path.read_text(encoding="utf-8") for path in clinic.out.iterdir())


def test_who_withdrew_consent_in_a_source_of_another_name_is_told_of(clinic, capsys):
    clinic.write(courses="course_id,patient_id,conditions\nC1,p1,depression\nC2,p2,depression\n")
    clinic.imported("store", clinic.inputs, name="north")
    assert main([*clinic.options, "forget", "p2", "--yes", "--source", "canonical:north"]) == 0
    clinic.deidentified()
    told = capsys.readouterr().out
    assert len(clinic.lines("courses")) == 2
    assert (
        "1 patient withdrew consent in other sources of the store. If this is one of them, give its --name, and they "
        "are left out here too.\n"
    ) in told
    clinic.out = clinic.folder / "again"
    clinic.deidentified("--name", "north")
    assert [row["course_id"] for row in clinic.lines("courses")] == ["C1"]


def test_a_first_infusion_in_quarantine_still_holds_the_clock_of_its_course(clinic, capsys):
    clinic.write(
        courses=COURSES,
        infusions="course_id,days_from_start,dose_mg\nC1,0,forty\nC1,3,40\nC1,6,40\nC2,0,40\n",
        scores="course_id,scale,days_from_start,total\nC1,PHQ-9,-1,20\nC1,PHQ-9,20,10\n",
    )
    clinic.deidentified()
    assert clinic.lines("infusions")[0] == {
        "course_id": "C1", "minutes_from_start": "0", "infusion_number": "quarantined",
    }  # fmt: skip
    assert (
        "infusions.csv has 1 row marked `quarantined`, without values: first infusions that were refused and on which "
        "the clock of their course rests. An import quarantines them again.\n"
    ) in capsys.readouterr().out
    assert "Rows of infusions.csv with `quarantined` as their infusion_number, 1 in all" in (
        clinic.out / "README.md"
    ).read_text(encoding="utf-8")
    first = clinic.imported("first", clinic.inputs)
    assert clinic.imported("again", clinic.out) == first
    assert [row[:2] for row in first["infusions"]] == [("C1", 4320), ("C1", 8640), ("C2", 0)]


# --- what is left out, and what is said -----------------------------------------------------------------


def test_nothing_of_dates_and_record_numbers_is_in_the_files_or_on_the_terminal(clinic, log, capfd):
    clinic.deidentified(*log, "--data-through", "2026-11-15")
    told = "".join(capfd.readouterr())
    left = told + "".join(path.read_text(encoding="utf-8") for path in clinic.out.iterdir())
    assert not [secret for secret in SECRETS if secret in left]
    assert "The crosswalk knows 2 patients, 2 of them new.\n" in told
    assert "004177" in clinic.crosswalk.read_text(encoding="utf-8"), "the clinic keeps the way back"
    assert not (clinic.folder / "store").exists(), "no store is needed"


def test_where_every_row_ended_is_printed_as_a_dry_run_does(clinic, capsys):
    clinic.write(
        courses=COURSES,
        scores="course_id,scale,days_from_start,total\n" + "C1,PHQ-9,-1,20\n" * 2 + "C1,PHQ-9,7,28\nC2,AUDIT,1,3\n"
        + "".join(f"C2,PHQ-9,{day},20\n" for day in range(9)),
    )  # fmt: skip
    clinic.deidentified()
    out = capsys.readouterr().out
    assert out.startswith("To be de-identified: canonical files (privacy mode limited_data_set).\n")
    assert [line.split() for line in out.splitlines() if line.startswith("scores.csv ")] == [
        ["scores.csv", "13", "0", "13", "10", "1", "1", "1"],
    ]  # fmt: skip
    assert "out_of_range (1)" in out
    assert out.endswith(
        f"{clinic.out} holds README.md, courses.csv, manifest.json and scores.csv. Read README.md before you pass them "
        "on.\n"
    )
    assert len(clinic.lines("scores")) == 10


def test_the_folder_says_what_it_is_and_is_for_its_owner_alone(clinic):
    clinic.write(
        courses="course_id,conditions,quarter\nC1,depression,2026-Q1\nC2,depression,2026-Q3\n",
        scores="course_id,scale,days_from_start,total\nC1,PHQ-9,0,20\nC1,PHQ-9,7,10\n",
    )
    clinic.deidentified("--data-through", "2026-11-15", "--name", "northside")
    assert stat.S_IMODE(clinic.out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in clinic.out.iterdir()} == {0o600}
    manifest = json.loads((clinic.out / "manifest.json").read_text(encoding="utf-8"))
    assert {name: manifest[name] for name in ("privacy_mode", "is_synthetic", "period", "data_through")} == {
        "privacy_mode": "limited_data_set", "is_synthetic": False, "period": "quarter", "data_through": "2026-11-15",
    }  # fmt: skip
    assert [(table["file_name"], table["n_accepted"]) for table in manifest["tables"]] == [
        ("courses.csv", 2), ("scores.csv", 2),
    ]  # fmt: skip
    assert sorted(manifest["files"]) == ["courses.csv", "scores.csv"]
    readme = (clinic.out / "README.md").read_text(encoding="utf-8")
    assert "Privacy mode limited_data_set: the quarter of a record is more than HIPAA Safe Harbor allows" in readme
    assert "`outcomes import FOLDER --data-through 2026-11-15`" in readme
    assert "| scores.csv | 2 | 2 | 0 | 0 | 0 |" in readme
    assert "northside" not in readme + json.dumps(manifest), "a source may be named by its place"


def test_safe_harbor_holds_here_too(clinic, log, capsys):
    clinic.config.write_text('privacy_mode = "safe_harbor"\n')
    clinic.deidentified(*log)
    assert "the quarter of 2 courses was cut to its year" in capsys.readouterr().out
    assert {row["year"] for row in clinic.lines("courses")} == {"2026"}
    assert "quarter" not in clinic.columns("courses")
    (code,) = {row["site"] for row in clinic.lines("courses")}
    assert f"site,=Northside,{code}\n" in clinic.crosswalk.read_text(encoding="utf-8")
    assert "Northside" not in "".join(path.read_text(encoding="utf-8") for path in clinic.out.iterdir())
    assert "Privacy mode safe_harbor: quarters were cut to years" in (clinic.out / "README.md").read_text()


def test_equal_exports_give_equal_files(clinic, log):
    clinic.deidentified(*log)
    first = {path.name: path.read_bytes() for path in clinic.out.iterdir()}
    clinic.out = clinic.folder / "again"
    clinic.deidentified(*log)
    assert {path.name: path.read_bytes() for path in clinic.out.iterdir()} == first


# --- what is refused ------------------------------------------------------------------------------------


def refused(clinic: Clinic, capsys, *further: object, code: int = 2) -> str:
    before = clinic.crosswalk.read_bytes() if clinic.crosswalk.exists() else None
    capsys.readouterr()
    clinic.deidentified(*further, code=code)
    assert (clinic.crosswalk.read_bytes() if clinic.crosswalk.exists() else None) == before
    assert not list(clinic.out.parent.glob(".*unfinished*")) if clinic.out.parent.is_dir() else True
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("kind", ["folder", "file", "broken link"])
def test_nothing_is_ever_overwritten(clinic, log, capsys, kind):
    if kind == "folder":
        clinic.out.mkdir()
    elif kind == "file":
        clinic.out.touch()
    else:
        clinic.out.symlink_to(clinic.folder / "nowhere")
    assert refused(clinic, capsys, *log) == (
        f"outcomes: {clinic.out} is there already. Give the name of a new folder with --out, or remove it."
    )


def test_a_folder_that_cannot_be(clinic, log, capsys):
    clinic.out = clinic.folder / "nowhere" / "out"
    assert refused(clinic, capsys, *log) == (
        f"outcomes: The folder {clinic.folder / 'nowhere'} does not exist. Make it, or give another place with --out."
    )
    (clinic.folder / "store").mkdir()
    clinic.out = clinic.folder / "store" / "out"
    assert refused(clinic, capsys, *log) == (
        f"outcomes: {clinic.out} would stand inside the store, which holds nothing that is passed on. Give another "
        "place with --out."
    )


def test_a_crosswalk_inside_the_store(clinic, log, capsys):
    (clinic.folder / "store").mkdir()
    inside = clinic.folder / "store" / "crosswalk.csv"
    assert refused(clinic, capsys, *log, "--crosswalk", inside).startswith(
        f"outcomes: The crosswalk {inside} would stand inside the store"
    )


def test_record_numbers_need_a_crosswalk_here_too(clinic, log, capsys):
    assert "which become random pseudonyms: say with --crosswalk FILE" in refused(clinic, capsys, *log[:2])


def test_too_much_in_quarantine_is_not_passed_on(clinic, capsys):
    clinic.write(courses=COURSES, scores="course_id,scale,days_from_start,total\nC1,PHQ-9,0,28\nC1,PHQ-9,7,29\n")
    assert refused(clinic, capsys, code=1) == (
        "outcomes: 50% of the rows are in quarantine, more than the 20% allowed: nothing was written. Mend the export "
        "and run this again, or give --accept-quarantine."
    )
    assert not clinic.out.exists()
    clinic.deidentified("--accept-quarantine")
    assert [row["course_id"] for row in clinic.lines("courses")] == ["C1", "C2"]


def test_courses_that_only_a_store_knows_are_unknown(clinic, capsys):
    clinic.write(courses=COURSES)
    clinic.imported("store", clinic.inputs)
    (clinic.inputs / "courses.csv").unlink()
    clinic.write(scores="course_id,scale,days_from_start,total\nC1,PHQ-9,0,20\nC1,PHQ-9,7,10\n")
    refused(clinic, capsys, code=1)
    clinic.deidentified("--accept-quarantine")
    assert "unknown_course (2)" in capsys.readouterr().out


def test_what_breaks_off_leaves_neither_files_nor_pseudonyms(clinic, log, monkeypatch, capsys):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(deidentify, "write_canonical", full)
        assert refused(clinic, capsys, *log) == (
            f"outcomes: {clinic.out} cannot be written (No space left on device). Give another place with --out."
        )
    assert not clinic.out.exists()
    assert not clinic.crosswalk.exists()
    leftover = clinic.out.with_name(f".{clinic.out.name}.unfinished")
    leftover.mkdir()
    (leftover / "courses.csv").touch()
    clinic.deidentified(*log)
    assert not leftover.exists()
