"""The overview's figures of plain markup: where marks stand, what they say, and what is drawn behind them."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from dashboard.figures.canvas import across
from dashboard.figures.overview import followed_up_strip, half_strip, lasting_strip, quarters_strip, rate_strip
from dashboard.figures.strips import day_place
from dashboard.theme import DARK, LIGHT
from pipelines.filters import Filters
from pipelines.results.completeness import follow_up_completeness
from pipelines.results.durability import durability_times
from pipelines.results.onset import onset_times
from pipelines.results.response import remission_rates, response_rates
from pipelines.results.trend import process_trends
from pipelines.words.overview_row import (
    Place,
    followed_up_place,
    half_place,
    lasting_places,
    quarters_place,
    rate_place,
)
from pipelines.words.published_ranges import published_range
from pipelines.words.statement import Context, statistic

DEPRESSION = Filters(condition=("depression",))


@pytest.fixture(scope="module")
def context(published) -> Context:
    return Context(published.definitions, published.manifest.data_through)


@pytest.fixture(scope="module")
def rates(published) -> pd.DataFrame:
    return response_rates(published, DEPRESSION)


@pytest.fixture(scope="module")
def trend(published) -> pd.DataFrame:
    table = process_trends(published, DEPRESSION)
    return table[table["outcome"] == "response"]


def drawn(rates: pd.DataFrame, context: Context, colours=LIGHT, measure: str = "response") -> str:
    found = published_range(statistic(rates, "observed"), context)
    place = rate_place(rates, measure, "depression", found, context)
    return rate_strip(rates, place, found, context, colours)


def lefts(html: str, mark: str) -> list[float]:
    """Where the marks of a kind stand, in per cent."""
    return [float(found) for found in re.findall(rf'class="mark {mark}" style="left:([\d.]+)%', html)]


def sentences(html: str) -> list[str]:
    return re.findall(r'class="says [a-z_]+">(.*?)</span>', html)


def label(html: str) -> str:
    found = re.search(r'role="figure" aria-label="([^"]+)"', html)
    return found[1] if found else ""


def test_a_rate_stands_where_it_is_with_the_missed_hollow_beside_it(rates, context):
    html = drawn(rates, context)
    observed, assumed = statistic(rates, "observed"), statistic(rates, "missing_as_nonresponse")
    assert lefts(html, "point") == pytest.approx([100 * assumed["estimate"], 100 * observed["estimate"]], abs=0.01)
    assert html.index("dot circle hollow") < html.index('dot circle"')
    assert lefts(html, "interval") == pytest.approx([100 * observed["lower"]], abs=0.01)
    assert any("234 of 457 followed up" in text for text in sentences(html))
    assert "Response rate 51 % (95 % interval 47 to 56; 234 of 457 followed up; PHQ-9" in label(html)
    assert "Counting the 289 without follow-up as not responding: 31 %" in label(html)


def test_the_published_range_lies_behind_with_its_source(rates, context):
    html = drawn(rates, context)
    assert lefts(html, "band") == [20.0]
    assert html.index("mark band") < html.index("mark interval")
    assert "McInnes 2022" in sentences(html)[0]


@pytest.mark.parametrize(
    "change", [{"note": "MADRS: 457"}, {"note": "PHQ-9: 400, MADRS: 57"}, {"window": "day_7"}, {"condition": "anxiety"}]
)
def test_nothing_lies_behind_what_is_measured_otherwise(rates, context, change):
    row = {**statistic(rates, "observed"), **change}
    assert published_range(row, context) is None


def test_another_rule_is_not_the_published_one(rates, context):
    assert published_range({**statistic(rates, "observed"), "rule_version": "response_30 2026.1"}, context) is None


def test_single_published_results_count_where_no_range_was_reviewed(rates, context):
    row = {**statistic(rates, "observed"), "note": "QIDS-SR16: 80", "window": "end_of_induction"}
    found = published_range(row, context)
    assert (found.lower, found.upper, found.words) == (0.183, 0.183, "published: 18 %")
    assert "Sakurai 2020" in found.sentence


def test_too_few_are_not_drawn_and_say_so(rates, context):
    few = rates.assign(n_observed=3)
    assert drawn(few, context) == ""
    place = rate_place(few, "response", "depression", None, context)
    assert (place.value, place.below) == ("", ("too few to say, 3 followed up",))
    hidden = rates.assign(suppressed=True)
    assert drawn(hidden, context) == ""
    assert "hidden" in rate_place(hidden, "response", "depression", None, context).below[0]


def test_both_themes_use_the_colour_of_the_condition(rates, context):
    for colours in (LIGHT, DARK):
        assert f"--colour:{colours.of('depression').colour}" in drawn(rates, context, colours)


def test_names_from_data_are_escaped(rates, context):
    found = published_range(statistic(rates, "observed"), context)
    html = rate_strip(rates, Place(alt='<b>"North"</b>'), replace(found, sentence="<i>x</i>"), context, LIGHT)
    assert "&lt;b&gt;&quot;North&quot;" in html
    assert "&lt;i&gt;x" in html


def test_remission_is_drawn_alike(published, context):
    html = drawn(remission_rates(published, DEPRESSION), context, measure="remission")
    assert lefts(html, "band") == [10.0]
    assert "Remission rate 26 %" in label(html)


@pytest.mark.parametrize(("condition", "kind"), [("depression", "span"), ("anxiety", "open")])
def test_an_end_that_is_not_reached_is_an_arrow(published, context, condition, kind):
    times = onset_times(published, Filters(condition=(condition,)))
    html = half_strip(times, half_place(times, condition, context), context, LIGHT)
    (row,) = times[times["statistic"] == "median_interval"].to_dict("records")
    assert lefts(html, kind) == pytest.approx([100 * day_place(row["lower"])], abs=0.01)
    assert "n = " in sentences(html)[0]
    assert day_place(56) == day_place(90) == 1
    assert day_place(7) == pytest.approx(across(7) / across(56))


def test_shares_still_responding_stand_with_interval_and_n(published, context):
    times = durability_times(published, DEPRESSION)
    places = lasting_places(times, "depression", context)
    assert [place.value for _, place in places] == ["80 %", "62 %"]
    assert [place.beside.partition(",")[0] for _, place in places] == ["at 4 weeks", "at 8 weeks"]
    for row, place in places:
        html = lasting_strip(row, place, published_range(row, context), LIGHT, has_words=True)
        assert lefts(html, "point") == pytest.approx([100 * row["estimate"]], abs=0.01)
        assert lefts(html, "band") in ([60.0], [40.0])
        assert "n = 239" in label(html)
        assert "in view then" in sentences(html)[-1]


def test_the_quarters_are_a_process_chart(trend, context):
    html = quarters_strip(trend, quarters_place(trend, "depression", context), context, LIGHT)
    points = trend[trend["statistic"] == "point"]
    assert len(lefts(html, "point")) == len(points) + 1
    assert html.count("hollow") == 1
    assert 'class="usual"' in html
    assert 'class="mean"' in html
    assert 'class="ring"' not in html
    assert "2026-Q3, provisional: " in sentences(html)[-1]
    assert "Response varies as it always has" in label(html)


def test_a_signal_is_ringed_and_named(trend, context):
    shown = trend.copy()
    last = shown.index[shown["statistic"] == "point"][-1]
    shown.loc[last, "signal"] = "above the upper limit"
    shown.loc[shown["statistic"] == "limits", "verdict"] = "signal_high"
    place = quarters_place(shown, "depression", context)
    assert place.below == ("▲ signal: above the upper limit",)
    assert quarters_strip(shown, place, context, LIGHT).count('class="ring"') == 1


def test_without_quarters_enough_there_is_no_verdict(published, context):
    trend = process_trends(published, Filters(condition=("chronic_pain",)))
    trend = trend[trend["outcome"] == "response"]
    place = quarters_place(trend, "chronic_pain", context)
    assert place.below == ("5 mature quarters, a verdict takes 12",)
    assert 'class="usual"' not in quarters_strip(trend, place, context, LIGHT)


def test_completeness_is_a_bar_from_nought(published, context):
    row = statistic(follow_up_completeness(published, DEPRESSION), "followed_up")
    place = followed_up_place(row, "depression", context)
    html = followed_up_strip(row, place)
    assert place.below == ("457 of 746 due", "289 lost", "6 not due yet")
    assert lefts(html, "bar") == [0.0]
    assert f"width:{100 * row['estimate']:.2f}%" in html
    assert label(html) == "Depression: 61 % followed up, 457 of 746 due."
