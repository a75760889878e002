"""What every source offers an import, whatever its format."""

from __future__ import annotations

from typing import Protocol

import duckdb

from pipelines.definitions import Definitions
from pipelines.sources.landing import LandedTable


class Source(Protocol):
    """One export that has been found and not yet read.

    Attributes:
        content_hash: SHA-256 over all that decides what the export gives: files, and mapping where there is one.
        file_names: for messages; never with a folder.
        unread: files beside the export's own that are not read.
    """

    @property
    def content_hash(self) -> str: ...  # noqa: D102

    @property
    def file_names(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def unread(self) -> tuple[str, ...]: ...  # noqa: D102

    def land(self, connection: duckdb.DuckDBPyConnection, definitions: Definitions) -> list[LandedTable]:
        """Fills the landing tables (`sources/landing.py`) as text.

        Raises:
            FileRefused: a file is not what its name says.
        """
        ...
