"""The multivariate normal model: closed forms by hand, and what it says when the data give no means."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from pipelines.statistics.means import mean_interval
from pipelines.statistics.multivariate_normal import (
    NormalMeans,
    NotEstimable,
    PatternMoments,
    normal_mean_interval,
    normal_means,
)


def moments(*rows: tuple[float | None, ...]) -> list[PatternMoments]:
    """A pattern for each row; None was missed."""
    patterns = []
    for row in rows:
        seen = tuple(place for place, value in enumerate(row) if value is not None)
        values = np.array([value for value in row if value is not None], dtype=float)
        patterns.append(PatternMoments(seen, 1, values, np.outer(values, values)))
    return patterns


SEEN = [(12, 4)] * 3 + [(12, 8)] * 3 + [(20, 8)] * 3 + [(20, 12)] * 3
LOST = [(20, None)] * 6


def fitted(rows, n_measurements=2) -> NormalMeans:
    fit = normal_means(moments(*rows), n_measurements)
    assert isinstance(fit, NormalMeans)
    return fit


def test_two_visits_of_which_some_missed_the_second() -> None:
    """The regression estimate: 8 + 1/2 (52/3 - 16) = 26/3, and its variance 10/27 + 16/81 = 46/81."""
    fit = fitted(SEEN + LOST)
    assert fit.means == pytest.approx([52 / 3, 26 / 3])
    # Residuals are 2 throughout, so the variance of the second is 4 + (1/2)^2 times that of the first, 128/9.
    assert fit.covariance.ravel() == pytest.approx([128 / 9, 64 / 9, 64 / 9, 4 + 32 / 9])
    first, cross, second = Fraction(64, 81), Fraction(32, 81), Fraction(46, 81)
    assert fit.covariance_of_means.ravel() == pytest.approx([float(each) for each in (first, cross, cross, second)])


def test_interval_is_that_of_t_with_the_visit_s_own_n() -> None:
    mean = normal_mean_interval(fitted(SEEN + LOST), [0, 1], 12)
    half_width = stats.t.isf(0.025, 11) * sqrt(46 / 81 * 12 / 11)
    assert (mean.lower, mean.upper) == pytest.approx((26 / 3 - half_width, 26 / 3 + half_width))


def test_with_nothing_missed_the_means_and_intervals_are_the_ordinary_ones() -> None:
    fit = fitted(SEEN)
    score = np.array(SEEN, dtype=float)
    for weights, values in (([0, 1], score[:, 1]), ([-1, 1], score[:, 1] - score[:, 0])):
        ours, plain = normal_mean_interval(fit, weights, 12), mean_interval(12, values.sum(), (values**2).sum())
        assert (ours.estimate, ours.lower, ours.upper) == pytest.approx((plain.estimate, plain.lower, plain.upper))


def test_information_is_minus_the_second_derivative_of_the_log_likelihood() -> None:
    """Not monotone: the inverse of a numerical second derivative in all means and covariances."""
    rows = [(*pair, third) for pair, third in zip(SEEN, [5, 9, 3, 7, 8, 2, 10, 6, 12, 9, 11, 4], strict=True)]
    rows += [(20, None, 9), (12, 6, None), (None, 9, 7), (14, None, None), (18, None, 3)]
    fit = fitted(rows, 3)

    def log_likelihood(theta):
        covariance = np.zeros((3, 3))
        covariance[np.triu_indices(3)] = theta[3:]
        covariance += np.triu(covariance, 1).T
        found = 0.0
        for row in rows:
            seen = [place for place, value in enumerate(row) if value is not None]
            values = [value for value in row if value is not None]
            found += stats.multivariate_normal.logpdf(values, theta[:3][seen], covariance[np.ix_(seen, seen)])
        return found

    at = np.concatenate([fit.means, fit.covariance[np.triu_indices(3)]])
    assert fit.log_likelihood == pytest.approx(log_likelihood(at))
    width = 1e-3
    steps = width * np.eye(9)
    second = np.array(
        [
            [
                log_likelihood(at + a + b) - log_likelihood(at + a - b) - log_likelihood(at - a + b)
                + log_likelihood(at - a - b)
                for b in steps
            ]
            for a in steps
        ]
    ) / (4 * width**2)  # fmt: skip
    np.testing.assert_allclose(fit.covariance_of_means, np.linalg.inv(-second)[:3, :3], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(12, None), (20, None)], NotEstimable("never_together", (0, 1))),
        ([(None, 4), (12, None), (20, None), (None, 8)], NotEstimable("never_together", (0, 1))),
        ([], NotEstimable("never_together", (0, 0))),
        ([(12, 4), (12, 8), (12, None)], NotEstimable("no_spread", (0,))),
        ([(12, 6), (20, 10), (16, 8), (18, None)], NotEstimable("singular")),
        ([(12, 6), (20, 9), (18, None)], NotEstimable("singular")),
    ],
)
def test_what_gives_no_means_is_said(rows, expected) -> None:
    assert normal_means(moments(*rows), 2) == expected


def test_patterns_without_anything_seen_change_nothing() -> None:
    nothing = PatternMoments((), 9, np.empty(0), np.empty((0, 0)))
    with_them, without = normal_means([*moments(*SEEN, *LOST), nothing], 2), fitted(SEEN + LOST)
    assert isinstance(with_them, NormalMeans)
    assert with_them.log_likelihood == without.log_likelihood


def test_sums_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="2 measurements needs sums"):
        normal_means([PatternMoments((0, 1), 1, np.ones(1), np.ones((2, 2)))], 2)
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal_means([PatternMoments((0, 2), 1, np.ones(2), np.ones((2, 2)))], 2)
    with pytest.raises(ValueError, match="confidence"):
        normal_mean_interval(fitted(SEEN), [0, 1], 12, confidence=95)


def test_one_course_seen_has_a_mean_without_an_interval() -> None:
    mean = normal_mean_interval(fitted(SEEN), [0, 1], 1)
    assert mean.estimate == pytest.approx(8)
    assert np.isnan([mean.lower, mean.upper]).all()
