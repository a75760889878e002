"""What happened at infusions: a line for each finding, the marks of the conditions below each other."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.figures.dots import Dot, DotLine, coloured, dots_figure, zero_axis
from dashboard.theme import Palette
from pipelines.words.catalogue import say
from pipelines.words.safety_marks import SafetySection
from pipelines.words.statement import Context


def safety_figure(sections: Sequence[SafetySection], context: Context, colours: Palette) -> go.Figure:
    """Dots of 100 on an axis from nought; each section says of how many infusions or courses it is.

    Args:
        sections: what to show, at least one.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    lines = []
    for section in sections:
        for position, (name, marks) in enumerate(section.lines.items()):
            dots = [Dot(mark, colours.of(condition)) for condition, mark in marks.items()]
            heading = section.heading if not position else ""
            note = _n_of(section, context, colours) if not position and len(marks) > 1 else ""
            lines.append(DotLine(name, dots, heading, note))
    return dots_figure(lines, zero_axis(lines, colours), colours)


def _n_of(section: SafetySection, context: Context, colours: Palette) -> str:
    """`Depression n = 3,461   Anxiety n = 1,274`, each in its colour."""
    return coloured(
        [
            (say("safety_marks.n_of", condition=context.label(condition), n=n), colours.of(condition))
            for condition, n in section.n_of.items()
        ]
    )
