"""A table of a pack as a sheet: released rows with real numbers, hidden counts as a word, withheld estimates empty."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.privacy.basis import NOT_OF_PEOPLE
from pipelines.reports.series import labels
from pipelines.reports.units import COUNT_FORMAT, DAY_FORMAT, NUMBER_FORMATS, unit_of
from pipelines.results.tables import records
from pipelines.words.catalogue import catalogue, say
from pipelines.words.numbers import HIDDEN, is_hidden, is_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from pipelines.reports.pack import PackTable
    from pipelines.reports.xlsx_sheets import Making

_FIGURES = ("estimate", "lower", "upper")
_ALWAYS = ("estimate", "statistic")
_NARROWEST, _WIDEST, _LINE_AT_LEAST = 9, 46, 90
_CODES = ("measure", "population", "scale", "window", "statistic", "verdict", "status", "privacy_mode")
_UNIT = "unit"


def write_table(making: Making, table: PackTable) -> None:
    """Adds the sheet of a table."""
    sheet = making.sheet(making.sheet_of[table.name], table.title)
    rows = _rows(table.frame, labels(making.pack))
    if _UNIT in rows and not rows["estimate"].notna().any():
        rows = rows.drop(columns=[_UNIT])
    same = _same(rows)
    columns = [name for name in rows if name not in same and not _is_blank(rows[name], str(name))]
    widths = [_width(str(name), rows[name]) for name in columns]
    header = _lines_above(making, sheet, table, same, max(sum(widths), _LINE_AT_LEAST))
    told = records(rows)
    for column, (name, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(column, column, width)
        for row, own in enumerate(told, start=header + 1):
            _cell(making, sheet, (row, column), str(name), own)
    for row, values in enumerate(rows[columns].itertuples(index=False, name=None), start=header + 1):
        texts = {value: width for value, width in zip(values, widths, strict=True) if isinstance(value, str)}
        making.height(sheet, row, texts)
    if columns:
        _as_table(making, sheet, header, len(rows), [str(name) for name in columns])
    sheet.freeze_panes(header + 1, 1 if len(columns) > 1 else 0)
    sheet.repeat_rows(header)


def _rows(frame: pd.DataFrame, named: dict[str, str]) -> pd.DataFrame:
    """The released rows in words: conditions by their labels, codes without underscores, a unit beside the estimate."""
    rows = frame.astype(object)
    if "suppressed" in rows:
        rows["suppressed"] = [say("workbook.yes") if value is True else "" for value in frame["suppressed"].tolist()]
    if {"measure", "statistic", "estimate"} <= set(rows.columns):
        units = [
            say(f"unit.{unit_of(str(row['measure']), str(row['statistic']))}")
            for row in frame[["measure", "statistic"]].to_dict("records")
        ]
        rows.insert(list(rows.columns).index("estimate"), _UNIT, units)
    if "condition" in rows:
        rows["condition"] = [named.get(str(value), value) for value in rows["condition"]]
    return rows


def _same(rows: pd.DataFrame) -> dict[str, str]:
    """Columns of text that hold one value throughout: they are said once, above the table."""
    same = {}
    for name in rows:
        values = rows[name].tolist()
        if str(name) in (*_ALWAYS, "note", "suppressed") or len(values) < 2:
            continue
        if all(isinstance(value, str) and value for value in values) and len(set(values)) == 1:
            same[str(name)] = _spoken(str(name), values[0])
    return same


def _is_blank(column: pd.Series, name: str) -> bool:
    """Whether no row ever had a value there; a hidden count is a value."""
    if _is_count(name):
        return not any(is_known(value) or is_hidden(value) for value in column)
    return not any(is_known(value) and value != "" for value in column)


def _is_count(name: str) -> bool:
    return name.startswith("n_") and name not in NOT_OF_PEOPLE


def _lines_above(making: Making, sheet: Worksheet, table: PackTable, same: dict[str, str], width: float) -> int:
    """Writes what holds for the whole table, and gives the row of the header."""
    texts = []
    if same:
        said = [say("workbook.same_one", name=column_heading(name), value=value) for name, value in same.items()]
        texts.append(say("workbook.same", texts="; ".join(said)))
    texts += [table.note, say("workbook.hidden") if _hides(table.frame) else "", _no_estimate(table.frame)]
    lines = [line for text in texts if text for line in textwrap.wrap(text, int(width))]
    for row, line in enumerate(lines, start=2):
        making.text(sheet, row, 0, line, "line")
    return len(lines) + 3


def _no_estimate(frame: pd.DataFrame) -> str:
    """Why a table has no column of estimates, where it would have one."""
    is_without = "estimate" in frame and len(frame) and not frame["estimate"].notna().any()
    return say("workbook.no_estimate") if is_without else ""


def _hides(frame: pd.DataFrame) -> bool:
    counted = [name for name in frame if _is_count(str(name))]
    return any(is_hidden(value) for name in counted for value in frame[name].tolist())


def _cell(making: Making, sheet: Worksheet, at: tuple[int, int], name: str, row: Mapping[str, Any]) -> None:
    formats, value = making.formats, row[name]
    if _is_count(name) and is_hidden(value):
        sheet.write_string(*at, HIDDEN, formats.of("hidden"))
    elif not is_known(value):
        return
    elif isinstance(value, bool):
        making.text(sheet, *at, say("workbook.yes" if value else "workbook.no"))
    elif isinstance(value, date):
        making.text(sheet, *at, f"{value:%Y-%m-%d}")
    elif isinstance(value, (int, float)):
        sheet.write_number(*at, value, formats.number(_number_format(name, value, row)))
    else:
        long = len(str(value)) > _WIDEST
        making.text(sheet, *at, _spoken(name, str(value)), "wrapped" if long else "text")


def _number_format(name: str, value: float, row: Mapping[str, Any]) -> str:
    if name in _FIGURES and "statistic" in row:
        return NUMBER_FORMATS[unit_of(str(row["measure"]), str(row["statistic"]))]
    if name == "day":
        return DAY_FORMAT
    return COUNT_FORMAT if float(value).is_integer() else NUMBER_FORMATS["number"]


def _as_table(making: Making, sheet: Worksheet, header: int, n_rows: int, columns: list[str]) -> None:
    """The cells as a table with a header, for filters and for readers of the screen."""
    heads = _heads(columns)
    if n_rows:
        own = [{"header": head, "header_format": making.formats.of("header")} for head in heads]
        options = {"columns": own, "style": None, "banded_rows": False}
        sheet.add_table(header, 0, header + n_rows, len(columns) - 1, options)
    for column, head in enumerate(heads):
        making.text(sheet, header, column, head, "header")
    sheet.set_row(header, 42)


def _heads(columns: list[str]) -> list[str]:
    """What columns are called, each name once."""
    heads: list[str] = []
    for name in columns:
        words = column_heading(name)
        heads.append(words if words.lower() not in {head.lower() for head in heads} else f"{words} ({name})")
    return heads


def column_heading(name: str) -> str:
    """What a column is called."""
    key = f"column.{name}"
    if key in catalogue():
        return say(key)
    plain = name.removeprefix("n_").replace("_", " ")
    return plain[:1].upper() + plain[1:]


def _spoken(name: str, value: str) -> str:
    return value.replace("_", " ") if name in _CODES else value


def _width(name: str, column: pd.Series) -> float:
    """As wide as its widest value, but for long texts, which are wrapped, and no narrower than a word of its name."""
    head = max(len(word) for word in column_heading(name).split()) + 5
    shown = [len(str(value)) if isinstance(value, str) else 8 for value in column.tolist()]
    return float(min(max([head, _NARROWEST, *(length + 2 for length in shown)]), _WIDEST))
