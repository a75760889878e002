"""What every source offers an import, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import duckdb

from pipelines.definitions import Definitions
from pipelines.manifests import Replaces
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.sources.landing import LandedTable
from pipelines.sources.mapping.allowances import Allowance


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
        why_crosswalk: why its record numbers need a crosswalk, as the beginning of a sentence; None if it has none.
        allowances: what its mapping states to look like an identifier and to be none.
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

    @property
    def why_crosswalk(self) -> str | None: ...  # noqa: D102

    @property
    def allowances(self) -> Sequence[Allowance]: ...  # noqa: D102

    def land(
        self, connection: duckdb.DuckDBPyConnection, definitions: Definitions, crosswalk: Crosswalk | None
    ) -> list[LandedTable]:
        """Fills the landing tables (`sources/landing.py`) as text.

        Args:
            crosswalk: gives the pseudonyms of record numbers; None where `why_crosswalk` is.

        Raises:
            FileRefused: a file is not what its name says.
        """
        ...
