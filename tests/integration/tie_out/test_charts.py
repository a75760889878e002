"""Native charts of the workbook and of the slides: each series holds its rows, and so do its cells."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from packs import sample_pack
from pptx import Presentation

from pipelines.definitions.disclosure import POLICIES
from pipelines.reports.pack import Pack
from pipelines.reports.pptx import write_pptx
from pipelines.reports.series import labels
from pipelines.reports.xlsx import write_xlsx
from tie_out.office import slides_faults, workbook_faults


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
