"""The text of the PDF, and what is read out of its figures: all of it was handed over to be set."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from packs import sample_pack
from pypdf import PdfReader

from pipelines.definitions.disclosure import POLICIES, PolicyName
from pipelines.reports.pdf import write_pdf
from tie_out.paper import handed_to_typst, text_faults


@cache
def pdf_of(store_folder: Path, policy: PolicyName) -> bytes:
    return write_pdf(sample_pack(store_folder, policy), "a4")


@cache
def pages_of(store_folder: Path, policy: PolicyName) -> tuple[str, ...]:
    return tuple(page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(store_folder, policy))).pages)


@pytest.mark.parametrize("policy", POLICIES)
def test_every_digit_on_paper_is_of_a_text_that_was_to_stand_there(policy: PolicyName, store_folder: Path):
    pages = pages_of(store_folder, policy)
    assert text_faults(pages, handed_to_typst(sample_pack(store_folder, policy))) == []
    assert sum(character.isdigit() for page in pages for character in page) > 5_000


@pytest.mark.parametrize("policy", POLICIES)
def test_what_is_read_out_of_figures_was_handed_over_too(policy: PolicyName, store_folder: Path):
    data = handed_to_typst(sample_pack(store_folder, policy))
    figures = [figure for chapter in data["chapters"] for part in chapter["parts"] for figure in part["figures"]]
    with pikepdf.open(io.BytesIO(pdf_of(store_folder, policy))) as opened:
        alts = list(_alts(opened.Root.StructTreeRoot.K))
        titles = [str(value) for value in opened.docinfo.values()]
    assert alts == [sheet["alt"] for figure in figures for sheet in figure["sheets"]]
    assert any(data["document"] in title for title in titles)


def _alts(element: Any) -> Iterator[str]:
    """Alternative texts in the order of the document's structure."""
    if isinstance(element, pikepdf.Array):
        for each in element:
            yield from _alts(each)
    elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
        if element.S == "/Figure":
            yield str(element.get("/Alt", ""))
        yield from _alts(element.get("/K"))


@pytest.mark.parametrize(
    ("before", "after"), [("68 % (51", "69 % (51"), ("95 courses", "96 courses"), ("23 of 34", "23 of 43")]
)
def test_a_digit_that_was_not_handed_over_is_found(before: str, after: str, store_folder: Path):
    data = handed_to_typst(sample_pack(store_folder))
    pages = pages_of(store_folder, "internal")
    changed = tuple(page.replace(before, after, 1) for page in pages)
    assert changed != pages
    assert text_faults(changed, data)
    more = (*pages[:-1], f"{pages[-1]} 4,711")
    assert text_faults(more, data)
