"""The page on mappings holds what it says: every example on it is imported, and gives the rows printed below it."""

import csv
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from batches import batch_rows
from workbooks import write_workbook

from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

PAGE = Path(__file__).parents[2] / "docs" / "mapping.md"
SETTINGS, DEFINITIONS = read_settings(None)


@dataclass
class Example:
    """A heading with its tables, its mapping, and the scores that it gives."""

    title: str
    tables: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)
    mapping: str = ""
    gives: list[list[str]] = field(default_factory=list)


def examples() -> list[Example]:
    found = []
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        example = Example(section.splitlines()[0])
        mapping = re.search(r"```toml\n(.*?)```", section, re.DOTALL)
        if mapping is None:
            continue
        example.mapping = mapping[1]
        for kind, name, table in re.findall(r"^(Sheet|File) `([^`]+)`\n\n((?:\|.*\n)+)", section, re.MULTILINE):
            example.tables[kind, name] = cells(table)
        example.gives = cells(re.search(r"^Gives\n\n((?:\|.*\n)+)", section, re.MULTILINE)[1])
        found.append(example)
    return found


def cells(table: str) -> list[list[str]]:
    rows = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in table.strip().splitlines()]
    return [row for row in rows if not set("".join(row)) <= {"-", " "} or not any(row)]


def written(example: Example, folder: Path) -> list[Path]:
    """The example's tables: sheets of one workbook, or CSV files."""
    sheets = {name: rows for (kind, name), rows in example.tables.items() if kind == "Sheet"}
    paths = []
    if sheets:
        typed_sheets = {name: [[typed(cell) for cell in row] for row in rows] for name, rows in sheets.items()}
        paths.append(write_workbook(folder / "clinic.xlsx", typed_sheets))
    for (kind, name), rows in example.tables.items():
        if kind == "File":
            with (folder / name).open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows(rows)
            paths.append(folder / name)
    return paths


def typed(cell: str) -> object:
    """A cell as Excel would keep it: ISO dates as dates, numbers as numbers unless they begin with 0."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return date.fromisoformat(cell)
    if re.fullmatch(r"[1-9]\d*(\.\d+)?", cell):
        return float(cell)
    return cell or None


def records(crosswalk: Path) -> dict[str, str]:
    """The record number of each pseudonym."""
    if not crosswalk.exists():
        return {}
    with crosswalk.open(encoding="utf-8", newline="") as stream:
        return {row["pseudonym"]: row["known_as"] for row in csv.DictReader(stream)}


@pytest.mark.parametrize("example", [pytest.param(example, id=example.title) for example in examples()])
def test_an_example_gives_the_rows_below_it(example, tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(example.mapping, encoding="utf-8")
    store = Store(tmp_path / "store")
    crosswalk = tmp_path / "crosswalk.csv"
    options = ImportOptions(kind="table", mapping=mapping, crosswalk=crosswalk)
    result = import_files(store, written(example, tmp_path), options, SETTINGS, DEFINITIONS, lambda _line: None)
    assert sum(table.n_quarantined for table in result.batch.tables) == 0
    header, *expected = example.gives
    patients = records(crosswalk)
    found = []
    columns = "course_id, scale, minute, coalesce(timing, ''), score"
    for course_id, scale, minute, timing, score in batch_rows(store, result.batch.id, "scores", columns):
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
    assert sorted(found) == sorted(expected)


def test_every_shape_has_an_example():
    assert len(examples()) == 5
