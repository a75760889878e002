"""Whatever is asked of the sample program, every course that started stands in exactly one place of the answer."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.filters import Filters
from pipelines.published import POPULATIONS, Published
from pipelines.results.acute import acute_changes
from pipelines.results.distribution import band_distributions
from pipelines.results.early_improvement import early_improvements
from pipelines.results.flow import course_flow
from pipelines.results.nhs_recovery import nhs_recoveries
from pipelines.results.reliable_change import reliable_changes
from pipelines.results.response import remission_rates, response_bounds, response_counts, response_rates
from pipelines.results.retention import infusion_retention
from pipelines.results.safety import infusion_safety
from pipelines.results.trajectory import score_trajectories
from pipelines.store import Store

GROUPS = ("condition", "quarter", "site", "route", "age_band", "treatment_resistant")
often = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def published(store_folder):
    store = Store(store_folder)
    opened = Published(store.snapshot_file(store.current_id(), "published.duckdb"))
    yield opened
    opened.close()


@st.composite
def questions(draw):
    """Filters and groups that may be asked for together."""
    by = draw(st.lists(st.sampled_from(GROUPS), max_size=2, unique=True))
    if len({*by} - {"condition", "quarter", "site", "route"}) > 1:
        by = by[:1]
    filters = Filters(
        condition=tuple(draw(st.lists(st.sampled_from(["depression", "anxiety", "chronic_pain"]), unique=True))),
        quarter=tuple(draw(st.lists(st.sampled_from(["2023-Q1", "2024-Q3", "2026-Q3"]), unique=True))),
        site=tuple(draw(st.lists(st.sampled_from(["Site 01", "Site 09"]), unique=True))),
        scale=draw(st.sampled_from(["primary", "PHQ-9", "GAD-7", "PAIN-NRS", "MADRS"])),
        population=draw(st.sampled_from(POPULATIONS)),
        window=draw(st.sampled_from([None, "day_1", "day_7", "end_of_induction", "endpoint", "from_start"])),
        rule=draw(st.sampled_from([None, "response_30", "response_50", "response_points"])),
    )
    return filters, by


@often
@given(questions())
def test_the_flow_loses_no_course(published, question):
    filters, by = question
    flow = course_flow(published, filters, by)
    for _, group in flow.groupby(["condition", *(name for name in by if name != "condition")], dropna=False):
        n = dict(zip(group["statistic"], group["n_courses"].astype(int), strict=True))
        without = ("no_score", "baseline_too_old", "scores_only_after_start", "only_on_scale_apart")
        left_out = ("rule_not_offered", "baseline_zero", "below_entry_cut")
        judged = ("not_anchored", "pending", "missed", "observed")
        assert n["with_baseline"] == n["started"] - sum(n[stage] for stage in without)
        assert n["in_population"] == n["with_baseline"] - sum(n[stage] for stage in left_out)
        assert n["in_population"] == sum(n[stage] for stage in judged)
        assert n["observed"] >= n["responded"]
        assert n["observed"] >= n["on_maintenance"]
        assert min(n.values()) >= 0


@often
@given(questions())
def test_the_parts_of_a_rate_are_no_more_than_the_whole(published, question):
    filters, by = question
    keys = ["condition", *(name for name in by if name != "condition")]
    for table, met in (
        (response_rates(published, filters, by), "n_responded"),
        (remission_rates(published, filters, by), "n_in_remission"),
    ):
        for _, group in table.groupby(keys, dropna=False):
            rows = {row["statistic"]: row for row in group.to_dict("records")}
            whole = rows["observed"]
            parts = [row for name, row in rows.items() if name.endswith("maintenance")]
            assert sum(row["n_observed"] for row in parts) <= whole["n_observed"]
            assert sum(row[met] for row in parts) <= whole[met]
            if whole["n_observed"] + whole["n_missed"]:
                assert rows["bound_lower"]["estimate"] <= rows["bound_upper"]["estimate"]
            if "observed_any_baseline" in rows:
                assert rows["observed_any_baseline"]["n_observed"] >= whole["n_observed"]


@often
@given(questions())
def test_response_with_its_bounds_alone_is_what_stands_in_the_whole_table(published, question):
    told = response_bounds(published, *question)
    whole = response_rates(published, *question)
    is_of_all = ["observed", "missing_as_nonresponse", "bound_lower", "bound_upper"]
    own = whole[whole["statistic"].isin(is_of_all)].reset_index(drop=True)
    pd.testing.assert_frame_equal(told, own)


@often
@given(questions())
def test_each_infusion_accounts_for_every_course_started(published, question):
    filters, by = question
    table = infusion_retention(published, filters, by)
    for _, group in table.groupby(
        ["condition", *(name for name in by if name != "condition"), "infusion"], dropna=False
    ):
        assert set(group["n_courses"].groupby(group["infusion"]).sum()) == set(group["n_started"])
        assert set(group["n_of_due"].groupby(group["infusion"]).sum()) == set(group["n_due"])


@often
@given(questions())
def test_steps_and_bands_hold_the_population(published, question):
    filters, by = question
    keys = ["condition", *(name for name in by if name != "condition"), "window"]
    steps = score_trajectories(published, filters, by)
    for row in steps[steps["statistic"].isin(["mean_score", "mean_change"])].to_dict("records"):
        places = ("n_observed", "n_counted_later", "n_missed", "n_pending", "n_not_anchored")
        assert row["n_in_population"] == sum(row[place] for place in places)
    bands = band_distributions(published, filters, by)
    for _, group in bands.groupby([*keys, "statistic"], dropna=False):
        assert set(group["n_observed"]) == {group["n_in_band"].sum()}
        if group["n_observed"].iloc[0]:
            assert group["estimate"].sum() == pytest.approx(1)


@often
@given(questions())
def test_bands_tell_who_responded(published, question):
    """Where no score serves a later window, the bands from the rule's reduction on hold the responders."""
    filters, by = question
    rule_start = {"response_30": 30, "response_50": 50}.get(filters.rule or "")
    if rule_start is None:
        return
    levels = published.definitions.outcomes.change_bands.levels
    positions = [i for i, level in enumerate(levels, start=1) if (level.from_percent or 0) >= rule_start]
    window = filters.window or "endpoint"
    bands = band_distributions(published, filters, by)
    bands = bands[(bands["statistic"] == "change_band") & (bands["window"] == window)]
    counts = response_counts(published, filters, by)
    keys = ["condition", *(name for name in by if name != "condition")]
    for row in counts.to_dict("records"):
        own = bands
        for key in keys:
            own = own[own[key] == row[key]]
        if row["n_rule_not_offered"] or own.empty or own["n_counted_later"].iloc[0]:
            continue
        assert own.loc[own["band_position"].isin(positions), "n_in_band"].sum() == row["n_responded"]


