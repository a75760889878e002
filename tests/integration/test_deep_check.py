"""`outcomes check --deep --repair`: what is wrong with a store is found, named and, where batches can, mended."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from pipelines.build import build
from pipelines.cli import main
from pipelines.durable import file_hash
from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.flow import course_flow
from pipelines.settings import Settings, read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
COURSES = "course_id,conditions,site,quarter\n{0}1,depression,North,2026-Q1\n{0}2,depression,North,2026-Q1\n"
INFUSIONS = "course_id,days_from_start\n{0}1,0\n{0}2,0\n"
SCORES = "course_id,scale,days_from_start,total\n{0}1,PHQ-9,-1,20\n{0}1,PHQ-9,21,9\n{0}2,PHQ-9,-1,18\n"


def taken_in(store: Store, folder: Path, letter: str) -> str:
    folder.mkdir()
    for name, text in (("courses", COURSES), ("infusions", INFUSIONS), ("scores", SCORES)):
        (folder / f"{name}.csv").write_text(text.format(letter))
    return import_files(store, [folder], ImportOptions(), SETTINGS, DEFINITIONS, lambda _: None).batch.id


@pytest.fixture(scope="module")
def sound_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two batches and two snapshots, of which the second is in force."""
    folder = tmp_path_factory.mktemp("sound")
    store = Store(folder / "store")
    for letter in ("A", "B"):
        taken_in(store, folder / letter, letter)
        build(store, SETTINGS, DEFINITIONS, lambda _: None)
    return store.folder


@pytest.fixture
def store(sound_store: Path, tmp_path: Path) -> Store:
    """A copy to damage."""
    shutil.copytree(sound_store, tmp_path / "store")
    return Store(tmp_path / "store")


def check(capsys: pytest.CaptureFixture[str], store: Store, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["check", *arguments, "--store", str(store.folder)])
    printed = capsys.readouterr()
    return code, printed.out, "".join(line for line in printed.err.splitlines() if not line.startswith("check: "))


def flow(store: Store) -> list[int]:
    published = open_published(store)
    try:
        return course_flow(published, Filters())["n_courses"].tolist()
    finally:
        published.close()


def batch_folder(store: Store) -> Path:
    """The folder of the first batch."""
    return store.batches_folder / store.batches()[0].id


def snapshot_folder(store: Store, *, in_force: bool = True) -> Path:
    before, now = store.snapshots()
    return store.snapshots_folder / (now.id if in_force else before.id)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def forge(store: Store) -> None:
    """Changes a published count and gives the file its new hash, as no damage by chance would."""
    folder = snapshot_folder(store)
    with duckdb.connect(str(folder / "published.duckdb")) as connection:
        connection.execute("update started_courses set n_started = n_started + 1")
    manifest = store.snapshot(folder.name)
    assert manifest is not None
    files = manifest.files | {"published.duckdb": file_hash(folder / "published.duckdb")}
    (folder / "manifest.json").write_text(manifest.model_copy(update={"files": files}).model_dump_json())


# --- what is sound --------------------------------------------------------------------------------------


def test_a_sound_store_is_said_to_be_sound(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys, store, "--deep")
    assert (code, err) == (0, "")
    assert out.startswith(
        f"Store {store.folder}: 14 files compared with their hashes.\n"
        f"The counts of snapshot {store.current_id()} are those of a rebuild from its batches.\n"
        "Nothing is wrong with it.\n\n"
        f"Snapshot {store.current_id()} · clinical data\n"
    )


