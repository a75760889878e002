from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.completeness import (
    beside_completeness,
    completeness_alt,
    completeness_by_statement,
    completeness_hover,
    is_complete_shown,
)


@pytest.fixture
def row():
    def make(site="Site 01", **changes):
        return {
            "condition": "depression",
            "window": "endpoint",
            "statistic": "followed_up",
            "site": site,
            "n_started": 40,
            "n_due": 30,
            "n_observed": 18,
            "n_missed": 12,
            "n_pending": 0,
            "estimate": 0.6,
            "lower": 0.42,
            "upper": 0.75,
            "suppressed": False,
            "note": "",
            **changes,
        }

    return make


def test_who_is_far_below_is_named(row, context):
    rows = pd.DataFrame([row(), row("Site 02", note="far below the others"), row("Site 03", n_observed=28)])
    said = completeness_by_statement(rows, pd.DataFrame([row("")]), "depression", "site", context)
    assert said.text == (
        "Depression: Site 02: far fewer followed up than elsewhere. A call is due there first "
        "(all 60 %, 18 of 30 due; 14 to 31 days after induction). "
        "Fewer than 70 % are followed up in 2 of 3 sites."
    )


def test_nobody_far_below_is_not_equal(row, context):
    rows = pd.DataFrame([row(n_observed=28), row("Site 02", n_observed=27)])
    said = completeness_by_statement(rows, pd.DataFrame([row("")]), "depression", "site", context)
    assert said.finding == "No site stands far below the others in follow-up; that is not the same as equal"
    assert said.more == ""


def test_a_single_site_is_held_against_no_other(row, context):
    alone = pd.DataFrame([row(note="far below the others")])
    said = completeness_by_statement(alone, pd.DataFrame([row("")]), "depression", "site", context)
    assert said.text.startswith("Depression: Of 30 depression courses that were due, 18 were followed up")
    assert "others" not in said.text


def test_without_courses_or_due_it_says_so(row, context):
    none = pd.DataFrame([row()]).iloc[:0]
    assert completeness_by_statement(none, none, "depression", "site", context).finding.startswith("No depression")
    whole = pd.DataFrame([row("", n_due=0)])
    said = completeness_by_statement(whole, whole, "depression", "site", context)
    assert said.finding.startswith("Nobody of depression courses is due yet")
    hidden = pd.DataFrame([row("", suppressed=True)])
    assert "Site" not in completeness_by_statement(hidden, hidden, "depression", "site", context).finding


def test_beside_the_mark(row, context):
    assert beside_completeness(row(n_pending=2), context) == ("60 %", "42 to 75", "18 of 30 due, 2 pending")
    assert beside_completeness(row(n_due=4), context) == ("", "", "too few to say, 4 due")
    assert beside_completeness(row(suppressed=True), context)[:2] == ("", "")
    assert not is_complete_shown(row(suppressed=True), context)


def test_hover_and_alt(row, context):
    assert completeness_hover(row(note="far below the others"), "Site 01", context) == (
        "Site 01: 60 % followed up (95 % interval 42 to 75; 18 of 30 due); far below the others"
    )
    assert completeness_hover(row(n_due=4), "Site 01", context) == "Site 01: too few to say, 4 due"
    said = completeness_by_statement(pd.DataFrame([row()]), pd.DataFrame([row("")]), "depression", "site", context)
    assert completeness_alt(said, ["Site 01"], [row()], context).endswith("Site 01 60 % of 30.")
