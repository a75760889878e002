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
_SIZE, _FIRST = 11, 1.6


def write_table(slide: Slide, box: Box, head: Sequence[str], rows: Sequence[Sequence[str]], alt: str) -> None:
    """Adds a table; its first column is of names."""
    frame: Any = slide.shapes.add_table(len(rows) + 1, len(head), *box.places)
    frame.element.nvGraphicFramePr.cNvPr.set("descr", alt)
    table = frame.table
    table._tbl.tblPr.find("{*}tableStyleId").text = _NO_STYLE
    table.first_row, table.horz_banding = True, False
    rest = (box.width - _FIRST) / max(len(head) - 1, 1)
    for column in range(len(head)):
        table.columns[column].width = Inches(rest if column else _FIRST)
    for row, texts in enumerate([head, *rows]):
        table.rows[row].height = Inches(box.height / (len(rows) + 1))
        for column, text in enumerate(texts):
            cell = table.cell(row, column)
            cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            fill(cell.text_frame, [Text(text, _SIZE, LIGHT.ink if row else LIGHT.muted)])
            cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if column else PP_ALIGN.LEFT
