"""Process charts: marks equal the table, signals have a shape, what does not count is faint."""

from __future__ import annotations

import pytest

from dashboard.figures.process import process_figure
from dashboard.theme import DARK, LIGHT
from pipelines.filters import Filters
from pipelines.results.trend import process_trends
from pipelines.words.statement import Context


@pytest.fixture(scope="module")
def context(published) -> Context:
    return Context(published.definitions, published.manifest.data_through)


@pytest.fixture(scope="module")
def trends(published):
    return process_trends(published, Filters())


def chart_of(trends, condition, outcome="response"):
    return trends[(trends["condition"] == condition) & (trends["outcome"] == outcome)]


def traces(figure):
    return {trace.name: trace for trace in figure.data}


@pytest.mark.parametrize("condition", ["depression", "anxiety"])
def test_points_and_limits_are_the_table(trends, context, condition):
    rows = chart_of(trends, condition)
    drawn = traces(process_figure(rows, LIGHT.of(condition), context, LIGHT))
    points, left_out = rows[rows["statistic"] == "point"], rows[rows["statistic"] == "left_out"]
    assert list(drawn["points"].y) == points["estimate"].tolist()
    assert list(drawn["left_out"].y) == left_out["estimate"].dropna().tolist()
    (limits,) = rows[rows["statistic"] == "limits"].to_dict("records")
    assert [drawn[name].y[0] for name in ("lower", "mean", "upper")] == [
        limits["lower"],
        limits["estimate"],
        limits["upper"],
    ]
    assert drawn["points"].marker.opacity == 1
    assert all(text for text in drawn["points"].text)


def test_without_quarters_enough_there_are_points_and_no_limits(trends, context):
    rows = chart_of(trends, "chronic_pain")
    drawn = traces(process_figure(rows, DARK.of("chronic_pain"), context, DARK))
    assert "upper" not in drawn
    assert len(drawn["points"].x) == 5
    assert len(drawn["left_out"].x) == (rows["statistic"] == "left_out").sum()


def test_a_signal_has_a_shape_of_its_own(trends, context):
    rows = chart_of(trends, "depression").copy()
    places = rows.index[rows["statistic"] == "point"]
    rows.loc[places[0], "signal"] = "below the lower limit"
    rows.loc[places[-1], "signal"] = "above the upper limit"
    symbols = traces(process_figure(rows, LIGHT.of("depression"), context, LIGHT))["points"].marker.symbol
    assert (symbols[0], symbols[1], symbols[-1]) == ("triangle-down", "circle", "triangle-up")


def test_a_phase_begins_with_its_reason(trends, context):
    rows = chart_of(trends, "depression").copy()
    rows.loc[rows["statistic"] == "limits", "note"] = "a new phase from 2025-Q1: six infusions"
    figure = process_figure(rows, LIGHT.of("depression"), context, LIGHT)
    assert len(figure.layout.shapes) == 1
    assert "A new phase from 2025-Q1: six infusions" in [note.text for note in figure.layout.annotations]


def test_quarters_are_named_once_a_year_and_the_latest_value_is_written(trends, context):
    figure = process_figure(chart_of(trends, "depression"), LIGHT.of("depression"), context, LIGHT)
    assert list(figure.layout.xaxis.ticktext) == ["2023-Q1", "2024-Q1", "2025-Q1", "2026-Q1"]
    written = [note.text for note in figure.layout.annotations]
    assert "<b>68 %</b>" in written
    assert "provisional" in written


def test_what_is_withheld_is_not_drawn(trends, context):
    rows = chart_of(trends, "depression").assign(suppressed=True)
    drawn = traces(process_figure(rows, LIGHT.of("depression"), context, LIGHT))
    assert all(not len(trace.x or ()) for name, trace in drawn.items() if name in ("points", "left_out"))
