"""Small tables made from rows in Python, for models to read beside the large ones."""

from collections.abc import Sequence

import duckdb


def make_table(
    connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[Sequence[object]]
) -> None:
    """Makes a table and fills it.

    Args:
        table: its schema, which is there, and its name.
        columns: names and types, as `create table` takes them.
        rows: as wide as the columns; none makes an empty table.
    """
    connection.execute(f"create table {table} ({columns})")
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into {table} values ({marks})", rows)
