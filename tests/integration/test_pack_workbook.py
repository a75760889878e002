"""The workbook of a pack, read back: its numbers are the released ones, its texts are texts, its bytes are the same."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet
from packs import sample_pack

from pipelines.reports.pack import Pack, PackTable
from pipelines.reports.xlsx import write_xlsx
from pipelines.reports.xlsx_sheets import sheet_names
from pipelines.reports.xlsx_table import column_heading
from pipelines.words.numbers import is_hidden

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module", params=["internal", "cms"])
def pack(request: pytest.FixtureRequest, store_folder: Path) -> Pack:
    return sample_pack(store_folder, policy=request.param)


@pytest.fixture(scope="module")
def data(pack: Pack) -> bytes:
    return write_xlsx(pack)


@pytest.fixture(scope="module")
def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def header_of(sheet: Worksheet) -> int:
    return int(sheet.freeze_panes[1:]) - 1


def tables(pack: Pack, book: openpyxl.Workbook) -> Iterator[tuple[PackTable, Worksheet]]:
    names = sheet_names(pack.tables, ("Contents", "Key results", "Charts", "Definitions", "Chart data"))
    for name, table in pack.tables.items():
        yield table, book[names[name]]


def test_the_same_pack_gives_the_same_bytes(pack: Pack, data: bytes):
    assert write_xlsx(pack) == data


def test_one_sheet_a_table_after_the_contents(pack: Pack, book: openpyxl.Workbook):
    assert book.sheetnames[:3] == ["Contents", "Key results", "Charts"]
    assert len(book.sheetnames) == len(pack.tables) + 5
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_numbers_are_those_released(pack: Pack, book: openpyxl.Workbook):
    n_numbers = n_hidden = 0
    for table, sheet in tables(pack, book):
        header = header_of(sheet)
        columns = {cell.value: cell.column for cell in sheet[header]}
        for name in table.frame:
            is_count = str(name).startswith("n_")
            if column_heading(str(name)) not in columns or not (is_count or name in ("estimate", "lower", "upper")):
                continue
            for row, value in enumerate(table.frame[name].tolist(), start=header + 1):
                cell = sheet.cell(row, columns[column_heading(str(name))]).value
                if is_count and is_hidden(value):
                    n_hidden += 1
                    assert cell == "hidden"
                elif pd.isna(value):
                    assert cell is None
                else:
                    n_numbers += 1
                    assert cell == pytest.approx(value, abs=1e-12)
    assert n_numbers > 1000
    assert bool(n_hidden) == (pack.about.policy.name == "cms")


def test_formats_tell_counts_shares_and_days_apart(book: openpyxl.Workbook):
    sheet = book["onset-depression"]
    header = header_of(sheet)
    columns = {cell.value: cell.column for cell in sheet[header]}
    formats = {
        sheet.cell(row, columns["Statistic"]).value: sheet.cell(row, columns["Estimate"]).number_format
        for row in range(header + 1, sheet.max_row + 1)
    }
    assert formats["median recorded"] == "0.0"
    assert "%" in formats["recorded by day 7"]
    assert sheet.cell(header + 1, columns["Started"]).number_format == "#,##0"


def test_every_sheet_is_linked_frozen_and_fits_its_page(pack: Pack, book: openpyxl.Workbook):
    linked = {row[0].hyperlink.location for row in book["Contents"].iter_rows() if row[0].hyperlink}
    assert linked == {f"'{name}'!A1" for name in book.sheetnames[1:]}
    for sheet in book.worksheets[1:]:
        assert sheet["A2"].hyperlink.location == "'Contents'!A1"
    for _, sheet in tables(pack, book):
        header = header_of(sheet)
        assert sheet.print_title_rows == f"${header}:${header}"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert all(column.width <= 47 for column in sheet.column_dimensions.values())


def test_contents_say_what_the_pack_is_about(pack: Pack, book: openpyxl.Workbook):
    texts = {str(cell.value) for row in book["Contents"].iter_rows() for cell in row}
    about = pack.about
    assert {about.program, about.period, about.snapshot, about.command, *about.cohorts, *pack.withheld} <= texts
    assert "Synthetic data: no patient stands behind any number" in texts
    assert about.program in str(book.properties.creator)
    assert book.properties.language == "en-GB"


def test_charts_have_alt_texts_and_draw_released_values(pack: Pack, data: bytes):
    released = {float(value) for table in pack.tables.values() for value in _values(table.frame)}
    with ZipFile(BytesIO(data)) as parts:
        drawings = [etree.fromstring(parts.read(name)) for name in parts.namelist() if "drawings/drawing" in name]
        charts = [etree.fromstring(parts.read(name)) for name in parts.namelist() if "charts/chart" in name]
    names = [element for drawing in drawings for element in drawing.iter("{*}cNvPr")]
    assert len(charts) >= (5 if pack.about.policy.hides_nothing else 1)
    assert len(names) == len(charts)
    assert all(any(character.isdigit() for character in element.get("descr")) for element in names)
    drawn = [
        float(value.text)
        for chart in charts
        for axis in ("xVal", "yVal", "val")
        for value in chart.iterfind(f".//{CHART}{axis}//{CHART}v")
    ]
    assert len(drawn) > (100 if pack.about.policy.hides_nothing else 5)
    places = set(range(1, len(pack.about.conditions) + 1))
    assert not {value for value in drawn if value not in places and not any(abs(value - n) < 1e-9 for n in released)}


def _values(frame: pd.DataFrame) -> list[float]:
    return [value for name in ("estimate", "lower", "upper", "day") if name in frame for value in frame[name].dropna()]


def test_steps_are_drawn_as_steps(data: bytes):
    with ZipFile(BytesIO(data)) as parts:
        charts = [etree.fromstring(parts.read(name)) for name in parts.namelist() if "charts/chart" in name]
    curves = [chart for chart in charts if any("Days after" in str(text.text) for text in chart.iter("{*}t"))]
    assert curves
    for chart in curves:
        series = chart.find(f".//{CHART}ser")
        days, shares = (
            [float(value.text) for value in series.iterfind(f"{CHART}{axis}//{CHART}pt/{CHART}v")]
            for axis in ("xVal", "yVal")
        )
        corners = list(zip(days, shares, strict=True))
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(corners))


RUN = ('=HYPERLINK("http://a.test")', "+1", "-1", "@SUM(A1)", "http://a.test", "=1+1")


def test_texts_stay_texts(pack: Pack):
    table = pack.tables["sites-depression"]
    texts = [RUN[row % len(RUN)] for row in range(len(table.frame))]
    changed = replace(table, title=RUN[0], frame=table.frame.assign(site=texts, note=texts), note=RUN[1])
    pack = replace(
        pack,
        about=replace(pack.about, program=RUN[2]),
        tables={**pack.tables, table.name: changed},
        withheld=RUN,
        sections=tuple(replace(section, title=RUN[0]) for section in pack.sections),
    )
    made = write_xlsx(pack)
    book = openpyxl.load_workbook(BytesIO(made))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    n_written = len(RUN) * (len(texts) // len(RUN))
    assert sum(cell.value in RUN for cell in cells) >= 2 * n_written > 0  # as a site and as a note
    assert {cell.value for cell in cells} >= {*RUN}
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(cell.hyperlink is None or cell.hyperlink.location for cell in cells)
    with ZipFile(BytesIO(made)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        charts = [etree.fromstring(parts.read(name)) for name in parts.namelist() if "charts/chart" in name]
    assert not any(b"<f>" in sheet for sheet in sheets)
    assert {str(f.text).split("!")[0] for chart in charts for f in chart.iter(f"{CHART}f")} == {"'Chart data'"}


def test_names_of_sheets_are_short_and_differ():
    tables = ["a" * 40, "a" * 41, "A" * 42, "Contents", "what/is:this?", "history", "'"]
    names = sheet_names(tables, ("Contents",))
    assert list(names) == tables
    assert len({name.lower() for name in names.values()}) == len(tables)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names.values())
    assert not {"contents", "history"} & {name.lower() for name in names.values()}


def test_a_pack_with_nothing_to_draw_is_a_workbook_too(pack: Pack):
    empty = {name: replace(table, frame=table.frame.iloc[:0]) for name, table in pack.tables.items()}
    book = openpyxl.load_workbook(BytesIO(write_xlsx(replace(pack, tables=empty, key_results=()))))
    assert len(book.sheetnames) == len(pack.tables) + 5


def test_libreoffice_opens_it(data: bytes, tmp_path: Path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    (tmp_path / "pack.xlsx").write_bytes(data)
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [
        office,
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "pack.xlsx"),
    ]
    done = subprocess.run(command, capture_output=True, timeout=180, check=False)
    assert (tmp_path / "pack.pdf").read_bytes().startswith(b"%PDF"), done.stderr
