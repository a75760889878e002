"""Rows are read quickly, and as pandas' own `to_dict` reads them."""

from __future__ import annotations

import pandas as pd

from pipelines.results.tables import records, result_table
from pipelines.words.statement import statistic

ROWS = [
    {"statistic": "observed", "n_observed": 12, "estimate": 0.5, "note": "PHQ-9: 12"},
    {"statistic": "missed", "suppressed": True},
    {"statistic": "observed", "n_observed": 3},
]


def test_a_statistic_is_the_first_row_of_its_name():
    table = result_table(ROWS, (), ["n_observed"])
    expected = table.to_dict("records")
    assert told(statistic(table, "observed")) == told(expected[0])
    assert told(statistic(table, "missed")) == told(expected[1])
    assert statistic(table, "nowhere") is None


def test_records_are_those_of_pandas():
    table = result_table(ROWS, (), ["n_observed"])
    assert list(map(told, records(table))) == list(map(told, table.to_dict("records")))
    assert records(pd.DataFrame()) == []


def told(row) -> list[tuple[str, type, str]]:
    """Names, types and values: a count is a plain number, one that is missing is None, as it always was."""
    return [(name, type(value), str(value)) for name, value in row.items()]
