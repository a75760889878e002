"""Means of repeated measurements when some were missed: the multivariate normal model under missing at random.

Whoever misses a measurement is taken as like those with the same earlier and later measurements who did not. The data
enter as sums alone: for each set of measurements that were seen together, how many courses, their sums and their sums
of cross-products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from pipelines.statistics.distributions import t_beyond
from pipelines.statistics.means import MeanEstimate
from pipelines.statistics.normal_likelihood import (
    Floats,
    Likelihood,
    PatternSums,
    completed,
    covariance_directions,
    likelihood_at,
    products_about,
    score_and_information,
)

# A step that the second-order expansion of the log-likelihood promises to raise it by no more ends the iteration.
SMALLEST_RISE = 1e-11
_MOST_STEPS = 1000
# Falls of the log-likelihood below this, relative to its size, are rounding.
_ROUNDING = 1e-12
# Correlations with a smaller eigenvalue, and information with a smaller one in units of its own diagonal, are singular.
_SINGULAR = 1e-7


@dataclass(frozen=True)
class PatternMoments:
    """The courses that were seen at the same measurements, as sums.

    Attributes:
        observed: places of the measurements seen, from 0, ascending.
        n: how many courses.
        sums: of each measurement, shape (k,).
        products: of each pair of measurements, not centred, shape (k, k).
    """

    observed: tuple[int, ...]
    n: int
    sums: Floats
    products: Floats


@dataclass(frozen=True)
class NormalMeans:
    """The maximum-likelihood fit.

    Attributes:
        means: shape (p,), in the unit of the measurements.
        covariance: of the measurements among courses, shape (p, p); divisor n, not n - 1.
        covariance_of_means: of the estimates, shape (p, p): the block of the inverse of the observed information in
            means and covariances together, so that not knowing the covariances counts.
        log_likelihood: natural logarithm, of what was observed.
        n_steps: how many steps were taken.
    """

    means: Floats
    covariance: Floats
    covariance_of_means: Floats
    log_likelihood: float
    n_steps: int


@dataclass(frozen=True)
class NotEstimable:
    """Why the data give no means.

    Attributes:
        reason: `no_spread`: a measurement is the same in all; `never_together`: two are never seen in one course, so
            that nothing tells how they go together; `singular`: the likelihood has no maximum inside, or a flat one,
            as where there are fewer courses than measurements, or one measurement follows from others;
            `not_converged`: the maximum was not reached.
        places: the measurements concerned; empty where it is all of them.
    """

    reason: str
    places: tuple[int, ...] = ()


def normal_means(patterns: Sequence[PatternMoments], n_measurements: int) -> NormalMeans | NotEstimable:
    """Means and covariances of greatest likelihood, and the observed information's covariance of the means.

    EM on the patterns' moments; a Newton step is taken in its place wherever the log-likelihood is concave there and
    the step raises it at least as far. No step lowers it. The iteration ends when the log-likelihood has no more than
    `SMALLEST_RISE` to gain. Equal patterns are added up and sorted first: order and splitting change no digit.
    With nothing missed the means are the ordinary ones and the covariances those with divisor n.

    Not for measurements far from normal in small samples: means stay near-unbiased, intervals are rough.

    Args:
        patterns: what was seen, in one unit for all measurements or one for each; patterns without any are ignored.
        n_measurements: p, at least 1.

    Returns:
        The fit, or why there is none.

    Raises:
        ValueError: a pattern names a place outside 0 to p - 1, or its sums have another shape.

    References:
        Dempster, Laird, Rubin (1977), JRSS B 39:1-38. Little, Rubin (2019), Statistical Analysis with Missing Data,
        sections 8.2 and 11.2. Observed, not expected information, for it alone is right under missing at random:
        Kenward, Molenberghs (1998), Statistical Science 13:236-247.
    """
    merged = _merged(patterns, n_measurements)
    together = np.einsum("k,ka,kb->ab", merged.n, merged.seen, merged.seen)
    apart = [(int(a), int(b)) for a, b in np.argwhere(together < 1) if a <= b]
    if apart:
        return NotEstimable("never_together", apart[0])
    n_seen = np.diag(together)
    centre = merged.sums.sum(axis=0) / n_seen
    spread = np.einsum("kaa->a", merged.products) / n_seen - centre**2
    flat = np.flatnonzero(spread <= _ROUNDING * np.maximum(1, centre**2))
    if flat.size:
        return NotEstimable("no_spread", tuple(int(place) for place in flat))
    # In units of each measurement's own spread about its own mean, so that no unit decides what is near to singular.
    unit = np.sqrt(spread)
    fit = _maximised(_standardised(merged, centre, unit))
    if isinstance(fit, NotEstimable):
        return fit
    both = np.outer(unit, unit)
    return NormalMeans(
        means=centre + unit * fit.means,
        covariance=fit.covariance * both,
        covariance_of_means=fit.covariance_of_means * both,
        log_likelihood=fit.log_likelihood - float(n_seen @ np.log(unit)),
        n_steps=fit.n_steps,
    )


def normal_mean_interval(
    fit: NormalMeans, weights: ArrayLike, n_observed: int, confidence: float = 0.95
) -> MeanEstimate:
    """A weighted sum of the means, such as one of them or a difference of two, with its interval.

    The variance is that of the observed information times n / (n - 1), the quantile Student's t with n - 1 degrees of
    freedom, where n is `n_observed`: maximum likelihood divides by n, and so with nothing missed the interval is
    exactly that of `mean_interval`. Otherwise it is an approximation.

    Args:
        fit: from `normal_means`.
        weights: shape (p,).
        n_observed: how many were seen at the measurement that the sum is about.
        confidence: coverage, between 0 and 1; two-sided.

    Raises:
        ValueError: confidence is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    weight = np.asarray(weights, dtype=float)
    estimate = float(weight @ fit.means)
    if n_observed < 2:
        return MeanEstimate(estimate, nan, nan)
    variance = float(weight @ fit.covariance_of_means @ weight) * n_observed / (n_observed - 1)
    half_width = t_beyond((1 - confidence) / 2, n_observed - 1) * sqrt(max(0.0, variance))
    return MeanEstimate(estimate, estimate - half_width, estimate + half_width)


