"""Lands the rows of a mapped export: text of the canonical columns, and where each row came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from pipelines.definitions import Definitions
from pipelines.sources.landing import (
    TABLES,
    LandedTable,
    land_cells,
    land_nothing,
    name_scales,
    prepare_landing,
    show_cells,
)
from pipelines.sources.table.courses import TIME
from pipelines.sources.table.records import Origin, Row, Rows

_OF_ROW = ("row_line", "row_origin", "row_item_lines")
"""Beside the canonical columns: where a row came from."""


def land_rows(
    connection: duckdb.DuckDBPyConnection, rows: Rows, origins: Sequence[Origin], definitions: Definitions
) -> list[LandedTable]:
    """Fills the landing tables, and beside them `landing.origins`, `landing.origin_columns` and `landing.faults`."""
    prepare_landing(connection)
    landed = []
    for table in TABLES:
        if not rows.of(table):
            land_nothing(connection, table, definitions)
            continue
        columns = _columns(table, rows.of(table))
        columns |= _origin_columns(rows.of(table))
        land_cells(connection, table, columns)
        show_cells(connection, table, [name for name in columns if name not in _OF_ROW], definitions)
        connection.execute("insert into landing.files values (?, ?)", [table, table])
        if table != "courses":
            connection.execute("insert into landing.clocks values (?, ?, 1, false)", [table, TIME])
        _land_origins(connection, table, rows.of(table), origins)
        landed.append(LandedTable(table, table, len(rows.of(table)), len(rows.of(table))))
    name_scales(connection, definitions)
    return landed


def _columns(table: str, rows: Sequence[Row]) -> dict[str, list[str | None]]:
    names = list(dict.fromkeys(name for row in rows for name in row.cells))
    columns: dict[str, list[str | None]] = {name: [row.cells.get(name) for row in rows] for name in names}
    if table == "scores":
        for number in range(1, max((max(row.items, default=0) for row in rows), default=0) + 1):
            columns[f"item_{number}"] = [row.items.get(number) for row in rows]
        columns["is_known_by_day"] = ["true" if row.is_by_day else "false" for row in rows]
    return columns


def _origin_columns(rows: Sequence[Row]) -> dict[str, list[str | None]]:
    return {
        "row_line": [str(row.line) for row in rows],
        "row_origin": [str(row.origin) for row in rows],
        "row_item_lines": [_item_lines(row.item_lines) for row in rows],
    }


def _item_lines(lines: Mapping[int, int]) -> str | None:
    if not lines:
        return None
    return "[" + ", ".join(str(lines.get(number, "null")) for number in range(1, max(lines) + 1)) + "]"


def _land_origins(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row], origins: Sequence[Origin]
) -> None:
    used = sorted({row.origin for row in rows})
    connection.execute(
        f"insert into landing.origins select '{table}', rowid + 1, labels.label, cast(row_line as bigint), "
        "cast(row_origin as integer), cast(row_item_lines as bigint[]) "
        f"from landing.{table}_text as text inner join "
        "(select unnest($places::integer[]) as place, unnest($labels::varchar[]) as label) as labels "
        "on cast(text.row_origin as integer) = labels.place",
        {"places": used, "labels": [origins[place].label for place in used]},
    )
    named = [(table, place, name, column) for place in used for name, column in origins[place].columns.items()]
    if named:
        connection.executemany("insert into landing.origin_columns values (?, ?, ?, ?)", named)
    faults = [
        (table, line, row.fault.rule, row.fault.column, row.fault.found, row.fault.line)
        for line, row in enumerate(rows, start=1)
        if row.fault is not None
    ]
    if faults:
        columns = [list(column) for column in zip(*faults, strict=True)]
        connection.execute(
            "insert into landing.faults select unnest($1::varchar[]), unnest($2::bigint[]), unnest($3::varchar[]), "
            "unnest($4::varchar[]), unnest($5::varchar[]), unnest($6::bigint[])",
            columns,
        )
