"""Every text of every file of a pack, and its numbers that neither released rows nor a stated list account for."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pandas as pd
from lxml import etree
from pypdf import PdfReader

from pipelines.reports.pack import Pack
from tie_out.paper import squeezed
from tie_out.texts import tokens_of_rows

_STATED = Path(__file__).with_name("stated.toml")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:/\d+)*")
"""A date with strokes is one number, and none of ours."""
_LONG = 25
"""Letters from which on a text that stands within one of the pack's is that and no coincidence."""


class Found(NamedTuple):
    """A text of a file with its place; `value` where it is a number and nothing else."""

    where: str
    text: str
    value: float | None = None


@cache
def stated() -> Mapping[str, Any]:
    """The list of what is stated, not counted."""
    return tomllib.loads(_STATED.read_text())


def texts_of(name: str, content: bytes) -> Iterator[Found]:
    """All that a file of a pack says, whether it is shown or not."""
    if name.endswith(".pdf"):
        yield from _of_pdf(name, content)
    elif name.endswith((".xlsx", ".pptx")):
        yield from _of_office(name, content)
    elif name.endswith(".json"):
        yield from _of_json(name, json.loads(content))
    else:
        head, *lines = csv.reader(io.StringIO(content.decode()))
        yield from (Found(f"{name}, head", cell) for cell in head)
        yield from (_cell(f"{name}, {column}", cell) for line in lines for column, cell in zip(head, line, strict=True))


def _of_pdf(name: str, content: bytes) -> Iterator[Found]:
    """What no page shows; pages and alternative texts are held against what was to be set."""
    reader = PdfReader(io.BytesIO(content))
    yield from (Found(f"{name}, properties", str(text)) for text in (reader.metadata or {}).values())
    titles = list(reader.outline)
    while titles:
        each = titles.pop()
        if isinstance(each, list):
            titles += each
        else:
            yield Found(f"{name}, bookmarks", str(each.title))


def _of_office(name: str, content: bytes) -> Iterator[Found]:
    skipped = {part for each in stated()["parts"] for part in each["names"]}
    with ZipFile(io.BytesIO(content)) as parts:
        for part in parts.namelist():
            where = f"{name}, {part}"
            if part.endswith(".xlsx"):
                yield from _of_office(where, parts.read(part))
            elif part.endswith((".xml", ".rels")):
                yield from _of_xml(where, parts.read(part))
            elif part not in skipped:
                yield Found(where, "1 part that cannot be read")


def _of_xml(where: str, content: bytes) -> Iterator[Found]:
    silent = {name for each in stated()["attributes"] for name in each["names"]}
    quiet = {name for each in stated()["elements"] for name in each["names"]}
    for element in etree.fromstring(content).iter():
        if not isinstance(element.tag, str):
            continue
        tag = etree.QName(element).localname
        for attribute, text in element.attrib.items():
            if (own := etree.QName(attribute).localname) not in silent:
                yield Found(f"{where}, {tag}@{own}", str(text))
        if element.text and tag not in quiet:
            yield from _of_element(f"{where}, {tag}", tag, element)


def _of_element(where: str, tag: str, element: Any) -> Iterator[Found]:
    if tag != "v":
        yield Found(where, element.text)
    elif element.getparent().get("t") != "s":  # That is the place of a text among those that cells share.
        yield _cell(where, element.text)


def _cell(where: str, text: str) -> Found:
    try:
        return Found(where, text, float(text))
    except ValueError:
        return Found(where, text)


def _of_json(where: str, held: Any) -> Iterator[Found]:
    if isinstance(held, dict):
        quiet = {name for each in stated()["keys"] for name in each["names"]}
        for key, value in ((key, value) for key, value in held.items() if key not in quiet):
            yield Found(where, str(key))
            yield from _of_json(f"{where}, {key}", value)
    elif isinstance(held, list):
        for value in held:
            yield from _of_json(where, value)
    elif isinstance(held, str):
        yield Found(where, held)
    elif held is not None and not isinstance(held, bool):
        yield Found(where, str(held), float(held))


class Known:
    """What the numbers of a pack are: those of its rows, and the texts that were tied to them by their places."""

    def __init__(self, pack: Pack) -> None:
        self.values = {round(value, 12) for table in pack.tables.values() for value in _numbers(table.frame)}
        self.values |= {float(len(table.frame)) for table in pack.tables.values()}
        self.texts = {squeezed(text) for text in _texts(pack)}
        self.whole = "|".join(sorted(self.texts))
        self.tokens = set().union(*(tokens_of_rows(table.frame) for table in pack.tables.values()))

    def strange(self, found: Found) -> list[str]:
        """The numbers of a text that nothing accounts for."""
        if found.value is not None:
            return [] if round(found.value, 12) in self.values else [found.text]
        own = squeezed(found.text).removeprefix("'")
        if not any(character.isdigit() for character in own) or own in self.texts:
            return []
        if len(own) >= _LONG and own in self.whole:
            return []
        text = found.text
        for each in stated()["stated"]:
            text = re.sub(each["pattern"], " ", text)
        return [token for token in (number.rstrip(",") for number in _NUMBER.findall(text)) if token not in self.tokens]


def _numbers(frame: pd.DataFrame) -> Iterator[float]:
    for column in frame:
        for value in frame[column]:
            if isinstance(value, Real) and not isinstance(value, bool) and not pd.isna(value):
                yield float(value)


def _texts(pack: Pack) -> Iterator[str]:
    """Sentences, titles and definitions as the pack has them, and each piece of a sentence by itself."""
    about = pack.about
    yield from (about.program, about.command, about.version, about.snapshot, about.definitions_hash, *about.cohorts)
    yield from pack.withheld
    parts = [part for section in pack.sections for part in section.parts]
    for said in (*pack.key_results, *(said for part in parts for said in part.statements)):
        pieces = [getattr(said, field.name) for field in fields(said)]
        yield from (said.text, *pieces, *(piece.strip("()") for piece in pieces))
    for part in parts:
        yield from (part.title, *part.notes)
        for figure in part.figures:
            yield from (figure.title, figure.alt, figure.caption, figure.cohort or "")
    for table in pack.tables.values():
        yield from (table.title, table.note, *map(str, table.printed))
        for column in table.frame:
            yield from (value for value in table.frame[column].unique() if isinstance(value, str))
    yield from (text for section in pack.methods for text in (section.title, section.intro))
    for entry in (*pack.glossary, *(entry for section in pack.methods for entry in section.entries)):
        yield from (entry.title, entry.summary)
        yield from (text for fact in entry.facts for text in (fact.name, fact.text, fact.source))
