"""Publishing: what stands in the folder, what of it changes nothing, and what is refused."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from exports import FIRST, Command, all_measures, export

from pipelines import cli
from pipelines.durable import file_hash
from pipelines.snapshots import SnapshotFolder
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "host" / "published"


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): file_hash(path) for path in folder.rglob("*") if path.is_file()}


def of_copy(copy: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(["--store", str(copy), *(str(argument) for argument in arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


# --- what stands there ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("first")
def test_only_counts_their_manifest_and_current_are_published(outcomes: Command, store: Store, copy: Path) -> None:
    code, out, err = outcomes("publish", "--to", copy)
    current = store.current_id()
    assert (code, err) == (0, "")
    assert out == (
        f"Snapshot {current} is in force in {copy}: clinical data, filled in through 2026-06-30; counts only, no "
        "course rows. Cells of single courses are among them: guard the folder as patient data.\n"
        f"Serve it with `outcomes dashboard --published {copy}`.\n"
    )
    place = f"snapshots/{current}"
    assert set(contents(copy)) == {"CURRENT", f"{place}/manifest.json", f"{place}/published.duckdb"}
    manifest = json.loads((copy / place / "manifest.json").read_text())
    assert manifest["files"] == {"published.duckdb": file_hash(copy / place / "published.duckdb")}


@pytest.mark.usefixtures("first")
def test_folders_and_files_are_the_owners_alone(outcomes: Command, copy: Path) -> None:
    previous = os.umask(0)
    try:
        outcomes("publish", "--to", copy)
    finally:
        os.umask(previous)
    for path in (copy, *copy.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.usefixtures("first")
def test_every_measure_of_the_copy_is_that_of_the_store(
    outcomes: Command, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes("publish", "--to", copy)
    assert all_measures(of_copy(copy, capsys)) == all_measures(outcomes)


@pytest.mark.usefixtures("first")
def test_the_copy_compares_its_checks_with_the_snapshot_published_before(
    outcomes: Command, later: Path, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes("publish", "--to", copy)
    outcomes("import", later, "--data-through", "2026-09-30")
    outcomes("build")
    outcomes("publish", "--to", copy)
    assert of_copy(copy, capsys)("check") == outcomes("check")


# --- again, and later ones ------------------------------------------------------------------------------


@pytest.mark.usefixtures("first")
def test_the_same_again_changes_nothing(outcomes: Command, store: Store, copy: Path) -> None:
    outcomes("publish", "--to", copy)
    before, ledger, written = contents(copy), store.publications(), (copy / "CURRENT").stat().st_mtime_ns
    code, out, _ = outcomes("publish", "--to", copy)
    assert code == 0
    assert out.startswith(f"Snapshot {store.current_id()} is in force in {copy} already.\n")
    assert (contents(copy), store.publications(), (copy / "CURRENT").stat().st_mtime_ns) == (before, ledger, written)


def test_the_snapshot_before_stays_and_older_ones_leave(
    outcomes: Command, store: Store, two: tuple[str, str], copy: Path, tmp_path: Path
) -> None:
    outcomes("rollback", two[0])
    outcomes("publish", "--to", copy)
    outcomes("rollback", two[1])
    assert "Removed there" not in outcomes("publish", "--to", copy)[1]
    assert {path.name for path in (copy / "snapshots").iterdir()} == set(two)
    outcomes("import", export(tmp_path / "third", **FIRST), "--again", "--data-through", "2026-10-31")
    outcomes("build")
    code, out, _ = outcomes("publish", "--to", copy)
    assert code == 0
    assert f"Removed there: snapshot {two[0]}." in out
    assert SnapshotFolder(copy).current_id() == store.current_id()
    assert {path.name for path in (copy / "snapshots").iterdir()} == {two[1], store.current_id()}


def test_a_snapshot_that_the_store_gave_up_leaves_the_copy_too(
    outcomes: Command, two: tuple[str, str], copy: Path
) -> None:
    outcomes("rollback", two[0])
    outcomes("publish", "--to", copy)
    outcomes("rollback", two[1])
    outcomes("prune", "--keep", "0", "--yes")
    assert f"Removed there: snapshot {two[0]}." in outcomes("publish", "--to", copy)[1]
    assert [path.name for path in (copy / "snapshots").iterdir()] == [two[1]]


@pytest.mark.usefixtures("first")
def test_a_damaged_copy_is_made_again(outcomes: Command, store: Store, copy: Path) -> None:
    outcomes("publish", "--to", copy)
    whole = contents(copy)
    (copy / "snapshots" / store.current_id() / "published.duckdb").write_bytes(b"cut off")
    assert "is in force in" in outcomes("publish", "--to", copy)[1]
    assert contents(copy) == whole


# --- what the store knows of its copies -----------------------------------------------------------------


def test_the_store_knows_which_snapshot_it_published_where(
    outcomes: Command, store: Store, two: tuple[str, str], copy: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    outcomes("publish", "--to", copy)
    outcomes("publish", "--to", other)
    outcomes("rollback", two[0])
    outcomes("publish", "--to", other)
    found = [(entry.folder, entry.snapshot, entry.removed_at) for entry in store.publications()]
    assert found == [(str(copy), two[1], None), (str(other), two[1], None), (str(other), two[0], None)]
    assert store.publications()[0].batches == store.named_snapshot(two[1]).batches
    listed = outcomes("snapshots")[1]
    assert f"{copy}  {two[1]}" in " ".join(listed.split(" ")).replace("   ", "  ")


def test_the_store_knows_what_left_a_copy(outcomes: Command, store: Store, two: tuple[str, str], copy: Path) -> None:
    outcomes("rollback", two[0])
    outcomes("publish", "--to", copy)
    outcomes("rollback", two[1])
    outcomes("prune", "--keep", "0", "--yes")
    outcomes("publish", "--to", copy)
    gone, there = store.publications()
    assert (gone.snapshot, gone.removed_at is None) == (two[0], False)
    assert (there.snapshot, there.removed_at is None) == (two[1], True)


# --- what is refused ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("store", "is part of the store, and a published copy holds no course rows"),
        ("store/published", "is part of the store, and a published copy holds no course rows"),
        (".", "The store stands inside"),
        ("first", "holds something else than a published copy"),
        ("first/courses.csv", "is a file, not a folder"),
        ("first/courses.csv/below", "cannot be written (Not a directory); what was in force there still is"),
    ],
)
def test_a_folder_that_is_something_else_is_refused(outcomes: Command, tmp_path: Path, place: str, said: str) -> None:
    before = contents(tmp_path)
    code, out, err = outcomes("publish", "--to", tmp_path / place)
    assert (code, out) == (2, "")
    assert said in err
    after = contents(tmp_path)
    assert {name: after[name] for name in before} == before


@pytest.mark.usefixtures("first")
def test_another_store_and_its_copy_are_refused(outcomes: Command, tmp_path: Path) -> None:
    other, copy = tmp_path / "other", tmp_path / "copy"
    added = export(tmp_path / "added", **FIRST)
    for command in (["import", str(added)], ["build"], ["publish", "--to", str(copy)]):
        assert cli.main(["--store", str(other), *command]) == 0
    before = contents(copy)
    code, _, err = outcomes("publish", "--to", copy)
    assert code == 2
    assert "holds a copy that was not published from this store. Give a new or an empty folder with --to." in err
    assert contents(copy) == before
    code, _, err = outcomes("publish", "--to", other)
    assert code == 2
    assert f"{other} is a store of its own." in err


@pytest.mark.usefixtures("first")
def test_a_damaged_snapshot_is_not_published(outcomes: Command, store: Store, copy: Path) -> None:
    with store.snapshot_file(store.current_id(), "published.duckdb").open("ab") as stream:
        stream.write(b"\0")
    code, _, err = outcomes("publish", "--to", copy)
    assert code == 3
    assert "was changed or cut off; nothing was published. Run `outcomes check --repair`." in err
    assert not (copy / "CURRENT").exists()


def test_without_a_snapshot_nothing_is_published(outcomes: Command, copy: Path) -> None:
    code, _, err = outcomes("publish", "--to", copy)
    assert code == 3
    assert "has no snapshot yet" in err
    assert not copy.exists()


@pytest.mark.usefixtures("first")
def test_what_the_host_keeps_beside_the_copy_stays(outcomes: Command, copy: Path) -> None:
    outcomes("publish", "--to", copy)
    (copy / "access.toml").write_text("")
    assert outcomes("publish", "--to", copy)[0] == 0
    assert (copy / "access.toml").exists()


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize(
    "command",
    [["build"], ["check", "--deep"], ["check", "--repair"], ["export", "courses"], ["rollback", "0"]],
)
def test_a_copy_is_no_store(
    outcomes: Command, copy: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    outcomes("publish", "--to", copy)
    before = contents(copy)
    code, _, err = of_copy(copy, capsys)(*command)
    assert code == 2
    assert (
        f"{copy} is a published copy: it holds counts, and neither batches nor course rows. Run this on the store "
        "itself (--store)."
    ) in err
    assert contents(copy) == before
    assert not (copy / "batches").exists()
