"""Early improvement in words: what went together, with both denominators, and never a cause."""

from __future__ import annotations

import pandas as pd

from pipelines.words.early_improvement import (
    early_details,
    early_improvement_definition,
    early_improvement_numbers,
    early_improvement_statement,
    early_marks,
)

COUNTS = {
    "population": "first_course",
    "condition": "depression",
    "scale": "primary",
    "window": "endpoint",
    "rule_version": "response_50 2026.1, early improvement by 20 % 2026.1",
    "suppressed": False,
    "note": "PHQ-9: 70; left out: 12 no early score; mature; an association, not a cause",
    "n_in_population": 70,
    "n_early_observed": 58,
    "n_improved": 30,
    "n_observed": 50,
    "n_improved_observed": 25,
    "n_not_improved_observed": 25,
}
SHARES = {
    "sensitivity": (15, 20),
    "specificity": (20, 30),
    "observed_improved": (15, 25),
    "observed_not_improved": (5, 25),
    "missing_as_nonresponse_improved": (15, 30),
    "missing_as_nonresponse_not_improved": (5, 28),
}


def table(early_window: str = "day_7", **changes: object) -> pd.DataFrame:
    rows = [
        {**COUNTS, "statistic": name, "n_part": part, "n_whole": of, "estimate": part / of, "lower": 0.1, "upper": 0.9}
        for name, (part, of) in SHARES.items()
    ]
    rows += [
        {**COUNTS, "statistic": f"difference_{name}", "estimate": estimate, "lower": 0.1, "upper": 0.6}
        for name, estimate in (("observed", 0.4), ("missing_as_nonresponse", 15 / 30 - 5 / 28))
    ]
    return pd.DataFrame([{**row, "early_window": early_window, **changes} for row in rows])


def test_the_sentence(context) -> None:
    assert early_improvement_statement(table(), "depression", context).text == (
        "Depression: Of depression courses whose score had fallen by 20 % or more 5 to 10 days after the "
        "first infusion, 60 of 100 responded 14 to 31 days after induction, against 20 of 100 of the others "
        "(difference +40 points, 95 % interval +10 to +60; n = 50 with both scores, PHQ-9, 50 % reduction). "
        "With the missed counted as not responding: 50 against 18 of 100."
    )
    assert early_details(table(), "depression", context) == (
        "Depression: Of those who responded, 75 of 100 had improved by then; of those who did not, 67 of 100 had not. "
        "Left out: 12 no early score."
    )


def test_the_parts_as_marks_have_their_own_denominators(context) -> None:
    ((window, (improved, others)),) = early_marks(table(), "depression", context).items()
    assert window == "5 to 10 days after the first infusion"
    assert [(mark.value, mark.rests_on) for mark in improved] == [("60 %", "15 of 25"), ("50 %", "15 of 30")]
    assert [(mark.value, mark.rests_on) for mark in others] == [("20 %", "5 of 25"), ("18 %", "5 of 28")]
    assert "the missed counted as not responding" in improved[1].hover


def test_the_early_window_with_most_scores_is_told(context) -> None:
    rows = pd.concat([table("day_1", n_observed=20), table()])
    assert "5 to 10 days after" in early_improvement_statement(rows, "depression", context).finding
    numbers = early_improvement_numbers(rows, "condition", context)
    assert numbers["Early window"].tolist() == [
        "the day after the first infusion",
        "5 to 10 days after the first infusion",
    ]


def test_too_few_of_either_and_why_nothing_is_judged(context) -> None:
    few = early_improvement_statement(table(n_not_improved_observed=4), "depression", context).text
    assert "with both scores 25 had improved 5 to 10 days after the first infusion and 4 had not, and 10 of each" in few
    refused = table(note="day_7 is an early window itself; ask about a later one").assign(early_window=None).iloc[:1]
    said = early_improvement_statement(refused, "depression", context).text
    assert "Not judged for depression courses: day_7 is an early window itself" in said
    assert early_improvement_numbers(refused, "condition", context).empty
    assert "Withheld" in early_improvement_statement(table(suppressed=True), "depression", context).text
    assert "No depression courses" in early_improvement_statement(table().iloc[:0], "depression", context).text


def test_where_nobody_responded_nothing_is_said_of_them(context) -> None:
    rows = table()
    rows.loc[rows["statistic"] == "sensitivity", ["n_part", "n_whole", "estimate"]] = [0, 0, None]
    assert "Of those who responded" not in early_details(rows, "depression", context)
    assert early_improvement_numbers(rows, "condition", context)["Improved, of those who responded"].tolist() == ["–"]


def test_the_numbers_carry_their_denominators(context) -> None:
    line = early_improvement_numbers(table(), "condition", context).iloc[0]
    assert line["Responded, of the improved"] == "15 of 25: 60 % (10 to 90)"
    assert line["Missed as not responding: improved"] == "15 of 30: 50 % (10 to 90)"
    assert line["Difference, points"] == "+40 (+10 to +60)"
    by_site = early_improvement_numbers(table(site="North"), "site", context)
    assert by_site["Site"].tolist() == ["North"]


def test_the_definition_says_what_others_measured(context) -> None:
    texts = " ".join(early_improvement_definition(context))
    assert "a fall by 20 % of the baseline or more, inclusive" in texts
    assert "Szegedi 2009" in texts
    assert "response at 4 hours (Murrough 2013" in texts
