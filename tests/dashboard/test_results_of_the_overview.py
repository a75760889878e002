"""Completeness and change: the two results that only the overview's sentences use so far."""

from __future__ import annotations

import pytest

from pipelines.filters import Filters
from pipelines.results import change
from pipelines.results.change import response_change
from pipelines.results.completeness import follow_up_completeness
from pipelines.results.maturity import days_to_mature
from pipelines.results.response import response_counts


def test_completeness_is_observed_among_due(published):
    table = follow_up_completeness(published, Filters())
    assert (table["n_due"] == table["n_observed"] + table["n_missed"]).all()
    assert list(table["estimate"]) == pytest.approx(list(table["n_observed"] / table["n_due"]))
    assert ((table["lower"] < table["estimate"]) & (table["estimate"] < table["upper"])).all()


def test_the_site_with_the_planted_loss_is_far_below(published):
    by_site = follow_up_completeness(published, Filters(), ["site"])
    assert set(by_site.loc[by_site["note"].str.contains("far below"), "site"]) == {"Site 09"}


def test_change_compares_a_mature_year_with_the_one_before(published):
    table = response_change(published, Filters())
    assert list(table["condition"]) == ["depression", "anxiety", "chronic_pain"]
    assert set(table["quarters"]) == {"2025-Q3 to 2026-Q2"}
    counts = response_counts(published, Filters(condition=("anxiety",)), ["quarter"])
    year = counts[counts["quarter"].between("2025-Q3", "2026-Q2")]
    assert int(table["n_observed"].iloc[1]) == year["n_observed"].sum()
    assert table["estimate"].iloc[1] == pytest.approx(table["rate"].iloc[1] - table["rate_before"].iloc[1])
    assert set(table["method"]) == {"Newcombe hybrid score at 98.3 %"}


def test_a_change_widens_no_other_interval_more_than_holm_asks(published, monkeypatch):
    table = response_change(published, Filters())
    first = [int(table["n_observed"].iloc[0]), int(table["n_observed_before"].iloc[0])]
    monkeypatch.setattr(change, "newcombe_p_value", lambda _, n: 0.001 if n == first else 0.5)
    methods = response_change(published, Filters())["method"]
    assert list(methods) == [f"Newcombe hybrid score at {level} %" for level in ("98.3", "97.5", "97.5")]


def test_one_condition_needs_no_correction(published):
    table = response_change(published, Filters(condition=("depression",)))
    assert set(table["method"]) == {"Newcombe hybrid score at 95.0 %"}


def test_without_data_through_nothing_is_compared(published, monkeypatch):
    monkeypatch.setattr(published, "days_past_end", dict)
    assert response_change(published, Filters()).empty


def test_a_quarter_matures_when_its_last_course_has_had_induction_and_window(published, monkeypatch):
    assert days_to_mature("endpoint", published.definitions) == 59
    followed_up = published.days_past_end()
    for days, quarters in ((58, "2025-Q3 to 2026-Q2"), (59, "2025-Q4 to 2026-Q3")):
        monkeypatch.setattr(published, "days_past_end", lambda days=days: followed_up | {"2026-Q3": days})
        assert response_change(published, Filters())["quarters"].iloc[0] == quarters
