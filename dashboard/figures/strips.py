"""Small figures of plain markup: marks on one short axis, so light that a page of many is drawn at once.

A chart library takes tens of milliseconds for each figure; a table of rows with a figure in every place needs none of
what it offers. Places are in per cent of the width, so that a column of strips shares its axis at any width. Each
figure is a `role="figure"` whose label is the finding; each mark says its sentence when pointed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from dashboard.figures.canvas import across, day_words, hover_lines
from dashboard.theme import Style

SHARES = ((0.0, "0"), (0.5, "50"), (1.0, "100 %"))
DAYS = (0, 7, 28, 56)
LAST_DAY = DAYS[-1]


def strip(alt: str, marks: Sequence[str], ticks: Sequence[tuple[float, str]], name: str = "") -> str:
    """Marks on an axis; without ticks' words it shares those of the strip below it.

    Args:
        alt: the finding.
        marks: from the functions below, those behind first.
        ticks: where the axis has a line, from 0 to 1, and its words.
        name: what kind of strip it is, for the style sheet.
    """
    lines = "".join(f'<i class="tick" style="left:{_place(at)}"></i>' for at, _ in ticks)
    words = "".join(
        f'<span class="{_anchor(at)}" style="left:{_place(at)}">{escape(text)}</span>' for at, text in ticks if text
    )
    axis = f'<div class="axis">{words}</div>' if words else ""
    label = escape(alt.replace("\u00a0", " "), quote=True)
    return (
        f'<div class="strip {name}" role="figure" aria-label="{label}">'
        f'<div class="marks">{lines}{"".join(marks)}</div>{axis}</div>'
    )


def share_ticks(*, in_words: bool = True) -> list[tuple[float, str]]:
    """The axis of shares, from 0 to 100 %."""
    return [(at, text if in_words else "") for at, text in SHARES]


def day_ticks() -> list[tuple[float, str]]:
    """The axis of days, by the square root, so that the first days have room."""
    return [(day_place(day), f"day {day}" if day == DAYS[1] else day_words(day)) for day in DAYS]


def day_place(day: float) -> float:
    """Where a day stands, from 0 to 1; the last for all beyond."""
    return across(min(day, LAST_DAY)) / across(LAST_DAY)


def band(lower: float, upper: float, says: str = "") -> str:
    """A grey range behind the marks; of no width it is a line."""
    return _mark("band", lower, says, f"width:{_length(upper - lower)}")


def bar(upper: float, says: str) -> str:
    """A grey bar from nought."""
    return _mark("bar", 0.0, says, f"width:{_length(upper)}")


def interval(lower: float, upper: float, colour: str, says: str = "", kind: str = "interval") -> str:
    """A line between two ends: of kind `could_be` a thin one, of `span` a thick one, of `open` with an arrow."""
    return _mark(kind, lower, says, f"width:{_length(upper - lower)};--colour:{colour}")


def dot(
    at: float, style: Style, says: str, *, is_hollow: bool = False, height: float | None = None, ring: str = ""
) -> str:
    """A condition's own marker.

    Args:
        at: where it stands across, from 0 to 1.
        style: of the condition.
        says: the sentence at it.
        is_hollow: what is assumed or provisional.
        height: where it stands upwards in a chart, from 0 to 1.
        ring: the colour of a ring around it.
    """
    upwards = "" if height is None else f";bottom:{_place(height)}"
    shape = f'<i class="dot {style.marker}{" hollow" if is_hollow else ""}"></i>'
    around = f'<i class="ring" style="border-color:{ring}"></i>' if ring else ""
    return _mark("point", at, says, f"--colour:{style.colour}{upwards}", around + shape)


def level(lower: float, upper: float, kind: str) -> str:
    """A band or a line all across a chart, between two heights."""
    return f'<i class="{kind}" style="bottom:{_place(lower)};height:{_length(upper - lower)}"></i>'


def path(points: Sequence[tuple[float, float]], colour: str) -> str:
    """A thin line through points of a chart, each from 0 to 1 across and upwards."""
    drawn = " ".join(f"{100 * x:.2f},{100 - 100 * y:.2f}" for x, y in points)
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none">'
        f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-opacity="0.5" stroke-width="1.5" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
    return f'<img class="path" alt="" src="data:image/svg+xml,{quote(picture)}">'


def _mark(kind: str, at: float, says: str, look: str, inside: str = "") -> str:
    sentence = f'<span class="says {"to_right" if at < 0.5 else "to_left"}">{hover_lines(says)}</span>' if says else ""
    return f'<span class="mark {kind}" style="left:{_place(at)};{look}">{inside}{sentence}</span>'


def _anchor(at: float) -> str:
    return "first" if at <= 0 else "last" if at >= 1 else "middle"


def _place(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.2f}%"


def _length(share: float) -> str:
    return f"{100 * max(share, 0.0):.2f}%"
