"""Means from sums against R and scipy; percentiles from counts against numpy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipelines.statistics.means import mean_interval, percentiles


def sums(values):
    return len(values), math.fsum(values), math.fsum(value * value for value in values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # R: t.test(sleep$extra[sleep$group == 1]), then group 2; the data of Student 1908
        ([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], (0.75, -0.5297804, 2.0297804)),
        ([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4], (2.33, 0.8976775, 3.7623225)),
    ],
)
def test_the_interval_is_that_of_r(values, expected):
    found = mean_interval(*sums(values))
    assert (found.estimate, found.lower, found.upper) == pytest.approx(expected, abs=1e-7)


@given(st.lists(st.integers(0, 63), min_size=2, max_size=60), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_that_of_scipy(values, confidence):
    found = mean_interval(*sums(values), confidence)
    if len(set(values)) == 1:
        assert (found.estimate, found.lower, found.upper) == (values[0],) * 3
    else:
        expected = stats.ttest_1samp(values, 0).confidence_interval(confidence)
        assert (found.lower, found.upper) == pytest.approx((expected.low, expected.high))


def test_nothing_is_said_of_nobody_and_no_interval_of_one():
    nobody = mean_interval(0, 0.0, 0.0)
    assert all(math.isnan(value) for value in (nobody.estimate, nobody.lower, nobody.upper))
    one = mean_interval(1, 7.0, 49.0)
    assert one.estimate == 7
    assert math.isnan(one.lower)
    assert math.isnan(one.upper)


def test_equal_values_have_no_width_even_where_their_sums_are_rounded():
    found = mean_interval(*sums([0.1] * 7))
    assert found.lower == pytest.approx(0.1, abs=1e-9)
    assert found.upper == pytest.approx(0.1, abs=1e-9)


@pytest.mark.parametrize(("n", "confidence"), [(-1, 0.95), (3, 0.0), (3, 1.0)])
def test_impossible_input_is_refused(n, confidence):
    with pytest.raises(ValueError, match="must"):
        mean_interval(n, 1.0, 1.0, confidence)


@given(
    st.lists(st.tuples(st.integers(-100, 200), st.integers(0, 9)), min_size=1, max_size=40),
    st.sampled_from([(10, 25, 50, 75, 90), (1, 99, 100)]),
)
def test_percentiles_are_those_of_numpy(pairs, percents):
    values, counts = np.array(pairs).T
    found = percentiles(values, counts, percents)
    if not counts.sum():
        assert np.isnan(found).all()
    else:
        expected = np.percentile(np.repeat(values, counts), percents, method="inverted_cdf")
        assert list(found) == list(expected)


def test_a_percentile_at_a_step_is_the_value_below_it():
    """R: quantile(c(1, 2, 3, 4), c(0.25, 0.5), type = 1) gives 1 and 2."""
    assert list(percentiles([1, 2, 3, 4], [1, 1, 1, 1], (25, 50))) == [1, 2]
