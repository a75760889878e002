"""The interval-censored curve and its bootstrap, on data solvable by hand."""

from itertools import permutations
from math import inf, log, nan

import numpy as np
import pytest

from pipelines.statistics import interval_censoring, replicate_masses
from pipelines.statistics.interval_censoring import IntervalError, bootstrap_event_curve, event_curve

# One course each: onset by 1, onset by 2, onset between 1 and 2, no onset by 2.
# Likelihood p1 (p1 + p2) p2 p3 with p1 + p2 + p3 = 1: greatest at 3/8, 3/8, 1/4.
LEFT = [0, 0, 1, 2]
RIGHT = [1, 2, 2, inf]
COUNT = [1, 1, 1, 1]


def test_four_courses_by_hand() -> None:
    curve = event_curve(LEFT, RIGHT, COUNT)
    assert curve.left.tolist() == [0, 1, 2]
    assert curve.right.tolist() == [1, 2, inf]
    assert curve.mass == pytest.approx([3 / 8, 3 / 8, 1 / 4])
    assert curve.log_likelihood == pytest.approx(2 * log(3 / 8) + log(3 / 4) + log(1 / 4))
    assert curve.n == 4
    assert curve.certificate.is_maximum


def test_innermost_intervals_are_where_a_left_end_meets_a_right_end() -> None:
    # (0, 2] twice, (1, 3], (2, 4]: mass goes to (1, 2] and (2, 3]; p^2 (1 - p) is greatest at 2/3.
    curve = event_curve([0, 1, 2], [2, 3, 4], [2, 1, 1])
    assert curve.left.tolist() == [1, 2]
    assert curve.right.tolist() == [2, 3]
    assert curve.mass == pytest.approx([2 / 3, 1 / 3])


def test_intervals_that_share_an_end_do_not_overlap() -> None:
    # The right end belongs to (0, 4], the left end not to (4, 7]. Taken as closed they would share day 4.
    curve = event_curve([0, 4], [4, 7], [1, 3])
    assert curve.left.tolist() == [0, 4]
    assert curve.right.tolist() == [4, 7]
    assert curve.mass == pytest.approx([1 / 4, 3 / 4])


def test_equal_ends_are_an_exact_time() -> None:
    # Exactly 4 lies in (0, 4] and not in (4, 7].
    curve = event_curve([4, 0, 4], [4, 4, 7], [1, 1, 2])
    assert curve.left.tolist() == [4, 4]
    assert curve.right.tolist() == [4, 7]
    assert curve.mass == pytest.approx([1 / 2, 1 / 2])
    assert curve.cumulative_at([3.9, 4, 6.9, 7]) == pytest.approx([0, 1 / 2, 1 / 2, 1])


def test_an_interval_that_carries_nothing_keeps_a_zero() -> None:
    # p1^2 p3^2 (p1 + p2)(p2 + p3) is greatest at 1/2, 0, 1/2: the gradient there is 6, 4, 6 and n is 6.
    curve = event_curve([0, 0, 1, 2], [1, 2, 3, 3], [2, 1, 1, 2])
    assert curve.right.tolist() == [1, 2, 3]
    assert curve.mass.tolist() == pytest.approx([1 / 2, 0, 1 / 2])
    assert curve.mass[1] == 0
    assert curve.certificate.largest_excess == pytest.approx(0, abs=1e-8)


def test_cumulative_counts_mass_at_the_right_end() -> None:
    curve = event_curve(LEFT, RIGHT, COUNT)
    assert curve.cumulative_at([0, 0.9, 1, 1.9, 2, 1000]) == pytest.approx([0, 0, 3 / 8, 3 / 8, 3 / 4, 3 / 4])


def test_bounds_meet_at_ends_and_part_inside() -> None:
    lower, upper = event_curve(LEFT, RIGHT, COUNT).cumulative_bounds_at([0, 0.5, 1, 1.5, 2, 1000])
    assert lower == pytest.approx([0, 0, 3 / 8, 3 / 8, 3 / 4, 3 / 4])
    assert upper == pytest.approx([0, 3 / 8, 3 / 8, 3 / 4, 3 / 4, 1])


def test_median_interval_holds_one_half() -> None:
    assert event_curve(LEFT, RIGHT, COUNT).median_interval() == (1, 2)


