"""What all figures share: a bare canvas in the page's type and colours, and the axis of days."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from math import sqrt
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from dashboard.theme import BODY, FONT, SMALL, Palette

Figure = go.Figure

CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False}
"""How every figure behaves in the browser: it is read, not operated."""

WEEKS_FROM = 29
DAYS_A_WEEK = 7
_HOVER_WIDTH = 44
"""Characters of a line of hover text."""


def canvas(colours: Palette, height: int, margin: dict[str, int]) -> go.Figure:
    """An empty figure without template, frame, legend or grid."""
    figure = go.Figure()
    figure.update_layout(
        template="none",
        height=height,
        margin=margin,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": BODY, "color": colours.ink},
        showlegend=False,
        hovermode="closest",
        hoverdistance=24,
        dragmode=False,
        uirevision="kept",
        colorway=[colours.muted],
        hoverlabel={
            "bgcolor": colours.page,
            "bordercolor": colours.rule,
            "font": {"family": FONT, "size": BODY, "color": colours.ink},
            "align": "left",
            "namelength": 0,
        },
    )
    figure.update_xaxes(showgrid=False, zeroline=False, showline=False, fixedrange=True, ticks="")
    figure.update_yaxes(showgrid=False, zeroline=False, showline=False, fixedrange=True, ticks="")
    return figure


def across(day: float) -> float:
    """Where a day stands on the axis: by its square root, so that the first days have room."""
    return sqrt(day)


def day_words(day: float) -> str:
    """`7`, or `6 wk` beyond day 28."""
    if day >= WEEKS_FROM and not day % DAYS_A_WEEK:
        return f"{day / DAYS_A_WEEK:.0f} wk"
    return f"{day:g}"


def share_axis(colours: Palette, step: float = 0.25) -> dict[str, Any]:
    """An axis of shares, always from 0 to 100 %."""
    ticks = [step * i for i in range(round(1 / step) + 1)]
    return {
        "range": [-0.01, 1.02],
        "tickvals": ticks,
        "ticktext": [f"{100 * tick:.0f} %" for tick in ticks],
        "tickfont": {"size": SMALL, "color": colours.muted},
        "showgrid": True,
        "gridcolor": colours.rule,
        "gridwidth": 1,
        "zeroline": False,
        "fixedrange": True,
    }


def write(figure: go.Figure, text: str, x: float, y: float, *, shift: int, size: int, colour: str, **look: Any) -> None:
    """Words that begin at a place of the axes.

    Args:
        figure: to write on.
        text: as Plotly's HTML; the caller escapes what comes from data.
        x: where it begins, on the axis across.
        y: its middle, on the axis upwards.
        shift: how many pixels further right.
        size: of the type.
        colour: of the type.
        look: what else Plotly's annotation is to have.
    """
    begins_there = {"xref": "x", "yref": "y", "xanchor": "left", "yanchor": "middle", "showarrow": False}
    font = {"size": size, "color": colour}
    figure.add_annotation(text=text, x=x, y=y, xshift=shift, font=font, **(begins_there | look))


def row_label(figure: go.Figure, text: str, row: int, colour: str, apart: int) -> None:
    """The name of a row of numbers under the axis, left of it by so many pixels; the rows are the figure's `y2`."""
    figure.add_annotation(
        text=text,
        x=0,
        xshift=-apart,
        y=row,
        xref="paper",
        yref="y2",
        xanchor="right",
        yanchor="middle",
        showarrow=False,
        font={"size": SMALL, "color": colour},
    )


def see_through(colour: str, opacity: float) -> str:
    """`#RRGGBB` as a colour that lets what is behind it show."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def hover_lines(sentence: str) -> str:
    """A sentence to show at a mark, broken before its brackets so that it fits a phone."""
    return escape(sentence, quote=False).replace(" (", "<br>(", 1)


def hover_wrapped(sentence: str) -> str:
    """A longer sentence to show at a mark, in lines that fit a phone."""
    return "<br>".join(escape(line, quote=False) for line in wrap(sentence, _HOVER_WIDTH))


def spread(heights: Sequence[float], least: float) -> list[float]:
    """Heights between 0 and 1, moved apart so that labels at them do not touch; their order stays."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    moved = list(heights)
    for below, above in pairwise(order):
        moved[above] = max(moved[above], moved[below] + least)
    ceiling = 1.0
    for i in reversed(order):
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - least
    return moved
