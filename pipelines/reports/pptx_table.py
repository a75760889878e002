"""A table on a slide: a header, thin rules, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches

from pipelines.look import LIGHT
from pipelines.reports.pptx_look import Box, Text, fill

if TYPE_CHECKING:
    from pptx.slide import Slide

_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_SIZE, _SMALL, _MANY = 11, 9, 5
_LETTER, _FIRST_AT_LEAST, _FIRST_AT_MOST = 0.085, 1.6, 3.4
"""Inches: of a letter, and how wide the column of names is."""


def write_table(slide: Slide, box: Box, head: Sequence[str], rows: Sequence[Sequence[str]], alt: str) -> None:
    """Adds a table; its first column is of names."""
    frame: Any = slide.shapes.add_table(len(rows) + 1, len(head), *box.places)
    frame.element.nvGraphicFramePr.cNvPr.set("descr", alt)
    table = frame.table
    table._tbl.tblPr.find("{*}tableStyleId").text = _NO_STYLE
    table.first_row, table.horz_banding = True, False
    first = min(max(_FIRST_AT_LEAST, *(_LETTER * len(row[0]) for row in [head, *rows])), _FIRST_AT_MOST)
    rest = (box.width - first) / max(len(head) - 1, 1)
    size = _SIZE if len(rows) < _MANY else _SMALL
    for column in range(len(head)):
        table.columns[column].width = Inches(rest if column else first)
    for row, texts in enumerate([head, *rows]):
        table.rows[row].height = Inches(box.height / (len(rows) + 1))
        for column, text in enumerate(texts):
            cell = table.cell(row, column)
            cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            fill(cell.text_frame, [Text(text, size, LIGHT.ink if row else LIGHT.muted)])
            cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if column else PP_ALIGN.LEFT
