"""Whatever is asked of the sample program, durability counts every course once, and its shares hold together."""

from __future__ import annotations

from math import ceil, floor, inf

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.filters import Filters
from pipelines.published import POPULATIONS, Published
from pipelines.results.durability import durability_curves, durability_times
from pipelines.results.durability_groups import GROUP_COUNTS
from pipelines.results.response import response_counts
from pipelines.store import Store

often = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MINUTES = 1440


@pytest.fixture(scope="module")
def published(store_folder):
    store = Store(store_folder)
    opened = Published(store.snapshot_file(store.current_id(), "published.duckdb"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def warehouse(store_folder):
    store = Store(store_folder)
    with duckdb.connect(str(store.snapshot_file(store.current_id(), "warehouse.duckdb")), read_only=True) as connection:
        yield connection


@st.composite
def questions(draw):
    return Filters(
        condition=tuple(draw(st.lists(st.sampled_from(["depression", "anxiety", "chronic_pain"]), unique=True))),
        site=tuple(draw(st.lists(st.sampled_from(["Site 01", "Site 09"]), unique=True))),
        scale=draw(st.sampled_from(["primary", "PHQ-9", "PAIN-NRS", "PROMIS-PI"])),
        population=draw(st.sampled_from(POPULATIONS)),
        rule=draw(st.sampled_from([None, "response_30", "response_50"])),
    )


@often
@given(questions())
def test_every_course_stands_in_one_place(published, filters):
    table = durability_times(published, filters)
    assert not table.duplicated(["condition", "statistic"]).any()
    for row in table.to_dict("records"):
        placed = row["n_not_anchored"] + row["n_pending"] + row["n_assessed"]
        assert placed <= row["n_in_population"] <= row["n_with_baseline"] <= row["n_started"]
        assert row["n_on_maintenance"] + row["n_responding"] <= row["n_assessed"]
        assert row["n_lost"] <= row["n_followed"] <= row["n_responding"]
        assert row["n_lost"] + row["n_retreated"] + row["n_left"] <= row["n_responding"]


@often
@given(questions())
def test_shares_lie_in_their_intervals_and_hold_together(published, filters):
    table = durability_times(published, filters)
    told = table[table["estimate"].notna() & table["lower"].notna()]
    assert (told["lower"] <= told["estimate"] + 1e-9).all()
    assert (told["estimate"] <= told["upper"] + 1e-9).all()
    for _, rows in table.groupby("condition"):
        still = rows.loc[rows["statistic"].str.startswith("still_responding"), "estimate"].dropna()
        assert still.is_monotonic_decreasing
        for day in (28, 56, 84):
            first = rows.loc[rows["statistic"].str.endswith(f"ed_by_day_{day}"), "estimate"]
            assert first.sum() <= 1 + 1e-9


@often
@given(questions())
def test_groups_add_up_to_the_whole(published, filters):
    whole, parts = durability_times(published, filters), durability_times(published, filters, ("site",))
    counts = list(GROUP_COUNTS)
    sums = parts.drop_duplicates(["condition", "site"]).groupby("condition")[counts].sum()
    own = whole.drop_duplicates("condition").set_index("condition")[counts].sort_index()
    pd.testing.assert_frame_equal(sums, own, check_dtype=False)


def test_the_population_is_that_of_response(published):
    ours = durability_times(published, Filters()).drop_duplicates("condition").set_index("condition")["n_in_population"]
    theirs = response_counts(published, Filters()).set_index("condition")["n_in_population"]
    assert ours.to_dict() == theirs.to_dict()


def test_curves_fall_and_rise(published):
    table = durability_curves(published, Filters())
    for (_, statistic), rows in table[table["statistic"] != "at_risk"].groupby(["condition", "statistic"]):
        assert rows["day"].is_monotonic_increasing
        falls = statistic == "interval_censored"
        assert rows["estimate"].is_monotonic_decreasing if falls else rows["estimate"].is_monotonic_increasing


def test_a_walk_over_each_course_finds_the_same(warehouse):
    """The rows by halving of the score, found again score by score for every course of the sample program."""
    found = warehouse.execute(
        "select course_key, scale, standing, left_minute, right_minute, ending, ending_minute, is_followed "
        "from outcome.durabilities where rule = 'response_50'"
    ).fetchall()
    scores: dict[tuple[int, str, str], list[tuple[int, float]]] = {}
    for course, scale, rater, moment, timing, score in warehouse.execute(
        "select course_key, scale, rater, moment, timing, score from outcome.assessments "
        "order by moment, coalesce(list_position(['before', 'during', 'after'], timing), 0)"
    ).fetchall():
        if timing != "during":
            scores.setdefault((course, scale, rater), []).append((moment, float(score)))
    facts = {
        row[0]: row[1:]
        for row in warehouse.execute(
            "select course_key, infusion_minutes, n_induction_infusions, is_induction_closed, last_record_minute, "
            "ended_day, end_reason from outcome.inductions inner join outcome.courses using (course_key)"
        ).fetchall()
    }
    raters = {
        (course, scale): (rater, float(baseline))
        for course, scale, rater, baseline in warehouse.execute(
            "select course_key, scale, rater, baseline_score from outcome.baselines"
        ).fetchall()
    }
    assert len(found) > 1000
    for course, scale, *row in found:
        rater, baseline = raters[course, scale]
        assert tuple(row) == walked(scores.get((course, scale, rater), []), baseline, *facts[course]), (course, scale)


def walked(scores, baseline, infusions, n_induction, is_closed, last_record, ended_day, end_reason):
    nothing = (None, None, None, None, False)
    if not infusions:
        return ("not_anchored", *nothing)
    if not is_closed:
        return ("pending", *nothing)
    last_infusion = infusions[n_induction - 1]
    after = [(moment, score) for moment, score in scores if moment > 2 * last_infusion]
    if not after:
        return ("not_assessed", *nothing)
    start, first = after[0]
    another = infusions[n_induction] if len(infusions) > n_induction else inf
    if 2 * another < start:
        return ("on_maintenance", *nothing)
    if 2 * first > baseline:
        return ("not_responding", *nothing)
    left = right = 0
    is_followed = False
    for moment, score in after[1:]:
        if moment > 2 * another:
            break
        is_followed = True
        if 2 * score > baseline:
            right = moment - start
            break
        left = moment - start
    down, up = floor(left / 2 / MINUTES) * MINUTES, lambda span: ceil(span / 2 / MINUTES) * MINUTES
    last_seen = after[-1][0] // 2 // MINUTES
    if right:
        return ("responding", down, up(right), "lost", up(right), is_followed)
    if another < inf:
        if another // MINUTES <= last_seen:
            return ("responding", down, None, "retreated", up(2 * another - start), is_followed)
        return ("responding", down, None, "retreated_unseen", up(left), is_followed)
    is_gone = ended_day is not None and end_reason not in (None, "completed", "unknown")
    ending = "left" if is_gone and last_record // MINUTES <= ended_day else "censored"
    return ("responding", down, None, ending, up(left), is_followed)
