"""The files of a batch: the accepted rows of each table, what is in quarantine and what was set aside, as Parquet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from pipelines.holdings import HELD_TABLES
from pipelines.sql.literals import literal

BATCH_TABLES = (*HELD_TABLES, "quarantine", "set_aside")


def write_batch_files(connection: duckdb.DuckDBPyConnection, folder: Path, rows_of: Callable[[str], str]) -> None:
    """Writes a file for each table of a batch.

    Args:
        rows_of: gives the query of a table's rows.
    """
    for table in BATCH_TABLES:
        path = literal(str(folder / f"{table}.parquet"))
        connection.execute(f"copy ({rows_of(table)}) to {path} (format parquet, dictionary_size_limit 1000)")
