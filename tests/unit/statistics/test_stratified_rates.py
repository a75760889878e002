"""Worked by hand, and where nothing can be said."""

from math import isnan, sqrt

import numpy as np
import pytest

from pipelines.statistics.correlation import PairSums, pearson_correlation
from pipelines.statistics.direct_standardisation import standardised_rates
from pipelines.statistics.proportions import wilson_interval
from pipelines.statistics.stratified_association import association_test


def test_two_strata_and_two_groups_by_hand():
    """Weights 40/60 and 20/60; 5/10 and 15/30, 1/10 and 4/10: plainly 6/20 and 19/40, standardised 11/30 and 14/30."""
    found = standardised_rates([[5, 15], [1, 4]], [[10, 30], [10, 10]], reference=0)
    assert found.rate == pytest.approx([11 / 30, 14 / 30], abs=1e-15)
    assert found.difference == pytest.approx([0, 1 / 10], abs=1e-15)
    assert isnan(found.difference_lower[0])


def test_a_stratum_that_lacks_a_group_leaves_all_of_them():
    found = standardised_rates([[5, 15], [9, 0]], [[10, 30], [10, 0]], reference=0)
    assert found.rate == pytest.approx([1 / 2, 1 / 2])
    assert list(found.is_supported) == [True, False]
    assert (found.n_supported, found.n_dropped) == (40, 10)


@pytest.mark.parametrize("observed", [[[10, 0], [0, 10]], np.zeros((0, 2), dtype=int)])
def test_without_common_support_nothing_is_said(observed):
    found = standardised_rates(np.zeros_like(observed), observed, reference=0)
    assert np.isnan([found.rate, found.lower, found.upper, found.difference]).all()
    assert found.n_supported == 0
    assert found.n_dropped == np.sum(observed)


def test_all_and_none_in_small_strata_have_intervals_with_width():
    """The binomial variance is 0 there. Weights 1/2 and 1/2 over 2 and 2: an effective size of 4, as 2 of 4."""
    found = standardised_rates([[2, 1], [0, 1]], [[2, 2], [2, 2]], reference=0)
    lower, upper = wilson_interval([2], [4])
    assert found.rate[0] == 1 / 2
    assert found.lower[0] == pytest.approx(lower[0], abs=1e-15)
    assert found.upper[0] == pytest.approx(upper[0], abs=1e-15)


@pytest.mark.parametrize(
    ("met", "observed", "reference"),
    [([[1]], [[0]], 0), ([[-1, 0]], [[1, 1]], 0), ([[1, 0]], [[1, 1]], 2), ([1, 0], [1, 1], 0), ([[1]], [[1, 1]], 0)],
)
def test_counts_that_cannot_be_are_refused(met, observed, reference):
    with pytest.raises(ValueError, match=r"must|needs"):
        standardised_rates(met, observed, reference)


def test_association_of_one_table_by_hand():
    """3 of 4 against 1 of 4: excess 1, variance 4 * 4 * 4 * 4 / (64 * 7) = 4/7, so 7/4."""
    found = association_test([[3, 1]], [[4, 4]])
    assert found.statistic == pytest.approx(7 / 4)
    assert (found.degrees_of_freedom, found.n_informative) == (1, 8)


def test_opposite_strata_cancel():
    assert association_test([[3, 1], [1, 3]], [[4, 4], [4, 4]]).statistic == pytest.approx(0)


@pytest.mark.parametrize(
    ("met", "observed"),
    [
        ([[0, 0]], [[4, 4]]),
        ([[4, 4]], [[4, 4]]),
        ([[2, 0]], [[4, 0]]),
        (np.zeros((0, 2), dtype=int), np.zeros((0, 2), dtype=int)),
    ],
)
def test_strata_in_which_nothing_differs_say_nothing(met, observed):
    found = association_test(met, observed)
    assert isnan(found.p_value)
    assert (found.degrees_of_freedom, found.n_informative) == (0, 0)


def test_a_group_that_meets_no_other_in_any_stratum_takes_no_degree_of_freedom():
    assert association_test([[3, 1, 0], [0, 0, 5]], [[4, 4, 0], [0, 0, 9]]).degrees_of_freedom == 1


@pytest.mark.parametrize(("met", "observed"), [([[2, 0]], [[1, 1]]), ([[1, 0]], [[1, 1], [1, 1]]), ([1, 0], [1, 1])])
def test_impossible_tables_are_refused(met, observed):
    with pytest.raises(ValueError, match=r"must|needs"):
        association_test(met, observed)


def sums_of(x, y):
    x, y = np.array(x, dtype=float), np.array(y, dtype=float)
    return PairSums(len(x), *(float(part.sum()) for part in (x, y, x**2, y**2, x * y)))


def test_correlation_by_hand():
    """x 0, 1, 2 and y 0, 2, 1: covariance 1, variances 2 and 2, so 1/2; of three pairs there is no interval."""
    found = pearson_correlation(sums_of([0, 1, 2], [0, 2, 1]))
    assert found.estimate == pytest.approx(1 / 2)
    assert isnan(found.lower)
    assert pearson_correlation(sums_of([0, 1, 2, 3], [0, 2, 1, 3])).estimate == pytest.approx(4 / sqrt(25))


@pytest.mark.parametrize(("x", "y"), [([], []), ([1], [2]), ([3, 3, 3], [1, 2, 3]), ([1, 2, 3], [0.1, 0.1, 0.1])])
def test_without_variation_there_is_no_correlation(x, y):
    assert isnan(pearson_correlation(sums_of(x, y)).estimate)


def test_on_a_line_there_is_no_interval():
    found = pearson_correlation(sums_of([1, 2, 3, 4, 5], [2, 4, 6, 8, 10]))
    assert found.estimate == pytest.approx(1)
    assert isnan(found.upper)
