"""Recovery as NHS services report it: each outcome beside what services are held to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.figures.dots import Dot, DotLine, dots_figure, whole_axis
from dashboard.theme import Palette, Style
from pipelines.words.nhs_recovery import OutcomeMark, standard_words


def recovery_figure(
    outcomes: Mapping[str, Sequence[OutcomeMark]], styles: Mapping[str, Style], colours: Palette
) -> go.Figure:
    """A section for each condition, a line for each outcome.

    Args:
        outcomes: by the condition's name.
        styles: by the condition's name.
        colours: of the reader's theme.
    """
    lines = [
        DotLine(
            outcome.observed.name,
            _dots(outcome, styles[name]),
            "" if position or len(outcomes) == 1 else name,
            standard=None if outcome.held_to is None else (outcome.held_to, standard_words(outcome.held_to)),
        )
        for name, own in outcomes.items()
        for position, outcome in enumerate(own)
    ]
    return dots_figure(lines, whole_axis(colours), colours)


def _dots(outcome: OutcomeMark, style: Style) -> list[Dot]:
    beside = [] if outcome.missed is None else [Dot(outcome.missed, style, "beside")]
    return [*beside, Dot(outcome.observed, style)]