def test_a_deep_check_changes_nothing(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    def contents() -> dict[str, str]:
        return {str(path): file_hash(path) for path in store.folder.rglob("*") if path.is_file()}

    before = contents()
    assert check(capsys, store, "--deep")[0] == 0
    assert contents() == before


def test_a_snapshot_of_other_settings_is_compared_by_its_own(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    build(store, Settings(population="repeat_courses"), DEFINITIONS, lambda _: None)
    assert "are those of a rebuild from its batches" in check(capsys, store, "--deep")[1]


# --- what is damaged, and what mends it -----------------------------------------------------------------

REPAIR = "Run `outcomes check --repair`."


CUT_OFF = "was changed or cut off"
COUNTS, ROWS = "published.duckdb", "warehouse.duckdb"


@pytest.mark.parametrize(
    ("damage", "place", "found"),
    [
        pytest.param(lambda store: cut(snapshot_folder(store) / COUNTS), f"{{now}}/{COUNTS}", CUT_OFF, id="counts cut"),
        pytest.param(
            lambda store: cut(snapshot_folder(store) / ROWS), f"{{now}}/{ROWS}", CUT_OFF, id="course rows cut"
        ),
        pytest.param(
            lambda store: (snapshot_folder(store) / COUNTS).unlink(), f"{{now}}/{COUNTS}", "is missing", id="no counts"
        ),
        pytest.param(
            lambda store: (snapshot_folder(store) / ROWS).unlink(), f"{{now}}/{ROWS}", "is missing", id="no course rows"
        ),
        pytest.param(
            lambda store: cut(snapshot_folder(store, in_force=False) / COUNTS),
            f"{{before}}/{COUNTS}",
            CUT_OFF,
            id="an earlier snapshot",
        ),
        pytest.param(
            forge,
            f"{{now}}/{COUNTS}",
            "holds other counts in `started_courses` than a rebuild from its batches",
            id="counts forged",
        ),
        pytest.param(
            lambda store: (store.folder / "CURRENT").unlink(),
            "CURRENT",
            "is missing, though there are snapshots",
            id="no pointer",
        ),
        pytest.param(
            lambda store: (store.folder / "CURRENT").write_text("0123456789abcdef\n"),
            "CURRENT",
            "names a snapshot that is not there",
            id="a pointer to nothing",
        ),
        pytest.param(
            lambda store: cut(snapshot_folder(store) / "manifest.json"),
            "CURRENT",
            "names a snapshot whose manifest is damaged",
            id="a manifest cut",
        ),
    ],
)
def test_what_was_built_is_made_again_from_batches(
    store: Store,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Store], None],
    place: str,
    found: str,
) -> None:
    sound, now = flow(store), store.current_id()
    where = place.format(now=f"snapshots/{now}", before=f"snapshots/{store.snapshots()[0].id}")
    damage(store)
    code, out, err = check(capsys, store, "--deep")
    assert code == 3
    assert f"  {where} {found}.\n    Run `outcomes check --repair`." in out
    assert err.startswith("outcomes: ")
    assert "Traceback" not in err

    code, out, err = check(capsys, store, "--repair")
    assert (code, err) == (0, "")
    assert "Mended: Snapshot " in out
    assert "\nNothing is wrong with it.\n" in out
    assert (store.current_id(), flow(store)) == (now, sound)
    assert check(capsys, store, "--deep")[0] == 0


@pytest.mark.parametrize(
    ("damage", "place", "found"),
    [
        (lambda folder: cut(folder / "scores.parquet"), "scores.parquet", "was changed or cut off"),
        (lambda folder: (folder / "infusions.parquet").unlink(), "infusions.parquet", "is missing"),
    ],
)
def test_a_damaged_batch_is_an_original_that_nothing_here_can_mend(
    store: Store,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    place: str,
    found: str,
) -> None:
    sound, folder = flow(store), batch_folder(store)
    damage(folder)
    for arguments in (["--deep"], ["--repair"]):
        code, out, err = check(capsys, store, *arguments)
        assert code == 3
        assert err == (
            f"outcomes: batches/{folder.name}/{place} {found}. Restore this folder from a backup of the store. Without "
            "one delete it, import courses.csv, infusions.csv, scores.csv of canonical:canonical again, and run "
            "`outcomes build`."
        )
        assert (
            f"The counts of snapshot {store.current_id()} were not compared with a rebuild: batch {folder.name[:12]}, "
            "of which it is made, is not there or damaged."
        ) in out
        assert "checks of the data" in out, "the counts in force are whole and shown"
    # The cure, word by word.
    shutil.rmtree(folder)
    assert taken_in(store, tmp_path / "again", "A") == folder.name
    build(store, SETTINGS, DEFINITIONS, lambda _: None)
    assert flow(store) == sound
    assert check(capsys, store, "--deep")[0] == 0


