"""Writes rows as CSV, the same bytes on every platform."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

Line = Mapping[str, object]
"""What one line of a file or of a sheet holds, by the head of its column; None is a blank cell."""


def write_csv(path: Path, lines: Iterable[Line], delimiter: str = ",") -> None:
    """Writes lines with the columns of the first; a cell that a later line lacks is blank."""
    lines = list(lines)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
