"""A figure of the report read back: its words, strokes, areas and marks, each with its place on the sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from lxml import etree

Point = tuple[float, float]
_STEP = re.compile(r"([MLC])\s*([-\d. e]+)")
_GRID, _BACK = "LineCollection", "patch"


@dataclass(frozen=True)
class Words:
    """A line of text; `middle` is the height that it is centred on, near enough to tell lines apart."""

    text: str
    x: float
    y: float
    size: float
    is_bold: bool

    @property
    def middle(self) -> float:
        return self.y - 0.26 * self.size


@dataclass(frozen=True)
class Ink:
    """Something drawn: a `line`, an `area`, or a `mark` at a point, filled or hollow."""

    kind: str
    points: tuple[Point, ...]
    colour: str
    width: float = 0.0
    is_hollow: bool = False

    @property
    def xs(self) -> list[float]:
        return [x for x, _ in self.points]

    @property
    def ys(self) -> list[float]:
        return [y for _, y in self.points]


@dataclass
class Sheet:
    """All that is drawn on one sheet.

    Attributes:
        frame: left, top, right and bottom of the plot.
        ticks: names along each axis with their places.
        grid: the quiet lines at ticks.
        inks: all else that is drawn, in its order.
        words: all that is written but the names of ticks.
    """

    frame: tuple[float, float, float, float]
    ticks: dict[str, list[tuple[str, float]]]
    grid: list[Ink]
    inks: list[Ink]
    words: list[Words] = field(default_factory=list)

    def scale(self, axis: str, value_of: Callable[[str], float]) -> Callable[[float], float]:
        """From a place along an axis to its value.

        Args:
            axis: `x` or `y`.
            value_of: what the name of a tick stands for.
        """
        names = self.ticks[axis]
        places = [place for _, place in names]
        if axis == "y":  # Names beside a plot stand a little below their ticks, whose lines tell where these are.
            lines = sorted(ink.ys[0] for ink in self.grid)
            places = sorted(lines, reverse=places[0] > places[-1])
            assert all(abs(name[1] - place) < 4 for name, place in zip(names, places, strict=True))
        values = [value_of(name) for name, _ in names]
        slope, start = np.polyfit(places, values, 1)
        assert np.allclose(np.polyval([slope, start], places), values, atol=1e-4 * (max(values) - min(values)))
        return lambda place: float(slope * place + start)


@cache
def read_sheet(svg: str) -> Sheet:
    """A sheet as matplotlib wrote it; to be read, not changed."""
    root = etree.fromstring(svg.encode())
    shapes = {element.get("id"): element for element in root.iter("{*}path") if element.get("id")}
    assert not [element for element in root.iter("{*}g", "{*}path", "{*}use") if "transform" in element.attrib]
    made = Sheet((0, 0, 0, 0), {"x": [], "y": []}, [], [])
    for axes in root.iterfind(".//{*}g[@id='figure_1']/{*}g"):
        if str(axes.get("id")).startswith("axes"):
            for group in axes.iterfind("{*}g"):
                _read_group(group, shapes, made, is_plot=axes.get("id") == "axes_1")
    return made


def _read_group(group: Any, shapes: dict[str, Any], made: Sheet, *, is_plot: bool) -> None:
    name = str(group.get("id"))
    if name.startswith("matplotlib.axis"):
        axis = "x" if name.endswith("1") else "y"
        for text in group.iter("{*}text"):
            made.ticks[axis].append((str(text.text), float(text.get("x" if axis == "x" else "y"))))
        assert not list(group.iter("{*}path", "{*}use")), "a tick that is drawn"
        return
    made.words += [_words(text) for text in group.iter("{*}text")]
    inks = list(_inks(group, shapes))
    if name.startswith(_BACK) and is_plot and made.frame == (0, 0, 0, 0):
        (back,) = inks
        made.frame = (min(back.xs), min(back.ys), max(back.xs), max(back.ys))
        assert back.colour == "none"
    elif name.startswith(_GRID):
        made.grid += inks
    else:
        made.inks += [ink for ink in inks if ink.colour != "none"]


def _words(text: Any) -> Words:
    style = _style(text)
    size = float(style["font-size"].removesuffix("px"))
    return Words(str(text.text), float(text.get("x")), float(text.get("y")), size, style.get("font-weight") == "700")


def _inks(group: Any, shapes: dict[str, Any]) -> Iterator[Ink]:
    for path in group.iterfind("{*}path"):
        style = _style(path)
        is_line = style.get("fill") == "none" and "stroke" in style
        colour = style["stroke"] if is_line else style.get("fill", "")
        width = float(style.get("stroke-width", "1")) if is_line else 0.0
        yield Ink("line" if is_line else "area", _points(path.get("d")), colour, width)
    for use in group.iter("{*}use"):
        style, at = _style(use), (float(use.get("x")), float(use.get("y")))
        shape = shapes[use.get("{http://www.w3.org/1999/xlink}href").removeprefix("#")]
        if str(group.get("id")).startswith("FillBetween"):
            yield Ink("area", tuple((x + at[0], y + at[1]) for x, y in _points(shape.get("d"))), style["fill"])
        else:
            is_hollow = "stroke" in style and style["fill"] == "#ffffff"
            yield Ink("mark", (at,), style["stroke"] if is_hollow else style["fill"], is_hollow=is_hollow)


def _points(path: str) -> tuple[Point, ...]:
    made = []
    for _, numbers in _STEP.findall(path):
        values = [float(number) for number in numbers.split()]
        made.append((values[-2], values[-1]))
    return tuple(made)


def _style(element: Any) -> dict[str, str]:
    pairs = (pair.split(":", 1) for pair in element.get("style", "").split(";") if ":" in pair)
    return {name.strip(): value.strip() for name, value in pairs}


def without_repeats(points: Sequence[Point]) -> list[Point]:
    """Corners of a line of upright and level strokes, without points that it passes straight through."""
    made: list[Point] = []
    for point in points:
        if made and np.allclose(made[-1], point, atol=1e-4):
            continue
        if len(made) > 1 and any(
            np.isclose(made[-2][i], made[-1][i], atol=1e-4) and np.isclose(made[-1][i], point[i], atol=1e-4)
            for i in (0, 1)
        ):
            made.pop()
        made.append(point)
    return made
