"""The page on mappings holds what it says: every example on it is imported, and gives the rows printed below it."""

import re
from datetime import date
from pathlib import Path

import pytest
from pages import Example, examples, shown_scores, written_files
from workbooks import write_workbook

from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

PAGE = Path(__file__).parents[2] / "docs" / "mapping.md"
SETTINGS, DEFINITIONS = read_settings(None)
EXAMPLES = examples(PAGE)


def written(example: Example, folder: Path) -> list[Path]:
    """The example's tables: sheets of one workbook, or CSV files."""
    sheets = {name: rows for (kind, name), rows in example.tables.items() if kind == "Sheet"}
    paths = []
    if sheets:
        typed_sheets = {name: [[typed(cell) for cell in row] for row in rows] for name, rows in sheets.items()}
        paths.append(write_workbook(folder / "clinic.xlsx", typed_sheets))
    return [*paths, *written_files(example, folder)]


def typed(cell: str) -> object:
    """A cell as Excel would keep it: ISO dates as dates, numbers as numbers unless they begin with 0."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return date.fromisoformat(cell)
    if re.fullmatch(r"[1-9]\d*(\.\d+)?", cell):
        return float(cell)
    return cell or None


@pytest.mark.parametrize("example", [pytest.param(example, id=example.title) for example in EXAMPLES])
def test_an_example_gives_the_rows_below_it(example, tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(example.mapping, encoding="utf-8")
    store = Store(tmp_path / "store")
    crosswalk = tmp_path / "crosswalk.csv"
    options = ImportOptions(kind="table", mapping=mapping, crosswalk=crosswalk)
    result = import_files(store, written(example, tmp_path), options, SETTINGS, DEFINITIONS, lambda _line: None)
    assert sum(table.n_quarantined for table in result.batch.tables) == 0
    header, *expected = example.gives
    assert sorted(shown_scores(store, result.batch.id, crosswalk, header)) == sorted(expected)


def test_every_shape_has_an_example():
    assert len(EXAMPLES) == 5
