"""An import, whatever its source: landing, judging every row, and keeping the result as one batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipelines import __version__
from pipelines.batch_files import write_batch_files
from pipelines.definitions import Definitions
from pipelines.errors import AppendImpossible, FileRefused
from pipelines.holdings import NOTHING_HELD, holdings_of
from pipelines.manifests import BatchManifest, TableCounts
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.settings import Settings
from pipelines.sources.admission import (
    import_notes,
    is_synthetic_import,
    period_kind,
    refuse_contradictions,
    refuse_period_mix,
    refuse_reassigned_courses,
    refuse_synthetic_mix,
)
from pipelines.sources.attempts import earlier_attempts, later_replacement, refuse_retracted
from pipelines.sources.finding import find_source
from pipelines.sources.held import replacement_notes, replacements
from pipelines.sources.held_modes import (
    note_sites_of_another_crosswalk,
    refuse_more_than_safe_harbor,
    refuse_sites_by_name_and_code,
)
from pipelines.sources.identifier_check import used_allowances
from pipelines.sources.import_crosswalk import crosswalk_of_import
from pipelines.sources.judging import Report, judged_rows
from pipelines.sources.landing import count_rows, source_lines
from pipelines.sources.options import ImportOptions
from pipelines.sources.quarantine import QuarantinedRule, rehearsed_quarantine
from pipelines.sources.source import Source
from pipelines.store import Store

IMPORT_RULES = "4"
"""Raised when the same file, options and definitions would end in other places than before."""


@dataclass(frozen=True)
class ImportResult:
    """A batch, and whether it is new.

    Attributes:
        replaced_by: the latest batch that came after a known one and replaces what its source held.
    """

    batch: BatchManifest
    is_new: bool
    replaced_by: BatchManifest | None = None

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
        IdentifierFound: text that would be kept tells who a person is.
        MappingInvalid: the mapping is wrong, or does not fit the files.
        CrosswalkUnfit: the crosswalk is missing, another one, or stands inside the store.
        CourseConflict: a course is another patient's or another site's than the one that the store holds; or the
            import only adds, and a row contradicts one that the store holds.
        SyntheticMix: synthetic and clinical data would stand in one store.
        PeriodMix: quarters and years would stand in one store.
        PrivacyModeMix: the store holds more than safe harbor allows, or would hold sites both by name and by code.
        BatchRetracted: the same was imported before and taken back since.
        AppendImpossible: the import was only to add, and its source replaces patient by patient.
        StoreBusy: another command is writing.
        CrosswalkBusy: another import holds the crosswalk.
    """
    source = find_source(paths, options, settings, definitions)
    with (
        store.writing(),
        store.scratch() as scratch,
        judged_import(store, source, options, settings, definitions, report, scratch) as judged,
    ):
        result, connection = judged.result, judged.connection
        if connection is None:
            return result
        report("keeping the batch")
        if judged.crosswalk is not None:
            judged.crosswalk.keep()
        batch = store.add_batch(result.batch.id, lambda folder: _write_batch(connection, folder, result.batch))
    return replace(result, batch=batch)


def rehearse_import(
    store: Store,
    paths: Sequence[Path],
    options: ImportOptions,
    settings: Settings,
    definitions: Definitions,
    report: Report,
) -> tuple[ImportResult, list[QuarantinedRule]]:
    """What `import_files` would bring, and what of it would be quarantined; nothing is kept.

    Raises:
        As `import_files` does.
    """
    source = find_source(paths, options, settings, definitions)
    with (
        _rehearsing(store) as scratch,
        judged_import(store, source, options, settings, definitions, report, scratch) as judged,
    ):
        rows = judged.connection
        return judged.result, [] if rows is None else rehearsed_quarantine(rows, judged.result.batch)


@contextmanager
def _rehearsing(store: Store) -> Iterator[Path]:
    """A scratch folder; in the store where there is one, which nobody else writes meanwhile."""
    if store.batches_folder.is_dir():
        with store.held(), store.scratch() as scratch:
            yield scratch
    else:
        with TemporaryDirectory(prefix="outcomes-") as folder:
            yield Path(folder)


@dataclass(frozen=True)
class JudgedImport:
    """A batch, not yet kept.

    Attributes:
        connection: the database with its rows judged; None if the same was imported before.
        crosswalk: holds the pseudonyms of its record numbers, new ones among them, if it has any.
    """

    result: ImportResult
    connection: duckdb.DuckDBPyConnection | None = None
    crosswalk: Crosswalk | None = None


