"""A folder of snapshots and the CURRENT pointer: a store has one, and so has a published copy of it.

A folder or file is written under a name that nothing reads, made durable, then renamed into place; what is removed is
first renamed out of it. So a kill at any moment leaves what was in force in force, and nothing whole is ever
overwritten (a snapshot found damaged is made again in its place). Folders are 0700, files 0600.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pipelines.durable import file_hash, make_durable
from pipelines.errors import AmbiguousName, NothingPublished, StoreDamaged, UnknownName
from pipelines.manifests import Manifest, SnapshotManifest

UNFINISHED = ".unfinished-"
SHOWN_OF_ID = 12
"""Characters of an id that messages show; any prefix that only one id has names it."""

AnyModel = TypeVar("AnyModel", bound=BaseModel)
AnyManifest = TypeVar("AnyManifest", bound=Manifest)


class SnapshotFolder:
    """Snapshots and which of them is in force; opening it makes nothing.

    ::

        snapshots/<id>/    published.duckdb (counts) · manifest.json · in a store warehouse.duckdb (course rows) too
        CURRENT            one line naming the snapshot in force
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshots_folder = folder / "snapshots"
        self._pointer = folder / "CURRENT"

    def leftovers(self) -> list[Path]:
        """What killed commands left unfinished; of use only while the store is held."""
        return sorted(path for parent in self._written() for path in parent.glob(f"{UNFINISHED}*"))

    def clear_leftovers(self) -> list[Path]:
        """Removes what killed commands left unfinished, and says what; only while the store is held."""
        leftovers = self.leftovers()
        for path in leftovers:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return leftovers

    def snapshot(self, snapshot_id: str) -> SnapshotManifest | None:
        """The snapshot of this id, or None."""
        path = self.snapshots_folder / snapshot_id / "manifest.json"
        return read_manifest(path, SnapshotManifest) if path.exists() else None

    def readable_snapshot(self, snapshot_id: str) -> SnapshotManifest | None:
        """The snapshot of this id, or None where there is none or its manifest cannot be read."""
        try:
            return self.snapshot(snapshot_id)
        except StoreDamaged:
            return None

    def snapshots(self) -> list[SnapshotManifest]:
        """Every snapshot, the one built first first."""
        paths = sorted(self.snapshots_folder.glob("[!.]*/manifest.json"), key=lambda path: path.stat().st_mtime_ns)
        return sorted((read_manifest(path, SnapshotManifest) for path in paths), key=lambda found: found.built_at)

    def snapshot_ids(self) -> list[str]:
        """The names of the folders of snapshots, damaged ones among them."""
        return sorted(path.name for path in self.snapshots_folder.glob("[!.]*"))

    def snapshot_before(self, snapshot_id: str) -> SnapshotManifest | None:
        """The snapshot that was built last before this one, or None."""
        built = self.snapshots()
        ids = [snapshot.id for snapshot in built]
        place = ids.index(snapshot_id) if snapshot_id in ids else len(ids)
        return built[place - 1] if place > 0 else None

    def named_snapshot(self, prefix: str) -> SnapshotManifest:
        """The snapshot whose id begins with `prefix`.

        Raises:
            UnknownName: there is none.
            AmbiguousName: several ids begin so.
        """
        snapshots = {snapshot.id: snapshot for snapshot in self.snapshots()}
        return snapshots[named("snapshot", prefix, snapshots)]

    def intact_snapshot(self, snapshot_id: str) -> SnapshotManifest | None:
        """The snapshot of this id if its manifest can be read and every file is there and unchanged, else None."""
        manifest = self.readable_snapshot(snapshot_id)
        if manifest is None or any(self.file_faults(manifest)):
            return None
        return manifest

    def file_faults(self, manifest: Manifest) -> Iterator[tuple[str, str]]:
        """The files of a snapshot, or in a store of a batch, that are not as its manifest says, and what is wrong."""
        for name, expected in manifest.files.items():
            path = self._place_of(manifest) / name
            if not path.exists():
                yield name, "is missing"
            elif file_hash(path) != expected:
                yield name, "was changed or cut off"

    def add_snapshot(self, snapshot_id: str, write: Callable[[Path], SnapshotManifest]) -> SnapshotManifest:
        """Adds a snapshot, not yet in force."""
        return self._add(self.snapshots_folder / snapshot_id, write)

    def remove_snapshot(self, snapshot_id: str) -> int:
        """Removes a snapshot and returns the bytes freed; a reader that has its file open goes on reading it."""
        return self._remove(self.snapshots_folder / snapshot_id)

    def put_in_force(self, snapshot_id: str) -> None:
        """Points CURRENT at a snapshot, atomically and durably."""
        self._put(self._pointer, snapshot_id)

    def put_none_in_force(self) -> None:
        """Removes CURRENT, durably."""
        self._pointer.unlink(missing_ok=True)
        make_durable(self.folder)

    def current_id(self) -> str:
        """The id of the snapshot in force.

        Raises:
            NothingPublished: there is none yet.
        """
        try:
            return self._pointer.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise NothingPublished(
                f"The store {self.folder} has no snapshot yet. Run `outcomes import` and `outcomes build`, "
                "or `outcomes demo` to see synthetic data."
            ) from None

    def snapshot_file(self, snapshot_id: str, name: str) -> Path:
        """A file of a snapshot, such as `published.duckdb`.

        Raises:
            StoreDamaged: it is gone.
        """
        path = self.snapshots_folder / snapshot_id / name
        if not path.exists():
            raise StoreDamaged(
                f"The store lacks {path.relative_to(self.folder)}. Run `outcomes build` to make it again."
            )
        return path

    def _written(self) -> tuple[Path, ...]:
        """The folders in which something may be left unfinished."""
        return self.folder, self.snapshots_folder

    def _place_of(self, manifest: Manifest) -> Path:
        return self.snapshots_folder / manifest.id

    def _put(self, path: Path, text: str) -> None:
        """Writes one file in place of what stood there, atomically and durably."""
        draft = self.folder / f"{UNFINISHED}{path.name}"
        draft.write_text(f"{text}\n", encoding="utf-8")
        draft.chmod(0o600)
        make_durable(draft)
        draft.replace(path)
        make_durable(path.parent)

    def _remove(self, folder: Path) -> int:
        """Removes a folder, which is gone at once, and returns the bytes freed."""
        n_bytes = sum(path.stat().st_size for path in folder.iterdir())
        leaving = folder.parent / f"{UNFINISHED}{folder.name}"
        folder.rename(leaving)
        make_durable(folder.parent)
        shutil.rmtree(leaving)
        return n_bytes

    def _add(
        self, folder: Path, write: Callable[[Path], AnyManifest], beside: Mapping[str, str] | None = None
    ) -> AnyManifest:
        """Adds a folder that appears at once, with the hash of each file that `write` puts there in its manifest.

        Args:
            beside: texts of further files, which the manifest does not name.
        """
        draft = folder.parent / f"{UNFINISHED}{folder.name}"
        draft.mkdir(mode=0o700)
        manifest = write(draft)
        manifest = manifest.model_copy(
            update={"files": {path.name: file_hash(path) for path in sorted(draft.iterdir())}}
        )
        for name, text in {**(beside or {}), "manifest.json": manifest.model_dump_json(indent=2)}.items():
            (draft / name).write_text(f"{text}\n", encoding="utf-8")
        for path in sorted(draft.iterdir()):
            path.chmod(0o600)
            make_durable(path)
        make_durable(draft)
        if folder.exists():
            # Without a manifest, or damaged: what is made again takes its place.
            shutil.rmtree(folder)
        draft.rename(folder)
        make_durable(folder.parent)
        return manifest


def named(kind: str, prefix: str, ids: Iterable[str]) -> str:
    """The one id that begins with `prefix`."""
    ids = list(ids)
    found = [name for name in ids if name.startswith(prefix)] if prefix else []
    if len(found) > 1 and prefix not in found:
        raise AmbiguousName(kind, prefix, [name[:SHOWN_OF_ID] for name in found])
    if not found:
        raise UnknownName(kind, prefix, [name[:SHOWN_OF_ID] for name in ids])
    return prefix if prefix in found else found[0]


def read_manifest(path: Path, model: type[AnyModel]) -> AnyModel:
    """The manifest of a batch or a snapshot, or what says that a batch was taken back.

    Raises:
        StoreDamaged: it is missing, or not of this kind.
    """
    try:
        return model.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, OSError):
        raise StoreDamaged(
            f"The store's file {path.parent.name}/{path.name} was changed or cut off. Restore the store from a backup."
        ) from None
