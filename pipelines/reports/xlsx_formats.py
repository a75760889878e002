"""How the cells of the workbook look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.look import LIGHT

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

FONT, SIZE = "Arial", 10
_KINDS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "heading": {"bold": True, "font_size": 12},
    "line": {"font_color": LIGHT.muted},
    "alert": {"bold": True, "font_color": LIGHT.alert},
    "header": {
        "bold": True,
        "text_wrap": True,
        "valign": "bottom",
        "bottom": 1,
        "bottom_color": LIGHT.ink,
        "bg_color": LIGHT.chosen,
    },
    "text": {"valign": "top"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "label": {"font_color": LIGHT.muted, "valign": "top"},
    "link": {"font_color": "#00649C", "underline": 1, "valign": "top"},
    "hidden": {"font_color": LIGHT.muted, "italic": True, "align": "right", "valign": "top"},
}


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}

    def of(self, kind: str) -> Format:
        """A kind of text."""
        return self._once(kind, "", _KINDS[kind])

    def number(self, number_format: str) -> Format:
        """Numbers of one format."""
        return self._once("number", number_format, {"num_format": number_format, "valign": "top"})

    def quoted(self, kind: str) -> Format:
        """A kind of text that stays text even where a reader edits its cell."""
        return self._once(kind, "quoted", {**_KINDS[kind], "quote_prefix": True})

    def _once(self, kind: str, variant: str, properties: dict[str, Any]) -> Format:
        key = (kind, variant)
        if key not in self._made:
            base = {"font_name": FONT, "font_size": SIZE, "font_color": LIGHT.ink}
            self._made[key] = self._book.add_format({**base, **properties})
        return self._made[key]