@often
@given(questions())
def test_reliable_changes_add_up_to_the_observed(published, question):
    filters, by = question
    table = reliable_changes(published, filters, by)
    table = table[(table["statistic"] == "observed") & (table["change"] != "any_worsening")]
    for _, group in table.groupby(["condition", *(name for name in by if name != "condition")], dropna=False):
        assert group["n_with_change"].sum() == group["n_observed"].iloc[0]


@often
@given(questions())
def test_recovery_accounts_for_every_course_and_parts_add_up(published, question):
    """Recovered and not recovered are those at caseness; finished or not, each course started stands once."""
    filters, by = question
    table = nhs_recoveries(published, filters, by)
    counted = published.nhs_recoveries(filters, by)
    keys = ["condition", *(name for name in by if name != "condition")]
    for values, group in table.groupby(keys, dropna=False):
        rows = {(row["outcome"], row["statistic"]): row for row in group.to_dict("records")}
        paired, recovery = rows["paired_scores", "observed"], rows["recovery", "observed"]
        places = ("n_not_recorded", "n_pending", "n_too_few_contacts", "n_finished")
        assert paired["n_started"] == sum(paired[place] for place in places)
        assert recovery["n_observed"] + recovery["n_missed"] == recovery["n_at_caseness"] <= recovery["n_with_first"]
        improved, worse = rows["reliable_improvement", "observed"], rows["reliable_deterioration", "observed"]
        assert improved["n_met"] + worse["n_met"] <= improved["n_observed"] == worse["n_observed"] == paired["n_met"]
        assert rows["reliable_recovery", "observed"]["n_met"] <= min(recovery["n_met"], improved["n_met"])
        for (outcome, _), row in rows.items():
            if row["estimate"] == row["estimate"] and row["lower"] == row["lower"]:
                assert row["lower"] <= row["estimate"] <= row["upper"]
            if row["n_observed"] + row["n_missed"] and outcome != "paired_scores":
                assert rows[outcome, "bound_lower"]["estimate"] <= rows[outcome, "bound_upper"]["estimate"]
        own = counted
        for key, value in zip(keys, values, strict=True):
            own = own[own[key] == value]
        finished = own[own["standing"] == "finished"]
        not_recovered = (finished["n_at_caseness_paired"] - finished["n_recovered"]).sum()
        assert recovery["n_met"] + not_recovered == recovery["n_observed"]


