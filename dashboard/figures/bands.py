"""Columns of shares in severity bands or bands of change, one for each step of a course."""

from __future__ import annotations

from html import escape
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, see_through, share_axis, spread, write
from dashboard.figures.steps import step_axis
from dashboard.theme import SMALL, Palette, Style
from pipelines.words.numbers import is_known
from pipelines.words.statement import Context
from pipelines.words.trajectory import band_hover, drawn_steps, is_drawn

_TENTH = 0.1
_STRONG = 0.7
"""From here on numbers inside a bar are in the colour of the page."""
_LYING_AT_MOST = 4
_STANDING: dict[str, Any] = {"tickangle": None, "autotickangles": [0, 90], "automargin": True}
"""Names of steps lie while they have room on a phone; where there are more they may stand."""
_NAME_WIDTH = 16
"""Characters of a band's name on a line."""


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
    figure = canvas(colours, 380, {"l": 44, "r": 104, "t": 8, "b": 34})
    figure.update_layout(
        barmode="stack",
        bargap=0.25,
        xaxis={
            **step_axis(steps, colours),
            "range": [-0.5, len(steps) - 0.5],
            **(_STANDING if len(steps) > _LYING_AT_MOST else {}),
        },
        yaxis=share_axis(colours),
    )
    middles: list[float] = []
    names: list[str] = []
    below = 0.0
    order = positions if strongest_first else positions[::-1]
    for rank, position in enumerate(order):
        own = {str(row["window"]): row for row in rows[rows["band_position"] == position].to_dict("records")}
        # A hidden band leaves its place empty, so that the others stand where they stood.
        shares = [float(own[step]["estimate"]) if is_known(own[step]["estimate"]) else 0.0 for step in steps]
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
            hovertext=[
                "" if own[step]["suppressed"] else hover_lines(band_hover(own[step], context)) for step in steps
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
        if steps:
            middles.append(below + shares[-1] / 2)
            names.append(str(next(iter(own.values()))["band"]))
            below += shares[-1]
    for name, height in zip(
        names, spread(middles, 0.115 if max(map(len, names), default=0) > _NAME_WIDTH else 0.062), strict=True
    ):
        lines = "<br>".join(map(escape, wrap(name, _NAME_WIDTH)))
        look = {"xref": "paper", "align": "left"}
        write(figure, lines, 1, height, shift=4, size=SMALL, colour=colours.muted, **look)
    return figure
