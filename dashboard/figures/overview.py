"""The small figures of the overview: rates, and the median's interval."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import across, canvas, day_axis, hover_lines, share_axis
from dashboard.figures.rates import LINE_HEIGHT, RateLine, draw_rate, draw_words
from dashboard.theme import Palette
from pipelines.words.numbers import is_known, percent
from pipelines.words.onset import interval_hover
from pipelines.words.overview import completeness_hover
from pipelines.words.statement import Context, Row

DAYS = (0, 7, 28, 56)
"""Few ticks for a small place; the axis is the one of the onset page."""


def shares_figure(
    rates: Mapping[str, pd.DataFrame], completeness: Row | None, condition: str, context: Context, colours: Palette
) -> go.Figure:
    """Response and remission as dots with intervals, and below them how complete the follow-up is.

    Args:
        rates: label -> rows of one measure for the condition; a measure without rows has no line.
        completeness: the row of `follow_up_completeness`, drawn grey under them.
        condition: its id.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    lines = [RateLine(label, rows, colours.of(condition)) for label, rows in rates.items() if not rows.empty]
    height = LINE_HEIGHT * (len(lines) + 1)
    figure = canvas(colours, height + 24, {"l": 14, "r": 14, "t": 2, "b": 22})
    figure.update_layout(
        xaxis={**share_axis(colours, step=0.5), "range": [-0.02, 1.04]},
        yaxis={"range": [height, 0], "visible": False, "fixedrange": True},
    )
    for position, line in enumerate(lines):
        draw_rate(figure, line, LINE_HEIGHT * position, context, colours, rests_on=False)
    if completeness is not None and is_known(completeness["estimate"]):
        above = LINE_HEIGHT * len(lines)
        draw_words(figure, "Followed up", (percent(completeness["estimate"]), "", ""), above + 10, colours)
        figure.add_bar(
            x=[completeness["estimate"]],
            y=[above + 30],
            orientation="h",
            width=6,
            marker_color=colours.faint,
            text=[hover_lines(completeness_hover(completeness, context))],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    return figure


def interval_figure(row: Row, condition: str, context: Context, colours: Palette) -> go.Figure:
    """The median's 95 % interval on the shared axis of days; an end that is not reached is an arrow."""
    figure = canvas(colours, 70, {"l": 8, "r": 14, "t": 8, "b": 22})
    style = colours.of(condition)
    is_open = not is_known(row["upper"]) or row["upper"] > DAYS[-1]
    lower = across(min(float(row["lower"]), DAYS[-1]))
    upper = across(DAYS[-1]) if is_open else across(float(row["upper"]))
    axis = day_axis(DAYS, colours)
    axis["ticktext"] = [*axis["ticktext"][:1], f"day {DAYS[1]}", *axis["ticktext"][2:]]
    figure.update_layout(
        xaxis={**axis, "showgrid": True, "gridcolor": colours.rule},
        yaxis={"range": [-1, 1], "visible": False, "fixedrange": True},
    )
    figure.add_scatter(
        x=[lower, upper],
        y=[0, 0],
        mode="lines+markers",
        line={"color": style.colour, "width": 7},
        marker={
            "symbol": ["line-ns", "triangle-right" if is_open else "line-ns"],
            "size": [10, 16 if is_open else 10],
            "color": style.colour,
        },
        text=[hover_lines(interval_hover(row, context))] * 2,
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )
    return figure
