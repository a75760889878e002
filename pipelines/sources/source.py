"""What every source offers an import, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import duckdb

from pipelines.definitions import Definitions
from pipelines.manifests import Replaces
from pipelines.sources.landing import LandedTable


class Source(Protocol):
    """One export that has been found and not yet read.

    Attributes:
        content_hash: SHA-256 over all that decides what the export gives: files, and mapping where there is one.
        file_names: for messages; never with a folder.
        unread: files beside the export's own that are not read.
        why_unread: why they are not, after "because".
        replaces: what a later export of the same source takes the place of: `course`, a course in each table that
            gives rows of it; `patient`, all courses of each patient that it holds (where the source derives courses
            from dates, a course has no name of its own, and the export must hold all of the patient).
    """

    @property
    def content_hash(self) -> str: ...  # noqa: D102

    @property
    def file_names(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def unread(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def why_unread(self) -> str: ...  # noqa: D102

    @property
    def replaces(self) -> Replaces: ...  # noqa: D102

    def held(
        self, store_folder: Path, patients: Callable[[], Collection[str]], source: str
    ) -> AbstractContextManager[None]:
        """Holds what the source keeps outside the store, such as a crosswalk, against other imports.

        Args:
            patients: gives those that the store holds of the source.
            source: kind and name of it, for messages.
        """
        ...

    def keep(self) -> None:
        """Writes what the source keeps outside the store; called when the batch may stand, just before it is kept."""
        ...

    def land(self, connection: duckdb.DuckDBPyConnection, definitions: Definitions) -> list[LandedTable]:
        """Fills the landing tables (`sources/landing.py`) as text.

        Raises:
            FileRefused: a file is not what its name says.
        """
        ...
