"""The landing tables: what every source fills, as trimmed text, before any value is judged.

`landing.courses`, `landing.infusions` and `landing.scores` hold one row for each record of the source, every
canonical column as VARCHAR (blank is NULL) and `line`, where the record stands in its file. Beside them:
`landing.files`, `landing.clocks` (the unit of time of each table) and `landing.scale_names` (each scale name
found, and which scale it is) and `landing.notes` (sentences that the import passes on).

Where one line of a source gives several rows, or several lines one, `line` is only the key of a row:
`landing.origins` tells where it came from (and whom it is about, where a patient key tells), `landing.origin_columns`
from which columns, and `landing.source_lines` counts. `landing.faults` holds what a source found wrong with a row that
no landed cell shows, such as a date that cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from pipelines.definitions import Definitions
from pipelines.definitions.bases import MINUTES_PER_DAY, MINUTES_PER_HOUR
from pipelines.formula_guard import GUARDED_CELL
from pipelines.manifests import SourceLines
from pipelines.sources.scale_names import near_miss
from pipelines.sql.literals import literal

TABLES = ("courses", "infusions", "scores")
MINUTES_PER_UNIT: Mapping[str, int] = {
    "minutes_from_start": 1,
    "hours_from_start": MINUTES_PER_HOUR,
    "days_from_start": MINUTES_PER_DAY,
}
ATTRIBUTE_PREFIX = "attr_"
SYNTHETIC_ATTRIBUTE = "synthetic"
_OUTER_BLANK = "'^[\\s\u00a0]|[\\s\u00a0]$'"
_BLANKS = "' \t\r\n\u00a0'"


@dataclass(frozen=True)
class LandedTable:
    """One table as its source gave it.

    Attributes:
        table: `courses`, `infusions` or `scores`.
        file_name: for messages; never with a folder.
        n_records: records in the source, without the header.
        n_rows: records that gave a row; the others were blank.
    """

    table: str
    file_name: str
    n_records: int
    n_rows: int


@dataclass(frozen=True)
class TextSource:
    """Text to be landed.

    Attributes:
        table: `courses`, `infusions` or `scores`.
        file_name: for messages; never with a folder.
        relation: a FROM item that gives `columns` as VARCHAR, in the order of the file.
        columns: the column names found, canonical ones and attributes.
        first_line: where the first record stands, if each record is one line.
        has_blanks: whether a cell may begin or end with blanks.
        has_apostrophes: whether a text may have one in front because a spreadsheet would run it.
    """

    table: str
    file_name: str
    relation: str
    columns: tuple[str, ...]
    first_line: int
    has_blanks: bool
    has_apostrophes: bool = False


def prepare_landing(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the schema `landing` with its small tables, still empty."""
    connection.execute("create schema landing")
    connection.execute("create table landing.files (table_name varchar, file_name varchar)")
    connection.execute(
        "create table landing.clocks "
        "(table_name varchar, time_column varchar, minutes_per_unit integer, is_days boolean)"
    )
    connection.execute("create table landing.notes (note varchar)")
    connection.execute(
        "create table landing.source_lines "
        "(file_name varchar, n_lines bigint, n_filtered bigint, n_without_row bigint, n_rows bigint)"
    )
    connection.execute(
        "create table landing.origins (table_name varchar, line bigint, file_name varchar, source_line bigint, "
        "origin integer, item_lines bigint[], patient varchar)"
    )
    connection.execute(
        "create table landing.origin_columns "
        "(table_name varchar, origin integer, column_name varchar, source_column varchar)"
    )
    connection.execute(
        "create table landing.faults "
        "(table_name varchar, line bigint, rule varchar, column_name varchar, found varchar, "
        "source_line bigint)"
    )


def source_lines(connection: duckdb.DuckDBPyConnection) -> list[SourceLines]:
    """How the lines of each file or sheet became rows, where a line is not simply a row."""
    found = connection.execute("select * from landing.source_lines order by rowid")
    names = [column[0] for column in found.description or []]
    return [SourceLines(**dict(zip(names, row, strict=True))) for row in found.fetchall()]


def add_note(connection: duckdb.DuckDBPyConnection, note: str) -> None:
    """Keeps a sentence that the user should read, such as an encoding that was recognised; never with a value."""
    connection.execute("insert into landing.notes values (?)", [note])


