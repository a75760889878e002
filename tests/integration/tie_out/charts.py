"""Native charts of workbooks and slides, read back from their XML, and what the rows of a report give of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import openpyxl
import pandas as pd
from lxml import etree
from openpyxl.utils.cell import range_boundaries

from pipelines.formula_guard import guarded
from pipelines.reports.pack import Pack, PackFigure
from pipelines.reports.series import labels, rows_drawn
from pipelines.words.catalogue import say
from tie_out.numbers import counts, faults, is_known, shares

Pair = tuple[float | str, float | None]
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MET = {"response": "n_responded", "remission": "n_in_remission", "safety": "n_with"}
_OF = {"safety": "n_recorded"}


@dataclass(frozen=True)
class Series:
    """A line or a mark of a chart.

    Attributes:
        name: in its legend.
        points: places along both axes, as the file keeps them beside the reference to their cells.
        label: what is written at its first point.
    """

    name: str
    points: tuple[Pair, ...]
    label: str = ""


@dataclass(frozen=True)
class Due:
    """What a series is to hold; `said` are the numbers of its label."""

    name: str
    points: tuple[Pair, ...]
    said: tuple[float, ...] = ()


def read_series(chart: Any) -> list[Series]:
    """The series of a chart's XML."""
    made = []
    for element in chart.iter(f"{_C}ser"):
        name = "".join(text.text or "" for text in element.iterfind(f"{_C}tx//{_C}v"))
        across = _kept(element.find(f"{_C}xVal"))
        across = across if across is not None else _kept(element.find(f"{_C}cat"))
        upright = _kept(element.find(f"{_C}yVal"))
        upright = upright if upright is not None else _kept(element.find(f"{_C}val"))
        assert across is not None and upright is not None and across.keys() >= upright.keys()
        label = " ".join(text.text or "" for text in element.iterfind(f"{_C}dLbls//{{*}}t"))
        points = tuple((across[at], upright.get(at)) for at in sorted(across))
        made.append(Series(name, points, label))
    return made


def _kept(element: Any) -> dict[int, float | str] | None:
    """The values that a chart keeps of its cells, by their places; texts where the cells hold texts."""
    if element is None:
        return None
    is_text = element.find(f".//{_C}strCache") is not None
    return {
        int(point.get("idx")): str(point.findtext(f"{_C}v")) if is_text else float(str(point.findtext(f"{_C}v")))
        for point in element.iter(f"{_C}pt")
    }


def reference_faults(where: str, chart: Any, book: openpyxl.Workbook) -> list[str]:
    """Where a chart keeps another value than the cells hold that it refers to."""
    found = []
    for formula in chart.iter(f"{_C}f"):
        holder = formula.getparent()
        cells = cells_of(book, str(formula.text))
        kept = {int(point.get("idx")): str(point.findtext(f"{_C}v")) for point in holder.iter(f"{_C}pt")}
        if not kept and any(cell is not None for cell in cells):
            found.append(f"{where}: nothing is kept of {formula.text}")
        for at, cell in enumerate(cells):
            same = kept.get(at) is None if cell is None else _is_same(kept.get(at), cell)
            if not same:
                found.append(f"{where}: {kept.get(at)} is kept of {formula.text}, which holds {cell}")
    return found


def _is_same(kept: str | None, cell: Any) -> bool:
    if kept is None:
        return False
    return abs(float(kept) - float(cell)) < 1e-12 if isinstance(cell, int | float) else kept == str(cell)


def cells_of(book: openpyxl.Workbook, reference: str) -> list[Any]:
    """The values of the cells of a reference such as `'Chart data'!$A$2:$A$9`."""
    sheet, _, cells = reference.rpartition("!")
    first, top, last, bottom = range_boundaries(cells.replace("$", ""))
    rows = book[sheet.strip("'")].iter_rows(top, bottom, first, last, values_only=True)
    return [value for row in rows for value in row]


def series_faults(where: str, drawn: Sequence[Series], due: Sequence[Due]) -> list[str]:
    """What series hold that the rows do not give, and what is missing."""
    found = [] if len(drawn) == len(due) else [f"{where}: {len(drawn)} series, not {len(due)}"]
    for own, expected in zip(drawn, due, strict=False):
        at = f"{where}, {expected.name}"
        if own.name != guarded(expected.name):
            found.append(f"{at}: is named {own.name}")
        if len(own.points) != len(expected.points) or not all(map(_is_point, own.points, expected.points)):
            found.append(f"{at}: {own.points}, not {expected.points}")
        if own.label or expected.said:
            label = re.sub(rf"^{re.escape(expected.name)}\s*", "", own.label)
            found += faults(at, label, expected.said)
    return found


def _is_point(own: Pair, due: Pair) -> bool:
    across = own[0] == due[0] if isinstance(due[0], str) else abs(float(own[0]) - due[0]) < 1e-9
    upright = own[1] is None if due[1] is None else own[1] is not None and abs(own[1] - due[1]) < 1e-9
    return across and upright


# --- what the rows give ----------------------------------------------------------------------------------


def figures_of(pack: Pack, kind: str, table: str) -> dict[str, PackFigure]:
    """The figures of a kind whose tables are named so, by condition."""
    return {
        str(section.condition or figure.table.rpartition("-")[2]): figure
        for section in pack.sections
        for part in section.parts
        for figure in part.figures
        if figure.kind == kind and figure.table.startswith(table) and len(rows_drawn(pack, figure))
    }


