"""Tables of a report as sheets and files, read back cell by cell."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.formula_guard import guarded
from pipelines.privacy.basis import NOT_OF_PEOPLE
from pipelines.reports.pack import PackTable
from pipelines.reports.xlsx_table import column_heading
from pipelines.words.numbers import HIDDEN, is_hidden
from tie_out.numbers import FIGURES

_CODES = ("measure", "population", "scale", "window", "statistic", "verdict", "status")
_PRESSURES = ("systolic_rise", "diastolic_rise", "heart_rate_rise")
_SHOWN = "yes"


def sheet_faults(table: PackTable, sheet: Worksheet, named: dict[str, str]) -> list[str]:
    """Where a sheet differs from the released rows of its table: in a value, a text, a format, a line more or less."""
    header = int(str(sheet.freeze_panes)[1:]) - 1
    heads = {str(cell.value): cell.column for cell in sheet[header] if cell.value is not None}
    above = " ".join(str(cell.value) for row in sheet.iter_rows(3, header - 1) for cell in row if cell.value)
    rows = table.frame.to_dict("records")
    found = [] if sheet.max_row == header + len(rows) else [f"{sheet.title}: {sheet.max_row - header} rows"]
    known = set()
    for name in map(str, table.frame):
        due = [_due(name, row[name], named) for row in rows]
        if set(due) <= {None} and name != "estimate":
            continue
        column = heads.get(f"{column_heading(name)} ({name})", heads.get(column_heading(name)))
        if column is None:
            found += _said_above(f"{sheet.title}, {name}", due, column_heading(name), above)
            continue
        known.add(column)
        for at, (row, value) in enumerate(zip(rows, due, strict=True), start=header + 1):
            cell = sheet.cell(at, column)
            held = None if cell.value == "" else cell.value
            if held != value and not (isinstance(value, float) and _is_close(held, value)):
                found.append(f"{sheet.title}, {name}, row {at}: {cell.value!r}, not {value!r}")
            elif name in FIGURES and value is not None:
                found += _format_faults(f"{sheet.title}, {name}, row {at}", str(cell.number_format), row)
    more = {head for head, column in heads.items() if column not in known} - {column_heading("unit")}
    return found + [f"{sheet.title}: no column of the rows is {head}" for head in more]


def _is_close(cell: Any, value: float) -> bool:
    """Excel keeps 17 digits at most, and a library may write 16."""
    return isinstance(cell, int | float) and abs(cell - value) <= 1e-15 * max(1.0, abs(value))


def _due(name: str, value: Any, named: dict[str, str]) -> Any:
    """What a cell is to hold of a value."""
    if name == "suppressed":
        return _SHOWN if value is True else None
    if name.startswith("n_") and name not in NOT_OF_PEOPLE and is_hidden(value):
        return HIDDEN
    if value is None or pd.isna(value) or value == "":
        return None
    if name == "condition":
        return named.get(str(value), value)
    if isinstance(value, str):
        return value.replace("_", " ") if name in _CODES else value
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    return float(value) if isinstance(value, float) else int(value)


def _said_above(where: str, due: list[Any], heading: str, above: str) -> list[str]:
    """A column that is left out holds one text throughout, which is said above the table."""
    values = set(due)
    (value,) = values if len(values) == 1 else (None,)
    is_said = value is not None and heading.casefold() in above.casefold() and str(value) in above
    return [] if is_said else [f"{where}: not in the sheet"]


def _format_faults(where: str, number_format: str, row: dict[Any, Any]) -> list[str]:
    """A share reads as per cent; days, points and pressures do not."""
    statistic = str(row["statistic"]).removesuffix("_published")
    is_time = statistic.startswith(("median", "restricted_mean")) and row["measure"] in ("onset", "durability")
    is_plain = is_time or statistic in _PRESSURES or statistic.endswith("_points")
    return [] if ("%" in number_format) != is_plain else [f"{where}: {statistic} is written as {number_format}"]


def csv_faults(table: PackTable, content: bytes, *, hides_nothing: bool) -> list[str]:
    """Where a CSV differs from the released rows."""
    head, *lines = csv.reader(io.StringIO(content.decode()))
    rows = table.frame.to_dict("records")
    found = (
        [] if head == list(map(str, table.frame)) and len(lines) == len(rows) else [f"{table.name}: columns or rows"]
    )
    for at, (line, row) in enumerate(zip(lines, rows, strict=False)):
        for name, cell, value in zip(head, line, row.values(), strict=True):
            if not _is_csv(name, cell, value, hides_nothing=hides_nothing):
                found.append(f"{table.name}, row {at}, {name}: {cell!r}, not {value!r}")
    return found


def _is_csv(name: str, cell: str, value: Any, *, hides_nothing: bool) -> bool:
    if isinstance(value, bool):
        return cell == str(value).lower()
    if name.startswith("n_") and is_hidden(value) and not hides_nothing:
        return cell == HIDDEN
    if value is None or pd.isna(value):
        return cell == ""
    if isinstance(value, str):
        return cell == guarded(value)
    return cell == f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else bool(cell) and float(cell) == float(value)


def json_faults(table: PackTable, content: bytes) -> list[str]:
    """Where a JSON differs from the released rows."""
    lines, rows = json.loads(content)["rows"], table.frame.to_dict("records")
    found = [] if len(lines) == len(rows) else [f"{table.name}: {len(lines)} rows"]
    for at, (line, row) in enumerate(zip(lines, rows, strict=False)):
        if list(line) != list(map(str, row)):
            found.append(f"{table.name}, row {at}: columns")
        for name, value in row.items():
            is_empty = value is None or pd.isna(value)
            due = None if is_empty else f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else value
            if line[str(name)] != due:
                found.append(f"{table.name}, row {at}, {name}: {line[str(name)]!r}, not {value!r}")
    return found
