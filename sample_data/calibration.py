"""Reads `calibration.toml`, the data file behind the synthetic courses."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

CALIBRATION_FILE = Path(__file__).with_name("calibration.toml")


@cache
def calibration() -> dict[str, Any]:
    """Return every calibration table, by name."""
    return tomllib.loads(CALIBRATION_FILE.read_text(encoding="utf-8"))


def data_through() -> date:
    """Return the date up to which the invented program had filled in its records."""
    through: date = calibration()["export"]["data_through"]
    return through


@cache
def quarters() -> tuple[str, ...]:
    """Return the quarters of the export in order, such as `2022-Q4`."""
    export = calibration()["export"]
    first, last = (_quarter_index(export[name]) for name in ("first_quarter", "last_quarter"))
    return tuple(f"{index // 4}-Q{index % 4 + 1}" for index in range(first, last + 1))


def first_day(quarter: str) -> date:
    """Return the first day of a quarter."""
    index = _quarter_index(quarter)
    return date(index // 4, index % 4 * 3 + 1, 1)


def days_in(quarter: str) -> int:
    """Return the number of days of a quarter."""
    index = _quarter_index(quarter) + 1
    return (date(index // 4, index % 4 * 3 + 1, 1) - first_day(quarter)).days


def _quarter_index(quarter: str) -> int:
    year, number = quarter.split("-Q")
    return int(year) * 4 + int(number) - 1
