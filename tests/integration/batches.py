"""What a batch keeps, read back."""

from __future__ import annotations

import duckdb

from pipelines.sources.intake import ImportResult
from pipelines.store import Store


def batch_rows(store: Store, batch_id: str, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    """A batch's accepted rows of a table, or its `quarantine`, in the order of the columns asked for."""
    with duckdb.connect() as connection:
        path = str(store.batch_file(batch_id, table))
        return connection.execute(f"select {columns} from read_parquet($path) order by all", {"path": path}).fetchall()


def places(result: ImportResult) -> dict[str, tuple[int, int, int, int]]:
    """Of an import, how many rows of each table were accepted, duplicate, quarantined and not tracked."""
    return {
        table.table: (table.n_accepted, table.n_duplicate, table.n_quarantined, table.n_not_tracked)
        for table in result.batch.tables
    }
