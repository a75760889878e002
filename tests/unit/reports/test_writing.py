"""A pack on disk is whole or not there, whatever fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import FolderUnfit
from pipelines.reports.manifest import MANIFEST, PackManifest, hashes
from pipelines.reports.writing import put_in_place, refuse_other, refuse_unfit, staged

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


def write(folder: Path, files: dict[str, bytes] = FILES) -> str:
    with staged(folder, files) as draft:
        return put_in_place(draft, folder)


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


def failing(name: str, nth: int) -> Callable[..., Any]:
    """A function of `os` that says at its nth call that the disk is full."""
    real, calls = getattr(os, name), iter(range(1, 1000))

    def call(*arguments: Any, **options: Any) -> Any:
        if next(calls) == nth:
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
        earlier = {**FILES, "report.pdf": b"%PDF of an earlier version"}
        write(folder, earlier)
        yield folder, earlier


STEPS = [("mkdir", 1), ("mkdir", 2), ("open", 1), ("open", 3), ("open", 4), ("fsync", 1), ("fsync", 4), ("rename", 1)]


@pytest.mark.parametrize(("step", "nth"), STEPS)
def test_a_full_disk_at_any_step_leaves_what_was_there(
    place: tuple[Path, dict[str, bytes]], step: str, nth: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, before = place
    with monkeypatch.context() as patch:
        patch.setattr(os, step, failing(step, nth))
        with pytest.raises(FolderUnfit) as error:
            write(folder)
    assert str(error.value) == (
        f"{folder} cannot be written (No space left on device), and nothing of the report is left there. Check who may "
        "write there and whether the disk is full, or give another place with --out."
    )
    assert contents(tmp_path) == {f"reports/2026-Q3/{name}": content for name, content in before.items()}
    assert folder.parent.exists() == bool(before)  # A folder that was made for the pack is gone with it.


def test_where_the_new_pack_cannot_take_its_place_the_earlier_one_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "2026-Q3"
    earlier = {**FILES, "report.pdf": b"%PDF of an earlier version"}
    write(folder, earlier)
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", failing("rename", 2))
        with pytest.raises(FolderUnfit, match="No space left"):
            write(folder)
    assert contents(tmp_path) == {f"2026-Q3/{name}": content for name, content in earlier.items()}


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    for name in (".2026-Q3.unfinished", ".2026-Q3.replaced"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.pdf").write_bytes(b"%P")
    write(tmp_path / "2026-Q3")
    assert [path.name for path in tmp_path.iterdir()] == ["2026-Q3"]


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