@contextmanager
def judged_import(
    store: Store,
    source: Source,
    options: ImportOptions,
    settings: Settings,
    definitions: Definitions,
    report: Report,
    scratch: Path,
) -> Iterator[JudgedImport]:
    """The batch that an import makes, with its rows judged, or the one that was made of the same before.

    Args:
        scratch: a folder for what does not fit in memory.

    Raises:
        As `import_files` does, but for what concerns writing.
    """
    if options.is_append and source.replaces == "patient":
        raise AppendImpossible(
            "This export's courses are found from dates, so that it has to hold all of each patient: --append would "
            "lay new dates on old clocks. Import the whole export without --append; patients that it does not hold are "
            "kept."
        )
    refuse_more_than_safe_harbor(store, settings.privacy_mode)
    attempts = earlier_attempts(store, _same_import(source, options, settings, definitions))
    if attempts.last is not None and not options.is_again:
        refuse_retracted(store, attempts.last)
        later = later_replacement(store, attempts.last)
        yield JudgedImport(ImportResult(attempts.last, is_new=False, replaced_by=later))
        return
    holdings = holdings_of(store, store.live_batches()).get(options.source, NOTHING_HELD)
    refused = store.refusals().of_source(options.source)
    with (
        crosswalk_of_import(store, source, options, settings, holdings, refused) as crosswalk,
        judged_rows(
            source, crosswalk, settings, definitions, report, scratch, holdings, options.is_append, refused
        ) as (connection, tables),
    ):
        if settings.privacy_mode == "safe_harbor":
            note_sites_of_another_crosswalk(connection, store, crosswalk)
        manifest = _admitted(connection, store, source, tables, attempts.next_id, options, settings, definitions)
        yield JudgedImport(ImportResult(manifest, is_new=True), connection, crosswalk)


def _admitted(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    source: Source,
    tables: tuple[TableCounts, ...],
    batch_id: str,
    options: ImportOptions,
    settings: Settings,
    definitions: Definitions,
) -> BatchManifest:
    """The batch that the judged rows make, if they may stand in the store."""
    refuse_contradictions(connection)
    refuse_reassigned_courses(connection, options.source)
    if not any(table.n_landed for table in tables) and not _is_any_refused(connection):
        raise FileRefused(f"{', '.join(source.file_names)}: no row in any file, only headers. Export it again.")
    is_synthetic = is_synthetic_import(connection, store)
    refuse_synthetic_mix(store, is_synthetic)
    period = period_kind(connection)
    refuse_period_mix(store, period)
    if settings.privacy_mode != "safe_harbor" and count_rows(connection, "accepted.courses where site is not null"):
        refuse_sites_by_name_and_code(store, store.live_batches(), names_sites=True)
    replaced = tuple(replacements(connection, tables))
    mapping = options.mapping.name if options.mapping is not None else None  # it was read, if not as a table
    unread = [name for name in source.unread if name != mapping]
    notes = [
        *import_notes(
            connection,
            options.data_through is not None,
            unread,
            source.why_unread,
            settings.anchor,
            definitions.identifiers,
        ),
        *replacement_notes(connection, replaced, is_by_patient=source.replaces == "patient"),
    ]
    manifest = BatchManifest(
        id=batch_id,
        source=options.source,
        sequence=1 + max((batch.sequence for batch in store.batches()), default=0),
        is_append=options.is_append,
        replaces=source.replaces,
        data_through=options.data_through,
        is_synthetic=is_synthetic,
        is_live=True,
        content_hash=source.content_hash,
        privacy_mode=settings.privacy_mode,
        period=period,
        notes=tuple(notes),
        allowances=tuple(used_allowances(connection)),
        lines=tuple(source_lines(connection)),
        tables=tables,
        replacements=replaced,
        import_hash=definitions.import_hash,
        version=__version__,
        imported_at=datetime.now(UTC).replace(microsecond=0),
    )
    if options.accept_quarantine:
        return manifest
    fraction = ImportResult(manifest, is_new=True).quarantined_fraction
    return manifest.model_copy(update={"is_live": fraction <= settings.imports.quarantined_fraction_at_most})


def _is_any_refused(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether rows were left out because their patients withdrew consent."""
    found = connection.execute("select 1 from duckdb_tables() where table_name = 'refused_rows'").fetchone()
    return found is not None and count_rows(connection, "landing.refused_rows") > 0


def _same_import(source: Source, options: ImportOptions, settings: Settings, definitions: Definitions) -> list[str]:
    """All that makes two imports the same."""
    return [
        source.content_hash,
        options.source,
        str(options.data_through),
        str(options.accept_quarantine),
        str(options.is_append),
        settings.privacy_mode,
        definitions.import_hash,
        IMPORT_RULES,
    ]


def _write_batch(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: BatchManifest) -> BatchManifest:
    write_batch_files(connection, folder, lambda table: f"from accepted.{table}")
    return manifest
