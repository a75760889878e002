"""What is drawn of infusions, experience, ideation, recovery and early improvement is the result table, no more."""

from __future__ import annotations

import pytest

from dashboard.figures.by_infusion import InfusionLine, by_infusion_figure
from dashboard.figures.canvas import see_through
from dashboard.figures.dots import Dot, DotLine, dots_figure, whole_axis, zero_axis
from dashboard.figures.early_improvement import early_figure
from dashboard.figures.experience import experience_figure
from dashboard.figures.ideation import ideation_figure
from dashboard.figures.recovery import recovery_figure
from dashboard.figures.safety import safety_figure
from dashboard.theme import LIGHT
from pipelines.filters import Filters
from pipelines.results.acute import acute_changes
from pipelines.results.dissociation import dissociation_associations
from pipelines.results.early_improvement import early_improvements
from pipelines.results.nhs_recovery import nhs_recoveries
from pipelines.results.safety import infusion_safety
from pipelines.results.suicidality import suicidality
from pipelines.words.acute import acute_marks, change_tick
from pipelines.words.early_improvement import early_marks
from pipelines.words.experience_marks import experience_levels
from pipelines.words.ideation_marks import ideation_marks
from pipelines.words.marks import Mark, no_mark
from pipelines.words.nhs_recovery import nhs_recovery_marks
from pipelines.words.safety_marks import safety_sections
from pipelines.words.statement import Context
from pipelines.words.suicidality import recorded_sources

DEPRESSION = LIGHT.of("depression")
CONDITIONS = ("depression", "anxiety", "chronic_pain")


@pytest.fixture
def about(published) -> Context:
    return Context(published.definitions, published.manifest.data_through)


def marks(figure, symbol: str = "") -> list[float]:
    """Where the marks of a figure stand, in their order."""
    return [
        float(value)
        for trace in figure.data
        if "markers" in trace.mode and (not symbol or trace.marker.symbol == symbol)
        for value in trace.x
    ]


def values(rows, statistic: str = "estimate") -> list[float]:
    return [float(value) for value in rows[statistic]]


def test_safety_draws_every_share_that_can_be_said(published, about):
    table = infusion_safety(published, Filters())
    sections = safety_sections(table, CONDITIONS, about)
    figure = safety_figure(sections, about, LIGHT)
    of_all = table[(table["infusion"] == "all") & table["condition"].isin(CONDITIONS)]
    shown = of_all[of_all["statistic"].isin(["adverse_event", "adverse_event_headache", "stopped_early"])]
    assert set(values(shown)) <= set(marks(figure))
    assert "adverse_event_vomiting" in set(of_all["statistic"])
    assert "Vomiting" not in sections[0].lines
    written = " ".join(annotation.text for annotation in figure.layout.annotations)
    assert "Depression 3,461" in written
    low, high = figure.layout.xaxis.range
    assert low <= 0 < max(marks(figure)) <= high


def test_one_condition_has_its_numbers_beside_each_mark(published, about):
    table = infusion_safety(published, Filters(condition=("depression",)))
    figure = safety_figure(safety_sections(table, ["depression"], about), about, LIGHT)
    written = " ".join(annotation.text for annotation in figure.layout.annotations)
    assert "1,829 of 3,461" in written
    assert "51.2 to 54.5" in written


def test_acute_change_is_drawn_with_its_n_in_a_row_below(published, about):
    table = acute_changes(published, Filters(condition=("chronic_pain",)))
    by_infusion = acute_marks(table, "chronic_pain", about)
    figure = by_infusion_figure([InfusionLine("Chronic pain", DEPRESSION, by_infusion)], 200, change_tick, LIGHT)
    rows = table[(table["statistic"] == "mean_change_fraction") & (table["infusion"] != "all")]
    dots = next(trace for trace in figure.data if trace.mode == "lines+markers")
    assert list(dots.y) == pytest.approx(values(rows[rows["n_changes"] >= about.fewest]))
    row = next(trace for trace in figure.data if trace.name == "Chronic pain, n")
    assert list(row.text) == [f"{n:,}" for n in rows["n_changes"] if n]
    assert list(row.x) == list(range(len(row.text)))


