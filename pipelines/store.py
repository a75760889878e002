"""The store: batches, snapshots and the CURRENT pointer. Everything atomic lives here.

::

    store/
      batches/<id>/      courses, infusions, scores, quarantine as Parquet · manifest.json
      snapshots/<id>/    warehouse.duckdb (course rows) · published.duckdb (counts) · manifest.json
      CURRENT            one line naming the snapshot in force

A folder is written under a name that nothing reads, made durable, then renamed into place; CURRENT is
replaced by an atomic rename. So a kill at any moment leaves what was in force in force, and nothing whole is ever
overwritten (a snapshot found damaged is made again in its place). Folders are 0700, files 0600.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeVar

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.errors import NothingPublished, StoreBusy, StoreDamaged

_UNFINISHED = ".unfinished-"

Replaces = Literal["course", "patient"]
"""What a later import of a source takes the place of: a course in a table, or all of a patient's courses."""


class TableCounts(BaseModel):
    """Where the rows of one landed file ended; the four places add up to the rows landed."""

    model_config = ConfigDict(frozen=True)
    table: str
    file_name: str
    n_records: int
    n_landed: int
    n_accepted: int
    n_duplicate: int
    n_quarantined: int
    n_not_tracked: int


class TableReplacement(BaseModel):
    """What the accepted rows of one file did to what their source held in that table.

    `n_same + n_changed + n_new` are the accepted rows; `n_gone` and `n_kept_courses` were held before.

    Attributes:
        n_courses: courses whose held rows were replaced.
        n_same, n_changed: rows whose key was held, with the same values or with others.
        n_new: rows whose key was not held.
        n_gone: held rows of replaced courses that have no row of their key any more.
        n_kept_courses: courses that keep what was held of them, because no row of them was accepted.
    """

    model_config = ConfigDict(frozen=True)
    table: str
    file_name: str
    n_courses: int
    n_same: int
    n_changed: int
    n_new: int
    n_gone: int
    n_kept_courses: int