def _merged(patterns: Sequence[PatternMoments], n_measurements: int) -> PatternSums:
    groups: dict[tuple[int, ...], list[PatternMoments]] = {}
    for pattern in patterns:
        size = len(pattern.observed)
        if pattern.sums.shape != (size,) or pattern.products.shape != (size, size):
            raise ValueError(
                f"a pattern of {size} measurements needs sums and products of that size, "
                f"got {pattern.sums.shape} and {pattern.products.shape}"
            )
        if any(not 0 <= place < n_measurements for place in pattern.observed):
            raise ValueError(f"places must lie between 0 and {n_measurements - 1}, got {pattern.observed}")
        if pattern.n and size:
            groups.setdefault(tuple(pattern.observed), []).append(pattern)
    seen, sums = np.zeros((2, len(groups), n_measurements))
    products, n = np.zeros((len(groups), n_measurements, n_measurements)), np.zeros(len(groups))
    for row, places in enumerate(sorted(groups)):
        # Sums in a fixed order of their own values: the order of the patterns must not show in the last digit.
        members = sorted(groups[places], key=lambda one: (one.n, *one.sums, *one.products.ravel()))
        at = list(places)
        seen[row, at] = 1
        n[row] = sum(one.n for one in members)
        sums[row, at] = np.sum([one.sums for one in members], axis=0)
        products[row][np.ix_(at, at)] = np.sum([one.products for one in members], axis=0)
    return PatternSums(seen, n, sums, products)


def _standardised(patterns: PatternSums, centre: Floats, unit: Floats) -> PatternSums:
    sums = patterns.sums - patterns.n[:, None] * patterns.seen * centre
    return PatternSums(
        patterns.seen,
        patterns.n,
        sums / unit,
        products_about(patterns, centre) / np.outer(unit, unit),
    )


def _maximised(patterns: PatternSums) -> NormalMeans | NotEstimable:
    p = patterns.seen.shape[1]
    rows, columns, directions = covariance_directions(p)
    at = likelihood_at(patterns, np.zeros(p), np.eye(p))
    assert at is not None
    for n_steps in range(_MOST_STEPS):
        rounding = _ROUNDING * abs(at.log_likelihood)
        score, information = score_and_information(patterns, at, directions)
        newton = _newton_step(score, information)
        if newton is not None and score @ newton / 2 <= SMALLEST_RISE:
            return _fit(at, information, n_steps)
        following = likelihood_at(patterns, *completed(patterns, at))
        if following is None or np.linalg.eigvalsh(following.covariance)[0] < _SINGULAR:
            return NotEstimable("singular")
        if newton is not None:
            change = np.empty((p, p))
            change[rows, columns] = change[columns, rows] = newton[p:]
            farther = likelihood_at(patterns, at.means + newton[:p], at.covariance + change)
            if farther is not None and farther.log_likelihood >= following.log_likelihood - rounding:
                following = farther
        if following.log_likelihood < at.log_likelihood - rounding:
            break
        at = following
    return NotEstimable("not_converged")


def _newton_step(score: Floats, information: Floats) -> Floats | None:
    """To the maximum of the second-order expansion; None where it has none, that is where it is not concave."""
    scale = np.sqrt(np.abs(np.diag(information)))
    if not scale.all():
        return None
    try:
        factor = linalg.cho_factor(information / np.outer(scale, scale))
    except linalg.LinAlgError:
        return None
    step: Floats = linalg.cho_solve(factor, score / scale) / scale
    return step


def _fit(at: Likelihood, information: Floats, n_steps: int) -> NormalMeans | NotEstimable:
    p = at.means.size
    diagonal = np.sqrt(np.diag(information))
    scaled = information / np.outer(diagonal, diagonal)
    deviation = np.sqrt(np.diag(at.covariance))
    correlation = at.covariance / np.outer(deviation, deviation)
    if min(np.linalg.eigvalsh(scaled)[0], np.linalg.eigvalsh(correlation)[0]) < _SINGULAR:
        return NotEstimable("singular")
    inverse = np.linalg.inv(scaled) / np.outer(diagonal, diagonal)
    return NormalMeans(at.means, at.covariance, inverse[:p, :p], at.log_likelihood, n_steps)
