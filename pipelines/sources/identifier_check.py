"""Refuses an import whose landed text tells who a person is: by the names of its columns, and by what cells hold.

Every text that an import may keep is looked at before any row is judged: ids, sites, codes, scale names, attributes,
and what a source says that it found. Numbers are not: they are checked by their ranges. A message names file, column,
kind and count, never a value.

Reference: 45 CFR 164.514(b)(2)(i); the rules are `definitions/identifiers.toml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from pipelines.definitions import Definitions
from pipelines.errors import IdentifierFound
from pipelines.manifests import UsedAllowance
from pipelines.privacy.identifiers import BLANKS, DASHES, FREE_TEXT, NAME, IdentifierReader, plain
from pipelines.sources.landing import ATTRIBUTE_PREFIX, TABLES, add_note, count_rows
from pipelines.sources.mapping.allowances import Allowance, text_columns
from pipelines.sources.source import Source
from pipelines.sources.table.columns import told_header
from pipelines.sql.literals import literal

_ORIGIN = "row_origin"
"""Where rows come from, as sources with dates land it (`dated/landing.py`)."""
_PATIENT = "row_patient"
"""Whom a row is about; it tells more than ids of courses where a row names none."""
_SHAPE = "'^text[, ]'"
"""How a source describes a cell that it does not tell."""

Role = Literal["id", "code", "text", "unknown"]
"""What becomes of a column's cells: ids and text are kept as they are, of codes only those of a list; unknown columns
have come this far because their name means an identifier."""


@dataclass(frozen=True)
class _Column:
    """A column of a landing table.

    Attributes:
        kinds: what its cells are searched for.
        skipped: kinds that its own content looks like.
        names: its file and its name there, by the origin of its rows; by None where they have none.
    """

    table: str
    name: str
    role: Role
    kinds: tuple[str, ...]
    skipped: tuple[str, ...]
    names: Mapping[int | None, tuple[str, str]]

    @property
    def relation(self) -> str:
        """Its filled cells and their origins, as `value` and `origin`."""
        origin = f"cast({_ORIGIN} as integer)" if None not in self.names else "null"
        further = "and course_id is null" if self.name == _PATIENT else ""
        return (
            f'(select "{self.name}" as value, {origin} as origin from landing.{self.table}_text '
            f'where "{self.name}" is not null {further})'
        )

    @property
    def canonical(self) -> str:
        """The canonical column that it is, or stands for."""
        return _canonical(self.name)


@dataclass(frozen=True)
class _Place:
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


def refuse_identifiers(connection: duckdb.DuckDBPyConnection, source: Source, definitions: Definitions) -> None:
    """Refuses what was landed if any text of it tells who a person is and its mapping does not state otherwise.

    What the mapping states, and how many cells that concerned, is kept in `landing.allowances` and noted.

    Raises:
        IdentifierFound: with every column and kind.
    """
    reader = IdentifierReader(definitions.identifiers)
    found: Counter[_Place] = Counter()
    for column in _columns(connection, reader, definitions):
        is_pseudonym = column.role == "id" and source.why_crosswalk is not None
        found.update(_found_in(connection, reader, column, is_pseudonym=is_pseudonym))
    found.update(_found_in_faults(connection, reader))
    allowed = {(allowance.column, allowance.kind) for allowance in source.allowances}
    refused = [place for place in found if (place.column, place.kind) not in allowed]
    if refused:
        # Once for each column of a file: course ids may be made of the patients'.
        told = {(place.file, place.name, place.kind): place for place in reversed(refused)}
        raise IdentifierFound(_told(place, found[place], definitions) for place in reversed(told.values()))
    n_cells: Counter[tuple[str, str]] = Counter()
    for place, n in found.items():
        n_cells[place.column, place.kind] += n
    _keep_allowances(connection, source.allowances, n_cells, definitions)


def used_allowances(connection: duckdb.DuckDBPyConnection) -> list[UsedAllowance]:
    """What the mapping of a landed import stated to be no identifier."""
    found = connection.execute("select column_name, kind, reason, reviewed, n_cells from landing.allowances")
    return [
        UsedAllowance(column=column, kind=kind, reason=reason, reviewed=reviewed, n_cells=n)
        for column, kind, reason, reviewed, n in found.fetchall()
    ]


def _columns(
    connection: duckdb.DuckDBPyConnection, reader: IdentifierReader, definitions: Definitions
) -> Iterator[_Column]:
    """The columns to be searched, table by table in the order of their files."""
    ids, _ = text_columns(definitions)
    landed = connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'landing' "
        "order by table_name, ordinal_position"
    ).fetchall()
    for table in TABLES:
        names = [column for name, column in landed if name == f"{table}_text"]
        for name in names:
            if (role := _role(table, name, ids, reader, definitions)) is None:
                continue
            canonical = _canonical(name)
            skipped = reader.identifiers.not_checked.get(canonical, ())
            kinds = reader.kinds_with_patterns(of_ids=role == "id")
            yield _Column(
                table,
                name,
                role,
                tuple(kind for kind in kinds if kind not in skipped),
                skipped,
                _names(connection, table, canonical, has_origins=_ORIGIN in names),
            )


def _canonical(name: str) -> str:
    return "patient_id" if name == _PATIENT else name


def _role(table: str, name: str, ids: Sequence[str], reader: IdentifierReader, definitions: Definitions) -> Role | None:
    """What becomes of a column's cells; None for numbers, and for what the landing itself keeps of a row."""
    if name == _PATIENT:
        return "id"
    rule = definitions.columns.of(table).get(name)
    if rule is not None:
        if rule.kind in ("number", "whole_number"):
            return None
        return "id" if name in ids else "text" if rule.kind == "text" else "code"
    if name.startswith(ATTRIBUTE_PREFIX):
        return "text"
    return "unknown" if reader.kind_of_name(name) is not None else None


