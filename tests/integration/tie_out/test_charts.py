"""Native charts of the workbook and of the slides: each series holds its rows, and so do its cells."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
import pytest
from packs import sample_pack
from pptx import Presentation

from pipelines.definitions.disclosure import PolicyName
from pipelines.reports.pack import Pack
from pipelines.reports.pptx import write_pptx
from pipelines.reports.series import labels
from pipelines.reports.xlsx import write_xlsx
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

POLICIES: tuple[PolicyName, ...] = ("internal", "cms", "nhs")


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


@pytest.fixture(scope="module", params=POLICIES)
def pack(request: pytest.FixtureRequest, store_folder: Path) -> Pack:
    return sample_pack(store_folder, request.param)


@pytest.fixture(scope="module")
def xlsx(pack: Pack) -> bytes:
    return write_xlsx(pack)


@pytest.fixture(scope="module")
def pptx(pack: Pack) -> bytes:
    return write_pptx(pack)


def test_every_chart_of_the_workbook_holds_its_rows(pack: Pack, xlsx: bytes):
    assert workbook_faults(pack, xlsx) == []


def test_every_chart_of_the_slides_holds_its_rows(pack: Pack, pptx: bytes):
    assert slides_faults(pack, pptx) == []


def test_numbers_at_risk_on_slides_are_those_of_their_days(pack: Pack, pptx: bytes):
    deck: Any = Presentation(BytesIO(pptx))
    ids = {label: condition for condition, label in labels(pack).items()}
    n_told = 0
    for slide, measure in ((deck.slides[3], "onset"), (deck.slides[4], "durability")):
        for table in (shape.table for shape in slide.shapes if shape.has_table):
            (_, *days), *lines = [[cell.text for cell in row.cells] for row in table.rows]
            for label, *numbers in lines:
                frame = pack.tables[f"{measure}-curve-{ids[label]}"].frame
                own = frame[frame["statistic"] == "at_risk"]
                of_day = dict(zip(own["day"].astype(float), own["n_at_risk"], strict=True))
                for day, text in zip(days, numbers, strict=True):
                    n = of_day.get(float(day))
                    assert text == ("" if float(day) not in of_day else "hidden" if pd.isna(n) else f"{int(n):,}")
                    n_told += bool(text)
    assert n_told > 5


def changed_rows(pack: Pack, kind: str) -> Pack:
    """The pack whose released rows of one condition and kind changed after its files were written."""
    tables = dict(pack.tables)
    for name in [name for name in tables if name.startswith(kind) and name.endswith("depression")]:
        frame = tables[name].frame
        ends = {end: frame[end] + 0.137 for end in ("estimate", "lower", "upper")}
        tables[name] = replace(tables[name], frame=frame.assign(**ends))
    return replace(pack, tables=tables)


@cache
def written_once(store_folder: Path) -> tuple[bytes, bytes]:
    pack = sample_pack(store_folder)
    return write_xlsx(pack), write_pptx(pack)


@pytest.mark.parametrize("kind", ["response", "remission", "onset-curve", "durability-curve", "trend", "sites"])
def test_a_shift_is_found(kind: str, store_folder: Path):
    pack = sample_pack(store_folder)
    changed = changed_rows(pack, kind)
    xlsx, pptx = written_once(store_folder)
    if kind != "sites":
        assert workbook_faults(changed, xlsx)
    if kind != "remission":
        assert slides_faults(changed, pptx)
