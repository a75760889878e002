"""Response by what the first infusion was like: each level with its unadjusted and its standardised rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import plotly.graph_objects as go

from dashboard.figures.dots import Dot, DotLine, dots_figure, whole_axis
from dashboard.theme import Palette, Style
from pipelines.words.catalogue import say
from pipelines.words.experience_marks import LevelMarks


def experience_figure(levels: Mapping[str, Sequence[LevelMarks]], style: Style, colours: Palette) -> go.Figure:
    """A line for each level in sections by what was recorded; filled is standardised, hollow unadjusted.

    Args:
        levels: of one condition, by what was recorded.
        style: of the condition.
        colours: of the reader's theme.
    """
    lines = [
        DotLine(level.name, _dots(level, style), "" if position else name)
        for name, own in levels.items()
        for position, level in enumerate(own)
    ]
    return dots_figure(lines, whole_axis(colours), colours)


def _dots(level: LevelMarks, style: Style) -> list[Dot]:
    if level.standardised is not None:
        return [Dot(level.standardised, style), Dot(level.unadjusted, style, "hollow")]
    mark = level.unadjusted
    if mark.is_said:
        mark = replace(mark, rests_on=f"{mark.rests_on}, {say('experience_marks.not_held')}")
    return [Dot(mark, style, "hollow")]
