from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.acute import acute_marks, acute_numbers, acute_statement
from pipelines.words.safety import finding_label, of_hundred, safety_numbers, safety_statement
from pipelines.words.safety_marks import never_words, safety_by_group, safety_sections
from pipelines.words.vital_signs import pressure_statement, rise_marks

SHARED = {
    "measure": "safety",
    "population": "first_course",
    "condition": "depression",
    "scale": None,
    "window": "infusion",
    "infusion": "all",
    "benchmark": None,
    "n_started": 40,
    "n_courses": 38,
    "n_infusions": 240,
    "n_recorded": 200,
    "n_not_recorded": 40,
    "suppressed": False,
    "note": "",
}
EVENT = {"statistic": "adverse_event", "n_with": 50, "estimate": 0.25, "lower": 0.18, "upper": 0.337}
STOPPED = {"statistic": "stopped_early", "n_with": 0, "estimate": 0.0, "lower": 0.0, "upper": 0.0884}
RISE = {"statistic": "systolic_rise", "n_with": None, "estimate": 7.43, "lower": 6.1, "upper": 8.8}
WORSE = {
    "statistic": "any_worsening",
    "window": "endpoint",
    "infusion": None,
    "n_recorded": 30,
    "n_with": 3,
    "estimate": 0.1,
    "lower": 0.03,
    "upper": 0.26,
}
NONE_CITED = {**WORSE, "statistic": "reliable_worsening", "n_recorded": 0, "n_with": 0, "estimate": None, "lower": None}
PUBLISHED = {
    "population": "published",
    "condition": "any",
    "statistic": "systolic_rise_published",
    "infusion": None,
    "benchmark": "riva_posse_2018_systolic",
    "n_infusions": 684,
    "n_recorded": None,
    "n_with": None,
    "estimate": 3.28,
}


def table(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([{**SHARED, **row} for row in rows])


def test_the_rate_comes_with_the_infusions_of_which_it_was_recorded(context):
    said = safety_statement(table(EVENT, STOPPED, RISE, WORSE, NONE_CITED), "depression", context)
    assert said.finding == "Of 100 infusions of depression courses, 25.0 had an adverse event recorded"
    assert said.basis == (
        "(95 % interval 18.0 to 33.7; 50 of 200 infusions with the field recorded, 40 without; 38 courses)"
    )
    assert "Stopped early: 0.0 of 100 (0.0 to 8.8; 0 of 200 with the field recorded)." in said.more
    assert "10 % by however little (3 of 30), no reliable change is cited for these scales." in said.more


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n_recorded": 0}, "Adverse events are recorded at none of the 240 infusions of depression courses"),
        ({"n_recorded": 9}, "Too few infusions of depression courses to say: adverse events are recorded of 9"),
        ({"n_infusions": 0, "n_recorded": 0}, "There are no infusion rows of depression courses"),
        ({"suppressed": True}, "Withheld"),
    ],
)
def test_where_nothing_can_be_said_it_says_why(context, change, words):
    assert words in safety_statement(table({**EVENT, **change}), "depression", context).finding


def test_without_a_course_there_is_nothing(context):
    assert safety_statement(table(EVENT).iloc[:0], "depression", context).basis == ""


def test_numbers_stand_beside_what_is_published(context):
    first = {**RISE, "infusion": "1", "n_recorded": 36, "estimate": 8.02}
    second = {**RISE, "infusion": "2", "n_recorded": 9, "estimate": 5.0}
    (line,) = safety_numbers(table(RISE, first, second, PUBLISHED), "condition", context).to_dict("records")
    assert line["What"] == "Systolic rise, mmHg"
    assert (line["Recorded"], line["Not recorded"], line["With it"]) == ("200", "40", "–")
    assert line["All (95 % interval)"] == "+7.4 (+6.1 to +8.8)"
    assert (line["1"], line["2"]) == ("+8.0", "–")  # nine are too few
    assert line["Published, other people"] == "+3.3 (684 infusions)"


def test_a_published_share_of_courses_stands_only_where_it_is_comparable(context):
    published = {**PUBLISHED, "statistic": "any_worsening_published", "n_infusions": None, "n_courses": 537}
    published |= {"condition": "depression", "estimate": 0.084}
    for note, shown in (("other people", "8.4 (537 courses)"), ("not comparable: published on PHQ-9", "–")):
        lines = safety_numbers(table(WORSE, {**published, "note": note}), "condition", context)
        assert list(lines["Published, other people"]) == [shown]


def test_events_that_nobody_had_have_no_line_and_the_program_has_one(context):
    never = {**STOPPED, "statistic": "adverse_event_vomiting"}
    lines = safety_numbers(table(EVENT, never, {**STOPPED, "condition": "any"}), "condition", context)
    assert list(lines["What"]) == ["Any adverse event, of 100", "Stopped early, of 100"]
    assert list(lines["Condition"]) == ["Depression", "All courses"]


def test_an_adverse_event_is_named_as_it_is():
    assert finding_label("adverse_event_blurred_vision") == "Blurred vision, of 100"


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0.0"), (0.0004, "fewer than 0.1"), (0.0109, "1.1"), (0.9996, "more than 99.9"), (1.0, "100.0")],
)
def test_rare_is_not_none(share, words):
    assert of_hundred(share) == words


ACUTE = {
    "measure": "acute",
    "population": "first_course",
    "condition": "chronic_pain",
    "scale": "primary",
    "infusion": "all",
    "statistic": "mean_change_fraction",
    "n_started": 40,
    "n_in_population": 38,
    "n_courses": 30,
    "n_infusions": 200,
    "n_with_before": 150,
    "n_with_after": 120,
    "n_day_alone": 0,
    "n_changes": 100,
    "estimate": -0.18,
    "lower": -0.2,
    "upper": -0.15,
    "suppressed": False,
    "note": "PAIN-NRS: 100",
}


