"""What all figures on paper share: a bare sheet in points, the type and colours of the page, and the way to SVG.

Text stays text and is set by Typst in the type of the page. Typst's own fonts are not files, so that matplotlib
measures with STIX, whose letters are about as wide.
"""

from __future__ import annotations

import io
import logging
import re
import threading
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from pipelines.errors import FolderUnfit
from pipelines.look import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ft2font import FT2Font

WIDTH = 470.0
"""Of every figure, in points: the column of text on A4."""
TALLEST = 490.0
"""What a page holds beside the heading of a chapter, a sentence, a title and a caption."""
SMALL, BODY, VALUE = 7.5, 8.5, 10.5
"""Sizes of type, in points."""
FONT = "Libertinus Serif"
_MEASURED_WITH = "STIXGeneral"
_WIDER, _WIDER_BOLD = 1.08, 1.15
"""How much wider than STIX the page's type is, at most, in words of more than a few letters."""
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "pack",
    "font.family": _MEASURED_WITH,
    "axes.unicode_minus": True,
}
_DRAWING = threading.Lock()
"""matplotlib's settings are the process's."""

Dash = str | tuple[float, tuple[float, ...]]
_DASHES: dict[str, Dash] = {
    "solid": "solid",
    "dot": (0, (1, 1.6)),
    "dash": (0, (4, 2)),
    "longdash": (0, (8, 2.5)),
    "dashdot": (0, (5, 2, 1, 2)),
    "longdashdot": (0, (8, 2, 1, 2)),
}
_MARKERS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "triangle-down": "v",
    "hexagon": "h",
}


def load_matplotlib() -> None:
    """Loads matplotlib, which writes a list of fonts; whether in its own folder or a temporary one is no matter.

    Raises:
        FolderUnfit: it finds no folder for that.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        import matplotlib.font_manager  # noqa: F401
    except OSError:
        raise FolderUnfit(
            "The figures of a report need a folder for matplotlib's list of fonts, and neither the one in the home "
            "folder nor one for temporary files can be written. Make room there, or name a folder that can be written "
            "in the environment variable MPLCONFIGDIR."
        ) from None


def sheet(height: float) -> Figure:
    """An empty figure as wide as the column of text.

    Args:
        height: in points.
    """
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH / 72, height / 72), facecolor="none")


def plot(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Bare axes at a place of the sheet, in points from its upper left corner."""
    whole = 72 * figure.get_figheight()
    axes = figure.add_axes((left / WIDTH, 1 - (top + height) / whole, width / WIDTH, height / whole))
    axes.set_facecolor("none")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=LIGHT.muted, pad=4)
    return axes


def page(figure: Figure) -> Axes:
    """Axes over the whole sheet whose unit is the point, downwards, for words and strokes."""
    height = 72 * figure.get_figheight()
    axes = plot(figure, 0, 0, WIDTH, height)
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    return axes


def as_svg(figure: Figure) -> str:
    """The figure as SVG, the same bytes for the same drawing."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    written = io.StringIO()
    with _DRAWING, matplotlib.rc_context(_SETTINGS):
        FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
            written, metadata={"Date": None, "Creator": None}
        )
    return written.getvalue().replace(_MEASURED_WITH, FONT)


def svg_height(svg: str) -> float:
    """How tall a figure is, in points."""
    found = re.search(r'<svg[^>]* height="([\d.]+)pt"', svg)
    return float(found.group(1)) if found else TALLEST


def dash(name: str) -> Dash:
    """A dash of `pipelines.look` as matplotlib writes it."""
    return _DASHES[name]


def marker(name: str) -> str:
    """A marker of `pipelines.look` as matplotlib writes it."""
    return _MARKERS[name]


def tint(colour: str, strength: float) -> str:
    """A colour on white, so strong; paper needs no transparency."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - strength * (255 - channel)):02X}" for channel in channels)


def share_axis(axes: Axes, along: Literal["x", "y"], step: float = 0.25) -> None:
    """An axis of shares, always from 0 to 100 %, with quiet lines at its ticks."""
    ticks = [step * i for i in range(round(1 / step) + 1)]
    names = [f"{100 * tick:.0f} %" for tick in ticks]
    if along == "x":
        axes.set_xlim(0, 1)
        axes.set_xticks(ticks, names)
        axes.vlines(ticks, 0, 1, transform=axes.get_xaxis_transform(), color=LIGHT.rule, linewidth=0.6, zorder=0)
    else:
        axes.set_ylim(0, 1)
        axes.set_yticks(ticks, names)
        axes.hlines(ticks, 0, 1, transform=axes.get_yaxis_transform(), color=LIGHT.rule, linewidth=0.6, zorder=0)


@cache
def _measure(is_bold: bool) -> FT2Font:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    found = findfont(FontProperties(family=_MEASURED_WITH, weight="bold" if is_bold else "normal"))
    return get_font(found)


def text_width(text: str, size: float, is_bold: bool = False) -> float:
    """How wide a line of text is at most, in points."""
    return (_WIDER_BOLD if is_bold else _WIDER) * size / 100 * _width_in_100(text, is_bold) / 64


@lru_cache(maxsize=4096)
def _width_in_100(text: str, is_bold: bool) -> int:
    """In type of 100 points, in 64ths of a point; kept, because a table is fitted in type of several sizes."""
    with _DRAWING:
        font = _measure(is_bold)
        font.set_size(100, 72)
        font.set_text(text)
        width, _ = font.get_width_height()
    return int(width)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """A text in lines that fit a width, in points; a word that is wider is broken."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if text_width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while text_width(line, size) > width:
            fits = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or text_width(line[:n], size) <= width)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def spread(heights: Sequence[float], least: float, ceiling: float = 1.0) -> list[float]:
    """Heights moved apart so that labels at them do not touch; their order stays, none is above the ceiling."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    moved = list(heights)
    for below, above in pairwise(order):
        moved[above] = max(moved[above], moved[below] + least)
    for i in reversed(order):
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - least
    return moved
