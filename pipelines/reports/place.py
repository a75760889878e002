"""Where a pack may stand, and what is said of a place where none can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import FolderUnfit
from pipelines.reports.manifest import MANIFEST, PackManifest, files_in, manifest_there

_LEFT = "It is left as it is: give the name of a new folder with --out, or remove it."


def place_named(folder: Path) -> Path:
    """A folder by a name of its own, so that it can be renamed: `.` is the one that it stands for."""
    return folder.resolve() if folder.name in ("", "..") else folder


def refuse_unfit(folder: Path, store: Path) -> None:
    """Refuses a place where no pack can stand, before any work is done.

    Args:
        store: which holds nothing that is passed on.

    Raises:
        FolderUnfit: the folder is a file, holds something else than a pack, stands in the store, or cannot be reached.
    """
    with written(folder):
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
    if foreign := sorted({*files_in(folder)} - {*there.files, MANIFEST}):
        raise FolderUnfit(f"{folder} holds {foreign[0]} beside a report. {_LEFT}")


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
            f"{folder} cannot be written ({error.strerror}), and nothing was changed there. Check who may write there "
            "and whether the disk is full, or give another place with --out."
        ) from None
