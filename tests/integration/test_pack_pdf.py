from __future__ import annotations

import io
import json
import re
import socket
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pikepdf
import pytest
import typst
from packs import sample_pack
from pypdf import PdfReader

from pipelines.definitions.disclosure import policy_named
from pipelines.reports.figures.drawing import figure_svgs
from pipelines.reports.figures.style import text_width
from pipelines.reports.pack import About, Logo, Pack, PackFigure, PackSection, PackTable, Part
from pipelines.reports.pdf import write_pdf
from pipelines.reports.printed_table import table_data
from pipelines.words.entries import Entry, Fact, Section
from pipelines.words.numbers import percent
from pipelines.words.statement import Statement

LONG = "A program with an uncommonly long name that somebody wrote out in full, of the Northern and Eastern Counties"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@pytest.fixture(scope="module")
def pack(store_folder: Path) -> Pack:
    return sample_pack(store_folder)


@pytest.fixture(scope="module")
def pdf(pack: Pack) -> bytes:
    return write_pdf(pack, "a4")


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> list[str]:
    """What each page says."""
    return pages_of(pdf)


@cache
def small_pack() -> Pack:
    return made_pack(response_rows(["2026-Q2", "2026-Q3"]), "rates")


def made_pack(frame: pd.DataFrame, kind: Any, is_synthetic: bool = True, program: str = "A program") -> Pack:
    """A pack of one table and the figure that draws it."""
    about = About(
        program=program,
        period="2026-Q3",
        cohorts=("Courses started in 2026-Q3.",),
        conditions=("depression",),
        site=None,
        snapshot="cc70d348b64af6ac",
        built=date(2026, 11, 20),
        data_through=None,
        definitions_version="2026.1",
        definitions_hash="0a50026d828834fb",
        policy=policy_named("cms"),
        privacy_mode="limited_data_set",
        is_synthetic=is_synthetic,
        version="0.1.0",
        command="outcomes report 2026-Q3",
    )
    said = Statement("A half responded", "(95 % interval 40 to 60)")
    figure = PackFigure("a", kind, "What is drawn", "A half responded, n = 100.", "a", "How to read it.")
    printed = frame[["cohort"]].assign(n="100", rate="50 % (40 to 60)")
    return Pack(
        about=about,
        key_results=(said,),
        sections=(PackSection("a", "Depression", "depression", (Part("Response", (said,), (figure,), ("a",)),)),),
        tables={"a": PackTable("a", "What it rests on", frame, printed)},
        methods=(
            Section("m", "Rules", "How.", (Entry("r", "Response", (Fact("2026.1", "By half", "Somebody 1999"),)),)),
        ),
        glossary=(Entry("course", "Course", (Fact("", "A series of infusions."),)),),
    )


def response_rows(cohorts: list[str], column: str = "cohort", suppressed: bool = False) -> pd.DataFrame:
    rows = [
        {
            "measure": "response",
            "condition": "depression",
            "cohort": "2026-Q2",
            column: name,
            "statistic": statistic,
            "n_observed": 100,
            "n_responded": 50,
            "n_met": 50,
            "estimate": float("nan") if suppressed else estimate,
            "lower": float("nan") if suppressed else estimate - 0.1,
            "upper": float("nan") if suppressed else estimate + 0.1,
            "suppressed": suppressed,
        }
        for name in cohorts
        for statistic, estimate in (("observed", 0.5), ("missing_as_nonresponse", 0.3), ("bound_upper", 0.7))
    ]
    return pd.DataFrame(rows)


