"""Edges of means and shares of clustered units, and how often their intervals hold the truth."""

from math import isnan

import numpy as np
import pytest

from pipelines.statistics.clusters import ClusterSums, mean_of_units, share_of_units
from pipelines.statistics.proportions import wilson_interval


def sums_of(m, y) -> ClusterSums:
    return ClusterSums(
        len(m), int(m.sum()), int((m * m).sum()), float(y.sum()), float((y * y).sum()), float((m * y).sum())
    )


NONE = ClusterSums(0, 0, 0, 0, 0, 0)


def test_without_units_nothing_is_said():
    for found in (mean_of_units(NONE), share_of_units(NONE, 10)):
        assert isnan(found.estimate)
        assert isnan(found.lower)
        assert isnan(found.upper)


def test_one_course_alone_has_a_mean_without_an_interval_and_counts_as_one_unit():
    assert isnan(mean_of_units(ClusterSums(1, 6, 36, 42, 42**2, 6 * 42)).lower)
    found = share_of_units(ClusterSums(1, 6, 36, 0, 0, 0), 10)
    assert found.effective_units == 1
    assert found.upper == pytest.approx(0.793450686)  # Wilson for none of one


def test_one_infusion_a_course_is_the_plain_wilson_interval():
    found = share_of_units(ClusterSums(30, 30, 30, 12, 12, 12), 10)
    lower, upper = wilson_interval([12], [30])
    assert (found.lower, found.upper) == pytest.approx((lower[0], upper[0]))


def test_few_of_many_are_taken_as_wholly_alike():
    """Nine events in a hundred courses of six: a hundred effective infusions, as with none."""
    found = share_of_units(ClusterSums(100, 600, 3600, 9, 9, 54), 10)
    assert found.effective_units == 100
    assert not found.is_clustering_estimated


def test_courses_all_alike_in_half_of_their_infusions_are_not_more_than_there_are():
    found = share_of_units(ClusterSums(20, 40, 80, 20, 20, 40), 10)
    assert 35 < found.effective_units < 40


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        (ClusterSums(3, 2, 4, 0, 0, 0), "clusters <= units"),
        (ClusterSums(1, 4, 8, 0, 0, 0), "units_squared is too small"),
        (ClusterSums(2, 4, 8, 5, 9, 9), "total must lie between"),
    ],
)
def test_impossible_sums_are_refused(sums, words):
    with pytest.raises(ValueError, match=words):
        share_of_units(sums, 10)


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_intervals_hold_the_truth_where_infusions_of_a_course_are_alike(share):
    """200 courses of 1 to 8 infusions, correlation within a course .3 (beta-binomial), 2,000 runs.

    The interval that takes infusions as independent covers too seldom.
    """
    random = np.random.default_rng(20261128)
    alpha, beta = share * (1 / 0.3 - 1), (1 - share) * (1 / 0.3 - 1)
    covered = mean_covered = independent = 0
    for _ in range(2000):
        m = random.integers(1, 9, 200)
        y = random.binomial(m, random.beta(alpha, beta, 200))
        found, mean = share_of_units(sums_of(m, y), 10), mean_of_units(sums_of(m, y))
        lower, upper = wilson_interval([int(y.sum())], [int(m.sum())])
        covered += found.lower <= share <= found.upper
        mean_covered += mean.lower <= share <= mean.upper
        independent += lower[0] <= share <= upper[0]
    assert 0.92 <= covered / 2000 <= 0.98
    assert 0.92 <= mean_covered / 2000 <= 0.98
    assert independent / 2000 < 0.85
