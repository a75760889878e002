"""The pages of a pack as pictures."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from packs import sample_pack
from PIL import Image
from pypdf import PdfReader

from pipelines.reports.pack import Pack
from pipelines.reports.pdf import write_pdf
from pipelines.reports.preview import Preview, preview_of


@pytest.fixture(scope="module")
def pack(store_folder) -> Pack:
    return sample_pack(store_folder, "cms")


@pytest.fixture(scope="module")
def preview(pack: Pack) -> Preview:
    return preview_of(pack, "letter", "PREVIEW")


def test_a_preview_has_the_pages_and_the_chapters_of_the_pdf(pack: Pack, preview: Preview):
    reader = PdfReader(BytesIO(write_pdf(pack, "letter")))
    bookmarks = {entry.title: reader.get_destination_page_number(entry) + 1 for entry in top_level(reader.outline)}
    assert len(preview.pages) == len(reader.pages)
    assert {title: page for title, page in preview.chapters.items() if title in bookmarks} == bookmarks
    assert len(bookmarks) > 8
    width, height = Image.open(BytesIO(preview.pages[0])).size
    assert height / width == pytest.approx(11 / 8.5, rel=0.01)


def top_level(outline: list) -> list:
    return [entry for entry in outline if not isinstance(entry, list)]


def test_a_page_belongs_to_the_chapter_that_began_last(preview: Preview):
    assert preview.chapter_of(1) == ""
    first = preview.chapters["Depression"]
    assert [preview.chapter_of(page) for page in (first, first + 1)] == ["Depression"] * 2


def test_every_page_says_that_it_is_a_preview(pack: Pack, preview: Preview):
    unmarked = preview_of(pack, "letter", " ").pages
    assert len(unmarked) == len(preview.pages)
    for marked, plain in zip(preview.pages, unmarked, strict=True):
        assert darker_share(marked, plain) > 0.01


def darker_share(marked: bytes, plain: bytes) -> float:
    """How much of a page the mark makes darker."""
    one, other = (np.asarray(Image.open(BytesIO(page)).convert("L")) for page in (marked, plain))
    return float((one < other).mean())
