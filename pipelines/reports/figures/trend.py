"""A process chart: quarters in a row, their mean, and the limits of usual variation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.look import LIGHT, Style
from pipelines.reports.figures.frames import is_drawn, style_of
from pipelines.reports.figures.style import (
    SMALL,
    VALUE,
    WIDTH,
    as_svg,
    marker,
    plot,
    share_axis,
    sheet,
    spread,
    tint,
    wrapped,
)
from pipelines.words.catalogue import say
from pipelines.words.numbers import is_known, percent
from pipelines.words.trend import is_high, is_provisional, limit_words, mean_words, phase_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from pipelines.words.statement import Row

_PLOT, _AXIS, _LEFT, _RIGHT = 118.0, 20.0, 32.0, 62.0
_TOP, _TOP_OF_PHASES = 6.0, 26.0
"""What is free above the plot, and where words say why a phase was begun."""
_EDGE = 0.45
_NAMED_AT_MOST = 6


def trend_svg(frame: pd.DataFrame) -> tuple[str, ...]:
    """The chart of one condition and outcome."""
    rows = frame.to_dict("records")
    quarters = [row for row in rows if row["statistic"] != "limits" and is_drawn(row)]
    if not quarters:
        return ()
    top = _TOP_OF_PHASES if any(phase_words(row) for row in rows if row["statistic"] == "limits") else _TOP
    figure = sheet(top + _PLOT + _AXIS)
    axes = plot(figure, _LEFT, top, WIDTH - _LEFT - _RIGHT, _PLOT)
    share_axis(axes, along="y")
    _quarter_axis(axes, quarters)
    style = style_of(frame)
    for limits in (row for row in rows if row["statistic"] == "limits"):
        own = [row for row in quarters if row["phase"] == limits["phase"]]
        if own and (words := phase_words(limits)):
            _draw_begin(axes, own[0], words)
        if own and not limits["suppressed"] and is_known(limits["lower"]):
            _draw_limits(axes, limits, own, is_last=own[-1] is quarters[-1])
        _draw_points(axes, [row for row in own if row["statistic"] == "point"], style)
    _draw_left_out(axes, [row for row in quarters if row["statistic"] == "left_out"], style)
    if counting := [row for row in quarters if row["statistic"] == "point"]:
        _write(axes, counting[-1], percent(counting[-1]["estimate"]), 7, size=VALUE, weight="bold", color=LIGHT.ink)
    return (as_svg(figure),)


def _place(quarter: str) -> int:
    """So that a quarter without courses leaves a gap."""
    year, _, number = quarter.partition("-Q")
    return int(year) * 4 + int(number) if number else int(year)


def _of(row: Row) -> int:
    return _place(str(row["quarter"]))


def _quarter_axis(axes: Axes, quarters: Sequence[Row]) -> None:
    names = {_of(row): str(row["quarter"]) for row in quarters}
    if len(names) > _NAMED_AT_MOST:
        first_of_year = {place: name for place, name in names.items() if name.endswith("-Q1")}
        names = first_of_year or {min(names): names[min(names)], max(names): names[max(names)]}
    places = [_of(row) for row in quarters]
    axes.set_xlim(min(places) - 0.6, max(*places, min(places) + 1) + 0.6)
    axes.set_xticks(list(names), list(names.values()))


def _draw_begin(axes: Axes, first: Row, words: str) -> None:
    """Where a phase was begun by hand, with the reason."""
    x = _of(first) - 0.5
    axes.axvline(x, color=LIGHT.muted, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=1)
    room = (WIDTH - _LEFT - _RIGHT) * (axes.get_xlim()[1] - x) / (axes.get_xlim()[1] - axes.get_xlim()[0]) + _RIGHT
    text = "\n".join(wrapped(words[:1].upper() + words[1:], SMALL, room)[:2])
    place = axes.get_xaxis_transform()
    axes.text(x, 1.03, text, size=SMALL, color=LIGHT.muted, ha="left", va="bottom", transform=place, linespacing=1.1)


def _draw_limits(axes: Axes, limits: Row, own: Sequence[Row], is_last: bool) -> None:
    begin, end = _of(own[0]) - _EDGE, _of(own[-1]) + _EDGE
    lower, mean, upper = float(limits["lower"]), float(limits["estimate"]), float(limits["upper"])
    axes.fill_between((begin, end), (lower, lower), (upper, upper), color=tint(LIGHT.faint, 0.1), linewidth=0, zorder=0)
    for value, line in ((lower, (0, (4, 2))), (mean, (0, (1, 1.6))), (upper, (0, (4, 2)))):
        axes.plot((begin, end), (value, value), color=LIGHT.faint, linewidth=0.8, linestyle=line, zorder=1)
    if not is_last:
        return
    words = [limit_words(lower), mean_words(limits), limit_words(upper)]
    for height, text in zip(spread([lower, mean, upper], 0.075), words, strict=True):
        place = axes.get_yaxis_transform()
        axes.text(1.012, height, text, size=SMALL, color=LIGHT.muted, va="center", transform=place)


def _draw_points(axes: Axes, points: Sequence[Row], style: Style) -> None:
    x, y = [_of(row) for row in points], [float(row["estimate"]) for row in points]
    axes.plot(x, y, color=tint(style.colour, 0.5), linewidth=1.0, zorder=2)
    for row, across, height in zip(points, x, y, strict=True):
        signal = str(row["signal"]) if is_known(row["signal"]) else ""
        shape = marker(style.marker) if not signal else "^" if is_high(signal) else "v"
        edge: dict[str, Any] = (
            {"markeredgecolor": LIGHT.ink, "markeredgewidth": 1.0} if signal else {"markeredgewidth": 0}
        )
        axes.plot([across], [height], shape, color=style.colour, markersize=8.5 if signal else 5, zorder=3, **edge)


def _draw_left_out(axes: Axes, left_out: Sequence[Row], style: Style) -> None:
    """Quarters that do not count, hollow and faint."""
    for row in left_out:
        colour = tint(style.colour if is_provisional(row) else LIGHT.faint, 0.6)
        hollow: dict[str, Any] = {"markerfacecolor": LIGHT.page, "markeredgecolor": colour, "markeredgewidth": 1.0}
        axes.plot([_of(row)], [float(row["estimate"])], marker(style.marker), markersize=5, zorder=3, **hollow)
    if left_out and is_provisional(left_out[-1]):
        _write(axes, left_out[-1], say("trend.newest"), -11, size=SMALL, color=LIGHT.muted)


def _write(axes: Axes, row: Row, text: str, above: float, **look: Any) -> None:
    place = (_of(row), float(row["estimate"]))
    here: dict[str, Any] = {"xytext": (0, above), "textcoords": "offset points", "ha": "center"}
    axes.annotate(text, place, va="bottom" if above > 0 else "center", **here, **look)