def tags(pdf: bytes) -> tuple[Counter[str], list[str]]:
    """How often each structure element stands in a PDF, and the alternative texts of its figures."""
    found: Counter[str] = Counter()
    alts: list[str] = []

    def walk(element: Any) -> None:
        if isinstance(element, pikepdf.Array):
            for each in element:
                walk(each)
        elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
            found[str(element.S)] += 1
            if element.S == "/Figure":
                alts.append(str(element.get("/Alt", "")))
            walk(element.get("/K"))

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        walk(opened.Root.StructTreeRoot.K)
    return found, alts


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page; the joiners of no width that Typst sets within a long name are no part of it."""
    return [page.extract_text().replace("\u2060", "") for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    return "\n".join(pages_of(pdf))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_same_pack_gives_the_same_bytes(pack: Pack, pdf: bytes):
    assert write_pdf(pack, "a4") == pdf


def test_another_process_gives_the_same_bytes():
    """Where hashes of texts are salted anew."""
    code = "import hashlib, test_pack_pdf as t; print(hashlib.sha256(t.write_pdf(t.small_pack(), 'a4')).hexdigest())"
    folder = str(Path(__file__).parent)
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join([folder, *sys.path])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_it_says_what_it_is_and_in_which_language(pack: Pack, pdf: bytes):
    opened = pikepdf.open(io.BytesIO(pdf))
    assert opened.Root.MarkInfo.Marked
    assert str(opened.Root.Lang) == "en"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    assert pack.about.program in str(opened.docinfo["/Title"])
    assert str(opened.docinfo["/CreationDate"]).startswith(f"D:{pack.about.built:%Y%m%d}")
    with opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_every_figure_is_read_out_and_every_table_has_headers(pack: Pack, pdf: bytes):
    found, alts = tags(pdf)
    figures = [figure for section in pack.sections for part in section.parts for figure in part.figures]
    assert [alt for alt in alts if alt in {figure.alt for figure in figures}] == alts
    assert len(alts) == len(figures) > 5
    printed = [name for section in pack.sections for part in section.parts for name in part.tables]
    assert found["/Table"] == found["/Caption"] == len(printed)
    assert found["/TH"] == sum(len(pack.tables[name].printed.columns) for name in printed)
    assert found["/P"] > sum(len(part.statements) for section in pack.sections for part in section.parts)


def test_bookmarks_are_its_chapters(pack: Pack, pdf: bytes):
    with pikepdf.open(io.BytesIO(pdf)).open_outline() as outline:
        titles = [item.title for item in outline.root]
        first = {item.title: [child.title for child in item.children] for item in outline.root}
    assert titles[0] == "Key results"
    assert titles[1:-2] == [section.title for section in pack.sections]
    assert titles[-2:] == ["Methods and citations", "Glossary"]
    condition = next(section for section in pack.sections if section.condition)
    assert first[condition.title] == [part.title for part in condition.parts]


def test_its_fonts_are_in_it(pdf: bytes):
    names = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
            names.add(str(descriptor["/FontName"]).partition("+")[2].partition("-")[0])
    assert names == {"LibertinusSerif"}


def test_it_asks_no_network(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a pack is made without network")

    monkeypatch.setattr(socket, "socket", refuse)
    assert write_pdf(small_pack(), "a4").startswith(b"%PDF")


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_both_papers(paper: Any, size: tuple[int, int]):
    for page in PdfReader(io.BytesIO(write_pdf(small_pack(), paper))).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == size


def test_each_page_says_whose_it_is_and_that_it_is_synthetic(pack: Pack, pages: list[str]):
    for n, text in enumerate(pages, start=1):
        assert f"Page {n} of {len(pages)}" in text
        assert pack.about.snapshot in text
        assert "Synthetic demonstration data" in text


def test_real_data_are_not_called_synthetic():
    text = text_of(write_pdf(made_pack(response_rows(["2026-Q2"]), "rates", is_synthetic=False), "a4"))
    assert "ynthetic" not in text


def test_every_number_of_the_text_stands_in_the_pack(pack: Pack, pages: list[str]):
    assert_said(pack, pages)


def test_so_it_does_where_small_numbers_are_hidden(store_folder: Path):
    pack = sample_pack(store_folder, policy="cms")
    pages = pages_of(write_pdf(pack, "letter"))
    assert_said(pack, pages)
    assert squeezed(pack.withheld[0]) in squeezed("".join(pages))


def assert_said(pack: Pack, pages: list[str]) -> None:
    said = numbers_said(pack)
    of_paper = {str(n) for n in range(1, len(pages) + 1)}
    of_axes = {"0", "1", "3", "7", "14", "21", "28", "42", "56", "4", "6", "8", "12", "25", "50", "75", "100"}
    for line in "\n".join(pages).splitlines():
        for number in NUMBER.finditer(line):
            is_at_edge = number.start() == 0 or number.end() == len(line.rstrip())
            is_known = number.group() in said | of_paper | of_axes
            # A name such as that of a DOI may go on in the next line.
            assert is_known or (is_at_edge and any(number.group() in whole for whole in said)), line


def test_a_rate_is_written_as_its_own_row_has_it(pack: Pack):
    figures = [figure for section in pack.sections for part in section.parts for figure in part.figures]
    drawn = [figure for figure in figures if figure.kind == "rates"]
    for figure in drawn:
        rows = pack.tables[figure.table].frame
        (svg,) = figure_svgs("rates", rows, {}, pack.fewest)
        values = re.findall(r"<text[^>]*font-weight: 700[^>]*>([^<]+)</text>", svg)
        observed = rows[(rows["statistic"] == "observed") & (rows["n_observed"] >= pack.fewest) & ~rows["suppressed"]]
        assert values == [percent(value) for value in observed["estimate"]]
    assert drawn


def test_the_first_page_bears_the_logo_and_the_contact():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'
    pack = small_pack()
    about = replace(pack.about, logo=Logo(svg, "svg"), contact="outcomes@example.org")
    pdf = write_pdf(replace(pack, about=about), "a4")
    assert tags(pdf)[1][0] == "The logo of A program"
    assert "outcomes@example.org" in pages_of(pdf)[0]


def numbers_said(pack: Pack) -> set[str]:
    """The numbers of all that a pack says, and of the rows that its figures draw, as figures write them."""
    texts = [repr(pack.about), repr(pack.key_results), repr(pack.sections), repr(pack.methods), repr(pack.glossary)]
    texts.extend(pack.withheld)
    numbers = {number for text in texts for number in NUMBER.findall(text)}
    numbers.add(pack.about.definitions_hash[:16])
    numbers |= set(NUMBER.findall(pack.about.definitions_hash[:16]))
    numbers |= set(NUMBER.findall(pack.about.built.isoformat()))
    if pack.about.data_through:
        numbers |= set(NUMBER.findall(pack.about.data_through.isoformat()))
    for table in pack.tables.values():
        for name in table.printed:
            numbers |= set(NUMBER.findall(" ".join([str(name), *map(str, table.printed[name])])))
        numbers |= set(NUMBER.findall(f"{table.title} {table.note}"))
        for name in table.frame.select_dtypes("number"):
            for value in table.frame[name].dropna():
                numbers |= {f"{value:,.0f}", f"{100 * value:.0f}", f"{100 * value:.1f}"}
    return numbers


def test_a_figure_with_nothing_to_draw_says_so():
    pdf = write_pdf(made_pack(response_rows(["2026-Q2"], suppressed=True), "rates"), "a4")
    assert squeezed("There is nothing to draw") in squeezed(text_of(pdf))
    assert not tags(pdf)[1]


@pytest.mark.parametrize("kind", ["rates", "curve", "trend", "flow", "sites", "safety"])
def test_a_figure_of_no_rows_says_so(kind: str, pack: Pack):
    figures = [figure for section in pack.sections for part in section.parts for figure in part.figures]
    frame = pack.tables[next(figure.table for figure in figures if figure.kind == kind)].frame.iloc[:0]
    printed = response_rows(["2026-Q2"])
    empty = made_pack(printed, kind)
    table = replace(empty.tables["a"], frame=frame)
    assert squeezed("There is nothing to draw") in squeezed(
        text_of(write_pdf(replace(empty, tables={"a": table}), "a4"))
    )


def test_a_hidden_number_is_called_hidden_beside_one_that_is_shown():
    frame = pd.concat([response_rows(["2026-Q2"]), response_rows(["2026-Q3"], suppressed=True)], ignore_index=True)
    text = text_of(write_pdf(made_pack(frame, "rates"), "a4"))
    assert "hidden" in text
    assert "nan" not in text.lower()


def test_many_sites_with_long_names_go_over_several_pages():
    sites = [f"The clinic of the {n}th district of the Northern and Eastern Counties" for n in range(100, 180)]
    pdf = write_pdf(made_pack(response_rows(sites, column="site"), "sites", program=LONG), "letter")
    text = squeezed(text_of(pdf))
    assert all(f"{n}th" in text for n in range(100, 180))
    assert len(tags(pdf)[1]) > 1
    assert all(alt.startswith("A half responded") for alt in tags(pdf)[1])
    assert squeezed(LONG) in text


def test_no_page_holds_a_heading_alone():
    """A figure that fills its page does not leave the heading behind it."""
    sites = [f"The clinic of the {n}th district of the Northern and Eastern Counties" for n in range(100, 180)]
    pages = pages_of(write_pdf(made_pack(response_rows(sites, column="site"), "sites"), "letter"))
    (first,) = [page for page in pages if "What is drawn" in page]
    assert re.search("Depression.*Response.*A half responded.*What is drawn.*The clinic", first, re.DOTALL)
    of_chapters = pages[pages.index(first) : -2]
    assert all(page.count("50 %") > 2 for page in of_chapters)


def test_a_table_over_several_pages_repeats_its_header():
    frame = response_rows([f"Cohort {n}" for n in range(100, 180)])
    pages = pages_of(write_pdf(made_pack(frame, "rates"), "a4"))
    with_rows = [page for page in pages if page.count("50 % (40 to 60)") > 2]
    assert len(with_rows) > 2
    assert all(re.search(r"cohort\s+n\s+rate", page) for page in with_rows)


def test_no_word_is_wider_than_the_measure_says():
    """Typst's type is measured with another font; what is measured too narrow would run into its neighbour."""
    texts = ["Depression", "2025-Q3 to 2026-Q2 (final)", "46 to 62 · 73 of 135", "fewer than 0.1", "MMMMM", "illicit"]
    source = """
#set text(font: "Libertinus Serif", size: 8.5pt, weight: sys.inputs.weight)
#context [#metadata(sys.inputs.texts.split("|").map(text => measure(text).width.pt())) <found>]
"""
    for weight, is_bold in (("regular", False), ("bold", True)):
        inputs = {"texts": "|".join(texts), "weight": weight}
        found = typst.query(source.encode(), "<found>", field="value", one=True, sys_inputs=inputs)
        for text, width in zip(texts, json.loads(found), strict=True):
            assert width <= text_width(text, 8.5, is_bold) <= 1.35 * width


