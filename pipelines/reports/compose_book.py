"""The tables of a pack while its sections are written: each is entered once, under a name of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipelines.reports.pack import PackTable

if TYPE_CHECKING:
    import pandas as pd


class Book:
    """Tables by their names, in the order in which sections entered them."""

    def __init__(self) -> None:
        self._tables: dict[str, PackTable] = {}

    @property
    def tables(self) -> Mapping[str, PackTable]:
        """All of them."""
        return dict(self._tables)

    def enter(self, name: str, title: str, frame: pd.DataFrame, printed: pd.DataFrame, note: str = "") -> str:
        """Enters a table and gives its name back.

        Raises:
            KeyError: there is one of that name.
        """
        if name in self._tables:
            raise KeyError(f"two tables are named {name}")
        self._tables[name] = PackTable(name, title, frame.reset_index(drop=True), printed, note)
        return name
