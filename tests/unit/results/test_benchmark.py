"""A published result is comparable only if scale, rule or cut, window and denominator are the program's own."""

import pytest

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.benchmark import benchmark_comparisons
from pipelines.store import Store


@pytest.fixture
def published(store_folder):
    store = Store(store_folder)
    opened = Published(store.snapshot_file(store.current_id(), "published.duckdb"))
    yield opened
    opened.close()


def said(published, benchmark, **filters):
    """What the published row says of itself, and the own rows beside it."""
    table = benchmark_comparisons(published, Filters(**filters))
    own = table[table["benchmark"] == benchmark]
    row = own[own["statistic"] == "published"].iloc[0]
    return row["note"].split(";")[0], int((own["statistic"] == "own").sum())


def with_changed(published, kind, name, **changes):
    """The definitions with one scale or one set of outcomes changed."""
    definitions = published.definitions
    if kind == "scale":
        scale = definitions.scales[name].model_copy(update=changes)
        published.definitions = definitions.model_copy(update={"scales": {**definitions.scales, name: scale}})
    else:
        outcomes = definitions.outcomes.model_copy(update=changes)
        published.definitions = definitions.model_copy(update={"outcomes": outcomes})


def test_alike_is_comparable(published):
    assert said(published, "mcinnes_2022_remission") == ("comparable", 1)


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({"scale": "GAD-7"}, "published on PHQ-9, asked for on GAD-7"),
        ({"window": "day_7"}, "published for endpoint, asked for day_7"),
        ({"rule": "response_30"}, "published by response_50, asked for by response_30"),
    ],
)
def test_another_question_is_not(published, filters, reason):
    assert said(published, "mcinnes_2022_response", **filters) == (f"not comparable: {reason}", 0)


def test_another_cut_of_remission_is_not(published):
    remission = published.definitions.scales["PHQ-9"].remission.model_copy(update={"operator": "<="})
    with_changed(published, "scale", "PHQ-9", remission=remission)
    reason = "not comparable: published remission is < 5, here it is <= 5"
    assert said(published, "mcinnes_2022_remission") == (reason, 0)
    assert said(published, "mcinnes_2022_response") == ("comparable", 1)


def test_a_scale_that_does_not_offer_the_rule_is_not(published):
    with_changed(published, "scale", "PHQ-9", response={})
    reason = "not comparable: PHQ-9 does not offer response_50 here"
    assert said(published, "mcinnes_2022_response") == (reason, 0)


def test_a_program_without_the_window_is_not(published):
    windows = {name: window for name, window in published.definitions.outcomes.windows.items() if name != "day_1"}
    with_changed(published, "outcomes", "", windows=windows)
    assert said(published, "mathew_2010_response") == ("not comparable: this program has no window day_1", 0)


def test_groups_stand_beside_one_published_row(published):
    table = benchmark_comparisons(published, Filters(), ["site"])
    own = table[table["benchmark"] == "mcinnes_2022_response"]
    assert (own["statistic"] == "published").sum() == 1
    assert set(own.loc[own["statistic"] == "own", "site"]) >= {"Site 01", "Site 09"}
