"""Forgetting a patient: nothing that is kept holds them, no import brings them back, and the counts never had them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from exports import Command, all_measures, export
from traces import traces

import sample_data
from pipelines import cli
from pipelines.durable import file_hash
from pipelines.store import Store
from sample_data.calibration import data_through

pytestmark = pytest.mark.usefixtures("models_read_once")

WITHDRAWN = "PWITHDRAWN77"
COURSES = {"CQX81": "PSTAYING0001", "CQX82": WITHDRAWN, "CQX83": "PSTAYING0002", "CQX84": WITHDRAWN}
"""The courses of three patients, of whom one withdraws consent."""


def tables(*courses: str, totals: dict[str, str] | None = None) -> dict[str, str]:
    """An export: each course with two infusions, three scores, one that is not tracked and one out of range."""
    given = {**dict.fromkeys(COURSES, "12"), **(totals or {})}
    return {
        "courses": "course_id,patient_id,conditions,quarter,course_number\n"
        + "".join(f"{name},{COURSES[name]},depression,2026-Q1,{1 + (name == 'CQX84')}\n" for name in courses),
        "infusions": "course_id,days_from_start\n" + "".join(f"{name},{day}\n" for name in courses for day in (0, 7)),
        "scores": "course_id,scale,days_from_start,total\n"
        + "".join(
            f"{name},{scale},{day},{total}\n"
            for name in courses
            for scale, day, total in (
                ("PHQ-9", -1, "20"),
                ("PHQ-9", 6, given[name]),
                ("PHQ-9", 6, given[name]),
                ("PHQ-9", 28, "9"),
                ("PHQ-9", 30, "99"),
                ("Sleep diary", 6, "3"),
            )
        ),
    }


ALL, OTHERS = tuple(COURSES), ("CQX81", "CQX83")


def store_at(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(["--store", str(folder), *(str(argument) for argument in arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def files_that_name(folder: Path, *texts: str) -> list[str]:
    """Names of the files that hold one of the texts, in their bytes or in their cells."""
    return sorted({name for names in traces(folder, texts).values() for name in names})


def never_had(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], *more: object
) -> dict[str, Any]:
    """Every measure of a program that never had the patient."""
    other = store_at(tmp_path / "never", capsys)
    assert other("import", export(tmp_path / "others", **files), *more)[0] == 0
    assert other("build")[0] == 0
    return comparable(all_measures(other))


def comparable(measures: dict[str, Any]) -> dict[str, Any]:
    """Rows and what is said of them, without what names the snapshot."""
    return {name: {**found, "about": {**found["about"], "snapshot": None}} for name, found in measures.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the export of all of them, and the export."""
    folder = tmp_path_factory.mktemp("built")
    given = export(folder / "all", **tables(*ALL))
    for command in (["import", str(given), "--accept-quarantine"], ["build"]):
        assert cli.main(["--store", str(folder / "store"), *command]) == 0
    return folder


@pytest.fixture
def imported(built: Path, store: Store) -> Path:
    """The export, once the store holds it."""
    shutil.copytree(built / "store", store.folder)
    return built / "all"


# --- what is left ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("imported")
def test_only_the_refusal_list_still_names_them(outcomes: Command, store: Store) -> None:
    before = store.current_id()
    assert files_that_name(store.folder, WITHDRAWN) == [
        "courses.parquet",
        "quarantine.parquet",
        "set_aside.parquet",
        "warehouse.duckdb",
    ]
    code, out, _ = outcomes("forget", WITHDRAWN)
    assert code == 0
    assert out == (
        f"Patient {WITHDRAWN} is forgotten (2 courses): 1 batch written anew, 1 snapshot removed. Only the refusal "
        "list still names this patient, so that no import brings them back.\n"
        f"Snapshot {store.current_id()} is in force.\n"
        "Exports, reports and backups that were made before are out of reach too, and the crosswalk keeps its entry.\n"
    )
    assert files_that_name(store.folder, WITHDRAWN, "CQX82", "CQX84") == ["refusals.json"]
    assert [snapshot.id for snapshot in store.snapshots()] == [store.current_id()] != [before]
    assert outcomes("check", "--deep")[1].splitlines()[2] == "Nothing is wrong with it."


