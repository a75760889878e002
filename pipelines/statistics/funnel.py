"""Whether proportions of several groups differ by more than chance: limits of a funnel plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.distributions import normal_beyond

QUARTER_TURN = np.pi / 2


@dataclass(frozen=True)
class Funnel:
    """How far each group lies from what is expected of it, and how far chance would carry it.

    Attributes:
        z: distance from the target in standard errors, overdispersion left out; shape (k,).
        phi: the mean of the squared winsorised z; 1 if chance alone parts the groups.
        tau_squared: the variance between groups that is added, on the arcsine scale; 0 without overdispersion.
        lower, upper: limits of each group's proportion, shape (k, number of limits), as fractions.
        direction: for each limit -1 below it, 1 above it, 0 within or on it; shape (k, number of limits).
    """

    z: NDArray[np.float64]
    phi: float
    tau_squared: float
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    direction: NDArray[np.int64]


def funnel_limits(
    successes: ArrayLike,
    trials: ArrayLike,
    targets: ArrayLike,
    coverages: Sequence[float] = (0.95, 0.998),
    winsorised_fraction: float = 0.1,
) -> Funnel:
    """Funnel limits for proportions, widened by the variance between groups that chance does not account for.

    On the scale of asin(sqrt(p)) a proportion of n has the standard error s = 1 / (2 sqrt(n)), whatever p is. The
    z of the groups are winsorised at both ends (their quantiles as R's `quantile`, type 7), phi is the mean of their
    squares, and where k phi > k - 1 the variance between groups is that of the method of moments,
    (k phi - (k - 1)) / (sum w - sum w^2 / sum w) with w = 1 / s^2. Limits are the target plus and minus
    z sqrt(s^2 + tau^2), transformed back. An angle below 0 or beyond a quarter turn stands for 0 and 1: its sine
    squared would turn back. Do not use it for a handful of groups, of which phi says nothing, or for groups of a
    handful each.

    Args:
        successes: whole numbers, shape (k,).
        trials: whole numbers above 0, shape (k,).
        targets: the proportion expected of each group, as fractions from 0 to 1, shape (k,): all equal, or each
            group's own case mix; a target is taken as known.
        coverages: of the limits, fractions, two-sided.
        winsorised_fraction: of the z at each end.

    Raises:
        ValueError: shapes differ, nothing is given, or a number is out of its range.

    References:
        Spiegelhalter (2005), Stat Med 24:1185-1202; (2005), Qual Saf Health Care 14:347-351. Spiegelhalter et al.
        (2012), J R Stat Soc A 175:1-47. tau^2: DerSimonian, Laird (1986), Control Clin Trials 7:177-188.
    """
    x, n, target = np.asarray(successes), np.asarray(trials), np.asarray(targets, dtype=np.float64)
    _check(x, n, target, winsorised_fraction)
    s = 1 / (2 * np.sqrt(n))
    aim = np.arcsin(np.sqrt(target))
    z = (np.arcsin(np.sqrt(x / n)) - aim) / s
    # Sorted before they are added, so that the order of groups decides no digit.
    order = np.lexsort((n, z))
    phi = _dispersion(z[order], winsorised_fraction)
    tau_squared = _between(phi, 1 / s[order] ** 2)
    reach = _reach(n, tau_squared, coverages)
    lower, upper = _around(aim[:, np.newaxis], reach)
    distance = (z * s)[:, np.newaxis]
    direction = np.where(distance > reach, 1, np.where(distance < -reach, -1, 0))
    return Funnel(z=z, phi=phi, tau_squared=tau_squared, lower=lower, upper=upper, direction=direction)


def funnel_curve(
    trials: ArrayLike, target: float, tau_squared: float, coverages: Sequence[float] = (0.95, 0.998)
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The limits of `funnel_limits` around one target, for groups of any size: what a funnel plot draws as curves.

    Args:
        trials: sizes above 0, shape (m,).
        target: the proportion that all groups are held against, as a fraction.
        tau_squared: the variance between groups that `funnel_limits` found.
        coverages: of the limits, fractions, two-sided.

    Returns:
        Lower and upper limits as fractions, each of shape (m, number of limits).

    Raises:
        ValueError: a size or the target is out of its range.
    """
    n, targets = np.asarray(trials), np.asarray([target], dtype=np.float64)
    _check_ranges(n, targets)
    return _around(np.arcsin(np.sqrt(targets))[:, np.newaxis], _reach(n, tau_squared, coverages))


def _reach(n: NDArray[np.generic], tau_squared: float, coverages: Sequence[float]) -> NDArray[np.float64]:
    """How far limits lie from the target, on the arcsine scale; shape (sizes, number of limits)."""
    quantiles = normal_beyond((1 - np.asarray(coverages)) / 2)
    deviations = np.sqrt(1 / (4 * n.astype(np.float64)) + tau_squared)
    return np.asarray(quantiles[np.newaxis, :] * deviations[:, np.newaxis], dtype=np.float64)


def _around(angle: NDArray[np.float64], reach: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lower = np.sin(np.clip(angle - reach, 0, QUARTER_TURN)) ** 2
    return lower, np.sin(np.clip(angle + reach, 0, QUARTER_TURN)) ** 2


def _dispersion(z: NDArray[np.float64], fraction: float) -> float:
    least, most = np.quantile(z, [fraction, 1 - fraction])
    return float(np.mean(np.clip(z, least, most) ** 2))


def _between(phi: float, weights: NDArray[np.float64]) -> float:
    k = len(weights)
    if k < 2 or k * phi <= k - 1:
        return 0.0
    total = weights.sum()
    return float((k * phi - (k - 1)) / (total - (weights**2).sum() / total))


def _check(
    x: NDArray[np.generic], n: NDArray[np.generic], target: NDArray[np.float64], winsorised_fraction: float
) -> None:
    if not (x.shape == n.shape == target.shape) or x.ndim != 1 or not x.size:
        shapes = f"{x.shape}, {n.shape} and {target.shape}"
        raise ValueError(f"successes, trials and targets must be of one length and hold something, got {shapes}")
    _check_ranges(n, target)
    if np.any(np.less(x, 0)) or np.any(np.greater(x, n)):
        raise ValueError("successes must lie between 0 and the trials")
    if not 0 <= winsorised_fraction < 0.5:
        raise ValueError(f"winsorised_fraction must be at least 0 and below 0.5, got {winsorised_fraction}")


def _check_ranges(n: NDArray[np.generic], target: NDArray[np.float64]) -> None:
    if np.any(np.less(n, 1)):
        raise ValueError("trials must be at least 1")
    if np.any(target < 0) or np.any(target > 1):
        raise ValueError(f"targets must lie between 0 and 1, got {target.min()} to {target.max()}")
