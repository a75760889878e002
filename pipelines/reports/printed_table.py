"""A printed table's columns: how wide each is so that all fit the page, and to which side its cells stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from pipelines.reports.figures.style import text_width
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN
from pipelines.words.report_tables import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.reports.pack import PackTable

SIZES = (8.5, 8.0, 7.5, 7.0, 6.5)
"""Of type in points, from which one is taken for each table."""
_GAP = 9.0
"""Between columns, in points."""
_NUMBER = re.compile(rf"^(?:[-−+<]?\d[-\d.,%()=+−–\s]*(?:\b(?:to|of|n)\b[-\d.,%()=+−–\s]*)*|[–—]|{HIDDEN}|)$")
_MOSTLY = 0.6
_NUMBER_AT_MOST, _TEXT_AT_MOST, _FIRST_AT_MOST = 95.0, 80.0, 125.0
"""In points: how long a line a column of numbers, one of texts, and the first has before it is broken."""
_OTHERS_AT_MOST = 125.0
"""In points: what a column but the first is given for its lines, so that the first, of names, has the rest."""
_UNBROKEN_AT_MOST = 16
"""Tables of so many rows stay on one page."""


def table_data(table: PackTable, width: float) -> dict[str, Any]:
    """A table as the template takes it.

    Args:
        table: with what is printed.
        width: of the page's column of text, in points.
    """
    header, rows, is_cut = _without_hidden(
        [str(name) for name in table.printed.columns],
        [[_cell(value) for value in row] for row in table.printed.itertuples(index=False)],
    )
    notes = (table.note, table.on_paper, say("report.note_left_out") if is_cut else "")
    size, widths = _fitted(header, rows, width)
    return {
        "title": table.title,
        "note": " ".join(note for note in notes if note),
        "header": header,
        "rows": rows,
        "size": size,
        "gap": _GAP,
        "widths": widths,
        "sides": [_side(i, [row[i] for row in rows]) for i in range(len(header))],
        "is_whole": len(rows) <= _UNBROKEN_AT_MOST,
    }


def _without_hidden(header: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]], bool]:
    """A table without the lines and columns that are hidden throughout, and whether there are any.

    A table of which nothing else would be left stays.
    """
    columns = [i for i in range(len(header)) if not i or not all(_is_hidden(row[i]) for row in rows)]
    lines = [row for row in rows if not all(_is_hidden(cell) for cell in row[1:])]
    if len(header) < 2 or not lines or len(columns) < 2:
        return header, rows, False
    kept = [[row[i] for i in columns] for row in lines]
    return [header[i] for i in columns], kept, len(columns) < len(header) or len(lines) < len(rows)


def _is_hidden(cell: str) -> bool:
    """Whether nothing of a cell is shown: what it holds is hidden, or is hidden and never was."""
    parts = set(cell.split(", "))
    return HIDDEN in parts and parts <= {HIDDEN, NOTHING}


def _cell(value: object) -> str:
    return "" if value is None or value != value else str(value)


def _side(position: int, cells: Sequence[str]) -> Literal["left", "right"]:
    """Numbers stand to the right, the names of lines to the left."""
    return "right" if position and _is_of_numbers(cells) else "left"


def _is_of_numbers(cells: Sequence[str]) -> bool:
    return bool(cells) and sum(bool(_NUMBER.match(cell)) for cell in cells) >= _MOSTLY * len(cells)


def _fitted(header: Sequence[str], rows: Sequence[Sequence[str]], width: float) -> tuple[float, list[float]]:
    """The largest type in which no number is broken from its interval, and widths of columns that fill the page.

    Where no type is small enough for that, cells are broken between words.
    """
    room = width - _GAP * (len(header) - 1)
    columns = [(name, [row[i] for row in rows]) for i, name in enumerate(header)]
    for fewest in (_width_unbroken, _width_of_words):
        for size in SIZES:
            needed = [
                fewest(name, cells, size, _TEXT_AT_MOST if i else _FIRST_AT_MOST)
                for i, (name, cells) in enumerate(columns)
            ]
            if sum(needed) <= room:
                wanted = [
                    max(min(_width_of_column(*columns[i], size), _OTHERS_AT_MOST if i else room), each)
                    for i, each in enumerate(needed)
                ]
                left = max(0.0, room - sum(wanted)) / len(wanted)
                return size, [each + left for each in _shared(needed, wanted, room - sum(needed))]
    return SIZES[-1], [room * each / sum(needed) for each in needed]


def _shared(needed: Sequence[float], wanted: Sequence[float], left: float) -> list[float]:
    """Each column gets what it wants, the modest first, so that one long text does not break the numbers beside it."""
    widths = list(needed)
    modest_first = sorted(range(len(widths)), key=lambda i: wanted[i] - needed[i])
    for done, i in enumerate(modest_first):
        more = min(wanted[i] - needed[i], left / (len(widths) - done))
        widths[i] += more
        left -= more
    return widths


def _width_unbroken(name: str, cells: Sequence[str], size: float, text_at_most: float) -> float:
    """Numbers stand in one line with their intervals; texts have room for some words."""
    longest = max((text_width(cell, size) for cell in cells), default=0)
    most = _NUMBER_AT_MOST if _is_of_numbers(cells) else text_at_most
    return max(_width_of_words(name, cells, size), min(longest, most) + 1)


def _width_of_words(name: str, cells: Sequence[str], size: float, _text_at_most: float = 0) -> float:
    words = {word for text in (name, *cells) for word in text.split()}
    return max((text_width(word, size) for word in words), default=0) + 1


def _width_of_column(name: str, cells: Sequence[str], size: float) -> float:
    """In one line each cell, in two the header."""
    lines = [*cells, name[: len(name) // 2 + 4]]
    return max(text_width(line, size) for line in lines) + 2
