"""The report on paper: what is handed to Typst to be set, and the text of the PDF beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import pytest
import typst
from lxml import etree

from pipelines.reports.pack import Pack
from pipelines.reports.pdf import write_pdf


def handed_to_typst(pack: Pack, paper: Literal["a4", "letter"] = "a4") -> dict[str, Any]:
    """The data of a report's PDF, without setting it."""
    handed: list[str] = []

    def compiled(*_: object, sys_inputs: dict[str, str], **__: object) -> bytes:
        handed.append(sys_inputs["pack"])
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typst, "compile", compiled)
        write_pdf(pack, paper)
    data: dict[str, Any] = json.loads(handed[0])
    return data


def parts_with_data(pack: Pack, data: dict[str, Any]) -> list[tuple[Any, Any, dict[str, Any]]]:
    """Each part of a report with its section and with what is set of it."""
    return [
        (section, part, printed)
        for section, chapter in zip(pack.sections, data["chapters"], strict=True)
        for part, printed in zip(section.parts, chapter["parts"], strict=True)
    ]


def set_texts(data: dict[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every text of a report in the order in which it is set: its place, itself, and what may stand again before it."""
    labels = data["labels"]
    if data["is_synthetic"]:
        yield from (("first page", labels[name], ()) for name in ("synthetic", "synthetic_more"))
    yield from (
        ("first page", text, ()) for text in (data["program"], labels["title"], data["period"], *data["cohorts"])
    )
    yield from (("first page", text, ()) for fact in data["facts"] for text in (fact["name"], fact["text"]))
    for said in data["key_results"]:
        yield from _sentence("key results", said)
    for chapter in data["chapters"]:
        yield "chapter", chapter["title"], ()
        for part in chapter["parts"]:
            yield from _part(f"{chapter['title']}, {part['title']}", part)
    yield from (("withheld", text, ()) for text in data["withheld"])
    for section in [*data["methods"], {"title": "", "intro": "", "entries": data["glossary"]}]:
        yield from (("definitions", section[name], ()) for name in ("title", "intro"))
        for entry in section["entries"]:
            yield from (("definitions", entry[name], ()) for name in ("title", "summary"))
            for fact in entry["facts"]:
                source = labels["source"].replace("{source}", fact["source"]) if fact["source"] else ""
                yield from (("definitions", text, ()) for text in (fact["name"], fact["text"], source))


def _headings(data: dict[str, Any]) -> tuple[str, ...]:
    """What the table of contents names before the first chapter."""
    parts = [part["title"] for chapter in data["chapters"] for part in chapter["parts"]]
    titles = [section["title"] for section in data["methods"]]
    return (*data["labels"].values(), *(chapter["title"] for chapter in data["chapters"]), *parts, *titles)


def _sentence(where: str, said: dict[str, str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield from ((where, said[name], ()) for name in ("lead", "finding", "basis", "more", "aside"))


def _part(where: str, part: dict[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield where, part["title"], ()
    for said in part["statements"]:
        yield from _sentence(where, said)
    for figure in part["figures"]:
        yield where, figure["title"], ()
        for sheet in figure["sheets"]:
            texts = etree.fromstring(sheet["svg"].encode()).iter("{*}text")
            yield from ((f"{where}, figure", str(text.text), ()) for text in texts)
        yield where, figure["caption"], ()
    for table in part["tables"]:
        head = tuple(table["header"])
        yield where, table["title"], ()
        yield from ((f"{where}, table", name, ()) for name in head)
        yield from ((f"{where}, table", cell, head) for row in table["rows"] for cell in row)
        yield where, table["note"], head
    yield from ((where, note, ()) for note in part["notes"])


def text_faults(pages: Sequence[str], data: dict[str, Any]) -> list[str]:
    """Digits of the text of a PDF that are not of the text that was to be set there, and texts that are not there.

    Args:
        pages: as they are read from the PDF.
        data: what was handed to Typst.
    """
    found, bodies = [], []
    for n, page in enumerate(pages, start=1):
        body = squeezed(page)
        number = data["page"].replace("{n}", str(n)).replace("{total}", str(len(pages)))
        at_foot = [f"{data['snapshot_label']} {data['snapshot']}", number]
        at_head = [f"{data['program']} · {data['period']}", data["labels"]["synthetic"]] if n > 1 else []
        for text in (*at_foot, *at_head):
            if squeezed(text) not in body and text != data["labels"]["synthetic"]:
                found.append(f"page {n} does not say {text}")
            before, _, after = body.rpartition(squeezed(text)) if text in at_foot else body.partition(squeezed(text))
            body = before + after if squeezed(text) in body else body
        bodies.append(body)
    whole, at, contents = "".join(bodies), 0, _headings(data)
    for where, text, again in set_texts(data):
        own = squeezed(text)
        if not _DIGIT.search(own):
            continue
        place = whole.find(own, at)
        if place < 0:
            return [*found, f"{where}: {text!r} is not there, after {whole[max(0, at - 60) : at]!r}"]
        between = whole[at:place]
        is_after_contents = where == "key results" and bool(contents)
        for name in sorted(map(squeezed, contents if is_after_contents else again), key=len, reverse=True):
            between = between.replace(name, "")
        if is_after_contents:
            between, contents = _PAGE_NUMBERS.sub("", between), ()
        if _DIGIT.search(between):
            found.append(f"{where}: before {text!r} stands {between[:200]!r}")
        at = place + len(own)
    return [*found, *([f"at the end stands {whole[at:]!r}"] if _DIGIT.search(whole[at:]) else [])]


_DIGIT, _PAGE_NUMBERS = re.compile(r"\d"), re.compile(r"\d{1,3}")


def squeezed(text: str) -> str:
    """A text without what parts its words, which lines broken elsewhere change."""
    return re.sub(r"[\s\u2060]", "", text)