def test_a_batch_whose_manifest_is_gone_is_found(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    folder = batch_folder(store)
    (folder / "manifest.json").unlink()
    code, _, err = check(capsys, store, "--repair")
    assert code == 3
    assert (
        err
        == f"outcomes: batches/{folder.name}/manifest.json is missing. Restore this folder from a backup of the store."
    )


def test_all_that_is_wrong_is_listed_at_once(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    cut(batch_folder(store) / "scores.parquet")
    cut(snapshot_folder(store) / "published.duckdb")
    code, out, err = check(capsys, store, "--deep")
    assert code == 3
    assert "\n2 damaged, 0 to tidy.\n" in out
    assert err.endswith(" 1 more stand in the list.")
    code, out, _ = check(capsys, store, "--deep", "--format", "json")
    answer = json.loads(out)
    assert (code, answer["about"], answer["rows"]) == (3, None, [])
    assert [fault["place"].split("/")[-1] for fault in answer["store"]["faults"]] == [
        "scores.parquet",
        "published.duckdb",
    ]


# --- what is only untidy --------------------------------------------------------------------------------


def test_a_leftover_is_no_damage_and_a_repair_removes_it(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    leftover = store.snapshots_folder / ".unfinished-0123456789abcdef"
    leftover.mkdir()
    (leftover / "published.duckdb").write_bytes(b"half")
    code, out, _ = check(capsys, store, "--deep")
    assert code == 0
    assert f"  snapshots/{leftover.name} was left unfinished by a command that was stopped.\n    {REPAIR}\n" in out
    assert leftover.exists()
    code, out, _ = check(capsys, store, "--repair")
    assert code == 0
    assert f"Mended: snapshots/{leftover.name} was removed." in out
    assert not leftover.exists()


def test_a_file_that_no_manifest_names_is_told_and_left(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    stray = batch_folder(store) / "notes.txt"
    stray.write_text("x")
    code, out, _ = check(capsys, store, "--repair")
    assert code == 0
    assert "notes.txt is named by no manifest, so that nothing reads it.\n    Delete it.\n" in out
    assert stray.exists()


# --- what is not there ----------------------------------------------------------------------------------


def test_without_a_store_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = check(capsys, Store(tmp_path / "none"), "--deep")
    assert code == 3
    assert "has no snapshot yet. Run `outcomes import` and `outcomes build`" in err
    assert not (tmp_path / "none").exists()


def test_a_store_that_was_never_built_is_compared_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path / "store")
    taken_in(store, tmp_path / "A", "A")
    code, out, err = check(capsys, store, "--deep")
    assert code == 3
    assert "5 files compared with their hashes.\nThere is no snapshot in force to compare with a rebuild.\n" in out
    assert "has no snapshot yet." in err


def test_a_busy_store_is_not_judged(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with FileLock(store.folder / ".lock"):
        code, _, err = check(capsys, store, "--deep")
    assert code == 3
    assert "Another command is writing to the store" in err


def test_faults_are_not_a_table(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys, store, "--deep", "--format", "csv")
    assert (code, out) == (2, "")
    assert "What is wrong with a store is told in words: use --deep with --format table or json." in err


def test_that_a_batch_was_taken_back_is_nothing_to_delete(store, capsys):
    store.retract(store.live_batches()[-1].id)
    build(store, SETTINGS, DEFINITIONS, lambda _: None)
    code, printed, _ = check(capsys, store, "--deep")
    assert code == 0
    assert "Nothing is wrong with it." in printed
    assert "retraction.json" not in printed
