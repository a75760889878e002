"""Runs the SELECTs of a schema folder: each becomes the table of its name, in the order they need.

`sql/<schema>/<table>.sql` becomes `<schema>.<table>`. The order is found from the FROM clauses; parameters
are tables under `ref`. A model whose header says `Kept as: view` becomes a view: cheap to compute, read seldom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Literal

import duckdb
import sqlglot
from sqlglot import exp

from pipelines.errors import nearest_name

FOLDER = Path(__file__).parent


class ModelError(Exception):
    """A model reads a table that nothing makes, or models read each other in a circle: a bug, not an input."""


@dataclass(frozen=True)
class Model:
    """One SELECT: `table` is `schema.name`, `kind` table or view, `reads` the tables named in its FROM clauses."""

    table: str
    kind: Literal["table", "view"]
    query: str
    reads: frozenset[str]


def read_models(schemas: Iterable[str], folder: Path = FOLDER) -> list[Model]:
    """All models of the schemas, unordered."""
    return [
        _read_model(f"{schema}.{path.stem}", path.read_text(encoding="utf-8"))
        for schema in schemas
        for path in sorted((folder / schema).glob("*.sql"))
    ]


def count_models(schemas: Iterable[str], folder: Path = FOLDER) -> int:
    """How many tables the schemas make."""
    return sum(len(list((folder / schema).glob("*.sql"))) for schema in schemas)


def ordered(models: Iterable[Model], existing: Iterable[str]) -> list[Model]:
    """The models in an order in which every table exists before it is read.

    Raises:
        ModelError: naming a table that is missing, and the nearest there is; or a circle.
    """
    by_table = {model.table: model for model in models}
    known = set(existing) | set(by_table)
    for model in by_table.values():
        for table in sorted(model.reads - known):
            nearest = nearest_name(table, known)
            hint = f"; the nearest there is: {nearest}" if nearest else ""
            raise ModelError(f"{model.table} reads {table}, which nothing makes{hint}")
    graph = {table: model.reads & by_table.keys() for table, model in sorted(by_table.items())}
    try:
        return [by_table[table] for table in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise ModelError(f"models read each other in a circle: {' -> '.join(error.args[1])}") from None


def run_models(
    connection: duckdb.DuckDBPyConnection,
    schemas: Iterable[str],
    report: Callable[[str], None] = lambda _table: None,
) -> list[str]:
    """Makes every table of the schemas and returns their names in the order made.

    Args:
        connection: holds the tables that the models read and they do not make themselves.
        schemas: folders under `sql/`; made as schemas where missing.
        report: is called with each table's name before it is made.
    """
    schemas = list(schemas)
    existing = {f"{schema}.{name}" for schema, name in connection.execute(_EXISTING).fetchall()}
    models = ordered(read_models(schemas), existing)
    for schema in schemas:
        connection.execute(f"create schema if not exists {schema}")
    for model in models:
        report(model.table)
        connection.execute(f"create {model.kind} {model.table} as {model.query}")
    return [model.table for model in models]


_VIEW_HEADER = "-- Kept as: view\n"
_EXISTING = "select table_schema, table_name from information_schema.tables"


def _read_model(table: str, query: str) -> Model:
    tree = sqlglot.parse_one(query, dialect="duckdb")
    reads = {f"{source.db}.{source.name}" for source in tree.find_all(exp.Table) if source.db}
    return Model(table, "view" if _VIEW_HEADER in query else "table", query, frozenset(reads))
