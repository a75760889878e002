"""A pack while its sections are written: its cuts, its released rows, and the tables entered so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.reports.pack import PackTable
from pipelines.words.report import release_note

if TYPE_CHECKING:
    from pipelines.reports.compose_cuts import Cuts
    from pipelines.reports.compose_rows import Rows


class Draft:
    """What every section is written from and into.

    Attributes:
        cuts: which courses stand behind what.
        rows: released, by the names of tables.
    """

    def __init__(self, cuts: Cuts, rows: Rows) -> None:
        self.cuts, self.rows = cuts, rows
        self._tables: dict[str, PackTable] = {}

    @property
    def tables(self) -> Mapping[str, PackTable]:
        """Those entered, in their order."""
        return dict(self._tables)

    def enter(self, name: str, title: str, printed: pd.DataFrame, note: str = "", on_paper: str = "") -> str:
        """Enters the table of some released rows and gives its name back."""
        return self.enter_frame(name, title, self.rows[name], printed, note, on_paper)

    def enter_frame(
        self,
        name: str,
        title: str,
        frame: pd.DataFrame,
        printed: pd.DataFrame,
        note: str = "",
        on_paper: str = "",
    ) -> str:
        """Enters a table and gives its name back.

        Args:
            name: in the pack.
            title: what it holds.
            frame: the released rows.
            printed: the same to read.
            note: on all of it.
            on_paper: on what is printed alone.

        Raises:
            KeyError: there is one of that name.
        """
        if name in self._tables:
            raise KeyError(f"two tables are named {name}")
        notes = " ".join(text for text in (note, release_note(frame)) if text)
        self._tables[name] = PackTable(name, title, frame.reset_index(drop=True), printed, notes, on_paper)
        return name

    def together(self, names: Sequence[str]) -> pd.DataFrame:
        """Released rows of several names, one below the other."""
        return pd.concat([self.rows[name] for name in names], ignore_index=True)
