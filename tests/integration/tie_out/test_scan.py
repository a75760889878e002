"""In every text of every file of a pack each number is one of a released row, or on the list of what is stated."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from packs import PERIOD, sample_pack

from pipelines.definitions.disclosure import POLICIES, PolicyName
from pipelines.privacy.release.ledger import NOTHING_RELEASED
from pipelines.published.snapshot import EarlierQuality, open_published
from pipelines.reports import making
from pipelines.reports.asking import Asked
from pipelines.reports.compose import Composed
from pipelines.reports.letterhead import Letterhead
from pipelines.reports.making import FORMATS, made_pack
from pipelines.store import Store
from tie_out.scan import Known, stated, texts_of


@cache
def files_of(store_folder: Path, policy: PolicyName) -> Mapping[str, bytes]:
    """Every file of a pack, its manifest too."""
    published = open_published(Store(store_folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "composed", lambda *_: Composed(sample_pack(store_folder, policy), NOTHING_RELEASED))
        asked = Asked(PERIOD, policy, tuple(FORMATS), "a4")
        return made_pack(published, asked, Letterhead(), EarlierQuality(None, None), None, lambda _: None).files


def strange_in(name: str, content: bytes, known: Known) -> list[tuple[str, str, list[str]]]:
    found = ((each, known.strange(each)) for each in texts_of(name, content))
    return [(each.where, each.text, numbers) for each, numbers in found if numbers]


@pytest.mark.parametrize("policy", POLICIES)
def test_every_number_of_every_file_is_accounted_for(policy: PolicyName, store_folder: Path):
    known, files = Known(sample_pack(store_folder, policy)), files_of(store_folder, policy)
    assert {name.rpartition(".")[2] for name in files} == {"pdf", "xlsx", "pptx", "csv", "json"}
    assert "manifest.json" in files and "datapackage.json" in files
    for name, content in files.items():
        assert strange_in(name, content, known) == []


def test_every_entry_of_the_list_has_its_reason():
    entries = [entry for kind in stated().values() for entry in kind]
    assert all(len(entry["reason"]) > 10 for entry in entries)
    assert all(entry.get("pattern") or entry.get("names") for entry in entries)


def with_part(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """An Office file one of whose parts was changed; a part within a part after a bar."""
    outer, _, inner = part.partition("|")
    made = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as given, ZipFile(made, "w", ZIP_DEFLATED) as kept:
        for name in given.namelist():
            held = given.read(name)
            if name == outer:
                held = with_part(held, inner, change) if inner else change(held)
            kept.writestr(name, held)
    return made.getvalue()


def replacing(before: str, after: str) -> Callable[[bytes], bytes]:
    def change(held: bytes) -> bytes:
        changed = held.replace(before.encode(), after.encode(), 1)
        assert changed != held
        return changed

    return change


OFFICE = {
    "a cell": (
        ".xlsx",
        "xl/worksheets/sheet6.xml",
        "</v></c></row></sheetData>",
        "</v></c><c><v>4711</v></c></row></sheetData>",
    ),
    "a text": (".xlsx", "xl/sharedStrings.xml", "</t></si></sst>", "</t></si><si><t>4,711 responded</t></si></sst>"),
    "a note of a file": (".xlsx", "docProps/core.xml", "<dc:description>", "<dc:description>4,711 courses. "),
    "a chart": (".xlsx", "xl/charts/chart1.xml", "<c:v>0.", "<c:v>0.1234567"),
    "an alternative text": (".xlsx", "xl/drawings/drawing1.xml", 'descr="', 'descr="4,711 courses. '),
    "an attribute that is not known": (".xlsx", "xl/workbook.xml", "<workbookPr ", '<workbookPr more="4711" '),
    "a chart of a slide": (".pptx", "ppt/charts/{chart}", "<c:v>0.", "<c:v>0.1234567"),
    "a workbook in a slide": (".pptx", "ppt/embeddings/{book}|xl/worksheets/sheet1.xml", "<v>0.", "<v>0.1234567"),
    "notes of a slide": (".pptx", "ppt/notesSlides/notesSlide1.xml", "</a:t>", " 4,711</a:t>"),
    "a master of slides": (".pptx", "ppt/slideMasters/slideMaster1.xml", "</a:t>", " 4,711</a:t>"),
}
"""Where in an Office file a number is put that nothing accounts for: the part, what is replaced, and by what."""


@pytest.mark.parametrize("where", OFFICE)
def test_a_number_in_an_office_file_that_nothing_accounts_for_is_found(where: str, store_folder: Path):
    suffix, part, before, after = OFFICE[where]
    known, files = Known(sample_pack(store_folder)), files_of(store_folder, "internal")
    name = next(name for name in files if name.endswith(suffix))
    with ZipFile(io.BytesIO(files[name])) as parts:
        chart = next((each.rpartition("/")[2] for each in parts.namelist() if "charts/chart" in each), "")
        book = next((each.rpartition("/")[2] for each in parts.namelist() if each.endswith(".xlsx")), "")
    changed = with_part(files[name], part.format(chart=chart, book=book), replacing(before, after))
    assert strange_in(name, changed, known)


@pytest.mark.parametrize(
    "name", ["tables/response-depression.csv", "tables/safety.json", "datapackage.json", "manifest.json"]
)
def test_a_number_in_a_table_that_nothing_accounts_for_is_found(name: str, store_folder: Path):
    known, content = Known(sample_pack(store_folder)), files_of(store_folder, "internal")[name]
    if name.endswith(".csv"):
        head, first, *lines = content.decode().splitlines()
        changed = "\n".join([head, first.replace("0.6764705882352942", "0.7764705882352942"), *lines]).encode()
    else:
        held = json.loads(content)
        held["rows" if "rows" in held else "description"] = "4,711 courses"
        changed = json.dumps(held).encode()
    assert changed != content
    assert strange_in(name, changed, known)
