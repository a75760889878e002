from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pipelines.words.definition import onset_definition, response_definition, window_definition
from pipelines.words.overview import changed_statement, far_below, look_statement, unknown_statement


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


@pytest.fixture
def trend() -> pd.DataFrame:
    """Two process charts of two quarters, and one that may still fill up; the second without limits."""
    shared = {"outcome": "response", "suppressed": False, "signal": "", "note": "", "n_points": 13, "phase": "2023-Q1"}
    limits = {"statistic": "limits", "estimate": 0.51, "lower": 0.27, "upper": 0.76, "verdict": "usual_variation"}
    latest = {"statistic": "point", "quarter": "2026-Q2", "estimate": 0.68}
    open_quarter = {"statistic": "left_out", "quarter": "2026-Q3", "note": "not mature yet"}
    rows = [limits, latest, open_quarter]
    depression = [{"condition": "depression", **shared, **row} for row in rows]
    anxiety = [{"condition": "anxiety", **shared, **row, "verdict": ""} for row in rows]
    return pd.DataFrame(depression + anxiety)


@pytest.fixture
def sites() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "condition": ["depression", "any"],
            "site": ["Site 02", "Site 05"],
            "statistic": ["adjusted", "adjusted"],
            "verdict": ["within the limits", "below the 95 % limits"],
            "suppressed": [False, False],
        }
    )


def test_nothing_beyond_usual_variation(change, trend, context):
    assert changed_statement(change, trend, context).text == (
        "What changed: Nothing beyond usual variation in the response rate (2026-Q2, the latest mature quarter: "
        "depression 68 %, usual 27 to 76; the last 4 mature quarters against the 4 before, in points with their "
        "intervals: depression +7 (−7 to +22), anxiety −20 (−35 to +5)). 2026-Q3 is provisional."
    )


def test_only_what_moved_is_named(change, trend, context):
    text = changed_statement(change.assign(upper=[0.22, -0.02]), trend, context).text
    assert text.startswith("What changed: The response rate moved beyond usual variation: anxiety (")
    assert "depression +7" not in text


def test_a_signal_of_the_chart_is_a_change(change, trend, context):
    is_limits = trend["statistic"] == "limits"
    signal = trend.assign(verdict=trend["verdict"].mask(is_limits & (trend["verdict"] != ""), "signal_low"))
    told = changed_statement(change, signal, context)
    assert told.finding == "Response in depression stands lower than usual in 2026-Q2"
    both = changed_statement(change.assign(upper=[0.22, -0.02]), signal, context)
    assert both.finding.endswith("in 2026-Q2; the response rate moved beyond usual variation: anxiety")


def test_too_early_or_unknown_is_said(change, trend, context):
    assert "a comparison takes 8 mature quarters" in changed_statement(change.head(0), trend, context).text
    without = replace(context, data_through=None)
    assert "without a data-through date" in changed_statement(change, trend, without).text


def test_lost_follow_up_and_far_sites_deserve_a_look(sites, context):
    by_site = completeness(note=["far below the others", ""])
    text = look_statement(completeness(), by_site, sites, context).text
    assert text == (
        "What deserves a look: Follow-up at Site 09 is far below that of the others; overall it is "
        "below 70 % in depression (Site 09: depression 18 of 48; followed up: depression 38 %). "
        "Rates could move by what is missing: ask the sites for the scores."
    )
    assert far_below(by_site) == ["Site 09"]


def test_a_site_beyond_the_limits_of_chance_deserves_a_look(sites, context):
    whole = completeness(estimate=[0.8, 0.9])
    beyond = sites.assign(verdict=["above the 99.8 % limits", "below the 99.8 % limits"])
    told = look_statement(whole, whole, beyond, context)
    assert told.finding == "Site 02 and Site 05 are beyond the limits of chance for response"
    assert told.basis == "(Site 02: above in depression; Site 05: below in all conditions)"
    assert look_statement(whole, whole, beyond.assign(suppressed=True), context).finding.startswith("Nothing")


def test_many_sites_are_counted_not_listed(sites, context):
    far = pd.concat([completeness(site=[f"S{i}", f"T{i}"], note=["far below the others"] * 2) for i in range(3)])
    assert "and 3 more is far below that of the others" in look_statement(completeness(), far, sites, context).finding


def test_nothing_to_look_at(sites, context):
    whole = completeness(estimate=[0.8, 0.9])
    assert look_statement(whole, whole, sites, context).finding.startswith("Nothing: follow-up is 70 % or better")
    few = completeness(n_due=[3, 50], n_observed=[0, 50], estimate=[0.0, 1.0])
    assert look_statement(few, whole, sites, context).finding.startswith("Nothing")
    nobody = whole.assign(n_due=0)
    assert look_statement(nobody, nobody, sites, context).finding == "Nobody is due for follow-up in this selection"


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
