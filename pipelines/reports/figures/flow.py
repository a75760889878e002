"""From started to responded: a bar for each stage, and above it who was left out on the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.look import LIGHT
from pipelines.reports.figures.frames import groups, style_of
from pipelines.reports.figures.style import BODY, SMALL, VALUE, WIDTH, as_svg, page, sheet, text_width, tint, wrapped
from pipelines.words.flow import flow_stages
from pipelines.words.numbers import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from pipelines.look import Style
    from pipelines.words.flow import Stage

_STAGE, _LEFT_OUT, _BAR, _HEADING, _BETWEEN = 31.0, 10.5, 7.0, 17.0, 22.0
_SIDE_BY_SIDE = 2


def flow_svg(frame: pd.DataFrame, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Bars from nought, as shares of the courses started; cohorts stand side by side, two in a row."""
    if frame.empty:
        return ()
    flows = [(", ".join(names), flow_stages(rows), style_of(rows)) for names, rows in groups(frame, labels)]
    flows = [flow for flow in flows if any(stage.share for stage in flow[1])]
    if not flows:
        return ()
    columns = min(len(flows), _SIDE_BY_SIDE)
    width = (WIDTH - _BETWEEN * (columns - 1)) / columns
    rows = [flows[i : i + columns] for i in range(0, len(flows), columns)]
    heights = [max(_height(stages, name, width) for name, stages, _ in row) for row in rows]
    axes = page(sheet(sum(heights) + 2))
    top = 0.0
    for row, height in zip(rows, heights, strict=True):
        for column, (name, stages, style) in enumerate(row):
            _draw(axes, name, stages, style, column * (width + _BETWEEN), top, width)
        top += height
    figure = axes.get_figure(root=True)
    return (as_svg(figure),) if figure else ()


def _height(stages: Sequence[Stage], name: str, width: float) -> float:
    left_out = sum(len(_left_out(stage, width)) for stage in stages)
    return (_HEADING if name else 0) + _STAGE * len(stages) + _LEFT_OUT * left_out


def _left_out(stage: Stage, width: float) -> list[str]:
    """Who was left out, in lines; of those whose number is hidden there is nothing to tell here."""
    told = [text for text in stage.left_out if not text.startswith(HIDDEN)]
    return [line for text in told for line in wrapped(f"− {text}", SMALL, width - 10)]


def _draw(axes: Axes, name: str, stages: Sequence[Stage], style: Style, x: float, y: float, width: float) -> None:
    if name:
        axes.text(x, y + 8, name, size=BODY, weight="bold", color=LIGHT.ink, va="center")
        y += _HEADING
    for stage in stages:
        for text in _left_out(stage, width):
            axes.text(x + 10, y + _LEFT_OUT / 2, text, size=SMALL, color=LIGHT.muted, va="center")
            y += _LEFT_OUT
        beside = text_width(stage.label, BODY) + 7
        axes.text(x, y + 14, stage.label, size=BODY, color=LIGHT.muted, va="baseline")
        axes.text(x + beside, y + 14, stage.n, size=VALUE, weight="bold", color=LIGHT.ink, va="baseline")
        bar: dict[str, Any] = {"linewidth": _BAR, "solid_capstyle": "butt"}
        axes.plot((x, x + width), (y + 22, y + 22), color=tint(LIGHT.faint, 0.16), **bar)
        if stage.share:
            axes.plot((x, x + width * stage.share), (y + 22, y + 22), color=tint(style.colour, 0.75), **bar)
        y += _STAGE
