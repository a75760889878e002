"""Reads one canonical file into its landing table: CSV and TSV, Parquet, or a sheet of an Excel workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal

import duckdb

from pipelines.definitions import Definitions
from pipelines.errors import FileRefused
from pipelines.sources.canonical_columns import check_columns
from pipelines.sources.delimited import (
    DELIMITERS,
    broken_text,
    cannot_decode,
    look_at_bytes,
    open_quotation_mark,
    read_header,
    read_records,
    record_start_lines,
    wrong_number_of_cells,
)
from pipelines.sources.files import TableFile, unreadable_parquet
from pipelines.sources.landing import LandedTable, TextSource, add_note, land_cells, land_text, show_rows
from pipelines.sources.spreadsheet import Cell, Coordinate, formula_not_computed, number_text, open_workbook
from pipelines.sql.literals import literal

_DATES = ("DATE", "TIME", "INTERVAL")

Record = tuple[int, Sequence[str | None]]
"""Where a record stands (its line or row), and its cells as trimmed text, blank as None."""


def land_file(connection: duckdb.DuckDBPyConnection, file: TableFile, definitions: Definitions) -> LandedTable:
    """Lands one file as text.

    Raises:
        FileRefused: it is not what its name says, or its columns are not those of the contract.
    """
    if file.format == "parquet":
        return _land_parquet(connection, file, definitions)
    if file.format == "xlsx":
        return _land_sheet(connection, file, definitions)
    return _land_delimited(connection, file, definitions)


def _land_delimited(connection: duckdb.DuckDBPyConnection, file: TableFile, definitions: Definitions) -> LandedTable:
    seen = look_at_bytes(file)
    columns = read_header(file, seen.encoding)
    check_columns(file.table, file.name, columns, definitions)
    if seen.encoding == "cp1252":
        add_note(
            connection,
            f"{file.name} is not UTF-8 and was read as Windows CP1252 (Western European): check letters with accents, "
            "or save it as 'CSV UTF-8'.",
        )
        return _land_records(
            connection,
            file,
            columns,
            _checked_records(file, columns),
            definitions,
            has_apostrophes=seen.has_apostrophes,
        )
    types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    relation = (
        f"read_csv({literal(str(file.path))}, auto_detect = false, header = true, columns = {{{types}}}, "
        f"delim = {literal(DELIMITERS[file.format])}, quote = '\"', escape = '\"', nullstr = '', "
        "strict_mode = true, encoding = 'utf-8', max_line_size = 1048576)"
    )
    source = TextSource(
        file.table,
        file.name,
        relation,
        tuple(columns),
        first_line=2,
        has_blanks=seen.has_blanks,
        has_apostrophes=seen.has_apostrophes,
    )
    try:
        n_records = land_text(connection, source)
        is_line_a_record = not seen.has_quotes and seen.n_lines == n_records + 1
        lines = None if is_line_a_record else record_start_lines(file)
        return show_rows(connection, source, n_records, lines, definitions)
    except duckdb.Error as error:
        raise broken_text(file, columns, str(error)) from None
    except UnicodeDecodeError:
        raise cannot_decode(file) from None


def _checked_records(file: TableFile, columns: Sequence[str]) -> Iterator[Record]:
    """The records of a CP1252 file after its header.

    Raises:
        FileRefused: a record has another number of cells than the header, or a quotation mark is left open.
    """
    line = 1
    try:
        for line, cells in read_records(file, "cp1252"):
            if len(cells) != len(columns):
                raise wrong_number_of_cells(file, f" line {line}", str(len(cells)), columns)
            yield line, [cell.strip() or None for cell in cells]
    except csv.Error:
        raise open_quotation_mark(file, f" after line {line}") from None


def _land_sheet(connection: duckdb.DuckDBPyConnection, file: TableFile, definitions: Definitions) -> LandedTable:
    assert file.sheet is not None
    with open_workbook(file.path) as workbook:
        rows = workbook.rows(file.sheet)
        header = [_cell_text(file, Coordinate(1, place), cell) for place, cell in enumerate(next(rows, ()), start=1)]
        while header and header[-1] is None:
            header.pop()
        if not header:
            if any(cell is not None for row in rows for cell in row):
                raise FileRefused(f"{file.name}: row 1 is blank; expected the column names there. Delete the row.")
            raise FileRefused(
                f"{file.name} is empty. Expected: the column names in row 1, then one row for each record."
            )
        columns = [name for name in header if name is not None]
        check_columns(file.table, file.name, columns, definitions)
        if never := sorted(workbook.never_computed(file.sheet), key=lambda cell: (cell.row, cell.column)):
            raise formula_not_computed(file.name, never[0])
        return _land_records(connection, file, columns, _sheet_records(file, header, rows), definitions)


def _sheet_records(file: TableFile, header: Sequence[str | None], rows: Iterable[tuple[Cell, ...]]) -> Iterator[Record]:
    """The rows of a sheet below its header that are not blank.

    Raises:
        FileRefused: a cell holds a date, or stands where no column has a name.
    """
    for number, row in enumerate(rows, start=2):
        cells = [_cell_text(file, Coordinate(number, place), cell) for place, cell in enumerate(row, start=1)]
        nameless = [
            place
            for place, cell in enumerate(cells, start=1)
            if cell is not None and (place > len(header) or header[place - 1] is None)
        ]
        if nameless:
            raise FileRefused(
                f"{file.name} cell {Coordinate(number, nameless[0])}: a value in a column without a name. "
                "Name the column in row 1, or clear it."
            )
        if any(cell is not None for cell in cells):
            cells += [None] * (len(header) - len(cells))
            yield number, [cell for cell, name in zip(cells, header, strict=False) if name is not None]


def _cell_text(file: TableFile, place: Coordinate, cell: Cell) -> str | None:
    """A cell as the text that a CSV file would hold.

    Raises:
        FileRefused: it is a date or a time of day, which no canonical file holds.
    """
    if isinstance(cell, date | time | timedelta):
        raise FileRefused(
            f"{file.name} cell {place}: a date or a time of day. Canonical files hold numbers of minutes, hours or "
            "days from the first infusion: format the cell as a number, or import the workbook with "
            "--source table and a mapping, which turns dates into such numbers in memory."
        )
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float | Decimal):
        return number_text(float(cell))
    return (cell or "").strip() or None


def _land_records(
    connection: duckdb.DuckDBPyConnection,
    file: TableFile,
    columns: Sequence[str],
    records: Iterable[Record],
    definitions: Definitions,
    *,
    has_apostrophes: bool = False,
) -> LandedTable:
    lines: list[int] = []
    cells: list[list[str | None]] = [[] for _ in columns]
    for line, record in records:
        lines.append(line)
        for column, cell in zip(cells, record, strict=True):
            column.append(cell)
    land_cells(connection, file.table, dict(zip(columns, cells, strict=True)))
    source = TextSource(
        file.table,
        file.name,
        "",
        tuple(columns),
        first_line=2,
        has_blanks=False,
        has_apostrophes=has_apostrophes,
    )
    return show_rows(connection, source, len(lines), lines, definitions)


def _land_parquet(connection: duckdb.DuckDBPyConnection, file: TableFile, definitions: Definitions) -> LandedTable:
    relation = f"read_parquet({literal(str(file.path))})"
    try:
        found = {str(row[0]): str(row[1]) for row in connection.execute(f"describe from {relation}").fetchall()}
    except duckdb.Error:
        raise unreadable_parquet(file.name) from None
    check_columns(file.table, file.name, list(found), definitions)
    if dated := [column for column, kind in found.items() if any(word in kind for word in _DATES)]:
        raise FileRefused(
            f"{file.name}: the column '{dated[0]}' holds dates or times of day. Canonical files hold numbers of "
            "minutes, hours or days from the first infusion: import the file with --source table and a mapping, "
            "which turns dates into such numbers in memory."
        )
    texts = ", ".join(f'cast("{column}" as varchar) as "{column}"' for column in found)
    source = TextSource(
        file.table,
        file.name,
        f"(select {texts} from {relation})",
        tuple(found),
        first_line=1,
        has_blanks=True,
    )
    try:
        n_records = land_text(connection, source)
        return show_rows(connection, source, n_records, None, definitions)
    except duckdb.Error:
        raise unreadable_parquet(file.name) from None