def rates_due(pack: Pack, measure: str, which: int) -> list[Due]:
    """The newest (0) or the largest (-1) cohort of each condition, one below the other."""
    chosen = {}
    for condition, figure in figures_of(pack, "rates", f"{measure}-").items():
        rows = pack.tables[figure.table].frame
        cohort = list(dict.fromkeys(rows["cohort"]))[which]
        own = rows[(rows["cohort"] == cohort) & (rows["statistic"] == "observed")]
        (chosen[condition, str(cohort)],) = own.to_dict("records")
    differ = len({cohort for _, cohort in chosen}) > 1
    named = labels(pack)
    return forest_due(
        {
            f"{named[condition]}, {cohort.partition(' (')[0]}" if differ else named[condition]: row
            for (condition, cohort), row in chosen.items()
        }
    )


def forest_due(rows: Mapping[str, Mapping[Any, Any]], *, is_met_said: bool = True) -> list[Due]:
    """An interval and a mark for each row that shows an estimate, from the top."""
    known = {name: row for name, row in rows.items() if is_known(row["estimate"])}
    made = []
    for place, (name, row) in zip(range(len(known), 0, -1), known.items(), strict=True):
        measure = str(row["measure"])
        ends = [(float(row[end]), float(place)) for end in ("lower", "upper") if is_known(row[end])]
        made.append(Due(name, tuple(ends)))
        met = counts(row, _MET.get(measure, "n_met")) if is_met_said else []
        said = (*shares(row, "estimate", "lower", "upper"), *met, *counts(row, _OF.get(measure, "n_observed")))
        made.append(Due(name, ((float(row["estimate"]), float(place)),), said))
    return made


def curve_due(rows: pd.DataFrame, end: str, name: str) -> list[Due]:
    """A curve, or an end of its interval, as steps; nothing where no row shows it."""
    own = rows[(rows["statistic"] == "interval_censored") & rows["estimate"].notna()].sort_values("day")
    points: list[tuple[float, float]] = []
    for day, height in zip(own["day"].astype(float), own[end], strict=True):
        if is_known(height):
            points += [*([(day, points[-1][1])] if points else []), (day, float(height))]
    return [Due(name, tuple(points))] if points else []


def trend_due(rows: pd.DataFrame, name: str) -> list[Due]:
    """Quarters that count, and across them the mean and the limits of the last phase."""
    points = rows[rows["statistic"] == "point"]
    values = [float(value) if is_known(value) else None for value in points["estimate"]]
    due = [Due(name, tuple(zip(points["quarter"].astype(str), values, strict=True)))]
    limits = rows[rows["statistic"] == "limits"].to_dict("records")
    if limits and is_known(limits[-1]["lower"]):
        for column, words in (("estimate", "mean"), ("lower", "limit_lower"), ("upper", "limit_upper")):
            level = float(limits[-1][column])
            due.append(Due(say(f"office.{words}"), tuple((str(each), level) for each in points["quarter"])))
    return due


def workbook_charts(pack: Pack) -> Iterator[tuple[str, list[Due]]]:
    """The charts of the workbook in their order, each with what it is to hold."""
    named = labels(pack)
    for measure in ("response", "remission"):
        both = [rates_due(pack, measure, which) for which in (0, -1)]
        for due in both[:1] if both[0] == both[1] else both:
            if due:
                yield f"workbook, {measure}", due
    for measure in ("onset", "durability"):
        for condition, figure in figures_of(pack, "curve", f"{measure}-curve").items():
            names = (("estimate", named[condition]), ("lower", say("office.lower")), ("upper", say("office.upper")))
            due = [each for end, name in names for each in curve_due(rows_drawn(pack, figure), end, name)]
            yield f"workbook, {measure} of {condition}", due
    for condition, figure in figures_of(pack, "trend", "trend").items():
        rows = rows_drawn(pack, figure)
        if rows.loc[rows["statistic"] == "point", "estimate"].notna().any():
            yield f"workbook, trend of {condition}", trend_due(rows, say("office.by_quarter"))


def slide_charts(pack: Pack) -> Iterator[tuple[int, list[Due]]]:
    """The charts of the slides in their order: on which slide, and what each is to hold."""
    named = labels(pack)
    if due := rates_due(pack, "response", -1):
        yield 3, due
    for slide, measure in ((4, "onset"), (5, "durability")):
        figures = figures_of(pack, "curve", f"{measure}-curve")
        rows = {condition: rows_drawn(pack, figure) for condition, figure in figures.items()}
        due = [
            each
            for end in ("lower", "upper", "estimate")
            for condition, own in rows.items()
            for each in curve_due(
                own, end, named[condition] if end == "estimate" else f"{named[condition]}, {say(f'office.{end}')}"
            )
        ]
        if due:
            yield slide, due
    trends = figures_of(pack, "trend", "trend")
    for condition, figure in trends.items():
        yield 6, trend_due(rows_drawn(pack, figure), named[condition])
    for condition, figure in {} if trends else figures_of(pack, "rates", "trend-").items():
        rows = rows_drawn(pack, figure)
        own = rows[rows["statistic"] == "observed"].sort_values("cohort")
        quarters = [str(cohort).partition(" (")[0] for cohort in own["cohort"]]
        rates = [float(rate) if is_known(rate) else None for rate in own["estimate"]]
        yield 6, [Due(named[condition], tuple(zip(quarters, rates, strict=True)))]


def parsed(part: bytes) -> Any:
    """The XML of a part of an Office file."""
    return etree.fromstring(part)


def workbook(data: bytes) -> openpyxl.Workbook:
    """A workbook as it is read."""
    return openpyxl.load_workbook(BytesIO(data))
