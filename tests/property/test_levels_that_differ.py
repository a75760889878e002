"""What holds of the test of levels whatever the counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.heterogeneity import heterogeneity_test

levels = st.lists(
    st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=8
)


def compared(rows):
    return heterogeneity_test([x for x, _ in rows], [n for _, n in rows])


@given(levels, st.randoms(use_true_random=False))
def test_the_order_of_levels_decides_no_digit(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = compared(rows), compared(shuffled)
    assert first.least_expected == second.least_expected
    assert first.chi_square == second.chi_square or math.isnan(first.chi_square)


@given(levels)
def test_who_met_the_rule_and_who_did_not_say_the_same(rows):
    first, second = compared(rows), compared([(n - x, n) for x, n in rows])
    assert first.chi_square == pytest.approx(second.chi_square, nan_ok=True)


@given(st.integers(1, 30), st.integers(1, 30), st.lists(st.integers(1, 5), min_size=2, max_size=6))
def test_levels_that_are_alike_do_not_differ(met, not_met, sizes):
    test = compared([(times * met, times * (met + not_met)) for times in sizes])
    assert test.chi_square == pytest.approx(0, abs=1e-9)
    assert test.p_value == pytest.approx(1)


@given(levels)
def test_it_is_a_chance(rows):
    test = compared(rows)
    assert math.isnan(test.p_value) or 0 <= test.p_value <= 1
    assert test.degrees_of_freedom in (0, len(rows) - 1)
