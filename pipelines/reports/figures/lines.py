"""Lines of a forest: at the left a name, in the middle its mark with the interval, at the right the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.look import LIGHT, Style
from pipelines.reports.figures.style import (
    BODY,
    SMALL,
    TALLEST,
    VALUE,
    WIDTH,
    as_svg,
    marker,
    page,
    plot,
    sheet,
    text_width,
    tint,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.axes import Axes

_ROW, _GROUPED, _BETWEEN, _MORE = 21.0, 12.0, 6.5, 10.0
"""Heights in points: a line by itself, one of a group, between groups, and each further line of a long name."""
_FOOT, _TOP, _REFERENCE = 17.0, 2.0, 11.0
"""The axis below, what is free above, and the words of a line through all."""
_NAME_AT_MOST, _GROUP_AT_MOST, _APART = 150.0, 100.0, 12.0


@dataclass(frozen=True)
class Line:
    """One line of a forest.

    Attributes:
        value: its number in words; empty where nothing may be drawn, then `quiet` says why.
        quiet: interval and counts, beside the value.
        mark: estimate, lower and upper end; the estimate is None where only how little is known is drawn.
        thin: a further estimate, hollow, and how far a thin line goes from there.
        band: what lies behind it, as limits.
        group: what it belongs to together with its neighbours; their names stand right of it.
    """

    name: str
    style: Style
    value: str
    quiet: str
    mark: tuple[float | None, float | None, float | None] | None = None
    thin: tuple[float, float] | None = None
    band: tuple[float, float] | None = None
    group: str = ""


@dataclass(frozen=True)
class _Columns:
    """Where words begin and the plot ends, the same on every sheet."""

    name: float
    plot: float
    numbers: float


@dataclass(frozen=True)
class _Placed:
    line: Line
    group: tuple[str, ...]
    name: tuple[str, ...]
    middle: float


def forest(
    lines: Sequence[Line], scale: Callable[[Axes], None], reference: tuple[float, str] | None = None
) -> tuple[str, ...]:
    """A forest as SVG, on as many sheets as it needs; none where no line has anything to draw.

    Args:
        lines: from top to bottom.
        scale: sets the axis across.
        reference: a value drawn as a line through all, with its words.
    """
    if not any(line.mark for line in lines):
        return ()
    columns = _columns(lines)
    return tuple(_sheet(placed, height, columns, scale, reference) for placed, height in _sheets(lines))


def _columns(lines: Sequence[Line]) -> _Columns:
    groups = {line.group for line in lines if line.group}
    name = max((text_width(text, BODY) for group in groups for text in _group(group)), default=-_APART) + _APART
    names = max((text_width(text, BODY) for line in lines for text in _name(line)), default=0)
    numbers = (text_width(line.value, VALUE, True) + text_width(line.quiet, SMALL) + 6 for line in lines)
    return _Columns(name, name + names + _APART, WIDTH - max(numbers))


def _group(group: str) -> tuple[str, ...]:
    return tuple(wrapped(group, BODY, _GROUP_AT_MOST))


def _name(line: Line) -> tuple[str, ...]:
    return tuple(wrapped(line.name, BODY, _NAME_AT_MOST))


def _sheets(lines: Sequence[Line]) -> Iterator[tuple[list[_Placed], float]]:
    """The lines of each sheet with their places, and its height; groups stay together."""
    placed: list[_Placed] = []
    y = 0.0
    for own in _grouped(lines):
        is_group = bool(own[0].group)
        heights = [(_GROUPED if is_group else _ROW) + _MORE * max(0, len(_name(line)) - 2 + is_group) for line in own]
        gap = max(_BETWEEN, _MORE * len(_group(own[0].group)) - sum(heights)) if is_group else 0.0
        if placed and y + sum(heights) + gap > TALLEST:
            yield placed, y
            placed, y = [], 0.0
        for i, (line, height) in enumerate(zip(own, heights, strict=True)):
            placed.append(_Placed(line, _group(line.group) if not i else (), _name(line), y + height / 2))
            y += height
        y += gap
    yield placed, y


def _grouped(lines: Sequence[Line]) -> Iterator[list[Line]]:
    own: list[Line] = []
    for line in lines:
        if own and (not line.group or line.group != own[-1].group):
            yield own
            own = []
        own.append(line)
    if own:
        yield own


def _sheet(
    placed: Sequence[_Placed],
    height: float,
    columns: _Columns,
    scale: Callable[[Axes], None],
    reference: tuple[float, str] | None,
) -> str:
    top = _TOP + (_REFERENCE if reference else 0)
    figure = sheet(top + height + _FOOT)
    axes = plot(figure, columns.plot, top, columns.numbers - _APART - columns.plot, height)
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    scale(axes)
    words = page(figure)
    if reference:
        _draw_reference(axes, *reference)
    for each in placed:
        y = top + each.middle
        _write(words, 0, y, each.group, LIGHT.ink, is_from_first=True)
        colour = each.line.style.text if each.line.group else LIGHT.ink
        _write(words, columns.name, y, each.name, colour, is_from_first=False)
        _draw_numbers(words, each.line, columns.numbers, y)
        _draw_mark(axes, each.line, each.middle)
    return as_svg(figure)


def _write(words: Axes, x: float, y: float, lines: Sequence[str], colour: str, is_from_first: bool) -> None:
    """A name; beside a group its first line stands at the height of the first mark."""
    above = 0.0 if is_from_first else _MORE * (len(lines) - 1) / 2
    for i, text in enumerate(lines):
        words.text(x, y - above + _MORE * i, text, size=BODY, color=colour, va="center")


def _draw_numbers(words: Axes, line: Line, x: float, y: float) -> None:
    beside = text_width(line.value, VALUE, True) + 4 if line.value else 0
    words.text(x, y, line.value, size=VALUE, weight="bold", color=LIGHT.ink, va="center")
    words.text(x + beside, y, line.quiet, size=SMALL, color=LIGHT.muted, va="center")


def _draw_mark(axes: Axes, line: Line, y: float) -> None:
    if line.band is not None:
        axes.plot(line.band, (y, y), color=LIGHT.rule, linewidth=11, solid_capstyle="butt", zorder=1)
    if line.mark is None:
        return
    estimate, lower, upper = line.mark
    shape, colour = marker(line.style.marker), line.style.colour
    if line.thin is not None:
        axes.plot(line.thin, (y, y), color=tint(colour, 0.6), linewidth=0.7, solid_capstyle="butt", zorder=2)
    if lower is not None and upper is not None:
        bar = tint(colour, 0.4) if estimate is not None else tint(LIGHT.faint, 0.3)
        axes.plot((lower, upper), (y, y), color=bar, linewidth=3.2, solid_capstyle="butt", zorder=3)
    if line.thin is not None:
        hollow: dict[str, Any] = {"markerfacecolor": LIGHT.page, "markeredgecolor": colour, "markeredgewidth": 1.0}
        axes.plot(line.thin[:1], [y], shape, markersize=5, zorder=4, clip_on=False, **hollow)
    if estimate is not None:
        axes.plot([estimate], [y], shape, color=colour, markersize=5.5, markeredgewidth=0, zorder=5, clip_on=False)


def _draw_reference(axes: Axes, value: float, words: str) -> None:
    axes.axvline(value, color=LIGHT.faint, linewidth=0.8, linestyle=(0, (1, 1.6)), zorder=1)
    place = axes.get_xaxis_transform()
    axes.text(value, 1, words, size=SMALL, color=LIGHT.muted, ha="center", va="bottom", transform=place)