def acute(**changes) -> pd.DataFrame:
    return pd.DataFrame([{**ACUTE, **changes}])


def test_acute_change_says_of_how_many_infusions(context):
    said = acute_statement(acute(), "chronic_pain", context)
    assert said.finding == "Scores changed by −18 % on average around an infusion"
    assert said.basis == (
        "(95 % interval −20 % to −15 %; 100 of 200 infusions with a score before and one after; 30 courses, PAIN-NRS)"
    )
    points = acute(statistic="mean_change", scale="PAIN-NRS", estimate=-1.04, lower=-1.2, upper=-0.9)
    assert acute_statement(points, "chronic_pain", context).finding.startswith("PAIN-NRS changed by −1.0 points")


def test_acute_change_that_cannot_be_told_says_why(context):
    nothing = {"n_infusions": None, "n_changes": None, "estimate": None, "lower": None}
    note = "no acute change of 752 courses: PHQ-9 asks about two weeks"
    said = acute_statement(acute(**nothing, note=note), "chronic_pain", context)
    assert said.finding == "Acute change cannot be told for chronic pain courses: PHQ-9 asks about two weeks"
    few = acute_statement(acute(n_changes=9, n_day_alone=3), "chronic_pain", context)
    assert few.finding == (
        "Too few infusions of chronic pain courses to say: 9 have a score before and one after, and 10 are needed"
    )
    assert few.more == "At 3 infusions only the day of a score is known, which tells nothing of it."
    assert acute_statement(acute().iloc[:0], "chronic_pain", context).basis == ""
    assert "Withheld" in acute_statement(acute(suppressed=True), "chronic_pain", context).finding


def test_acute_numbers_leave_out_what_was_not_looked_at(context):
    assert acute_numbers(acute(n_infusions=None), "condition", context).empty
    (line,) = acute_numbers(acute(), "condition", context).to_dict("records")
    assert line["Mean change, % of the score before"] == "−18 % (−20 % to −15 %)"
    assert line["Mean change, points"] == "–"


def test_findings_stand_in_sections_by_what_they_are_of(context):
    headache = {**STOPPED, "statistic": "adverse_event_headache", "n_with": 20, "estimate": 0.1, "lower": 0.06}
    never = {**STOPPED, "statistic": "adverse_event_vomiting"}
    rows = table(
        EVENT, headache, never, STOPPED, WORSE, NONE_CITED | {"note": "no scale here has a cited reliable change"}
    )
    events, stopped, worse = safety_sections(rows, ["depression"], context)
    assert list(events.lines) == ["Any adverse event", "Headache"]
    assert events.n_of == {"depression": "200"}
    mark = events.lines["Headache"]["depression"]
    assert (mark.value, mark.rests_on, mark.estimate) == ("10.0", "20 of 200", 0.1)
    assert mark.hover.endswith("20 of 200 infusions of depression courses with it recorded)")
    assert stopped.lines["Stopped early"]["depression"].value == "0.0"
    assert worse.lines["Reliably worse"]["depression"].rests_on == "none cited"
    assert worse.n_of == {"depression": "30"}
    assert never_words(rows, ["depression"], context) == (
        "No infusion had vomiting recorded; the interval reaches to 8.8 of 100 for depression (n = 200)."
    )


def test_a_withheld_finding_has_no_number_anywhere(context):
    (section,) = safety_sections(table(EVENT | {"suppressed": True}), ["depression"], context)
    mark = section.lines["Any adverse event"]["depression"]
    assert (mark.estimate, mark.lower, mark.upper, mark.n) == (None, None, None, None)
    assert not any(digit in f"{mark.value}{mark.interval}{mark.rests_on}" for digit in "0123456789")
    assert section.n_of == {}


def test_pressures_by_infusion_rest_on_those_recorded(context):
    first = {**RISE, "infusion": "1", "n_recorded": 36, "estimate": 8.02}
    second = {**RISE, "infusion": "2", "n_recorded": 9, "estimate": 5.0}
    said = pressure_statement(table(RISE, first), "depression", context)
    assert said.finding == "The systolic pressure rose by 7.4 mmHg on average"
    assert said.basis == "(95 % interval 6.1 to 8.8; n = 200 infusions)"
    marks = rise_marks(table(RISE, first, second), "systolic_rise", "depression", context)
    assert list(marks) == ["1", "2"]
    assert (marks["1"].value, marks["1"].n) == ("+8.0 mmHg", 36)
    assert (marks["2"].estimate, marks["2"].rests_on) == (None, "too few to say, 9")
    few = pressure_statement(table({**RISE, "n_recorded": 9}), "depression", context)
    assert few.finding.startswith("Pressures and heart rate are recorded of too few infusions")


def test_acute_change_by_infusion_leaves_out_what_cannot_be_told(context):
    marks = acute_marks(
        pd.concat([acute(), acute(infusion="1"), acute(infusion="2", n_changes=None)]), "chronic_pain", context
    )
    assert {number: mark.value for number, mark in marks.items()} == {"1": "−18 %"}
    assert "of 100" not in marks["1"].hover


def test_each_group_has_a_line_of_any_event_and_of_infusions_stopped(context):
    rows = table(*({**row, "site": site} for row in (EVENT, STOPPED) for site in ("North", "South")))
    events, stopped = safety_by_group(rows, "site", "depression", context)
    assert events.heading == "Any adverse event by site, of 100 infusions"
    assert stopped.heading == "Stopped early by site, of 100 infusions"
    for section in (events, stopped):
        assert list(section.lines) == ["North", "South"]
        assert section.lines["South"]["depression"].hover.startswith("South: ")
