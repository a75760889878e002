"""The canonical source: `courses`, `infusions` and `scores` in the contract's columns, whatever the format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.definitions import Definitions
from pipelines.manifests import Replaces
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.sources.canonical_files import land_file
from pipelines.sources.files import TableFile, content_hash, find_table_files, unread_files
from pipelines.sources.landing import TABLES, LandedTable, land_nothing, name_scales, prepare_landing
from pipelines.sources.mapping.additions import Additions
from pipelines.sources.mapping.allowances import Allowance


@dataclass(frozen=True)
class CanonicalSource:
    """Canonical files, found and not yet read; see `sources/source.py`."""

    files: tuple[TableFile, ...]
    unread: tuple[str, ...]
    content_hash: str
    why_unread: str = "not named like a table"
    replaces: Replaces = "course"
    why_crosswalk: None = None
    allowances: tuple[Allowance, ...] = ()

    @property
    def file_names(self) -> tuple[str, ...]:
        """The files' names, without their folders."""
        return tuple(file.name for file in self.files)

    def land(
        self,
        connection: duckdb.DuckDBPyConnection,
        definitions: Definitions,
        crosswalk: Crosswalk | None,  # noqa: ARG002
    ) -> list[LandedTable]:
        """Fills the landing tables; see `land_canonical`."""
        return land_canonical(connection, self.files, definitions)


def find_canonical(paths: Iterable[Path], additions: Additions | None = None) -> CanonicalSource:
    """The canonical files among the paths; a folder stands for the files in it.

    Args:
        additions: what a mapping states of them.

    Raises:
        FileRefused: a path is missing, a folder holds no table, a name is no table's, or a table comes twice.
    """
    paths = tuple(paths)
    files = tuple(find_table_files(paths, TABLES))
    digest, allowances = content_hash(files), additions.allow if additions is not None else ()
    if additions is not None:
        digest = hashlib.sha256(f"{digest}\0{additions.model_dump_json()}".encode()).hexdigest()
    return CanonicalSource(files, tuple(unread_files(paths, files)), digest, allowances=allowances)


def land_canonical(
    connection: duckdb.DuckDBPyConnection, files: Sequence[TableFile], definitions: Definitions
) -> list[LandedTable]:
    """Lands canonical files as text.

    Args:
        files: at most one for each table; an absent table is landed empty.

    Raises:
        FileRefused: a file is empty, truncated, of another delimiter or encoding, lacks a required column, or
            has a column that the contract does not know (a misspelt one would otherwise be lost in silence).
    """
    prepare_landing(connection)
    landed = []
    by_table = {file.table: file for file in files}
    for table in TABLES:
        if table in by_table:
            landed.append(land_file(connection, by_table[table], definitions))
        else:
            land_nothing(connection, table, definitions)
    name_scales(connection, definitions)
    return landed
