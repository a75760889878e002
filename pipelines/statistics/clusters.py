"""Means and shares of things that come in clusters, such as the infusions of one course, from sums over clusters."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

from pipelines.statistics.distributions import normal_beyond, t_beyond


@dataclass(frozen=True)
class ClusterSums:
    """Sums over clusters, of how many units each holds (m) and of the total of its values (y). They add.

    Attributes:
        clusters: how many there are; those without a unit are not counted.
        units: the sum of m.
        units_squared: the sum of m squared.
        total: the sum of y.
        total_squared: the sum of y squared.
        cross: the sum of m times y.
    """

    clusters: int
    units: int
    units_squared: int
    total: float
    total_squared: float
    cross: float

    def __add__(self, other: ClusterSums) -> ClusterSums:
        return ClusterSums(
            self.clusters + other.clusters,
            self.units + other.units,
            self.units_squared + other.units_squared,
            self.total + other.total,
            self.total_squared + other.total_squared,
            self.cross + other.cross,
        )


@dataclass(frozen=True)
class ClusterEstimate:
    """A mean or a share with its interval; NaN where nothing can be said.

    Attributes:
        estimate: in the unit of the values; a share from 0 to 1.
        lower, upper: ends of the interval.
        effective_units: how many independent units would say as much; of shares only.
        is_clustering_estimated: whether the data say how alike the units of a cluster are; of shares only. Otherwise
            they were taken as wholly alike.
    """

    estimate: float
    lower: float
    upper: float
    effective_units: float = nan
    is_clustering_estimated: bool = True


_NOTHING = ClusterEstimate(nan, nan, nan)


def mean_of_units(sums: ClusterSums, confidence: float = 0.95) -> ClusterEstimate:
    """The mean over units, sum of y by sum of m, with a t interval on one degree of freedom less than the clusters.

    The variance of the ratio is `k / (k - 1) * sum (y - r m)^2 / (sum m)^2`, as in R's `survey::svyratio` with the
    clusters as sampling units. With one unit in each cluster it is Student's interval for a mean. It assumes that
    clusters are independent and not few: below some ten the interval is rough.

    Args:
        sums: of the clusters.
        confidence: coverage, between 0 and 1; two-sided.

    Raises:
        ValueError: a sum is impossible, or confidence not between 0 and 1.

    References:
        Cochran (1977), Sampling Techniques, 3rd edition, sections 6.3 and 9A.
    """
    _check(sums, confidence)
    if not sums.units:
        return _NOTHING
    mean = sums.total / sums.units
    if sums.clusters < 2:
        return ClusterEstimate(mean, nan, nan)
    half_width = t_beyond((1 - confidence) / 2, sums.clusters - 1) * sqrt(_variance(sums, mean))
    return ClusterEstimate(mean, mean - half_width, mean + half_width)


def share_of_units(sums: ClusterSums, fewest_to_estimate: int, confidence: float = 0.95) -> ClusterEstimate:
    """The share of units that have something, with Wilson's interval on the effective number of units.

    The effective number is the one with which independent units would have the variance of the ratio of
    `mean_of_units`, at most the units there are, and is cut by the squared ratio of the normal to the t quantile
    because clusters are few. Where fewer than `fewest_to_estimate` units have it, or have it not, the data cannot say
    how alike the units of a cluster are: they are taken as wholly alike, and the effective number is
    `(sum m)^2 / sum m^2`, the least that it can be with equal chances. So none of many still has an upper end, and one
    that does not jump with the first few. A Poisson interval, which takes units as independent, would be too narrow.

    Args:
        sums: of the clusters; y is how many of a cluster's units have it.
        fewest_to_estimate: units with and units without, from which on the clustering is estimated.
        confidence: coverage, between 0 and 1; two-sided.

    Raises:
        ValueError: a sum is impossible, the total exceeds the units, or confidence not between 0 and 1.

    References:
        Wilson (1927), JASA 22:209-212. Kish (1965), Survey Sampling, for the design effect. Rao, Scott (1992),
        Biometrics 48:577-585, and Korn, Graubard (1998), Survey Methodology 24:193-201, for effective sample sizes.
    """
    _check(sums, confidence)
    if not 0 <= sums.total <= sums.units:
        raise ValueError(f"total must lie between 0 and units, got {sums.total} of {sums.units}")
    if not sums.units:
        return _NOTHING
    share = sums.total / sums.units
    z = float(normal_beyond((1 - confidence) / 2))
    is_clustered = sums.units_squared > sums.units
    is_estimated = min(sums.total, sums.units - sums.total) >= fewest_to_estimate and sums.clusters > 1
    if not is_clustered:
        effective = float(sums.units)
    elif is_estimated:
        variance = _variance(sums, share)
        t = t_beyond((1 - confidence) / 2, sums.clusters - 1)
        independent = sums.units * variance <= share * (1 - share)
        effective = (sums.units if independent else share * (1 - share) / variance) * (z / t) ** 2
    else:
        effective = sums.units**2 / sums.units_squared
    lower, upper = _wilson(share, effective, z)
    return ClusterEstimate(share, lower, upper, effective, is_estimated or not is_clustered)


def _variance(sums: ClusterSums, ratio: float) -> float:
    """Of the ratio. Rounding may leave a sum of squares just below 0 where all clusters are alike."""
    squares = sums.total_squared - 2 * ratio * sums.cross + ratio**2 * sums.units_squared
    return max(0.0, squares) * sums.clusters / (sums.clusters - 1) / sums.units**2


def _wilson(share: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's interval for a share of a number that need not be whole; exact at none and at all."""
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half_width = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return (0.0 if share == 0 else centre - half_width), (1.0 if share == 1 else centre + half_width)


def _check(sums: ClusterSums, confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    if not 0 <= sums.clusters <= sums.units <= sums.units_squared:
        raise ValueError(
            f"needs 0 <= clusters <= units <= units_squared, got {sums.clusters}, {sums.units} and {sums.units_squared}"
        )
    if sums.clusters * sums.units_squared < sums.units**2:
        raise ValueError(f"units_squared is too small for {sums.units} units in {sums.clusters} clusters")
