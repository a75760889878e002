"""Lines to tell apart: conditions by colour, a few groups of one condition by dash, many in grey behind the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import pandas as pd

from dashboard.theme import Palette, Style
from pipelines.words.onset import group_words
from pipelines.words.statement import Context

LABELLED_AT_MOST = 4
_DASHES = ("solid", "dash", "dot", "longdashdot")


@dataclass(frozen=True)
class Series:
    """One line of a figure: its rows of a result table, its name and how it looks.

    Attributes:
        is_group: one of a condition's sites, quarters or routes, so that its sentences name it.
        is_context: drawn grey and thin, without band and label.
        about: what its sentences are about, where that is not the selection.
    """

    name: str
    rows: pd.DataFrame
    style: Style
    is_group: bool = False
    is_context: bool = False
    about: Context | None = None


def series_of(
    curves: pd.DataFrame,
    whole: pd.DataFrame,
    group: str,
    drawn: Sequence[str],
    context: Context,
    colours: Palette,
) -> list[Series]:
    """The lines to draw.

    Conditions keep their own colour. Up to four groups of one condition share its colour and differ by dash; more
    stand in grey behind the whole condition.

    Args:
        curves: a result table by the group.
        whole: the same by condition alone.
        group: the column that tells the curves apart.
        drawn: its values with enough to draw, in their order.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    rows = {value: curves[curves[group] == value] for value in drawn}
    if group == "condition":
        return [Series(context.label(value), rows[value], colours.of(value)) for value in drawn]
    condition = str(whole["condition"].iloc[0])
    style = colours.of(condition)
    if len(drawn) <= LABELLED_AT_MOST:
        dashes = dict(zip(drawn, _DASHES, strict=False))
        return [
            Series(_name(group, value, context), rows[value], replace(style, dash=dashes[value]), True)
            for value in drawn
        ]
    grey = Style(colours.faint, colours.muted, "solid", "circle")
    context_series = [Series(_name(group, value, context), rows[value], grey, True, True) for value in drawn]
    return [*context_series, Series(f"All {context.word(condition)}", whole, style)]


def _name(group: str, value: str, context: Context) -> str:
    return escape(group_words(group, value, context))
