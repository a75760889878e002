"""Which file or sheet each table of a mapping is, and whether the columns that it names are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from pipelines.errors import FileRefused, nearest_name
from pipelines.sources.files import LOCK_FILE, is_hidden
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import MappingFile, Table
from pipelines.sources.spreadsheet import Cell, column_letters, number_text, refuse_other_spreadsheet
from pipelines.sources.table.columns import (
    column_uses,
    dropped_columns,
    item_columns,
    matches,
    told_header,
    used_columns,
)
from pipelines.sources.table.formats import (
    ENDINGS,
    ROWS_SEARCHED_FOR_A_HEADER,
    RawTable,
    detected,
    format_of,
    sheets_of,
)


@dataclass(frozen=True)
class FoundTable:
    """A table of a mapping with the file that it describes.

    Attributes:
        block: what the mapping says.
        raw: the file or sheet.
        header: the name of each column, from left to right; a name that comes again has its number behind it, and a
            column without a name is called by its letters.
        nameless: columns without a name.
    """

    block: Table
    raw: RawTable
    header: tuple[str, ...]
    nameless: frozenset[str]


def table_paths(paths: Iterable[Path]) -> list[Path]:
    """The files that can hold a table; a folder stands for those in it.

    Raises:
        FileRefused: a path is missing, or holds no table.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise FileRefused(f"{path} does not exist. Give a folder, or files ending in {', '.join(ENDINGS)}.")
        candidates = sorted(path.iterdir()) if path.is_dir() else [path]
        kept = [file for file in candidates if format_of(file) and file.is_file() and not is_hidden(file)]
        if not kept:
            for file in candidates:
                refuse_other_spreadsheet(file)
                if file.name.startswith(LOCK_FILE):
                    raise FileRefused(
                        f"{file.name} is the lock file that Excel keeps while a workbook is open. Close the workbook "
                        f"in Excel, then give the workbook itself."
                    )
            raise FileRefused(f"{path.name or path} holds no table. Expected: files ending in {', '.join(ENDINGS)}.")
        found |= dict.fromkeys(kept)
    return list(found)


def find_tables(
    mapping: MappingFile, paths: Sequence[Path], *, is_whole: bool
) -> tuple[list[FoundTable], list[Mistake]]:
    """The tables of a mapping with their files, and what does not fit.

    Args:
        is_whole: whether no part of the mapping was left out for its mistakes; only then a column that no part reads
            is a mistake of its own.

    Raises:
        FileRefused: a file is damaged or empty.
    """
    found: list[FoundTable] = []
    mistakes: list[Mistake] = []
    for block in mapping.table:
        if block.form is not None:
            mistakes.append(
                Mistake(
                    (*block.place, "form"),
                    "a form is one of a REDCap project, which comes in with --source redcap; a spreadsheet's table is "
                    "named by file or sheet",
                )
            )
            continue
        raw = _raw_table(block, paths)
        if isinstance(raw, Mistake):
            mistakes.append(raw)
            continue
        try:
            header, nameless = read_header(raw, block.header_row)
        except FileRefused:
            better = _better_header_row(raw, {column for _, column in column_uses(block)})
            if better is None:
                raise
            mistakes.append(
                Mistake(
                    (*block.place, "header_row"),
                    f"{_header_place(block, raw)} is blank, row {better} holds the column names: header_row = {better}",
                )
            )
            continue
        table = FoundTable(block, raw, header, nameless)
        mistakes += _column_mistakes(table, is_whole)
        found.append(table)
    return found, mistakes


