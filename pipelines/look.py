"""How results look, on screen and on paper: a palette, and one colour, dash and marker for each condition.

Condition colours keep 3:1 against the page and are told apart with colour-vision deficiency; text in a condition's
colour has a tone of its own that keeps 4.5:1. `tests/dashboard/test_theme.py` measures both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """One colour (for marks and for text), dash and marker."""

    colour: str
    text: str
    dash: str
    marker: str


@dataclass(frozen=True)
class Palette:
    """The colours of one theme.

    Attributes:
        ink, muted, faint: text, from strongest to what is only context.
        rule: gridlines.
        chosen: behind what a reader chose.
        alert: text that asks for attention.
        page: the background.
        styles: by condition.
        other: for conditions that a program adds.
    """

    ink: str
    muted: str
    faint: str
    rule: str
    chosen: str
    alert: str
    page: str
    styles: dict[str, Style]
    other: Style

    def of(self, condition: str) -> Style:
        """The style of a condition."""
        return self.styles.get(condition, self.other)


LIGHT = Palette(
    ink="#1B2430",
    muted="#56616E",
    faint="#8B95A1",
    rule="#E4E8ED",
    chosen="#E3EDF5",
    alert="#B3261E",
    page="#FFFFFF",
    styles={
        "depression": Style("#0072B2", "#00649C", "solid", "circle"),
        "anxiety": Style("#009E73", "#00775A", "longdash", "square"),
        "chronic_pain": Style("#D55E00", "#B04A00", "dashdot", "diamond"),
        "ocd": Style("#7B5EA7", "#6E5297", "dash", "triangle-up"),
        "ptsd": Style("#B8860B", "#876100", "longdashdot", "triangle-down"),
    },
    other=Style("#5F6B78", "#525D69", "dot", "hexagon"),
)
DARK = Palette(
    ink="#E6EBF0",
    muted="#A5B0BC",
    faint="#77828E",
    rule="#29323C",
    chosen="#22384A",
    alert="#FF9C92",
    page="#12171D",
    styles={
        "depression": Style("#4BA6E0", "#6CB7E8", "solid", "circle"),
        "anxiety": Style("#2DBE94", "#4ACBA6", "longdash", "square"),
        "chronic_pain": Style("#F08040", "#F59A66", "dashdot", "diamond"),
        "ocd": Style("#A98FD3", "#B9A3DD", "dash", "triangle-up"),
        "ptsd": Style("#D6A63A", "#DFB65A", "longdashdot", "triangle-down"),
    },
    other=Style("#94A0AC", "#A5B0BC", "dot", "hexagon"),
)
