"""The smallest examples by hand; those of the fact sheet: SD 5.5, r .89 -> 5.06; SD 4.5, r .92 -> 3.53."""

from fractions import Fraction

import numpy as np
import pytest

from pipelines.statistics.reliable_change import (
    criterion_c,
    points_to_exceed,
    reliable_change_index,
    smallest_reliable_change,
)


def exact(text: str) -> Fraction:
    return Fraction(text)


@pytest.mark.parametrize(("deviation", "reliability", "points"), [(5.5, 0.89, 5.06), (4.5, 0.92, 3.53)])
def test_points_to_exceed(deviation: float, reliability: float, points: float) -> None:
    assert points_to_exceed(deviation, reliability) == pytest.approx(points, abs=0.005)


def test_an_index_by_hand() -> None:
    """SD 5 and r 1/2: the error of a change is 5 sqrt(2 * 1/2) = 5, so a fall of 10 is -2 and a rise of 5 is 1."""
    assert reliable_change_index([20, 20], [10, 25], 5, 0.5).tolist() == [-2, 1]


@pytest.mark.parametrize(
    ("deviation", "reliability", "step", "least"),
    [
        ("5.5", "0.89", "1", "6"),  # above 5.06
        ("4.5", "0.92", "1", "4"),  # above 3.53
        ("4.5", "0.92", "0.1", "3.6"),
        ("2.5", "0.5", "1", "5"),  # above 4.9 exactly
        ("25", "0.5", "1", "50"),  # above 49 exactly, so that 49 is not enough
        ("25", "0.5", "0.5", "49.5"),
        ("1", "0.5", "1/3", "2"),  # above 1.96: thirds go 5/3, 2
    ],
)
def test_points_are_rounded_up_to_what_a_scale_can_show(
    deviation: str, reliability: str, step: str, least: str
) -> None:
    found = smallest_reliable_change(exact(deviation), exact(reliability), exact(step))
    assert found == exact(least)
    assert reliable_change_index(0, float(found), float(exact(deviation)), float(exact(reliability))) > 1.96


def test_criterion_c_by_hand() -> None:
    """Between 20 (SD 6) and 8 (SD 3): (6 * 8 + 3 * 20) / 9 = 12, two thirds of the way to the narrower one."""
    assert criterion_c(20, 6, 8, 3) == 12
    assert criterion_c(8, 3, 20, 6) == 12
    assert criterion_c(20, 5, 10, 5) == 15


@pytest.mark.parametrize(("deviation", "reliability"), [(0, 0.5), (-1, 0.5), (5, 1), (5, -0.1)])
def test_impossible_numbers_are_refused(deviation: float, reliability: float) -> None:
    with pytest.raises(ValueError, match="must"):
        points_to_exceed(deviation, reliability)
    with pytest.raises(ValueError, match="must"):
        reliable_change_index([1], [2], deviation, reliability)


def test_a_step_and_spreads_must_be_above_zero() -> None:
    with pytest.raises(ValueError, match="step"):
        smallest_reliable_change(Fraction(5), Fraction(1, 2), Fraction(0))
    with pytest.raises(ValueError, match="above 0"):
        criterion_c(20, 0, 8, 3)


def test_scores_of_any_shape() -> None:
    assert reliable_change_index(np.ones((2, 3)), np.zeros((2, 3)), 5, 0.5).shape == (2, 3)
