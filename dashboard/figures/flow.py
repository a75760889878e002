"""From started to responded: a bar for each stage, and between them every exclusion with its count."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, see_through, write
from dashboard.theme import BODY, SMALL, VALUE, Palette, Style
from pipelines.words.flow import Stage

STAGE_HEIGHT, EXCLUSION_HEIGHT, BAR = 44, 19, 10


def flow_figure(stages: Sequence[Stage], style: Style, colours: Palette) -> go.Figure:
    """Bars from nought, as shares of the courses started; exclusions stand in words above the bar they lead to.

    Args:
        stages: from `flow_stages`.
        style: of the condition.
        colours: of the reader's theme.
    """
    height = sum(STAGE_HEIGHT + EXCLUSION_HEIGHT * len(stage.left_out) for stage in stages)
    figure = canvas(colours, height + 8, {"l": 4, "r": 14, "t": 2, "b": 6})
    figure.update_layout(
        xaxis={"range": [0, 1], "visible": False, "fixedrange": True},
        yaxis={"range": [height, 0], "visible": False, "fixedrange": True},
    )
    y = 0.0
    for stage in stages:
        for text in stage.left_out:
            middle = y + EXCLUSION_HEIGHT / 2
            write(figure, f"− {escape(text)}", 0, middle, shift=11, size=SMALL, colour=colours.muted)
            y += EXCLUSION_HEIGHT
        label = f'{escape(stage.label)}  <b style="font-size:{VALUE}px;color:{colours.ink}">{stage.n}</b>'
        write(figure, label, 0, y + 12, shift=-3, size=BODY, colour=colours.muted)
        bars = [(1.0, see_through(colours.faint, 0.15))]
        if stage.share is not None:
            bars.append((stage.share, see_through(style.colour, 0.75)))
        for share, colour in bars:
            figure.add_bar(
                x=[share],
                y=[y + 29],
                orientation="h",
                width=BAR,
                marker={"color": colour, "line": {"width": 0}},
                text=[hover_lines(stage.hover)],
                textposition="none",
                hovertemplate="%{text}<extra></extra>",
            )
        y += STAGE_HEIGHT
    figure.update_layout(barmode="overlay")
    return figure
