"""Small tables made from rows in Python, for models to read beside the large ones."""

from collections.abc import Sequence

import duckdb

# Many rows in one statement take a fraction of the time of one each.
_ROWS_AT_ONCE = 200


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
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        marks = f"({', '.join('?' * len(some[0]))})"
        connection.execute(
            f"insert into {table} values {', '.join([marks] * len(some))}", [value for row in some for value in row]
        )
