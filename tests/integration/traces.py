"""What a folder holds, for a search of it: bytes and names of its files, and the cells of its tables, uncompressed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb


def traces(folder: Path, sought: Collection[str]) -> dict[str, list[str]]:
    """For each text that anything under a folder holds, where; nothing where there is no trace.

    Texts are looked for as UTF-8 and as UTF-16, whatever the case of their letters.
    """
    found: dict[str, list[str]] = {}
    for path, held in contents(folder):
        lowered = held.lower()
        for text in sought:
            if any(text.lower().encode(encoding) in lowered for encoding in ("utf-8", "utf-16-le")):
                found.setdefault(text, []).append(path.name)
    return found


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """For each file and folder its name, its bytes and, where they are kept compressed, its cells."""
    for path in folder.rglob("*"):
        held = [str(path.relative_to(folder)).encode()]
        if path.is_file():
            held += [path.read_bytes(), _cells(path)]
        yield path, b"\n".join(held)


def _cells(path: Path) -> bytes:
    """Every cell of a Parquet file or of a database as text, since both are kept compressed."""
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            return _rows(connection, f"read_parquet('{path}')")
    if path.suffix in (".duckdb", ".db"):
        with duckdb.connect(path, read_only=True) as connection:
            names = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            return b"\n".join(_rows(connection, f'"{schema}"."{name}"') for schema, name in names)
    return b""


def _rows(connection: duckdb.DuckDBPyConnection, relation: str) -> bytes:
    return "\n".join(map(str, connection.execute(f"select columns(*)::varchar from {relation}").fetchall())).encode()