def _names(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, *, has_origins: bool
) -> Mapping[int | None, tuple[str, str]]:
    """The file and the name that a column has in it, by origin."""
    if not has_origins:
        file = connection.execute("select file_name from landing.files where table_name = $table", {"table": table})
        return {None: ((file.fetchone() or (table,))[0], column)}
    found = connection.execute(
        "select origins.origin, any_value(origins.file_name), any_value(names.source_column) "
        "from landing.origins as origins left join landing.origin_columns as names "
        "on names.table_name = origins.table_name and names.origin = origins.origin and names.column_name = $column "
        "where origins.table_name = $table group by origins.origin order by origins.origin",
        {"table": table, "column": column},
    ).fetchall()
    return {origin: (file, name or column) for origin, file, name in found}


def _found_in(
    connection: duckdb.DuckDBPyConnection, reader: IdentifierReader, column: _Column, *, is_pseudonym: bool
) -> Counter[_Place]:
    """How many cells of a column hold each kind, or stand in a column of such a name."""
    found: Counter[_Place] = Counter()

    def add(origin: int | None, kind: str, n: int, *, is_by_name: bool = False) -> None:
        file, name = column.names[origin]
        found[_Place(file, name, column.canonical, kind, is_by_name)] += n

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
    connection: duckdb.DuckDBPyConnection, reader: IdentifierReader, column: _Column
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


def _values(connection: duckdb.DuckDBPyConnection, column: _Column, origin: int | None) -> Iterator[tuple[str, int]]:
    yield from _streamed(
        connection,
        f"select value, count(*) from {column.relation} where origin is not distinct from $origin group by value",
        {"origin": origin},
    )


def _n_filled(connection: duckdb.DuckDBPyConnection, column: _Column, origin: int | None) -> int:
    row = connection.execute(
        f"select count(*) from {column.relation} where origin is not distinct from $origin", {"origin": origin}
    ).fetchone()
    assert row is not None
    return int(row[0])


def _names_of_people(
    connection: duckdb.DuckDBPyConnection, reader: IdentifierReader, column: _Column
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


def _found_in_faults(connection: duckdb.DuckDBPyConnection, reader: IdentifierReader) -> Counter[_Place]:
    """What sources tell of cells in quarantine; shapes of cells are not values."""
    kinds = reader.kinds_with_patterns(of_ids=False)
    found: Counter[_Place] = Counter()
    for value, table, column, n in _streamed(
        connection,
        "select found as value, table_name, column_name, count(*) from landing.faults "
        f"where found is not null and not regexp_matches(found, {_SHAPE}) "
        f"and regexp_matches(found, {literal(reader.expression(kinds))}) group by all order by all",
    ):
        for kind in reader.kinds_of_cell(plain(value), kinds):
            found[_Place(table, column, column, kind, False)] += n
    return found


def _keep_allowances(
    connection: duckdb.DuckDBPyConnection,
    allowances: Sequence[Allowance],
    n_cells: Mapping[tuple[str, str], int],
    definitions: Definitions,
) -> None:
    connection.execute(
        "create table landing.allowances "
        "(column_name varchar, kind varchar, reason varchar, reviewed date, n_cells bigint)"
    )
    for allowance in allowances:
        n = n_cells.get((allowance.column, allowance.kind), 0)
        connection.execute(
            "insert into landing.allowances values (?, ?, ?, ?, ?)",
            [allowance.column, allowance.kind, allowance.reason, allowance.reviewed, n],
        )
        words = definitions.identifiers.kinds[allowance.kind].words
        if n:
            add_note(
                connection,
                f"Allowed by the mapping as no {words}: {_cells(n)} of {allowance.column} "
                f"({allowance.reason}; reviewed {allowance.reviewed}).",
            )
        else:
            add_note(
                connection,
                f"The mapping allows {words} in {allowance.column}, and nothing there looks like any. Take the "
                "[[allow]] out.",
            )


def _told(place: _Place, n_cells: int, definitions: Definitions) -> str:
    name = f"'{told_header(place.name)}'" + (f" (as {place.column})" if place.name != place.column else "")
    words = definitions.identifiers.kinds[place.kind].words
    if place.is_by_name:
        return f"{place.file}: {name} is named for {words} ({place.kind}; {_cells(n_cells)} filled)"
    return f"{place.file}: {name} holds {words} ({place.kind}) in {_cells(n_cells)}"


def _cells(n: int) -> str:
    return f"{n:,} cell{'' if n == 1 else 's'}"


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
