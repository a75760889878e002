"""Wilson's interval, checked against its formula worked in fractions."""

import numpy as np
import pytest

from pipelines.statistics.proportions import newcombe_interval, newcombe_p_value, wilson_interval

Z_SQUARED = 1.959963984540054**2


def test_nobody_of_ten() -> None:
    lower, upper = wilson_interval([0], [10])
    assert lower[0] == 0
    assert upper[0] == pytest.approx(Z_SQUARED / (10 + Z_SQUARED))


def test_everybody_of_one() -> None:
    lower, upper = wilson_interval([1], [1])
    assert lower[0] == pytest.approx(1 / (1 + Z_SQUARED))
    assert upper[0] == 1


def test_one_of_two_lies_evenly_around_one_half() -> None:
    lower, upper = wilson_interval([1], [2])
    half_width = np.sqrt(Z_SQUARED / 8 + Z_SQUARED**2 / 16) / (1 + Z_SQUARED / 2)
    assert lower[0] == pytest.approx(0.5 - half_width)
    assert upper[0] == pytest.approx(0.5 + half_width)


def test_no_trials_say_nothing() -> None:
    lower, upper = wilson_interval([0, 1], [0, 2])
    assert np.isnan([lower[0], upper[0]]).all()
    assert not np.isnan([lower[1], upper[1]]).any()


def test_more_confidence_is_wider() -> None:
    narrow, wide = wilson_interval([3], [8], 0.8), wilson_interval([3], [8], 0.99)
    assert wide[0][0] < narrow[0][0] < narrow[1][0] < wide[1][0]


def test_result_has_the_shape_of_the_input() -> None:
    lower, upper = wilson_interval([[1, 2, 1], [0, 0, 1]], [[4, 4, 4], [0, 4, 4]])
    assert lower.shape == upper.shape == (2, 3)
    assert lower[0, 0] == lower[0, 2] == lower[1, 2]
    empty = wilson_interval(np.array([], dtype=int), np.array([], dtype=int))
    assert empty[0].shape == empty[1].shape == (0,)


@pytest.mark.parametrize(
    ("successes", "trials", "confidence", "message"),
    [
        ([5], [4], 0.95, "successes must not exceed trials, got 5 of 4"),
        ([-1], [4], 0.95, "successes must not be negative, got -1"),
        ([0], [-4], 0.95, "trials must not be negative, got -4"),
        ([0.5], [4], 0.95, "successes must be whole numbers of an integer type, got float64"),
        ([1, 2], [4], 0.95, r"same shape, got \(2,\) and \(1,\)"),
        ([1], [4], 95, "confidence must lie between 0 and 1, got 95"),
    ],
)
def test_refusals(successes: list[int], trials: list[int], confidence: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wilson_interval(successes, trials, confidence)


@pytest.mark.parametrize(
    ("successes", "trials", "lower", "upper"),
    [
        ((108, 70), (195, 170), 0.039295, 0.240604),  # Anand 2023, ELEKT-D; published as 3.9 to 24.2
        ((30, 7), (47, 25), 0.115902, 0.541893),  # Murrough 2013, Am J Psychiatry 170:1134
        ((10, 3), (15, 15), 0.112130, 0.689701),
    ],
)
def test_difference_of_two_proportions(
    successes: tuple[int, int], trials: tuple[int, int], lower: float, upper: float
) -> None:
    assert newcombe_interval(successes, trials) == pytest.approx((lower, upper), abs=1e-6)


@pytest.mark.parametrize(("successes", "trials"), [((30, 7), (47, 25)), ((7, 30), (25, 47)), ((10, 3), (15, 15))])
def test_the_p_value_is_where_the_interval_ends_at_no_difference(successes, trials) -> None:
    lower, upper = newcombe_interval(successes, trials, 1 - newcombe_p_value(successes, trials))
    assert min(abs(lower), abs(upper)) < 1e-9


def test_p_values_at_the_ends() -> None:
    assert newcombe_p_value((5, 10), (10, 20)) == 1.0
    assert 0 < newcombe_p_value((5000, 0), (5000, 5000)) < 1e-12
    assert newcombe_p_value((51, 50), (100, 100)) == pytest.approx(0.888, abs=0.01)
