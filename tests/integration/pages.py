"""Examples on pages of the documentation: their tables, their mapping, and the scores that they give."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

from batches import batch_rows
from csv_files import write_csv

from pipelines.store import Store


@dataclass
class Example:
    """A heading with its tables, its mapping, and the scores that it gives."""

    title: str
    tables: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)
    mapping: str = ""
    gives: list[list[str]] = field(default_factory=list)


def examples(page: Path) -> list[Example]:
    """The headings of a page that hold a mapping; in a cell, `\\/` stands for a bar."""
    found = []
    for section in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        example = Example(section.splitlines()[0])
        mapping = re.search(r"```toml\n(.*?)```", section, re.DOTALL)
        gives = re.search(r"^Gives\n\n((?:\|.*\n)+)", section, re.MULTILINE)
        if mapping is None or gives is None:
            continue
        example.mapping = mapping[1]
        for kind, name, table in re.findall(r"^(Sheet|File) `([^`]+)`\n\n((?:\|.*\n)+)", section, re.MULTILINE):
            example.tables[kind, name] = cells(table)
        example.gives = cells(gives[1])
        found.append(example)
    return found


def cells(table: str) -> list[list[str]]:
    """The rows of a table, its header first."""
    rows = [
        [cell.strip().replace("\\/", "|") for cell in line.strip()[1:-1].split("|")]
        for line in table.strip().splitlines()
    ]
    return [row for row in rows if not set("".join(row)) <= {"-", " "} or not any(row)]


def written_files(example: Example, folder: Path) -> list[Path]:
    """The example's files, as CSV."""
    paths = []
    for (kind, name), rows in example.tables.items():
        if kind == "File":
            paths.append(write_csv(folder / name, rows))
    return paths


def records(crosswalk: Path) -> dict[str, str]:
    """The record number of each pseudonym."""
    if not crosswalk.exists():
        return {}
    with crosswalk.open(encoding="utf-8", newline="") as stream:
        return {row["pseudonym"]: row["known_as"] for row in csv.DictReader(stream)}


def shown_scores(store: Store, batch_id: str, crosswalk: Path, header: list[str]) -> list[list[str]]:
    """The accepted scores of a batch, in the columns of a page."""
    patients = records(crosswalk)
    found = []
    columns = "course_id, scale, minute, coalesce(timing, ''), score"
    for course_id, scale, minute, timing, score in batch_rows(store, batch_id, "scores", columns):
        patient, _, number = course_id.rpartition("-") if "-" in course_id else (course_id, "", "")
        shown = {
            "patient": patients.get(patient, patient),
            "course": number,
            "scale": scale,
            "day": f"{minute / 1440:.4g}",
            "hour": f"{minute / 60:.4g}",
            "timing": timing,
            "total": f"{float(score):g}",
        }
        found.append([shown[name] for name in header])
    return found
