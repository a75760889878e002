from __future__ import annotations

from datetime import date

import pytest

from pipelines.words.pictures import file_words, picture_words

BUILT = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("response", "Response"),
        ("response_by_quarter", "Response by quarter"),
        ("response_by_age_band", "Response by age band"),
        ("follow_up_chronic_pain", "Follow-up by site and quarter, chronic pain"),
        ("trend_followed_up_depression", "Follow-up as a process chart, depression"),
        ("ideation_depression_C-SSRS", "Suicidal ideation, depression C-SSRS"),
        ("systolic_rise", "Systolic rise"),
    ],
)
def test_figures_have_names(context, key: str, words: str):
    assert picture_words(key, context) == words


def test_files_say_what_of_which_courses_and_when():
    assert file_words("Response by quarter", ["depression"], BUILT) == "response-by-quarter-depression-2026-11-05"
    assert file_words("Overview", [], BUILT) == "overview-2026-11-05"
    assert file_words("Flow, depression", ["depression", "Site 03"], BUILT) == "flow-depression-site-03-2026-11-05"
    assert len(file_words("Onset", [f"Site {n:02}" for n in range(40)], BUILT)) < 80
