"""A page of result tables: for each, a sentence a condition and the numbers; then the definitions and the downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard.filters import context, current_choices, current_filters, shown_conditions
from dashboard.reading import snapshot_of_run
from dashboard.views.controls import by_control
from dashboard.views.parts import (
    current_palette,
    definition_part,
    download_part,
    heading,
    headline,
    notes,
    table_html,
)
from pipelines.words.statement import Context, Statement


@dataclass(frozen=True)
class Part:
    """One result table of a page.

    Attributes:
        measure: its name in `dashboard.reading.MEASURES`.
        title: the heading above it; none for the page's main part.
        statement: the sentence of one condition, from its rows, the condition's id and the context.
        numbers: the rows to show, from the table by group, the group and the context.
        notes: what a reader must know of the numbers.
    """

    measure: str
    title: str
    statement: Callable[[pd.DataFrame, str, Context], Statement]
    numbers: Callable[[pd.DataFrame, str, Context], pd.DataFrame]
    notes: Sequence[str] = ()


def plain_page(parts: Sequence[Part], definition: Callable[[Context], list[str]], own: str = "condition") -> None:
    """Draws the page.

    Args:
        parts: in the order of reading; the first is the page's answer.
        definition: rules, windows and citations, in words.
        own: the page's own group, where the reader chose none.
    """
    about = context(snapshot_of_run())
    group = current_choices().group(own)
    by_control(snapshot_of_run(), own=own)
    for part in parts:
        _draw(part, group, about)
    definition_part(lambda: definition(about))


def _draw(part: Part, group: str, about: Context) -> None:
    snapshot, colours = snapshot_of_run(), current_palette()
    filters = current_filters(snapshot)
    if part.title:
        heading(part.title)
    whole = snapshot.table(part.measure, filters)
    for condition in shown_conditions(snapshot):
        own = whole[whole["condition"] == condition]
        headline(condition, part.statement(own, condition, about), colours)
    table = whole if group == "condition" else snapshot.table(part.measure, filters, (group,))
    st.html(table_html(part.numbers(table, group, about)))
    notes(part.notes)
    download_part(part.measure, lambda: table, snapshot)
