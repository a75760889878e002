"""A selection and its rest are the program; who may see single sites sees no other one through the rest."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.filters import Filters
from pipelines.published import POPULATIONS, Published, open_published
from pipelines.results.durability import durability_curves
from pipelines.results.onset import onset_times
from pipelines.results.response import response_rates
from pipelines.results.rest import COUNTED, rest_of_program
from pipelines.results.trajectory import score_trajectories
from pipelines.store import Store

SITES = tuple(f"Site {number:02}" for number in range(1, 13))
often = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def program(store_folder) -> Published:
    return open_published(Store(store_folder))


@st.composite
def selections(draw):
    further = draw(st.sampled_from(["all", "age_band", "sex"]))
    level = {"age_band": "35-44", "sex": "female"}.get(further)
    return Filters(
        condition=tuple(draw(st.lists(st.sampled_from(["depression", "anxiety"]), max_size=1))),
        quarter=tuple(draw(st.lists(st.sampled_from(["2024-Q1", "2025-Q3", "2026-Q2"]), unique=True))),
        site=tuple(draw(st.lists(st.sampled_from(SITES[:4]), unique=True))),
        route=tuple(draw(st.lists(st.sampled_from(["iv", "im"]), max_size=1))),
        scale=draw(st.sampled_from(["primary", "PHQ-9"])),
        population=draw(st.sampled_from(POPULATIONS)),
        attribute=further,
        level=(level,) if level else (),
    )


def n_by_condition(frame: pd.DataFrame, count: str) -> dict[str, int]:
    return frame.groupby("condition")[count].sum().to_dict()


@often
@given(selections())
def test_selection_and_rest_are_all_courses_of_the_condition_scale_and_population(program, filters):
    whole = Filters(condition=filters.condition, scale=filters.scale, population=filters.population)
    rest = replace(filters, is_rest=True)
    for ask, count in (
        (program.started, "n_started"),
        (program.baselines, "n_in_population"),
        (program.responses, "n_observed"),
        (program.onsets, "n_courses"),
        (program.trajectories, "n_scored"),
        (program.ideations, "n_courses"),
        (program.nhs_recoveries, "n_courses"),
    ):
        parts = [n_by_condition(ask(part), count) for part in (filters, rest)]
        added = {name: sum(part.get(name, 0) for part in parts) for name in {*parts[0], *parts[1]}}
        assert added == n_by_condition(ask(whole), count)


def test_nothing_left_out_leaves_no_rest(program):
    assert program.started(Filters(is_rest=True)).empty
    assert rest_of_program(response_rates, "response", program, Filters(condition=("depression",))).table.empty


@often
@given(selections(), st.sets(st.sampled_from(SITES), min_size=1, max_size=11))
def test_no_filter_moves_the_rest_that_a_reader_of_single_sites_sees(program, filters, scope):
    """And so no two of them can be taken from each other."""
    view = program.within(scope)
    others = replace(filters, quarter=(), site=tuple(sorted(set(SITES) - scope)), route=(), attribute="all", level=())
    plain = Filters(condition=filters.condition, scale=filters.scale, population=filters.population)
    found = rest_of_program(response_rates, "response", view, filters)
    pd.testing.assert_frame_equal(found.table, rest_of_program(response_rates, "response", view, plain).table)
    expected = response_rates(program, others)
    for row in found.table.to_dict("records"):
        same = (expected["condition"] == row["condition"]) & (expected["statistic"] == row["statistic"])
        assert list(expected.loc[same, "n_observed"]) == [row["n_observed"]]


@pytest.mark.parametrize(
    ("measure", "answer"),
    [
        ("response", response_rates),
        ("onset", onset_times),
        ("durability_curve", durability_curves),
        ("trajectory", score_trajectories),
    ],
)
def test_fewer_than_three_other_sites_are_no_aggregate(program, measure, answer):
    """The sample has twelve sites; all but two or three of them are the reader's own."""
    of_two = rest_of_program(answer, measure, program.within(SITES[:10]), Filters())
    assert of_two.table.empty
    assert of_two.withheld == ("depression", "anxiety", "chronic_pain")
    of_three = rest_of_program(answer, measure, program.within(SITES[:9]), Filters(condition=("depression",)))
    assert not of_three.table.empty
    assert of_three.withheld == ()
    assert "site" not in of_three.table


@often
@given(st.sets(st.sampled_from(SITES), min_size=7, max_size=11), st.sampled_from(["PHQ-9", "GAD-7", "PAIN-NRS"]))
def test_three_other_sites_are_in_whatever_is_shown(program, scope, scale):
    others = tuple(sorted(set(SITES) - scope))
    filters = Filters(scale=scale)
    for measure, answer in (("response", response_rates), ("trajectory", score_trajectories)):
        rest = rest_of_program(answer, measure, program.within(scope), filters)
        by_site = answer(program, replace(filters, site=others), ["site"])
        for row in rest.table.to_dict("records"):
            own = by_site[(by_site["condition"] == row["condition"]) & (by_site["window"] == row["window"])]
            assert own.loc[own["n_observed"] > 0, "site"].nunique() >= 3


def test_of_what_lies_outside_a_scope_no_site_is_told_apart(program):
    with pytest.raises(ValueError, match="not narrowed"):
        program.within(["Site 01"]).beyond().within(["Site 02"])
    assert program.beyond().n_started(Filters()) == 0


def test_each_measure_with_a_rest_counts_its_sites(program):
    for name, counted in COUNTED.items():
        counts = counted(program, Filters())
        assert counts.loc[counts["n"] > 0, "site"].nunique() == len(SITES), name
