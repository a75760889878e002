from __future__ import annotations

import pandas as pd

from pipelines.words.onset import (
    drawing_notes,
    drawn_groups,
    onset_statement,
    point_hover,
    short_interval,
)
from pipelines.words.undrawn import Undrawn


def test_the_sentence(times, context):
    assert onset_statement(times(), "depression", context).text == (
        "Half of depression courses would first record a response between day 9 and day 18 (95 % interval; "
        "n = 717, PHQ-9, 50 % reduction; ever responded; those who left are assumed like those who stayed). "
        "By day 28, 45 of 100 starters had a recorded response. PHQ-9 asks about two weeks: read days, not hours."
    )


def test_an_open_end_says_how_far_the_data_go(times, context):
    table = times(lower=22.0, upper=None, note="PHQ-9: 717; not reached by day 112")
    assert onset_statement(table, "depression", context).finding == (
        "Half of depression courses would first record a response on day 22 at the earliest; "
        "the upper end is not reached by day 112"
    )
    assert short_interval(table, context) == "day 22 or later"


def test_half_is_not_reached_at_all(times, context):
    table = times("sustained", lower=55.0, upper=None, note="PHQ-9: 717; not reached by day 55")
    assert onset_statement(table, "depression", context).finding == (
        "Fewer than half of depression courses would begin a response that lasts to day 56; "
        "half is not reached by day 55"
    )
    assert short_interval(table, context) == "not reached by day 55"


def test_sustained(times, context):
    text = onset_statement(times("sustained"), "depression", context).text
    assert "would begin a response that lasts to day 56 between day 9 and day 18" in text
    assert "confirmed by a later assessment" in text
    assert "45 of 100 starters had begun a recorded response that lasted" in text


def test_a_scale_of_the_moment_may_tell_hours(times, context):
    table = times(lower=4 / 24, upper=3.0, note="PAIN-NRS: 248", condition="chronic_pain")
    text = onset_statement(table, "chronic_pain", context).text
    assert "between hour 4 and day 3" in text
    assert "read days" not in text
    assert short_interval(table, context) == "hour 4 to day 3"


def test_from_the_first_infusion_on(times, context):
    table = times(lower=0.0, upper=4.0)
    assert onset_statement(table, "depression", context).finding.endswith("a response by day 4")
    assert short_interval(table, context) == "the first infusion to day 4"


def test_too_few_and_why(times, context):
    assert onset_statement(times(n_assessed=7), "depression", context).text == (
        "Too few depression courses to say when half respond: 7 assessed after the first infusion, and 10 are needed."
    )
    assert short_interval(times(n_assessed=7), context) == "too few to say"


def test_nobody_assessed(times, context):
    table = times()[lambda rows: rows["statistic"] != "median_interval"]
    assert onset_statement(table, "depression", context).finding.startswith("None of the 856 depression courses")


def test_nothing_selected(times, context):
    assert onset_statement(times().head(0), "anxiety", context).finding == "No anxiety courses in this selection."


def test_quarters_not_followed_that_long_are_named(times, context):
    text = onset_statement(times(recorded={"n_in_population": 700, "n_left_out": 52}), "depression", context).text
    assert "(n = 700; 52 from quarters not followed up that long are left out)" in text


def test_an_uncertified_curve_is_said(times, context):
    table = times(note="PHQ-9: 717; the curve's maximum is not certified")
    assert "could not be confirmed" in onset_statement(table, "depression", context).text


def test_several_scales_are_all_named(times, context):
    table = times(note="PHQ-9: 700, GAD-7: 17")
    assert "PHQ-9 and GAD-7" in onset_statement(table, "depression", context).basis


def test_hover_is_a_sentence_with_n(times, context):
    row = {**times().to_dict("records")[0], "day": 9.0, "estimate": 0.41, "lower": 0.36, "upper": 0.46}
    assert point_hover(row, context) == (
        "By day 9, 41 % of depression courses have responded (95 % interval 36 to 46; n = 717)"
    )


def test_small_groups_are_named_not_dropped(context):
    curves = pd.DataFrame({"site": ["A", "B"], "n_assessed": [40, 7]})
    drawn, few = drawn_groups(curves, "site", context)
    assert (drawn, few.few) == (["A"], ["B (7)"])
    assert "Not drawn, fewer than 10 assessed: B (7)." in drawing_notes(
        "Drawn to 8 weeks.", False, drawn, few, True, context
    )


def test_routes_stand_by_size(context):
    curves = pd.DataFrame({"route": ["im", "iv"], "n_assessed": [40, 70]})
    assert drawn_groups(curves, "route", context)[0] == ["iv", "im"]


def test_notes_tell_what_is_drawn(context):
    texts = " ".join(drawing_notes("Drawn to 8 weeks.", True, ["a"] * 5, Undrawn([], []), True, context))
    for words in ("8 weeks", "Grey lines", "Kaplan-Meier"):
        assert words in texts


def test_conditions_keep_their_colours_however_many_they_are(context):
    texts = " ".join(drawing_notes("Drawn to 8 weeks.", False, ["a"] * 5, Undrawn([], []), False, context))
    assert "Choose one condition" in texts
    assert "Grey lines" not in texts
