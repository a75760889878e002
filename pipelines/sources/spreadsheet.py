"""Excel workbooks as rows of plain values: what a cell holds, never how it looks.

Formulas count with the value that Excel last computed for them; one that was never computed has none, and is
told apart from a blank cell. Dates come as Python dates in either of Excel's two date systems (1900, 1904).
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast
from xml.etree import ElementTree

from pipelines.errors import FileRefused

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook as _OpenWorkbook

WORKBOOK_ENDINGS = (".xlsx", ".xlsm")
OTHER_SPREADSHEET_ENDINGS = (".xls", ".xlsb", ".ods", ".numbers")

Cell = str | int | float | bool | Decimal | datetime | date | time | timedelta | None
"""What a cell holds; decimals come from Parquet files alone."""

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, ValueError, TypeError, IndexError, EOFError,
    AttributeError, RuntimeError, OSError,
)  # fmt: skip
"""What damaged files raise: zipfile refuses some itself (RuntimeError: a part with a password, or packed in a way that
it does not know; OSError: a part that cannot be unpacked); of parts that are missing or hold something else, openpyxl
raises whatever its reading of them comes upon (OSError: a document of another program of Office)."""


@dataclass(frozen=True)
class Coordinate:
    """A cell's place: row and column, both from 1."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{column_letters(self.column)}{self.row}"


class Workbook:
    """An open workbook; see `open_workbook`."""

    def __init__(self, path: Path, opened: _OpenWorkbook) -> None:
        self.path = path
        self._opened = opened

    @property
    def titles(self) -> tuple[str, ...]:
        """The sheets that hold cells, in the workbook's order; chart sheets hold none."""
        return tuple(sheet.title for sheet in self._opened.worksheets)

    @property
    def serial_epoch(self) -> date:
        """The day that the workbook counts as 0: in 1899, or in 1904 where it was made so."""
        return self._opened.epoch.date()

    def rows(self, title: str) -> Iterator[tuple[Cell, ...]]:
        """The rows of a sheet from its row 1; blank cells at the end of a row may be left out.

        Raises:
            FileRefused: the sheet is damaged.
        """
        sheet = self._opened[title]
        sheet.reset_dimensions()  # the size that some programs write is wrong
        rows = cast(Iterator[tuple[Cell, ...]], sheet.iter_rows(values_only=True))
        while True:
            with _refusing_damage(self.path), _quiet():
                row = next(rows, None)
            if row is None:
                return
            yield row

    def never_computed(self, title: str) -> frozenset[Coordinate]:
        """Where formulas stand that no program has computed yet, so that their cells look blank.

        Raises:
            FileRefused: the sheet is damaged.
        """
        with _refusing_damage(self.path), zipfile.ZipFile(self.path) as archive:
            part: str = vars(self._opened[title])["_worksheet_path"]  # as read-only sheets keep it
            if b"<f" not in archive.read(part):
                return frozenset()
            with archive.open(part) as stream:
                return frozenset(_cells_never_computed(stream))


def formula_not_computed(label: str, cell: Coordinate) -> FileRefused:
    """The refusal of a file for a formula that has no value; `label` is what messages call the file or sheet."""
    return FileRefused(
        f"{label} cell {cell}: a formula that no program has computed yet. "
        "Open the workbook in Excel, save it, and import it again."
    )


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """Opens an Excel workbook for reading.

    Raises:
        FileRefused: it is locked with a password, an older Excel file, cut off, or no workbook.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_COMPOUND_FILE))
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be opened ({error.strerror}). Check who may read it.") from None
    if not start:
        raise FileRefused(f"{path.name} is empty. Export it again.")
    if start == _COMPOUND_FILE:
        raise FileRefused(
            f"{path.name} is locked with a password, or is an older Excel file under a new name. "
            "Open it, save it as an Excel workbook (.xlsx) without a password, and import that."
        )
    import openpyxl

    with _refusing_damage(path), _quiet():
        opened = openpyxl.load_workbook(path, read_only=True, data_only=True)
    with closing(opened):
        yield Workbook(path, opened)


def refuse_other_spreadsheet(path: Path) -> None:
    """Refuses the spreadsheet formats that cannot be read.

    Raises:
        FileRefused: with the way to save it.
    """
    if path.name.casefold().endswith(OTHER_SPREADSHEET_ENDINGS):
        raise FileRefused(
            f"{path.name} is a spreadsheet that cannot be read in this format. "
            "Open it, save it as an Excel workbook (.xlsx), and import that."
        )


def column_letters(column: int) -> str:
    """The letters that Excel shows above a column: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def number_text(value: float) -> str:
    """A number as Excel would show it in full: 15 significant digits, a whole number without a point."""
    text = format(value, ".15g")
    return "0" if text == "-0" else text


def _cells_never_computed(stream: IO[bytes]) -> Iterator[Coordinate]:
    """Cells with a formula and no value; an empty text that a formula gave is a value (`t="str"`)."""
    row = column = 0
    for event, element in ElementTree.iterparse(stream, events=("start", "end")):
        if element.tag == f"{_MAIN}row":
            if event == "start":
                row, column = int(element.get("r") or row + 1), 0
            else:
                element.clear()
        elif element.tag == f"{_MAIN}c":
            if event == "start":
                reference = element.get("r")
                column = _column_number(reference) if reference else column + 1
            elif element.find(f"{_MAIN}f") is not None and element.get("t") != "str":
                value = element.find(f"{_MAIN}v")
                if value is None or not value.text:
                    yield Coordinate(row, column)


def _column_number(reference: str) -> int:
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number


@contextmanager
def _refusing_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE:
        raise FileRefused(
            f"{path.name} is not a readable Excel workbook (cut off, damaged or another format). "
            "Open it in Excel, save it again, and import that."
        ) from None


def _quiet() -> warnings.catch_warnings[None]:
    """Without openpyxl's remarks on styles and validations that it does not keep."""
    return warnings.catch_warnings(action="ignore")
