"""The slides of a pack, read back: eight findings with their charts, sources and notes, in our own look."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from packs import sample_pack
from pptx import Presentation
from pptx.util import Inches

from pipelines.look import LIGHT
from pipelines.reports.pack import Pack
from pipelines.reports.pptx import write_pptx
from pipelines.reports.pptx_look import Box, Text, fitting

MARKED = '=HYPERLINK("http://a.test") & <b>'


@pytest.fixture(scope="module", params=["internal", "cms"])
def pack(request: pytest.FixtureRequest, store_folder: Path) -> Pack:
    return sample_pack(store_folder, policy=request.param)


@pytest.fixture(scope="module")
def data(pack: Pack) -> bytes:
    return write_pptx(pack)


@pytest.fixture(scope="module")
def deck(data: bytes) -> Any:
    return Presentation(BytesIO(data))


def charts_of(deck: Any) -> Iterator[Any]:
    yield from (shape for slide in deck.slides for shape in slide.shapes if shape.has_chart)


def test_the_same_pack_gives_the_same_bytes(pack: Pack, data: bytes):
    assert write_pptx(pack) == data


def test_no_part_holds_the_time_of_its_making(pack: Pack):
    data = write_pptx(replace(pack, about=replace(pack.about, built=date(2024, 2, 29))))
    with ZipFile(BytesIO(data)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        inside = [ZipFile(BytesIO(parts.read(name))) for name in parts.namelist() if name.endswith(".xlsx")]
    assert len(inside) >= 1
    for book in inside:
        assert b"2024-02-29T00:00:00Z" in book.read("docProps/core.xml")


def test_eight_slides_each_with_a_finding_notes_a_source_and_nothing_empty(pack: Pack, deck: Any):
    assert len(deck.slides) == 8
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(set(titles)) == 8
    for slide in deck.slides:
        names = [shape.name for shape in slide.shapes]
        assert slide.shapes[0] == slide.shapes.title
        assert names[-2:] == ["Source", "Page"]
        source = slide.shapes[-2].text_frame.text
        assert pack.about.snapshot in source
        assert "Synthetic data" in source
        assert len(slide.notes_slide.notes_text_frame.text) > 40
        assert all(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_it_is_wide_and_in_our_own_look(data: bytes, deck: Any):
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=0.001)
    assert [layout.name for layout in deck.slide_layouts] == ["Finding"]
    with ZipFile(BytesIO(data)) as parts:
        theme = parts.read("ppt/theme/theme1.xml").decode()
    assert "Calibri" not in theme
    assert LIGHT.styles["depression"].colour[1:] in theme
    assert not {"4F81BD", "C0504D"} & {theme[i : i + 6] for i in range(len(theme))}


def test_nothing_stands_outside_its_slide_or_on_the_source(deck: Any):
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height
            if shape.name not in ("Source", "Page"):
                assert shape.top + shape.height <= Inches(6.85)


def test_charts_and_tables_have_alt_texts(pack: Pack, deck: Any):
    drawn = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    assert len(drawn) >= (5 if pack.about.policy.hides_nothing else 1)
    for shape in drawn:
        assert len(shape.element.nvGraphicFramePr.cNvPr.get("descr")) > 20


def test_charts_hold_released_values(pack: Pack, deck: Any):
    frames = [table.frame for table in pack.tables.values()]
    released = {
        round(float(value), 9)
        for frame in frames
        for name in ("estimate", "lower", "upper")
        if name in frame
        for value in frame[name].dropna()
    }
    checked = 0
    for shape in charts_of(deck):
        axis = "xVal" if "ABOVE" in str(_label_position(shape.chart)) else "yVal"
        for series in shape.chart.plots[0].series:
            own = series._element.findall(f".//{{*}}{axis}//{{*}}pt/{{*}}v")
            own = own or series._element.findall(".//{*}val//{*}pt/{*}v")
            values = [round(float(value.text), 9) for value in own]
            assert set(values) <= released
            checked += len(values)
    assert checked > (50 if pack.about.policy.hides_nothing else 0)


def _label_position(chart: Any) -> object:
    labels = chart._chartSpace.findall(".//{*}dLbl")
    return "ABOVE" if labels else ""


def test_numbers_at_risk_stand_below_the_curve(store_folder: Path):
    """Of a pack that hides nothing: under a policy other days and conditions may be left."""
    pack = sample_pack(store_folder)
    deck: Any = Presentation(BytesIO(write_pptx(pack)))
    table = next(shape.table for shape in deck.slides[3].shapes if shape.has_table)
    frame = pack.tables["onset-curve-depression"].frame
    counts = frame.loc[frame["statistic"] == "at_risk"].set_index("day")["n_at_risk"]
    head, depression = ([cell.text for cell in table.rows[row].cells] for row in (0, 1))
    for day, text in zip(head[1:], depression[1:], strict=True):
        assert text == f"{int(counts[float(day)]):,}"


def test_texts_stay_texts_in_slides_and_in_the_workbooks_of_charts(pack: Pack):
    named = replace(
        pack,
        about=replace(pack.about, program=MARKED),
        sections=tuple(replace(section, title=MARKED) for section in pack.sections),
    )
    made = write_pptx(named)
    deck = Presentation(BytesIO(made))
    assert MARKED in deck.slides[0].shapes.title.text_frame.text
    books = [shape.chart.part.chart_workbook.xlsx_part.blob for shape in charts_of(deck)]
    cells = [
        cell
        for book in books
        for row in openpyxl.load_workbook(BytesIO(book)).active.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert any(MARKED in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_a_pack_with_nothing_to_draw_has_eight_slides_too(pack: Pack):
    empty = {name: replace(table, frame=table.frame.iloc[:0]) for name, table in pack.tables.items()}
    deck = Presentation(BytesIO(write_pptx(replace(pack, tables=empty, sections=(), key_results=()))))
    assert len(deck.slides) == 8
    assert not list(charts_of(deck))
    for slide in deck.slides:
        assert slide.shapes.title.text_frame.text
        assert all(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_libreoffice_opens_it(data: bytes, tmp_path: Path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    (tmp_path / "pack.pptx").write_bytes(data)
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", ".", "pack.pptx"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=180, check=False)
    assert (tmp_path / "pack.pdf").read_bytes().startswith(b"%PDF"), done.stderr


def test_a_slide_over_several_conditions_answers_for_each(store_folder: Path):
    pack = sample_pack(store_folder)
    deck: Any = Presentation(BytesIO(write_pptx(pack)))
    for number in (3, 4):
        title = deck.slides[number].shapes.title.text_frame.text
        for section in pack.sections:
            assert not section.condition or section.title in title


def test_many_conditions_leave_the_foot_of_a_slide_free(store_folder: Path):
    """Numbers at risk stand above the source however many rows they have, a program's long name in its box."""
    pack = sample_pack(store_folder)
    section = next(each for each in pack.sections if each.condition == "depression")
    curve = pack.tables["onset-curve-depression"]
    made, sections, tables = ["depression"], list(pack.sections), dict(pack.tables)
    for n in range(5):
        condition, name = f"condition_{n}", f"onset-curve-condition_{n}"
        own = replace(curve, name=name, frame=curve.frame.assign(condition=condition))
        parts = tuple(
            replace(part, figures=tuple(replace(figure, table=name) for figure in part.figures))
            for part in section.parts
            if part.title == "Onset of response"
        )
        sections.append(
            replace(section, key=condition, title=f"A condition of number {n}", condition=condition, parts=parts)
        )
        tables[name], made = own, [*made, condition]
    about = replace(pack.about, conditions=(*pack.about.conditions, *made[1:]), program="A program " * 6)
    many = replace(pack, about=about, sections=tuple(sections), tables=tables)
    deck: Any = Presentation(BytesIO(write_pptx(many)))
    (table,) = (shape for shape in deck.slides[3].shapes if shape.has_table)
    assert len(table.table.rows) > 6
    assert table.top + table.height <= Inches(6.85)
    (chart,) = (shape for shape in deck.slides[3].shapes if shape.has_chart)
    assert chart.top + chart.height <= table.top
    (run,) = deck.slides[0].shapes.title.text_frame.paragraphs[0].runs
    assert run.font.size.pt <= 24


def test_boxes_and_no_heading_stand_alone():
    box = Box(0, 0, 3, 0.75)
    kept = fitting([Text("A word", bold=False), Text("Heading", bold=True), Text("long " * 200)], box, "More.")
    assert [text.text for text in kept] == ["A word", "More."]
