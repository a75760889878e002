"""The page on REDCap holds what it says: every example on it is imported, and gives the rows printed below it."""

from pathlib import Path

import pytest
from batches import batch_rows
from pages import examples, shown_scores, written_files

from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

PAGE = Path(__file__).parents[2] / "docs" / "redcap.md"
SETTINGS, DEFINITIONS = read_settings(None)
EXAMPLES = examples(PAGE)


@pytest.mark.parametrize("example", [pytest.param(example, id=example.title) for example in EXAMPLES])
def test_an_example_gives_the_rows_below_it(example, tmp_path):
    mapping, crosswalk = tmp_path / "mapping.toml", tmp_path / "crosswalk.csv"
    mapping.write_text(example.mapping, encoding="utf-8")
    store = Store(tmp_path / "store")
    options = ImportOptions(kind="redcap", name="redcap", mapping=mapping, crosswalk=crosswalk)
    files = written_files(example, tmp_path)
    result = import_files(store, files, options, SETTINGS, DEFINITIONS, lambda _line: None)
    assert sum(table.n_quarantined for table in result.batch.tables) == 0
    header, *expected = example.gives
    assert sorted(shown_scores(store, result.batch.id, crosswalk, header)) == sorted(expected)


def test_the_first_example_keeps_its_infusions_site_and_conditions(tmp_path):
    mapping, crosswalk = tmp_path / "mapping.toml", tmp_path / "crosswalk.csv"
    mapping.write_text(EXAMPLES[0].mapping, encoding="utf-8")
    store = Store(tmp_path / "store")
    options = ImportOptions(kind="redcap", name="redcap", mapping=mapping, crosswalk=crosswalk)
    files = written_files(EXAMPLES[0], tmp_path)
    batch = import_files(store, files, options, SETTINGS, DEFINITIONS, lambda _line: None).batch
    assert batch_rows(store, batch.id, "infusions", "minute, route, dose_mg") == [(0, "iv", 35.5), (2880, "iv", 36.0)]
    assert batch_rows(store, batch.id, "courses", "conditions, site, period, age_band") == [
        (["anxiety", "depression"], "north", "2026-Q1", "45-49")
    ]
    assert batch.notes[:2] == (
        "PHQ-9 is read from the form phq9 (phq9_total), taken on phq9_date.",
        "1 field that the data dictionary shows to be identifiers, free text, files or contacts was never read.",
    )
