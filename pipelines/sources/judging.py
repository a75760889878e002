"""Lands an export and lets the rules judge every row of it, in a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.definitions import Definitions
from pipelines.holdings import NOTHING_HELD, Holdings
from pipelines.manifests import NOBODY, RefusedIds, TableCounts
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.reference_tables import load_column_tables, load_reference_tables
from pipelines.settings import Settings
from pipelines.sources.held import load_held
from pipelines.sources.identifier_check import refuse_identifiers
from pipelines.sources.landing import LandedTable
from pipelines.sources.refused import leave_out_refused
from pipelines.sources.safe_harbor import cut_to_safe_harbor
from pipelines.sources.source import Source
from pipelines.sql.runner import run_models

Report = Callable[[str], None]


@contextmanager
def judged_rows(
    source: Source,
    crosswalk: Crosswalk | None,
    settings: Settings,
    definitions: Definitions,
    report: Report,
    scratch: Path,
    holdings: Holdings = NOTHING_HELD,
    is_append: bool = False,
    refused: RefusedIds = NOBODY,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[TableCounts, ...]]]:
    """A database with the export landed and every row in one of the four places, and the counts of each.

    Args:
        crosswalk: gives the pseudonyms of record numbers and the codes of sites, where there are any.
        scratch: a folder for what does not fit in memory.
        holdings: what the store holds of the same source.
        is_append: the import only adds to it.
        refused: patients who withdrew consent, whose rows are left out.

    Raises:
        FileRefused: a file is not what its name says.
        IdentifierFound: text that would be kept tells who a person is.
    """
    connection = duckdb.connect(config={"temp_directory": str(scratch), "memory_limit": "4GB"})
    try:
        load_reference_tables(connection, definitions, settings)
        load_column_tables(connection, definitions)
        report("reading files")
        landed = source.land(connection, definitions, crosswalk)
        refuse_identifiers(connection, source, definitions)
        if settings.privacy_mode == "safe_harbor":
            cut_to_safe_harbor(connection, crosswalk)
        load_held(connection, holdings, landed, is_append=is_append, is_by_patient=source.replaces == "patient")
        landed = leave_out_refused(connection, refused, landed)
        connection.execute("set preserve_insertion_order = false")
        run_models(connection, ["accepted"], lambda table: report(f"checking rows: {table.split('.')[1]}"))
        yield connection, tuple(_counts(connection, landed))
    finally:
        connection.close()


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
