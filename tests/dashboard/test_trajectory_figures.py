from __future__ import annotations

import plotly.colors
import pytest

from dashboard.figures.bands import bands_figure
from dashboard.figures.means import means_figure
from dashboard.figures.series import series_of
from dashboard.figures.sorted_change import sorted_figure
from dashboard.figures.spread import spread_figure
from dashboard.theme import DARK, LIGHT
from pipelines.filters import Filters
from pipelines.results.distribution import band_distributions
from pipelines.results.trajectory import score_trajectories
from pipelines.words.sorted_change import sorted_alt
from pipelines.words.statement import Context
from pipelines.words.trajectory import drawn_groups

ON_PHQ9 = Filters(condition=("depression",), scale="PHQ-9", population="first_course")


@pytest.fixture(scope="module")
def context(published) -> Context:
    return Context(published.definitions, published.manifest.data_through)


@pytest.fixture(scope="module")
def on_phq9(published) -> Context:
    return Context(published.definitions, published.manifest.data_through, ON_PHQ9)


def means(published, filters: Filters, context: Context, by=(), colours=LIGHT):
    whole = score_trajectories(published, filters)
    table = score_trajectories(published, filters, by)
    group = by[0] if by else "condition"
    drawn, _ = drawn_groups(table, group, context)
    return table, means_figure(series_of(table, whole, group, drawn, context, colours), context, colours)


def lines(figure) -> list:
    return [trace for trace in figure.data if trace.mode == "lines+markers"]


def test_changes_in_per_cent_begin_at_nought(published, context):
    table, figure = means(published, Filters(), context)
    line = lines(figure)[0]
    assert (line.name, line.x[0], line.y[0]) == ("Depression", 0, 0)
    rows = table[(table["condition"] == "depression") & (table["statistic"] == "mean_change_fraction")]
    assert list(line.y[1:]) == pytest.approx(list(rows["estimate"])[:4])
    assert figure.layout.yaxis.range[0] < min(rows["lower"]) < 0 <= figure.layout.yaxis.range[1]
    assert figure.layout.xaxis.ticktext[0] == "Baseline"


def test_every_mean_has_its_interval(published, context):
    table, figure = means(published, Filters(), context)
    bars = [trace for trace in figure.data if trace.mode == "lines" and trace.line.width == 4]
    rows = table[(table["statistic"] == "mean_change_fraction") & (table["window"] != "from_start")]
    for end, column in ((0, "lower"), (1, "upper")):
        assert sorted(bar.y[end] for bar in bars) == pytest.approx(sorted(rows[column]))


def test_points_stand_between_the_ends_of_the_scale_with_its_bands(published, on_phq9):
    _, figure = means(published, ON_PHQ9, on_phq9)
    low, high = figure.layout.yaxis.range
    assert low < 0
    assert high > 27
    assert list(figure.layout.yaxis.ticktext) == ["0", "27", "5", "10", "15", "20"]
    assert "moderately severe" in [note.text for note in figure.layout.annotations]
    assert lines(figure)[0].y[0] == pytest.approx(18.1, abs=0.1)


def test_how_many_were_followed_up_stands_under_each_step(published, context):
    table, figure = means(published, Filters(), context)
    rows = [trace for trace in figure.data if trace.mode == "text"]
    assert [row.name for row in rows] == ["Depression, n", "Anxiety, n", "Chronic pain, n"]
    assert all(list(row.x) == list(figure.layout.xaxis.tickvals) for row in rows)
    own = table[(table["condition"] == "anxiety") & (table["statistic"] == "mean_change_fraction")]
    assert list(rows[1].text[1:]) == [f"{n:,}" for n in own["n_observed"]][:4]
    assert rows[1].text[0] == f"{own['n_in_population'].iloc[0]:,}"


def test_many_groups_are_grey_behind_the_whole(published, context):
    _, figure = means(published, Filters(condition=("depression",)), context, ["site"])
    assert {trace.line.color for trace in lines(figure)[:-1]} == {LIGHT.faint}
    assert lines(figure)[-1].name == "All depression"


def test_ribbons_hold_the_middle_half_and_four_in_five(published, context):
    rows = score_trajectories(published, Filters(condition=("anxiety",)))
    figure = spread_figure(rows, "Anxiety", LIGHT.of("anxiety"), context, LIGHT)
    outer_top, outer, inner_top, inner = (trace.y for trace in figure.data[:4])
    (median,) = (trace.y for trace in lines(figure))
    for values in zip(outer, inner, median, inner_top, outer_top, strict=True):
        assert list(values) == sorted(values)
    assert [trace.fill for trace in figure.data[:4]] == [None, "tonexty", None, "tonexty"]


@pytest.mark.parametrize("kind", ["severity_band", "change_band"])
def test_bands_are_shares_from_nought_to_all(published, on_phq9, kind: str):
    rows = band_distributions(published, ON_PHQ9)
    rows = rows[rows["statistic"] == kind]
    figure = bands_figure(rows, LIGHT.of("depression"), on_phq9, LIGHT)
    assert figure.layout.barmode == "stack"
    n_columns = len(figure.data[0].y)
    for column in range(n_columns):
        assert sum(trace.y[column] for trace in figure.data) == pytest.approx(1)
    named = [note.text.replace("<br>", " ") for note in figure.layout.annotations]
    assert set(named) == set(rows["band"])


def test_the_most_severe_band_stands_at_the_foot(published, on_phq9):
    rows = band_distributions(published, ON_PHQ9)
    figure = bands_figure(rows[rows["statistic"] == "severity_band"], LIGHT.of("depression"), on_phq9, LIGHT)
    assert "severe" in figure.data[0].hovertext[0]
    assert "minimal" in figure.data[-1].hovertext[0]


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_no_figure_looks_like_plotly(published, context, on_phq9, colours):
    defaults = {colour.lower() for colour in plotly.colors.qualitative.Plotly}
    rows = band_distributions(published, ON_PHQ9)
    for figure in (
        means(published, Filters(), context, colours=colours)[1],
        spread_figure(score_trajectories(published, ON_PHQ9), "x", colours.of("depression"), context, colours),
        bands_figure(rows[rows["statistic"] == "change_band"], colours.of("depression"), on_phq9, colours),
    ):
        assert not [colour for colour in defaults if colour in figure.to_json().lower()]
        assert not figure.layout.showlegend


def test_sorted_changes_rise_from_the_largest_fall_at_every_twentieth(published, context):
    table = score_trajectories(published, Filters())
    series = series_of(table, table, "condition", ["depression", "anxiety"], context, LIGHT)
    figure = sorted_figure(series, context, LIGHT)
    assert [trace.name for trace in figure.data] == ["Depression", "Anxiety"]
    for trace in figure.data:
        assert list(trace.x) == pytest.approx([0.05 * place for place in range(1, 20)])
        assert list(trace.y) == sorted(trace.y)
    depression = table[(table["condition"] == "depression") & (table["window"] == "endpoint")].set_index("statistic")
    assert figure.data[0].y[9] == depression.loc["change_fraction_percentile_50", "estimate"]
    assert figure.data[0].text[9].startswith("Depression: 50 % of those followed up changed by −50 % or fell further")


def test_sorted_changes_of_too_few_are_not_drawn(published, context):
    few = Filters(condition=("chronic_pain",), site=("Site 12",))
    table = score_trajectories(published, few)
    series = series_of(table, table, "condition", ["chronic_pain"], context, LIGHT)
    assert not sorted_figure(series, context, LIGHT).data
    assert sorted_alt(table, "Chronic pain", context) == "Chronic pain: too few followed up to draw."
