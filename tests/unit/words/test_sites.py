from __future__ import annotations

import pandas as pd
import pytest

from pipelines.filters import Filters
from pipelines.words.site_marks import funnel_alt, left_out_note, site_marks, sites_answer, sites_left_out
from pipelines.words.sites import drawn_rates, overall_rate, sites_notes, sites_numbers, sites_statement
from pipelines.words.statement import Context

NAMES = [f"Site {i:02}" for i in range(1, 11)]
ABOVE = "above the 99.8 % limit: look at data quality, case mix and practice first"
INNER = "below the 95 % limit, within the 99.8 % limits: of 20 sites alike, about 1 lies beyond by chance"


@pytest.fixture
def sites():
    """Ten sites of 30 due and 24 followed up, half of them met; verdicts by site, within where none is given."""

    def table(verdicts=None, missing=None, tau="0", n_sites=10, **changes):
        rows = []
        for name in NAMES[:n_sites]:
            shared = {
                "measure": "sites",
                "population": "first_course",
                "condition": "depression",
                "scale": "primary",
                "window": "endpoint",
                "site": name,
                "suppressed": False,
                "verdict": None,
                "note": "PHQ-9: 30",
                "n_started": 40,
                "n_observed": 24,
                "n_due": 30,
                "n_met": 12,
                "n_pending": 0,
                "n_sites": n_sites,
                "estimate": 0.5,
                "lower": 0.31,
                "upper": 0.69,
                **changes,
            }
            rows += [
                {**shared, "statistic": "observed"},
                {**shared, "statistic": "followed_up", "estimate": 0.8},
                {**shared, "statistic": "expected", "estimate": 0.48},
                {**shared, "statistic": "adjusted", "verdict": (verdicts or {}).get(name, "within the limits")},
                {
                    **shared,
                    "statistic": "adjusted_missing_as_nonresponse",
                    "estimate": 0.4,
                    "verdict": (missing or {}).get(name, "within the limits"),
                },
            ]
            if n_sites >= 10:
                note = f"overdispersion: phi 1.2, tau squared {tau}"
                rows += [
                    {**shared, "statistic": "limits_95", "note": note, "lower": 0.3, "upper": 0.7},
                    {**shared, "statistic": "limits_998", "note": note, "lower": 0.2, "upper": 0.8},
                ]
        return pd.DataFrame(rows)

    return table


def test_within_the_limits_is_not_equal(sites, context):
    said = sites_statement(sites(), "depression", context)
    assert said.text == (
        "Depression: All 10 sites with enough followed up lie within the limits of chance; that is not "
        "the same as equal "
        "(all sites 50 %, 120 of 240 followed up; PHQ-9, 14 to 31 days after induction)."
    )
    assert sites_notes(sites(), context) == [
        "With the missed counted as not responding, none lies beyond the 99.8 % limits.",
        "Beyond chance and case mix the sites do not differ, so the limits are not widened.",
    ]


def test_beyond_the_limits_asks_for_a_look(sites, context):
    rows = sites({"Site 03": ABOVE}, {"Site 04": ABOVE}, tau="0.01")
    said = sites_statement(rows, "depression", context)
    assert said.finding == (
        "1 of 10 sites beyond the 99.8 % limits: Site 03. Look at data quality, case mix and practice, "
        "in this order; it "
        "is no verdict"
    )
    assert any("so the limits are wider" in note for note in sites_notes(rows, context))
    assert said.more == ("With the missed counted as not responding, beyond the 99.8 % limits: Site 04.")


def test_between_the_limits_says_how_many_chance_would_put_there(sites, context):
    said = sites_statement(sites({"Site 03": INNER}), "depression", context)
    assert said.finding == (
        "1 of 10 sites beyond the 95 % limits, none beyond those of 99.8 %; about 1 would lie there by chance alone"
    )


def test_fewer_than_ten_sites_have_no_limits(sites, context):
    said = sites_statement(sites(n_sites=4), "depression", context)
    assert said.finding == "Sites stand side by side without limits: 4 with 10 or more followed up, and 10 are needed"


def test_repeat_courses_have_no_limits(sites, definitions):
    repeat = Context(definitions, None, Filters(population="repeat_courses"))
    said = sites_statement(sites(n_sites=4), "depression", repeat)
    assert said.finding == "Sites stand side by side without limits: repeat courses of a patient are not independent"


def test_follow_up_that_deserves_a_look_is_named(sites, context):
    few = sites(n_sites=3, n_due=40)
    assert sites_notes(few, context) == [
        "Fewer than 70 % are followed up at Site 01, Site 02 and Site 03: those lost may be those who did not respond."
    ]
    assert "at 10 of 10 sites" in sites_notes(sites(n_due=40), context)[0]
    assert sites_notes(few.iloc[:0], context) == []


