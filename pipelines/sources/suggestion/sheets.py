"""What a draft of a mapping knows of each sheet: where its columns are named, and what kind of cells they hold.

Cells are looked at and never shown: of a column its name and the kind of its cells leave this module, and of its texts
only those that words of ours stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal

from pipelines.sources.mapping.dates import ISO, read_format
from pipelines.sources.spreadsheet import Cell
from pipelines.sources.suggestion.words import Words
from pipelines.sources.table.cells import DECIMAL_COMMA, folded
from pipelines.sources.table.columns import holds_address_or_number
from pipelines.sources.table.files import joined_names, read_header
from pipelines.sources.table.formats import ROWS_SEARCHED_FOR_A_HEADER, RawTable, detected, format_of, sheets_of

Kind = Literal["dates", "numbers", "text", "blank"]
_ROWS_LOOKED_AT = 2_000
_FEWEST_KNOWN_NAMES = 2
_MOST_ARE = 0.8
_ISO = tuple(map(read_format, ISO))
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_NUMERIC_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{2,4})( \d{1,2}:\d{2})?")


@dataclass(frozen=True)
class SeenColumn:
    """One column.

    Attributes:
        name: its header.
        kind: of most of its cells.
        texts: its distinct texts, for words of ours to be found among; never shown.
        blanks: the words in it that stand for nothing.
        has_comma: whether a number is written with a decimal comma.
    """

    name: str
    kind: Kind
    texts: frozenset[str]
    blanks: frozenset[str]
    has_comma: bool


@dataclass(frozen=True)
class SeenSheet:
    """One sheet or file in which columns are named.

    Attributes:
        header_rows: where.
        date_forms: how dates are written as text, as far as they can mean one thing only.
        has_unclear_dates: whether some could be day first or month first.
    """

    raw: RawTable
    header_rows: tuple[int, ...]
    columns: tuple[SeenColumn, ...]
    date_forms: tuple[str, ...]
    has_unclear_dates: bool


def look_at(paths: Sequence[Path], words: Words) -> Iterator[SeenSheet | None]:
    """Each sheet of the files; None for one in which no row looks like names of columns.

    Raises:
        FileRefused: a file is damaged or empty.
    """
    for path in paths:
        for raw in _raw_tables(path):
            yield _seen(raw, words)


def _raw_tables(path: Path) -> Iterator[RawTable]:
    format_ = format_of(path)
    assert format_ is not None
    if format_ == "xlsx":
        yield from sheets_of(path)
    elif format_ == "parquet":
        yield RawTable(path, format_)
    else:
        yield detected(path, format_, None, None, None)


def _seen(raw: RawTable, words: Words) -> SeenSheet | None:
    rows = list(islice(raw.rows(), _ROWS_LOOKED_AT))
    header_rows = (1,) if raw.format == "parquet" else _header_rows(rows, words)
    if header_rows is None:
        return None
    header, _ = read_header(raw, header_rows)
    below = [cells for line, cells in rows if line > raw.header_rows(header_rows)[-1]]
    columns = tuple(
        _column(name, [cells[place] for cells in below if place < len(cells)], words)
        for place, name in enumerate(header)
    )
    forms = {form for column in columns if column.kind == "dates" for form in _date_forms(column)}
    return SeenSheet(
        raw,
        header_rows,
        columns,
        tuple(sorted(form for form in forms if form)),
        "" in forms,
    )


def _header_rows(rows: Sequence[tuple[int, Sequence[Cell]]], words: Words) -> tuple[int, ...] | None:
    """The row, or the two rows, that name most columns in words of ours; no cell there looks like a value."""
    best, best_score = None, _FEWEST_KNOWN_NAMES - 1
    top = [(line, [_name(cell) for cell in cells]) for line, cells in rows[:ROWS_SEARCHED_FOR_A_HEADER]]
    for (line, names), (next_line, lower) in zip(top, [*top[1:], (0, [])], strict=True):
        if None in names or sum(map(bool, names)) < _FEWEST_KNOWN_NAMES:
            continue
        candidates: list[tuple[tuple[int, ...], list[str]]] = [((line,), [name or "" for name in names])]
        if next_line == line + 1 and None not in lower:
            candidates.append(((line, next_line), joined_names([n or "" for n in names], [n or "" for n in lower])))
        for place, found in candidates:
            score = sum(words.knows(name) for name in found if name)
            if score > best_score:
                best, best_score = place, score
    return best


def _name(cell: Cell) -> str | None:
    """A cell as the name of a column, blank if it is; None if it cannot be one."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) and not _looks_like_a_value(cell) else None


def _looks_like_a_value(text: str) -> bool:
    """Whether a text could be a number, a date, an address or a longer code: names of columns are none of these."""
    text = text.strip()
    return bool(_NUMBER.fullmatch(text) or _NUMERIC_DATE.fullmatch(text)) or holds_address_or_number(text)


def _column(name: str, cells: Sequence[Cell], words: Words) -> SeenColumn:
    filled = [cell for cell in cells if cell not in (None, "") and not words.is_blank(cell)]
    texts = frozenset(cell.strip() for cell in filled if isinstance(cell, str))
    blanks = frozenset(folded(cell) for cell in cells if isinstance(cell, str) and words.is_blank(cell))
    if not filled:
        return SeenColumn(name, "blank", texts, blanks, has_comma=False)
    n_dates = sum(isinstance(cell, date) or (isinstance(cell, str) and _is_date(cell.strip())) for cell in filled)
    n_numbers = sum(_is_number(cell) for cell in filled)
    kind: Kind = "text"
    if n_dates >= _MOST_ARE * len(filled):
        kind = "dates"
    elif n_numbers >= _MOST_ARE * len(filled):
        kind = "numbers"
    return SeenColumn(name, kind, texts, blanks, any(DECIMAL_COMMA.fullmatch(text) for text in texts))


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int | float) or (isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()) is not None)


def _is_date(text: str) -> bool:
    return _NUMERIC_DATE.fullmatch(text) is not None or _is_iso_date(text)


def _is_iso_date(text: str) -> bool:
    return any(form.read(text) for form in _ISO)


def _date_forms(column: SeenColumn) -> Iterator[str]:
    """How the texts of a column write dates; nothing where that could be two things."""
    forms: dict[str, set[tuple[bool, bool]]] = {}
    for text in column.texts:
        found = _NUMERIC_DATE.fullmatch(text)
        if found is None or _is_iso_date(text):
            continue
        first, mark, second, year = int(found[1]), found[2], int(found[3]), found[4]
        rest = mark + ("YYYY" if len(year) == 4 else "YY") + (" hh:mm" if found[5] else "")
        forms.setdefault(f"{mark}{rest}", set()).add((first <= 12, second <= 12))
    for form, orders in forms.items():
        mark, rest = form[0], form[1:]
        can_be_month_first = all(first for first, _ in orders)
        can_be_day_first = all(second for _, second in orders)
        if can_be_day_first and not can_be_month_first:
            yield f"DD{mark}MM{rest}"
        elif can_be_month_first and not can_be_day_first:
            yield f"MM{mark}DD{rest}"
        elif mark == "." and can_be_day_first:
            yield f"DD{mark}MM{rest}"
        else:
            yield ""
