"""A pack on disk: all of it or nothing.

The files are written to a hidden folder beside the place where the pack is to stand, made durable, and renamed into
place at once. A pack of the same snapshot and the same question is put in place of an earlier one; nothing else is ever
overwritten.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pipelines.durable import make_durable
from pipelines.errors import FolderUnfit
from pipelines.reports.manifest import MANIFEST, PackManifest, manifest_there

_LEFT = "It is left as it is: give the name of a new folder with --out, or remove it."

Outcome = Literal["written", "replaced", "unchanged"]


def refuse_unfit(folder: Path, store: Path) -> None:
    """Refuses a place where no pack can stand, before any work is done.

    Args:
        store: which holds nothing that is passed on.

    Raises:
        FolderUnfit: the folder is a file, holds something else than a pack, or stands in the store.
    """
    if folder.resolve().is_relative_to(store.resolve()):
        raise FolderUnfit(f"{folder} would stand inside the store. Give another place with --out.")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FolderUnfit(f"{folder} is a file or a link, not a folder. Give the name of a new folder with --out.")
    if folder.exists() and manifest_there(folder) is None:
        raise FolderUnfit(f"{folder} is there already and holds no report. {_LEFT}")


def refuse_other(folder: Path, manifest: PackManifest) -> None:
    """Refuses a place where another pack stands, or files beside a pack that would be lost with it.

    Args:
        manifest: of the pack that is to be written there.

    Raises:
        FolderUnfit: with what was found.
    """
    if not folder.exists():
        return
    there = manifest_there(folder)
    if there is None or not manifest.is_same_question(there):
        holds = f"another report: {there.asked_words}, snapshot {there.snapshot}" if there else "no report"
        raise FolderUnfit(f"{folder} holds {holds}. {_LEFT}")
    if foreign := sorted({*_names(folder)} - {*there.files, MANIFEST}):
        raise FolderUnfit(f"{folder} holds {foreign[0]} beside a report. {_LEFT}")


@contextmanager
def staged(folder: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """The files of a pack in a hidden folder beside its place, durable; gone in the end, unless it was put in place.

    Raises:
        FolderUnfit: they cannot be written; nothing is left of them.
    """
    draft = folder.parent / f".{folder.name}.unfinished"
    made = [parent for parent in (folder.parent, *folder.parent.parents) if not parent.exists()]
    is_placed = False
    try:
        with written(folder):
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True, mode=0o700)
            for name, content in files.items():
                _write(draft / name, content)
            for parent in {path.parent for path in map(draft.joinpath, files)} | {draft}:
                make_durable(parent)
        yield draft
        is_placed = True
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if not is_placed:
            _remove_empty(made)


def put_in_place(draft: Path, folder: Path) -> Outcome:
    """Renames a staged pack into place; a pack that stands there already changes only if a file differs.

    Raises:
        FolderUnfit: it cannot be renamed; what stood there still does.
    """
    leaving = folder.parent / f".{folder.name}.replaced"
    with written(folder):
        is_there = folder.exists()
        if is_there and _contents(folder) == _contents(draft):
            return "unchanged"
        shutil.rmtree(leaving, ignore_errors=True)
        if is_there:
            folder.rename(leaving)
        try:
            draft.rename(folder)
        except OSError:
            if is_there:
                leaving.rename(folder)
            raise
        make_durable(folder.parent)
        shutil.rmtree(leaving, ignore_errors=True)
    return "replaced" if is_there else "written"


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Says of the place what the file system says of it.

    Raises:
        FolderUnfit: it cannot be written, or the disk is full.
    """
    try:
        yield
    except OSError as error:
        raise FolderUnfit(
            f"{folder} cannot be written ({error.strerror}), and nothing of the report is left there. Check who may "
            "write there and whether the disk is full, or give another place with --out."
        ) from None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in _names(folder)}


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _remove_empty(folders: list[Path]) -> None:
    """Removes folders that were made for the pack and hold nothing, the innermost first."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
