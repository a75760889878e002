"""Which columns of the landing tables are searched for identifiers, and for which kinds.

Every text that an import may keep is: ids, sites, codes, scale names and attributes. Numbers are not: they are checked
by their ranges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from pipelines.definitions import Definitions
from pipelines.privacy.identifiers import IdentifierReader
from pipelines.sources.landing import ATTRIBUTE_PREFIX, TABLES
from pipelines.sources.mapping.allowances import text_columns

_ORIGIN = "row_origin"
"""Where rows come from, as sources with dates land it (`dated/landing.py`)."""
_PATIENT = "row_patient"
"""Whom a row is about; it tells more than ids of courses where a row names none."""
Role = Literal["id", "code", "text", "unknown"]
"""What becomes of a column's cells: ids and text are kept as they are, of codes only those of a list; unknown columns
have come this far because their name means an identifier."""


@dataclass(frozen=True)
class SearchedColumn:
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


def searched_columns(
    connection: duckdb.DuckDBPyConnection, reader: IdentifierReader, definitions: Definitions
) -> Iterator[SearchedColumn]:
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
            yield SearchedColumn(
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
