"""Rates side by side: each line a name with its numbers above a dot, its interval and what the missing could change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, see_through, share_axis, write
from dashboard.theme import BODY, SMALL, VALUE, Palette, Style
from pipelines.words.numbers import is_known
from pipelines.words.rates import beside_mark, is_shown, reference_words
from pipelines.words.response import hover, missed_hover
from pipelines.words.statement import Context, Row, statistic

LINE_HEIGHT, HEADING_HEIGHT, FOOT = 46, 34, 24
_WORDS, _MARKS = 10, 31
"""Where the words and the marks of a line stand, in pixels from its top."""


@dataclass(frozen=True)
class RateLine:
    """One line of the figure.

    Attributes:
        name: what the rate is of.
        rates: rows of a result table about one condition and group.
        style: its colour and marker.
        heading: opens a section above it, where lines stand in sections.
        about: what its sentences are about, where that is not the selection.
    """

    name: str
    rates: pd.DataFrame
    style: Style
    heading: str = ""
    about: Context | None = None


def rates_figure(
    lines: Sequence[RateLine], context: Context, colours: Palette, reference: Row | None = None
) -> go.Figure:
    """Dots with intervals on one axis of shares.

    Args:
        lines: from top to bottom.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
        reference: the rate of all lines together, drawn as a grey line behind them.
    """
    tops, height = [], 0
    for line in lines:
        height += HEADING_HEIGHT if line.heading else 0
        tops.append(height)
        height += LINE_HEIGHT
    top = 20 if reference is not None else 2
    figure = canvas(colours, height + top + FOOT, {"l": 14, "r": 14, "t": top, "b": FOOT})
    figure.update_layout(
        xaxis={**share_axis(colours), "range": [-0.005, 1.03]},
        yaxis={"range": [height, 0], "visible": False, "fixedrange": True},
    )
    if reference is not None and is_shown(reference, context):
        draw_reference(figure, reference, colours)
    for line, above in zip(lines, tops, strict=True):
        if line.heading:
            middle = above - HEADING_HEIGHT + 20
            write(figure, f"<b>{escape(line.heading)}</b>", 0, middle, shift=-4, size=BODY, colour=colours.ink)
        draw_rate(figure, line, above, line.about or context, colours)
    return figure


def draw_rate(figure: go.Figure, line: RateLine, above: float, context: Context, colours: Palette) -> None:
    """One line on an axis whose unit downwards is the pixel, beginning at `above`."""
    observed = statistic(line.rates, "observed")
    if observed is None:
        return
    draw_words(figure, line.name, beside_mark(observed, context), above + _WORDS, colours)
    y, text = above + _MARKS, hover_lines(hover(observed, line.name, context))
    if not is_shown(observed, context):
        if observed["n_observed"] and not observed["suppressed"]:
            _draw_interval(figure, observed, y, see_through(colours.faint, 0.35), text)
        return
    assumed, upper = statistic(line.rates, "missing_as_nonresponse"), statistic(line.rates, "bound_upper")
    if assumed is not None and upper is not None and is_known(upper["estimate"]):
        figure.add_scatter(
            x=[assumed["estimate"], upper["estimate"]],
            y=[y, y],
            mode="lines",
            line={"color": see_through(line.style.colour, 0.55), "width": 1},
            hoverinfo="skip",
        )
    _draw_interval(figure, observed, y, see_through(line.style.colour, 0.5), None)
    if assumed is not None and is_known(assumed["estimate"]):
        _draw_dot(figure, assumed, y, hover_lines(missed_hover(assumed)), line.style, f"{line.style.marker}-open")
    _draw_dot(figure, observed, y, text, line.style, line.style.marker)


def draw_words(figure: go.Figure, name: str, beside: tuple[str, str, str], y: float, colours: Palette) -> None:
    """A line's name, its estimate in large type, then interval and counts in quiet type."""
    estimate, interval, rests_on = beside
    quiet = f'<span style="color:{colours.muted}">'
    value = f'  <b style="font-size:{VALUE}px">{estimate}</b>  {quiet}{interval}</span>' if estimate else ""
    counts = f'   <span style="color:{colours.muted};font-size:{SMALL}px">{rests_on}</span>' if rests_on else ""
    text = f"{quiet}{escape(name)}</span>{value}{counts}"
    write(figure, text, 0, y, shift=-4, size=BODY, colour=colours.ink, bgcolor=colours.page, borderpad=0)


def draw_reference(figure: go.Figure, row: Row, colours: Palette) -> None:
    """A quiet line at the share of all together, named above the figure."""
    figure.add_vline(x=row["estimate"], line={"color": colours.faint, "width": 1, "dash": "dot"}, layer="below")
    figure.add_annotation(
        text=reference_words(row),
        x=row["estimate"],
        y=1,
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        font={"size": SMALL, "color": colours.muted},
    )


def _draw_interval(figure: go.Figure, row: Row, y: float, colour: str, text: str | None) -> None:
    shared = {"mode": "lines", "line": {"color": colour, "width": 4}}
    if text is None:
        figure.add_scatter(x=[row["lower"], row["upper"]], y=[y, y], hoverinfo="skip", **shared)
        return
    middle = (row["lower"] + row["upper"]) / 2
    figure.add_scatter(
        x=[row["lower"], middle, row["upper"]],
        y=[y] * 3,
        text=[text] * 3,
        hovertemplate="%{text}<extra></extra>",
        **shared,
    )


def _draw_dot(figure: go.Figure, row: Row, y: float, text: str, style: Style, symbol: str) -> None:
    figure.add_scatter(
        x=[row["estimate"]],
        y=[y],
        mode="markers",
        marker={"symbol": symbol, "size": 10, "color": style.colour, "line": {"color": style.colour, "width": 2}},
        text=[text],
        hovertemplate="%{text}<extra></extra>",
    )
