"""The readings of a rate, from the sample program and from altered rows of it."""

from __future__ import annotations

import pytest

from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.response import response_rates
from pipelines.store import Store
from pipelines.words.readings import readings, readings_alt, readings_definition


@pytest.fixture(scope="module")
def rates(store_folder):
    return response_rates(open_published(Store(store_folder)), Filters(condition=("depression",)))


def test_each_reading_is_a_row_of_the_table(rates, context):
    own = rates.set_index("statistic")
    found = {reading.kind: reading for reading in readings(rates, context)}
    assert list(found) == ["observed", "standardised", "missing_as_nonresponse", "bounds"]
    for kind in ("observed", "standardised", "missing_as_nonresponse"):
        row = own.loc[kind]
        assert (found[kind].estimate, found[kind].lower, found[kind].upper) == (row.estimate, row.lower, row.upper)
    assert found["bounds"].estimate is None
    assert found["bounds"].lower == own.loc["bound_lower"].estimate == found["missing_as_nonresponse"].estimate
    assert found["bounds"].upper == own.loc["bound_upper"].estimate
    assert [reading.beside for reading in found.values()] == [
        ("51 %", "47 to 56", "234 of 457"),
        ("48 %", "43 to 52", "all 746 due"),
        ("31 %", "28 to 35", "234 of 746"),
        ("31 to 70 %", "", ""),
    ]


def test_a_reading_says_what_it_takes_for_granted(rates, context):
    found = {reading.kind: reading for reading in readings(rates, context)}
    assert found["missing_as_nonresponse"].hover == (
        "Lost as not responding: 31 % (95 % interval 28 to 35; 234 of 746); nobody lost is taken as having responded: "
        "the lowest that the rate can be."
    )
    assert found["bounds"].hover.startswith("Whatever became of them: 31 to 70 %; nothing is assumed")
    assert len(readings_definition()) == 4
    assert readings_alt(rates, "depression", context) == (
        "Depression: Those followed up alone 51 % 47 to 56; Lost like those who stayed 48 % 43 to 52; "
        "Lost as not responding 31 % 28 to 35; Whatever became of them 31 to 70 %."
    )


def test_too_few_or_withheld_have_no_reading(rates, context):
    assert readings(rates.assign(n_observed=9), context) == []
    assert readings(rates.assign(suppressed=True), context) == []
    assert readings(rates.iloc[:0], context) == []
    assert "too few" in readings_alt(rates.iloc[:0], "depression", context)


def test_a_reading_that_cannot_be_had_keeps_its_line(rates, context):
    without = rates.assign(estimate=rates["estimate"].where(rates["statistic"] != "standardised"))
    found = readings(without, context)
    assert (found[1].kind, found[1].estimate, found[1].beside) == ("standardised", None, ("", "", "no rate"))
