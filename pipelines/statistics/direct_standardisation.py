"""Shares of several groups as they would be if all groups were made up alike: direct standardisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.proportions import wilson_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StandardisedRates:
    """Rates of groups, each standardised to the strata of all of them together; fractions, NaN without support.

    Attributes:
        rate, lower, upper: of each group, shape (groups,).
        difference, difference_lower, difference_upper: each group less the reference group, shape (groups,); of the
            reference itself 0 without an interval.
        is_supported: the strata in which every group has someone, shape (strata,).
        n_supported, n_dropped: people in those strata, and in the others, which no rate holds.
    """

    rate: Floats
    lower: Floats
    upper: Floats
    difference: Floats
    difference_lower: Floats
    difference_upper: Floats
    is_supported: NDArray[np.bool_]
    n_supported: int
    n_dropped: int


def standardised_rates(
    met: ArrayLike, observed: ArrayLike, reference: int, confidence: float = 0.95
) -> StandardisedRates:
    """Directly standardised rate of each group, and its difference from a reference group.

    The rate is the sum over strata of the stratum's share of all people times the group's own share there. Only strata
    in which every group has someone enter, for all groups alike, so that all rates speak of the same people (common
    support). Intervals recover the variance from Wilson's limits in each stratum: unlike the binomial variance, which
    is 0 in a stratum where all or none meet the rule, they have width in the smallest stratum, and stay between 0 and
    1. With one stratum the rate is the plain share, its interval Wilson's, and that of the difference Newcombe's.

    Args:
        met: people who meet the rule, whole numbers, shape (strata, groups).
        observed: people, the same shape.
        reference: the column of the group that the others are compared with.
        confidence: coverage, between 0 and 1; two-sided.

    Raises:
        ValueError: shapes that do not fit, counts below 0 or more met than observed, no such column.

    References:
        Weights fixed, variance recovered: Zou, Huang & Zhang (2009), Comput Stat Data Anal 53:1080-1085. One stratum:
        Wilson (1927), JASA 22:209-212; Newcombe (1998), Stat Med 17:873-890.
    """
    x, n = np.asarray(met), np.asarray(observed)
    if n.ndim != 2 or not 0 <= reference < n.shape[1]:
        raise ValueError(f"needs counts of shape (strata, groups) and a reference among them, got {n.shape}")
    order = np.lexsort(np.hstack([n, x]).T) if x.shape == n.shape else np.arange(len(n))
    lower, upper = wilson_interval(x, n, confidence)
    is_supported = n.min(axis=1, initial=np.iinfo(np.int64).max) > 0
    # Strata in the order of their counts: the sums have equal digits however the strata came.
    rows = order[is_supported[order]]
    n_supported, n_all = int(n[rows].sum()), int(n.sum())
    if not n_supported:
        nothing = np.full(n.shape[1], np.nan)
        return StandardisedRates(nothing, nothing, nothing, nothing, nothing, nothing, is_supported, 0, n_all)
    weight = (n[rows].sum(axis=1) / n_supported)[:, np.newaxis]
    share = x[rows] / n[rows]
    rate = (weight * share).sum(axis=0)
    below = np.sqrt(((weight * (share - lower[rows])) ** 2).sum(axis=0))
    above = np.sqrt(((weight * (upper[rows] - share)) ** 2).sum(axis=0))
    difference = rate - rate[reference]
    has_interval = np.arange(n.shape[1]) != reference
    return StandardisedRates(
        rate,
        np.clip(rate - below, 0, 1),
        np.clip(rate + above, 0, 1),
        difference,
        np.where(has_interval, difference - np.hypot(below, above[reference]), np.nan),
        np.where(has_interval, difference + np.hypot(above, below[reference]), np.nan),
        is_supported,
        n_supported,
        n_all - n_supported,
    )
