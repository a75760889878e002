"""How long a response lasts, in words."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.durability import (
    drawing_notes,
    durability_aside,
    durability_definition,
    durability_numbers,
    durability_statement,
    short_median,
)
from pipelines.words.undrawn import Undrawn

COUNTS = {
    "measure": "durability",
    "population": "first_course",
    "condition": "depression",
    "scale": "primary",
    "rule_version": "response_50 2026.1, durability 2026.1",
    "suppressed": False,
    "n_started": 856,
    "n_with_baseline": 817,
    "n_in_population": 752,
    "n_assessed": 582,
    "n_on_maintenance": 0,
    "n_responding": 273,
    "n_followed": 239,
}


def times(**changes: object) -> pd.DataFrame:
    """A result table: the median of 38 to 66 days, shares at days 28 and 56, nothing at day 84."""
    median = {"statistic": "median_interval", "lower": 38.0, "upper": 66.0, "note": "PHQ-9: 239"} | changes
    rows = [
        median,
        {"statistic": "still_responding_at_day_28", "estimate": 0.801, "lower": 0.72, "upper": 0.85, "n_at_risk": 195},
        {"statistic": "still_responding_at_day_56", "estimate": 0.617, "lower": 0.54, "upper": 0.69, "n_at_risk": 99},
        {"statistic": "still_responding_at_day_84", "n_at_risk": 0},
        *(
            {"statistic": f"{cause}_by_day_{day}", "estimate": share, "n_at_risk": 99}
            for cause, share in {"lost": 0.31, "retreated": 0.12, "left": 0.02}.items()
            for day in (28, 56)
        ),
    ]
    columns = ["estimate", "lower", "upper", "n_at_risk"]
    shared = {name: value for name, value in changes.items() if name.startswith("n_")}
    return pd.DataFrame([dict.fromkeys(columns) | COUNTS | {"note": "PHQ-9: 239"} | row | shared for row in rows])


def test_the_sentence(context):
    assert durability_statement(times(), "depression", context).text == (
        "Half of depression courses that responded after induction would no longer respond between day 38 and"
        " day 66 (95 % interval, in days from the first assessment after induction; n = 239, PHQ-9, 50 % "
        "reduction; those given another infusion are assumed like those who were not). Of 100, still "
        "responding: 80 at day 28 (72 to 85; 195 in view) and 62 at day 56 (54 to 69; 99 in view). Recorded "
        "first by day 56: a loss 31 %, another infusion 12 %, leaving 2 %. Nothing is said of day 84: too few"
        " are in view. PHQ-9 asks about two weeks: a loss may show late."
    )


@pytest.mark.parametrize(
    ("lower", "upper", "note", "finding", "short"),
    [
        (0.0, 14.0, "PHQ-9: 239", "would no longer respond by day 14", "day 0 to 14"),
        (
            59.0,
            None,
            "PHQ-9: 239; not reached by day 79",
            "would no longer respond on day 59 at the earliest; the upper end is not reached by day 79",
            "day 59 or later",
        ),
        (
            79.0,
            None,
            "PHQ-9: 239; not reached by day 79",
            "that responded after induction would still respond; half is not reached by day 79",
            "not reached by day 79",
        ),
    ],
)
def test_ends_of_the_median(lower, upper, note, finding, short, context):
    table = times(lower=lower, upper=upper, note=note)
    assert durability_statement(table, "depression", context).finding.endswith(finding)
    assert short_median(table, context) == short


def test_a_page_reads_the_finding_first_and_what_came_first_below_its_figure(context):
    said = durability_statement(times(), "depression", context)
    assert said.more.startswith("Of 100, still responding")
    assert "Recorded first" not in said.more
    assert durability_aside(said, "depression", context).startswith("Depression: Recorded first by day 56: a loss 31 %")
    withheld = durability_statement(times(suppressed=True), "depression", context)
    assert durability_aside(withheld, "depression", context) == ""
    assert "lost when improvement falls below the response rule" in " ".join(
        drawing_notes(Undrawn([], []), "", context)
    )


def test_too_few_have_no_estimate(context):
    table = times(n_followed=9)
    assert durability_statement(table, "depression", context).text == (
        "Too few depression courses to say how long a response lasts: 9 responded after induction and were assessed "
        "again, and 10 are needed."
    )
    assert short_median(table, context) == "too few to say"


def test_nobody_at_all(context):
    assert durability_statement(times().iloc[:0], "depression", context).finding == (
        "No depression courses in this selection."
    )
    assert "has a baseline" in durability_statement(times(n_with_baseline=0), "depression", context).finding


def test_those_on_maintenance_are_named(context):
    text = durability_statement(times(n_on_maintenance=7), "depression", context).text
    assert "Left out: 7 with another infusion before that assessment." in text


def test_withheld(context):
    assert durability_statement(times(suppressed=True), "depression", context).finding.startswith("Withheld")


def test_the_numbers(context):
    (line,) = durability_numbers(times(), "condition", context).to_dict("records")
    assert line == {
        "Condition": "Depression",
        "Started": "856",
        "Assessed after induction": "582",
        "Responded then": "273",
        "Assessed again": "239",
        "Half no longer, day (95 % interval)": "day 38 to 66",
        "Still responding at day 28": "80 % (72 to 85)",
        "Still responding at day 56": "62 % (54 to 69)",
        "Still responding at day 84": "–",
        "By day 28: lost, another infusion, left": "31 %, 12 %, 2 %",
        "By day 56: lost, another infusion, left": "31 %, 12 %, 2 %",
        "By day 84: lost, another infusion, left": "–, –, –",
    }


def test_the_definition_says_the_rule(context):
    own, intervals = durability_definition(context)
    assert "Lost when improvement falls below the response rule at one assessment" in own
    assert "McInnes 2022" in own
    assert intervals.startswith("**Intervals**")
