from __future__ import annotations

from itertools import pairwise

import plotly.colors
import pytest

from dashboard.figures.canvas import across, day_words, see_through, spread
from dashboard.figures.curves import AFTER_INDUCTION, DAYS, INFUSIONS, _beside_ends, curves_figure
from dashboard.figures.series import series_of
from dashboard.theme import DARK, LIGHT
from pipelines.filters import Filters
from pipelines.results.onset import onset_curves
from pipelines.words.onset import drawn_groups
from pipelines.words.statement import Context

DEFAULT_COLOURS = {colour.lower() for colour in plotly.colors.qualitative.Plotly}
PAIN = Filters(condition=("chronic_pain",))


@pytest.fixture(scope="module")
def context(published) -> Context:
    return Context(published.definitions, published.manifest.data_through)


@pytest.fixture(scope="module")
def curves(published):
    return onset_curves(published, Filters())


@pytest.fixture(scope="module")
def conditions_figure(curves, context):
    drawn, _ = drawn_groups(curves, "condition", context)
    return curves_figure(series_of(curves, curves, "condition", drawn, context, LIGHT), DAYS, context, LIGHT, True)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_no_figure_looks_like_plotly(curves, context, colours):
    drawn, _ = drawn_groups(curves, "condition", context)
    series = series_of(curves, curves, "condition", drawn, context, colours)
    figure = curves_figure(series, DAYS, context, colours, shows_naive=True)
    text = figure.to_json().lower()
    assert not [colour for colour in DEFAULT_COLOURS if colour in text]
    layout = figure.layout
    assert layout.template.layout.colorway is None
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert not layout.showlegend


def test_every_curve_is_a_step(conditions_figure):
    curves = [trace for trace in conditions_figure.data if trace.mode == "lines"]
    assert curves
    assert {trace.line.shape for trace in curves} == {"hv"}


def test_numbers_at_risk_stand_on_the_axis_of_the_curves(conditions_figure):
    rows = [trace for trace in conditions_figure.data if trace.mode == "text"]
    ticks = list(conditions_figure.layout.xaxis.tickvals)
    assert len(rows) == 3
    for trace in rows:
        assert trace.xaxis in (None, "x")
        assert list(trace.x) == ticks
    assert "xaxis2" not in conditions_figure.layout.to_plotly_json()


def test_rows_have_the_order_and_the_colours_of_the_curves(conditions_figure):
    lines = [trace for trace in conditions_figure.data if trace.mode == "lines" and trace.line.width == 2.5]
    rows = [trace for trace in conditions_figure.data if trace.mode == "text"]
    assert [f"{line.name}, at risk" for line in lines] == [row.name for row in rows]
    assert [trace.name for trace in lines] == ["Depression", "Anxiety", "Chronic pain"]
    assert [line.line.color for line in lines] == [
        LIGHT.of(name).colour for name in ("depression", "anxiety", "chronic_pain")
    ]
    assert [row.textfont.color for row in rows] == [
        LIGHT.of(name).text for name in ("depression", "anxiety", "chronic_pain")
    ]


def test_the_curve_is_the_result(conditions_figure, curves):
    line = next(trace for trace in conditions_figure.data if trace.name == "Depression")
    rows = curves[(curves["condition"] == "depression") & (curves["statistic"] == "interval_censored")]
    rows = rows[rows["day"] <= DAYS.ticks[-1]]
    assert list(line.y)[: len(rows)] == pytest.approx(list(rows["estimate"]))
    assert list(line.x)[: len(rows)] == pytest.approx([across(day) for day in rows["day"]])


def test_shares_run_from_nought_to_a_hundred(conditions_figure):
    assert conditions_figure.layout.yaxis.range[0] <= 0
    assert conditions_figure.layout.yaxis.range[1] >= 1
    assert list(conditions_figure.layout.yaxis.ticktext) == ["0 %", "25 %", "50 %", "75 %", "100 %"]


def test_naive_curves_are_thin_and_optional(curves, context):
    drawn, _ = drawn_groups(curves, "condition", context)
    plain = curves_figure(series_of(curves, curves, "condition", drawn, context, LIGHT), DAYS, context, LIGHT, False)
    assert not [trace for trace in plain.data if trace.name and "visits" in trace.name]


