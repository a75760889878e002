"""The plan of a release by hand: quarters joined, sites joined, counts left out."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.definitions.disclosure import policy_named
from pipelines.privacy.release.cohorts import CORE, QUARTERS, SITES, Cohort, cohort_text
from pipelines.privacy.release.ledger import NOTHING_RELEASED, Ledger
from pipelines.privacy.release.nested import conflicts, without_conflicts
from pipelines.privacy.release.plan import ConditionPlan, ReleasePlan, plan_release
from pipelines.privacy.release.revised import against, kept_pictures
from pipelines.privacy.release.tables import released
from pipelines.results.tables import result_table
from pipelines.statistics.proportions import wilson_interval

CMS, NHS, INTERNAL = policy_named("cms"), policy_named("nhs"), policy_named("internal")


def counts(*rows: tuple[str, str, tuple[int, ...]]) -> pd.DataFrame:
    made = [
        {"condition": "depression", "quarter": quarter, "site": site, **dict(zip(CORE, values, strict=True))}
        for quarter, site, values in rows
    ]
    return pd.DataFrame(made)


SMALL = counts(
    ("2026-Q1", "North", (40, 40, 40, 28, 14)),
    ("2026-Q1", "South", (6, 6, 6, 4, 2)),
    ("2026-Q2", "North", (12, 12, 12, 8, 4)),
    ("2026-Q2", "South", (8, 8, 8, 6, 3)),
)


def test_internal_joins_nothing_and_leaves_nothing_out():
    plan = plan_release(SMALL, INTERNAL, NOTHING_RELEASED).of("depression")
    assert plan.pools == (("2026-Q1",), ("2026-Q2",))
    assert plan.sites == (("North",), ("South",))
    assert plan.columns == plan.site_columns == CORE
    assert plan.said == ()


def test_quarters_are_joined_until_all_is_safe():
    plan = plan_release(SMALL, CMS, NOTHING_RELEASED).of("depression")
    assert plan.pools == (("2026-Q1", "2026-Q2"),)
    assert plan.columns == CORE
    assert plan.site_columns == ("n_started",)
    assert [one.key for one in plan.said] == ["quarters_joined", "site_columns_not_shown"]


def test_a_ledger_is_read_as_it_was_written():
    ledger = Ledger().with_release(plan_release(SMALL, CMS, NOTHING_RELEASED), pd.DataFrame())
    assert Ledger.from_json(ledger.as_json()) == ledger


# --- rows -----------------------------------------------------------------------------------------------------

Q1, Q2, BOTH = ("2026-Q1",), ("2026-Q2",), ("2026-Q1", "2026-Q2")


def rates(*rows: tuple[tuple[str, ...], tuple[int, ...]], statistic: str = "observed") -> pd.DataFrame:
    made = [
        {
            "measure": "response",
            "condition": "depression",
            "population": "first_course",
            "statistic": statistic,
            QUARTERS: cohort_text(quarters),
            SITES: "",
            **dict(zip(CORE, values, strict=True)),
            "estimate": values[4] / values[3],
            "method": "Wilson score",
            "note": f"PHQ-9: {values[2]}",
        }
        for quarters, values in rows
    ]
    return result_table(made, (QUARTERS, SITES), CORE)


def shown(table: pd.DataFrame, *names: str) -> list[tuple[object, ...]]:
    return [tuple(None if pd.isna(row[name]) else row[name] for name in names) for row in table.to_dict("records")]


ALL_SHOWN = ReleasePlan({"depression": ConditionPlan((Q1, Q2), Q2, BOTH, (), (), CORE)})


def released_once(*rows: tuple[tuple[str, ...], tuple[int, ...]]) -> Ledger:
    return NOTHING_RELEASED.with_release(ALL_SHOWN, against(rates(*rows), NOTHING_RELEASED, CMS, 0.95))


def test_a_count_that_one_cohort_hides_is_shown_of_none():
    table = rates((Q1, (60, 60, 60, 40, 20)), (Q2, (60, 60, 60, 40, 8)))
    made = released(table, CMS, 0.95, ALL_SHOWN)
    assert shown(made, "n_observed", "n_responded", "estimate") == [(40, None, None), (40, None, None)]
    assert made["suppressed"].all()


def test_counts_that_the_plan_leaves_out_are_hidden_with_the_figures_that_rest_on_them():
    plan = ReleasePlan({"depression": ConditionPlan((Q1,), Q1, Q1, (), (), ("n_started", "n_observed"))})
    made = released(rates((Q1, (60, 60, 60, 40, 20))), CMS, 0.95, plan)
    assert shown(made, *CORE, "estimate") == [(60, None, None, 40, None, None)]


def test_a_figure_that_its_counts_do_not_give_has_no_more_digits_than_are_printed():
    """0.2495211512466907 is one fraction alone of small whole numbers, and so would tell these."""
    own = rates((Q1, (60, 60, 60, 40, 20)))
    fraction = {"estimate": 0.2495211512466907, "lower": 0.1853924959041663}
    other = own.assign(statistic="standardised", method="bootstrap", **fraction)
    made = released(pd.concat([own, other], ignore_index=True), CMS, 0.95, ALL_SHOWN)
    assert shown(made, "estimate") == [(0.5,), (0.25,)]
    assert made["lower"].to_list()[1] == 0.19
    assert made["lower"].to_list()[0] == wilson_interval([20], [40], 0.95)[0][0]


def test_a_row_is_repeated_as_it_was_released_where_few_came_late():
    before = released_once((Q1, (60, 60, 60, 40, 20)))
    made = against(rates((Q1, (63, 63, 63, 42, 21))), before, CMS, 0.95)
    assert shown(made, *CORE, "estimate", "note", "release") == [(60, 60, 60, 40, 20, 0.5, "PHQ-9: 60", "as released")]


def test_a_row_is_revised_where_nothing_that_changed_is_small():
    before = released_once((Q1, (60, 60, 60, 40, 20)))
    made = against(rates((Q1, (90, 90, 90, 70, 35))), before, CMS, 0.95)
    assert shown(made, "n_started", "n_observed", "release") == [(90, 70, "revised")]


def test_many_late_scores_do_not_tell_that_few_of_them_responded():
    before = released_once((Q1, (90, 90, 90, 40, 20)))
    made = against(rates((Q1, (90, 90, 90, 60, 25))), before, CMS, 0.95)
    assert shown(made, "n_observed", "n_responded", "release") == [(40, 20, "as released")]


def test_what_tells_the_same_counts_of_a_cohort_is_repeated_together():
    """Ten more responded, too few to tell; the flow of the same courses may not say that 30 more were followed up."""
    then = rates((Q1, (90, 90, 90, 40, 20)))
    before = NOTHING_RELEASED.with_release(ALL_SHOWN, pd.concat([then, then.assign(measure="flow")]))
    now = rates((Q1, (90, 90, 90, 70, 30)), (Q2, (60, 60, 60, 40, 20)))
    flow_now = rates((Q1, (90, 90, 90, 70, 32)), (Q2, (60, 60, 60, 40, 20))).assign(measure="flow")
    remission_now = now.assign(measure="remission")
    kept = kept_pictures([now, flow_now, remission_now], before, CMS)
    assert kept == {("depression", Cohort(frozenset(Q1), frozenset()))}
    columns = ("n_observed", "n_responded", "estimate", "release")
    assert shown(against(flow_now, before, CMS, 0.95), *columns)[0] == (70, 32, pytest.approx(32 / 70), "revised")
    of_q2 = (40, 20, 0.5, "new")
    assert shown(against(flow_now, before, CMS, 0.95, kept), *columns) == [(40, 20, 0.5, "as released"), of_q2]
    assert shown(against(remission_now, before, CMS, 0.95, kept), *columns) == [(None, None, None, "new"), of_q2]


def test_what_was_told_stays_told():
    """Under nhs a rest of five is told in one pack, and could be of one to nine between two."""
    now = rates((BOTH, (65, 65, 65, 45, 25)), (Q1, (60, 60, 60, 40, 20)))
    first = without_conflicts(against(now, NOTHING_RELEASED, NHS, 0.95), NHS, NOTHING_RELEASED)
    assert shown(first, "n_started", "n_responded") == [(65, 25), (60, 20)]
    before = NOTHING_RELEASED.with_release(ALL_SHOWN, first)
    again = without_conflicts(against(now, before, NHS, 0.95), NHS, before)
    assert shown(again, "n_started", "n_responded", "release") == [(65, 25, "as released"), (60, 20, "as released")]


def test_what_would_tell_of_few_beside_what_was_told_is_what_is_hidden():
    before = released_once((Q1, (60, 60, 60, 40, 20)))
    now = against(rates((BOTH, (65, 65, 65, 45, 22)), (Q1, (60, 60, 60, 40, 20))), before, CMS, 0.95)
    made = without_conflicts(now, CMS, before)
    assert shown(made, "n_started", "estimate", "release") == [(None, None, "new"), (60, 0.5, "as released")]


def test_a_cohort_of_repeated_ones_shows_their_sum():
    before = released_once((Q1, (60, 60, 60, 40, 20)))
    now = rates((Q1, (63, 63, 63, 43, 20)), (Q2, (60, 60, 60, 40, 20)), (BOTH, (123, 123, 123, 83, 40)))
    made = against(now, before, CMS, 0.95)
    assert shown(made, "n_started", "n_observed", "estimate", "note", "release") == [
        (60, 40, 0.5, "PHQ-9: 60", "as released"),
        (60, 40, 0.5, "PHQ-9: 60", "new"),
        (120, 80, 0.5, "", "sum of released"),
    ]


def test_a_figure_that_is_no_share_is_left_out_of_a_sum():
    before = NOTHING_RELEASED.with_release(
        ALL_SHOWN, against(rates((Q1, (60, 60, 60, 40, 20)), statistic="standardised"), NOTHING_RELEASED, CMS, 0.95)
    )
    now = rates(
        (Q1, (63, 63, 63, 43, 20)),
        (Q2, (60, 60, 60, 40, 20)),
        (BOTH, (123, 123, 123, 83, 40)),
        statistic="standardised",
    )
    made = against(now, before, CMS, 0.95)
    assert shown(made, "n_observed", "estimate", "suppressed")[-1] == (80, None, True)


def test_the_last_of_rows_that_tell_a_small_number_is_hidden():
    table = rates((BOTH, (65, 65, 65, 45, 22)), (Q1, (60, 60, 60, 40, 20)))
    assert {conflict.rows for conflict in conflicts(table, CMS, NOTHING_RELEASED)} == {(0, 1)}
    made = without_conflicts(table, CMS, NOTHING_RELEASED)
    assert shown(made, "n_started", "estimate") == [(65, pytest.approx(22 / 45)), (None, None)]
    assert conflicts(made, CMS, NOTHING_RELEASED) == []


def test_a_row_that_would_tell_the_rest_of_one_released_before_is_hidden():
    before = released_once((Q1, (60, 60, 60, 40, 20)))
    made = without_conflicts(rates((BOTH, (65, 65, 65, 45, 22))), CMS, before)
    assert shown(made, "n_started", "estimate") == [(None, None)]


def test_what_rolls_on_does_not_tell_what_rolled_out():
    """2026-Q1 and Q2 had 65; now Q2 and Q3 have 110 and Q3 alone 50: Q2 had 60, and Q1 five."""
    third = ("2026-Q3",)
    before = released_once((BOTH, (65, 65, 65, 45, 22)))
    now = rates((third, (50, 50, 50, 30, 15)), (Q2 + third, (110, 110, 110, 70, 35)))
    assert shown(without_conflicts(now, CMS, before), "n_started", "estimate") == [(50, 0.5), (None, None)]


def test_courses_started_are_looked_at_in_all_tables_of_a_condition():
    flow = rates((Q1, (60, 60, 60, 40, 20))).assign(measure="flow", statistic="started")
    before = NOTHING_RELEASED.with_release(ALL_SHOWN, flow)
    made = without_conflicts(rates((Q1, (63, 61, 61, 40, 20))), CMS, before)
    assert shown(made, "n_started", "n_observed", "estimate") == [(None, 40, 0.5)]


def test_a_ledger_of_rows_is_read_as_it_was_written_and_repeats_itself():
    before = released_once((Q1, (60, 60, 60, 40, 20)), (Q2, (60, 60, 60, 40, 20)))
    read = Ledger.from_json(before.as_json())
    assert read.as_json() == before.as_json()
    assert read.pools == {"depression": (Q1, Q2)}
    made = against(rates((Q1, (60, 60, 60, 40, 20))), read, CMS, 0.95)
    assert list(made["release"]) == ["as released"]


# --- plans after a first pack -----------------------------------------------------------------------------------

LARGE = ("North", (40, 40, 40, 28, 14))


def test_a_quarter_too_small_to_follow_a_released_one_waits():
    first = counts(("2026-Q1", *LARGE))
    before = NOTHING_RELEASED.with_release(plan_release(first, CMS, NOTHING_RELEASED), pd.DataFrame())
    small = counts(("2026-Q1", *LARGE), ("2026-Q2", "North", (6, 6, 6, 4, 2)))
    plan = plan_release(small, CMS, before).of("depression")
    assert plan.pools == (Q1,)
    assert [(one.key, one.values) for one in plan.said] == [("quarters_wait", Q2)]
    alone = plan_release(small, CMS, NOTHING_RELEASED).of("depression")
    assert alone.pools == (BOTH,)


def test_sites_are_repeated_until_as_many_new_quarters_have_passed():
    quarters = [f"2025-Q{number}" for number in range(1, 5)]
    both = [(quarter, site, LARGE[1]) for quarter in quarters for site in ("North", "South")]
    before = NOTHING_RELEASED.with_release(plan_release(counts(*both), CMS, NOTHING_RELEASED), pd.DataFrame())
    further = [(f"2026-Q{number}", site, LARGE[1]) for number in range(1, 5) for site in ("North", "South")]
    soon = plan_release(counts(*both, *further[:2]), CMS, before).of("depression")
    assert soon.site_quarters == tuple(quarters)
    assert soon.rolling[-1] == "2026-Q1"
    assert "sites_as_of" in [one.key for one in soon.said]
    later = plan_release(counts(*both, *further), CMS, before).of("depression")
    assert later.site_quarters == later.rolling
