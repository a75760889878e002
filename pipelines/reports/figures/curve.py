"""Onset and durability: step curves with their bands, and under the same axis the numbers at risk."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

from pipelines.look import LIGHT, Style
from pipelines.reports.figures.frames import groups, style_of
from pipelines.reports.figures.style import (
    BODY,
    SMALL,
    VALUE,
    WIDTH,
    as_svg,
    dash,
    page,
    plot,
    share_axis,
    sheet,
    spread,
    text_width,
    tint,
)
from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known, percent, percent_bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

_PLOT, _TOP, _AXIS, _ROW = 145.0, 6.0, 32.0, 12.0
"""Heights in points: the plot, what is free above, ticks and title below it, a row of numbers at risk."""
_RIGHT = 66.0
"""Right of the plot, for the values at the ends of the curves."""
_WEEKS_FROM, _WEEK = 29, 7


@dataclass(frozen=True)
class _Clock:
    ticks: tuple[int, ...]
    place: Callable[[float], float]
    title: str


@dataclass(frozen=True)
class _Series:
    name: str
    style: Style
    dash: str
    steps: pd.DataFrame
    at_risk: pd.DataFrame
    end: float


def curve_svg(frame: pd.DataFrame, labels: Mapping[str, str], fewest: int) -> tuple[str, ...]:
    """The curves of a table.

    Args:
        frame: rows of onset or durability curves.
        labels: of conditions, by their ids.
        fewest: a curve ends where fewer are at risk.
    """
    clock = _clock(str(frame["measure"].iloc[0])) if len(frame) else None
    if clock is None:
        return ()
    found = [_series(", ".join(names), rows, clock, fewest) for names, rows in groups(frame, labels)]
    series = [item for item in found if item]
    if not series:
        return ()
    names = [say("onset.at_risk"), *(item.name for item in series)]
    left = max(34.0, max(text_width(name, SMALL) for name in names) + 22)
    rows = _ROW * (len(series) + bool(series[0].name))
    figure = sheet(_TOP + _PLOT + _AXIS + rows)
    axes = plot(figure, left, _TOP, WIDTH - left - _RIGHT, _PLOT)
    share_axis(axes, along="y")
    axes.axhline(0.5, color=LIGHT.faint, linewidth=0.6, zorder=1)
    axes.set_xlim(clock.place(0), clock.place(clock.ticks[-1]))
    axes.set_xticks([clock.place(tick) for tick in clock.ticks], [_day(tick) for tick in clock.ticks])
    for item in series:
        _draw(axes, item, clock)
    _name_ends(axes, series, clock)
    words = page(figure)
    words.text(WIDTH - _RIGHT, _TOP + _PLOT + 24, clock.title, size=SMALL, color=LIGHT.muted, ha="right", va="center")
    _draw_at_risk(words, series, clock, left)
    return (as_svg(figure),)


def _clock(measure: str) -> _Clock:
    if measure.startswith("onset"):
        return _Clock((0, 1, 3, 7, 14, 21, 28, 42, 56), sqrt, say("onset.title_days"))
    return _Clock((0, 14, 28, 42, 56, 84), float, say("durability.title"))


def _day(day: float) -> str:
    return f"{day / _WEEK:.0f} wk" if day >= _WEEKS_FROM and not day % _WEEK else f"{day:g}"


def _series(name: str, rows: pd.DataFrame, clock: _Clock, fewest: int) -> _Series | None:
    shown = rows[~rows["suppressed"].astype(bool)]
    counted = shown.loc[shown["n_at_risk"].fillna(0) >= max(fewest, 1), "day"]
    last = min(float(clock.ticks[-1]), float(counted.max())) if len(counted) else 0.0
    steps = shown[(shown["statistic"] == "interval_censored") & shown["estimate"].notna() & (shown["day"] <= last)]
    at_risk = shown[(shown["statistic"] == "at_risk") & shown["n_at_risk"].notna() & (shown["day"] <= last)]
    if len(steps) < 2:
        return None
    style = style_of(rows)
    return _Series(name, style, style.dash, steps.sort_values("day"), at_risk, last)


def _draw(axes: Axes, item: _Series, clock: _Clock) -> None:
    days = [clock.place(day) for day in [*item.steps["day"], item.end]]
    held = {name: [*item.steps[name], item.steps[name].iloc[-1]] for name in ("estimate", "lower", "upper")}
    band = tint(item.style.colour, 0.15)
    axes.fill_between(days, held["lower"], held["upper"], step="post", color=band, linewidth=0, zorder=1)
    axes.plot(
        days,
        held["estimate"],
        drawstyle="steps-post",
        color=item.style.colour,
        linewidth=1.6,
        linestyle=dash(item.dash),
        solid_joinstyle="miter",
        zorder=3,
        clip_on=False,
    )


def _name_ends(axes: Axes, series: Sequence[_Series], clock: _Clock) -> None:
    """At the end of each curve its last value with its interval, right of the plot."""
    ends = [item.steps.iloc[-1] for item in series]
    heights = spread([float(end["estimate"]) for end in ends], 0.14, 1.0)
    across = axes.get_yaxis_transform()
    for item, end, height in zip(series, ends, heights, strict=True):
        value = percent(float(end["estimate"]))
        here: dict[str, Any] = {"transform": across, "va": "center", "clip_on": False}
        axes.text(1.015, height, value, size=VALUE, weight="bold", color=item.style.text, **here)
        if is_known(end["lower"]):
            ends_words = " to ".join(percent_bounds(float(end["lower"]), float(end["upper"])))
            axes.text(1.015, height - 0.065, ends_words, size=SMALL, color=LIGHT.muted, **here)
        if item.name:
            place = (clock.place(item.end), float(end["estimate"]))
            above: dict[str, Any] = {"xytext": (-3, 5), "textcoords": "offset points", "ha": "right", "va": "bottom"}
            axes.annotate(item.name, place, size=BODY, weight="bold", color=item.style.text, **above)


def _draw_at_risk(words: Axes, series: Sequence[_Series], clock: _Clock, left: float) -> None:
    top = _TOP + _PLOT + _AXIS
    words.text(0, top + _ROW / 2, say("onset.at_risk"), size=SMALL, color=LIGHT.muted, va="center")
    width = WIDTH - left - _RIGHT
    for row, item in enumerate(series, start=1 if series[0].name else 0):
        y = top + _ROW * (row + 0.5)
        words.text(0, y, item.name, size=SMALL, color=item.style.text, va="center")
        taken: list[tuple[float, float]] = []
        for day, n in _ticks_first(item.at_risk, clock):
            x = left + width * clock.place(day) / clock.place(clock.ticks[-1])
            half = text_width(count(n), SMALL) / 2 + 3
            if all(x + half <= begin or x - half >= end for begin, end in taken):
                taken.append((x - half, x + half))
                words.text(x, y, count(n), size=SMALL, color=item.style.text, ha="center", va="center")


def _ticks_first(at_risk: pd.DataFrame, clock: _Clock) -> list[tuple[float, float]]:
    """The numbers at risk on the days of the axis; where a policy merged days, those that are left."""
    rows = [(float(day), float(n)) for day, n in zip(at_risk["day"], at_risk["n_at_risk"], strict=True)]
    on_ticks = [row for row in rows if row[0] in clock.ticks]
    return on_ticks if len(on_ticks) > 2 else [*on_ticks, *(row for row in rows if row[0] not in clock.ticks)]
