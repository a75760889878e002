"""What imports refused and how to mend it, and what the store keeps although an export no longer holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import duckdb

from pipelines.holdings import Holdings, holdings_of, last_imports
from pipelines.manifests import BatchManifest
from pipelines.sql.literals import literal
from pipelines.store import Store

_COLUMNS = "batch, source, imported_on, file_name, table_name, line, rule, column_name, found, suggestion"
FIRST_PLACES = 10
"""How many places of a rule are shown where all of them are not asked for."""


@dataclass(frozen=True)
class QuarantinedRow:
    """One refused row: where it stands, the rule it broke, and what was found (a short number, or a length).

    Nothing was found (an empty text) where the row was refused for what no cell holds.
    """

    batch: str
    source: str
    imported_on: str
    file_name: str
    table: str
    line: int
    rule: str
    column: str
    found: str
    suggestion: str | None


@dataclass(frozen=True)
class QuarantinedPlace:
    """A cell that is the reason for one or more refused rows: a line with several scores gives several."""

    file_name: str
    line: int
    column: str
    found: str
    suggestion: str | None
    n_rows: int


@dataclass(frozen=True)
class QuarantinedRule:
    """A rule that rows broke, how many did, and the first places where they stand."""

    rule: str
    n_rows: int
    first_places: tuple[QuarantinedPlace, ...]


@dataclass(frozen=True)
class KeptCourse:
    """A course of which the store keeps rows in a table, though the last import that gave the table has none."""

    source: str
    table: str
    course_id: str
    held_since: str


def quarantined_rows(store: Store, rule: str | None = None) -> Iterator[QuarantinedRow]:
    """Every row in quarantine, by rule, source, file and line; `rule` keeps one rule.

    Left out are batches that were taken back, tables that a later import gave again, and a batch that did not count
    whose files were accepted since.
    """
    with closing(duckdb.connect()) as connection:
        yield from _rows(connection, _stored(store), rule)


def quarantined_rules(
    store: Store, rule: str | None = None, n_first: int | None = FIRST_PLACES
) -> list[QuarantinedRule]:
    """The same by rule, those that courses broke first, with the first places of each; None gives all places."""
    with closing(duckdb.connect()) as connection:
        return _rules(connection, _stored(store), rule, n_first)


def rehearsed_quarantine(connection: duckdb.DuckDBPyConnection, batch: BatchManifest) -> list[QuarantinedRule]:
    """What an import that is not kept would quarantine, by rule."""
    return _rules(connection, _in_batch(batch, "accepted.quarantine"), None, FIRST_PLACES)


def kept_courses(store: Store) -> Iterator[KeptCourse]:
    """Courses of which the store keeps rows that the last import of their source and table does not give."""
    batches = store.live_batches()
    with closing(duckdb.connect()) as connection:
        for source, holdings in holdings_of(store, batches).items():
            of_source = [batch for batch in batches if batch.source == source]
            for table, place in _last_replacing(of_source).items():
                query = _kept(holdings, table, place)
                for course_id, position in connection.execute(query).fetchall():
                    yield KeptCourse(source, table, course_id, f"{of_source[position].imported_at:%Y-%m-%d}")


def _last_replacing(batches: Sequence[BatchManifest]) -> dict[str, int]:
    """For each table the position of the last batch that gives it and replaces."""
    return {table.table: place for place, batch in enumerate(batches) if not batch.is_append for table in batch.tables}


def _kept(holdings: Holdings, table: str, place: int) -> str:
    return (
        f"select course_id, min(batch_position) from ({holdings.rows(table)}) group by course_id "
        f"having max(batch_position) < {place} order by course_id"
    )


def _stored(store: Store) -> str:
    batches = [batch for batch in store.batches() if store.retraction(batch.id) is None]
    live = {(batch.source, batch.content_hash) for batch in batches if batch.is_live}
    parts = []
    for batch, tables in last_imports(batches):
        if tables and (batch.is_live or (batch.source, batch.content_hash) not in live):
            path = literal(str(store.batch_file(batch.id, "quarantine")))
            names = ", ".join(literal(table) for table in sorted(tables))
            parts.append(_in_batch(batch, f"read_parquet({path}) where table_name in ({names})"))
    nothing = "select " + ", ".join(f"null as {name.strip()}" for name in _COLUMNS.split(","))
    return " union all ".join(parts) or f"{nothing} where false"


def _in_batch(batch: BatchManifest, relation: str) -> str:
    return (
        f"select {literal(batch.id)} as batch, {literal(batch.source)} as source, "
        f"{literal(f'{batch.imported_at:%Y-%m-%d}')} as imported_on, file_name, table_name, line, rule, column_name, "
        f"found, suggestion from {relation}"
    )


def _rules(
    connection: duckdb.DuckDBPyConnection, relation: str, rule: str | None, n_first: int | None
) -> list[QuarantinedRule]:
    counts = connection.execute(
        f"select rule, count(*) from ({relation}) where $rule is null or rule = $rule group by rule "
        "order by bool_or(table_name = 'courses') desc, rule",
        {"rule": rule},
    ).fetchall()
    return [QuarantinedRule(name, n_rows, _places(connection, relation, name, n_first)) for name, n_rows in counts]


def _places(
    connection: duckdb.DuckDBPyConnection, relation: str, rule: str, n_first: int | None
) -> tuple[QuarantinedPlace, ...]:
    found = connection.execute(
        f"select file_name, line, column_name, found, suggestion, count(*) from ({relation}) where rule = $rule "
        "group by source, batch, file_name, line, column_name, found, suggestion "
        "order by source, file_name, line, batch, column_name, found limit $n_first",
        {"rule": rule, "n_first": n_first},
    ).fetchall()
    return tuple(QuarantinedPlace(*place) for place in found)


def _rows(connection: duckdb.DuckDBPyConnection, relation: str, rule: str | None) -> Iterator[QuarantinedRow]:
    found = connection.execute(
        f"select {_COLUMNS} from ({relation}) where $rule is null or rule = $rule "
        "order by rule, source, file_name, line, batch",
        {"rule": rule},
    )
    while rows := found.fetchmany(10_000):
        for row in rows:
            yield QuarantinedRow(*row)