def land_text(connection: duckdb.DuckDBPyConnection, source: TextSource) -> int:
    """Lands the text of one table as it is and returns the number of records."""
    connection.execute(f"create table landing.{source.table}_text as select * from {source.relation}")
    return count_rows(connection, f"landing.{source.table}_text")


def land_cells(connection: duckdb.DuckDBPyConnection, table: str, cells: Mapping[str, list[str | None]]) -> None:
    """Lands columns of equal length as text of one table, in place of `land_text`; called again, it adds to them."""
    import pandas as pd

    frame = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in cells.items()})
    texts = ", ".join(f'cast("{name}" as varchar) as "{name}"' for name in cells)
    columns = ", ".join(f'"{name}" varchar' for name in cells)
    connection.execute(f"create table if not exists landing.{table}_text ({columns})")
    for name in cells:
        connection.execute(f'alter table landing.{table}_text add column if not exists "{name}" varchar')
    with connection.cursor() as loading:
        loading.register("cells_to_land", frame)
        loading.execute(f"insert into landing.{table}_text by name select {texts} from cells_to_land")


def show_rows(
    connection: duckdb.DuckDBPyConnection,
    source: TextSource,
    n_records: int,
    record_lines: list[int] | None,
    definitions: Definitions,
) -> LandedTable:
    """Makes the landing table of the text that was landed: records that are not blank, cells without outer blanks.

    Args:
        record_lines: the line of each record, if records are not simply one line after the other.
    """
    table = source.table
    line, positions = f"text.rowid + {source.first_line}", ""
    if record_lines is not None:
        connection.execute(
            f"create table landing.{table}_lines as "
            "select unnest(range(len($lines))) as record, unnest($lines::bigint[]) as line",
            {"lines": record_lines},
        )
        line, positions = "lines.line", f"inner join landing.{table}_lines as lines on lines.record = text.rowid"
    text = _unguarded_cells(connection, source, _cells(connection, source), definitions)
    names = _landed_names(table, definitions)
    cells = ", ".join(f"{_landed_cell(name, text)} as {name}" for name in names)
    connection.execute(
        f"create view landing.{table} as select {line} as line, {cells} "
        f"from landing.{table}_text as text {positions} where {_has_content(table, text)}"
    )
    connection.execute("insert into landing.files values (?, ?)", [table, source.file_name])
    time_column = next((column for column in source.columns if column in MINUTES_PER_UNIT), None)
    if time_column is not None:
        unit = MINUTES_PER_UNIT[time_column]
        connection.execute(
            "insert into landing.clocks values (?, ?, ?, ?)", [table, time_column, unit, unit == MINUTES_PER_DAY]
        )
    return LandedTable(table, source.file_name, n_records, n_rows=count_rows(connection, f"landing.{table}"))


def show_cells(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str], definitions: Definitions
) -> None:
    """Makes the landing table of cells that are trimmed and each a row already; `line` counts from 1."""
    plain = {column: f'text."{column}"' for column in columns}
    cells = ", ".join(f"{_landed_cell(name, plain)} as {name}" for name in _landed_names(table, definitions))
    connection.execute(
        f"create view landing.{table} as select text.rowid + 1 as line, {cells} from landing.{table}_text as text"
    )


def _cells(connection: duckdb.DuckDBPyConnection, source: TextSource) -> dict[str, str]:
    """For each column the expression of its cell; outer blanks are cut off where any cell of the column has them."""
    plain = {column: f'text."{column}"' for column in source.columns}
    if not source.has_blanks:
        return plain
    tests = ", ".join(f"coalesce(bool_or(regexp_matches({cell}, {_OUTER_BLANK})), false)" for cell in plain.values())
    found = connection.execute(f"select {tests} from landing.{source.table}_text as text").fetchone()
    assert found is not None
    return {
        column: f"nullif(trim({cell}, {_BLANKS}), '')" if has_outer_blank else cell
        for (column, cell), has_outer_blank in zip(plain.items(), found, strict=True)
    }


