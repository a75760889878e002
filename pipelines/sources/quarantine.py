"""What imports refused, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from pipelines.store import Store


@dataclass(frozen=True)
class QuarantinedRow:
    """One refused row: where it stands, the rule it broke, and what was found (a number, or a text's length)."""

    source: str
    file_name: str
    line: int
    rule: str
    column: str
    found: str
    suggestion: str | None


def quarantined_rows(store: Store, rule: str | None = None) -> Iterator[QuarantinedRow]:
    """Every row in quarantine, by rule, file and line; `rule` keeps one rule."""
    connection = duckdb.connect()
    rows: list[QuarantinedRow] = []
    batches = store.batches()
    live = {(batch.source, batch.content_hash) for batch in batches if batch.is_live}
    for batch in batches:
        if not batch.is_live and (batch.source, batch.content_hash) in live:
            continue  # the same files were accepted later on
        path = store.batch_file(batch.id, "quarantine")
        found = connection.execute(
            "select file_name, line, rule, column_name, found, suggestion from read_parquet($path)",
            {"path": str(path)},
        ).fetchall()
        rows += [QuarantinedRow(batch.source, *row) for row in found]
    connection.close()
    for row in sorted(rows, key=lambda row: (row.rule, row.source, row.file_name, row.line)):
        if rule is None or row.rule == rule:
            yield row
