"""Rows of cells from any file that holds a table: delimited text, a sheet of a workbook, Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import cast

from pipelines.errors import FileRefused
from pipelines.sources.delimited import look_at_bytes, open_bytes, open_text
from pipelines.sources.files import Format, TableFile, unreadable_parquet
from pipelines.sources.spreadsheet import WORKBOOK_ENDINGS, Cell, open_workbook

ENDINGS: dict[str, Format] = {
    ".csv": "csv", ".csv.gz": "csv", ".txt": "csv", ".txt.gz": "csv", ".tsv": "tsv", ".tsv.gz": "tsv",
    ".parquet": "parquet", **dict.fromkeys(WORKBOOK_ENDINGS, "xlsx"),
}  # fmt: skip
_ENCODING_NAMES = {"cp1252": "Windows CP1252 (Western European)", "utf-16": "UTF-16"}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = (",", ";", "\t", "|")
_WINDOWS_EPOCH = date(1899, 12, 30)
ROWS_SEARCHED_FOR_A_HEADER = 30

Row = tuple[int, Sequence[Cell]]
"""The line or row as the user sees it, and its cells."""


@dataclass(frozen=True)
class RawTable:
    """One table that was found and not yet read.

    Attributes:
        path: the file.
        format: how it is read.
        sheet: the sheet of a workbook.
        encoding, delimiter: of delimited text.
        serial_epoch: the day that Excel counts as 0 there.
    """

    path: Path
    format: Format
    sheet: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    serial_epoch: date = _WINDOWS_EPOCH

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.path.name if self.sheet is None else f"{self.path.name} sheet {self.sheet}"

    @property
    def _file(self) -> TableFile:
        return TableFile("", self.path, self.format)

    def header_rows(self, stated: Sequence[int]) -> Sequence[int]:
        """The rows that hold the column names: as stated, but in Parquet, whose names stand before its row 1."""
        return (0,) if self.format == "parquet" else stated

    def rows(self) -> Iterator[Row]:
        """All rows from the top; blank ones may be left out.

        Raises:
            FileRefused: the file is damaged.
        """
        if self.format == "xlsx":
            assert self.sheet is not None
            with open_workbook(self.path) as workbook:
                yield from enumerate(workbook.rows(self.sheet), start=1)
        elif self.format == "parquet":
            yield from _parquet_rows(self.path)
        else:
            yield from self._text_rows()

    def never_computed(self) -> frozenset[tuple[int, int]]:
        """Row and column of the formulas that no program has computed yet."""
        if self.format != "xlsx":
            return frozenset()
        assert self.sheet is not None
        with open_workbook(self.path) as workbook:
            return frozenset((cell.row, cell.column) for cell in workbook.never_computed(self.sheet))

    def _text_rows(self) -> Iterator[Row]:
        previous_end = 0
        with open_text(self._file, self.encoding) as text:
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            try:
                for record in reader:
                    if record:
                        yield previous_end + 1, cast(list[Cell], record)
                    previous_end = reader.line_num
            except csv.Error:
                raise FileRefused(
                    f"{self.label} after line {previous_end:,}: a quotation mark is opened and not closed, or a cell "
                    "is too long. The file may be cut off; export it again."
                ) from None
            except UnicodeDecodeError:
                raise FileRefused(
                    f"{self.label} after line {previous_end:,}: not {self.encoding} text. State its encoding in the "
                    "mapping."
                ) from None


def format_of(path: Path) -> Format | None:
    """How a file is read, by its ending; None for other files."""
    name = path.name.casefold()
    return next((format_ for ending, format_ in ENDINGS.items() if name.endswith(ending)), None)


def sheets_of(path: Path) -> list[RawTable]:
    """The sheets of a workbook, in its order."""
    with open_workbook(path) as workbook:
        return [RawTable(path, "xlsx", title, serial_epoch=workbook.serial_epoch) for title in workbook.titles]


def detected(
    path: Path, format_: Format, encoding: str | None, delimiter: str | None, header_row: int | None
) -> RawTable:
    """Delimited text, with what the mapping does not state found out.

    The delimiter is the one that divides the header into most cells; where the header is not known yet, any of the
    first rows.

    Raises:
        FileRefused: the file is empty, or in no encoding that is read.
    """
    file = TableFile("", path, format_)
    if encoding is None:
        with open_bytes(file) as stream:
            is_utf16 = stream.read(2) in _UTF16_MARKS
        encoding = "utf-16" if is_utf16 else look_at_bytes(file).encoding
    if delimiter is None:
        delimiter = "\t" if format_ == "tsv" else _delimiter(RawTable(path, format_, None, encoding), header_row)
    return RawTable(path, format_, None, encoding, delimiter)


def encoding_notes(raw: RawTable) -> Iterator[str]:
    """What to say of text whose encoding was found out and is not UTF-8."""
    if raw.encoding in _ENCODING_NAMES:
        yield f"{raw.label} is not UTF-8 and was read as {_ENCODING_NAMES[raw.encoding]}: check letters with accents."


def _delimiter(raw: RawTable, header_row: int | None) -> str:
    def n_cells(delimiter: str) -> int:
        table = RawTable(raw.path, raw.format, None, raw.encoding, delimiter)
        rows = (len(cells) for line, cells in table.rows() if header_row is None or line >= header_row)
        try:
            return max(islice(rows, ROWS_SEARCHED_FOR_A_HEADER if header_row is None else 1), default=0)
        except FileRefused:
            return 0

    return max(_DELIMITERS, key=n_cells)


def _parquet_rows(path: Path) -> Iterator[Row]:
    """The rows of a Parquet file, in memory only: nothing of them is spilled to disk."""
    import duckdb

    from pipelines.sql.literals import literal

    with duckdb.connect(config={"temp_directory": ""}) as connection:
        try:
            result = connection.execute(f"select * from read_parquet({literal(str(path))})")
            yield 0, [column[0] for column in result.description or []]
            line = 0
            while rows := result.fetchmany(10_000):
                for row in rows:
                    line += 1
                    yield line, row
        except duckdb.Error:
            raise unreadable_parquet(path.name) from None
