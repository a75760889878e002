"""Process charts: quarters in a row, their mean, and the band of usual variation."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, see_through, share_axis, write
from dashboard.figures.quarters import period_axis, period_place
from dashboard.theme import SMALL, Palette, Style
from pipelines.words.numbers import is_known
from pipelines.words.statement import Context, Row
from pipelines.words.trend import mean_words, point_hover

_RING = 17
"""How wide the ring around a signal is, in pixels."""
_EDGE = 0.45
"""How far beyond its first and last quarter a phase is drawn."""


def process_figure(rows: pd.DataFrame, style: Style, context: Context, colours: Palette) -> go.Figure:
    """One chart: a dot for each mature quarter, ringed where it is part of a signal; limits as a band, phase by phase.

    Args:
        rows: `process_trends` of one condition and outcome.
        style: of the condition.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    figure = canvas(colours, 260, {"l": 44, "r": 30, "t": 22, "b": 26})
    quarters = list(rows[rows["statistic"] != "limits"].to_dict("records"))
    figure.update_layout(xaxis=period_axis(quarters, quarters[:1] + quarters[-1:], colours), yaxis=share_axis(colours))
    for limits in rows[rows["statistic"] == "limits"].to_dict("records"):
        drawn = [row for row in quarters if row["phase"] == limits["phase"] and row["statistic"] == "point"]
        if not drawn:
            continue
        if is_known(limits["lower"]):
            _draw_limits(figure, limits, drawn, colours)
        _draw_points(figure, drawn, style, context, colours)
    return figure


def _draw_limits(figure: go.Figure, limits: Row, drawn: list[Row], colours: Palette) -> None:
    first, last = (period_place(str(row["quarter"])) for row in (drawn[0], drawn[-1]))
    begin, end = first - _EDGE, last + _EDGE
    figure.add_scatter(
        x=[begin, end, end, begin],
        y=[limits["lower"], limits["lower"], limits["upper"], limits["upper"]],
        mode="lines",
        fill="toself",
        fillcolor=see_through(colours.faint, 0.16),
        line={"width": 0},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[begin, end],
        y=[limits["estimate"]] * 2,
        mode="lines",
        line={"color": colours.faint, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    write(
        figure,
        mean_words(limits),
        begin,
        limits["upper"],
        shift=0,
        size=SMALL,
        colour=colours.muted,
        yshift=9,
    )


def _draw_points(figure: go.Figure, drawn: list[Row], style: Style, context: Context, colours: Palette) -> None:
    places = [period_place(str(row["quarter"])) for row in drawn]
    rates = [row["estimate"] for row in drawn]
    figure.add_scatter(
        x=places,
        y=rates,
        mode="lines+markers",
        line={"color": see_through(style.colour, 0.5), "width": 1.5},
        marker={"symbol": style.marker, "size": 9, "color": style.colour},
        text=[hover_lines(point_hover(row, context)) for row in drawn],
        hovertemplate="%{text}<extra></extra>",
    )
    signals = [i for i, row in enumerate(drawn) if row["signal"]]
    figure.add_scatter(
        x=[places[i] for i in signals],
        y=[rates[i] for i in signals],
        mode="markers",
        marker={"symbol": "circle-open", "size": _RING, "color": colours.ink, "line": {"width": 1.5}},
        hoverinfo="skip",
    )
