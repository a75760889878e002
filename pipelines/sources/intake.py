"""An import, whatever its source: landing, judging every row, and keeping the result as one batch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from pipelines import __version__
from pipelines.definitions import Definitions
from pipelines.errors import FileRefused
from pipelines.reference_tables import load_column_tables, load_reference_tables
from pipelines.settings import Settings
from pipelines.sources.admission import (
    import_notes,
    is_synthetic_import,
    period_kind,
    refuse_contradictions,
    refuse_period_mix,
    refuse_synthetic_mix,
)
from pipelines.sources.canonical import find_canonical
from pipelines.sources.landing import TABLES, LandedTable
from pipelines.sources.source import Source
from pipelines.sql.literals import literal
from pipelines.sql.runner import run_models
from pipelines.store import BatchManifest, Store, TableCounts

IMPORT_RULES = "2"
"""Raised when the same file, options and definitions would end in other places than before."""

ACCEPTED_COLUMNS = {
    "courses": "course_id varchar, patient_id varchar, course_number integer, conditions varchar[], "
    "site varchar, period varchar, route varchar, setting varchar, age_band varchar, sex varchar, "
    "treatment_resistant varchar, planned_infusions integer, ended_day double, end_reason varchar, "
    "attributes map(varchar, varchar)",
    "infusions": "course_id varchar, minute integer, infusion_number integer, route varchar, "
    "dose_mg double, dose_mg_per_kg double, duration_minutes double, dissociation_score double, "
    "experience varchar, systolic_before double, systolic_peak double, diastolic_before double, "
    "diastolic_peak double, heart_rate_before double, heart_rate_peak double, adverse_events varchar[], "
    "stopped_early varchar, preparation_session varchar, integration_session varchar",
    "scores": "course_id varchar, scale varchar, rater varchar, minute integer, timing varchar, "
    "infusion_number integer, score decimal(9, 3), items double[], n_answered integer, is_prorated boolean, "
    "is_day_resolution boolean",
}

Report = Callable[[str], None]


@dataclass(frozen=True)
class ImportOptions:
    """What the command line says of an import.

    Attributes:
        kind: the format: `canonical`.
        name: tells sources of one kind apart; a course id is unique within kind and name.
        data_through: how far the source had been filled in, if known.
        accept_quarantine: the batch counts however much of it is in quarantine.
    """

    kind: str = "canonical"
    name: str = "canonical"
    data_through: date | None = None
    accept_quarantine: bool = False

    @property
    def source(self) -> str:
        """Kind and name."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True)
class ImportResult:
    """A batch, and whether it is new."""

    batch: BatchManifest
    is_new: bool

    @property
    def quarantined_fraction(self) -> float:
        """Share of the tracked rows (landed less not tracked) that is in quarantine."""
        n_tracked = sum(table.n_landed - table.n_not_tracked for table in self.batch.tables)
        n_quarantined = sum(table.n_quarantined for table in self.batch.tables)
        return n_quarantined / n_tracked if n_tracked else 0.0


def import_files(
    store: Store,
    paths: Sequence[Path],
    options: ImportOptions,
    settings: Settings,
    definitions: Definitions,
    report: Report,
) -> ImportResult:
    """Imports an export as one batch; the same again is a no-op.

    Args:
        report: is called with a line for each step.

    Raises:
        FileRefused: a file is not what its name says.
        CourseConflict: a row contradicts one that the store already holds.
        SyntheticMix: synthetic and clinical data would stand in one store.
        PeriodMix: quarters and years would stand in one store.
        StoreBusy: another command is writing.
    """
    source = find_canonical(paths)
    batch_id = _batch_id(source.content_hash, options, definitions)
    with store.writing(), store.scratch() as scratch:
        if (known := store.batch(batch_id)) is not None:
            return ImportResult(known, is_new=False)
        with judged_rows(source, settings, definitions, report, scratch, _live_files(store, options.source)) as (
            connection,
            tables,
        ):
            refuse_contradictions(connection)
            if not any(table.n_landed for table in tables):
                raise FileRefused(f"{', '.join(source.file_names)}: no row in any file, only headers. Export it again.")
            is_synthetic = is_synthetic_import(connection, store)
            refuse_synthetic_mix(store, is_synthetic)
            period = period_kind(connection)
            refuse_period_mix(store, period)
            manifest = BatchManifest(
                id=batch_id,
                source=options.source,
                data_through=options.data_through,
                is_synthetic=is_synthetic,
                is_live=True,
                content_hash=source.content_hash,
                period=period,
                notes=tuple(import_notes(connection, options.data_through is not None, source.unread)),
                tables=tables,
                import_hash=definitions.import_hash,
                version=__version__,
                imported_at=datetime.now(UTC).replace(microsecond=0),
            )
            if not options.accept_quarantine:
                fraction = ImportResult(manifest, is_new=True).quarantined_fraction
                is_live = fraction <= settings.imports.quarantined_fraction_at_most
                manifest = manifest.model_copy(update={"is_live": is_live})
            report("keeping the batch")
            store.add_batch(batch_id, lambda folder: _write_batch(connection, folder, manifest))
    return ImportResult(manifest, is_new=True)


