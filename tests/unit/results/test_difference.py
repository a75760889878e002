"""Which rows of two result tables differ; a row is told by its key, its values are compared exactly."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.commands.measure import MEASURES, measured
from pipelines.definitions.disclosure import policy_named
from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.difference import ChangedEntry, changed_entries, changed_rows
from pipelines.store import Store


def table(*rows: tuple[str, int, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [("response", *row) for row in rows], columns=["measure", "statistic", "n_observed", "estimate"]
    )
    return frame.astype({"n_observed": "Int64", "estimate": "float64"})


def test_equal_tables_do_not_differ() -> None:
    one = table(("observed", 4, 0.5), ("bound_lower", 4, None))
    assert list(changed_rows(one, one.copy())) == []


def test_a_row_whose_count_or_estimate_is_another_is_changed() -> None:
    before = table(("observed", 4, 0.5), ("bound_lower", 4, 0.25))
    after = table(("bound_lower", 5, 0.25), ("observed", 4, 0.5))
    (row,) = changed_rows(before, after)
    assert row.key == {"measure": "response", "statistic": "bound_lower"}
    assert row.changed == ["n_observed"]
    assert row.before == {"n_observed": 4, "estimate": 0.25}
    assert row.after == {"n_observed": 5, "estimate": 0.25}


def test_rows_of_one_table_alone_are_new_or_gone() -> None:
    new, gone = changed_rows(table(("gone", 1, None)), table(("new", 2, 0.5)))
    assert (new.key["statistic"], new.before) == ("new", None)
    assert (gone.key["statistic"], gone.after) == ("gone", None)
    assert new.changed == gone.changed == []


def test_an_estimate_that_is_there_now_is_a_change() -> None:
    (row,) = changed_rows(table(("observed", 0, None)), table(("observed", 0, 0.0)))
    assert row.changed == ["estimate"]


def test_rows_that_no_key_tells_apart_are_a_bug() -> None:
    twice = table(("observed", 4, 0.5), ("observed", 5, 0.5))
    with pytest.raises(RuntimeError, match="two rows are told apart by none of measure"):
        list(changed_rows(twice, twice))


@pytest.mark.parametrize("name", MEASURES)
def test_the_rows_of_every_measure_are_told_apart(store_folder: Path, name: str) -> None:
    store = Store(store_folder)
    published = open_published(store)
    try:
        found = measured(name, published, Filters(), (), store, policy_named("internal"))
        assert not found.empty
        assert list(changed_rows(found, found)) == []
    finally:
        published.close()


def test_entries_that_differ_are_named_by_their_path() -> None:
    before = {"onset": {"horizon_days": 56, "grid": [1, 2]}, "gone": 1, "same": {"a": [1]}}
    after = {"onset": {"horizon_days": 42, "grid": [1, 2, 4]}, "new": {"b": 2}, "same": {"a": [1]}}
    assert list(changed_entries(before, after)) == [
        ChangedEntry("onset.horizon_days", 56, 42),
        ChangedEntry("onset.grid", [1, 2], [1, 2, 4]),
        ChangedEntry("new", None, {"b": 2}),
        ChangedEntry("gone", 1, None),
    ]
