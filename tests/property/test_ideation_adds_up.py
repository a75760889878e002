"""Whatever is asked of the sample program, its levels of suicidal ideation add up and know no entry cut."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from hypothesis import given
from test_results_add_up import often, published, questions

from pipelines.results.suicidality import suicidality

__all__ = ["published"]


@often
@given(questions())
def test_ideation_parts_add_up(published, question):
    """Those with some at baseline and those without are all recorded; resolved are among the improved."""
    filters, by = question
    table = suicidality(published, filters, by)
    table = table[table["statistic"] != "published"]
    keys = ["condition", *(name for name in by if name != "condition"), "scale"]
    for _, group in table.groupby(keys, dropna=False):
        rows = {(row["outcome"], row["statistic"]): row for row in group.to_dict("records")}
        before = rows["present_at_baseline", "observed"]
        assert before["n_recorded"] + before["n_total_only_at_baseline"] == before["n_with_baseline"]
        assert before["n_with_baseline"] <= before["n_started"]
        if not before["n_recorded"]:
            continue
        of = {outcome: rows[outcome, "observed"] for outcome in ("present", "resolved", "improved", "newly_present")}
        for places in ("n_observed", "n_missed", "n_total_only", "n_pending", "n_not_anchored"):
            assert of["resolved"][places] + of["newly_present"][places] == of["present"][places]
        places = ("n_observed", "n_missed", "n_total_only", "n_pending", "n_not_anchored")
        assert sum(of["present"][place] for place in places) == before["n_recorded"]
        assert sum(of["resolved"][place] for place in places) == before["n_met"]
        still = of["resolved"]["n_observed"] - of["resolved"]["n_met"]
        assert of["present"]["n_met"] == still + of["newly_present"]["n_met"]
        assert of["resolved"]["n_met"] <= of["improved"]["n_met"]
        assert of["newly_present"]["n_met"] <= rows["worsened", "observed"]["n_met"]
        for (outcome, _), row in rows.items():
            if row["estimate"] == row["estimate"] and row["lower"] == row["lower"]:
                assert row["lower"] <= row["estimate"] <= row["upper"]
            if (outcome, "bound_lower") in rows and row["n_observed"] + row["n_missed"] + row["n_total_only"]:
                assert rows[outcome, "bound_lower"]["estimate"] <= rows[outcome, "bound_upper"]["estimate"]


@often
@given(questions())
def test_ideation_does_not_depend_on_the_entry_cut(published, question):
    filters, by = question
    population = (filters.population or "first_course").removesuffix("_any_baseline")
    counts = [f"n_{name}" for name in ("started", "recorded", "observed", "missed", "met")]
    with_cut, without = (
        suicidality(published, replace(filters, population=name), by)[counts]
        for name in (population, f"{population}_any_baseline")
    )
    pd.testing.assert_frame_equal(with_cut, without)
