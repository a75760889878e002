"""Suicidal ideation: what became of those with some and of those with none, in sections by whom it is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.figures.dots import Dot, DotLine, dots_figure, whole_axis
from dashboard.theme import Palette, Style
from pipelines.words.ideation_marks import Pair


def ideation_figure(sections: Mapping[str, Sequence[Pair]], style: Style, colours: Palette) -> go.Figure:
    """A line for each outcome; hollow counts those without a level in the window as still having some.

    Args:
        sections: of one condition and source.
        style: of the condition.
        colours: of the reader's theme.
    """
    lines = []
    for heading, pairs in sections.items():
        for position, (observed, assumed) in enumerate(pairs):
            beside = [] if assumed is None else [Dot(assumed, style, "beside")]
            lines.append(DotLine(observed.name, [*beside, Dot(observed, style)], "" if position else heading))
    return dots_figure(lines, whole_axis(colours), colours)
