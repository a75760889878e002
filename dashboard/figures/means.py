"""Means over the steps of a course with their intervals, and how many were followed up in rows under the axis."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, row_label, see_through, write
from dashboard.figures.series import Series
from dashboard.figures.steps import change_axis, heights_apart, step_axis, upward_axis
from dashboard.theme import BODY, SMALL, Palette
from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known
from pipelines.words.statement import Context, Row
from pipelines.words.trajectory import (
    BASELINE,
    FRACTION,
    baseline_hover,
    drawn_statistic,
    drawn_steps,
    is_drawn,
    mean_hover,
    n_hover,
)

MEANS_HEIGHT, AXIS_HEIGHT, ROW_HEIGHT, TOP = 330, 46, 22, 16
_APART = 0.06


def means_figure(series: Sequence[Series], context: Context, colours: Palette) -> go.Figure:
    """Means with their intervals over the steps, and how many were followed up in rows under the same axis.

    Args:
        series: the lines, in the order of the rows.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    table = pd.concat([item.rows for item in series])
    name, steps = drawn_statistic(table), drawn_steps(table, context)
    if name == FRACTION:
        measured = [step for step in steps if (table.loc[table["window"] == step, "statistic"] == FRACTION).any()]
        steps = [BASELINE, *measured]
    rows_height = ROW_HEIGHT * (len(series) + 1)
    inner = MEANS_HEIGHT + AXIS_HEIGHT + rows_height
    widest = max(len(item.name) for item in series)
    left, right = max(84, min(112, 24 + 6 * widest)), max(46, min(72, 7 * widest - 12))
    figure = canvas(colours, TOP + inner, {"l": left, "r": right, "t": TOP, "b": 4})
    figure.update_layout(
        xaxis={**step_axis(steps, colours), "range": [-0.25, max(1, len(steps) - 1) + 0.35], "anchor": "y"},
        yaxis={**_mean_axis(table, name, context, colours), "domain": [1 - MEANS_HEIGHT / inner, 1]},
        yaxis2={
            "domain": [0, rows_height / inner],
            "range": [len(series) + 0.5, -0.5],
            "visible": False,
            "fixedrange": True,
        },
    )
    if name == FRACTION:
        figure.add_hline(y=0, line_color=colours.faint, line_width=1, layer="below")
    else:
        _name_bands(figure, context, colours)
    shown = [item for item in series if not item.is_context]
    for item in series:
        shift = 0.0 if item.is_context else (shown.index(item) - (len(shown) - 1) / 2) * _APART
        _draw_means(figure, item, name, steps, shift, context)
    _draw_ends(figure, shown, name, steps, context)
    _draw_n(figure, series, name, steps, context, colours)
    return figure


def _mean_axis(table: pd.DataFrame, name: str, context: Context, colours: Palette) -> dict[str, Any]:
    if name == FRACTION:
        shown = table[(table["statistic"] == FRACTION) & (table["n_observed"] >= context.fewest)]
        return change_axis([*shown["lower"].dropna(), *shown["upper"].dropna()], colours)
    scale = context.definitions.scales[context.filters.scale]
    low, high = float(scale.total.minimum), float(scale.total.maximum)
    ticks = {low: f"{low:g}", high: f"{high:g}"}
    if scale.bands is not None:
        ticks |= {float(band.from_score): f"{band.from_score:f}" for band in scale.bands.levels}
    return upward_axis(low, high, ticks, colours)


def _rows_of(item: Series, name: str, steps: Sequence[str]) -> list[Row]:
    rows = {str(row["window"]): row for row in item.rows[item.rows["statistic"] == name].to_dict("records")}
    return [rows[step] for step in steps if step in rows]


def _draw_means(
    figure: go.Figure, item: Series, name: str, steps: Sequence[str], shift: float, context: Context
) -> None:
    rows = [row for row in _rows_of(item, name, steps) if is_drawn(row, context)]
    x = [steps.index(str(row["window"])) + shift for row in rows]
    begin = [0.0] if name == FRACTION and rows else []
    if not item.is_context:
        for place, row in zip(x, rows, strict=True):
            if is_known(row["lower"]):
                figure.add_scatter(
                    x=[place, place],
                    y=[row["lower"], row["upper"]],
                    mode="lines",
                    line={"color": see_through(item.style.colour, 0.45), "width": 4},
                    hoverinfo="skip",
                )
    figure.add_scatter(
        x=[*begin, *x],
        y=[*begin, *(row["estimate"] for row in rows)],
        mode="lines+markers",
        name=item.name,
        line={"color": item.style.colour, "width": 1 if item.is_context else 1.5, "dash": item.style.dash},
        marker={"symbol": item.style.marker, "size": 4 if item.is_context else 8, "color": item.style.colour},
        opacity=0.6 if item.is_context else 1,
        text=["" for _ in begin] + [hover_lines(mean_hover(row, item.name, context)) for row in rows],
        hovertemplate="%{text}<extra></extra>",
    )


def _draw_ends(figure: go.Figure, series: Sequence[Series], name: str, steps: Sequence[str], context: Context) -> None:
    """Names at the line ends, moved apart where they would touch."""
    ends = []
    for item in series:
        rows = [row for row in _rows_of(item, name, steps) if is_drawn(row, context)]
        if rows:
            ends.append((item, rows[-1]))
    heights = heights_apart(figure, [float(row["estimate"]) for _, row in ends], 0.065)
    for (item, row), height in zip(ends, heights, strict=True):
        x = steps.index(str(row["window"])) + len(ends) / 2 * _APART
        write(figure, f"<b>{item.name}</b>", x, height, shift=8, size=BODY, colour=item.style.text)


def _name_bands(figure: go.Figure, context: Context, colours: Palette) -> None:
    """The names of the severity bands of the scale, each above the line where it begins."""
    bands = context.definitions.scales[context.filters.scale].bands
    for band in bands.levels if bands is not None else ():
        look = {"xref": "paper", "yanchor": "bottom"}
        begin = float(band.from_score)
        write(figure, escape(band.label), 0, begin, shift=2, size=SMALL, colour=colours.faint, **look)


def _draw_n(
    figure: go.Figure, series: Sequence[Series], name: str, steps: Sequence[str], context: Context, colours: Palette
) -> None:
    row_label(figure, say("trajectory.n"), 0, colours.muted, apart=14)
    for position, item in enumerate(series, start=1):
        rows = _rows_of(item, name, steps)
        row_label(figure, item.name, position, item.style.text, apart=14)
        hovers = ["" if row["suppressed"] else hover_lines(n_hover(row, item.name, context)) for row in rows]
        places, begun, begun_hover = [], [], []
        if name == FRACTION and rows and not rows[0]["suppressed"]:
            places, begun = [0], [count(rows[0]["n_in_population"])]
            begun_hover = [baseline_hover(rows[0], item.name)]
        figure.add_scatter(
            x=[*places, *(steps.index(str(row["window"])) for row in rows)],
            y=[position] * (len(places) + len(rows)),
            mode="text",
            text=[*begun, *("" if row["suppressed"] else count(row["n_observed"]) for row in rows)],
            textfont={"size": SMALL, "color": item.style.text},
            textposition="middle center",
            yaxis="y2",
            cliponaxis=False,
            hovertext=[*begun_hover, *hovers],
            hovertemplate="%{hovertext}<extra></extra>",
            name=f"{item.name}, n",
        )
