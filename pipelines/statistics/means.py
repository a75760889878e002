"""A mean from sums, and how sure we are of it; percentiles from counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.distributions import t_beyond


@dataclass(frozen=True)
class MeanEstimate:
    """A mean with its interval, in the unit of the values; NaN where nothing can be said.

    Attributes:
        estimate: the mean; NaN without values.
        lower, upper: ends of the t interval; NaN with fewer than two values.
    """

    estimate: float
    lower: float
    upper: float


def mean_interval(n: int, total: float, total_of_squares: float, confidence: float = 0.95) -> MeanEstimate:
    """Mean and Student's t interval from additive sums.

    Equals R's `t.test(x, conf.level = confidence)` on the values behind the sums. Assumes one value for each person;
    for skewed values and few of them the interval is rough.

    Args:
        n: how many values.
        total: their sum.
        total_of_squares: the sum of their squares.
        confidence: coverage, between 0 and 1; two-sided.

    Raises:
        ValueError: n is negative, or confidence not between 0 and 1.

    References:
        Student (1908), Biometrika 6:1-25.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    if n < 0:
        raise ValueError(f"n must not be negative, got {n}")
    if n == 0:
        return MeanEstimate(nan, nan, nan)
    mean = total / n
    if n == 1:
        return MeanEstimate(mean, nan, nan)
    # Rounding may leave a sum of squared deviations just below 0 where all values are equal.
    squared_deviations = max(0.0, total_of_squares - total * mean)
    standard_error = sqrt(squared_deviations / (n - 1) / n)
    half_width = t_beyond((1 - confidence) / 2, n - 1) * standard_error
    return MeanEstimate(mean, mean - half_width, mean + half_width)


def percentiles(values: ArrayLike, counts: ArrayLike, percents: Sequence[int]) -> NDArray[np.float64]:
    """The smallest value that at least so many per cent of the counted values do not exceed.

    Equals `numpy.percentile(x, percents, method="inverted_cdf")` and R's `quantile(x, percents / 100, type = 1)` on
    the values behind the counts; compared in whole numbers, so that no rounding decides.

    Args:
        values: distinct or not, shape (k,).
        counts: whole numbers from 0, shape (k,).
        percents: whole per cents from 1 to 100.

    Returns:
        One value for each per cent; NaN where all counts are 0.

    References:
        Hyndman, Fan (1996), The American Statistician 50:361-365, definition 1.
    """
    order = np.argsort(np.asarray(values, dtype=float), kind="stable")
    ordered, cumulative = np.asarray(values, dtype=float)[order], np.cumsum(np.asarray(counts, dtype=np.int64)[order])
    if not cumulative.size or not cumulative[-1]:
        return np.full(len(percents), np.nan)
    reached = [int(np.argmax(100 * cumulative >= percent * cumulative[-1])) for percent in percents]
    return ordered[reached]