@pytest.mark.usefixtures("imported")
def test_places_add_up_to_the_rows_that_are_left(outcomes: Command, store: Store) -> None:
    outcomes("forget", WITHDRAWN)
    (batch,) = store.batches()
    found = {
        table.table: (table.n_landed, table.n_accepted, table.n_duplicate, table.n_quarantined, table.n_not_tracked)
        for table in batch.tables
    }
    assert found == {"courses": (2, 2, 0, 0, 0), "infusions": (4, 4, 0, 0, 0), "scores": (12, 6, 2, 2, 2)}
    assert batch.notes[-1].startswith("Rows of patients who withdrew consent were taken out of this batch on ")


@pytest.mark.usefixtures("imported")
def test_folders_and_files_stay_the_owners_alone(outcomes: Command, store: Store) -> None:
    outcomes("forget", WITHDRAWN)
    for path in (store.folder, *store.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_sample_without_a_patient(
    outcomes: Command, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A patient of two courses of the sample: every measure is that of the export without their lines."""
    given = Path(sample_data.__file__).with_name("canonical")
    through = ("--data-through", data_through())
    assert outcomes("import", given, *through)[0] == 0
    outcomes("build")
    courses = list(csv.DictReader(io.StringIO((given / "courses.csv").read_text())))
    patient = next(row["patient_id"] for row in courses if row["course_number"] == "2")
    theirs = {row["course_id"] for row in courses if row["patient_id"] == patient}
    assert len(theirs) > 1
    assert outcomes("forget", patient)[0] == 0
    others = {}
    for table in ("courses", "infusions", "scores"):
        head, *lines = (given / f"{table}.csv").read_text().splitlines(keepends=True)
        others[table] = head + "".join(line for line in lines if line.split(",")[0] not in theirs)
    assert comparable(all_measures(outcomes)) == never_had(tmp_path, capsys, others, *through)
    assert files_that_name(store.folder, patient, *theirs) == ["refusals.json"]


def test_batches_that_do_not_count_are_written_anew_too(
    outcomes: Command, store: Store, tmp_path: Path, imported: Path
) -> None:
    assert imported.exists()
    outcomes("import", export(tmp_path / "later", **tables(*ALL, totals={"CQX82": "8"})), "--accept-quarantine")
    outcomes("retract", store.batches()[-1].id)
    worse = dict.fromkeys(("CQX81", "CQX82", "CQX83"), "98")
    assert outcomes("import", export(tmp_path / "worse", **tables(*ALL, totals=worse)))[0] == 1
    states = [(batch.sequence, batch.is_live, store.retraction(batch.id)) for batch in store.batches()]
    assert [(is_live, retraction is not None) for _, is_live, retraction in states] == [
        (True, False),
        (True, True),
        (False, False),
    ]
    assert "3 batches written anew" in outcomes("forget", WITHDRAWN)[1]
    assert [(batch.sequence, batch.is_live, store.retraction(batch.id)) for batch in store.batches()] == states
    assert files_that_name(store.folder, WITHDRAWN, "CQX82", "CQX84") == ["refusals.json"]


def test_several_at_once_and_a_course_without_patient(outcomes: Command, store: Store, tmp_path: Path) -> None:
    given = tables(*ALL)
    lines = given["courses"].replace("CQX83,PSTAYING0002", "CQX83,")
    outcomes("import", export(tmp_path / "all", **{**given, "courses": lines}), "--accept-quarantine")
    outcomes("build")
    code, out, _ = outcomes("forget", WITHDRAWN, "CQX83")
    assert code == 0
    assert out.startswith(f"Patients {WITHDRAWN}, CQX83 are forgotten (3 courses): 1 batch written anew")
    assert files_that_name(store.folder, WITHDRAWN, "CQX82", "CQX83", "CQX84") == ["refusals.json"]


def test_where_nobody_is_left_no_snapshot_is_in_force(outcomes: Command, store: Store, tmp_path: Path) -> None:
    outcomes("import", export(tmp_path / "one", **tables("CQX82")), "--accept-quarantine")
    outcomes("build")
    code, out, _ = outcomes("forget", WITHDRAWN)
    assert code == 0
    assert "No snapshot is in force." in out
    assert (store.snapshots(), len(store.batches())) == ([], 1)
    code, _, err = outcomes("measure", "response")
    assert code == 3
    assert "has no snapshot yet" in err


def test_a_snapshot_that_was_put_in_force_again_stays_the_one_without_them(
    outcomes: Command, store: Store, tmp_path: Path, imported: Path
) -> None:
    """Forgetting puts nothing in force that was not: neither a later build nor an import that was not built."""
    assert imported.exists()
    earlier = store.current_id()
    outcomes("import", export(tmp_path / "later", **tables(*ALL, totals={"CQX81": "5"})), "--accept-quarantine")
    outcomes("build")
    outcomes("rollback", earlier)
    assert outcomes("forget", WITHDRAWN)[0] == 0
    (snapshot,) = store.snapshots()
    assert snapshot.batches == (store.batches()[0].id,)
    outcomes("build")
    assert store.snapshots()[-1].batches == tuple(batch.id for batch in store.batches())


# --- what comes later -----------------------------------------------------------------------------------


def test_the_same_files_again_are_imported_already(outcomes: Command, store: Store, imported: Path) -> None:
    (old,) = store.batches()
    outcomes("forget", WITHDRAWN)
    contents = {path: file_hash(path) for path in store.folder.rglob("*") if path.is_file()}
    code, out, _ = outcomes("import", imported, "--accept-quarantine")
    assert code == 0
    assert "(already imported; nothing changed; " in out
    assert {path: file_hash(path) for path in store.folder.rglob("*") if path.is_file()} == contents
    assert store.batches()[0].earlier_ids == (old.id,)


def test_imported_anew_they_are_left_out_and_counted(outcomes: Command, store: Store, imported: Path) -> None:
    outcomes("forget", WITHDRAWN)
    code, out, _ = outcomes("import", imported, "--accept-quarantine", "--again")
    assert code == 0
    assert "Note: 18 records of patients who withdrew consent were left out.\n" in out
    assert "courses.csv          2         0     2         2          0            0            0\n" in out
    assert "Note: 18 records of patients" in outcomes("import", imported, "--again", "--dry-run")[1]
    outcomes("build")
    assert files_that_name(store.folder, WITHDRAWN, "CQX82", "CQX84") == ["refusals.json"]


@pytest.mark.usefixtures("imported")
def test_files_that_give_no_patient_are_known_by_their_courses(outcomes: Command, store: Store, tmp_path: Path) -> None:
    outcomes("forget", WITHDRAWN)
    scores = {"scores": tables(*ALL)["scores"]}
    assert "Note: 12 records of patients" in outcomes("import", export(tmp_path / "scores", **scores), "--dry-run")[1]
    anew = export(tmp_path / "moved", **tables(*ALL))
    text = (anew / "courses.csv").read_text().replace(f"CQX82,{WITHDRAWN}", "CQX99,PSOMEONE0009")
    (anew / "courses.csv").write_text(text)
    for name in ("infusions", "scores"):
        path = anew / f"{name}.csv"
        path.write_text(path.read_text().replace("CQX82", "CQX99"))
    out = outcomes("import", anew, "--accept-quarantine")[1]
    assert "Note: 9 records of patients" in out
    assert files_that_name(store.folder, WITHDRAWN, "CQX82", "CQX84") == ["refusals.json"]


@pytest.mark.usefixtures("imported")
def test_another_source_does_not_bring_them_back(outcomes: Command, store: Store, tmp_path: Path) -> None:
    outcomes("forget", WITHDRAWN)
    given = {name: text.replace("CQX", "OTHER-") for name, text in tables(*ALL).items()}
    out = outcomes("import", export(tmp_path / "other", **given), "--accept-quarantine", "--name", "other")[1]
    assert "Note: 18 records of patients who withdrew consent were left out.\n" in out
    assert files_that_name(store.folder, WITHDRAWN) == ["refusals.json"]


@pytest.mark.usefixtures("imported")
def test_an_export_of_nobody_else_is_taken_in_as_nothing(outcomes: Command, store: Store, tmp_path: Path) -> None:
    outcomes("forget", WITHDRAWN)
    code, out, _ = outcomes("import", export(tmp_path / "one", **tables("CQX82", "CQX84")), "--accept-quarantine")
    assert code == 0
    assert "Note: 18 records of patients who withdrew consent were left out.\n" in out
    outcomes("build")
    assert json.loads(outcomes("measure", "flow", "--format", "json")[1])["rows"][0]["n_courses"] == 2
    assert files_that_name(store.folder, WITHDRAWN) == ["refusals.json"]


def test_what_is_passed_on_leaves_them_out_too(outcomes: Command, imported: Path, tmp_path: Path) -> None:
    outcomes("forget", WITHDRAWN)
    code, out, _ = outcomes("deidentify", imported, "--out", tmp_path / "partner", "--accept-quarantine")
    assert code == 0
    assert "Note: 18 records of patients who withdrew consent were left out.\n" in out
    assert files_that_name(tmp_path / "partner", "CQX81") == ["courses.csv", "infusions.csv", "scores.csv"]
    assert files_that_name(tmp_path / "partner", WITHDRAWN, "CQX82", "CQX84") == []


# --- record numbers -------------------------------------------------------------------------------------


def test_a_patient_of_a_record_number_stays_away_by_the_crosswalk(
    outcomes: Command, store: Store, tmp_path: Path
) -> None:
    """Of dated tables: rows that name no course, as an infusion whose date is not read, are theirs all the same."""
    given = Path(sample_data.__file__).with_name("program") / "table"
    folder, crosswalk = tmp_path / "table", tmp_path / "crosswalk.csv"
    shutil.copytree(given, folder)
    number = (folder / "patients.csv").read_text().splitlines()[1].split(";")[0]
    with (folder / "infusions.csv").open("a") as stream:
        stream.write(f"{number};99.99.2026 10:00;i.v.;30,0;45\n")
    with (folder / "questionnaires.csv").open("a") as stream:
        stream.write(f"{number};01.01.2020 10:00;PHQ9;;;;;;;;;;9\n{number};01.01.2020 10:00;Sleep;;;;;;;;;;9\n")
    command = ["import", folder, "--mapping", folder / "mapping.toml", "--crosswalk", crosswalk, "--accept-quarantine"]
    assert outcomes(*command)[0] == 0
    outcomes("build")
    pseudonym = next(line.split(",")[-1] for line in crosswalk.read_text().splitlines() if number in line)
    (before,) = store.batches()
    assert files_that_name(store.folder, pseudonym)
    assert outcomes("forget", pseudonym)[0] == 0
    assert files_that_name(store.folder, pseudonym) == ["refusals.json"]
    (after,) = store.batches()
    for table in ("patients", "infusions", "questionnaires"):
        head, *lines = (given / f"{table}.csv").read_text().splitlines(keepends=True)
        kept = [line for line in lines if line.split(";")[0] != number]
        (folder / f"{table}.csv").write_text(head + "".join(kept))
    assert "withdrew consent" not in outcomes(*command)[1]
    assert [table.n_landed for table in store.batches()[-1].tables] == [table.n_landed for table in after.tables]
    shutil.copytree(given, tmp_path / "again")
    again = [tmp_path / "again" if part is folder else part for part in command]
    code, out, _ = outcomes(*again)
    assert code == 0
    assert "records of patients who withdrew consent were left out." in out
    assert files_that_name(store.folder, pseudonym) == ["refusals.json"]
    assert pseudonym in crosswalk.read_text()
    assert before.id in after.earlier_ids


@pytest.mark.usefixtures("imported")
def test_with_another_crosswalk_they_would_come_back_and_the_import_is_refused(
    outcomes: Command, store: Store, tmp_path: Path
) -> None:
    folder, crosswalk = tmp_path / "table", tmp_path / "crosswalk.csv"
    shutil.copytree(Path(sample_data.__file__).with_name("program") / "table", folder)
    for table in ("patients", "infusions", "questionnaires"):
        lines = (folder / f"{table}.csv").read_text().splitlines(keepends=True)
        (folder / f"{table}.csv").write_text("".join(line for line in lines if line.startswith(("Chart", "SYN-70037"))))
    command = ["import", folder, "--mapping", folder / "mapping.toml", "--crosswalk"]
    shutil.rmtree(store.folder)
    assert outcomes(*command, crosswalk)[0] == 0
    outcomes("build")
    pseudonym = next(line.split(",")[-1] for line in crosswalk.read_text().splitlines() if "SYN-70037" in line)
    assert outcomes("forget", pseudonym)[0] == 0
    code, _, err = outcomes(*command, tmp_path / "another.csv", "--again")
    assert code == 2
    assert "1 of them it does not know" in err


# --- published copies -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("imported")
def test_published_copies_are_named_until_published_again(outcomes: Command, store: Store, tmp_path: Path) -> None:
    copies = tmp_path / "copy", tmp_path / "old"
    for copy in copies:
        outcomes("publish", "--to", copy)
    before = store.current_id()
    _, out, _ = outcomes("forget", WITHDRAWN)
    for copy in copies:
        assert (
            f"Out of reach: {copy} holds snapshot {before}, published {store.publications()[0].published_at:%Y-%m-%d}, "
            f"made with patients forgotten since. Run `outcomes publish --to {copy}`, which removes it there, or "
            "delete the folder, and every copy that was made of it.\n"
        ) in out
    assert outcomes("snapshots")[1].count("counts patients forgotten since") == 2
    assert f"Removed there: snapshot {before}." in outcomes("publish", "--to", copies[0])[1]
    assert outcomes("snapshots")[1].count("counts patients forgotten since") == 1
    _, out, _ = outcomes("forget", "PSTAYING0001")
    assert out.count("Out of reach: ") == 2


# --- what is asked --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("imported")
def test_on_a_terminal_it_asks_first(outcomes: Command, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    before = store.current_id()
    monkeypatch.setattr("builtins.input", lambda question: print(question) or "no")
    code, out, _ = outcomes("forget", WITHDRAWN)
    assert (code, store.current_id()) == (0, before)
    assert out == (
        f"Patient {WITHDRAWN} and all that the store holds of this patient (2 courses) will be removed from every "
        "batch; snapshots made with them go. This cannot be taken back.\nForget? [y/N] \nNothing was forgotten.\n"
    )
    assert not (store.folder / "refusals.json").exists()
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert "is forgotten" in outcomes("forget", WITHDRAWN)[1]


@pytest.mark.usefixtures("imported")
def test_again_is_a_no_op(outcomes: Command, store: Store) -> None:
    outcomes("forget", WITHDRAWN)
    contents = {path: file_hash(path) for path in store.folder.rglob("*") if path.is_file()}
    code, out, _ = outcomes("forget", WITHDRAWN)
    (refused,) = store.refusals().patients
    assert (code, out) == (0, f"Patient {WITHDRAWN} was forgotten on {refused.withdrawn_at:%Y-%m-%d} already.\n")
    assert {path: file_hash(path) for path in store.folder.rglob("*") if path.is_file()} == contents


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("named", "said"),
    [
        (
            ["PNOBODY"],
            "holds no patient 'PNOBODY'. Give the pseudonym as `outcomes export courses` shows it",
        ),
        (
            ["CQX82"],
            "holds no patient 'CQX82'. It is the id of a course whose patient has a pseudonym of their own:",
        ),
        ([], "Name the patient: outcomes forget PATIENT. No forget was stopped that has to finish."),
        ([WITHDRAWN, "--source", "redcap:redcap"], "There is no source of this patient 'redcap:redcap'."),
    ],
)
def test_who_cannot_be_forgotten(outcomes: Command, store: Store, named: list[str], said: str) -> None:
    contents = {path: file_hash(path) for path in store.folder.rglob("*") if path.is_file()}
    code, _, err = outcomes("forget", *named)
    assert code == 2
    assert said in err
    assert {path: file_hash(path) for path in store.folder.rglob("*") if path.is_file()} == contents


def test_an_id_of_two_sources_is_not_taken_for_one_person(outcomes: Command, store: Store, imported: Path) -> None:
    outcomes("import", imported, "--accept-quarantine", "--name", "other")
    outcomes("build")
    code, _, err = outcomes("forget", WITHDRAWN)
    assert code == 2
    assert (
        f"Several sources hold a patient '{WITHDRAWN}': canonical:canonical, canonical:other. If that is one person, "
        "name each with --source; if not, name the one that is meant."
    ) in err
    assert "1 batch written anew" in outcomes("forget", WITHDRAWN, "--source", "canonical:other")[1]
    kept, anew = store.batches()
    assert (kept.earlier_ids, len(anew.earlier_ids)) == ((), 1)
    out = outcomes("import", imported, "--accept-quarantine", "--again")[1]
    assert "withdrew consent" not in out
    assert "withdrew consent" in outcomes("import", imported, "--accept-quarantine", "--again", "--name", "other")[1]


@pytest.mark.parametrize("command", [["forget", "P1"], ["forget"]])
def test_without_a_store_nothing_is_made(outcomes: Command, store: Store, command: list[str]) -> None:
    code, _, err = outcomes(*command)
    assert code == 3
    assert "has no snapshot yet" in err
    assert not store.folder.exists()


# --- stopped half-way -----------------------------------------------------------------------------------


@pytest.fixture
def stopped(imported: Path, outcomes: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store whose forget was stopped once the batch was written anew."""
    assert imported.exists()

    def fail(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pipelines.forgetting.build_of", fail)
        assert outcomes("forget", WITHDRAWN)[0] == 130


@pytest.mark.usefixtures("stopped")
def test_stopped_half_way_it_is_said_and_nothing_else_is_written(outcomes: Command, store: Store) -> None:
    said = "`outcomes forget` was stopped before it had removed everything"
    assert said in outcomes("snapshots")[1]
    assert said in outcomes("check")[1]
    code, out, err = outcomes("check", "--deep")
    assert code == 3
    assert "refusals.json names a patient of whom something may be left" in out
    assert "Run `outcomes forget` to finish it." in err
    batch, snapshot = store.batches()[0].id, store.current_id()
    for command in (["build"], ["rollback", snapshot], ["retract", batch], ["publish", "--to", "x"]):
        code, _, err = outcomes(*command)
        assert code == 3
        assert f"In the store {store.folder} {said}. Run `outcomes forget` to finish it, then run this again." in err
    assert outcomes("measure", "response")[0] == 0


@pytest.mark.usefixtures("stopped")
def test_without_a_name_it_finishes_what_was_stopped(outcomes: Command, store: Store) -> None:
    code, out, _ = outcomes("forget")
    assert code == 0
    assert out.startswith(f"Patient {WITHDRAWN} is forgotten (2 courses): ")
    assert files_that_name(store.folder, WITHDRAWN, "CQX82", "CQX84") == ["refusals.json"]
    assert store.refusals().unfinished == ()
    assert outcomes("build")[0] == 0
