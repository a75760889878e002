"""All that a page tells its reader: texts, options, alternatives, what hovers over a figure, and what is downloaded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

from google.protobuf.message import Message

_DRAWN = ("text", "hovertext", "name", "title")
_TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
_CELLS = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.DOTALL)
_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|alt)="([^"]*)"')
_TAGS = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL)


class Told(NamedTuple):
    """A text as it is read.

    Attributes:
        kind: `cell` of a table, `drawn` in a figure, else `text`.
        text: without marks.
        head: of the cell's column, or the kind of mark.
    """

    kind: str
    text: str
    head: str = ""


def told_by(node: Any) -> Iterator[Told]:
    """All that a part of a page tells, from the messages that are sent to the browser."""
    if isinstance(proto := getattr(node, "proto", None), Message):
        for name, text in _strings(proto):
            yield from _pieces(name, text)
    for child in (node if isinstance(node, dict) else getattr(node, "children", {})).values():
        yield from told_by(child)


def _strings(message: Message) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if field.type == field.TYPE_STRING:
                yield f"{message.DESCRIPTOR.name}.{field.name}", one
            elif field.type == field.TYPE_MESSAGE and not field.message_type.GetOptions().map_entry:
                yield from _strings(one)


def _pieces(name: str, text: str) -> Iterator[Told]:
    if name == "PlotlyChart.spec":
        figure = json.loads(text)
        for part in (*figure["data"], figure["layout"]):
            yield from (Told("drawn", _plain(shown), part.get("type", "")) for shown in _drawn(part))
    elif name == "Html.body":
        yield from (Told("text", _plain(words)) for words in _ATTRIBUTES.findall(text))
        for table in _TABLE.findall(text):
            heads, *lines = [list(map(_plain, _CELLS.findall(line))) for line in table.split("<tr>")[1:]]
            for line in lines:
                yield from (Told("cell", cell, head) for head, cell in zip(heads, line, strict=False))
        yield from (Told("text", _plain(part)) for part in re.split(r"</(?:td|th|p|div|li|caption)>", text))
    elif not name.startswith(("BidiComponent", "Exception")):
        yield Told("text", _plain(text))


def _drawn(part: Any, key: str = "") -> Iterator[str]:
    if isinstance(part, dict):
        for name, inner in part.items():
            yield from _drawn(inner, name)
    elif isinstance(part, list):
        for inner in part:
            yield from _drawn(inner, key)
    elif isinstance(part, str) and key in _DRAWN:
        yield part


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(_TAGS.sub(" ", text)).replace("\u00a0", " ")).strip()
