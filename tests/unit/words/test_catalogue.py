from __future__ import annotations

import re

import pytest

from pipelines.words.catalogue import catalogue, names_in, say

FORBIDDEN = re.compile(
    r"\b(effects?|effective(ness)?|worked|works|significan(t|ce|tly)|efficacy|benefit(s|ed)?|prove[sdn]?|CI)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("key", catalogue())
def test_no_sentence_claims_what_only_a_control_group_could_show(key: str):
    assert not FORBIDDEN.search(catalogue()[key])


@pytest.mark.parametrize("word", ["effect", "Effective", "worked", "significant", "significantly"])
def test_the_search_finds_the_words(word: str):
    assert FORBIDDEN.search(f"It was {word}.")


@pytest.mark.parametrize("key", catalogue())
def test_per_cent_stands_apart_from_its_number(key: str):
    assert not re.search(r"[\d}]%", catalogue()[key])


def test_every_value_must_be_named_and_given():
    with pytest.raises(ValueError, match="names"):
        say("response.finding")
    with pytest.raises(ValueError, match="given"):
        say("response.finding", estimate="41 %", scale="PHQ-9")
    with pytest.raises(KeyError):
        say("response.nothing_like_it")


def test_values_are_not_read_as_templates():
    assert say("selection.sites_one", site="{Site}") == " at {Site}"


def test_names_in_a_template():
    assert names_in("Half of {courses} by {upper}") == {"courses", "upper"}


@pytest.mark.parametrize("key", ["selection.quarter", "selection.quarters"])
def test_when_courses_began_narrows_them_without_commas(key: str):
    """`courses started in 2026-Q3 responded`: a comma would part the noun from its verb."""
    assert "," not in catalogue()[key]