@often
@given(questions())
def test_recovery_of_parts_adds_up_to_the_whole(published, question):
    """Over sites, which part the courses, every count of recovery is the sum of its parts."""
    filters, _ = question
    counts = [f"n_{name}" for name in ("started", "finished", "with_first", "at_caseness", "observed", "met")]
    whole = nhs_recoveries(published, filters)
    parts = nhs_recoveries(published, filters, ["site"])
    keys = ["condition", "outcome", "statistic"]
    pd.testing.assert_frame_equal(
        whole.groupby(keys)[counts].sum(), parts.groupby(keys)[counts].sum(), check_dtype=False
    )


@often
@given(questions())
def test_what_is_found_at_infusions_is_of_those_with_it_recorded(published, question):
    filters, by = question
    keys = ["condition", *(name for name in by if name != "condition"), "statistic"]
    table = infusion_safety(published, filters, by)
    rows = table[table["infusion"].notna()]
    assert (rows["n_recorded"] + rows["n_not_recorded"] == rows["n_infusions"]).all()
    assert (rows["n_with"].dropna() <= rows["n_recorded"][rows["n_with"].notna()]).all()
    assert (rows["n_courses"] <= rows["n_started"]).all()
    for _, group in rows[~rows["statistic"].str.startswith("adverse_event_")].groupby(keys, dropna=False):
        whole, numbered = group[group["infusion"] == "all"], group[group["infusion"] != "all"]
        for count in ("n_infusions", "n_recorded", "n_with"):
            assert whole[count].sum() == numbered[count].sum()
    known = rows[rows["lower"].notna()]
    assert (known["lower"] <= known["estimate"]).all()
    assert (known["estimate"] <= known["upper"]).all()


@often
@given(questions())
def test_acute_changes_are_of_infusions_with_a_score_before_and_one_after(published, question):
    filters, by = question
    keys = ["condition", *(name for name in by if name != "condition"), "statistic"]
    rows = acute_changes(published, filters, by)
    counted = rows[rows["n_infusions"].notna()]
    assert (counted["n_changes"] <= counted[["n_with_before", "n_with_after"]].min(axis=1)).all()
    assert (counted[["n_with_before", "n_with_after"]].max(axis=1) <= counted["n_infusions"]).all()
    assert (counted["n_courses"] <= counted["n_in_population"]).all()
    for _, group in counted.groupby(keys, dropna=False):
        whole, numbered = group[group["infusion"] == "all"], group[group["infusion"] != "all"]
        for count in ("n_infusions", "n_with_before", "n_with_after", "n_day_alone", "n_changes"):
            assert whole[count].sum() == numbered[count].sum()


@often
@given(questions())
def test_early_improvement_places_every_course_of_the_population_once(published, question):
    filters, by = question
    table = early_improvements(published, filters, by)
    places = ("n_early_observed", "n_early_missed", "n_early_pending", "n_early_not_anchored", "n_early_not_before")
    later = ("n_observed", "n_missed", "n_pending", "n_not_anchored")
    for row in table[table["early_window"].notna()].to_dict("records"):
        assert row["n_in_population"] == sum(row[place] for place in places)
        assert row["n_early_observed"] == row["n_improved"] + row["n_not_improved"]
        assert row["n_early_observed"] == sum(row[place] for place in later)
        assert row["n_observed"] == row["n_improved_observed"] + row["n_not_improved_observed"]
        assert row["n_missed"] == row["n_improved_missed"] + row["n_not_improved_missed"]
        for part in ("improved", "not_improved"):
            assert row[f"n_{part}_responded"] <= row[f"n_{part}_observed"]
        if pd.notna(row["estimate"]):
            assert row["lower"] <= row["estimate"] <= row["upper"]


@often
@given(questions())
def test_early_improvement_of_sites_adds_up_to_that_of_all(published, question):
    filters, _ = question
    whole, sites = (early_improvements(published, filters, by) for by in ([], ["site"]))
    counts = ["n_in_population", "n_improved", "n_observed", "n_improved_responded", "n_not_improved_responded"]
    keys = ["condition", "early_window", "statistic"]
    added = sites.groupby(keys)[counts].sum()
    pd.testing.assert_frame_equal(whole.set_index(keys)[counts].sort_index().loc[added.index], added, check_dtype=False)
