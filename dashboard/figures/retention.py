"""Infusions received: for each condition, the share of courses that came to each infusion, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, see_through, share_axis, spread, write
from dashboard.theme import BODY, SMALL, Palette
from pipelines.words.catalogue import say
from pipelines.words.retention import drawn_infusions, retention_hover
from pipelines.words.statement import Context, Row

HEIGHT = 320
_APART = 0.07


def retention_figure(
    retention: pd.DataFrame, conditions: Sequence[str], context: Context, colours: Palette
) -> go.Figure:
    """Dots joined by thin lines along the infusions of induction; conditions stand side by side at each."""
    drawn = {
        condition: rows
        for condition in conditions
        if (rows := drawn_infusions(retention[retention["condition"] == condition], context))
    }
    infusions = sorted({int(row["infusion"]) for rows in drawn.values() for row in rows})
    figure = canvas(colours, HEIGHT, {"l": 44, "r": 92, "t": 10, "b": 44})
    last = infusions[-1] if infusions else 1
    figure.update_layout(
        xaxis={
            "tickvals": infusions,
            "tickfont": {"size": SMALL, "color": colours.muted},
            "range": [0.6, last + 0.3],
            "fixedrange": True,
            "title": {"text": say("retention.axis"), "font": {"size": SMALL, "color": colours.muted}, "standoff": 4},
        },
        yaxis=share_axis(colours),
    )
    heights = spread([float(rows[-1]["estimate"]) for rows in drawn.values()], 0.07)
    for position, ((condition, rows), height) in enumerate(zip(drawn.items(), heights, strict=True)):
        shift = (position - (len(drawn) - 1) / 2) * _APART
        _draw(figure, condition, rows, shift, context, colours)
        name = f"<b>{escape(context.label(condition))}</b>"
        write(figure, name, last, height, shift=14, size=BODY, colour=colours.of(condition).text)
    return figure


def _draw(
    figure: go.Figure, condition: str, rows: Sequence[Row], shift: float, context: Context, colours: Palette
) -> None:
    style = colours.of(condition)
    x = [row["infusion"] + shift for row in rows]
    for place, row in zip(x, rows, strict=True):
        figure.add_scatter(
            x=[place, place],
            y=[row["lower"], row["upper"]],
            mode="lines",
            line={"color": see_through(style.colour, 0.4), "width": 4},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=x,
        y=[row["estimate"] for row in rows],
        mode="lines+markers",
        name=context.label(condition),
        line={"color": see_through(style.colour, 0.5), "width": 1},
        marker={"symbol": style.marker, "size": 8, "color": style.colour},
        text=[hover_lines(retention_hover(row, context)) for row in rows],
        hovertemplate="%{text}<extra></extra>",
    )
