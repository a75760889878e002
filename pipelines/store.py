"""The store: batches, snapshots and the CURRENT pointer (`snapshots.py`). Everything atomic lives in these two.

::

    store/
      batches/<id>/      courses, infusions, scores, quarantine, set_aside as Parquet · manifest.json
                         (and retraction.json, once it was taken back)
      snapshots/<id>/    warehouse.duckdb (course rows) · published.duckdb (counts) · manifest.json
      CURRENT            one line naming the snapshot in force
      releases/<id>.json what each report released (`outcomes report`)
      publications.json  which snapshot was copied where (`outcomes publish`)
      refusals.json      who withdrew consent (`outcomes forget`)

How it is written: see `snapshots.py`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines import __version__
from pipelines.durable import make_durable
from pipelines.errors import ForgetUnfinished, NotTheStore, StoreBusy, StoreDamaged
from pipelines.manifests import (
    BatchManifest,
    Manifest,
    Publication,
    Publications,
    RefusalList,
    RefusedPatient,
    Release,
    Retraction,
)
from pipelines.snapshots import UNFINISHED, SnapshotFolder, named, read_manifest

RETRACTION = "retraction.json"


class Store(SnapshotFolder):
    """A store folder; opening it makes nothing, writing makes what is missing."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.batches_folder = folder / "batches"
        self.releases_folder = folder / "releases"
        self._ledger = folder / "publications.json"
        self._refusals = folder / "refusals.json"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the store for one writer and clears what a killed one left unfinished.

        Raises:
            ForgetUnfinished: a patient was not wholly forgotten yet.
            StoreBusy: another command is writing.
            StoreDamaged: the path is not a folder that can be written.
        """
        with self.held():
            if self.refusals().unfinished:
                raise ForgetUnfinished(
                    f"In the store {self.folder} `outcomes forget` was stopped before it had removed everything. Run "
                    "`outcomes forget` to finish it, then run this again."
                )
            self.clear_leftovers()
            yield

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps other commands from writing, so that what is read stays as it is.

        Raises:
            StoreBusy: another command is writing.
            StoreDamaged: the path is not a folder that can be written.
            NotTheStore: it is a published copy.
        """
        if self.folder.is_file():
            raise StoreDamaged(f"{self.folder} is a file, not a folder. Give another folder with --store.")
        if self.is_copy():
            raise NotTheStore(f"{self._described_as_copy()} Run this on the store itself (--store).")
        lock = FileLock(self.folder / ".lock", timeout=0, mode=0o600)
        try:
            for folder in (self.folder, self.batches_folder, self.snapshots_folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise StoreBusy(
                f"Another command is writing to the store {self.folder}. Wait until it has finished and run this again."
            ) from None
        except OSError as error:
            raise StoreDamaged(
                f"The store {self.folder} cannot be written ({error.strerror}). Give another folder with --store."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def is_copy(self) -> bool:
        """Whether the folder holds snapshots and no batches, as `outcomes publish` leaves it."""
        return self._pointer.exists() and not self.batches_folder.exists()

    def _described_as_copy(self) -> str:
        return f"{self.folder} is a published copy: it holds counts, and neither batches nor course rows."

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private folder for files that must not outlive the command."""
        folder = self.folder / f"{UNFINISHED}scratch-{os.getpid()}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def batches(self) -> list[BatchManifest]:
        """Every batch, live or not, in the order of their imports.

        One that was written anew without a patient counts in place of the earlier one from the moment it is there.
        """
        found = self._batches_there()
        superseded = {earlier for batch in found for earlier in batch.earlier_ids}
        return sorted((batch for batch in found if batch.id not in superseded), key=lambda batch: batch.sequence)

    def superseded_batches(self) -> list[str]:
        """Ids of batches that were written anew without a patient and are not removed yet."""
        found = self._batches_there()
        superseded = {earlier for batch in found for earlier in batch.earlier_ids}
        return sorted(batch.id for batch in found if batch.id in superseded)

    def _batches_there(self) -> list[BatchManifest]:
        return [read_manifest(path, BatchManifest) for path in self.batches_folder.glob("[!.]*/manifest.json")]

    def live_batches(self) -> list[BatchManifest]:
        """The batches that enter builds, in the order of their imports."""
        return [batch for batch in self.batches() if batch.is_live and self.retraction(batch.id) is None]

    def batch(self, batch_id: str) -> BatchManifest | None:
        """The batch of this id, or None."""
        path = self.batches_folder / batch_id / "manifest.json"
        return read_manifest(path, BatchManifest) if path.exists() else None

    def imported_batch(self, batch_id: str) -> BatchManifest | None:
        """The batch that an import made under this id, though patients of it were forgotten since; or None."""
        return next((batch for batch in self.batches() if batch_id in (batch.id, *batch.earlier_ids)), None)

    def named_batch(self, prefix: str) -> BatchManifest:
        """The batch whose id begins with `prefix`, or one that it had before patients were forgotten.

        Raises:
            UnknownName: there is none.
            AmbiguousName: several ids begin so.
        """
        batches = {batch.id: batch for batch in self.batches()}
        if not any(batch_id.startswith(prefix) for batch_id in batches):
            earlier = {earlier: batch for batch in batches.values() for earlier in batch.earlier_ids}
            if prefix and any(batch_id.startswith(prefix) for batch_id in earlier):
                return earlier[named("batch", prefix, earlier)]
        return batches[named("batch", prefix, batches)]

    def retraction(self, batch_id: str) -> Retraction | None:
        """When a batch was taken back, or None if it was not."""
        path = self.batches_folder / batch_id / RETRACTION
        return read_manifest(path, Retraction) if path.exists() else None

    def retract(self, batch_id: str) -> Retraction:
        """Takes a batch out of what counts, atomically and durably; its files stay."""
        retraction = Retraction(retracted_at=datetime.now(UTC).replace(microsecond=0), version=__version__)
        self._put(self.batches_folder / batch_id / RETRACTION, retraction.model_dump_json(indent=2))
        return retraction

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

    def add_batch(
        self, batch_id: str, write: Callable[[Path], BatchManifest], retraction: Retraction | None = None
    ) -> BatchManifest:
        """Adds a batch: `write` fills a folder and returns the manifest; then it appears at once.

        Args:
            retraction: that it is taken back already.
        """
        beside = {RETRACTION: retraction.model_dump_json(indent=2)} if retraction is not None else {}
        return self._add(self.batches_folder / batch_id, write, beside)

    def remove_batch(self, batch_id: str) -> None:
        """Removes a batch."""
        self._remove(self.batches_folder / batch_id)

    def snapshot_file(self, snapshot_id: str, name: str) -> Path:
        """A file of a snapshot, such as `published.duckdb`.

        Raises:
            StoreDamaged: it is gone.
            NotTheStore: it holds course rows, and the folder is a published copy.
        """
        if name == "warehouse.duckdb" and self.is_copy():
            raise NotTheStore(f"{self._described_as_copy()} Run this on the store itself (--store).")
        return super().snapshot_file(snapshot_id, name)

    def publications(self) -> tuple[Publication, ...]:
        """Every copy that was ever published, the first first."""
        return read_manifest(self._ledger, Publications).publications if self._ledger.exists() else ()

    def keep_publications(self, publications: Iterable[Publication]) -> None:
        """Writes down which copies there are, atomically and durably; only while the store is held."""
        self._put(self._ledger, Publications(publications=tuple(publications)).model_dump_json(indent=2))

    def releases(self) -> list[Release]:
        """What every report released, the first first."""
        found = [read_manifest(path, Release) for path in self.releases_folder.glob("[!.]*.json")]
        return sorted(found, key=lambda release: release.sequence)

    def add_release(self, release: Release) -> None:
        """Writes down what a report released, atomically and durably; only while the store is held.

        Raises:
            StoreDamaged: it cannot be written; nothing is left of it.
        """
        path = self.releases_folder / f"{release.id}.json"
        assert not path.exists(), "what was released is never overwritten"
        try:
            self.releases_folder.mkdir(mode=0o700, exist_ok=True)
            self._put(path, release.model_dump_json(indent=2))
        except OSError as error:
            self.clear_leftovers()
            raise StoreDamaged(
                f"The store {self.folder} cannot be written ({error.strerror}), so nothing was released. Check who may "
                "write there and whether the disk is full, then run this again."
            ) from None

    def take_back_release(self, release_id: str) -> None:
        """Removes what was written down of a report that came to nothing; only while the store is held."""
        (self.releases_folder / f"{release_id}.json").unlink()
        make_durable(self.releases_folder)

    def refusals(self) -> RefusalList:
        """The patients who withdrew consent."""
        return read_manifest(self._refusals, RefusalList) if self._refusals.exists() else RefusalList()

    def keep_refusals(self, patients: Iterable[RefusedPatient]) -> None:
        """Writes down who withdrew consent, atomically and durably; only while the store is held."""
        self._put(self._refusals, RefusalList(patients=tuple(patients)).model_dump_json(indent=2))

    def _written(self) -> tuple[Path, ...]:
        return (*super()._written(), self.batches_folder)

    def _place_of(self, manifest: Manifest) -> Path:
        return self.batches_folder / manifest.id if isinstance(manifest, BatchManifest) else super()._place_of(manifest)