def test_experience_is_filled_where_severity_and_dose_are_held_alike(published, about):
    table = dissociation_associations(published, Filters(condition=("depression",)))
    figure = experience_figure(experience_levels(table, "depression", about), DEPRESSION, LIGHT)
    rows = table[(table["level"] != "not recorded") & table["level"].notna()]
    assert marks(figure, "circle") == pytest.approx(values(rows[rows["statistic"] == "standardised"]))
    observed = rows[(rows["statistic"] == "observed") & (rows["n_observed"] >= about.fewest)]
    assert marks(figure, "circle-open") == pytest.approx(values(observed))
    assert "too few to say, 3" in " ".join(annotation.text for annotation in figure.layout.annotations)


def test_ideation_is_drawn_by_whom_it_is_of(published, about):
    table = suicidality(published, Filters(condition=("depression",)))
    own = table[table["condition"] == "depression"]
    source = recorded_sources(own, about)[0]
    figure = ideation_figure(ideation_marks(own, source, "depression", about), DEPRESSION, LIGHT)
    rows = own[own["scale"] == source.id].set_index(["outcome", "statistic"])["estimate"]
    order = ("resolved", "improved", "newly_present", "worsened")
    assert marks(figure, "circle") == pytest.approx([rows[outcome, "observed"] for outcome in order])
    assumed = [rows[outcome, "missing_as_nonresponse"] for outcome in order[:2]]
    assert marks(figure, "circle-open") == pytest.approx(assumed)


def test_recovery_stands_beside_what_services_are_held_to(published, about):
    table = nhs_recoveries(published, Filters(condition=("depression",)))
    own = table[table["condition"] == "depression"]
    outcomes = {"Depression": nhs_recovery_marks(own, "depression", about)}
    figure = recovery_figure(outcomes, {"Depression": DEPRESSION}, LIGHT)
    observed = own[(own["statistic"] == "observed") & (own["outcome"] != "paired_scores")]
    assert marks(figure, "circle") == pytest.approx(values(observed))
    strokes = [trace.x[0] for trace in figure.data if trace.mode == "lines" and len(trace.x) == 2]
    assert strokes == [0.5, 0.48, 0.67]
    assert "NHS 50 %" in [annotation.text for annotation in figure.layout.annotations]


def test_early_improvement_draws_both_parts_of_each_window(published, about):
    table = early_improvements(published, Filters(condition=("depression",)))
    figure = early_figure(early_marks(table, "depression", about), DEPRESSION, LIGHT)
    rows = table.set_index(["early_window", "statistic"])["estimate"]
    wanted = [
        rows[window, f"observed_{part}"] for window in ("day_1", "day_7") for part in ("improved", "not_improved")
    ]
    assert marks(figure, "circle") == pytest.approx(wanted)


def test_few_have_a_grey_interval_and_the_withheld_have_nothing():
    few = Mark("Few", None, 0.1, 0.9, 4, "", "", "too few to say, 4", "Few: too few to say, 4")
    lines = [DotLine("Few", [Dot(few, DEPRESSION)]), DotLine("Kept", [Dot(no_mark("Kept", "withheld"), DEPRESSION)])]
    figure = dots_figure(lines, whole_axis(LIGHT), LIGHT)
    (interval,) = figure.data
    assert (interval.mode, interval.x[0], interval.x[-1]) == ("lines", 0.1, 0.9)
    assert interval.line.color == see_through(LIGHT.faint, 0.35)
    assert "withheld" in figure.layout.annotations[1].text


@pytest.mark.parametrize(("upper", "last"), [(0.0, 0.01), (0.004, 0.01), (0.06, 0.06), (0.57, 0.6), (1.0, 1.0)])
def test_the_axis_of_what_is_rare_begins_at_nought_and_holds_every_interval(upper: float, last: float):
    mark = Mark("Rare", upper / 2, 0.0, upper, 100, "", "", "", "")
    axis = zero_axis([DotLine("Rare", [Dot(mark, DEPRESSION)])], LIGHT)
    assert axis["tickvals"][0] == 0
    assert axis["tickvals"][-1] == pytest.approx(last)
    assert axis["range"][1] >= upper