@contextmanager
def judged_rows(
    source: Source,
    settings: Settings,
    definitions: Definitions,
    report: Report,
    scratch: Path,
    live_files: dict[str, list[Path]],
) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[TableCounts, ...]]]:
    """A database with the export landed and every row in one of the four places, and the counts of each.

    Args:
        scratch: a folder for what does not fit in memory.
        live_files: for each table the Parquet files that the store holds of the same source.
    """
    connection = duckdb.connect(config={"temp_directory": str(scratch), "memory_limit": "4GB"})
    try:
        load_reference_tables(connection, definitions, settings)
        load_column_tables(connection, definitions)
        report("reading files")
        landed = source.land(connection, definitions)
        _load_live(connection, live_files)
        connection.execute("set preserve_insertion_order = false")
        run_models(connection, ["accepted"], lambda table: report(f"checking rows: {table.split('.')[1]}"))
        yield connection, tuple(_counts(connection, landed))
    finally:
        connection.close()


def _batch_id(content_hash: str, options: ImportOptions, definitions: Definitions) -> str:
    parts = [
        content_hash,
        options.source,
        str(options.data_through),
        str(options.accept_quarantine),
        definitions.import_hash,
        IMPORT_RULES,
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _live_files(store: Store, source: str) -> dict[str, list[Path]]:
    live = [batch for batch in store.live_batches() if batch.source == source]
    return {table: [store.batch_file(batch.id, table) for batch in live] for table in TABLES}


def _load_live(connection: duckdb.DuckDBPyConnection, live_files: dict[str, list[Path]]) -> None:
    """What the store holds of the courses that this import names, as `live.*`."""
    connection.execute("create schema live")
    for table, columns in ACCEPTED_COLUMNS.items():
        connection.execute(f"create table live.{table} ({columns})")
        if live_files[table]:
            connection.execute(
                f"insert into live.{table} by name from read_parquet($files) as held "
                "semi join (select course_id from landing.courses union select course_id from landing.infusions "
                "union select course_id from landing.scores) as landed on held.course_id = landed.course_id",
                {"files": [str(path) for path in live_files[table]]},
            )


def _counts(connection: duckdb.DuckDBPyConnection, landed: Sequence[LandedTable]) -> Iterator[TableCounts]:
    places = {
        row[0]: row[1:]
        for row in connection.execute(
            "select table_name, n_landed, n_accepted, n_duplicate, n_quarantined, n_not_tracked from accepted.places"
        ).fetchall()
    }
    for table in landed:
        n_landed, *ends = places[table.table]
        if sum(ends) != n_landed or n_landed != table.n_rows:
            raise RuntimeError(f"{table.table}: {n_landed} rows landed, but {ends} add up to {sum(ends)}")
        yield TableCounts(
            table=table.table,
            file_name=table.file_name,
            n_records=table.n_records,
            n_landed=n_landed,
            n_accepted=ends[0],
            n_duplicate=ends[1],
            n_quarantined=ends[2],
            n_not_tracked=ends[3],
        )


def _write_batch(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: BatchManifest) -> BatchManifest:
    for table in (*TABLES, "quarantine"):
        path = literal(str(folder / f"{table}.parquet"))
        connection.execute(f"copy accepted.{table} to {path} (format parquet, dictionary_size_limit 1000)")
    return manifest
