"""How closely two quantities go together, from sums."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, nan, sqrt, tanh

from pipelines.statistics.distributions import normal_beyond


@dataclass(frozen=True)
class PairSums:
    """Sums over pairs (x, y), which add up over groups of people."""

    n: int
    x: float
    y: float
    x_squared: float
    y_squared: float
    x_times_y: float


@dataclass(frozen=True)
class Correlation:
    """A correlation with its interval; NaN where nothing can be said.

    Attributes:
        estimate: between -1 and 1; NaN with fewer than two pairs, or where one quantity does not vary.
        lower, upper: NaN with fewer than four pairs, or where all pairs lie on a line.
    """

    estimate: float
    lower: float
    upper: float


def pearson_correlation(sums: PairSums, confidence: float = 0.95) -> Correlation:
    """Pearson's correlation with Fisher's interval.

    Equals R's `cor.test(x, y, conf.level = confidence)` on the pairs behind the sums. The interval assumes that both
    quantities are about normal; where they are skewed and few it is rough.

    Args:
        sums: of all pairs, exact or nearly so.
        confidence: coverage, between 0 and 1; two-sided.

    References:
        Fisher (1921), Metron 1:3-32.
    """
    n = sums.n
    if n < 2:
        return Correlation(nan, nan, nan)
    x_spread = n * sums.x_squared - sums.x**2
    y_spread = n * sums.y_squared - sums.y**2
    # Rounding may leave a spread just above 0 where all values are equal.
    if x_spread <= _ROUNDING * n * sums.x_squared or y_spread <= _ROUNDING * n * sums.y_squared:
        return Correlation(nan, nan, nan)
    together = n * sums.x_times_y - sums.x * sums.y
    estimate = max(-1.0, min(1.0, together / sqrt(x_spread) / sqrt(y_spread)))
    if n < 4 or abs(estimate) > 1 - _ROUNDING:
        return Correlation(estimate, nan, nan)
    half_width = float(normal_beyond((1 - confidence) / 2)) / sqrt(n - 3)
    return Correlation(estimate, tanh(atanh(estimate) - half_width), tanh(atanh(estimate) + half_width))


_ROUNDING = 1e-12
