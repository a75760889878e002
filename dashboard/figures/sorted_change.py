"""Changes in per cent in the order of their size: the share of those followed up that fell so far or further."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, write
from dashboard.figures.series import Series
from dashboard.figures.steps import change_axis, heights_apart
from dashboard.theme import BODY, SMALL, Palette
from pipelines.words.catalogue import say
from pipelines.words.sorted_change import sorted_changes, sorted_hover
from pipelines.words.statement import Context

_LABEL_HEIGHT, _LAST = 0.07, 0.95


def sorted_figure(series: Sequence[Series], context: Context, colours: Palette) -> go.Figure:
    """A curve of change against the share that fell so far or further, for each condition or group.

    Args:
        series: with rows of `score_trajectories`, in the order of display.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    found = [(item, sorted_changes(item.rows, context)) for item in series]
    drawn = [(item, rows) for item, rows in found if not rows.empty]
    figure = canvas(colours, 380, {"l": 52, "r": 104, "t": 12, "b": 52})
    values = [value for _, rows in drawn for value in rows["estimate"]]
    figure.update_layout(xaxis=_share_axis(colours), yaxis=change_axis(values, colours))
    figure.add_hline(y=0, line_color=colours.faint, line_width=1, layer="below")
    for item, rows in drawn:
        _draw(figure, item, rows, context)
    named = [(item, float(rows["estimate"].iloc[-1])) for item, rows in drawn if not item.is_context]
    heights = heights_apart(figure, [end for _, end in named], _LABEL_HEIGHT)
    for (item, _), height in zip(named, heights, strict=True):
        write(figure, f"<b>{item.name}</b>", _LAST, height, shift=10, size=BODY, colour=item.style.text)
    return figure


def _draw(figure: go.Figure, item: Series, rows: pd.DataFrame, context: Context) -> None:
    figure.add_scatter(
        x=rows["share"],
        y=rows["estimate"],
        mode="lines" if item.is_context else "lines+markers",
        name=item.name,
        line={"color": item.style.colour, "width": 1 if item.is_context else 2.5, "dash": item.style.dash},
        marker={"symbol": item.style.marker, "size": 6, "color": item.style.colour},
        text=[hover_lines(sorted_hover(row, item.name, context)) for row in rows.to_dict("records")],
        hovertemplate="%{text}<extra></extra>",
    )


def _share_axis(colours: Palette) -> dict[str, Any]:
    ticks = [0, 0.25, 0.5, 0.75, 1]
    return {
        "range": [0, 1],
        "tickvals": ticks,
        "ticktext": [f"{100 * tick:.0f} %" for tick in ticks],
        "tickfont": {"size": SMALL, "color": colours.muted},
        "title": {"text": say("trajectory.sorted_axis"), "font": {"size": SMALL, "color": colours.muted}},
        "showgrid": True,
        "gridcolor": colours.rule,
        "zeroline": False,
        "fixedrange": True,
    }
