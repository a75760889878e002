"""A selection beside the rest of the program: its sentences and its lines in grey."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from dashboard.choices import REST
from dashboard.figures.rates import RateLine
from dashboard.figures.series import Series
from dashboard.filters import current_choices
from dashboard.reading import Snapshot
from dashboard.theme import Palette, Style
from dashboard.views.parts import notes, statement_html
from pipelines.filters import Filters
from pipelines.results.rest import table_with_rest
from pipelines.words.catalogue import say
from pipelines.words.rest import about_rest, numbers_with_rest, rest_label, rest_notes, rest_statement
from pipelines.words.statement import Context, Row, Statement, statistic

State = Callable[[pd.DataFrame, str, Context], Statement]
Numbers = Callable[[pd.DataFrame, str, Context], pd.DataFrame]


@dataclass(frozen=True)
class Beside:
    """The rest of the program for the conditions of a page.

    Attributes:
        snapshot: what it is read from.
        filters: the selection.
        conditions: those shown.
        about: what the page's sentences need.
        colours: of the reader's theme.
    """

    snapshot: Snapshot
    filters: Filters
    conditions: Sequence[str]
    about: Context
    colours: Palette

    @property
    def is_asked(self) -> bool:
        """Whether the reader wants it, and the selection leaves a rest."""
        choices = current_choices()
        return choices.beside == REST and bool(self.snapshot.sites or choices.leaves_a_rest)

    def tell(self, measure: str, condition: str, state: State) -> str:
        """The sentence of the rest of one condition, and its finding; none where it is withheld: `explain` says so."""
        if not self.is_asked or condition in (rest := self.snapshot.rest(measure, self.filters)).withheld:
            return ""
        own = rest.table[rest.table["condition"] == condition]
        statement = rest_statement(state(own, condition, about_rest(self.about)), condition, self.about)
        html = statement_html(statement)
        st.html(f'<div class="marked" style="border-color:{self.colours.faint}">{html}</div>')
        return f"{statement.lead}: {statement.finding}"

    def explain(self, measure: str) -> None:
        """What the rest is, and where it is withheld."""
        if self.is_asked:
            withheld = self.snapshot.rest(measure, self.filters).withheld
            shown = [condition for condition in withheld if condition in self.conditions]
            notes(rest_notes(shown, bool(self.snapshot.sites), self.about))

    def series(
        self, measure: str, drawn_groups: Callable[..., tuple[list[str], list[str]]], **how: str
    ) -> list[Series]:
        """A grey line for each condition with enough in its rest."""
        if not self.is_asked:
            return []
        table = self.snapshot.rest(measure, self.filters).table
        drawn = drawn_groups(table, "condition", self.about, **how)[0] if len(table) else []
        return [
            Series(
                self._label(name), table[table["condition"] == name], self._style(name), about=about_rest(self.about)
            )
            for name in self.conditions
            if name in drawn
        ]

    def named(self, selection: Sequence[Series]) -> list[Series]:
        """The lines of the selection; a single condition beside its rest is called the selection."""
        if not self.is_asked or len(self.conditions) > 1:
            return list(selection)
        return [item if item.is_group else replace(item, name=say("rest.selection")) for item in selection]

    def rate_line(self, measure: str, condition: str) -> list[RateLine]:
        """The rate of one condition's rest as a line of its own."""
        if not self.is_asked:
            return []
        table = self.snapshot.rest(measure, self.filters).table
        own = table[table["condition"] == condition]
        line = RateLine(self._label(condition), own, self._style(condition), about=about_rest(self.about))
        return [line] if len(own) else []

    def rate(self, measure: str, condition: str) -> Row | None:
        """The rate of one condition's rest, to stand behind its groups."""
        if not self.is_asked:
            return None
        table = self.snapshot.rest(measure, self.filters).table
        return statistic(table[table["condition"] == condition], "observed")

    @property
    def n_text(self) -> int:
        """How many columns of `numbers` are text."""
        return 2 if self.is_asked else 1

    def numbers(self, measure: str, write: Numbers, table: pd.DataFrame, group: str) -> pd.DataFrame:
        """The numbers of the selection by its groups, then those of the rest of each condition that is not withheld."""
        own = write(table, group, self.about)
        if not self.is_asked:
            return own
        rest = self._shown_rest(measure)
        lines = write(rest, "condition", about_rest(self.about)) if len(rest) else rest
        return numbers_with_rest(own, lines, is_by_condition=group == "condition")

    def download(self, measure: str, table: pd.DataFrame) -> pd.DataFrame:
        """The result table of the selection, then that of the rest, told apart by `part`."""
        return table_with_rest(table, self._shown_rest(measure)) if self.is_asked else table

    def _shown_rest(self, measure: str) -> pd.DataFrame:
        table = self.snapshot.rest(measure, self.filters).table
        return table[table["condition"].isin(self.conditions)]

    def _label(self, condition: str) -> str:
        return rest_label(condition, len(self.conditions) == 1, self.about)

    def _style(self, condition: str) -> Style:
        own = self.colours.of(condition)
        return Style(self.colours.faint, self.colours.muted, own.dash, own.marker)
