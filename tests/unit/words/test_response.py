from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipelines.filters import Filters
from pipelines.words.response import (
    hover,
    quarters_alt,
    rate_words,
    remission_statement,
    response_statement,
)
from pipelines.words.selection import selection_words
from pipelines.words.statement import statistic


def test_the_sentence(rates, context):
    assert response_statement(rates(), "depression", context).text == (
        "Response rate 41 % (95 % interval 36 to 46; 163 of 398 followed up; PHQ-9, 50 % reduction, "
        "14 to 31 days after induction). Counting the 214 without follow-up as not responding: 27 %."
    )


def test_the_finding_comes_first(rates, context):
    assert response_statement(rates(), "depression", context).finding == "Response rate 41 %"


def test_nobody_missed(rates, context):
    assert (
        "None of those due is without follow-up." in response_statement(rates(n_missed=0), "depression", context).text
    )


def test_pending_courses_are_named_with_the_date(rates, context):
    text = response_statement(rates(n_pending=6), "depression", context).text
    assert text.endswith("6 more are pending: their window was still open on 2026-11-15.")


def test_unknown_maturity_is_said(rates, context):
    text = response_statement(rates(), "depression", replace(context, data_through=None)).text
    assert text.endswith("nothing counts as pending and the newest quarters may still fill up.")


def test_too_few_to_say_and_why(rates, context):
    text = response_statement(rates(n_observed=8), "depression", context).text
    assert text == ("Too few depression courses to say: 8 followed up, and 10 are needed.")


def test_nobody_due_yet(rates, context):
    table = rates(n_observed=0, n_missed=0, n_pending=5, estimate=None)
    assert response_statement(table, "depression", context).text.startswith(
        "No depression courses could be followed up yet: 5 are pending."
    )


def test_no_course_and_no_baseline(rates, context):
    assert response_statement(pd.DataFrame(columns=rates().columns), "anxiety", context).text.startswith(
        "No anxiety courses in this selection."
    )
    assert (
        "None of the 700 depression courses has a baseline"
        in response_statement(rates(n_in_population=0), "depression", context).text
    )


def test_suppressed_gives_no_number(rates, context):
    text = response_statement(rates(suppressed=True), "depression", context).text
    assert text.startswith("Withheld")
    assert "%" not in text


def test_unanchored_courses_are_named(rates, context):
    assert "3 without infusion records" in response_statement(rates(n_not_anchored=3), "depression", context).text


def test_a_scale_without_cut_has_no_remission(rates, context):
    nothing = pd.DataFrame(columns=rates().columns)
    assert (
        remission_statement(nothing, "chronic_pain", context).text
        == "There is no agreed cut for remission on PAIN-NRS, PEG, BPI-SEV, BPI-INT and PAIN-VAS."
    )


def test_remission(rates, context):
    table = rates(measure="remission").rename(columns={"n_responded": "n_in_remission"})
    assert remission_statement(table, "depression", context).text.startswith(
        "Remission rate 41 % (95 % interval 36 to 46; 163 of 398 followed up; PHQ-9 below 5, 14 to 31 days"
    )


def test_hover_is_a_sentence_with_n(rates, context):
    row = statistic(rates(n_pending=2), "observed")
    assert hover(row, "2026-Q3", context) == (
        "2026-Q3: 41 % of depression courses (95 % interval 36 to 46; 163 of 398 followed up); "
        "2 pending, not mature yet"
    )
    few = statistic(rates(n_observed=3), "observed")
    assert hover(few, "2026-Q3", context) == "2026-Q3: too few to say, 3 followed up"


def test_small_places(rates, context):
    assert rate_words(statistic(rates(), "observed"), context) == "41 % (36 to 46)"
    assert rate_words(None, context) == "too few to say"


def test_alt_is_the_finding(rates, context):
    assert quarters_alt(rates(), "depression", context).startswith("Depression: response by quarter from 41 %")
    assert "no quarter" in quarters_alt(rates(n_observed=2), "depression", context)


def test_a_narrower_selection_is_named(rates, context):
    filters = Filters(quarter=("2026-Q1",), site=("Site 03",), route=("iv",))
    assert selection_words(filters) == " given IV at Site 03 started in 2026-Q1"
    text = response_statement(rates(n_observed=8), "depression", replace(context, filters=filters)).text
    assert "Too few depression courses given IV at Site 03 started in 2026-Q1 to say" in text
