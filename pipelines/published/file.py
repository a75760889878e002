"""A snapshot's published file, opened read-only, and how queries are put to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb
from pydantic import ValidationError

from pipelines.definitions import Definitions
from pipelines.errors import StoreDamaged
from pipelines.manifests import SnapshotManifest
from pipelines.published.answers import Answers
from pipelines.published.scope import Scope
from pipelines.settings import Settings

if TYPE_CHECKING:
    import pandas as pd


class PublishedFile:
    """The published counts of one snapshot.

    One connection lives as long as the object; every query takes a cursor of its own, because a connection
    shared between threads mixes up their results.

    Args:
        path: `published.duckdb` of a snapshot.

    Attributes:
        scope: the sites that its counts are of; the whole program as it is opened.

    Raises:
        StoreDamaged: the file cannot be opened, or another version of this program made it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.scope = Scope()
        self._answers = Answers()
        try:
            self._connection = duckdb.connect(str(path), read_only=True)
            row = self._connection.execute("select manifest, settings, definitions from about").fetchone()
        except duckdb.Error:
            raise _unreadable(path) from None
        assert row is not None
        try:
            self.manifest = SnapshotManifest.model_validate_json(row[0])
            self.settings = Settings.model_validate_json(row[1])
            self.definitions = Definitions.model_validate_json(row[2])
        except ValidationError:
            self._connection.close()
            raise StoreDamaged(
                f"Snapshot {path.parent.name} was made by another version of this program, which this one cannot read. "
                "Run `outcomes build` to make it anew."
            ) from None

    def close(self) -> None:
        """Closes the file, for what was given of it by `within` too."""
        self._connection.close()

    def within(self, sites: Iterable[str]) -> Self:
        """The same snapshot as if it had only ever held these sites; shares the connection.

        Manifest, settings and definitions are those of the program, and so is how far its sources were filled in.
        """
        return self._under(self.scope.within(sites))

    def beyond(self) -> Self:
        """The same snapshot as if it had only ever held the sites beyond the scope, for `results/rest.py` alone."""
        return self._under(self.scope.outside())

    def _under(self, scope: Scope) -> Self:
        view = object.__new__(type(self))  # a copy would keep what was remembered of the sites left out
        view._path, view._connection, view._answers = self._path, self._connection, self._answers
        view.manifest, view.settings, view.definitions = self.manifest, self.settings, self.definitions
        view.scope = scope
        return view

    def _rows(self, query: str, parameters: dict[str, object] | None = None) -> Sequence[tuple[Any, ...]]:
        def ask() -> tuple[tuple[Any, ...], ...]:
            with self._reading() as cursor:
                return tuple(cursor.execute(query, parameters or {}).fetchall())

        return self._answers.of(f"rows: {query}", parameters or {}, ask)

    def _frame(self, query: str, parameters: dict[str, object]) -> pd.DataFrame:
        def ask() -> pd.DataFrame:
            with self._reading() as cursor:
                return cursor.execute(query, parameters).df()

        # Pandas copies on writing, so that nobody changes what another is given.
        return self._answers.of(f"frame: {query}", parameters, ask).copy(deep=False)

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own; a file that opens may still be damaged further on."""
        try:
            yield self._connection.cursor()
        except (duckdb.IOException, duckdb.SerializationException):
            raise _unreadable(self._path) from None


def _unreadable(path: Path) -> StoreDamaged:
    return StoreDamaged(
        f"The snapshot file {path.parent.name}/{path.name} cannot be read. Run `outcomes build` to make it again."
    )