def test_median_interval_of_exactly_one_half_is_the_one_that_reaches_it() -> None:
    assert event_curve([0, 1], [1, inf], [5, 5]).median_interval() == (0, 1)


def test_median_not_reached_ends_at_infinity() -> None:
    assert event_curve([0, 1], [1, inf], [4, 6]).median_interval() == (1, inf)


def test_certificate_refuses_masses_that_are_no_maximum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interval_censoring, "maximised", lambda *parts: parts[2])
    # Started at 1/3, 1/3, 1/3: gradient is (1/p1 + 1/(p1 + p2), the same, 1/p3) / 4 = (9/8, 9/8, 6/8).
    certificate = event_curve(LEFT, RIGHT, COUNT).certificate
    assert certificate.largest_excess == pytest.approx(1 / 8)
    assert certificate.largest_gap_on_support == pytest.approx(1 / 4)
    assert not certificate.is_maximum


def test_certificate_refuses_a_trace_of_mass_where_none_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = np.array([0.5, 1e-10, 0.5 - 1e-10])
    monkeypatch.setattr(interval_censoring, "maximised", lambda *_: trace)
    certificate = event_curve([0, 0, 1, 2], [1, 2, 3, 3], [2, 1, 1, 2]).certificate
    assert certificate.largest_excess < 1e-8
    assert certificate.largest_gap_on_support == pytest.approx(1 / 3)
    assert not certificate.is_maximum


@pytest.mark.parametrize(
    ("left", "right", "count", "message"),
    [
        ([3], [2], [1], r"finite left end not after its right end, got \(3.0, 2.0\]"),
        ([inf], [inf], [1], r"got \(inf, inf\]"),
        ([nan], [2], [1], r"got \(nan, 2.0\]"),
        ([0], [nan], [1], r"got \(0.0, nan\]"),
        ([0], [1], [-2], "count must not be negative, got -2"),
        ([0], [1], [1.5], "count must be whole numbers of an integer type, got float64"),
        ([0], [1], [0], "nothing to estimate from: all counts are 0"),
        ([], [], [], "nothing to estimate from: all counts are 0"),
        ([0, 1], [1], [1], r"of one length, got shapes \(2,\), \(1,\) and \(1,\)"),
    ],
)
def test_refusals(left: list[float], right: list[float], count: list[int], message: str) -> None:
    with pytest.raises(IntervalError, match=message):
        event_curve(left, right, count)


def test_bootstrap_of_two_exact_shares_is_a_binomial() -> None:
    # 30 of 100 by day 1: the replicates' shares are binomial, and the band its 2.5 and 97.5 percentiles.
    result = bootstrap_event_curve([0, 1], [1, inf], [30, 70], [0.5, 1, 9], replicates=4000, seed=7)
    assert result.lower.tolist() == [0, result.lower[1], result.lower[1]]
    assert result.lower[1] == pytest.approx(0.21, abs=0.011)
    assert result.upper[1] == pytest.approx(0.39, abs=0.011)
    assert (result.median_left_lower, result.median_right_upper) == (1, inf)
    assert (result.replicates, result.n_not_converged) == (4000, 0)


# Patterns with few courses, so that draws lose some and their own innermost intervals differ from the data's.
SMALL_LEFT = [0, 0, 1, 2, 4, 7, 7, 3, 6, 9]
SMALL_RIGHT = [1, 4, 2, 7, 7, 9, inf, 3, 9, inf]
SMALL_COUNT = [2, 1, 2, 2, 1, 1, 2, 1, 1, 2]


@pytest.mark.parametrize(
    ("confidence", "low", "high"),
    [(0.8, 29, 270), (0.5, 74, 225), (0.2, 119, 180)],  # of 300 in order from 0, rounded outwards
)
def test_bootstrap_reads_each_draw_as_its_own_data(confidence: float, low: int, high: int) -> None:
    times = [0.5, 1, 2, 3, 4, 6, 7, 9, 50]
    result = bootstrap_event_curve(
        SMALL_LEFT, SMALL_RIGHT, SMALL_COUNT, times, replicates=300, seed=11, confidence=confidence
    )
    order = np.lexsort([SMALL_RIGHT, SMALL_LEFT])
    left, right, count = (np.array(column)[order] for column in (SMALL_LEFT, SMALL_RIGHT, SMALL_COUNT))
    draws = np.random.default_rng(11).multinomial(count.sum(), count / count.sum(), size=300)
    curves = [event_curve(left, right, draw) for draw in draws]
    medians = np.sort([curve.median_interval() for curve in curves], axis=0)
    shares = np.sort([curve.cumulative_at(times) for curve in curves], axis=0)
    assert result.lower == pytest.approx(shares[low], abs=1e-6)
    assert result.upper == pytest.approx(shares[high], abs=1e-6)
    largest = np.sort([curve.cumulative_bounds_at(times)[1] for curve in curves], axis=0)
    assert result.largest_upper == pytest.approx(largest[high], abs=1e-6)
    assert (result.median_left_lower, result.median_right_upper) == (medians[low, 0], medians[high, 1])


