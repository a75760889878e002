"""Reads the worked examples: Markdown pages with a heading for each example and tables under Given and Then.

A page is prose, with one example under each second-level heading. In an example, a table belongs to the last
line before it that begins with `Given` or `Then`::

    ## A score within two weeks is the baseline

    Given scores

    | course | scale | day | total |
    | ------ | ----- | --- | ----- |
    | A      | PHQ-9 | -3  | 18    |

    Then baselines

    | course | scale | baseline |
    | ------ | ----- | -------- |
    | A      | PHQ-9 | 18       |

`Given data through 2026-09-30` and ``Given the setting `anchor = "first_infusion"` `` need no table. A Then
table without rows says that there is nothing.

A second import of the same source is given by `Given later courses`, `later infusions` and `later scores`, with
`Given later data through 2026-12-31`; `Given the later import only adds` imports it with `--append`, and
`Given the later import is taken back` retracts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]


class PageError(Exception):
    """A page that cannot be read as worked examples."""


@dataclass(frozen=True)
class Table:
    """A table of a page: column names and rows of text, as written."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, name: str) -> set[str]:
        return {row[name] for row in self.rows}


@dataclass
class Example:
    """One worked example.

    Attributes:
        number: its place on the page; keeps its courses apart from those of other examples.
        is_later_append, is_later_retracted: the second import only adds, or is taken back.
        given, then: tables by what the line above them names, such as `scores` or `baselines`.
    """

    page: str
    number: int
    title: str
    data_through: str | None = None
    later_data_through: str | None = None
    is_later_append: bool = False
    is_later_retracted: bool = False
    setting_lines: list[str] = field(default_factory=list)
    given: dict[str, Table] = field(default_factory=dict)
    then: dict[str, Table] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.page}: {self.title}"


def read_page(path: Path) -> list[Example]:
    """The examples of a page, in their order.

    Raises:
        PageError: a table without Given or Then, a ragged table, or an example that lacks one of the two.
    """
    examples: list[Example] = []
    label: tuple[str, str] | None = None
    lines = path.read_text(encoding="utf-8").splitlines()
    position = 0
    while position < len(lines):
        line = lines[position].strip()
        where = f"{path.name}, line {position + 1}"
        position += 1
        if line.startswith("## "):
            examples.append(Example(path.stem, len(examples) + 1, line.removeprefix("## ")))
            label = None
        elif examples and (match := re.fullmatch(r"Given data through (\d{4}-\d\d-\d\d)", line)):
            examples[-1].data_through = match[1]
        elif examples and (match := re.fullmatch(r"Given later data through (\d{4}-\d\d-\d\d)", line)):
            examples[-1].later_data_through = match[1]
        elif examples and line == "Given the later import only adds":
            examples[-1].is_later_append = True
        elif examples and line == "Given the later import is taken back":
            examples[-1].is_later_retracted = True
        elif examples and (match := re.fullmatch(r"Given the setting `(.+)`", line)):
            examples[-1].setting_lines.append(match[1])
        elif examples and (match := re.fullmatch(r"(Given|Then) ([a-z ]+)", line)):
            label = (match[1], match[2])
        elif line.startswith("|"):
            if label is None:
                raise PageError(f"{where}: a table without a line 'Given ...' or 'Then ...' above it")
            kind, name = label
            start = position - 1
            while position < len(lines) and lines[position].strip().startswith("|"):
                position += 1
            tables = examples[-1].given if kind == "Given" else examples[-1].then
            tables[name] = _table(lines[start:position], where)
            label = None
    for example in examples:
        if not example.given or not example.then:
            raise PageError(f"{example}: needs a table under Given and one under Then")
    return examples


def _table(lines: list[str], where: str) -> Table:
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    head, rule, *body = cells
    if not all(re.fullmatch(r":?-+:?", cell) for cell in rule):
        raise PageError(f"{where}: the second line of a table must be dashes")
    if any(len(row) != len(head) for row in [rule, *body]):
        raise PageError(f"{where}: every row of a table needs {len(head)} cells")
    return Table(tuple(head), tuple(dict(zip(head, row, strict=True)) for row in body))
