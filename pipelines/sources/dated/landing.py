"""Lands rows, some patients at a time: text of the canonical columns, and where each row came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import duckdb

from pipelines.definitions import Definitions
from pipelines.sources.dated.courses import TIME
from pipelines.sources.dated.records import Origin, Row, Rows
from pipelines.sources.landing import (
    TABLES,
    LandedTable,
    land_cells,
    land_nothing,
    name_scales,
    prepare_landing,
    show_cells,
)

_OF_ROW = ("row_line", "row_origin", "row_item_lines", "row_patient")
"""Beside the canonical columns: where a row came from, and whom it is about."""


class RowLanding:
    """Fills the landing tables, and beside them `landing.origins`, `landing.origin_columns` and `landing.faults`.

    Args:
        origins: where rows come from, by their places; may grow until `finish`.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, origins: Sequence[Origin], definitions: Definitions
    ) -> None:
        self._connection, self._origins, self._definitions = connection, origins, definitions
        self._columns: dict[str, list[str]] = {}
        self._n_rows: Counter[str] = Counter()
        self._used: dict[str, set[int]] = {table: set() for table in TABLES}
        prepare_landing(connection)

    def add(self, rows: Rows) -> None:
        """Lands rows."""
        for table in TABLES:
            if own := rows.of(table):
                columns = {**_columns(table, own), **_origin_columns(own)}
                land_cells(self._connection, table, columns)
                known = self._columns.setdefault(table, [])
                known += [name for name in columns if name not in known]
                self._land_faults(table, own)
                self._n_rows[table] += len(own)
                self._used[table] |= {row.origin for row in own}

    def finish(self) -> list[LandedTable]:
        """Shows all that was landed as the landing tables."""
        landed = []
        for table in TABLES:
            if not self._n_rows[table]:
                land_nothing(self._connection, table, self._definitions)
                continue
            columns = [name for name in self._columns[table] if name not in _OF_ROW]
            show_cells(self._connection, table, columns, self._definitions)
            self._connection.execute("insert into landing.files values (?, ?)", [table, table])
            if table != "courses":
                self._connection.execute("insert into landing.clocks values (?, ?, 1, false)", [table, TIME])
            self._land_origins(table)
            landed.append(LandedTable(table, table, self._n_rows[table], self._n_rows[table]))
        name_scales(self._connection, self._definitions)
        return landed

    def _land_faults(self, table: str, rows: Sequence[Row]) -> None:
        faults = [
            (table, line, row.fault.rule, row.fault.column, row.fault.found, row.fault.line)
            for line, row in enumerate(rows, start=self._n_rows[table] + 1)
            if row.fault is not None
        ]
        if faults:
            columns = [list(column) for column in zip(*faults, strict=True)]
            self._connection.execute(
                "insert into landing.faults select unnest($1::varchar[]), unnest($2::bigint[]), unnest($3::varchar[]), "
                "unnest($4::varchar[]), unnest($5::varchar[]), unnest($6::bigint[])",
                columns,
            )

    def _land_origins(self, table: str) -> None:
        used = sorted(self._used[table])
        self._connection.execute(
            f"insert into landing.origins select '{table}', rowid + 1, labels.label, cast(row_line as bigint), "
            "cast(row_origin as integer), cast(row_item_lines as bigint[]), row_patient "
            f"from landing.{table}_text as text inner join "
            "(select unnest($places::integer[]) as place, unnest($labels::varchar[]) as label) as labels "
            "on cast(text.row_origin as integer) = labels.place",
            {"places": used, "labels": [self._origins[place].label for place in used]},
        )
        named = [
            (table, place, name, column) for place in used for name, column in self._origins[place].columns.items()
        ]
        if named:
            self._connection.executemany("insert into landing.origin_columns values (?, ?, ?, ?)", named)


def _columns(table: str, rows: Sequence[Row]) -> dict[str, list[str | None]]:
    names = list(dict.fromkeys(name for row in rows for name in row.cells))
    columns: dict[str, list[str | None]] = {name: [row.cells.get(name) for row in rows] for name in names}
    if table == "scores":
        for number in range(1, max((max(row.items, default=0) for row in rows), default=0) + 1):
            columns[f"item_{number}"] = [row.items.get(number) for row in rows]
        columns["day_resolution"] = ["yes" if row.is_by_day else "no" for row in rows]
    return columns


def _origin_columns(rows: Sequence[Row]) -> dict[str, list[str | None]]:
    return {
        "row_line": [str(row.line) for row in rows],
        "row_origin": [str(row.origin) for row in rows],
        "row_item_lines": [_item_lines(row.item_lines) for row in rows],
        "row_patient": [row.patient for row in rows],
    }


def _item_lines(lines: Mapping[int, int]) -> str | None:
    if not lines:
        return None
    return "[" + ", ".join(str(lines.get(number, "null")) for number in range(1, max(lines) + 1)) + "]"