def test_hover_is_a_sentence_with_n(conditions_figure):
    line = next(trace for trace in conditions_figure.data if trace.name == "Depression")
    assert line.text[-1].startswith("By ")
    assert "n = " in line.text[-1]


def test_many_groups_are_grey_behind_the_whole(published, context):
    curves, whole = onset_curves(published, PAIN, ["site"]), onset_curves(published, PAIN)
    drawn, few = drawn_groups(curves, "site", context)
    series = series_of(curves, whole, "site", drawn, context, LIGHT)
    assert few
    assert [item.is_context for item in series] == [True] * len(drawn) + [False]
    assert series[-1].name == "All chronic pain"
    assert {item.style.colour for item in series[:-1]} == {LIGHT.faint}


def test_few_groups_share_the_colour_and_differ_by_dash(published, context):
    depression = Filters(condition=("depression",))
    curves, whole = onset_curves(published, depression, ["route"]), onset_curves(published, depression)
    drawn, _ = drawn_groups(curves, "route", context)
    series = series_of(curves, whole, "route", drawn, context, LIGHT)
    assert {item.style.colour for item in series} == {LIGHT.of("depression").colour}
    assert len({item.style.dash for item in series}) == len(series) == 2


def test_days_are_named_as_people_speak():
    assert [day_words(day) for day in DAYS.ticks] == ["0", "1", "3", "7", "14", "21", "28", "6 wk", "8 wk"]


def test_labels_are_moved_apart():
    assert spread([0.5, 0.52, 0.51], 0.1) == pytest.approx([0.5, 0.7, 0.6])
    assert max(spread([0.99, 0.98], 0.1)) <= 1
    assert spread([], 0.1) == []


def test_see_through():
    assert see_through("#0072B2", 0.5) == "rgba(0,114,178,0.5)"


def test_curves_in_infusions(published, context):
    filters = Filters(clock="infusions")
    curves = onset_curves(published, filters)
    drawn, _ = drawn_groups(curves, "condition", context)
    series = series_of(curves, curves, "condition", drawn, context, LIGHT)
    figure = curves_figure(series, INFUSIONS, context, LIGHT, shows_naive=False)
    line = next(trace for trace in figure.data if trace.name == "Depression")
    assert line.line.shape == "hv"
    assert all(float(x).is_integer() for x in line.x)
    assert line.text[1].startswith("By infusion ")
    row = next(trace for trace in figure.data if trace.name == "Depression, at risk")
    assert list(row.x) == list(figure.layout.xaxis.tickvals) == list(range(9))


@pytest.mark.parametrize(
    ("clock", "digits"),
    [(DAYS.ticks, 3), (DAYS.wide_ticks, 4.5), (AFTER_INDUCTION.ticks, 3), (AFTER_INDUCTION.wide_ticks, 4.5)],
    ids=["onset", "onset, four digits", "durability", "durability, four digits"],
)
def test_numbers_at_risk_do_not_touch_on_a_phone(clock, digits):
    place = DAYS.place if clock in (DAYS.ticks, DAYS.wide_ticks) else AFTER_INDUCTION.place
    plot, digit = 230, 6.0  # pixels: 390 less the margins; a tabular figure of SMALL type
    places = [plot * place(tick) / place(clock[-1]) for tick in clock]
    assert min(right - left for left, right in pairwise(places)) > digits * digit + 3


def test_curves_end_where_too_few_are_at_risk(published, context):
    curves = onset_curves(published, Filters(clock="infusions"))
    own = curves[curves["condition"] == "depression"]
    few = own[(own["statistic"] == "at_risk") & (own["n_at_risk"] < context.fewest)]
    assert not few.empty
    series = series_of(curves, curves, "condition", ["depression"], context, LIGHT)
    figure = curves_figure(series, INFUSIONS, context, LIGHT, shows_naive=True)
    for trace in figure.data:
        if trace.mode == "lines":
            assert max(trace.x) < few["infusion"].min()


def test_the_name_of_the_lowest_of_two_close_curves_stands_below_it():
    assert _beside_ends([0.62, 0.60]) == pytest.approx([0.665, 0.555])
    assert _beside_ends([0.60, 0.90]) == pytest.approx([0.645, 0.945])
    assert _beside_ends([0.05, 0.06]) == pytest.approx([0.095, 0.105])
