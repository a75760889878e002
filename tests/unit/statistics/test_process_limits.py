"""Process charts worked by hand: limits from moving ranges, and each kind of signal at its edge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.process_limits import ProcessLimits, SignalRules, process_limits, process_signals

RULES = SignalRules(run_points=7, trend_points=7, near_points=2, near_span=3, near_sigmas=2)
# Mean 0, limits at -3 and 3, so that near begins beyond 2.
ZERO = ProcessLimits(mean=0, mean_moving_range=3 / 2.66, lower=-3, upper=3, n=12)


def test_limits_by_hand():
    # 1, 2, 1, 2, 10, 1: mean 17/6; moving ranges 1, 1, 1, 8, 9, their mean 4; limits 17/6 -+ 2.66 * 4.
    limits = process_limits([1, 2, 1, 2, 10, 1])
    assert (limits.mean, limits.mean_moving_range, limits.n) == (pytest.approx(17 / 6), pytest.approx(4), 6)
    assert (limits.lower, limits.upper) == (pytest.approx(17 / 6 - 10.64), pytest.approx(17 / 6 + 10.64))


@pytest.mark.parametrize("values", [[], [1.0], [1.0, np.nan], [1.0, np.inf]])
def test_too_few_values_have_no_limits(values):
    with pytest.raises(ValueError, match="at least two values, all of them finite"):
        process_limits(values)


def test_a_point_is_outside_beyond_a_limit_not_on_it():
    found = process_signals([3, 3.01, -3, -3.01], ZERO, RULES)
    assert found.outside.tolist() == [0, 1, 0, -1]


def test_seven_on_one_side_of_the_mean_are_a_run_and_six_are_none():
    assert process_signals([1] * 6 + [-1], ZERO, RULES).run.tolist() == [0] * 7
    assert process_signals([-1] + [1] * 7 + [-1], ZERO, RULES).run.tolist() == [0] + [1] * 7 + [0]
    assert process_signals([-1] * 8, ZERO, RULES).run.tolist() == [-1] * 8


def test_a_point_on_the_mean_ends_a_run():
    assert process_signals([1, 1, 1, 1, 0, 1, 1, 1], ZERO, RULES).run.tolist() == [0] * 8


def test_a_mean_that_is_not_exact_ends_a_run_all_the_same():
    # The mean of 0.1, 0.2, 0.3 is not 0.2 in binary; a point of 0.2 lies on it.
    limits = process_limits([0.1, 0.2, 0.3])
    assert limits.mean != 0.2
    assert process_signals([0.2] * 7, limits, RULES).run.tolist() == [0] * 7


def test_seven_in_a_row_that_rise_are_a_trend_and_six_are_none():
    assert process_signals([-1, -0.8, -0.6, -0.4, -0.2, 0.1], ZERO, RULES).trend.tolist() == [0] * 6
    rising = [-1, -0.8, -0.6, -0.4, -0.2, 0.1, 0.2]
    assert process_signals([*rising, 0.1], ZERO, RULES).trend.tolist() == [1] * 7 + [0]
    assert process_signals(rising[::-1], ZERO, RULES).trend.tolist() == [-1] * 7


def test_two_equal_neighbours_end_a_trend():
    assert process_signals([-1, -0.8, -0.6, -0.6, -0.4, -0.2, 0.1, 0.2], ZERO, RULES).trend.tolist() == [0] * 8


def test_two_of_three_near_one_limit():
    assert process_signals([2.5, 1, 2.5], ZERO, RULES).near.tolist() == [1, 0, 1]
    assert process_signals([2.5, 1, 1, 2.5], ZERO, RULES).near.tolist() == [0] * 4
    assert process_signals([-2.5, -2.5, -1], ZERO, RULES).near.tolist() == [-1, -1, 0]
    assert process_signals([2.5, -1, 2.5], ZERO, RULES).near.tolist() == [0] * 3  # the three lie on both sides
    assert process_signals([2.0, 1, 2.5], ZERO, RULES).near.tolist() == [0] * 3  # at two sigmas is not beyond
    assert process_signals([3.5, 1, 2.5], ZERO, RULES).near.tolist() == [0] * 3  # outside is not near


series = st.lists(st.integers(-50, 50).map(float), min_size=12, max_size=30)


@given(series, st.integers(-100, 100), st.sampled_from([0.5, 2.0, 8.0]))
def test_signals_do_not_depend_on_unit_or_zero(values, shift, factor):
    moved = [factor * (value + shift) for value in values]
    plain, other = process_limits(values[:12]), process_limits(moved[:12])
    assert other.mean == pytest.approx(factor * (plain.mean + shift), abs=1e-9)
    assert other.upper - other.mean == pytest.approx(factor * (plain.upper - plain.mean), abs=1e-9)
    assert other.lower <= other.mean <= other.upper
    for kind in ("outside", "trend", "near", "run"):
        before = getattr(process_signals(values, plain, RULES), kind)
        # Integers times powers of two are exact, but means are not: points within rounding of a limit may differ.
        edges = [
            plain.lower,
            plain.upper,
            *(plain.mean + sign * (plain.upper - plain.mean) * 2 / 3 for sign in (-1, 1)),
        ]
        if min(abs(value - edge) for value in values for edge in edges) > 1e-9:
            assert getattr(process_signals(moved, other, RULES), kind).tolist() == before.tolist()


@given(series)
def test_upside_down_is_the_other_sign(values):
    limits = process_limits(values[:12])
    mirrored = process_limits([-value for value in values[:12]])
    for kind in ("outside", "trend", "near", "run"):
        found = getattr(process_signals(values, limits, RULES), kind)
        assert getattr(process_signals([-value for value in values], mirrored, RULES), kind).tolist() == [
            -sign for sign in found.tolist()
        ]
