"""Process charts in words: rows as `process_trends` gives them."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.trend import (
    is_high,
    phase_words,
    point_hover,
    trend_notes,
    trend_statement,
    verdict_of,
    verdict_word,
)


@pytest.fixture
def chart():
    """Two mature quarters, one too small, one that is not mature; limits, and what else is asked for."""

    def make(verdict="usual_variation", signal="", note="limits from the first 12", **changes):
        shared = {
            "condition": "depression",
            "outcome": "response",
            "phase": "2025-Q1",
            "suppressed": False,
            "signal": "",
            "verdict": None,
            "note": "",
            "n_points": 14,
            "n_met": 20,
            "n_observed": 40,
            "n_missed": 10,
            "estimate": 0.5,
            "lower": None,
            "upper": None,
        }
        limits = {"statistic": "limits", "verdict": verdict, "note": note, "lower": 0.3, "upper": 0.7, **changes}
        quarters = [
            {"statistic": "point", "quarter": "2025-Q1"},
            {"statistic": "left_out", "quarter": "2025-Q2", "note": "too few to say: 4", "n_met": 1, "n_observed": 4},
            {"statistic": "point", "quarter": "2025-Q3", "signal": signal, "estimate": 0.6, "n_met": 24},
            {"statistic": "left_out", "quarter": "2025-Q4", "note": "not mature yet", "n_met": 3, "n_observed": 9},
        ]
        return pd.DataFrame([{**shared, **row} for row in (limits, *quarters)])

    return make


def test_the_latest_mature_quarter_and_the_newest_are_said(chart, context):
    assert trend_statement(chart(), "depression", "response", context).text.startswith(
        "Depression: Response varies as it always has: 2025-Q3 60 %, within the usual 30 to 70 % "
        "(24 of 40; mean 50 %; 14 mature quarters, the first 12 give the limits). "
        "2025-Q4 is provisional: 3 of 9 so far, and its windows are still open."
    )
    assert verdict_word(chart()) == "usual variation"


def test_a_signal_names_its_rule(chart, context):
    rows = chart("signal_high", "above the upper limit")
    assert trend_statement(rows, "depression", "response", context).finding == (
        "Response stands higher than its usual variation: 2025-Q3 60 %, above the upper limit; usual 30 to 70 %"
    )
    assert verdict_word(rows) == "signal, high"
    low = chart("signal_low", "part of a fall")
    assert (
        "lower than its usual variation: 2025-Q3 60 %, part of a fall"
        in trend_statement(low, "depression", "response", context).finding
    )


def test_follow_up_counts_those_due(chart, context):
    rows = chart().assign(outcome="followed_up")
    assert "(24 of 50; mean" in trend_statement(rows, "depression", "followed_up", context).basis


def test_without_a_verdict_the_latest_quarter_is_still_said(chart, context):
    rows = chart(verdict=None)
    said = trend_statement(rows, "depression", "response", context)
    assert said.finding.startswith("Too few quarters to say whether depression courses changed")
    assert said.basis == "(latest 2025-Q3: 60 %, 24 of 40)"
    assert said.more.startswith("2025-Q4 is provisional")
    assert verdict_of(rows) == ""
    assert verdict_word(rows) == "too few to say"


def test_what_is_withheld_has_no_verdict(chart):
    assert verdict_of(chart(suppressed=True)) == ""
    assert verdict_of(chart().iloc[:0]) == ""


def test_small_quarters_and_phases_are_said(chart):
    note = "limits from the first 12; a new phase from 2025-Q1: six infusions in place of four"
    rows = chart(note=note)
    assert trend_notes(rows) == [
        "The limits are those of a new phase from 2025-Q1: six infusions in place of four.",
        "Faint and not counted, too few to say: 2025-Q2 (1 of 4).",
    ]
    assert phase_words(rows.iloc[0].to_dict()) == "a new phase from 2025-Q1: six infusions in place of four"
    many = pd.concat([rows, *[rows.iloc[[2]]] * 3])
    assert trend_notes(many)[-1].endswith("4 quarters, each with its number at the mark.")


def test_a_quarter_that_does_not_count_says_why(chart, context):
    _, _, few, _, newest = chart().to_dict("records")
    assert point_hover(few, context) == "Depression, 2025-Q2: 50 % (1 of 4); too few to say: 4"
    assert point_hover(newest, context).endswith("(3 of 9); provisional, its windows are still open")


@pytest.mark.parametrize(
    ("signal", "high"),
    [
        ("above the upper limit", True),
        ("part of a rise; part of a run above the mean", True),
        ("near the upper limit with others", True),
        ("below the lower limit", False),
        ("part of a run below the mean", False),
    ],
)
def test_the_side_of_a_signal(signal, high):
    assert is_high(signal) is high
