"""How a result lies to its band, and which bands are asked."""

import pytest

from pipelines.definitions import load_definitions
from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.benchmark import benchmark_comparisons
from pipelines.results.plausibility import MEASURES, plausibility, plausibility_panel
from pipelines.store import Store

BANDS = load_definitions().quality.plausible


@pytest.fixture
def published(store_folder):
    store = Store(store_folder)
    opened = Published(store.snapshot_file(store.current_id(), "published.duckdb"))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("estimate", "n", "verdict"),
    [
        (0.20, 30, "as_expected"),
        (0.60, 30, "as_expected"),
        (0.61, 30, "unusual"),
        (0.80, 30, "unusual"),
        (0.81, 30, "implausible"),
        (0.09, 30, "implausible"),
        (0.09, 29, "too_few"),
        (None, 30, "no_estimate"),
    ],
)
def test_where_a_result_lies(estimate, n, verdict):
    assert plausibility(estimate, n, BANDS["depression_response"]) == verdict


def test_every_measure_of_a_band_has_a_table():
    assert {band.measure for band in BANDS.values()} <= set(MEASURES)


@pytest.mark.parametrize(
    ("filters", "asked"),
    [
        (Filters(condition=("anxiety",)), {"anxiety_change", "follow_up"}),
        (Filters(scale="PAIN-NRS"), {"pain_response", "infusions_to_response", "follow_up"}),
        (Filters(window="day_7", condition=("chronic_pain",)), {"pain_response"}),
        (Filters(rule="response_30", condition=("chronic_pain",)), {"pain_response"}),
    ],
)
def test_bands_of_what_was_not_asked_for_are_left_out(published, filters, asked):
    found = {name.removeprefix("plausible_") for name in plausibility_panel(published, filters)["benchmark"]}
    assert found <= asked


def test_the_panel_ends_the_benchmarks(published):
    table = benchmark_comparisons(published, Filters(condition=("anxiety",)))
    panel = plausibility_panel(published, Filters(condition=("anxiety",)))
    assert len(panel)
    assert list(table["benchmark"].iloc[-len(panel) :]) == list(panel["benchmark"])


def test_groups_are_each_judged_by_themselves(published):
    panel = plausibility_panel(published, Filters(condition=("anxiety",)), ["site"])
    own = panel[(panel["benchmark"] == "plausible_follow_up") & (panel["statistic"] == "plausibility")]
    assert set(own["verdict"]) >= {"too_few", "unusual"}
    assert own["site"].is_unique
