"""Marks side by side: each line a name with its numbers above one or several marks with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Any, Literal

import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, see_through, share_axis, write
from dashboard.figures.rates import draw_words
from dashboard.theme import BODY, SMALL, VALUE, Palette, Style
from pipelines.words.marks import Mark

FOOT = 24
_WORDS, _FIRST, _APART, _BELOW = 10, 31, 13, 15
"""From the top of a line to its words and to its first mark, between marks, and from the last to the next line."""
_HEADING, _HEADING_NOTE, _STANDARD = 34, 20, 12


@dataclass(frozen=True)
class Dot:
    """One mark on a line.

    Attributes:
        mark: the value with its words.
        style: its colour and marker.
        look: `filled` or `hollow` with its interval; `beside`: hollow, without, at the height of the first.
    """

    mark: Mark
    style: Style
    look: Literal["filled", "hollow", "beside"] = "filled"


@dataclass(frozen=True)
class DotLine:
    """One line of the figure.

    Attributes:
        name: what its marks are of.
        dots: from top to bottom; the words above are those of the first, or the values of all if none is hollow.
        heading: opens a section above it, where lines stand in sections.
        heading_note: below the heading, in Plotly's HTML.
        standard: a value to see the first mark beside, and what it is.
    """

    name: str
    dots: Sequence[Dot]
    heading: str = ""
    heading_note: str = ""
    standard: tuple[float, str] | None = None


def dots_figure(lines: Sequence[DotLine], axis: dict[str, Any], colours: Palette) -> go.Figure:
    """The lines from top to bottom on one axis.

    Args:
        lines: at least one.
        axis: of the values, as `share_axis` or `zero_axis`.
        colours: of the reader's theme.
    """
    tops, height = [], 0
    for line in lines:
        height += (_HEADING if line.heading else 0) + (_HEADING_NOTE if line.heading_note else 0)
        tops.append(height)
        height += _FIRST + _APART * (_n_places(line) - 1) + _BELOW + (_STANDARD if line.standard else 0)
    figure = canvas(colours, height + FOOT + 2, {"l": 14, "r": 14, "t": 2, "b": FOOT})
    figure.update_layout(xaxis=axis, yaxis={"range": [height, 0], "visible": False, "fixedrange": True})
    for line, top in zip(lines, tops, strict=True):
        _draw_heading(figure, line, top, colours)
        _draw_words(figure, line, top + _WORDS, colours)
        if line.standard is not None:
            _draw_standard(figure, line, line.standard, top + _FIRST, colours)
        place = 0
        for dot in line.dots:
            is_beside = dot.look == "beside"
            _draw_dot(figure, dot, top + _FIRST + _APART * (0 if is_beside else place), colours)
            place += not is_beside
    return figure


def zero_axis(lines: Sequence[DotLine], colours: Palette) -> dict[str, Any]:
    """An axis of shares from nought to just beyond the last interval: what is rare would be lost on one to 100 %."""
    ends = [dot.mark.upper or dot.mark.estimate or 0.0 for line in lines for dot in line.dots]
    highest = max([*ends, 0.01])
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.25) if highest <= 6 * step or step == 0.25)
    n_steps = min(ceil(highest / step), round(1 / step))
    ticks = [step * i for i in range(n_steps + 1)]
    return {
        **share_axis(colours),
        "range": [-0.005 * ticks[-1], 1.03 * ticks[-1]],
        "tickvals": ticks,
        "ticktext": [f"{100 * tick:.0f}" for tick in ticks],
    }


def whole_axis(colours: Palette) -> dict[str, Any]:
    """Shares from 0 to 100 %, with room for words that begin at the left end."""
    return {**share_axis(colours), "range": [-0.005, 1.03]}


def coloured(parts: Sequence[tuple[str, Style]]) -> str:
    """Words in the colours of their styles, one after the other, in Plotly's HTML."""
    return "   ".join(f'<span style="color:{style.text}">{escape(text)}</span>' for text, style in parts)


def _n_places(line: DotLine) -> int:
    return max(1, sum(dot.look != "beside" for dot in line.dots))


def _draw_heading(figure: go.Figure, line: DotLine, top: int, colours: Palette) -> None:
    above = top - (_HEADING_NOTE if line.heading_note else 0)
    if line.heading:
        text = f"<b>{escape(line.heading)}</b>"
        write(figure, text, 0, above - _HEADING + 20, shift=-4, size=BODY, colour=colours.ink)
    if line.heading_note:
        write(figure, line.heading_note, 0, above + 4, shift=-4, size=SMALL, colour=colours.muted)


def _draw_words(figure: go.Figure, line: DotLine, y: float, colours: Palette) -> None:
    shown = [dot for dot in line.dots if dot.look == "filled"]
    if len(shown) <= 1:
        mark = (shown or list(line.dots))[0].mark
        draw_words(figure, line.name, (mark.value, mark.interval, mark.rests_on), y, colours)
        return
    values = "   ".join(
        f'<b style="color:{dot.style.text};font-size:{VALUE - 2}px">{escape(dot.mark.value)}</b>'
        if dot.mark.is_said
        else f'<span style="color:{dot.style.text};font-size:{SMALL}px">{escape(dot.mark.rests_on)}</span>'
        for dot in shown
    )
    text = f'<span style="color:{colours.muted}">{escape(line.name)}</span>   {values}'
    write(figure, text, 0, y, shift=-4, size=BODY, colour=colours.ink, bgcolor=colours.page, borderpad=0)


def _draw_standard(figure: go.Figure, line: DotLine, standard: tuple[float, str], y: float, colours: Palette) -> None:
    """A grey stroke; its words stand on the side where the mark is not."""
    value, words = standard
    figure.add_scatter(
        x=[value, value],
        y=[y - 9, y + 9],
        mode="lines",
        line={"color": colours.muted, "width": 2},
        hoverinfo="skip",
    )
    is_exceeded = any((dot.mark.estimate or 0.0) >= value for dot in line.dots)
    side = {"xanchor": "right", "shift": -4} if is_exceeded else {"xanchor": "left", "shift": 4}
    write(figure, escape(words), value, y + 12, size=SMALL - 1, colour=colours.muted, **side)


def _draw_dot(figure: go.Figure, dot: Dot, y: float, colours: Palette) -> None:
    mark, text = dot.mark, hover_lines(dot.mark.hover)
    colour = dot.style.colour
    if dot.look != "beside" and mark.lower is not None and mark.upper is not None:
        line_colour = see_through(colour if mark.is_said else colours.faint, 0.5 if mark.is_said else 0.35)
        middle = (mark.lower + mark.upper) / 2
        figure.add_scatter(
            x=[mark.lower, middle, mark.upper],
            y=[y] * 3,
            mode="lines",
            line={"color": line_colour, "width": 4 if dot.look == "filled" else 2},
            text=[text] * 3,
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    if not mark.is_said:
        return
    figure.add_scatter(
        x=[mark.estimate],
        y=[y],
        mode="markers",
        marker={
            "symbol": dot.style.marker if dot.look == "filled" else f"{dot.style.marker}-open",
            "size": 9,
            "color": colour,
            "line": {"color": colour, "width": 2},
        },
        text=[text],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )
