"""Figures of the response page: rates side by side, by quarter, the flow and the infusions received."""

from __future__ import annotations

import plotly.colors
import pytest

from dashboard.figures.flow import flow_figure
from dashboard.figures.quarters import quarters_figure
from dashboard.figures.rates import RateLine, rates_figure
from dashboard.figures.retention import retention_figure
from dashboard.theme import DARK, LIGHT
from dashboard.views.response_tabs import lines_by
from pipelines.filters import Filters
from pipelines.results.flow import course_flow
from pipelines.results.response import response_rates
from pipelines.results.retention import infusion_retention
from pipelines.words.flow import flow_stages
from pipelines.words.statement import Context, statistic

ANXIETY = Filters(condition=("anxiety",))
PAIN = Filters(condition=("chronic_pain",))
NEWEST = 2026 * 4 + 3
CONDITIONS = ["depression", "anxiety", "chronic_pain"]


@pytest.fixture(scope="module")
def context(published) -> Context:
    return Context(published.definitions, published.manifest.data_through)


@pytest.fixture(scope="module")
def by_condition(published):
    return response_rates(published, Filters())


def marks(figure) -> list:
    return [trace for trace in figure.data if trace.mode == "markers"]


def test_a_rate_is_a_filled_dot_and_the_missing_a_hollow_one(by_condition, context):
    figure = rates_figure(lines_by(by_condition, "condition", context, LIGHT), context, LIGHT)
    symbols = [trace.marker.symbol for trace in marks(figure)]
    assert symbols == ["circle-open", "circle", "square-open", "square", "diamond-open", "diamond"]
    for condition, (hollow, filled) in zip(
        CONDITIONS, zip(marks(figure)[::2], marks(figure)[1::2], strict=True), strict=True
    ):
        rows = by_condition[by_condition["condition"] == condition]
        assert hollow.x[0] == pytest.approx(statistic(rows, "missing_as_nonresponse")["estimate"])
        assert filled.x[0] == pytest.approx(statistic(rows, "observed")["estimate"])
        assert hollow.x[0] < filled.x[0]


def test_a_thin_line_runs_between_the_bounds_and_a_bar_along_the_interval(by_condition, context):
    rows = by_condition[by_condition["condition"] == "anxiety"]
    figure = rates_figure(lines_by(rows, "condition", context, LIGHT), context, LIGHT)
    widths = {trace.line.width: tuple(trace.x) for trace in figure.data if trace.mode == "lines"}
    assert widths[1] == pytest.approx(
        (statistic(rows, "bound_lower")["estimate"], statistic(rows, "bound_upper")["estimate"])
    )
    observed = statistic(rows, "observed")
    assert widths[4] == pytest.approx((observed["lower"], observed["upper"]))


def test_the_numbers_stand_beside_the_name(by_condition, context):
    figure = rates_figure(lines_by(by_condition, "condition", context, LIGHT), context, LIGHT)
    observed = statistic(by_condition[by_condition["condition"] == "depression"], "observed")
    words = figure.layout.annotations[0].text
    assert "Depression" in words
    assert f"{observed['n_responded']} of {observed['n_observed']}" in words


def test_groups_with_too_few_say_so_and_have_no_dot(published, context):
    rates = response_rates(published, PAIN, ["age_band"])
    figure = rates_figure(lines_by(rates, "age_band", context, LIGHT), context, LIGHT)
    few = rates[(rates["statistic"] == "observed") & (rates["n_observed"] < context.fewest)]
    assert not few.empty
    words = " ".join(note.text for note in figure.layout.annotations)
    for row in few.to_dict("records"):
        assert row["age_band"] in words
    assert words.count("too few to say") == len(few)
    assert len(marks(figure)) == 2 * (rates["age_band"].nunique() - len(few))


def test_hidden_groups_say_so_and_show_no_number(by_condition, context):
    hidden = by_condition[by_condition["condition"] == "anxiety"].assign(suppressed=True)
    figure = rates_figure(lines_by(hidden, "condition", context, LIGHT), context, LIGHT)
    assert not figure.data
    assert "hidden" in figure.layout.annotations[0].text
    assert "%" not in figure.layout.annotations[0].text


def test_sites_stand_in_the_order_of_their_rates(published, context):
    rates = response_rates(published, Filters(condition=("depression",)), ["site"])
    lines = lines_by(rates, "site", context, LIGHT)
    estimates = [statistic(line.rates, "observed")["estimate"] for line in lines]
    assert estimates == sorted(estimates, reverse=True)
    assert len(lines) == 12


def test_names_from_data_are_escaped(by_condition, context):
    rows = by_condition[by_condition["condition"] == "anxiety"]
    figure = rates_figure([RateLine("<b>North</b>", rows, LIGHT.of("anxiety"))], context, LIGHT)
    assert "&lt;b&gt;North" in figure.layout.annotations[0].text


def test_all_together_is_a_line_behind_the_groups(published, by_condition, context):
    lines = lines_by(response_rates(published, PAIN, ["route"]), "route", context, LIGHT)
    whole = statistic(by_condition[by_condition["condition"] == "chronic_pain"], "observed")
    figure = rates_figure(lines, context, LIGHT, whole)
    (shape,) = figure.layout.shapes
    assert shape.x0 == shape.x1 == pytest.approx(whole["estimate"])
    assert shape.layer == "below"


def quarters(published, context):
    rates = response_rates(published, ANXIETY, ["quarter"])
    return rates, quarters_figure(rates, response_rates(published, ANXIETY), "anxiety", context, LIGHT)


def test_quarters_that_are_not_mature_are_faint_and_small_ones_grey(published, context):
    rates, figure = quarters(published, context)
    colours = {trace.x[0]: trace.marker.color for trace in marks(figure) if trace.marker.symbol == "square"}
    assert colours.pop(NEWEST).startswith("rgba")
    assert set(colours.values()) == {LIGHT.of("anxiety").colour}
    observed = rates[rates["statistic"] == "observed"].reset_index()
    few = {NEWEST - (len(observed) - 1 - i) for i in observed.index[observed["n_observed"] < context.fewest]}
    assert few
    assert not few & colours.keys()


def test_what_the_missing_could_change_stands_beside_each_quarter(published, context):
    _, figure = quarters(published, context)
    hollow = [trace for trace in marks(figure) if trace.marker.symbol == "square-open"]
    filled = [trace for trace in marks(figure) if trace.marker.symbol == "square"]
    assert len(hollow) == len(filled)
    assert all(0 < left.x[0] - right.x[0] < 0.5 for left, right in zip(hollow, filled, strict=True))


def test_a_quarter_without_courses_leaves_a_gap(published, context):
    rates = response_rates(published, ANXIETY, ["quarter"])
    rates, whole = rates[rates["quarter"] != "2025-Q2"], response_rates(published, ANXIETY)
    figure = quarters_figure(rates, whole, "anxiety", context, LIGHT)
    assert 2025 * 4 + 2 not in {place for trace in figure.data for place in trace.x}


def test_many_quarters_are_named_by_the_first_of_the_year(published, context):
    _, figure = quarters(published, context)
    assert list(figure.layout.xaxis.ticktext) == ["2023-Q1", "2024-Q1", "2025-Q1", "2026-Q1"]


def test_the_bars_of_the_flow_are_shares_of_those_started(published):
    flow = course_flow(published, PAIN)
    stages = flow_stages(flow)
    figure = flow_figure(stages, LIGHT.of("chronic_pain"), LIGHT)
    bars = [trace.x[0] for trace in figure.data][1::2]
    assert bars == pytest.approx([stage.share for stage in stages])
    assert bars[0] == 1
    words = " ".join(note.text for note in figure.layout.annotations)
    left_out = [text for stage in stages for text in stage.left_out]
    assert left_out
    for text in left_out:
        assert text in words


def test_infusions_received_fall_along_the_infusions(published, context):
    figure = retention_figure(infusion_retention(published, Filters()), CONDITIONS, context, LIGHT)
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [trace.name for trace in lines] == ["Depression", "Anxiety", "Chronic pain"]
    for trace in lines:
        assert list(trace.y) == sorted(trace.y, reverse=True)
        assert "of those" not in trace.text[0]
        assert "95 % interval" in trace.text[0]


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_no_figure_looks_like_plotly(published, by_condition, context, colours):
    rates = response_rates(published, ANXIETY, ["quarter"])
    defaults = {colour.lower() for colour in plotly.colors.qualitative.Plotly}
    for figure in (
        rates_figure(lines_by(by_condition, "condition", context, colours), context, colours),
        quarters_figure(rates, response_rates(published, ANXIETY), "anxiety", context, colours),
        flow_figure(flow_stages(course_flow(published, PAIN)), colours.of("chronic_pain"), colours),
        retention_figure(infusion_retention(published, Filters()), CONDITIONS, context, colours),
    ):
        assert not [colour for colour in defaults if colour in figure.to_json().lower()]
        assert not figure.layout.showlegend
