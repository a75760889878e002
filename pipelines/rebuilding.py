"""A snapshot made again: from its own batches, by its own settings and definitions, to compare or to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines import __version__
from pipelines.build import write_snapshot
from pipelines.definitions import Definitions
from pipelines.errors import StoreDamaged
from pipelines.manifests import BatchManifest, SnapshotManifest
from pipelines.settings import Settings
from pipelines.snapshots import SHOWN_OF_ID
from pipelines.sql.literals import literal
from pipelines.store import Store

Report = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """All that made a snapshot, so that it can be made again."""

    store: Store
    manifest: SnapshotManifest
    batches: list[BatchManifest]
    settings: Settings
    definitions: Definitions

    def write(self, folder: Path, scratch: Path, report: Report) -> SnapshotManifest:
        """Makes the snapshot again in a folder; its manifest stays what it was."""
        return write_snapshot(
            folder, scratch, self.manifest, self.store, self.batches, self.settings, self.definitions, report
        )


def recipe_of(store: Store, snapshot_id: str, settings: Settings, definitions: Definitions) -> Recipe | str:
    """What made a snapshot; or why it cannot be made again, as the end of a sentence."""
    manifest = store.readable_snapshot(snapshot_id)
    if manifest is None:
        return "its manifest is lost"
    if manifest.version != __version__:
        return f"version {manifest.version} made it, and this is {__version__}"
    if (settings.hash, definitions.hash) != (manifest.settings_hash, manifest.definitions_hash):
        kept = _kept_rules(store, manifest)
        if kept is None:
            return "other settings or definitions made it, and its own copy of them is damaged"
        settings, definitions = kept
    batches = []
    for batch_id in manifest.batches:
        try:
            batch = store.batch(batch_id)
        except StoreDamaged:
            batch = None
        if batch is None or any(store.file_faults(batch)):
            return f"batch {batch_id[:SHOWN_OF_ID]}, of which it is made, is not there or damaged"
        batches.append(batch)
    batches.sort(key=lambda batch: batch.sequence)
    return Recipe(store, manifest, batches, settings, definitions)


def _kept_rules(store: Store, manifest: SnapshotManifest) -> tuple[Settings, Definitions] | None:
    """The settings and definitions that a snapshot keeps of its own, if they are what its manifest says."""
    try:
        path = store.snapshot_file(manifest.id, "published.duckdb")
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute("select settings, definitions from about").fetchone()
        assert row is not None
        settings, definitions = Settings.model_validate_json(row[0]), Definitions.model_validate_json(row[1])
    except (StoreDamaged, duckdb.Error, ValueError):
        return None
    is_own = (settings.hash, definitions.hash) == (manifest.settings_hash, manifest.definitions_hash)
    return (settings, definitions) if is_own else None


def different_tables(ours: Path, rebuilt: Path) -> Iterator[str]:
    """The tables that do not hold the same rows in both databases; `about` also holds when it was built."""
    with duckdb.connect() as connection:
        for name, path in (("ours", ours), ("rebuilt", rebuilt)):
            connection.execute(f"attach {literal(str(path))} as {name} (read_only)")
        tables = connection.execute(
            "select distinct table_name from duckdb_tables() where database_name in ('ours', 'rebuilt') "
            "and table_name <> 'about' order by 1"
        ).fetchall()
        for (table,) in tables:
            try:
                row = connection.execute(
                    f"select count(*) from ((from ours.{table} except all from rebuilt.{table}) union all "
                    f"(from rebuilt.{table} except all from ours.{table}))"
                ).fetchone()
            except duckdb.Error:  # absent in one of the two, or of other columns
                row = None
            if row != (0,):
                yield table
