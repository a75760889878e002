"""Where the landing tables hold identifiers: by the names of their columns, and by what cells hold.

DuckDB finds the cells that may hold one; what only check digits tell is looked at here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.privacy.identifiers import BLANKS, DASHES, FREE_TEXT, NAME, IdentifierReader, plain
from pipelines.sources.identifier_columns import SearchedColumn
from pipelines.sources.landing import count_rows
from pipelines.sql.literals import literal

_SHAPE = "'^text[, ]'"
"""How a source describes a cell that it does not tell."""


@dataclass(frozen=True)
class Place:
    """Where one kind of identifier is.

    Attributes:
        file, name: the file, and what it calls the column.
        column: the canonical column.
        is_by_name: whether the column's name says so, whatever its cells hold.
    """

    file: str
    name: str
    column: str
    kind: str
    is_by_name: bool


def found_in(
    connection: duckdb.DuckDBPyConnection, reader: IdentifierReader, column: SearchedColumn, *, is_pseudonym: bool
) -> Counter[Place]:
    """How many cells of a column hold each kind, or stand in a column of such a name."""
    found: Counter[Place] = Counter()

    def add(origin: int | None, kind: str, n: int, *, is_by_name: bool = False) -> None:
        file, name = column.names[origin]
        found[Place(file, name, column.canonical, kind, is_by_name)] += n

    by_name: dict[int | None, str] = {}
    if column.role != "code" and not is_pseudonym:
        for origin, (_, name) in column.names.items():
            if (kind := reader.kind_of_name(name)) is not None and kind not in column.skipped:
                by_name[origin] = kind
    for origin, kind in by_name.items():
        if reader.identifiers.kinds[kind].permitted is None:
            add(origin, kind, _n_filled(connection, column, origin), is_by_name=True)
        else:
            for value, n in _values(connection, column, origin):
                if not reader.permits(kind, plain(value)):
                    add(origin, kind, n)
    long_cells: dict[int | None, Counter[str]] = {}
    for value, origin, n, kinds in _suspects(connection, reader, column):
        text = plain(value)
        for kind in reader.kinds_of_cell(text, kinds):
            if by_name.get(origin) != kind:
                add(origin, kind, n)
        if column.role == "text" and reader.is_long(text):
            long_cells.setdefault(origin, Counter())[text] += n
    for origin, cells in long_cells.items():
        if FREE_TEXT not in column.skipped and (n := reader.n_free_text(cells)):
            add(origin, FREE_TEXT, n)
    if column.role == "text" and NAME not in column.skipped:
        for origin, n in _names_of_people(connection, reader, column):
            if by_name.get(origin) != NAME:
                add(origin, NAME, n)
    kinds_in_order = list(reader.identifiers.kinds)
    return Counter(dict(sorted(found.items(), key=lambda entry: (entry[0].file, kinds_in_order.index(entry[0].kind)))))


def _suspects(
    connection: duckdb.DuckDBPyConnection, reader: IdentifierReader, column: SearchedColumn
) -> Iterator[tuple[str, int | None, int, list[str]]]:
    """Different values that may hold an identifier or are long: origin, how often they stand there, and which kinds."""
    is_suspect = f"regexp_matches({_PLAIN}, {literal(reader.expression(column.kinds))})"
    if column.role == "text":
        rule = reader.identifiers.free_text
        is_suspect += (
            f" or length(value) >= {rule.long_from} or regexp_matches({_PLAIN}, {literal(rule.two_sentences)})"
        )
    connection.execute(
        "create table landing.suspects as select value, origin, n "
        f"from (select value, origin, count(*) as n from {column.relation} group by all) where {is_suspect}"
    )
    if count_rows(connection, "landing.suspects"):
        # The kinds are found by DuckDB, because there may be as many suspects as rows.
        yield from _streamed(
            connection, f"select value, origin, n, {_kinds_in_value(reader, column.kinds)} from landing.suspects"
        )
    connection.execute("drop table landing.suspects")


def _kinds_in_value(reader: IdentifierReader, kinds: Sequence[str]) -> str:
    """The expression of the kinds whose patterns find something in a value; check digits are not looked at."""
    tests = ", ".join(
        f"case when regexp_matches({_PLAIN}, {literal(reader.expression([kind]))}) then {literal(kind)} end"
        for kind in kinds
    )
    return f"list_filter([{tests}], lambda kind: kind is not null)"


def _values(
    connection: duckdb.DuckDBPyConnection, column: SearchedColumn, origin: int | None
) -> Iterator[tuple[str, int]]:
    yield from _streamed(
        connection,
        f"select value, count(*) from {column.relation} where origin is not distinct from $origin group by value",
        {"origin": origin},
    )


def _n_filled(connection: duckdb.DuckDBPyConnection, column: SearchedColumn, origin: int | None) -> int:
    row = connection.execute(
        f"select count(*) from {column.relation} where origin is not distinct from $origin", {"origin": origin}
    ).fetchone()
    assert row is not None
    return int(row[0])


def _names_of_people(
    connection: duckdb.DuckDBPyConnection, reader: IdentifierReader, column: SearchedColumn
) -> Iterator[tuple[int | None, int]]:
    """The origins of which the column holds names of people, and how many cells are shaped like them."""
    shape = literal(reader.identifiers.names_of_people.matches)
    counted = connection.execute(
        "select origin, count(*), sum(n), count(*) filter (where is_shaped), sum(n) filter (where is_shaped) from "
        f"(select origin, count(*) as n, regexp_matches({_PLAIN}, {shape}) as is_shaped from {column.relation} "
        "group by origin, value) group by origin"
    ).fetchall()
    for origin, n_values, n_cells, n_shaped_values, n_shaped_cells in counted:
        if reader.are_names(n_values, n_cells, n_shaped_values):
            yield origin, int(n_shaped_cells)


def found_in_faults(connection: duckdb.DuckDBPyConnection, reader: IdentifierReader) -> Counter[Place]:
    """What sources tell of cells in quarantine; shapes of cells are not values."""
    kinds = reader.kinds_with_patterns(of_ids=False)
    found: Counter[Place] = Counter()
    for value, table, column, n in _streamed(
        connection,
        "select found as value, table_name, column_name, count(*) from landing.faults "
        f"where found is not null and not regexp_matches(found, {_SHAPE}) "
        f"and regexp_matches(found, {literal(reader.expression(kinds))}) group by all order by all",
    ):
        for kind in reader.kinds_of_cell(plain(value), kinds):
            found[Place(table, column, column, kind, False)] += n
    return found


def _streamed(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None
) -> Iterator[Any]:
    with connection.cursor() as reading:
        found = reading.execute(query, parameters) if parameters else reading.execute(query)
        while rows := found.fetchmany(10_000):
            yield from rows


_PLAIN = (
    "case when strlen(value) = length(value) and value >= '!' and not ends_with(value, ' ') "
    "and not ends_with(value, '\t') and not ends_with(value, '\n') and not ends_with(value, '\r') then value "
    f"else trim(translate(value, {literal(DASHES + BLANKS)}, {literal('-' * len(DASHES) + ' ' * len(BLANKS))})) end"
)
"""A value as `plain` reads it, in SQL; most need nothing, and to translate takes longer than to search."""
