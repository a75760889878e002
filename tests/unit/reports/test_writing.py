"""A pack on disk is whole or not there, whatever fails."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from machine import as_another_user, given_to_another_user, open_to_all, room_for

from pipelines.errors import FolderBusy, FolderUnfit
from pipelines.reports.manifest import MANIFEST, PackManifest, hashes
from pipelines.reports.place import place_named, refuse_other, refuse_unfit
from pipelines.reports.writing import put_in_place, staged, workplace

CONTENT = {"tables/a.csv": b"n\n12\n", "tables/a.json": b"{}\n", "report.pdf": b"%PDF"}


def manifest(**changed: Any) -> PackManifest:
    asked: dict[str, Any] = {
        "program": "P",
        "period": "2026-Q3",
        "condition": None,
        "site": None,
        "policy": "cms",
        "paper": "a4",
        "privacy_mode": "limited_data_set",
        "formats": ("csv",),
        "command": "outcomes report 2026-Q3",
        "cohorts": (),
        "snapshot": "s1",
        "is_synthetic": True,
        "data_through": None,
        "definitions_hash": "d",
        "definitions_version": "1",
        "version": "1",
        "compared_with": None,
        "release": "r1",
        "release_before": None,
        "contact": "",
        "logo": None,
        "files": hashes(CONTENT),
    }
    return PackManifest(**asked | changed)


FILES = {**CONTENT, MANIFEST: manifest().as_file()}
EARLIER = {**FILES, "report.pdf": b"%PDF of an earlier version"}


def write(folder: Path, files: Mapping[str, bytes] = FILES) -> str:
    with workplace(folder) as work:
        return put_in_place(staged(work, folder, files), folder, manifest())


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_pack_is_written_for_its_owner_alone_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "2026-Q3"
    assert write(folder) == "written"
    assert contents(folder) == FILES
    assert {path.stat().st_mode & 0o077 for path in [folder, *folder.rglob("*")]} == {0}
    before = {path: path.stat().st_ino for path in folder.rglob("*")}
    assert write(folder) == "unchanged"
    assert {path: path.stat().st_ino for path in folder.rglob("*")} == before
    assert [path.name for path in folder.parent.iterdir()] == ["2026-Q3"]


def test_a_pack_that_differs_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    folder = tmp_path / "2026-Q3"
    write(folder)
    changed = {name: FILES[name] for name in ("tables/a.csv", MANIFEST)} | {"report.pdf": b"%PDF again"}
    assert write(folder, changed) == "replaced"
    assert contents(folder) == changed
    assert [path.name for path in tmp_path.iterdir()] == ["2026-Q3"]


def failing(name: str, where: str) -> Callable[..., Any]:
    """A function of `os` that says of paths with these letters that the disk is full."""
    real = getattr(os, name)

    def call(*arguments: Any, **options: Any) -> Any:
        if where in "|".join(map(str, arguments)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **options)

    return call


@pytest.fixture(params=["nothing there", "the earlier one there"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, dict[str, bytes]]]:
    """Where a pack is to stand, with what stood there, which must be as it was in the end."""
    folder = tmp_path / "reports" / "2026-Q3"
    if request.param == "nothing there":
        yield folder, {}
    else:
        write(folder, EARLIER)
        yield folder, EARLIER


STEPS = [
    ("mkdir", ".unfinished"),
    ("open", "lock"),
    ("mkdir", "pack-"),
    ("mkdir", "tables"),
    ("open", "a.csv"),
    ("open", "manifest.json"),
    ("fsync", ""),
    ("rename", "pack-"),
]


@pytest.mark.parametrize(("step", "where"), STEPS)
def test_a_full_disk_at_any_step_leaves_what_was_there(
    place: tuple[Path, dict[str, bytes]], step: str, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, before = place
    with monkeypatch.context() as patch:
        patch.setattr(os, step, failing(step, where))
        with pytest.raises(FolderUnfit) as error:
            write(folder)
    assert str(error.value) == (
        f"{folder} cannot be written (No space left on device), and nothing was changed there. Check who may write "
        "there and whether the disk is full, or give another place with --out."
    )
    assert contents(tmp_path) == {f"reports/2026-Q3/{name}": content for name, content in before.items()}
    assert folder.parent.exists() == bool(before)  # A folder that was made for the pack is gone with it.


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of this kind")
@pytest.mark.parametrize("name", FILES)
def test_where_the_system_takes_no_more_bytes_nothing_of_the_pack_is_left(
    place: tuple[Path, dict[str, bytes]], name: str, tmp_path: Path
) -> None:
    folder, before = place
    largest = max(map(len, FILES.values()))
    padded = {other: content.ljust(largest + 1) if other == name else content for other, content in FILES.items()}
    with room_for(largest), pytest.raises(FolderUnfit, match=r"cannot be written \(File too large\)"):
        write(folder, padded)
    assert contents(tmp_path) == {f"reports/2026-Q3/{other}": content for other, content in before.items()}


def test_where_the_new_pack_cannot_take_its_place_the_earlier_one_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "2026-Q3"
    write(folder, EARLIER)
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", failing("rename", "pack-"))
        with pytest.raises(FolderUnfit, match="No space left"):
            write(folder)
    assert contents(tmp_path) == {f"2026-Q3/{name}": content for name, content in EARLIER.items()}


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    left = tmp_path / ".2026-Q3.unfinished" / "pack-killed"
    left.mkdir(parents=True)
    (left / "half.pdf").write_bytes(b"%P")
    write(tmp_path / "2026-Q3")
    assert [path.name for path in tmp_path.iterdir()] == ["2026-Q3"]


def test_an_earlier_pack_that_a_killed_run_moved_aside_is_put_back_first(tmp_path: Path) -> None:
    folder = tmp_path / "2026-Q3"
    write(folder, EARLIER)
    work = tmp_path / ".2026-Q3.unfinished"
    work.mkdir()
    folder.rename(work / "earlier")
    with pytest.raises(ZeroDivisionError), workplace(folder):
        assert contents(folder) == EARLIER
        raise ZeroDivisionError
    assert contents(tmp_path) == {f"2026-Q3/{name}": content for name, content in EARLIER.items()}


def test_a_stop_between_the_two_renames_leaves_the_earlier_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "2026-Q3"
    write(folder, EARLIER)
    rename = os.rename

    def stopped(source: Path, target: Path) -> None:
        if "pack-" in str(source):
            raise KeyboardInterrupt
        rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", stopped)
        with pytest.raises(KeyboardInterrupt):
            write(folder)
    assert contents(tmp_path) == {f"2026-Q3/{name}": content for name, content in EARLIER.items()}


def test_two_commands_do_not_write_to_the_same_place(tmp_path: Path) -> None:
    folder = tmp_path / "2026-Q3"
    with workplace(folder) as work:
        draft = staged(work, folder, FILES)
        with pytest.raises(FolderBusy) as error:
            write(folder, {})
        assert contents(draft) == FILES
        put_in_place(draft, folder, manifest())
    assert str(error.value) == (
        f"Another command is writing a report to {folder}. Wait until it has finished and run this again, or give "
        "another place with --out."
    )
    assert contents(folder) == FILES


def test_what_came_to_stand_there_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "2026-Q3"
    with workplace(folder) as work:
        draft = staged(work, folder, FILES)
        folder.mkdir()
        (folder / "notes").write_text("mine")
        with pytest.raises(FolderUnfit, match="holds no report"):
            put_in_place(draft, folder, manifest())
    assert contents(tmp_path) == {"2026-Q3/notes": b"mine"}


# --- rights ---------------------------------------------------------------------------------------------

NOT_ALLOWED = "cannot be written (Permission denied), and nothing was changed there. Check who may write there and "


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others on Windows")
@pytest.mark.parametrize(("mode", "below"), [(0o500, ""), (0o000, ""), (0o000, "below")])
def test_a_place_where_one_may_not_write_is_refused(mode: int, below: str) -> None:
    with open_to_all() as shared:
        sealed = shared / "sealed"
        (sealed / "below").mkdir(parents=True)
        sealed.chmod(mode)
        folder = sealed / below / "2026-Q3"
        with as_another_user(), pytest.raises(FolderUnfit) as error:
            refuse_unfit(folder, shared / "store")
            write(folder)
        sealed.chmod(0o700)
        assert not contents(shared)
    assert str(error.value) == (f"{folder} {NOT_ALLOWED}whether the disk is full, or give another place with --out.")


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others on Windows")
def test_a_pack_that_one_may_not_read_is_left_and_said_so() -> None:
    with open_to_all() as shared:
        folder = shared / "2026-Q3"
        write(folder)
        folder.chmod(0o000)
        with as_another_user(), pytest.raises(FolderUnfit) as error:
            refuse_unfit(folder, shared / "store")
        folder.chmod(0o700)
        assert contents(folder) == FILES
    assert str(error.value) == (
        f"{folder} cannot be read (Permission denied). Check who may read there, or give another folder."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others on Windows")
def test_a_folder_that_takes_files_and_lists_none_gets_the_pack() -> None:
    with open_to_all() as shared:
        letterbox = shared / "letterbox"
        letterbox.mkdir()
        given_to_another_user(letterbox)
        letterbox.chmod(0o300)
        with as_another_user():
            assert write(letterbox / "2026-Q3") == "written"
        letterbox.chmod(0o700)
        assert contents(letterbox) == {f"2026-Q3/{name}": content for name, content in FILES.items()}


# --- places ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".", "tables/.."])
def test_a_pack_by_another_name_than_its_own_is_the_same_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "2026-Q3"
    write(folder, EARLIER)
    monkeypatch.chdir(folder)
    assert write(place_named(Path(name))) == "replaced"
    monkeypatch.chdir(tmp_path)
    assert contents(tmp_path) == {f"2026-Q3/{name}": content for name, content in FILES.items()}


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 300)
    with pytest.raises(FolderUnfit, match=r"a{300} cannot be written \(File name too long\), and nothing was changed"):
        refuse_unfit(folder, tmp_path / "store")
    with pytest.raises(FolderUnfit, match="File name too long"):
        write(tmp_path / ("a" * 250))  # Its hidden folder has a longer one.
    assert not contents(tmp_path)


def test_a_folder_beside_a_link_to_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    with pytest.raises(FolderUnfit, match=r"is a file or a link, not a folder\."):
        refuse_unfit(tmp_path / "link", tmp_path / "store")
    with pytest.raises(FolderUnfit, match="cannot be written"):
        write(tmp_path / "link" / "2026-Q3")
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


def test_a_link_into_the_store_is_the_store(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "store")
    with pytest.raises(FolderUnfit, match="would stand inside the store"):
        refuse_unfit(tmp_path / "link" / "2026-Q3", tmp_path / "store")


@pytest.mark.parametrize("is_link", [False, True])
def test_a_file_or_a_link_is_no_place(tmp_path: Path, is_link: bool) -> None:
    folder = tmp_path / "2026-Q3"
    if is_link:
        folder.symlink_to(tmp_path)
    else:
        folder.write_text("notes")
    with pytest.raises(FolderUnfit) as error:
        refuse_unfit(folder, tmp_path / "store")
    assert str(error.value) == f"{folder} is a file or a link, not a folder. Give the name of a new folder with --out."


def test_a_folder_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(FolderUnfit) as error:
        refuse_unfit(tmp_path, tmp_path.parent / "store")
    assert str(error.value) == (
        f"{tmp_path} is there already and holds no report. It is left as it is: give the name of a new folder with "
        "--out, or remove it."
    )


def test_a_pack_does_not_stand_in_the_store(tmp_path: Path) -> None:
    with pytest.raises(FolderUnfit, match="would stand inside the store"):
        refuse_unfit(tmp_path / "store" / "reports", tmp_path / "store")


OTHERS = [("snapshot", "s2"), ("period", "2026-Q2"), ("policy", "nhs"), ("site", "A"), ("formats", ("pdf",))]


@pytest.mark.parametrize(("name", "value"), OTHERS)
def test_another_pack_is_not_overwritten(tmp_path: Path, name: str, value: object) -> None:
    folder = tmp_path / "2026-Q3"
    write(folder)
    refuse_other(folder, manifest(files={}))  # The same question: it may take its place.
    with pytest.raises(FolderUnfit) as error:
        refuse_other(folder, manifest(**{name: value}))
    assert str(error.value) == (
        f"{folder} holds another report: 2026-Q3, policy cms, csv, snapshot s1. It is left as it is: give the name of "
        "a new folder with --out, or remove it."
    )


def test_a_file_of_somebody_beside_a_pack_is_not_lost_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "2026-Q3"
    write(folder)
    (folder / "tables" / "my notes.txt").write_text("mine")
    with pytest.raises(FolderUnfit, match=r"holds tables/my notes.txt beside a report\. It is left as it is"):
        refuse_other(folder, manifest())
