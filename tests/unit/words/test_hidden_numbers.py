"""Numbers that a policy hides are said to be hidden, and are not confused with those that were never there."""

from __future__ import annotations

import pandas as pd

from pipelines.words.numbers import count, is_known, p_words, percent, total
from pipelines.words.statement import scales_in

HIDDEN = float("nan")


def test_numbers_that_are_hidden():
    assert [write(HIDDEN) for write in (count, percent, p_words)] == ["hidden"] * 3
    assert [is_known(value) for value in (None, pd.NA, HIDDEN, 0.0)] == [False, False, False, True]


def test_scales_whose_counts_are_hidden_keep_their_names():
    assert [count(n) for n in scales_in("PHQ-9: hidden, MADRS: 20; mature").values()] == ["hidden", "20"]


def test_a_sum_with_a_hidden_count_is_hidden():
    assert count(total(pd.Series([12, HIDDEN, 40], dtype=object))) == "hidden"
    assert total(pd.Series([12, 40], dtype="Int64")) == 52
