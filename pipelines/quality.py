"""What is asked of the data at a build: the tables that checks read beside the courses, and their result.

Invariants (`sql/invariants`) are about our own arithmetic and stop a build; checks (`sql/checks`) are about the
data, and what they find is published with the counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb

from pipelines.definitions import Definitions
from pipelines.sql.literals import literal
from pipelines.sql.runner import run_models
from pipelines.store import BatchManifest, Store

Report = Callable[[str], None]


def load_quality_tables(connection: duckdb.DuckDBPyConnection, definitions: Definitions) -> None:
    """`ref.quality_parameters`, one row with a column for each parameter, and `ref.quarantine_places`."""
    quality = definitions.quality
    columns = ", ".join(f"{literal(str(value))}::double as {name}" for name, value in quality.parameters().items())
    connection.execute(f"create table ref.quality_parameters as select {columns}")
    connection.execute("create table ref.quarantine_places (rule varchar, subcategory varchar)")
    connection.executemany(
        "insert into ref.quarantine_places values (?, ?)",
        [(rule, subcategory) for subcategory, rules in quality.quarantine.items() for rule in rules],
    )


def load_import_counts(connection: duckdb.DuckDBPyConnection, store: Store, batches: Iterable[BatchManifest]) -> None:
    """`batch.places` and `batch.quarantined`: where the rows of each batch ended, and by which rule."""
    connection.execute("create schema batch")
    connection.execute(
        "create table batch.places (batch_id varchar, source varchar, table_name varchar, n_landed bigint, "
        "n_accepted bigint, n_duplicate bigint, n_quarantined bigint, n_not_tracked bigint)"
    )
    connection.execute(
        "create table batch.quarantined (batch_id varchar, source varchar, table_name varchar, rule varchar, "
        "n_rows bigint)"
    )
    for batch in batches:
        for table in batch.tables:
            connection.execute(
                "insert into batch.places values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    batch.id,
                    batch.source,
                    table.table,
                    table.n_landed,
                    table.n_accepted,
                    table.n_duplicate,
                    table.n_quarantined,
                    table.n_not_tracked,
                ],
            )
        connection.execute(
            "insert into batch.quarantined select $id, $source, table_name, rule, count(*) "
            "from read_parquet($path) group by table_name, rule",
            {"id": batch.id, "source": batch.source, "path": str(store.batch_file(batch.id, "quarantine"))},
        )


def verify_invariants(connection: duckdb.DuckDBPyConnection) -> None:
    """Runs `sql/invariants`: each asks where our own counts do not add up; where they do not, nothing is written."""
    for invariant in run_models(connection, ["invariants"]):
        found = connection.execute(f"select count(*) from {invariant}").fetchone()
        if found is None or found[0]:
            raise RuntimeError(f"{invariant}: {found} violations; no snapshot was written")


def run_checks(connection: duckdb.DuckDBPyConnection, definitions: Definitions, report: Report) -> None:
    """Runs `sql/checks` into `published.quality`: check, category, subcategory, site, n_violated, n_checked.

    Raises:
        RuntimeError: a check counts more violations than it checked (a bug).
    """
    run_models(connection, ["checks"], report)
    parts = [
        f'select {literal(name)} as "check", {literal(check.category)} as category, '
        f"{literal(check.subcategory or '')} as subcategory, site, "
        "cast(n_violated as bigint) as n_violated, cast(n_checked as bigint) as n_checked "
        f"from checks.{check.category}_{name}"
        for name, check in definitions.quality.checks.items()
    ]
    connection.execute(f"create table published.quality as {' union all '.join(parts)}")
    wrong = connection.execute(
        'select "check" from published.quality where n_violated > n_checked or n_violated < 0 limit 1'
    ).fetchone()
    if wrong is not None:
        raise RuntimeError(f"checks.{wrong[0]}: more violated than checked; no snapshot was written")
