"""Cells of clinics' own spreadsheets as plain text: blanks, decimal commas, values that stand for others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from pipelines.sources.spreadsheet import Cell, number_text

ERROR_CODES = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!",
     "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!")
)  # fmt: skip
"""What Excel shows where a formula has no result."""

DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")


class CellReader:
    """Turns cells into text.

    Args:
        blank: texts that stand for nothing, whatever their capitals.
        decimal: what stands before the decimals in numbers written as text.
    """

    def __init__(self, blank: Iterable[str], decimal: Literal["point", "comma"]) -> None:
        self._blank = {folded(text) for text in blank}
        self._has_decimal_comma = decimal == "comma"

    def text(self, cell: Cell) -> str | None:
        """A cell as text without outer blanks; None for a blank one, or one that stands for nothing."""
        if cell is None:
            return None
        if isinstance(cell, str):
            text = " ".join(cell.replace("\u00a0", " ").split()) if "\n" in cell or "\u00a0" in cell else cell.strip()
        elif isinstance(cell, bool):
            text = "yes" if cell else "no"
        elif isinstance(cell, int | float | Decimal):
            text = number_text(float(cell))
        elif isinstance(cell, datetime | date | time):
            text = cell.isoformat()
        else:
            assert isinstance(cell, timedelta)
            text = f"{cell.total_seconds() / 3600:g} h"
        return None if not text or folded(text) in self._blank else text

    def number(self, text: str) -> str:
        """A number with a decimal point; text that is no number stays as it is.

        Where decimals follow a comma, `1.250` could be a thousand or a bit more than one; it is kept from being read
        as either.
        """
        if not self._has_decimal_comma:
            return text
        if DECIMAL_COMMA.fullmatch(text):
            return text.replace(",", ".")
        return f"{text} (thousands?)" if _THOUSANDS.fullmatch(text) else text


def folded(text: str) -> str:
    """A text as it is compared: without capitals, blanks run together."""
    return " ".join(text.casefold().split())


def folded_values(values: Mapping[str, str | int | float | bool]) -> Mapping[str, str]:
    """What texts stand for, by their compared form."""
    return {folded(text): _plain(value) for text, value in values.items()}


def _plain(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else number_text(value)


def shape(text: str) -> str:
    """What may be told of a text: its length; a date's digits as 9 and letters as a, so that its form is seen."""
    if len(text) <= 20 and re.fullmatch(r"[\dA-Za-z./:, -]*\d[\dA-Za-z./:, -]*", text):
        return "text like " + re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", text))
    return f"text, {len(text)} character{'' if len(text) == 1 else 's'}"
