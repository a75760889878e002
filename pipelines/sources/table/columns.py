"""Which columns of a table its mapping reads, which it drops, and how a name is compared and told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.sources.mapping.checks import whens
from pipelines.sources.mapping.parts import ScoreColumns, Table
from pipelines.sources.mapping.values import Place
from pipelines.sources.table.cells import folded


def column_uses(block: Table) -> Iterator[tuple[Place, str]]:
    """Every column that a table's mapping reads, and where it says so."""
    for key in ("course_id", "patient_id", "record_number"):
        if (column := getattr(block, key)) is not None:
            yield (*block.place, key), column
    for key in ("fill_down", "skip_where", "keep_where"):
        yield from (((*block.place, key), column) for column in getattr(block, key))
    for part in block.parts:
        for place, when in whens(part):
            yield from ((place, column) for column in when.columns)
    for part in block.parts:
        fields = {} if isinstance(part, ScoreColumns) else part.fields
        yield from (((*part.place, name), cells.column) for name, cells in fields.items() if cells.column is not None)
    if block.course is not None:
        for key in ("age", "birth_date"):
            if (column := getattr(block.course, key)) is not None:
                yield (*block.course.place, key), column
    for infusion in block.infusion:
        yield from (((*infusion.place, "split", column), column) for column in infusion.split)
    for score in block.score:
        for key in ("scale", "total", "rater", "timing", "infusion_number", "item"):
            cells = getattr(score, key)
            if cells is not None and cells.column is not None:
                yield (*score.place, key), cells.column
        if score.answer is not None:
            yield (*score.place, "answer"), score.answer
        yield from (((*score.place, "split", column), column) for column in score.split)


def item_columns(items: Sequence[str], header: Sequence[str]) -> list[str]:
    """The columns of items 1, 2 ...: as listed, or those that a name with {n} in it stands for."""
    if len(items) != 1 or "{n}" not in items[0]:
        return list(items)
    columns = []
    for number in range(1, 100):
        names = {items[0].replace("{n}", str(number)), items[0].replace("{n}", f"{number:02d}")}
        column = next((name for name in header if name in names), None)
        if column is None:
            break
        columns.append(column)
    return columns


def dropped_columns(block: Table, header: Sequence[str]) -> set[str]:
    """The columns under `drop`, where * stands for anything; what the mapping reads is not among them."""
    used = used_columns(block, header)
    return {name for name in header if name not in used and any(matches(name, text) for text in block.drop)}


def used_columns(block: Table, header: Sequence[str]) -> set[str]:
    """The columns that a table's mapping reads."""
    items = {column for score in block.score for column in item_columns(score.items, header)}
    return {column for _, column in column_uses(block)} | items


def told_header(name: str) -> str:
    """A column's name as it may be told: one that could be a value (many digits, very long, an address) is not."""
    return f"({len(name)} characters)" if len(name) > 60 or holds_address_or_number(name) else name


def holds_address_or_number(text: str) -> bool:
    """Whether a text has the sign of an address in it, or more digits than the name of a column has."""
    return "@" in text or len(re.findall(r"\d", text)) > 4


def matches(name: str, pattern: str) -> bool:
    """Whether a name is the one stated, where * stands for anything; capitals make no difference."""
    return re.fullmatch(re.escape(folded(pattern)).replace(r"\*", ".*"), folded(name)) is not None
