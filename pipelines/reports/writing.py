"""A pack on disk: all of it or nothing.

The files are written to a hidden folder beside the place where the pack is to stand, made durable, and renamed into
place at once. A pack of the same snapshot and the same question is put in place of an earlier one; nothing else is ever
overwritten.

Where an earlier one stands, that is renamed aside first, for no call that all systems know exchanges two folders. A
kill between the two renames leaves both packs whole in the hidden folder and none under the name; the next command for
the same place puts the earlier one back before it does anything else.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

from filelock import FileLock, Timeout

from pipelines.durable import make_durable
from pipelines.errors import FolderBusy
from pipelines.reports.manifest import PackManifest, files_in
from pipelines.reports.place import refuse_other, written

Outcome = Literal["written", "replaced", "unchanged"]
_LOCK = "lock"
_ASIDE = "earlier"
"""The pack that stood in the place while another takes it."""


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A hidden folder beside the place of a pack, for one command at a time; gone in the end.

    What a killed command left in it is cleared, and an earlier pack that it had moved aside is put back.

    Raises:
        FolderBusy: another command is writing a pack to the same place.
        FolderUnfit: nothing can be written there; nothing is left of the attempt.
    """
    work = folder.with_name(f".{folder.name}.unfinished")
    made: list[Path] = []
    lock = FileLock(work / _LOCK, timeout=0, mode=0o600)
    try:
        with written(folder):
            made = [parent for parent in (folder.parent, *folder.parent.parents) if not parent.exists()]
            work.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout:
                raise FolderBusy(folder) from None
            _put_back(work / _ASIDE, folder)
            for left in work.glob("pack-*"):
                shutil.rmtree(left)
        yield work
    finally:
        if lock.is_locked:
            with suppress(OSError):
                _put_back(work / _ASIDE, folder)
                shutil.rmtree(work, ignore_errors=True)
            lock.release()
        _remove_empty([work, *made])


def staged(work: Path, folder: Path, files: Mapping[str, bytes]) -> Path:
    """A folder of its own with the files of a pack, durable.

    Args:
        work: the workplace beside the folder.

    Raises:
        FolderUnfit: they cannot be written.
    """
    with written(folder):
        draft = Path(mkdtemp(prefix="pack-", dir=work))
        for name, content in files.items():
            _write(draft / name, content)
        for parent in {path.parent for path in map(draft.joinpath, files)} | {draft}:
            make_durable(parent)
    return draft


def put_in_place(draft: Path, folder: Path, manifest: PackManifest) -> Outcome:
    """Renames a staged pack into place; a pack that stands there already changes only if a file differs.

    Where it ends early, its workplace puts an earlier pack back.

    Args:
        manifest: of the staged pack.

    Raises:
        FolderUnfit: something else stands there, or it cannot be renamed.
    """
    with written(folder):
        refuse_other(folder, manifest)
        is_there = folder.exists()
        if is_there and _contents(folder) == _contents(draft):
            return "unchanged"
        if is_there:
            folder.rename(draft.with_name(_ASIDE))
        draft.rename(folder)
    with suppress(OSError):  # It stands, whatever a folder that may not be listed says.
        make_durable(folder.parent)
    return "replaced" if is_there else "written"


def _put_back(aside: Path, folder: Path) -> None:
    """Renames a pack that was moved aside back into its place, unless one stands there."""
    if aside.exists():
        if folder.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(folder)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_in(folder)}


def _remove_empty(folders: list[Path]) -> None:
    """Removes folders that were made for the pack and hold nothing, the innermost first."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
