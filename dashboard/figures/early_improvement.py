"""Response of those who improved early and of the others, for each early window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.figures.dots import Dot, DotLine, dots_figure, whole_axis
from dashboard.theme import Palette, Style
from pipelines.words.marks import Mark


def early_figure(windows: Mapping[str, Sequence[tuple[Mark, Mark]]], style: Style, colours: Palette) -> go.Figure:
    """A section for each early window, a line for each part; filled is of those with both scores.

    Args:
        windows: of one condition, by heading: for each part the observed rate, and the one that counts the missed.
        style: of the condition.
        colours: of the reader's theme.
    """
    lines = [
        DotLine(observed.name, [Dot(missed, style, "beside"), Dot(observed, style)], "" if position else heading)
        for heading, parts in windows.items()
        for position, (observed, missed) in enumerate(parts)
    ]
    return dots_figure(lines, whole_axis(colours), colours)
