"""Numbers that a policy hides are said to be hidden, and are not confused with those that were never there."""

from __future__ import annotations

import pandas as pd

from pipelines.definitions.disclosure import HIDDEN
from pipelines.words.numbers import count, is_known, largest, p_words, percent, total, with_count
from pipelines.words.statement import scales_in
from pipelines.words.undrawn import undrawn


def test_numbers_that_are_hidden():
    assert [write(HIDDEN) for write in (count, percent, p_words)] == ["hidden"] * 3
    assert [is_known(value) for value in (None, pd.NA, HIDDEN, 0.0)] == [False, False, False, True]


def test_scales_whose_counts_are_hidden_keep_their_names():
    assert [count(n) for n in scales_in("PHQ-9: hidden, MADRS: 20; mature").values()] == ["hidden", "20"]


def test_a_name_with_a_count_that_is_hidden():
    assert [with_count("North", n) for n in (12, HIDDEN)] == ["North (12)", "North (hidden)"]
    assert count(largest([12, HIDDEN, 40])) == "hidden"
    assert largest([12, 40]) == 40


def test_a_group_that_is_not_drawn_is_named_with_the_reason(context):
    others = undrawn([("North", 7, False), ("South", HIDDEN, False), ("East", 30, True)])
    assert others.words("onset.withheld_groups", context) == [
        "Not drawn, fewer than 10 assessed: North (7).",
        "Not drawn, a number is small enough to point at a person: South (hidden) and East (30).",
    ]


def test_a_sum_with_a_hidden_count_is_hidden():
    assert count(total(pd.Series([12, HIDDEN, 40], dtype=object))) == "hidden"
    assert total(pd.Series([12, 40], dtype="Int64")) == 52
