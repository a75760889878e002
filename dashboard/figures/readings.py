"""Readings of a rate on one scale: what it would be, by what those lost are taken for."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_wrapped, see_through, share_axis
from dashboard.figures.rates import FOOT, LINE_HEIGHT, draw_words
from dashboard.theme import Palette, Style
from pipelines.words.readings import Reading

_WORDS, _MARKS, _TOP = 10, 31, 2
_RANGE = 0.14
"""How strongly the range of all that is possible is drawn."""


def readings_figure(readings: Sequence[Reading], style: Style, colours: Palette) -> go.Figure:
    """A line for each reading; behind all of them, light, the range of what is possible.

    Args:
        readings: of one condition, from top to bottom.
        style: of the condition.
        colours: of the reader's theme.
    """
    height = LINE_HEIGHT * len(readings)
    figure = canvas(colours, height + _TOP + FOOT, {"l": 14, "r": 14, "t": _TOP, "b": FOOT})
    figure.update_layout(
        xaxis={**share_axis(colours), "range": [-0.005, 1.03]},
        yaxis={"range": [height, 0], "visible": False, "fixedrange": True},
    )
    for reading in readings:
        if reading.kind == "bounds":
            figure.add_vrect(
                x0=reading.lower,
                x1=reading.upper,
                fillcolor=see_through(style.colour, _RANGE),
                line_width=0,
                layer="below",
            )
    for position, reading in enumerate(readings):
        above = LINE_HEIGHT * position
        draw_words(figure, reading.name, reading.beside, above + _WORDS, colours)
        _draw(figure, reading, above + _MARKS, style)
    return figure


def _draw(figure: go.Figure, reading: Reading, y: float, style: Style) -> None:
    text = hover_wrapped(reading.hover)
    if reading.lower is not None and reading.upper is not None:
        is_range = reading.kind == "bounds"
        figure.add_scatter(
            x=[reading.lower, (reading.lower + reading.upper) / 2, reading.upper],
            y=[y] * 3,
            mode="lines",
            line={"color": see_through(style.colour, 0.35 if is_range else 0.5), "width": 10 if is_range else 4},
            text=[text] * 3,
            hovertemplate="%{text}<extra></extra>",
            name=f"{reading.kind}_range",
        )
    if reading.estimate is not None:
        is_hollow = reading.kind == "missing_as_nonresponse"
        figure.add_scatter(
            x=[reading.estimate],
            y=[y],
            mode="markers",
            marker={
                "symbol": f"{style.marker}-open" if is_hollow else style.marker,
                "size": 10,
                "color": style.colour,
                "line": {"color": style.colour, "width": 2},
            },
            text=[text],
            hovertemplate="%{text}<extra></extra>",
            name=reading.kind,
        )
