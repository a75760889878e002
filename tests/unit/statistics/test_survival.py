"""Kaplan-Meier curves and quantiles, worked by hand in fractions."""

from fractions import Fraction
from math import exp, inf, log, sqrt

import numpy as np
import pytest

from pipelines.statistics.survival import kaplan_meier, survival_quantile

# Six courses: events at 1, 3, 3 and 8; one left at 3, one at 5.
TIME = [1, 3, 3, 5, 8]
OBSERVED = [True, True, False, False, True]
COUNT = [1, 2, 1, 1, 1]


def test_six_courses_by_hand() -> None:
    curve = kaplan_meier(TIME, OBSERVED, COUNT)
    assert curve.time.tolist() == [1, 3, 5, 8]
    assert curve.at_risk.tolist() == [6, 5, 2, 1]
    assert curve.events.tolist() == [1, 2, 0, 1]
    assert curve.censored.tolist() == [0, 1, 1, 0]
    expected = [Fraction(5, 6), Fraction(5, 6) * Fraction(3, 5), Fraction(1, 2), Fraction(0)]
    assert curve.survival == pytest.approx([float(share) for share in expected])


def test_band_by_hand() -> None:
    # At 3: S = 1/2, Greenwood's sum = 1/(6*5) + 2/(5*3) = 1/6; band = S^exp(+-z sqrt(1/6) / log S).
    curve = kaplan_meier(TIME, OBSERVED, COUNT)
    power = exp(1.959963984540054 * sqrt(1 / 6) / log(2))
    assert curve.lower[1] == pytest.approx(0.5**power)
    assert curve.upper[1] == pytest.approx(0.5 ** (1 / power))


def test_band_is_not_defined_at_one_and_at_zero() -> None:
    curve = kaplan_meier([1, 2, 3], [False, True, True], [1, 1, 1])
    assert curve.survival.tolist() == [1, 0.5, 0]
    assert np.isnan(curve.lower).tolist() == np.isnan(curve.upper).tolist() == [True, False, True]


def test_rows_of_count_zero_are_ignored() -> None:
    curve = kaplan_meier([*TIME, 7], [*OBSERVED, True], [*COUNT, 0])
    assert curve.time.tolist() == [1, 3, 5, 8]


def test_a_million_courses_cost_no_more_than_ten() -> None:
    curve = kaplan_meier([1, 2], [True, False], [400_000, 600_000])
    assert curve.survival.tolist() == [0.6, 0.6]
    assert curve.at_risk.tolist() == [1_000_000, 600_000]


def test_step_function_between_times() -> None:
    curve = kaplan_meier(TIME, OBSERVED, COUNT)
    at = [0, 0.9, 1, 2.9, 3, 5, 7.9, 8, 100]
    assert curve.survival_at(at) == pytest.approx([1, 1, 5 / 6, 5 / 6, 0.5, 0.5, 0.5, 0, 0])
    assert curve.at_risk_at(at).tolist() == [6, 6, 6, 5, 5, 2, 1, 1, 0]


def test_last_value_is_carried_after_the_last_time() -> None:
    curve = kaplan_meier([1, 2], [True, False], [1, 3])
    assert curve.survival_at([500]).tolist() == [0.75]


def test_quantile_where_the_curve_jumps_over_the_height() -> None:
    curve = kaplan_meier(TIME, OBSERVED, COUNT)
    assert survival_quantile(curve, 0.25).estimate == 3


def test_quantile_takes_the_middle_of_a_flat_stretch() -> None:
    # S is exactly 1/2 from 3 until the drop at 8.
    assert survival_quantile(kaplan_meier(TIME, OBSERVED, COUNT)).estimate == 5.5


def test_quantile_of_a_last_flat_stretch_ends_at_the_last_time() -> None:
    curve = kaplan_meier([3, 10], [True, False], [1, 1])
    assert survival_quantile(curve).estimate == 6.5


def test_quantile_not_reached_is_infinity() -> None:
    quantile = survival_quantile(kaplan_meier([3, 10], [True, False], [1, 99]))
    assert (quantile.estimate, quantile.lower, quantile.upper) == (inf, inf, inf)


def test_quantile_where_everybody_has_the_event_at_once() -> None:
    quantile = survival_quantile(kaplan_meier([4], [True], [5]))
    assert (quantile.estimate, quantile.lower, quantile.upper) == (4, 4, inf)


@pytest.mark.parametrize(
    ("time", "observed", "count", "message"),
    [
        ([1, 2], [True], [1, 1], r"of one length, got shapes \(2,\), \(1,\) and \(2,\)"),
        ([-1], [True], [1], "time must be finite and not negative, got -1.0"),
        ([np.nan], [True], [1], "time must be finite and not negative, got nan"),
        ([1], [1], [1], "event_observed must be booleans, got int64"),
        ([1], [True], [-1], "count must not be negative, got -1"),
        ([1], [True], [0.5], "count must be whole numbers of an integer type, got float64"),
        ([1], [True], [0], "nothing to estimate from: all counts are 0"),
        ([], [], [], "nothing to estimate from: all counts are 0"),
    ],
)
def test_refusals(time: list[float], observed: list[bool], count: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kaplan_meier(time, observed, count)


def test_refuses_a_confidence_in_percent() -> None:
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1, got 95"):
        kaplan_meier(TIME, OBSERVED, COUNT, confidence=95)


@pytest.mark.parametrize("probability", [0, 1, 50])
def test_refuses_a_probability_outside_zero_and_one(probability: float) -> None:
    with pytest.raises(ValueError, match="probability must lie strictly between 0 and 1"):
        survival_quantile(kaplan_meier(TIME, OBSERVED, COUNT), probability)
