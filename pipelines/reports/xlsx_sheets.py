"""What the sheets of the workbook share: names that Excel takes, text that stays text, links, how pages are printed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.formula_guard import guarded
from pipelines.reports.office_words import synthetic_words, title_words
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from pipelines.reports.pack import Pack
    from pipelines.reports.xlsx_formats import Formats

NAME_AT_MOST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_A4 = 9
CELL_AT_MOST = 32_767
_LINE, _HIGHEST, _SET_CLOSER = 13.5, 400, 0.95


@dataclass(frozen=True)
class Making:
    """A workbook while it is made.

    Attributes:
        sheet_of: the sheet of each table.
    """

    book: Workbook
    pack: Pack
    formats: Formats
    sheet_of: dict[str, str]

    def sheet(self, name: str, title: str) -> Worksheet:
        """A new sheet with its title and the way back."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        self.text(sheet, 0, 0, title, "title")
        sheet.set_row(0, 24)
        if name != say("workbook.contents"):
            self.link(sheet, 1, 0, say("workbook.contents"), say("workbook.back"))
        _print_setup(sheet, self.pack)
        return sheet

    def text(self, sheet: Worksheet, row: int, column: int, text: str, kind: str = "text") -> None:
        """A text that is never run as a formula, nor made a link."""
        runs = guarded(text) != text
        own = self.formats.quoted(kind) if runs else self.formats.of(kind)
        sheet.write_string(row, column, text[:CELL_AT_MOST], own)

    def height(self, sheet: Worksheet, row: int, texts: Mapping[str, float]) -> None:
        """Makes a row as high as its longest text needs; not every program does that by itself.

        Args:
            texts: what is wrapped in it, with the widths of the columns.
        """
        lines = max((len(textwrap.wrap(text, int(width * _SET_CLOSER))) for text, width in texts.items()), default=1)
        if lines > 1:
            sheet.set_row(row, min(lines * _LINE + 2, _HIGHEST))

    def link(self, sheet: Worksheet, row: int, column: int, target: str, text: str) -> None:
        """A link to another sheet."""
        quoted = target.replace("'", "''")
        sheet.write_url(row, column, f"internal:'{quoted}'!A1", self.formats.of("link"), string=text)


def sheet_names(tables: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """A name for the sheet of each table: short enough, of allowed letters, each once.

    Args:
        tables: their names.
        taken: names of other sheets.
    """
    used = {name.lower() for name in taken} | {"history"}
    names = {}
    for table in tables:
        plain = _FORBIDDEN.sub("-", table).strip("'") or "table"
        name, number = plain[:NAME_AT_MOST], 1
        while name.lower() in used:
            number += 1
            name = f"{plain[: NAME_AT_MOST - len(str(number)) - 1]}~{number}"
        used.add(name.lower())
        names[table] = name
    return names


def _print_setup(sheet: Worksheet, pack: Pack) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    left = " · ".join(text for text in (title_words(pack.about), synthetic_words(pack.about)) if text)
    escaped = left.replace("&", "&&")[:180]
    sheet.set_footer(f"&L&8{escaped}&R&8{say('workbook.page')} &P / &N")
