"""Ribbons of change in per cent over the steps of a course: the median, the middle half and four in five."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, see_through, write
from dashboard.figures.steps import change_axis, heights_apart, step_axis
from dashboard.theme import SMALL, Palette, Style
from pipelines.words.catalogue import say
from pipelines.words.numbers import is_known
from pipelines.words.statement import Context, statistic
from pipelines.words.trajectory import PERCENTILES, drawn_steps, is_drawn, spread_hover


def spread_figure(rows: pd.DataFrame, name: str, style: Style, context: Context, colours: Palette) -> go.Figure:
    """Ribbons of change in per cent: the median, the middle half and four in five of those followed up.

    Args:
        rows: `score_trajectories` of one condition.
        name: of the condition.
        style: its colour.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    steps = []
    for window in drawn_steps(rows, context):
        median = statistic(rows[rows["window"] == window], PERCENTILES[50])
        if median is not None and is_drawn(median, context):
            steps.append(window)
    at = {
        percent: [statistic(rows[rows["window"] == step], column) for step in steps]
        for percent, column in PERCENTILES.items()
    }
    values = {percent: [row["estimate"] for row in found if row is not None] for percent, found in at.items()}
    figure = canvas(colours, 280, {"l": 52, "r": 66, "t": 8, "b": 30})
    figure.update_layout(
        xaxis=step_axis(steps, colours),
        yaxis=change_axis([value for found in values.values() for value in found], colours),
    )
    figure.add_hline(y=0, line_color=colours.faint, line_width=1, layer="below")
    x = list(range(len(steps)))
    for outer, inner, opacity in ((90, 10, 0.14), (75, 25, 0.22)):
        for percent, fill in ((outer, None), (inner, "tonexty")):
            figure.add_scatter(
                x=x,
                y=values[percent],
                mode="lines",
                line_width=0,
                fill=fill,
                fillcolor=see_through(style.colour, opacity),
                hoverinfo="skip",
            )
    figure.add_scatter(
        x=x,
        y=values[50],
        mode="lines+markers",
        name=name,
        line={"color": style.colour, "width": 2.5},
        marker={"symbol": style.marker, "size": 8, "color": style.colour},
        text=[hover_lines(spread_hover(rows[rows["window"] == step], name, context)) for step in steps],
        hovertemplate="%{text}<extra></extra>",
    )
    if steps:
        _label_spread(figure, {percent: found[-1] for percent, found in values.items()}, len(steps) - 1, style, colours)
    return figure


def _label_spread(figure: go.Figure, ends: dict[int, float], x: int, style: Style, colours: Palette) -> None:
    labels = {50: "median", 75: "middle_half", 90: "four_in_five"}
    names = {percent: name for percent, name in labels.items() if is_known(ends[percent])}
    heights = heights_apart(figure, [ends[percent] for percent in names], 0.075)
    for (percent, name), height in zip(names.items(), heights, strict=True):
        text = say(f"trajectory.{name}")
        text, colour = (f"<b>{text}</b>", style.text) if percent == 50 else (text, colours.muted)
        write(figure, text, x, height, shift=8, size=SMALL, colour=colour, bgcolor=colours.page)
