"""A pack as a workbook: contents with links, key results, charts, one sheet a table, definitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from pipelines.reports.about_words import about_lines
from pipelines.reports.office_file import same_bytes
from pipelines.reports.office_words import synthetic_words, title_words
from pipelines.reports.xlsx_charts import Charts
from pipelines.reports.xlsx_formats import FONT, SIZE, Formats
from pipelines.reports.xlsx_sheets import Making, sheet_names
from pipelines.reports.xlsx_table import write_table
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from pipelines.reports.pack import Pack

_OWN_SHEETS = ("contents", "key_results", "charts", "definitions", "chart_data")
_HOLDS = 92


def write_xlsx(pack: Pack) -> bytes:
    """A pack as a workbook; the same pack gives the same bytes."""
    made = BytesIO()
    book = Workbook(made, _options())
    about = pack.about
    book.set_properties(
        {
            "title": title_words(about),
            "subject": say("office.subject"),
            "author": about.program,
            "comments": synthetic_words(about),
            "created": datetime(about.built.year, about.built.month, about.built.day),
        }
    )
    names = sheet_names(pack.tables, (say(f"workbook.{name}") for name in _OWN_SHEETS))
    making = Making(book, pack, Formats(book), names)
    contents = making.sheet(say("workbook.contents"), title_words(about))
    _key_results(making)
    charts = making.sheet(say("workbook.charts"), say("workbook.charts"))
    for table in pack.tables.values():
        write_table(making, table)
    _definitions(making)
    data = making.sheet(say("workbook.chart_data"), say("workbook.chart_data"))
    making.text(data, 2, 0, say("workbook.holds_chart_data"), "line")
    Charts(making, charts, data).write()
    _contents(making, contents)
    contents.activate()
    book.close()
    return same_bytes(made.getvalue(), about.built)


def _options() -> dict[str, Any]:
    """No text becomes anything else; made anew for each workbook, because XlsxWriter empties what it is given."""
    return {
        "in_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": FONT, "font_size": SIZE},
    }


def _contents(making: Making, sheet: Worksheet) -> None:
    """What the pack is about, the way to every sheet, and what was withheld."""
    pack, row = making.pack, 1
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, _HOLDS)
    sheet.set_column(2, 2, 9)
    if synthetic_words(pack.about):
        making.text(sheet, row, 0, synthetic_words(pack.about), "alert")
        row += 2
    for column, name in enumerate(("sheet", "holds", "rows")):
        making.text(sheet, row, column, say(f"workbook.{name}"), "header")
    for name, holds, n_rows in _sheets(making):
        row += 1
        making.link(sheet, row, 0, name, name)
        making.text(sheet, row, 1, holds, "wrapped")
        if n_rows is not None:
            sheet.write_number(row, 2, n_rows, making.formats.number("#,##0"))
    row = _lines(making, sheet, row + 2, say("workbook.about"), about_lines(pack))
    if pack.withheld:
        _lines(making, sheet, row + 1, say("workbook.withheld"), [("", text) for text in pack.withheld])


def _sheets(making: Making) -> list[tuple[str, str, int | None]]:
    tables = [(making.sheet_of[table.name], table.title, len(table.frame)) for table in making.pack.tables.values()]
    own = {name: (say(f"workbook.{name}"), say(f"workbook.holds_{name}"), None) for name in _OWN_SHEETS[1:]}
    return [own["key_results"], own["charts"], *tables, own["definitions"], own["chart_data"]]


def _lines(making: Making, sheet: Worksheet, row: int, title: str, lines: list[tuple[str, str]]) -> int:
    """A block of names and texts under a title; gives the next free row."""
    making.text(sheet, row, 0, title, "heading")
    for name, text in lines:
        row += 1
        making.text(sheet, row, 0, name, "label")
        making.text(sheet, row, 1, text, "wrapped")
        making.height(sheet, row, {text: _HOLDS})
    return row + 1


def _key_results(making: Making) -> None:
    rows = [(said.lead, said.finding, said.basis.strip("()"), said.more) for said in making.pack.key_results]
    heads = ("question", "result", "rests_on", "more")
    _texts(making, "key_results", heads, (22, 52, 52, 52), rows)


def _definitions(making: Making) -> None:
    rows = [
        (section.title, entry.title, fact.name, fact.text, fact.source)
        for section in making.pack.methods
        for entry in section.entries
        for fact in entry.facts
    ]
    rows += [
        (say("workbook.glossary"), entry.title, fact.name, fact.text, fact.source)
        for entry in making.pack.glossary
        for fact in entry.facts
    ]
    heads = ("topic", "definition", "what", "text", "source")
    _texts(making, "definitions", heads, (22, 26, 24, 64, 52), rows)


def _texts(
    making: Making, name: str, heads: tuple[str, ...], widths: tuple[int, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    """A sheet of texts under a header that stays."""
    sheet = making.sheet(say(f"workbook.{name}"), say(f"workbook.{name}"))
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        making.text(sheet, 3, column, say(f"workbook.{head}"), "header")
    for row, texts in enumerate(rows, start=4):
        for column, text in enumerate(texts):
            if text:
                making.text(sheet, row, column, text, "wrapped")
        making.height(sheet, row, dict(zip(texts, widths, strict=True)))
    sheet.freeze_panes(4, 1)
    sheet.repeat_rows(3)
