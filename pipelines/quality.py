"""What is asked of the data at a build: the tables that checks read beside the courses, and their result.

Invariants (`sql/invariants`) are about our own arithmetic and stop a build; checks (`sql/checks`) are about the
data, and what they find is published with the counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import duckdb

from pipelines.definitions import Definitions
from pipelines.holdings import last_imports
from pipelines.manifests import BatchManifest
from pipelines.periods import period_after, period_end, period_start
from pipelines.sql.literals import literal
from pipelines.sql.runner import run_models
from pipelines.sql.tables import make_table
from pipelines.store import Store

Report = Callable[[str], None]


def load_quality_tables(connection: duckdb.DuckDBPyConnection, definitions: Definitions) -> None:
    """The parameters of checks as tables under `ref`.

    `quality_parameters` is one row with a column for each; beside it `quarantine_places`, `common_infusions`,
    `plausible_rates` and `headline_window`.
    """
    quality = definitions.quality
    columns = ", ".join(f"{literal(str(value))}::double as {name}" for name, value in quality.parameters().items())
    connection.execute(f"create table ref.quality_parameters as select {columns}")
    make_table(
        connection,
        "ref.quarantine_places",
        "rule varchar, check_name varchar",
        [(rule, check) for check, rules in quality.quarantine.items() for rule in rules],
    )
    make_table(
        connection,
        "ref.common_infusions",
        "route varchar, least_mg_per_kg double, most_mg_per_kg double, least_mg double, most_mg double, "
        "least_minutes double, most_minutes double",
        [
            (route, *common.mg_per_kg, *common.mg, *(common.minutes or (None, None)))
            for route, common in quality.common_infusions.items()
        ],
    )
    make_table(
        connection,
        "ref.plausible_rates",
        "scale varchar, rule varchar, window_name varchar, least_fraction double, most_fraction double",
        [
            (scale, band.rule, band.window, *band.limits)
            for band in quality.plausible.values()
            if band.is_rate
            for scale in band.scales
        ],
    )
    make_table(connection, "ref.headline_window", "window_name window_name", [(definitions.outcomes.headline_window,)])


def load_import_counts(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    batches: Sequence[BatchManifest],
    data_through: Mapping[str, date | None],
) -> None:
    """What imports say of themselves, under `batch`.

    `imports`: where the rows of each import ended. `places` and `quarantined`: where those of the last imports ended,
    and by which rule. `sources`: how far each had been filled in when last imported. `source_periods`: for each source
    and period the days from the period's first day to the data-through date. `periods`: every quarter (or year) from
    the first to the last of any course.

    Args:
        data_through: by source, as courses are judged by it.
    """
    connection.execute("create schema batch")
    tables_of_last = {batch.id: tables for batch, tables in last_imports(batches)}
    ordered = sorted(batches, key=lambda batch: (batch.source, batch.sequence))
    make_table(
        connection,
        "batch.imports",
        "batch varchar, source varchar, position integer, data_through date, table_name varchar, n_landed bigint, "
        "n_accepted bigint, n_duplicate bigint, n_quarantined bigint, n_not_tracked bigint, is_last_import boolean",
        [
            (
                batch.id,
                batch.source,
                position,
                batch.data_through,
                table.table,
                table.n_landed,
                table.n_accepted,
                table.n_duplicate,
                table.n_quarantined,
                table.n_not_tracked,
                table.table in tables_of_last[batch.id],
            )
            for position, batch in enumerate(ordered, start=1)
            for table in batch.tables
        ],
    )
    connection.execute("create view batch.places as from batch.imports where is_last_import")
    connection.execute("create table batch.quarantined (table_name varchar, rule varchar, n_rows bigint)")
    for batch_id, tables in tables_of_last.items():
        connection.execute(
            "insert into batch.quarantined select table_name, rule, count(*) "
            "from read_parquet($path) where list_contains($tables, table_name) group by table_name, rule",
            {"path": str(store.batch_file(batch_id, "quarantine")), "tables": sorted(tables)},
        )
    imported_on = {
        source: max(batch.imported_at.date() for batch in batches if batch.source == source) for source in data_through
    }
    make_table(
        connection,
        "batch.sources",
        "source varchar, data_through date, days_behind integer",
        [(source, day, (imported_on[source] - day).days if day else None) for source, day in data_through.items()],
    )
    _load_periods(connection, data_through)


def _load_periods(connection: duckdb.DuckDBPyConnection, data_through: Mapping[str, date | None]) -> None:
    found = connection.execute("select source, period from ref.follow_up order by all").fetchall()
    make_table(
        connection,
        "batch.source_periods",
        "source varchar, period varchar, days_from_period_start integer",
        [
            (source, period, (day - period_start(period)).days if (day := data_through[source]) else None)
            for source, period in found
        ],
    )
    periods = sorted({period for _, period in found})
    is_known = None not in data_through.values()
    last_day = min((day for day in data_through.values() if day), default=None)
    rows: list[tuple[str, int, bool]] = []
    period = periods[0] if periods else ""
    while periods and period <= periods[-1]:
        # Where it is unknown how far a source was filled in, the last period may still be running.
        is_over = (is_known or period < periods[-1]) and (last_day is None or period_end(period) <= last_day)
        rows.append((period, len(rows), is_over))
        period = period_after(period)
    make_table(connection, "batch.periods", "period varchar, position integer, is_over boolean", rows)


def verify_invariants(connection: duckdb.DuckDBPyConnection) -> None:
    """Runs `sql/invariants`: each asks where our own counts do not add up; where they do not, nothing is written."""
    for invariant in run_models(connection, ["invariants"]):
        found = connection.execute(f"select count(*) from {invariant}").fetchone()
        if found is None or found[0]:
            raise RuntimeError(f"{invariant}: {found} violations; no snapshot was written")


def run_checks(connection: duckdb.DuckDBPyConnection, definitions: Definitions, report: Report) -> None:
    """Runs `sql/checks`, and `sql/examined` which several of them read, into `published.quality`.

    Its columns: check, category, subcategory, site, n_violated, n_checked. Beside it `published.quarantined_rows`
    counts the reasons of the quarantine.

    Raises:
        RuntimeError: a check counts more violations than it checked (a bug).
    """
    run_models(connection, ["examined", "checks"], report)
    parts = [
        f'select {literal(name)} as "check", {literal(check.category)} as category, '
        f"{literal(check.subcategory or '')} as subcategory, site, "
        "cast(n_violated as bigint) as n_violated, cast(n_checked as bigint) as n_checked "
        f"from checks.{check.category}_{name}"
        for name, check in definitions.quality.checks.items()
    ]
    connection.execute(f"create table published.quality as {' union all '.join(parts)}")
    connection.execute(
        "create table published.quarantined_rows as select rule, cast(sum(n_rows) as bigint) as n_rows "
        "from batch.quarantined group by rule order by rule"
    )
    wrong = connection.execute(
        'select "check" from published.quality where n_violated > n_checked or n_violated < 0 limit 1'
    ).fetchone()
    if wrong is not None:
        raise RuntimeError(f"checks.{wrong[0]}: more violated than checked; no snapshot was written")