def _unguarded_cells(
    connection: duckdb.DuckDBPyConnection, source: TextSource, cells: Mapping[str, str], definitions: Definitions
) -> dict[str, str]:
    """The cells without the apostrophe that keeps a spreadsheet from running a text (`formula_guard.py`).

    Codes and numbers have none: there an apostrophe is a mistake, and judged as one.
    """
    rules = definitions.columns.of(source.table)
    texts = [
        name
        for name in cells
        if name.startswith(ATTRIBUTE_PREFIX) or (name in rules and rules[name].kind in ("id", "text"))
    ]
    if not (source.has_apostrophes and texts):
        return dict(cells)
    tests = ", ".join(f"coalesce(bool_or(regexp_matches({cells[name]}, $guarded)), false)" for name in texts)
    found = connection.execute(
        f"select {tests} from landing.{source.table}_text as text", {"guarded": GUARDED_CELL}
    ).fetchone()
    assert found is not None
    guarded = literal(GUARDED_CELL)
    return {
        **cells,
        **{
            name: f"case when regexp_matches({cells[name]}, {guarded}) then {cells[name]}[2:] else {cells[name]} end"
            for name, has_guarded in zip(texts, found, strict=True)
            if has_guarded
        },
    }


def land_nothing(connection: duckdb.DuckDBPyConnection, table: str, definitions: Definitions) -> None:
    """An empty landing table, for a source that lacks it."""
    cells = ", ".join(f"{_landed_cell(name, {})} as {name}" for name in _landed_names(table, definitions))
    connection.execute(f"create view landing.{table} as select 0::bigint as line, {cells} where false")


def name_scales(connection: duckdb.DuckDBPyConnection, definitions: Definitions) -> None:
    """`landing.scale_names`: for each scale name found, its place (tracked, near_miss, not_tracked) and scale."""
    connection.execute(
        "create table landing.scale_names (name varchar, place varchar, scale scale_name, suggestion varchar)"
    )
    found = connection.execute("select distinct scale from landing.scores where scale is not null").fetchall()
    for (name,) in sorted(found):
        suggestion = None if name in definitions.scales else near_miss(name, definitions.scales)
        place = "tracked" if name in definitions.scales else "near_miss" if suggestion else "not_tracked"
        connection.execute(
            "insert into landing.scale_names values (?, ?, ?, ?)",
            [name, place, name if place == "tracked" else None, suggestion],
        )


def _landed_names(table: str, definitions: Definitions) -> list[str]:
    names = list(definitions.columns.of(table))
    return names + {"courses": ["attributes"], "infusions": ["time"], "scores": ["time", "items"]}[table]


def _landed_cell(name: str, cells: Mapping[str, str]) -> str:
    """The expression of one column of a landing table, from the expressions of the columns found."""
    if name == "attributes":
        entries = ", ".join(
            f"{{'key': '{column.removeprefix(ATTRIBUTE_PREFIX)}', 'value': {cell}}}"
            for column, cell in sorted(cells.items())
            if column.startswith(ATTRIBUTE_PREFIX)
        )
        if not entries:
            return "cast(map {} as map(varchar, varchar))"
        return f"map_from_entries(list_filter([{entries}], lambda entry: entry.value is not null))"
    if name == "items":
        numbers = [_item_number(column) for column in item_columns(cells)]
        places = range(1, max(numbers, default=0) + 1)
        return f"[{', '.join(cells.get(f'item_{n}', 'null') for n in places)}]" if numbers else "null::varchar[]"
    if name == "time":
        name = next((column for column in cells if column in MINUTES_PER_UNIT), name)
    return cells.get(name, "null::varchar")


def _has_content(table: str, cells: Mapping[str, str]) -> str:
    """A record is a row if any cell of it is filled; a score only if it has a total or an item."""
    tested = [*item_columns(cells), *(["total"] if "total" in cells else [])] if table == "scores" else cells
    return "coalesce(" + ", ".join(cells[column] for column in tested) + ", null) is not null"


def item_columns(columns: Iterable[str]) -> list[str]:
    """`item_1`, `item_2` ... in numeric order."""
    items = [column for column in columns if re.fullmatch(r"item_[1-9]\d?", column)]
    return sorted(items, key=_item_number)


def _item_number(column: str) -> int:
    return int(column.removeprefix("item_"))


def count_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    """The number of rows of what may stand behind FROM: a table, with a WHERE clause or not."""
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    assert row is not None
    return int(row[0])
