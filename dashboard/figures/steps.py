"""What figures of trajectories share: the axis of steps, the axis of changes, and labels beside the last step."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Any

import plotly.graph_objects as go

from dashboard.figures.canvas import spread
from dashboard.theme import SMALL, Palette
from pipelines.words.numbers import is_known, signed_percent
from pipelines.words.trajectory import step_words

_TENTH = 0.1


def step_axis(steps: Sequence[str], colours: Palette) -> dict[str, Any]:
    """An axis of steps, from baseline to the last window."""
    return {
        "tickvals": list(range(len(steps))),
        "ticktext": [step_words(step).replace(" of ", "<br>of ") for step in steps],
        "tickfont": {"size": SMALL, "color": colours.muted},
        "range": [-0.35, max(1, len(steps) - 1) + 0.35],
        "fixedrange": True,
        "tickangle": 0,
        "ticklabeloverflow": "allow",
    }


def change_axis(values: Sequence[float], colours: Palette) -> dict[str, Any]:
    """An axis of changes in per cent, that holds nought and all values."""
    low, high = _ends(values)
    step = 0.1 if high - low <= 0.6 else 0.25
    ticks = [step * i for i in range(floor(low / step), ceil(high / step) + 1)]
    return upward_axis(low, high, {tick: signed_percent(tick) for tick in ticks}, colours)


def upward_axis(low: float, high: float, ticks: dict[float, str], colours: Palette) -> dict[str, Any]:
    """An axis from one end to the other, with a little room beyond both."""
    room = 0.03 * (high - low)
    return {
        "range": [low - room, high + room],
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
        "tickfont": {"size": SMALL, "color": colours.muted},
        "showgrid": True,
        "gridcolor": colours.rule,
        "zeroline": False,
        "fixedrange": True,
    }


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Nought and all values lie between them, to the next tenth."""
    known = [*filter(is_known, values), 0.0]
    return floor(10 * min(known)) / 10, ceil(10 * max(known)) / 10 if max(known) > 0 else _TENTH / 2


def heights_apart(figure: go.Figure, values: Sequence[float], least: float) -> list[float]:
    """Where labels of values stand on the axis upwards, moved apart so that they do not touch.

    Args:
        figure: whose axis it is.
        values: on that axis.
        least: how far apart, as a share of the axis.
    """
    low, high = figure.layout.yaxis.range
    shares = spread([(value - low) / (high - low) for value in values], least)
    return [low + share * (high - low) for share in shares]
