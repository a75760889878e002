"""Shares of several groups as they would be if all groups were made up alike: direct standardisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.distributions import normal_beyond
from pipelines.statistics.proportions import check_counts

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
    support). Intervals are Wilson's at Kish's effective sample size, those of differences Newcombe's hybrid of two
    such; with one stratum they are Wilson's and Newcombe's own. They hold in strata of one or two people, where the
    binomial variance of a stratum is 0 more often than not, and are a little wide where strata differ much.

    Args:
        met: people who meet the rule, whole numbers, shape (strata, groups).
        observed: people, the same shape.
        reference: the column of the group that the others are compared with.
        confidence: coverage, between 0 and 1; two-sided.

    Raises:
        ValueError: shapes that do not fit, counts below 0 or more met than observed, no such column.

    References:
        Kish (1965), Survey Sampling, for the effective sample size; Dean & Pagano (2015), J Surv Stat Methodol
        3:484-503, for Wilson's interval at it. Wilson (1927), JASA 22:209-212; Newcombe (1998), Stat Med 17:873-890,
        method 10.
    """
    x, n = np.asarray(met), np.asarray(observed)
    if n.ndim != 2 or not 0 <= reference < n.shape[1]:
        raise ValueError(f"needs counts of shape (strata, groups) and a reference among them, got {n.shape}")
    check_counts(x, n)
    order = np.lexsort(np.hstack([n, x]).T)
    is_supported = n.min(axis=1, initial=np.iinfo(np.int64).max) > 0
    # Strata in the order of their counts: the sums have equal digits however the strata came.
    rows = order[is_supported[order]]
    n_supported, n_all = int(n[rows].sum()), int(n.sum())
    if not n_supported:
        nothing = np.full(n.shape[1], np.nan)
        return StandardisedRates(nothing, nothing, nothing, nothing, nothing, nothing, is_supported, 0, n_all)
    weight = (n[rows].sum(axis=1) / n_supported)[:, np.newaxis]
    rate = (weight * (x[rows] / n[rows])).sum(axis=0)
    lower, upper = _wilson(rate, 1 / (weight**2 / n[rows]).sum(axis=0), confidence)
    difference = rate - rate[reference]
    below, above = rate - lower, upper - rate
    has_interval = np.arange(n.shape[1]) != reference
    return StandardisedRates(
        rate,
        lower,
        upper,
        difference,
        np.where(has_interval, difference - np.hypot(below, above[reference]), np.nan),
        np.where(has_interval, difference + np.hypot(above, below[reference]), np.nan),
        is_supported,
        n_supported,
        n_all - n_supported,
    )


def _wilson(rate: Floats, size: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Wilson's interval of rates at sample sizes that need not be whole."""
    z = float(normal_beyond((1 - confidence) / 2))
    centre = (rate + z**2 / (2 * size)) / (1 + z**2 / size)
    half_width = z * np.sqrt(rate * (1 - rate) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
    # At none and at all the ends are 0 and 1 exactly; rounding must not move them past the rate.
    return np.clip(centre - half_width, 0, rate), np.clip(centre + half_width, rate, 1)
