"""Writes accepted rows as canonical CSV files, from which an import takes in the same rows again."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.definitions import Definitions
from pipelines.formula_guard import guarded
from pipelines.sources.landing import ATTRIBUTE_PREFIX
from pipelines.sql.literals import literal
from pipelines.sql.runner import run_models

_ORDER = {
    "courses": "course_id",
    "infusions": "course_id, cast(minutes_from_start as integer)",
    "scores": "course_id, cast(coalesce(minutes_from_start, days_from_start) as integer), scale, rater, timing",
}
_NEEDED = {
    "courses": ("course_id", "conditions"),
    "infusions": ("course_id", "minutes_from_start"),
    "scores": ("course_id", "scale", "total"),
}
_TEXTS = ("course_id", "patient_id", "site")
_ROWS_AT_ONCE = 10_000


def write_canonical(
    connection: duckdb.DuckDBPyConnection, folder: Path, tables: Sequence[str], definitions: Definitions
) -> dict[str, int]:
    """Writes `courses.csv`, `infusions.csv` and `scores.csv`, for their owner alone (0600).

    Columns that no row fills are left out. A text that a spreadsheet would run has an apostrophe in front, which an
    import takes off again (`formula_guard.py`).

    Args:
        connection: a database with rows judged.
        folder: where none of the files is yet.
        tables: those that the export gave.

    Returns:
        The rows written, by table.
    """
    run_models(connection, ["canonical"])
    return {table: _write(connection, folder / f"{table}.csv", table, definitions) for table in tables}


def _write(connection: duckdb.DuckDBPyConnection, path: Path, table: str, definitions: Definitions) -> int:
    cells = _filled_cells(connection, table, definitions)
    query = ", ".join(f'{expression} as "{column}"' for column, expression in cells.items())
    found = connection.execute(f"select {query} from canonical.{table} order by {_ORDER[table]}")
    is_text = [column in _TEXTS or column.startswith(ATTRIBUTE_PREFIX) for column in cells]
    n_rows = 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(cells)
        while rows := found.fetchmany(_ROWS_AT_ONCE):
            writer.writerows(
                [guarded(cell) if cell and is_guarded else cell for cell, is_guarded in zip(row, is_text, strict=True)]
                for row in rows
            )
            n_rows += len(rows)
    return n_rows


def _filled_cells(connection: duckdb.DuckDBPyConnection, table: str, definitions: Definitions) -> dict[str, str]:
    """The columns of a file and the expression of each: those that a file must have, and those that a row fills."""
    cells = _cells(connection, table, definitions)
    counts = connection.execute(
        f"select {', '.join(f'count({expression})' for expression in cells.values())} from canonical.{table}"
    ).fetchone()
    assert counts is not None
    filled = {column for column, n_filled in zip(cells, counts, strict=True) if n_filled} | set(_NEEDED[table])
    if not filled & {"minutes_from_start", "days_from_start"}:
        filled.add("minutes_from_start")
    return {column: expression for column, expression in cells.items() if column in filled}


def _cells(connection: duckdb.DuckDBPyConnection, table: str, definitions: Definitions) -> dict[str, str]:
    described = connection.execute(f"describe canonical.{table}").fetchall()
    cells = {str(row[0]): f'"{row[0]}"' for row in described}
    if table == "courses":
        del cells["attributes"]
        names = connection.execute(
            "select distinct unnest(map_keys(attributes)) as name from canonical.courses order by name"
        ).fetchall()
        cells |= {f"{ATTRIBUTE_PREFIX}{name}": f"attributes[{literal(name)}]" for (name,) in names}
    if table == "scores":
        del cells["items"]
        n_items = max((scale.items.count for scale in definitions.scales.values() if scale.items), default=0)
        cells |= {f"item_{number}": f"items[{number}]" for number in range(1, n_items + 1)}
    return cells