def test_columns_fill_the_page_and_hold_their_words(pack: Pack):
    for table in pack.tables.values():
        data = table_data(table, 470.0)
        assert sum(data["widths"]) + data["gap"] * (len(data["widths"]) - 1) == pytest.approx(470.0)
        for i, width in enumerate(data["widths"]):
            words = [word for row in [data["header"], *data["rows"]] for word in row[i].split()]
            assert max(text_width(word, data["size"]) for word in words) <= width


def test_key_results_stand_on_one_page_however_many_there_are():
    pack = small_pack()
    basis = "(95 % interval 46 to 62; 73 of 135) " * 5
    said = Statement("54 % of courses started in the year responded", basis, "And more. " * 28)
    pages = pages_of(write_pdf(replace(pack, key_results=(said,) * 9), "letter"))
    with_results = [page for page in pages if "54 %" in page]
    assert len(with_results) == 1
    assert with_results[0].count("54 %") == 9


def test_the_table_of_many_chapters_stands_on_one_page():
    pack = small_pack()
    parts = tuple(Part(f"Part {n}", (Statement("A half responded"),)) for n in range(6))
    sections = tuple(replace(pack.sections[0], title=f"Condition {n}", parts=parts) for n in range(9))
    pages = pages_of(write_pdf(replace(pack, sections=sections), "a4"))
    assert [n for n, page in enumerate(pages) if page.count("Part 5") > 1 or "Contents" in page] == [1]
    assert pages[1].count("Part 5") == 9
