"""What holds for means under missing at random whatever was measured and missed."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.statistics.means import mean_interval
from pipelines.statistics.multivariate_normal import (
    NormalMeans,
    PatternMoments,
    normal_mean_interval,
    normal_means,
)

forty_examples = settings(deadline=None, max_examples=40)
P = 3


@st.composite
def samples(draw, most_missed=0.4):
    """Correlated scores on a grid, some missed after the first, and a generator to shuffle with."""
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    n = draw(st.integers(30, 80))
    level = generator.normal(14, 4, (n, 1))
    scores = np.round(level + generator.normal(0, 3, (n, P)) - np.arange(P) * draw(st.integers(0, 3)))
    missed = generator.random((n, P)) < draw(st.floats(0, most_missed))
    missed[:, 0] = False
    return np.where(missed, np.nan, scores), generator


def by_pattern(scores):
    """Rows seen at the same places as one pattern."""
    groups = {}
    for row in scores:
        groups.setdefault(tuple(int(place) for place in np.flatnonzero(~np.isnan(row))), []).append(row)
    return [
        PatternMoments(seen, len(rows), (x := np.array(rows)[:, seen]).sum(axis=0), x.T @ x)
        for seen, rows in groups.items()
    ]


def fitted(patterns):
    fit = normal_means(patterns, P)
    assume(isinstance(fit, NormalMeans))
    return fit


@forty_examples
@given(samples())
def test_order_of_patterns_changes_no_digit(sample) -> None:
    scores, generator = sample
    patterns = by_pattern(scores)
    shuffled = [patterns[place] for place in generator.permutation(len(patterns))]
    one, other = fitted(patterns), fitted(shuffled)
    np.testing.assert_array_equal(one.means, other.means)
    np.testing.assert_array_equal(one.covariance_of_means, other.covariance_of_means)


@forty_examples
@given(samples())
def test_patterns_of_two_groups_add_up_to_those_of_both(sample) -> None:
    scores, generator = sample
    is_first = generator.random(len(scores)) < 0.5
    one, other = fitted(by_pattern(scores)), fitted([*by_pattern(scores[is_first]), *by_pattern(scores[~is_first])])
    np.testing.assert_array_equal(one.means, other.means)
    assert one.log_likelihood == other.log_likelihood


@forty_examples
@given(samples())
def test_complete_data_give_ordinary_means_and_intervals(sample) -> None:
    scores = np.nan_to_num(sample[0], nan=10.0)
    fit = fitted(by_pattern(scores))
    for weights in ([0, 0, 1], [-1, 0, 1]):
        values = scores @ weights
        ours = normal_mean_interval(fit, weights, len(scores))
        plain = mean_interval(len(scores), float(values.sum()), float((values**2).sum()))
        assert (ours.estimate, ours.lower, ours.upper) == pytest.approx((plain.estimate, plain.lower, plain.upper))


@forty_examples
@given(samples())
def test_a_measurement_that_nobody_missed_keeps_its_mean(sample) -> None:
    scores, _ = sample
    fit = fitted(by_pattern(scores))
    ours, plain = normal_mean_interval(fit, [1, 0, 0], len(scores)), scores[:, 0]
    interval = mean_interval(len(scores), float(plain.sum()), float((plain**2).sum()))
    assert (ours.estimate, ours.upper) == pytest.approx((interval.estimate, interval.upper))


@forty_examples
@given(samples(), st.integers(-50, 50), st.sampled_from([0.1, 3, 100]))
def test_other_units_give_the_means_in_those_units(sample, shift, factor) -> None:
    scores, _ = sample
    one, other = fitted(by_pattern(scores)), fitted(by_pattern(shift + factor * scores))
    np.testing.assert_allclose(other.means, shift + factor * one.means, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(other.covariance_of_means, factor**2 * one.covariance_of_means, rtol=1e-5, atol=1e-9)


@forty_examples
@given(samples())
def test_intervals_hold_the_estimate_and_are_no_narrower_than_with_known_covariances(sample) -> None:
    scores, _ = sample
    fit = fitted(by_pattern(scores))
    known = np.zeros((P, P))
    for pattern in by_pattern(scores):
        at = np.ix_(pattern.observed, pattern.observed)
        known[at] += pattern.n * np.linalg.inv(fit.covariance[at])
    for place in range(P):
        weights = np.eye(P)[place]
        mean = normal_mean_interval(fit, weights, int(np.sum(~np.isnan(scores[:, place]))))
        assert mean.lower < mean.estimate < mean.upper
        assert fit.covariance_of_means[place, place] >= np.linalg.inv(known)[place, place] * (1 - 1e-9)
