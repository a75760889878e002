"""Whether a proportion differs between the levels of a group by more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.distributions import chi_square_tail


@dataclass(frozen=True)
class HeterogeneityTest:
    """Pearson's test; NaN, 0 and NaN where all, or none, of the levels' people meet the rule, or there is one level.

    Attributes:
        chi_square: the sum over levels of (met - expected)^2 / expected, for those who met the rule and for the others.
        degrees_of_freedom: one less than there are levels.
        p_value: the chance of a `chi_square` at least so large if the levels do not differ.
        least_expected: the smallest expected count, of those who met the rule or of the others; NaN without people.
    """

    chi_square: float
    degrees_of_freedom: int
    p_value: float
    least_expected: float


def heterogeneity_test(met: ArrayLike, observed: ArrayLike) -> HeterogeneityTest:
    """Pearson's chi-squared test of one proportion in all levels, without a correction for continuity.

    Equals R's `prop.test(met, observed, correct = FALSE)`, and `chisq.test` of the same table without correction. It
    asks whether the levels are alike, all together, and names none of them. With expected counts below 5 its p-value is
    not to be relied on (Cochran 1954): look at `least_expected` first.

    Args:
        met: whole numbers, shape (k,).
        observed: whole numbers above 0, shape (k,).

    Raises:
        ValueError: shapes differ, a level is empty, or counts lie outside what is observed.

    References:
        Pearson (1900), Phil Mag 50:157-175. Cochran (1954), Biometrics 10:417-451.
    """
    x, n = np.asarray(met, dtype=np.int64), np.asarray(observed, dtype=np.int64)
    if x.shape != n.shape or n.ndim != 1:
        raise ValueError(f"met and observed must be of one length, got {x.shape} and {n.shape}")
    if np.any(n < 1) or np.any(x < 0) or np.any(x > n):
        raise ValueError("observed must be at least 1, and met between 0 and observed")
    order = np.lexsort((x, n))
    x, n = x[order], n[order]
    total, n_met = int(n.sum()), int(x.sum())
    least = float(n.min()) * min(n_met, total - n_met) / total if total else nan
    if len(n) < 2 or n_met in (0, total):
        return HeterogeneityTest(nan, 0, nan, least)
    share = n_met / total
    chi_square = float(((x - n * share) ** 2 / (n * share * (1 - share))).sum())
    degrees = len(n) - 1
    return HeterogeneityTest(chi_square, degrees, chi_square_tail(chi_square, degrees), least)
