"""Groups compared: what is said of a difference, of none, and of too few."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pipelines.filters import Filters
from pipelines.words.numbers import p_words
from pipelines.words.onset_comparison import comparison_notes, comparison_numbers, comparison_statement

SHARED = {
    "population": "first_course",
    "condition": "depression",
    "rule_version": "response_50 2026.1, first",
    "suppressed": False,
    "n_assessed": 60,
    "n_responded": 32,
    "n_groups": 2,
    "n_comparisons": 1,
    "note": "PHQ-9: 60; left out: East (4); the only comparison",
}


def compared(p_value: float | None = 0.0312, p_adjusted: float | None = None, **changes: object) -> pd.DataFrame:
    tests = [
        {**SHARED, "statistic": "score_test", "p_value": p_value, "p_value_adjusted": p_adjusted or p_value},
        {**SHARED, "statistic": "log_rank", "p_value": 0.0006, "p_value_adjusted": 0.0006},
    ]
    note = "PHQ-9: 30; up to day 41, the last that every group was followed to; the only comparison"
    groups = [
        {
            **SHARED,
            "statistic": statistic,
            "site": site,
            "n_assessed": 30,
            "n_responded": 16,
            "estimate": estimate,
            "lower": lower,
            "upper": upper,
            "p_value": p_value,
            "p_value_adjusted": p_value,
            "note": note,
        }
        for site, statistic, estimate, lower, upper in (
            ("North", "restricted_mean", 12.04, 9.5, 14.6),
            ("North", "restricted_mean_difference", -3.26, -6.5, -0.02),
            ("South", "restricted_mean", 15.3, None, None),
            ("South", "restricted_mean_difference", 3.26, None, None),
        )
    ]
    return pd.DataFrame([{**row, **changes} for row in (*tests, *groups)])


def test_a_difference(context) -> None:
    assert comparison_statement(compared(), "site", "depression", context).text == (
        "How soon depression courses first responded differed by site (score test of the intervals, p = 0.031; n = 60 "
        "in 2 groups, 32 responded, PHQ-9, 50 % reduction). The log-rank test, which takes the visit that recorded a "
        "response for its time, gives p < 0.001. Not compared: East (4)."
    )


def test_no_difference_is_not_the_same_as_equal(context) -> None:
    said = comparison_statement(compared(0.4), "treatment_resistant", "depression", context)
    assert said.finding == (
        "No difference by treatment resistance beyond chance was found in how soon depression courses first responded; "
        "that is not the same as equal"
    )


def test_the_corrected_p_decides(context) -> None:
    said = comparison_statement(compared(0.03, 0.09, n_comparisons=3), "site", "depression", context)
    assert said.finding.startswith("No difference by site")
    assert "Corrected for 3 comparisons, p = 0.09." in said.more


def test_a_lasting_response(context) -> None:
    said = comparison_statement(compared(rule_version="response_50 2026.1, sustained"), "site", "depression", context)
    assert said.finding == "How soon depression courses began a lasting response differed by site"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n_responded": 7}, "Too few depression courses responded to compare by site: 7, and 10 are needed"),
        ({"n_groups": 1}, "Nothing to compare by site: 10 courses assessed after the first infusion are needed"),
        ({"population": "repeat_courses"}, "repeat courses are not tested"),
    ],
)
def test_without_a_test_the_reason_is_said(context, changes: dict[str, object], words: str) -> None:
    said = comparison_statement(compared(float("nan"), **changes), "site", "depression", context)
    assert words in said.text
    assert "p =" not in said.text


def test_nothing_selected_and_withheld(context) -> None:
    nobody = replace(context, filters=Filters(site=("West",), population="first_course"))
    assert "No depression courses" in comparison_statement(compared().iloc[:0], "site", "depression", nobody).text
    assert "Withheld" in comparison_statement(compared(suppressed=True), "site", "depression", context).text


def test_the_numbers_of_each_group(context) -> None:
    table = comparison_numbers(compared(), "site", context)
    assert table.iloc[0].tolist() == [
        "North",
        "30",
        "16",
        "12.0 (9.5 to 14.6)",
        "−3.3 (−6.5 to −0.0)",
        "0.031",
        "0.031",
    ]
    assert table.iloc[1].tolist()[3:5] == ["15.3", "+3.3"]
    assert "Mean days without a recorded response (95 % interval)" in table.columns
    horizon, against, _ = comparison_notes(compared())
    assert "are taken up to day 41, the last that every group was followed to. They end at the visit" in horizon
    assert against == "The two groups are set against each other; p is that of the score test."
    assert "corrected for 3 comparisons" in comparison_notes(compared(n_groups=3, n_comparisons=3))[1]
    assert comparison_notes(compared().iloc[:2]) == []


@pytest.mark.parametrize(
    ("p_value", "words"), [(0.0009, "p < 0.001"), (0.001, "p = 0.001"), (0.5012, "p = 0.5"), (1.0, "p = 1")]
)
def test_a_p_value(p_value: float, words: str) -> None:
    assert p_words(p_value) == words
