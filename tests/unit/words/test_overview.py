from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pipelines.words.definition import onset_definition, response_definition, window_definition
from pipelines.words.overview import changed_statement, look_statement, unknown_statement


@pytest.fixture
def change() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "condition": ["depression", "anxiety"],
            "quarters": ["2025-Q3 to 2026-Q2"] * 2,
            "estimate": [0.07, -0.2],
            "lower": [-0.07, -0.35],
            "upper": [0.22, 0.05],
        }
    )


def completeness(**columns: list) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "condition": ["depression", "anxiety"],
            "site": ["Site 09", "Site 02"],
            "n_due": [48, 50],
            "n_observed": [18, 40],
            "n_missed": [30, 10],
            "estimate": [18 / 48, 0.8],
            "note": ["", ""],
        }
        | columns
    )


def test_nothing_beyond_usual_variation(change, context):
    assert changed_statement(change, context).text == (
        "What changed: Nothing beyond usual variation in the response rate (the last 4 mature quarters, "
        "2025-Q3 to 2026-Q2, against the 4 before: depression +7 points, interval −7 to +22; "
        "anxiety −20, interval −35 to +5)."
    )


def test_only_what_moved_is_named(change, context):
    text = changed_statement(change.assign(upper=[0.22, -0.02]), context).text
    assert text.startswith("What changed: The response rate moved beyond usual variation: anxiety (")
    assert "depression" not in text


def test_too_early_or_unknown_is_said(change, context):
    assert "can be judged yet (that takes 8 mature quarters" in changed_statement(change.head(0), context).text
    without = replace(context, data_through=None)
    assert "without a data-through date" in changed_statement(change, without).text


def test_lost_follow_up_and_far_sites_deserve_a_look(context):
    text = look_statement(completeness(), completeness(note=["far below the others", ""]), context).text
    assert text == (
        "What deserves a look: Follow-up is below 70 % in depression; Site 09 is far below the others "
        "(followed up: depression 38 %; Site 09: depression 18 of 48). "
        "Rates could move by what is missing: ask the sites for the scores."
    )


def test_many_sites_are_counted_not_listed(context):
    sites = pd.concat([completeness(site=[f"S{i}", f"T{i}"], note=["far below the others"] * 2) for i in range(3)])
    assert "and 3 more are far below the others" in look_statement(completeness(), sites, context).finding


def test_nothing_to_look_at(context):
    whole = completeness(estimate=[0.8, 0.9])
    assert look_statement(whole, whole, context).finding.startswith("Nothing: follow-up is 70 % or better")
    few = completeness(n_due=[3, 50], n_observed=[0, 50], estimate=[0.0, 1.0])
    assert look_statement(few, whole, context).finding.startswith("Nothing")
    nobody = whole.assign(n_due=0)
    assert look_statement(nobody, nobody, context).finding == "Nobody is due for follow-up in this selection"


def counts(pending: list[int], observed: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {"condition": ["depression", "anxiety"], "n_pending": pending, "n_observed": observed, "n_maturity_unknown": 0}
    )


def test_what_cannot_be_said_yet(context):
    assert unknown_statement(counts([6, 5], [40, 40]), context).text == (
        "What the data cannot say yet: How the newest courses do: 6 of depression and 5 of anxiety are still inside "
        "the follow-up window (data through 2026-11-15). Without a comparison group no number here shows what "
        "brought a change about."
    )
    assert "How many respond in anxiety: too few" in unknown_statement(counts([0, 0], [40, 3]), context).finding
    assert unknown_statement(counts([0, 0], [40, 40]), context).finding == "Every follow-up window has closed"
    without = replace(context, data_through=None)
    assert "No data-through date" in unknown_statement(counts([0, 0], [40, 40]), without).text


def test_definitions_carry_rule_citation_and_review_date(context):
    texts = [*response_definition("depression", {"PHQ-9"}, context), *window_definition(context)]
    texts += onset_definition("first", "days", context) + onset_definition("sustained", "days", context)
    assert all("Reviewed 20" in text for text in texts)
    assert "50 % reduction" in texts[0]
    assert any("14 to 31 days after induction" in text for text in texts)