def test_the_program_is_all_conditions(sites, context):
    assert sites_statement(sites(), "any", context).lead == "All conditions"


def test_without_courses_there_is_nothing(sites, context):
    assert (
        sites_statement(sites().iloc[:0], "depression", context).finding == "No depression courses in this selection."
    )


def test_numbers_of_a_site(sites, context):
    line = sites_numbers(sites({"Site 01": ABOVE}, {"Site 01": INNER}), context).iloc[0].to_dict()
    assert line["Followed up"] == "24 (80 %)"
    assert line["Adjusted (95 % interval)"] == "50 % (31 to 69)"
    assert line["99.8 % limits"] == "20 to 80 %"
    assert line["It lies"] == "above 99.8 %"
    assert line["It lies then"] == "below 95 %"


def test_numbers_of_a_site_with_too_few(sites, context):
    table = sites({"Site 01": "not judged: fewer than 10 followed up"}, n_sites=1, n_observed=4)
    line = sites_numbers(table, context).iloc[0].to_dict()
    assert line["It lies"] == "not judged"
    assert line["Adjusted (95 % interval)"] == line["Expected"] == "–"


def test_what_is_drawn(sites, context):
    assert list(drawn_rates(sites())) == NAMES
    assert overall_rate(sites(), context)["estimate"] == 0.5
    assert overall_rate(sites(n_sites=1, n_observed=4), context) is None


def test_the_answer_names_who_lies_beyond_and_where_a_call_is_due(sites, context):
    rows = sites({"Site 03": ABOVE}, n_due=40)
    said = sites_answer(rows, ["depression"], context)
    assert said.finding == "A look is due at Site 03 (depression: 50 % where 48 % is expected)"
    assert said.more == (
        "Look at data quality, case mix and practice, in this order; it is no verdict. "
        "What needs a call is follow-up: fewer than 70 % are followed up at 10 of 10 sites."
    )


def test_the_answer_says_what_chance_does(sites, context):
    said = sites_answer(sites({"Site 03": INNER}), ["depression"], context)
    assert said.text == (
        "No site lies beyond the 99.8 % limits; beyond those of 95 %, as 1 in 20 does by chance: "
        "Site 03 (depression: 50 % where 48 % is expected)."
    )
    assert sites_answer(sites(), ["depression"], context).finding.startswith("No site stands apart for its rate")


def test_the_answer_where_nothing_is_judged(sites, context):
    said = sites_answer(sites(n_sites=4), ["depression"], context)
    assert said.finding.startswith("No site is judged by its rate")
    assert said.more == "Depression: no limits, fewer than 10 sites with 10 or more followed up."


def test_marks_are_the_table(sites, context):
    marks = site_marks(sites({"Site 03": INNER}, n_due=40), context)
    assert [mark.site for mark in marks] == NAMES
    assert {(mark.n, mark.rate, mark.is_complete) for mark in marks} == {(24, 0.5, False)}
    assert [mark.site for mark in marks if mark.is_beyond] == ["Site 03"]
    assert marks[2].hover == (
        "Site 03: 50 % adjusted (95 % interval 31 to 69; 12 of 24 followed up); expected of its case mix 48 %; "
        "below the 95 % limit, within the 99.8 % limits; 80 % of those due followed up"
    )
    assert all(mark.is_complete for mark in site_marks(sites(), context))


def test_sites_with_too_few_are_named_with_their_number(sites, context):
    few = sites(n_sites=2, n_observed=4)
    assert site_marks(few, context) == []
    assert [(site.site, site.n, site.hover) for site in sites_left_out(few, context)] == [
        ("Site 01", 4, "Site 01: too few to say, 4 followed up"),
        ("Site 02", 4, "Site 02: too few to say, 4 followed up"),
    ]
    assert left_out_note(few, context) == (
        "At the foot of the figure, too few to say (fewer than 10 followed up): Site 01 (4) and Site 02 (4)."
    )
    assert left_out_note(sites(), context) == ""


def test_what_is_withheld_has_no_mark(sites, context):
    hidden = sites(suppressed=True)
    assert site_marks(hidden, context) == []
    assert sites_left_out(hidden, context) == []


def test_a_funnel_is_told_by_its_finding(sites, context):
    told = funnel_alt(sites(), "All within", "depression", context)
    assert told.startswith("Depression: All within. Site 01: 50 % adjusted (95 % interval 31 to 69; 12 of 24")
