"""Trajectories: means with their intervals and n under the axis, ribbons of change, and shares in bands."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, row_label, see_through, share_axis, spread, write
from dashboard.figures.series import Series
from dashboard.theme import BODY, SMALL, Palette, Style
from pipelines.words.catalogue import say
from pipelines.words.numbers import is_known, signed_percent
from pipelines.words.statement import Context, Row, statistic
from pipelines.words.trajectory import (
    BASELINE,
    FRACTION,
    PERCENTILES,
    band_hover,
    baseline_hover,
    drawn_statistic,
    drawn_steps,
    is_drawn,
    mean_hover,
    n_hover,
    spread_hover,
    step_words,
)

MEANS_HEIGHT, AXIS_HEIGHT, ROW_HEIGHT, TOP = 330, 46, 22, 16
_APART = 0.06
_TENTH = 0.1
_STRONG = 0.7
"""From here on numbers inside a bar are in the colour of the page."""
_NAME_WIDTH = 20
"""Characters of a band's name on a line."""


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
    left = max(92, min(120, 24 + 7 * widest))
    figure = canvas(colours, TOP + inner, {"l": left, "r": 60, "t": TOP, "b": 4})
    figure.update_layout(
        xaxis={**_step_axis(steps, colours), "range": [-0.35, max(1, len(steps) - 1) + 0.95], "anchor": "y"},
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
    low, high = _ends([value for found in values.values() for value in found])
    figure.update_layout(
        xaxis=_step_axis(steps, colours),
        yaxis=_fraction_axis(low, high, colours),
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


def bands_figure(rows: pd.DataFrame, style: Style, context: Context, colours: Palette) -> go.Figure:
    """Columns of shares at each step, from nought to all; the bands are named at the last column.

    Args:
        rows: `band_distributions` of one condition and one kind of band.
        style: of the condition.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    steps = [
        step
        for step in drawn_steps(rows, context)
        if is_drawn(rows[rows["window"] == step].to_dict("records")[0], context)
    ]
    positions = sorted(rows["band_position"].unique())
    strongest_first = bool((rows["statistic"] == "change_band").all())
    figure = canvas(colours, 380, {"l": 44, "r": 128, "t": 8, "b": 34})
    figure.update_layout(
        barmode="stack",
        bargap=0.25,
        xaxis={
            **_step_axis(steps, colours),
            "range": [-0.5, len(steps) - 0.5],
            "tickangle": None,
            "autotickangles": [0, 90],
            "automargin": True,
        },
        yaxis=share_axis(colours),
    )
    middles: list[float] = []
    names: list[str] = []
    below = 0.0
    order = positions if strongest_first else positions[::-1]
    for rank, position in enumerate(order):
        own = {str(row["window"]): row for row in rows[rows["band_position"] == position].to_dict("records")}
        shares = [float(own[step]["estimate"]) for step in steps]
        strength = 1 - 0.85 * rank / max(1, len(order) - 1)
        figure.add_bar(
            x=list(range(len(steps))),
            y=shares,
            marker={
                "color": see_through(style.colour, strength),
                "line": {"color": colours.page, "width": 1},
            },
            text=[f"{100 * share:.0f}" if share >= _TENTH else "" for share in shares],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"size": SMALL, "color": colours.page if strength > _STRONG else colours.ink},
            hovertext=[hover_lines(band_hover(own[step], context)) for step in steps],
            hovertemplate="%{hovertext}<extra></extra>",
        )
        if steps:
            middles.append(below + shares[-1] / 2)
            names.append(str(next(iter(own.values()))["band"]))
            below += shares[-1]
    for name, height in zip(
        names, spread(middles, 0.1 if max(map(len, names), default=0) > _NAME_WIDTH else 0.062), strict=True
    ):
        lines = "<br>".join(map(escape, wrap(name, _NAME_WIDTH)))
        look = {"xref": "paper", "align": "left"}
        write(figure, lines, 1, height, shift=4, size=SMALL, colour=colours.muted, **look)
    return figure


def _step_axis(steps: Sequence[str], colours: Palette) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(steps))),
        "ticktext": [step_words(step).replace(" of ", "<br>of ") for step in steps],
        "tickfont": {"size": SMALL, "color": colours.muted},
        "range": [-0.35, max(1, len(steps) - 1) + 0.35],
        "fixedrange": True,
        "tickangle": 0,
        "ticklabeloverflow": "allow",
    }


def _mean_axis(table: pd.DataFrame, name: str, context: Context, colours: Palette) -> dict[str, Any]:
    if name == FRACTION:
        shown = table[(table["statistic"] == FRACTION) & (table["n_observed"] >= context.fewest)]
        return _fraction_axis(*_ends([*shown["lower"].dropna(), *shown["upper"].dropna()]), colours)
    scale = context.definitions.scales[context.filters.scale]
    low, high = float(scale.total.minimum), float(scale.total.maximum)
    ticks = {low: f"{low:g}", high: f"{high:g}"}
    if scale.bands is not None:
        ticks |= {float(band.from_score): f"{band.from_score:f}" for band in scale.bands.levels}
    return _axis(low, high, ticks, colours)


def _fraction_axis(low: float, high: float, colours: Palette) -> dict[str, Any]:
    step = 0.1 if high - low <= 0.6 else 0.25
    ticks = [step * i for i in range(floor(low / step), ceil(high / step) + 1)]
    return _axis(low, high, {tick: signed_percent(tick) for tick in ticks}, colours)


def _axis(low: float, high: float, ticks: dict[float, str], colours: Palette) -> dict[str, Any]:
    room = 0.03 * (high - low)
    return {
        "range": [low - room, high + room],
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
        "tickfont": {"size": SMALL, "color": colours.muted},
        "showgrid": True,
        "gridcolor": colours.rule,
        "zeroline": False,
        "fixedrange": True,
    }


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """An axis of changes holds nought and all values, to the next tenth."""
    known = [*values, 0.0]
    return floor(10 * min(known)) / 10, ceil(10 * max(known)) / 10 if max(known) > 0 else _TENTH / 2


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
    low, high = figure.layout.yaxis.range
    ends = []
    for item in series:
        rows = [row for row in _rows_of(item, name, steps) if is_drawn(row, context)]
        if rows:
            ends.append((item, rows[-1]))
    heights = spread([(float(row["estimate"]) - low) / (high - low) for _, row in ends], 0.065)
    for (item, row), height in zip(ends, heights, strict=True):
        x, y = steps.index(str(row["window"])) + len(ends) / 2 * _APART, low + height * (high - low)
        write(figure, f"<b>{item.name}</b>", x, y, shift=8, size=BODY, colour=item.style.text)


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
            places, begun = [0], [f"{rows[0]['n_in_population']:,}"]
            begun_hover = [baseline_hover(rows[0], item.name)]
        figure.add_scatter(
            x=[*places, *(steps.index(str(row["window"])) for row in rows)],
            y=[position] * (len(places) + len(rows)),
            mode="text",
            text=[*begun, *("" if row["suppressed"] else f"{row['n_observed']:,}" for row in rows)],
            textfont={"size": SMALL, "color": item.style.text},
            textposition="middle center",
            yaxis="y2",
            cliponaxis=False,
            hovertext=[*begun_hover, *hovers],
            hovertemplate="%{hovertext}<extra></extra>",
            name=f"{item.name}, n",
        )


def _label_spread(figure: go.Figure, ends: dict[int, float], x: int, style: Style, colours: Palette) -> None:
    low, high = figure.layout.yaxis.range
    names = {50: "median", 75: "middle_half", 90: "four_in_five"}
    heights = spread([(ends[percent] - low) / (high - low) for percent in names], 0.075)
    for (percent, name), height in zip(names.items(), heights, strict=True):
        text = say(f"trajectory.{name}")
        text, colour = (f"<b>{text}</b>", style.text) if percent == 50 else (text, colours.muted)
        write(figure, text, x, low + height * (high - low), shift=8, size=SMALL, colour=colour)