def read_header(raw: RawTable, header_rows: Sequence[int]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The names of the columns, and those that stand for columns without one.

    Raises:
        FileRefused: there is no such row.
    """
    wanted = raw.header_rows(header_rows)
    rows = [cells for line, cells in _until(raw, max(wanted)) if line in wanted]
    names = [_header_texts(cells) for cells in rows]
    if not any(name for row in names for name in row):
        rows_named = " and ".join(str(row) for row in header_rows)
        raise FileRefused(
            f"{raw.label}: row {rows_named} is blank or missing; expected the column names there. "
            "Say with header_row in the mapping which row holds them."
        )
    width = max(len(row) for row in names)
    padded = [[*row, *[""] * (width - len(row))] for row in names]
    joined = padded[0] if len(padded) == 1 else joined_names(padded[0], padded[1])
    while joined and not joined[-1]:
        joined.pop()
    return _told_apart(joined)


def _raw_table(block: Table, paths: Sequence[Path]) -> RawTable | Mistake:
    """The one file or sheet that a table of the mapping describes."""
    named = [path for path in paths if block.file is None or matches(path.name, block.file)]
    where = (*block.place, "file") if block.file is not None else block.place
    if block.file is not None and not named:
        nearest = nearest_name(block.file, [path.name for path in paths])
        hint = f"Did you mean '{nearest}'?" if nearest else f"Given: {', '.join(path.name for path in paths)}."
        return Mistake(where, f"no file given is named '{block.file}'. {hint}")
    if block.sheet is not None:
        return _sheet(block, [path for path in named if format_of(path) == "xlsx"])
    if len(named) != 1:
        return Mistake(
            where, f"could be any of {len(named)} files ({', '.join(p.name for p in named)}); say which with file"
        )
    (path,) = named
    format_ = format_of(path)
    assert format_ is not None
    if format_ == "parquet":
        return RawTable(path, format_)
    if format_ != "xlsx":
        return detected(path, format_, block.encoding, block.delimiter, block.header_row[0])
    sheets = sheets_of(path)
    if len(sheets) != 1:
        return Mistake(block.place, f"{path.name} has {len(sheets)} sheets; say which with sheet")
    return sheets[0]


def _sheet(block: Table, workbooks: Sequence[Path]) -> RawTable | Mistake:
    assert block.sheet is not None
    where = (*block.place, "sheet")
    if not workbooks:
        return Mistake(where, f"a sheet '{block.sheet}' is named, but no Excel workbook was given")
    sheets = [[(raw.sheet or "", raw) for raw in sheets_of(path)] for path in workbooks]
    found = [raw for of_one in sheets for title, raw in of_one if matches(title, block.sheet)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(raw.label for raw in found)
        return Mistake(where, f"{len(found)} sheets are named '{block.sheet}' ({names}); say which file, or rename one")
    titles = [[title for title, _ in of_one] for of_one in sheets]
    near = next((near for of_one in titles if (near := nearest_name(block.sheet, of_one))), None)
    hint = f" Did you mean '{near}'?" if near else ""
    return Mistake(where, f"no sheet is named '{block.sheet}'.{hint}")


def _column_mistakes(table: FoundTable, is_whole: bool) -> Iterator[Mistake]:
    block, header = table.block, table.header
    uses = list(column_uses(block))
    missing = [(place, column) for place, column in uses if column not in header]
    where = _header_place(block, table.raw)
    if len({column for _, column in missing}) > max(1, len({column for _, column in uses}) // 2):
        better = _better_header_row(table.raw, {column for _, column in uses})
        if better is not None:
            yield Mistake(
                (*block.place, "header_row"),
                f"{where} does not hold the column names, row {better} does: header_row = {better}",
            )
            return
    used = used_columns(block, header)
    free = [name for name in header if name not in used]
    meant = set()
    for place, column in dict.fromkeys(missing):
        nearest = nearest_name(column, free) or nearest_name(column, header)
        meant.add(nearest)
        hint = f" Did you mean '{told_header(nearest)}'?" if nearest else ""
        yield Mistake(place, f"no column '{column}' in {where}.{hint}")
    for score in block.score:
        for column in item_columns(score.items, header):
            if column not in header:
                yield Mistake((*score.place, "items"), f"no column '{column}' in {where}.")
        if score.items and not item_columns(score.items, header):
            yield Mistake((*score.place, "items"), f"no column '{score.items[0].replace('{n}', '1')}' in {where}.")
    for text in block.drop:
        if not any(matches(name, text) for name in header):
            nearest = nearest_name(text, free)
            hint = f" Did you mean '{told_header(nearest)}'?" if nearest else ""
            yield Mistake((*block.place, "drop"), f"drop: no column '{text}' in {where}.{hint}")
        elif text in used:
            yield Mistake(
                (*block.place, "drop"), f"drop: the column '{text}' is also read; take it out of one of the two"
            )
    dropped = dropped_columns(block, header)
    unread = [name for name in free if name not in {*dropped, *table.nameless, *meant}]
    if unread and is_whole:
        shown = ", ".join(f"'{told_header(name)}'" for name in unread[:12]) + (" ..." if len(unread) > 12 else "")
        columns, are, they_hold, them = (
            ("column", "is", "it holds", "it") if len(unread) == 1 else ("columns", "are", "they hold", "them")
        )
        yield Mistake(
            block.place,
            f"{len(unread)} {columns} of {table.raw.label} {are} neither read nor dropped: {shown}. Say what "
            f'{they_hold}, or list {them} under drop, which is never read (drop = ["*"] drops all others)',
        )


def _header_place(block: Table, raw: RawTable) -> str:
    """Where the column names are expected, in words."""
    row = " and ".join(str(number) for number in block.header_row)
    return f"row {row} of {raw.label}" if raw.format != "parquet" else raw.label


def _better_header_row(raw: RawTable, wanted: set[str]) -> int | None:
    """The row that holds most of the names wanted, if it holds at least half of them."""
    best, best_count = None, len(wanted) / 2
    for line, cells in _until(raw, ROWS_SEARCHED_FOR_A_HEADER):
        count = len(wanted & set(_header_texts(cells)))
        if count > best_count:
            best, best_count = line, count
    return best


def _until(raw: RawTable, last: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    for line, cells in raw.rows():
        if line > last:
            return
        yield line, cells


def _header_texts(cells: Sequence[Cell]) -> list[str]:
    """Header cells as names; a date is no name, since it may be a patient's."""
    return [
        " ".join(cell.split()) if isinstance(cell, str) else number_text(cell) if isinstance(cell, int | float) else ""
        for cell in cells
    ]


def joined_names(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two header rows as one: the upper name, which may stretch over several columns, then the lower."""
    names, group = [], ""
    for over, under in zip_longest(upper, lower, fillvalue=""):
        group = over or (group if under else "")
        names.append(" ".join(part for part in (group, under) if part))
    return names


def _told_apart(names: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    counts: dict[str, int] = {}
    told, nameless = [], set()
    for place, name in enumerate(names, start=1):
        if not name:
            name = f"column {column_letters(place)}"
            nameless.add(name)
        counts[name] = counts.get(name, 0) + 1
        told.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return tuple(told), frozenset(nameless)