def test_bootstrap_of_draws_that_lost_a_pattern_takes_their_own_left_ends() -> None:
    # Innermost intervals are (1, 2] and (3, 4]. A draw without (1, 9] has its first one begin at 0.
    left, right, count = [0, 1, 3], [2, 9, 4], [5, 1, 2]
    draws = np.random.default_rng(5).multinomial(8, [5 / 8, 1 / 8, 2 / 8], size=200)
    expected = np.sort([event_curve(left, right, draw).median_interval()[0] for draw in draws])
    assert set(expected) == {0, 1, 3}
    for tail in (0.1, 0.3, 0.5, 0.7):
        result = bootstrap_event_curve(left, right, count, [2], replicates=200, seed=5, confidence=1 - tail)
        assert result.median_left_lower == expected[int(199 * tail / 2)]


def test_bootstrap_gives_equal_digits_for_any_order_and_splitting() -> None:
    first = bootstrap_event_curve(SMALL_LEFT, SMALL_RIGHT, SMALL_COUNT, [2, 7], replicates=50, seed=3)
    order = [7, 2, 0, 9, 1, 8, 3, 5, 4, 6]
    rows = [(SMALL_LEFT[k], SMALL_RIGHT[k]) for k in order for _ in range(SMALL_COUNT[k])]
    left, right = zip(*rows, strict=True)
    again = bootstrap_event_curve(left, right, [1] * len(rows), [2, 7], replicates=50, seed=3)
    assert first.lower.tolist() == again.lower.tolist()
    assert first.upper.tolist() == again.upper.tolist()
    other = bootstrap_event_curve(SMALL_LEFT, SMALL_RIGHT, SMALL_COUNT, [2, 7], replicates=50, seed=4)
    assert first.lower.tolist() != other.lower.tolist()


def test_bootstrap_does_not_depend_on_how_draws_are_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bootstrap_event_curve(SMALL_LEFT, SMALL_RIGHT, SMALL_COUNT, [2, 7], replicates=50, seed=3)
    monkeypatch.setattr(interval_censoring, "_CELLS_IN_MEMORY", 70)
    parts = bootstrap_event_curve(SMALL_LEFT, SMALL_RIGHT, SMALL_COUNT, [2, 7], replicates=50, seed=3)
    assert parts.lower == pytest.approx(whole.lower, abs=1e-9)
    assert parts.upper == pytest.approx(whole.upper, abs=1e-9)


def test_bootstrap_counts_draws_without_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicate_masses, "_EM_CYCLES", 1)
    monkeypatch.setattr(replicate_masses, "_NEWTON_STEPS", 1)
    monkeypatch.setattr(replicate_masses, "maximised", lambda _covers, _count, start: start)
    result = bootstrap_event_curve(SMALL_LEFT, SMALL_RIGHT, SMALL_COUNT, [2], replicates=20, seed=3)
    assert result.n_not_converged > 0


def test_bootstrap_refusals() -> None:
    with pytest.raises(ValueError, match="replicates must be at least 1, got 0"):
        bootstrap_event_curve(LEFT, RIGHT, COUNT, [1], replicates=0, seed=1)
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1, got 95"):
        bootstrap_event_curve(LEFT, RIGHT, COUNT, [1], seed=1, confidence=95)
    with pytest.raises(IntervalError, match="all counts are 0"):
        bootstrap_event_curve([0], [1], [0], [1], seed=1)


def test_order_of_rows_does_not_matter() -> None:
    expected = event_curve(LEFT, RIGHT, COUNT).mass.tolist()
    for rows in permutations(zip(LEFT, RIGHT, strict=True)):
        left, right = zip(*rows, strict=True)
        assert event_curve(left, right, COUNT).mass.tolist() == expected
