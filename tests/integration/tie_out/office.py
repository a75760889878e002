"""The charts of a whole workbook and of all slides beside the rows of their pack."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pandas as pd
from pptx import Presentation

from pipelines.reports.pack import Pack
from pipelines.words.catalogue import say
from pipelines.words.safety import finding_name
from tie_out.charts import (
    forest_due,
    parsed,
    read_series,
    reference_faults,
    series_faults,
    slide_charts,
    workbook,
    workbook_charts,
)


def workbook_faults(pack: Pack, data: bytes) -> list[str]:
    """What the charts of a workbook hold that the rows of a pack do not give."""
    book = workbook(data)
    with ZipFile(BytesIO(data)) as parts:
        names = sorted(
            (n for n in parts.namelist() if "charts/chart" in n), key=lambda n: int(n.split("chart")[-1][:-4])
        )
        charts = [parsed(parts.read(name)) for name in names]
    due = list(workbook_charts(pack))
    found = [] if len(charts) == len(due) else [f"{len(charts)} charts, not {len(due)}"]
    for chart, (where, series) in zip(charts, due, strict=False):
        found += series_faults(where, read_series(chart), series) + reference_faults(where, chart, book)
    referred = {f"{formula.text}" for chart in charts for formula in chart.iter("{*}f")}
    return found + [f"a chart refers to {each}" for each in referred if not each.startswith("'Chart data'!")]


def slides_faults(pack: Pack, data: bytes) -> list[str]:
    """The same of slides, whose charts each bring a workbook."""
    deck: Any = Presentation(BytesIO(data))
    shapes = [
        (number, shape)
        for number, slide in enumerate(deck.slides, start=1)
        for shape in slide.shapes
        if shape.has_chart
    ]
    due = [*slide_charts(pack), *place_charts(pack)]
    found = [] if len(shapes) == len(due) else [f"{len(shapes)} charts, not {len(due)}"]
    for (number, shape), (slide, series) in zip(shapes, due, strict=False):
        where, chart = f"slide {number}", shape.chart._chartSpace
        if number != slide:
            found.append(f"{where}: its chart belongs on slide {slide}")
        book = workbook(shape.chart.part.chart_workbook.xlsx_part.blob)
        found += series_faults(where, read_series(chart), series) + reference_faults(where, chart, book)
        found += unreferred(where, chart, book)
    return found


def unreferred(where: str, chart: Any, book: Any) -> list[str]:
    """Numbers in the workbook of a chart that no series draws."""
    kept = [float(v.text) for v in chart.iterfind(".//{*}pt/{*}v") if _is_number(v.text)]
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    numbers = [cell for cell in cells if isinstance(cell, int | float)]
    return [f"{where}: a cell holds {each}" for each in numbers if not any(abs(each - value) < 1e-12 for value in kept)]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def place_charts(pack: Pack) -> list[tuple[int, Any]]:
    """The slide of the sites; where they are not told apart, of what happened at infusions."""
    for name in (name for name in pack.tables if name.startswith("sites")):
        frame = pack.tables[name].frame
        own = frame[(frame["statistic"] == "adjusted") & (frame["n_observed"] >= pack.fewest)]
        told = {str(row["site"]): row for row in own.to_dict("records") if pd.notna(row["estimate"])}
        if len(told) > 1:
            return [(7, forest_due(told, is_met_said=False))]
    frame = pack.tables["safety"].frame
    events = frame[frame["statistic"].str.startswith("adverse_event") & frame["estimate"].gt(0)]
    events = events[events["condition"] == events["condition"].iloc[0]].head(8)
    told = {}
    for row in events.to_dict("records"):
        is_any = row["statistic"] == "adverse_event"
        name = say("slides.any_event") if is_any else finding_name(str(row["statistic"])).lower()
        told[name] = {**row, "measure": "safety"}
    return [(7, forest_due(told))]
