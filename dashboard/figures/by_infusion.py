"""Means by the infusion's number with their intervals, and how many they are of in rows under the same axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from math import ceil, floor
from typing import Any

import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, row_label, see_through
from dashboard.figures.steps import upward_axis
from dashboard.theme import SMALL, Palette, Style
from pipelines.words.catalogue import say
from pipelines.words.marks import Mark

AXIS_HEIGHT, ROW_HEIGHT, TOP, LEFT = 44, 19, 10, 88
_APART = 0.16
_TICKS_AT_MOST = 5


@dataclass(frozen=True)
class InfusionLine:
    """The means of one condition or group.

    Attributes:
        name: at the head of its row of n.
        style: its colour, marker and dash.
        marks: by the infusion's number.
    """

    name: str
    style: Style
    marks: Mapping[str, Mark]


def by_infusion_figure(
    lines: Sequence[InfusionLine], height: int, words: Callable[[float], str], colours: Palette
) -> go.Figure:
    """Dots with intervals over the infusions, and n in rows under the same axis.

    Args:
        lines: in the order of the rows.
        height: of the plot alone, in pixels.
        words: how a tick of the axis upwards is written.
        colours: of the reader's theme.
    """
    infusions = list(dict.fromkeys(number for line in lines for number, mark in line.marks.items() if mark.n != 0))
    rows_height = ROW_HEIGHT * (len(lines) + 1)
    inner = height + AXIS_HEIGHT + rows_height
    figure = canvas(colours, TOP + inner, {"l": LEFT, "r": 8, "t": TOP, "b": 4})
    figure.update_layout(
        xaxis={
            "tickvals": list(range(len(infusions))),
            "ticktext": infusions,
            "tickfont": {"size": SMALL, "color": colours.muted},
            "range": [-0.5, max(1, len(infusions)) - 0.5],
            "fixedrange": True,
            "tickangle": 0,
            "anchor": "y",
            "title": {"text": say("by_infusion.axis"), "font": {"size": SMALL, "color": colours.muted}, "standoff": 2},
        },
        yaxis={**_value_axis(lines, words, colours), "domain": [1 - height / inner, 1]},
        yaxis2={
            "domain": [0, rows_height / inner],
            "range": [len(lines) + 0.5, -0.5],
            "visible": False,
            "fixedrange": True,
        },
    )
    figure.add_hline(y=0, line_color=colours.faint, line_width=1, layer="below")
    row_label(figure, say("by_infusion.n"), 0, colours.muted, apart=14)
    for position, line in enumerate(lines):
        shift = (position - (len(lines) - 1) / 2) * _APART
        _draw(figure, line, infusions, shift, colours)
        _draw_n(figure, line, infusions, position + 1)
    return figure


def _value_axis(lines: Sequence[InfusionLine], words: Callable[[float], str], colours: Palette) -> dict[str, Any]:
    """From nought to just beyond what is drawn with its dot; an interval of few that reaches further is cut."""
    ends = [end for line in lines for mark in line.marks.values() if mark.is_said for end in (mark.lower, mark.upper)]
    known = [0.0, *(end for end in ends if end is not None)]
    low, high = min(known), max(known)
    step = _step((high - low) or 1.0)
    ticks = [step * i for i in range(floor(low / step), ceil(high / step) + 1)]
    return upward_axis(ticks[0], ticks[-1], {tick: words(tick) for tick in ticks}, colours)


def _step(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that few ticks do."""
    for power in count(-3):
        for first in (1, 2, 5):
            if span <= _TICKS_AT_MOST * first * 10.0**power:
                return first * 10.0**power
    raise AssertionError("a step is found for every span")


def _draw(figure: go.Figure, line: InfusionLine, infusions: Sequence[str], shift: float, colours: Palette) -> None:
    places = {number: infusions.index(number) + shift for number in line.marks if number in infusions}
    for number, x in places.items():
        mark = line.marks[number]
        if mark.lower is None or mark.upper is None:
            continue
        colour = see_through(line.style.colour if mark.is_said else colours.faint, 0.45 if mark.is_said else 0.3)
        text = [hover_lines(mark.hover)] * 3
        figure.add_scatter(
            x=[x] * 3,
            y=[mark.lower, (mark.lower + mark.upper) / 2, mark.upper],
            mode="lines",
            line={"color": colour, "width": 4},
            text=text,
            hovertemplate="%{text}<extra></extra>",
        )
    said = {number: x for number, x in places.items() if line.marks[number].is_said}
    figure.add_scatter(
        x=list(said.values()),
        y=[line.marks[number].estimate for number in said],
        mode="lines+markers",
        name=line.name,
        line={"color": see_through(line.style.colour, 0.5), "width": 1},
        marker={"symbol": line.style.marker, "size": 8, "color": line.style.colour},
        text=[hover_lines(line.marks[number].hover) for number in said],
        hovertemplate="%{text}<extra></extra>",
    )


def _draw_n(figure: go.Figure, line: InfusionLine, infusions: Sequence[str], row: int) -> None:
    row_label(figure, escape(line.name), row, line.style.text, apart=14)
    numbers = [number for number in infusions if number in line.marks and line.marks[number].n is not None]
    figure.add_scatter(
        x=[infusions.index(number) for number in numbers],
        y=[row] * len(numbers),
        mode="text",
        text=[f"{line.marks[number].n:,}" for number in numbers],
        textfont={"size": SMALL - 1, "color": line.style.text},
        textposition="middle center",
        yaxis="y2",
        cliponaxis=False,
        hovertext=[hover_lines(line.marks[number].hover) for number in numbers],
        hovertemplate="%{hovertext}<extra></extra>",
        name=f"{line.name}, n",
    )