class Manifest(BaseModel):
    """What a folder of the store holds.

    Attributes:
        id: the folder's name.
        files: SHA-256 of each file but the manifest, by name; the store fills it in when the folder is whole.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    files: dict[str, str] = Field(default_factory=dict)


AnyManifest = TypeVar("AnyManifest", bound=Manifest)


class BatchManifest(Manifest):
    """What one import brought.

    Attributes:
        source: kind and name, such as `canonical:canonical`; a course id is unique within it.
        sequence: 1 for the store's first import; a later import of a source replaces earlier ones, or adds to them.
        is_append: whether it only adds.
        replaces: what it takes the place of otherwise; see `holdings.py`.
        data_through: how far the source had been filled in; never kept for a single course.
        is_live: whether the batch enters builds.
        content_hash: SHA-256 over the imported files.
        period: whether courses carry quarters or years; one store holds one of them.
        notes: what the import had to say, in sentences.
        replacements: what it replaced, for each table; none where the source held nothing, or where it only adds.
    """

    source: str
    sequence: int
    is_append: bool
    replaces: Replaces
    data_through: date | None
    is_synthetic: bool
    is_live: bool
    content_hash: str
    period: Literal["quarter", "year"] | None
    notes: tuple[str, ...]
    tables: tuple[TableCounts, ...]
    replacements: tuple[TableReplacement, ...]
    import_hash: str
    version: str
    imported_at: datetime


class SnapshotManifest(Manifest):
    """What one build made, and from what."""

    batches: tuple[str, ...]
    definitions_hash: str
    settings_hash: str
    version: str
    program: str
    privacy_mode: Literal["limited_data_set"]
    is_synthetic: bool
    data_through: date | None
    built_at: datetime


class Store:
    """A store folder; opening it makes nothing, writing makes what is missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.batches_folder = folder / "batches"
        self.snapshots_folder = folder / "snapshots"
        self._pointer = folder / "CURRENT"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the store for one writer and clears what a killed one left unfinished.

        Raises:
            StoreBusy: another command is writing.
            StoreDamaged: the path is not a folder that can be written.
        """
        with self.held():
            for leftover in self.leftovers():
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            yield

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps other commands from writing, so that what is read stays as it is.

        Raises:
            StoreBusy: another command is writing.
            StoreDamaged: the path is not a folder that can be written.
        """
        if self.folder.is_file():
            raise StoreDamaged(f"{self.folder} is a file, not a folder. Give another folder with --store.")
        lock = FileLock(self.folder / ".lock", timeout=0, mode=0o600)
        try:
            for folder in (self.folder, self.batches_folder, self.snapshots_folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise StoreBusy(
                f"Another command is writing to the store {self.folder}. Wait until it has finished and run this again."
            ) from None
        except (NotADirectoryError, FileExistsError, PermissionError) as error:
            raise StoreDamaged(
                f"The store {self.folder} cannot be written ({error.strerror}). Give another folder with --store."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def leftovers(self) -> list[Path]:
        """What killed commands left unfinished; of use only while the store is held."""
        parents = (self.folder, self.batches_folder, self.snapshots_folder)
        return sorted(path for parent in parents for path in parent.glob(f"{_UNFINISHED}*"))

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private folder for files that must not outlive the command."""
        folder = self.folder / f"{_UNFINISHED}scratch-{os.getpid()}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def batches(self) -> list[BatchManifest]:
        """Every batch, live or not, in the order of their imports."""
        found = [read_manifest(path, BatchManifest) for path in self.batches_folder.glob("[!.]*/manifest.json")]
        return sorted(found, key=lambda batch: batch.sequence)

    def live_batches(self) -> list[BatchManifest]:
        """The batches that enter builds, in the order of their imports."""
        return [batch for batch in self.batches() if batch.is_live]

    def batch(self, batch_id: str) -> BatchManifest | None:
        """The batch of this id, or None."""
        path = self.batches_folder / batch_id / "manifest.json"
        return read_manifest(path, BatchManifest) if path.exists() else None

    def batch_file(self, batch_id: str, table: str) -> Path:
        """The Parquet file of one table of a batch.

        Raises:
            StoreDamaged: it is gone.
        """
        path = self.batches_folder / batch_id / f"{table}.parquet"
        if not path.exists():
            raise StoreDamaged(
                f"The store lacks {path.relative_to(self.folder)}. Restore the store folder from a backup."
            )
        return path

    def add_batch(self, batch_id: str, write: Callable[[Path], BatchManifest]) -> BatchManifest:
        """Adds a batch: `write` fills a folder and returns the manifest; then it appears at once."""
        return self._add(self.batches_folder / batch_id, write)

    def snapshot(self, snapshot_id: str) -> SnapshotManifest | None:
        """The snapshot of this id, or None."""
        path = self.snapshots_folder / snapshot_id / "manifest.json"
        return read_manifest(path, SnapshotManifest) if path.exists() else None

    def snapshots(self) -> list[SnapshotManifest]:
        """Every snapshot, the one built first first."""
        paths = sorted(self.snapshots_folder.glob("[!.]*/manifest.json"), key=lambda path: path.stat().st_mtime_ns)
        return sorted((read_manifest(path, SnapshotManifest) for path in paths), key=lambda found: found.built_at)

    def snapshot_before(self, snapshot_id: str) -> SnapshotManifest | None:
        """The snapshot that was built last before this one, or None."""
        built = self.snapshots()
        ids = [snapshot.id for snapshot in built]
        place = ids.index(snapshot_id) if snapshot_id in ids else len(ids)
        return built[place - 1] if place > 0 else None

    def intact_snapshot(self, snapshot_id: str) -> SnapshotManifest | None:
        """The snapshot of this id if its manifest can be read and every file is there and unchanged, else None."""
        try:
            manifest = self.snapshot(snapshot_id)
        except StoreDamaged:
            return None
        if manifest is None or any(self.file_faults(manifest)):
            return None
        return manifest

    def file_faults(self, manifest: BatchManifest | SnapshotManifest) -> Iterator[tuple[str, str]]:
        """The files of a batch or snapshot that are not as its manifest says: their names, and what is wrong."""
        parent = self.batches_folder if isinstance(manifest, BatchManifest) else self.snapshots_folder
        for name, expected in manifest.files.items():
            path = parent / manifest.id / name
            if not path.exists():
                yield name, "is missing"
            elif file_hash(path) != expected:
                yield name, "was changed or cut off"

    def add_snapshot(self, snapshot_id: str, write: Callable[[Path], SnapshotManifest]) -> SnapshotManifest:
        """Adds a snapshot, not yet in force."""
        return self._add(self.snapshots_folder / snapshot_id, write)

    def put_in_force(self, snapshot_id: str) -> None:
        """Points CURRENT at a snapshot, atomically and durably."""
        draft = self.folder / f"{_UNFINISHED}CURRENT"
        draft.write_text(f"{snapshot_id}\n", encoding="utf-8")
        draft.chmod(0o600)
        _make_durable(draft)
        draft.replace(self._pointer)
        _make_durable(self.folder)

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

    def _add(self, folder: Path, write: Callable[[Path], AnyManifest]) -> AnyManifest:
        draft = folder.parent / f"{_UNFINISHED}{folder.name}"
        draft.mkdir(mode=0o700)
        manifest = write(draft)
        manifest = manifest.model_copy(
            update={"files": {path.name: file_hash(path) for path in sorted(draft.iterdir())}}
        )
        (draft / "manifest.json").write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        for path in sorted(draft.iterdir()):
            path.chmod(0o600)
            _make_durable(path)
        _make_durable(draft)
        if folder.exists():
            # Without a manifest, or damaged: what is made again takes its place.
            shutil.rmtree(folder)
        draft.rename(folder)
        _make_durable(folder.parent)
        return manifest


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(path: Path, model: type[AnyManifest]) -> AnyManifest:
    """The manifest of a batch or a snapshot.

    Raises:
        StoreDamaged: it is missing, or no manifest of this kind.
    """
    try:
        return model.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, OSError):
        raise StoreDamaged(
            f"The store's file {path.parent.name}/{path.name} was changed or cut off. Restore the store from a backup."
        ) from None


def _make_durable(path: Path) -> None:
    """Asks the disk to keep a file, or a folder's list of names, before the next step begins."""
    if os.name == "nt" and path.is_dir():
        return  # Windows has no handle for a folder's names; NTFS keeps renames in its journal.
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
