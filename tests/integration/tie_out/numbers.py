"""Numbers as they are written, beside the values that they are written of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

_NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?")
Row = Mapping[Any, Any]
FIGURES = ("estimate", "lower", "upper")
_LEAST = 0.1
"""A share under a tenth of a per cent is written as that, and one that is all but whole as a tenth less."""


def written(text: str) -> list[str]:
    """The numbers in a text in their order, with their signs."""
    return [found.rstrip(",") for found in _NUMBER.findall(text)]


def agrees(text: str, value: float) -> bool:
    """Whether a number, as written, is a value to its last digit."""
    plain = text.replace(",", "").replace("−", "-")
    number, decimals = float(plain), len(plain.partition(".")[2])
    if abs(number - value) <= 0.5 * 10**-decimals + 1e-9:
        return True
    return decimals == 1 and ((number == _LEAST and 0 < value < _LEAST) or (number == 99.9 and 99.9 < value < 100))


def faults(where: str, text: str, values: Sequence[float]) -> list[str]:
    """What is wrong with a text that is to hold these numbers in this order, and no others."""
    found = written(text)
    if len(found) != len(values) or not all(map(agrees, found, values)):
        return [f"{where}: {text!r} does not say {', '.join(f'{value:g}' for value in values) or 'no number'}"]
    return []


def is_known(value: Any) -> bool:
    """Whether a released row shows a value there."""
    return value is not None and not pd.isna(value)


def shares(row: Any, *names: str) -> list[float]:
    """Values of a row as they are written, in per cent; those that it does not show left out."""
    return [100 * float(row[name]) for name in names if is_known(row[name])]


def counts(row: Any, *names: str) -> list[float]:
    """Counts of a row that it shows."""
    return [float(row[name]) for name in names if is_known(row[name])]


def is_coarse(row: Any, column: str, measured: float) -> bool:
    """Whether it is the figure to whole per cent: so are those of a release that the counts beside them do not give."""
    is_of_counts = row["method"] == "Wilson score" or column not in FIGURES
    return not is_of_counts and bool(row[column] == round(measured, 2))
