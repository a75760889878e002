"""Whether a store holds what it says: every file beside its hash, and the counts beside a rebuild from the batches.

A fault is told with its place and its cure. What can be made again from batches is mended; batches are originals,
so that a damaged one needs a backup or the export that it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from pipelines.build import build
from pipelines.definitions import Definitions
from pipelines.errors import NothingPublished, OutcomesError, StoreDamaged
from pipelines.manifests import BatchManifest, SnapshotManifest
from pipelines.rebuilding import different_tables, recipe_of
from pipelines.settings import Settings
from pipelines.snapshots import SHOWN_OF_ID, read_manifest
from pipelines.store import RETRACTION, Store

Report = Callable[[str], None]

REPAIR = "Run `outcomes check --repair`."
_BACKUP = "Restore this folder from a backup of the store."


@dataclass(frozen=True)
class Fault:
    """Something of the store that does not hold.

    Attributes:
        place: the file or folder, within the store.
        found: what is wrong with it.
        cure: what to do.
        is_damage: whether anything that is read is wrong; an unfinished leftover is not.
        snapshot_id: the snapshot that it makes wrong, where it is one.
    """

    place: str
    found: str
    cure: str
    is_damage: bool = True
    snapshot_id: str | None = None


@dataclass(frozen=True)
class Verification:
    """What was looked at, and what does not hold.

    Attributes:
        n_files: files whose hash was compared.
        notes: what else there is to know, in sentences.
    """

    n_files: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    @property
    def damage(self) -> list[Fault]:
        """The faults that make something wrong that is read."""
        return [fault for fault in self.faults if fault.is_damage]


def verify_store(store: Store, settings: Settings, definitions: Definitions, report: Report) -> Verification:
    """Every file beside its hash, batches read, and the snapshot in force beside a rebuild from its batches.

    Nothing is changed. Settings and definitions of today serve only a snapshot that was made with the same.

    Raises:
        StoreBusy: another command is writing.
        NothingPublished: there is no store.
    """
    if not store.batches_folder.is_dir():
        store.current_id()
    with store.held():
        leftovers = [
            Fault(_place(store, path), "was left unfinished by a command that was stopped", REPAIR, is_damage=False)
            for path in store.leftovers()
        ]
        folders = [
            *(path for path in sorted(store.batches_folder.glob("[!.]*")) if path.is_dir()),
            *(path for path in sorted(store.snapshots_folder.glob("[!.]*")) if path.is_dir()),
        ]
        faults: list[Fault] = []
        n_files = 0
        for folder in folders:
            report(f"comparing files with their hashes: {_place(store, folder)}")
            faults += _folder_faults(store, folder)
            n_files += sum(path.name != "manifest.json" for path in folder.iterdir())
        faults += _pointer_faults(store)
        with store.scratch() as scratch:
            differing, note = _count_faults(store, settings, definitions, scratch, report, faults)
    faults += differing
    if store.refusals().unfinished:
        faults.append(
            Fault(
                "refusals.json",
                "names a patient of whom something may be left: `outcomes forget` was stopped",
                "Run `outcomes forget` to finish it.",
            )
        )
    return Verification(n_files, (*leftovers, *faults), (note,))


def mend_store(
    store: Store, settings: Settings, definitions: Definitions, found: Verification, report: Report
) -> list[str]:
    """Removes leftovers and makes damaged snapshots again from their batches; says what was done, in sentences.

    What stays wrong is found by `verify_store` afterwards.

    Raises:
        StoreBusy: another command is writing.
    """
    with store.held():
        mended = [f"{_place(store, path)} was removed." for path in store.clear_leftovers()]
        damaged = dict.fromkeys(fault.snapshot_id for fault in found.faults if fault.snapshot_id is not None)
        for snapshot_id in damaged:
            recipe = recipe_of(store, snapshot_id, settings, definitions)
            if isinstance(recipe, str):
                continue
            report(f"making a snapshot again: {snapshot_id}")
            with store.scratch() as scratch:
                store.add_snapshot(snapshot_id, partial(recipe.write, scratch=scratch, report=report))
            mended.append(f"Snapshot {snapshot_id} was made again from its batches.")
    if any(fault.place == "CURRENT" for fault in found.faults):
        try:
            manifest = build(store, settings, definitions, report)
            mended.append(f"Snapshot {manifest.id}, of all batches that count, was put in force.")
        except OutcomesError as error:
            mended.append(f"No snapshot could be put in force: {error}")
    return mended


def _folder_faults(store: Store, folder: Path) -> Iterator[Fault]:
    """What is wrong with the folder of a batch or a snapshot."""
    is_batch = folder.parent == store.batches_folder
    place = _place(store, folder)
    snapshot_id = None if is_batch else folder.name
    path = folder / "manifest.json"
    try:
        manifest = read_manifest(path, BatchManifest) if is_batch else read_manifest(path, SnapshotManifest)
    except StoreDamaged:
        found = "was changed or cut off" if path.exists() else "is missing"
        cure = _BACKUP if is_batch else f"{_BACKUP} Or delete the folder, and run `outcomes build`."
        yield Fault(f"{place}/manifest.json", found, cure, snapshot_id=snapshot_id)
        return
    if manifest.id != folder.name:
        yield Fault(place, f"holds the manifest of {manifest.id[:SHOWN_OF_ID]}", _BACKUP, snapshot_id=snapshot_id)
    cure = _batch_cure(manifest) if isinstance(manifest, BatchManifest) else REPAIR
    damaged = dict(store.file_faults(manifest))
    for name, found in damaged.items():
        yield Fault(f"{place}/{name}", found, cure, snapshot_id=snapshot_id)
    if isinstance(manifest, BatchManifest):
        for name in manifest.files.keys() - damaged.keys():
            if not _holds_its_rows(manifest, folder / name):
                yield Fault(f"{place}/{name}", "does not hold the rows that its manifest counts", cure)
    own = {"manifest.json", *manifest.files, *((RETRACTION,) if is_batch else ())}
    for file in sorted(folder.iterdir()):
        if file.name not in own:
            yield Fault(
                f"{place}/{file.name}",
                "is named by no manifest, so that nothing reads it",
                "Delete it.",
                is_damage=False,
            )


def _batch_cure(batch: BatchManifest) -> str:
    files = ", ".join(table.file_name for table in batch.tables)
    return f"{_BACKUP} Without one delete it, import {files} of {batch.source} again, and run `outcomes build`."


def _holds_its_rows(batch: BatchManifest, path: Path) -> bool:
    """Whether a file of a batch can be read and holds as many rows as its manifest counts."""
    counts = [table.n_accepted for table in batch.tables if table.table == path.stem]
    counted = "count(*)"
    if path.stem == "quarantine":
        counts = [sum(table.n_quarantined for table in batch.tables)]
    elif path.stem == "set_aside":
        counted = "coalesce(cast(sum(n_rows) as bigint), 0)"
        counts = [sum(table.n_duplicate + table.n_not_tracked for table in batch.tables)]
    with duckdb.connect() as connection:
        try:
            row = connection.execute(f"select {counted} from read_parquet($path)", {"path": str(path)}).fetchone()
        except duckdb.Error:
            return False
    return row == (sum(counts),)


def _pointer_faults(store: Store) -> Iterator[Fault]:
    """What is wrong with CURRENT; a store that was never built has none."""
    try:
        current = store.current_id()
        is_there = store.snapshot(current) is not None
    except NothingPublished:
        if any(store.snapshots_folder.glob("[!.]*")):
            yield Fault(
                "CURRENT",
                "is missing, though there are snapshots",
                f"{REPAIR} It builds from the batches; `outcomes rollback` goes back to another snapshot.",
            )
    except StoreDamaged:
        yield Fault("CURRENT", "names a snapshot whose manifest is damaged", REPAIR)
    else:
        if not is_there:
            yield Fault("CURRENT", "names a snapshot that is not there", REPAIR)


def _count_faults(
    store: Store,
    settings: Settings,
    definitions: Definitions,
    scratch: Path,
    report: Report,
    found: Sequence[Fault],
) -> tuple[list[Fault], str]:
    """Published tables of the snapshot in force that are not those of a rebuild; and what came of it, in a sentence.

    Args:
        scratch: a folder for the rebuild.
        found: the faults known so far; a snapshot with one is not compared.
    """
    try:
        current = store.current_id()
    except NothingPublished:
        return [], "There is no snapshot in force to compare with a rebuild."
    recipe = recipe_of(store, current, settings, definitions)
    if isinstance(recipe, str):
        return [], f"The counts of snapshot {current} were not compared with a rebuild: {recipe}."
    if any(fault.snapshot_id == current and fault.is_damage for fault in found):
        return [], f"The counts of snapshot {current} were not compared with a rebuild: it is damaged."
    folder = scratch / "rebuilt"
    folder.mkdir()
    recipe.write(folder, scratch, report)
    path = store.snapshot_file(current, "published.duckdb")
    faults = [
        Fault(
            f"snapshots/{current}/published.duckdb",
            f"holds other counts in `{table}` than a rebuild from its batches",
            f"{REPAIR} If it is said again, report it: it is a bug.",
            snapshot_id=current,
        )
        for table in different_tables(path, folder / "published.duckdb")
    ]
    those = "are not" if faults else "are"
    return faults, f"The counts of snapshot {current} {those} those of a rebuild from its batches."


def _place(store: Store, path: Path) -> str:
    return path.relative_to(store.folder).as_posix()
