"""Publishing: a copy of the snapshot in force without course rows, for a dashboard host.

::

    DIR/
      snapshots/<id>/    published.duckdb (counts) · manifest.json
      CURRENT            one line naming the snapshot in force

A snapshot stands there whole, compared with its hash, before CURRENT names it, so that a kill at any moment leaves the
old or the new in force. The one that was in force before stays beside it, for pages that are being read and for what
the data quality page compares with, as long as the store still holds it; all others are removed. What else stands in
the folder, such as the host's `access.toml`, is not touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.durable import file_hash, make_durable
from pipelines.errors import NotACopy, StoreDamaged
from pipelines.manifests import Publication, SnapshotManifest
from pipelines.published import Published
from pipelines.snapshots import UNFINISHED, SnapshotFolder
from pipelines.store import Store

_PUBLISHED = "published.duckdb"
_ANOTHER = "Give a new or an empty folder with --to."


@dataclass(frozen=True)
class Publishing:
    """What publishing did.

    Attributes:
        snapshot: the one that is in force there now.
        is_new: whether it was not before.
        removed: ids of snapshots that were removed there.
    """

    snapshot: SnapshotManifest
    is_new: bool
    removed: tuple[str, ...]


def publish_snapshot(store: Store, folder: Path) -> Publishing:
    """Copies the snapshot in force to a folder and puts it in force there; the same again changes nothing.

    The store writes down where it published what, before anything is copied.

    Args:
        folder: new, empty, or one that this store published to before.

    Raises:
        NothingPublished: the store has no snapshot yet.
        StoreDamaged: the snapshot is not as its manifest says.
        NotACopy: the folder is part of the store, holds something else, or cannot be written.
        StoreBusy: another command is writing.
    """
    store.current_id()
    folder = folder.resolve()
    with store.writing():
        snapshot = store.named_snapshot(store.current_id())
        Published(store.snapshot_file(snapshot.id, _PUBLISHED)).close()
        copy = SnapshotFolder(folder)
        with _reached(folder):
            _refuse_other(store, copy)
            before = copy.current_id() if (folder / "CURRENT").exists() else None
            is_whole = copy.intact_snapshot(snapshot.id) is not None
        if before != snapshot.id or not is_whole:
            _write_down(store, copy, snapshot)
        with _reached(folder):
            _make_private(copy)
            copy.clear_leftovers()
            if not is_whole:
                copy.add_snapshot(snapshot.id, lambda draft: _copied(store, snapshot, draft))
            if before != snapshot.id:
                copy.put_in_force(snapshot.id)
            removed = _remove_others(store, copy, snapshot.id, before)
        _write_down_removed(store, copy)
    return Publishing(snapshot, before != snapshot.id or not is_whole, removed)


@contextmanager
def _reached(folder: Path) -> Iterator[None]:
    """Says of the folder what the file system says of it.

    Raises:
        NotACopy: it cannot be read or written.
    """
    try:
        yield
    except OSError as error:
        raise NotACopy(
            f"{folder} cannot be written ({error.strerror}); what was in force there still is. Check who may write it "
            "and whether the disk is full, or give another folder with --to."
        ) from None


def _refuse_other(store: Store, copy: SnapshotFolder) -> None:
    """Refuses a folder that is part of the store, or holds what this store did not publish.

    Raises:
        NotACopy: with what was found.
    """
    folder, home = copy.folder, store.folder.resolve()
    if folder == home or folder.is_relative_to(home):
        raise NotACopy(f"{folder} is part of the store, and a published copy holds no course rows. {_ANOTHER}")
    if home.is_relative_to(folder):
        raise NotACopy(f"The store stands inside {folder}: whoever reads the copy could read it too. {_ANOTHER}")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise NotACopy(f"{folder} is a file, not a folder. {_ANOTHER}")
    if (folder / "batches").exists():
        raise NotACopy(f"{folder} is a store of its own. {_ANOTHER}")
    found = {path.name for path in folder.iterdir() if not path.name.startswith(UNFINISHED)}
    if found and "snapshots" not in found:
        raise NotACopy(f"{folder} holds something else than a published copy. {_ANOTHER}")
    known = {publication.snapshot for publication in store.publications()}
    there = set(copy.snapshot_ids())
    if there - known or (not there and found - {"snapshots"}):
        raise NotACopy(
            f"{folder} holds a copy that was not published from this store. {_ANOTHER} If it is an old copy of this "
            "store, delete it first."
        )


def _make_private(copy: SnapshotFolder) -> None:
    """Makes the folders that are missing, for their owner alone; a folder in use stays as its host set it."""
    if not copy.snapshots_folder.exists():
        copy.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy.folder.chmod(0o700)
        copy.snapshots_folder.mkdir(mode=0o700)
        make_durable(copy.folder)


def _copied(store: Store, snapshot: SnapshotManifest, draft: Path) -> SnapshotManifest:
    """Copies the counts of a snapshot and compares them with their hash."""
    source = store.snapshot_file(snapshot.id, _PUBLISHED)
    shutil.copyfile(source, draft / _PUBLISHED)
    if file_hash(draft / _PUBLISHED) == snapshot.files[_PUBLISHED]:
        return snapshot
    if file_hash(source) != snapshot.files[_PUBLISHED]:
        raise StoreDamaged(
            f"snapshots/{snapshot.id}/{_PUBLISHED} was changed or cut off; nothing was published. "
            "Run `outcomes check --repair`."
        )
    raise NotACopy(
        f"What was copied to {draft.parent.parent} does not read back as it was written; what was in force there still "
        "is. Check the disk, or give another folder with --to."
    )


def _remove_others(store: Store, copy: SnapshotFolder, current: str, before: str | None) -> tuple[str, ...]:
    """Removes the snapshots that are neither in force nor were just before; those that the store gave up always."""
    removed = []
    for snapshot_id in copy.snapshot_ids():
        is_latest = snapshot_id == current
        is_recent = before in (snapshot_id, current)
        is_held = (store.snapshots_folder / snapshot_id / "manifest.json").exists()
        if not is_latest and not (is_recent and is_held):
            copy.remove_snapshot(snapshot_id)
            removed.append(snapshot_id)
    return tuple(removed)


def _write_down(store: Store, copy: SnapshotFolder, snapshot: SnapshotManifest) -> None:
    """Adds a publication to the store's ledger, unless it stands there."""
    known = store.publications()
    place = str(copy.folder)
    if any((was.folder, was.snapshot, was.removed_at) == (place, snapshot.id, None) for was in known):
        return
    publication = Publication(
        folder=place,
        snapshot=snapshot.id,
        batches=snapshot.batches,
        published_at=datetime.now(UTC).replace(microsecond=0),
    )
    store.keep_publications([*known, publication])


def _write_down_removed(store: Store, copy: SnapshotFolder) -> None:
    """Writes down which snapshots are in the folder no more."""
    known = store.publications()
    there = set(copy.snapshot_ids())
    now = datetime.now(UTC).replace(microsecond=0)
    kept = [
        was.model_copy(update={"removed_at": now})
        if was.folder == str(copy.folder) and was.removed_at is None and was.snapshot not in there
        else was
        for was in known
    ]
    if kept != list(known):
        store.keep_publications(kept)
