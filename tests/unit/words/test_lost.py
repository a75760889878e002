"""Who was lost, in sentences and in the table, from the sample program and from altered rows of it."""

from __future__ import annotations

import pytest

from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.completeness import follow_up_completeness
from pipelines.results.flow import course_flow
from pipelines.results.response import response_rates
from pipelines.store import Store
from pipelines.words.missing_follow_up import (
    completeness_numbers,
    completeness_statement,
    lost_definition,
    lost_notes,
    lost_numbers,
    lost_statement,
)

DEPRESSION = Filters(condition=("depression",))


@pytest.fixture(scope="module")
def published(store_folder):
    return open_published(Store(store_folder))


@pytest.fixture(scope="module")
def rates(published):
    return response_rates(published, DEPRESSION)


def altered(rates, statistic, **values):
    return rates.assign(
        **{name: rates[name].where(rates["statistic"] != statistic, value) for name, value in values.items()}
    )


def test_the_sentence_carries_counts_interval_window_and_what_else_the_rate_could_be(rates, context):
    assert lost_statement(rates, "depression", context).text == (
        "Of depression courses that were due, 48 % responded, if those lost were like those who stayed (95 % "
        "interval 43 to 52; 457 followed up, 289 lost; PHQ-9, 50 % reduction, 14 to 31 days after induction). Set "
        "beside a reference 53.6 %, the interval lies below it, whatever is subtracted."
    )
    fallback, reference = lost_notes(rates)
    assert reference.startswith("The reference 53.6 %, published of those followed up alone: McInnes 2022, J Affect")
    assert fallback == (
        "Of 289 lost, about 2.2 had changed as nobody who stayed had in the two windows before: 2.2 are taken by the "
        "last window alone, 0.0 as all who stayed."
    )


def test_without_a_rate_it_says_why(rates, context):
    said = lost_statement(
        altered(rates, "standardised", estimate=None, note="not standardised: no bands"), "depression", context
    )
    assert said.text.startswith("No rate over those lost: no bands. Of those followed up alone: 51 %.")
    few = rates.assign(n_observed=9)
    assert lost_statement(few, "depression", context).text.startswith(
        "Too few depression courses to say: 9 followed up"
    )
    nobody = rates.assign(n_observed=0, n_missed=0)
    assert lost_statement(nobody, "depression", context).text.startswith("Nobody of depression courses is due yet")
    assert lost_statement(rates.iloc[:0], "depression", context).text.startswith("No depression courses")


def test_with_nobody_lost_and_without_a_reference_it_says_so(rates, context):
    none_lost = altered(rates, "tipping_point", note="no reference: none is stated").assign(n_missed=0)
    said = lost_statement(none_lost, "depression", context).text
    assert "Nobody due was lost, so that this is the rate of those followed up." in said
    assert "Set beside" not in said
    assert "No reference rate stands beside it: program.toml states none" in lost_notes(none_lost)[-1]


def test_the_table_has_each_reading_of_the_rate(rates, context):
    (line,) = lost_numbers(rates, "condition", context).to_dict("records")
    assert line == {
        "Condition": "Depression",
        "Due": "746",
        "Followed up": "457",
        "Lost": "289",
        "Observed (95 % interval)": "51 % (47 to 56)",
        "Lost counted as not responding": "31 % (28 to 35)",
        "Whatever became of them": "31 % to 70 %",
        "Standardised (95 % interval)": "48 % (43 to 52)",
        "Conclusion changes at": "no delta",
    }
    at_20 = altered(rates, "tipping_point", estimate=0.2)
    assert lost_numbers(at_20, "condition", context)["Conclusion changes at"].tolist() == ["20 points"]


def test_completeness_by_site_is_said_and_is_part_of_the_flow(published, context):
    whole = follow_up_completeness(published, DEPRESSION)
    assert completeness_statement(whole, "depression", context).text == (
        "Of 746 depression courses that were due, 457 were followed up (61 %, 95 % interval 58 to 65; 14 to 31 "
        "days after induction)."
    )
    by_site = follow_up_completeness(published, DEPRESSION, ["site"])
    numbers = completeness_numbers(by_site, "site", context)
    assert numbers["Lost"].astype(int).sum() == 289
    for by in (["site"], ["quarter"], ["site", "quarter"]):
        flow = course_flow(published, DEPRESSION, by)
        followed_up = flow[flow["statistic"] == "followed_up"]
        assert followed_up["n_courses"].sum() == 457
        assert followed_up["n_due"].sum() == 746
        assert (followed_up["measure"] == "flow").all()


def test_the_definition_names_bands_draws_and_source(context):
    standardised, tipping_point = lost_definition(context)
    assert "2,000 draws" in standardised
    assert "Carpenter & Kenward 2013" in tipping_point
