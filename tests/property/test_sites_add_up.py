"""Whatever is asked of the sample program, the sites hold its courses, each once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import UsageError
from pipelines.filters import Filters
from pipelines.published import POPULATIONS, Published
from pipelines.results.response import remission_rates, response_rates
from pipelines.results.sites import site_comparison
from pipelines.store import Store

often = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def published(store_folder):
    store = Store(store_folder)
    opened = Published(store.snapshot_file(store.current_id(), "published.duckdb"))
    yield opened
    opened.close()


questions = st.builds(
    Filters,
    condition=st.lists(st.sampled_from(["depression", "anxiety", "chronic_pain"]), unique=True).map(tuple),
    quarter=st.lists(st.sampled_from(["2023-Q1", "2024-Q3", "2026-Q3"]), unique=True).map(tuple),
    site=st.lists(st.sampled_from(["Site 01", "Site 09"]), unique=True).map(tuple),
    scale=st.sampled_from(["primary", "PHQ-9", "PAIN-NRS", "MADRS"]),
    population=st.sampled_from(POPULATIONS),
    window=st.sampled_from([None, "day_1", "from_start"]),
    rule=st.sampled_from([None, "response_30", "response_50", "response_points"]),
)


@often
@given(questions)
def test_the_sites_of_a_condition_are_its_rate(published, filters):
    sites = site_comparison(published, filters)
    whole = response_rates(published, filters)
    for row in whole[whole["statistic"] == "observed"].to_dict("records"):
        own = sites[(sites["condition"] == row["condition"]) & (sites["statistic"] == "observed")]
        assert own["n_observed"].sum() == row["n_observed"]
        assert own["n_met"].sum() == row["n_responded"]
    for condition, own in sites[sites["statistic"] == "expected"].groupby("condition"):
        met = sites[(sites["condition"] == condition) & (sites["statistic"] == "observed")]["n_met"].sum()
        assert (own["estimate"] * own["n_observed"]).sum() == pytest.approx(met)


def test_the_program_holds_no_more_than_its_conditions(published):
    sites = site_comparison(published, Filters())
    observed = sites[sites["statistic"] == "observed"].groupby("condition")["n_observed"].sum()
    assert observed.drop("any").max() < observed["any"] <= observed.drop("any").sum()


def test_remission_may_be_asked_for(published):
    sites = site_comparison(published, Filters(rule="remission", condition=("depression",)))
    whole = remission_rates(published, Filters(condition=("depression",)))
    observed = whole[whole["statistic"] == "observed"].iloc[0]
    assert sites.loc[sites["statistic"] == "observed", "n_met"].sum() == observed["n_in_remission"]


def test_sites_stand_by_name_and_the_program_last(published):
    sites = site_comparison(published, Filters())
    assert list(dict.fromkeys(sites["condition"])) == ["depression", "anxiety", "chronic_pain", "any"]
    names = list(dict.fromkeys(sites["site"]))
    assert names == sorted(names)


def test_repeat_courses_are_not_judged(published):
    sites = site_comparison(published, Filters(population="repeat_courses"))
    verdicts = sites.loc[sites["statistic"] == "adjusted", "verdict"]
    assert set(verdicts) == {"not judged: the courses of a patient are not independent"}
    assert not sites["statistic"].str.startswith("limits").any()


@pytest.mark.parametrize(
    ("filters", "by", "said"),
    [
        (Filters(), ["quarter"], "cannot also be grouped by quarter"),
        (Filters(attribute="sex", level=("female",)), [], "not counted by sex"),
    ],
)
def test_what_sites_are_not_compared_by_is_refused(published, filters, by, said):
    with pytest.raises(UsageError, match=said):
        site_comparison(published, filters, by)
