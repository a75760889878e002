from __future__ import annotations

import pandas as pd

from pipelines.words.rates import (
    beside_mark,
    group_label,
    group_notes,
    is_shown,
    legend,
    only_statistic,
    ordered_groups,
    rates_alt,
    reference_words,
)
from pipelines.words.response import response_statement, rules_beside
from pipelines.words.statement import statistic


def row(rates, **changes):
    return statistic(rates(**changes), "observed")


def test_what_stands_beside_a_mark(rates, context):
    assert beside_mark(row(rates), context) == ("41 %", "36 to 46", "163 of 398")
    assert beside_mark(row(rates, n_pending=6), context) == ("41 %", "36 to 46", "163 of 398, 6 pending")


def test_why_there_is_no_mark(rates, context):
    few = row(rates, n_observed=3)
    assert not is_shown(few, context)
    assert beside_mark(few, context) == ("", "", "too few to say, 3 followed up")
    pending = row(rates, n_observed=0, n_missed=0, n_pending=5, estimate=None)
    assert beside_mark(pending, context) == ("", "", "nobody due yet, 5 pending")
    assert beside_mark(row(rates, n_observed=0, n_missed=0, estimate=None), context) == ("", "", "nobody")
    withheld = row(rates, suppressed=True)
    assert beside_mark(withheld, context) == ("", "", "hidden, a number is small enough to point at a person")


def test_legend(context):
    assert legend("response", context) == (
        "Dots are the observed response rate, bars the 95 % interval. Hollow: those without follow-up counted as not "
        "responding. The thin line runs from there to where it would be had all of them responded."
    )
    assert legend("remission", context, has_missing=False) == (
        "Dots are the observed remission rate, bars the 95 % interval."
    )


def grouped(rates, group: str, **values: dict) -> pd.DataFrame:
    return pd.concat([rates(**{group: value, **changes}) for value, changes in values.items()])


def test_quarters_and_ages_go_as_time_does(rates, context):
    table = grouped(rates, "quarter", **{"2025-Q2": {}, "2025-Q1": {}, "not recorded": {}})
    assert ordered_groups(table, "quarter", context) == ["2025-Q1", "2025-Q2", "not recorded"]


def test_sites_go_by_their_rate_and_those_with_too_few_follow(rates, context):
    table = grouped(rates, "site", A={"estimate": 0.4}, B={"estimate": 0.6}, C={"n_observed": 3, "estimate": 0.9})
    assert ordered_groups(table, "site", context) == ["B", "A", "C"]


def test_other_groups_go_by_how_many_were_followed_up(rates, context):
    table = grouped(rates, "route", **{"not recorded": {}, "im": {"n_observed": 12}, "iv": {"n_observed": 90}})
    assert ordered_groups(table, "route", context) == ["iv", "im", "not recorded"]


def test_notes_of_groups(rates, context):
    assert group_notes(rates(), "route", context) == []
    assert group_notes(rates(n_observed=3), "route", context) == ["Grey bars without a dot: fewer than 10 followed up."]
    assert group_notes(rates(), "quarter", context)[0].startswith("Faint: the quarter is not mature")
    assert "no verdict" in group_notes(rates(), "site", context)[0]


def test_alt_is_the_finding(rates, context):
    alt = rates_alt("response", {"North": rates(), "South": rates(n_observed=2)}, context)
    assert alt == "Response rate: North 41 % (36 to 46); South too few to say."


def test_names_of_groups(context):
    assert group_label("condition", "chronic_pain", context) == "Chronic pain"
    assert group_label("route", "iv", context) == "IV"
    assert group_label("setting", "with_psychotherapy", context) == "With psychotherapy"
    assert group_label("treatment_resistant", "yes", context) == "Treatment resistance: yes"
    assert group_label("site", "site 3", context) == "site 3"


def test_all_together(rates):
    assert reference_words(row(rates)) == "all 41 %"


def test_one_part_is_a_rate_without_what_the_missing_could_change(rates, context):
    part = rates().head(1).assign(statistic="observed_on_maintenance", n_missed=pd.NA, n_pending=pd.NA)
    own = only_statistic(part, "observed_on_maintenance")
    assert beside_mark(statistic(own, "observed"), context) == ("41 %", "36 to 46", "163 of 398")


def test_any_baseline_is_printed_beside_the_rate(rates, context):
    beside = rates().head(1).assign(statistic="observed_any_baseline", estimate=0.45, n_observed=440, n_responded=198)
    text = response_statement(pd.concat([rates(), beside]), "depression", context, lead="Depression").text
    assert text.startswith("Depression: Response rate 41 %")
    assert text.endswith("as not responding: 27 %. Without the entry cut: 45 % (198 of 440).")


def test_the_headline_rule_comes_first_and_is_marked(context):
    assert rules_beside("depression", context) == {"response_50": "50 % reduction (headline)"}
    assert rules_beside("chronic_pain", context) == {
        "response_30": "30 % reduction (headline)",
        "response_50": "50 % reduction",
    }
