from __future__ import annotations

from dataclasses import replace

from pipelines.filters import Filters
from pipelines.words.selection import (
    population_words,
    relax_advice,
    selection_words,
    sites_words,
    started_words,
    widen_advice,
)


def test_how_many_are_left():
    assert started_words(612, 1376, "first_course") == "<b>612</b> of 1,376 first courses"
    assert started_words(12, 120, "repeat_courses_any_baseline") == "<b>12</b> of 120 repeat courses"


def test_populations_have_names():
    assert population_words("repeat_courses_any_baseline") == "Repeat courses, any baseline"


def test_an_empty_selection_says_what_to_relax():
    filters = Filters(condition=("anxiety",), quarter=("2026-Q1",), site=("North",), attribute="sex", level=("male",))
    assert relax_advice(filters, is_repeat=False) == (
        "No course matches these filters. Widen the condition, the quarters, the sites or the further attribute, "
        "or clear all filters."
    )
    assert relax_advice(Filters(site=("North",)), is_repeat=False) == (
        "No course matches these filters. Widen the sites, or clear all filters."
    )
    assert relax_advice(Filters(), is_repeat=True) == (
        "No course matches these filters. Widen the courses to first ones, or clear all filters."
    )


def test_too_few_are_told_what_to_widen_and_a_scale_comes_first():
    assert widen_advice(Filters()) == ""
    assert widen_advice(Filters(site=("North",), quarter=("2026-Q1",))) == "Widen the quarters or the sites."
    assert widen_advice(Filters(scale="PCL-5")) == "Choose the preferred scale."
    assert widen_advice(Filters(scale="PCL-5", route=("iv",))) == "Choose the preferred scale, or widen the routes."


def test_sites_are_all_or_those_that_the_reader_sees():
    own = ("North", "South", "West")
    assert sites_words((), ()) == "All sites"
    assert sites_words((), own) == "Your 3 sites"
    assert sites_words((), own[:1]) == "Your site: North"
    for seen in ((), own):
        assert sites_words(own[:1], seen) == "North"
        assert sites_words(own[:2], seen) == "2 sites"


def test_an_empty_snapshot():
    assert relax_advice(Filters(), is_repeat=False) == "The snapshot holds no course."


def test_selections():
    assert selection_words(Filters()) == ""
    assert selection_words(Filters(site=("A", "B"))) == " at A and B"
    assert selection_words(Filters(site=tuple("ABCDE"))) == " at 5 sites"
    assert selection_words(Filters(quarter=("2025-Q1", "2025-Q2"))) == " started in 2025-Q1 to 2025-Q2"
    assert selection_words(Filters(route=("intranasal",))) == " given intranasal"
    assert selection_words(Filters(attribute="sex", level=("female",))) == " (sex: female)"
    levels = ("with_psychotherapy", "medical")
    assert selection_words(Filters(attribute="setting", level=levels)) == " (setting: with psychotherapy and medical)"
    own = Filters(attribute="clinic_kind", level=("hospital",), population="first_course_any_baseline")
    assert selection_words(own) == " (clinic kind: hospital) at any baseline"


def test_repeat_courses_are_named(context):
    filters = Filters(population="repeat_courses", site=("North",))
    assert replace(context, filters=filters).courses("depression") == "repeat depression courses at North"
