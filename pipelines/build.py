"""A build: live batches become course rows, course rows become published counts, and a snapshot is put in force."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from pipelines import __version__
from pipelines.definitions import Definitions
from pipelines.errors import ConditionUndefined, NothingToBuild, StoreDamaged
from pipelines.holdings import holdings_of
from pipelines.manifests import BatchManifest, SnapshotManifest
from pipelines.periods import period_end
from pipelines.quality import load_import_counts, load_quality_tables, run_checks, verify_invariants
from pipelines.reference_tables import load_reference_tables
from pipelines.settings import Settings
from pipelines.sources.held_modes import refuse_more_than_safe_harbor, refuse_sites_by_name_and_code
from pipelines.sql.literals import literal
from pipelines.sql.runner import run_models
from pipelines.sql.tables import make_table
from pipelines.store import Store

NOT_KEPT = {
    f"outcome.{table}"
    for table in (
        "baseline_bands",
        "course_attributes",
        "course_scales",
        "scored_scales",
        "follow_up_scores",
        "window_scores",
        "window_states",
        "course_chains",
        "chains",
        "course_patterns",
        "course_moments",
        "strata",
        "stratum_courses",
        "stratum_baselines",
        "stratum_windows",
        "stratum_moments",
        "changes",
        "verdicts",
        "stratum_responses",
        "stratum_onsets",
        "stratum_early_improvements",
        "case_mixes",
        "stratum_case_mixes",
        "stratum_chains",
        "post_induction_starts",
        "stratum_durabilities",
        "stratum_exposure_responses",
        "cell_strata",
        "started_strata",
        "started_members",
        "course_findings",
        "course_adverse_events",
        "course_acute_changes",
        "stratum_acute_changes",
    )
}
"""Steps between course rows and counts; the warehouse leaves them out, they are a query away."""

Report = Callable[[str], None]


def build(store: Store, settings: Settings, definitions: Definitions, report: Report) -> SnapshotManifest:
    """Makes a snapshot of all live batches and puts it in force.

    The same batches, definitions, settings and version give the same id; then the snapshot that is there is
    put in force again.

    Args:
        report: is called with a line for each step.

    Raises:
        NothingToBuild: no batch is live.
        PrivacyModeMix: batches hold more than safe harbor allows, or sites both by name and by code.
        ConditionUndefined: a course is given for a condition that the definitions do not name.
        StoreDamaged: a file of a batch cannot be read.
        StoreBusy: another command is writing.
    """
    with store.writing():
        batches = store.live_batches()
        if not batches:
            raise NothingToBuild(
                f"The store {store.folder} has no data that counts. Run `outcomes import` first; a batch with too much "
                "in quarantine counts only with --accept-quarantine, one that was taken back only with --again."
            )
        refuse_more_than_safe_harbor(store, settings.privacy_mode)
        refuse_sites_by_name_and_code(store, batches)
        return build_of(batches, store, settings, definitions, report)


def build_of(
    batches: list[BatchManifest], store: Store, settings: Settings, definitions: Definitions, report: Report
) -> SnapshotManifest:
    """Makes a snapshot of some batches, unless it is there, and puts it in force; only while the store is held.

    Raises:
        ConditionUndefined: a course is given for a condition that the definitions do not name.
        StoreDamaged: a file of a batch cannot be read.
    """
    snapshot_id = _snapshot_id(batches, settings, definitions)
    manifest = store.intact_snapshot(snapshot_id)
    if manifest is None:
        draft = _manifest(snapshot_id, batches, settings, definitions)
        with store.scratch() as scratch:
            manifest = store.add_snapshot(
                snapshot_id,
                lambda folder: write_snapshot(folder, scratch, draft, store, batches, settings, definitions, report),
            )
    report("putting the snapshot in force")
    store.put_in_force(snapshot_id)
    return manifest


def _snapshot_id(batches: list[BatchManifest], settings: Settings, definitions: Definitions) -> str:
    """A hash of all that decides the counts; of batches, the order of imports counts within a source only."""
    ordered = sorted(batches, key=lambda batch: (batch.source, batch.sequence))
    parts = [*(batch.id for batch in ordered), definitions.hash, settings.hash, __version__]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _manifest(
    snapshot_id: str, batches: list[BatchManifest], settings: Settings, definitions: Definitions
) -> SnapshotManifest:
    return SnapshotManifest(
        id=snapshot_id,
        batches=tuple(batch.id for batch in batches),
        definitions_hash=definitions.hash,
        settings_hash=settings.hash,
        version=__version__,
        program=settings.program,
        privacy_mode=settings.privacy_mode,
        is_synthetic=any(batch.is_synthetic for batch in batches),
        data_through=_least(data_through_by_source(batches).values()),
        built_at=datetime.now(UTC),
    )


def write_snapshot(
    folder: Path,
    scratch: Path,
    manifest: SnapshotManifest,
    store: Store,
    batches: list[BatchManifest],
    settings: Settings,
    definitions: Definitions,
    report: Report,
) -> SnapshotManifest:
    """Writes the databases of a snapshot into a folder and returns the manifest given.

    Args:
        scratch: a folder for what does not fit in memory.
        manifest: what the snapshot says of itself.
        batches: those that it is made of, in the order of their imports.

    Raises:
        ConditionUndefined: a course is given for a condition that the definitions do not name.
        StoreDamaged: a file of a batch cannot be read.
    """
    connection = duckdb.connect(
        config={
            "temp_directory": str(scratch),
            "memory_limit": "4GB",
            "preserve_insertion_order": False,
        }
    )
    try:
        load_reference_tables(connection, definitions, settings)
        load_quality_tables(connection, definitions)
        report("reading batches")
        try:
            _load_accepted(connection, store, batches)
        except duckdb.Error:
            raise StoreDamaged(
                "A file of a batch in the store cannot be read. Restore the store folder from a backup."
            ) from None
        _refuse_undefined_conditions(connection, definitions)
        _load_follow_up(connection, batches)
        run_models(connection, ["outcome", "published"], lambda table: report(f"building tables: {table}"))
        report("checking that counts add up")
        verify_invariants(connection)
        load_import_counts(connection, store, batches, data_through_by_source(batches))
        run_checks(connection, definitions, lambda table: report(f"asking of the data: {table.split('.')[1]}"))
        report("writing the snapshot")
        _write_database(connection, folder / "warehouse.duckdb", {"ref": "ref", "outcome": "outcome"})
        _load_about(connection, manifest, settings, definitions)
        _write_database(connection, folder / "published.duckdb", {"published": "main"})
    finally:
        connection.close()
    return manifest


def _load_accepted(connection: duckdb.DuckDBPyConnection, store: Store, batches: list[BatchManifest]) -> None:
    """All rows that hold as `accepted.*`: courses keyed by their place in the batches, the others by that key."""
    connection.execute("create schema accepted")
    sources = holdings_of(store, batches)
    parts = []
    n_before = 0
    for source, holdings in sources.items():
        n_before_batches = []
        for batch in holdings.batches:
            n_before_batches.append(n_before)
            n_before += _n_rows(connection, batch.files["courses"])
        parts.append(
            f"select cast({n_before_batches}[batch_position + 1] + file_row_number + 1 as integer) as course_key, "
            f"{literal(source)} as source, * exclude (batch_position, file_row_number) "
            f"from ({holdings.rows('courses')})"
        )
    connection.execute(f"create table accepted.courses as {' union all by name '.join(parts)}")
    for table in ("infusions", "scores"):
        rows = " union all by name ".join(
            "select courses.course_key, rows.* exclude (course_id, batch_position, file_row_number) "
            f"from ({holdings.rows(table)}) as rows inner join "
            f"(select course_key, course_id from accepted.courses where source = {literal(source)}) as courses "
            "on rows.course_id = courses.course_id"
            for source, holdings in sources.items()
        )
        connection.execute(f"create view accepted.{table} as {rows}")


def _n_rows(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    size = connection.execute(f"select num_rows from parquet_file_metadata({literal(str(path))})").fetchone()
    return int(size[0]) if size else 0


def _load_follow_up(connection: duckdb.DuckDBPyConnection, batches: list[BatchManifest]) -> None:
    """`ref.follow_up`: for each source and period, how many days past its end the source had been filled in."""
    through = data_through_by_source(batches)
    periods = connection.execute(
        "select distinct source, period from accepted.courses where period is not null order by all"
    ).fetchall()
    make_table(
        connection,
        "ref.follow_up",
        "source varchar, period varchar, days_past_period_end integer",
        [
            (source, period, (day - period_end(period)).days if (day := through[source]) else None)
            for source, period in periods
        ],
    )


def data_through_by_source(batches: Iterable[BatchManifest]) -> dict[str, date | None]:
    """How far each source had been filled in, by the latest of its imports; None where none of them says."""
    through: dict[str, date | None] = {}
    for batch in batches:
        known = [date for date in (through.get(batch.source), batch.data_through) if date is not None]
        through[batch.source] = max(known, default=None)
    return through


def _least(dates: Iterable[date | None]) -> date | None:
    """The date up to which every source had been filled in; None if that is unknown of one."""
    known = list(dates)
    return None if None in known else min((day for day in known if day is not None), default=None)


def _refuse_undefined_conditions(connection: duckdb.DuckDBPyConnection, definitions: Definitions) -> None:
    found = connection.execute("select distinct unnest(conditions) from accepted.courses order by 1").fetchall()
    undefined = [condition for (condition,) in found if condition not in definitions.conditions]
    if undefined:
        raise ConditionUndefined(
            f"Courses in the store are given for {', '.join(undefined)}, which no definition names any more. "
            "Build with the --config that the import used, or add the definition again."
        )


def _load_about(
    connection: duckdb.DuckDBPyConnection,
    manifest: SnapshotManifest,
    settings: Settings,
    definitions: Definitions,
) -> None:
    """`published.about`, the one row that says what the counts are and what made them, and what they rest on.

    `published.imports`: where the rows of each import ended; a published copy has no batches to ask.
    """
    connection.execute(
        "create table published.about as "
        "select $manifest as manifest, $settings as settings, $definitions as definitions",
        {
            "manifest": manifest.model_dump_json(),
            "settings": settings.model_dump_json(by_alias=True),
            "definitions": definitions.model_dump_json(),
        },
    )
    connection.execute("create table published.follow_up as from ref.follow_up")
    connection.execute("create table published.imports as select * exclude (is_last_import) from batch.imports")


def _write_database(connection: duckdb.DuckDBPyConnection, path: Path, schemas: Mapping[str, str]) -> None:
    """Copies tables into a database file of their own; `schemas` says which schema becomes which there."""
    connection.execute(f"attach {literal(str(path))} as target")
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = current_database() and list_contains($schemas, schema_name) order by all",
        {"schemas": list(schemas)},
    ).fetchall()
    for schema in schemas.values():
        connection.execute(f"create schema if not exists target.{schema}")
    for schema, table in tables:
        if f"{schema}.{table}" not in NOT_KEPT:
            connection.execute(f"create table target.{schemas[schema]}.{table} as from {schema}.{table}")
    connection.execute("detach target")
