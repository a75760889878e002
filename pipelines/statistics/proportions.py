"""A share of a count and how sure we are of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from pipelines.statistics.distributions import normal_beyond, normal_tail

_SMALLEST_Z, _LARGEST_Z = 1e-6, 8.0


def wilson_interval(
    successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson score interval for each proportion `successes / trials`.

    The interval holds every proportion that a score test would not reject. It stays within 0 and 1,
    has width at 0 and at all, and covers close to its nominal level from a handful of trials on.

    Args:
        successes: Whole numbers, any shape.
        trials: Whole numbers, the same shape.
        confidence: Coverage wanted, between 0 and 1; two-sided.

    Returns:
        Lower and upper ends as fractions, each in the shape of the input. NaN where `trials` is 0:
        nothing was observed, so nothing is said.

    Raises:
        ValueError: If the shapes differ, a value is negative or not a whole number, or successes exceed
            trials.

    References:
        Wilson (1927), JASA 22:209-212. Brown, Cai, DasGupta (2001), Statistical Science 16:101-133.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    x, n = np.asarray(successes), np.asarray(trials)
    check_counts(x, n)
    z = float(normal_beyond((1 - confidence) / 2))
    some = np.where(n > 0, n, 1)
    centre = (x + z**2 / 2) / (some + z**2)
    half_width = z * np.sqrt(x * (n - x) / some + z**2 / 4) / (some + z**2)
    # At none and at all the ends are 0 and 1 exactly; rounding must not move them.
    lower = np.where(x == 0, 0.0, centre - half_width)
    upper = np.where(x == n, 1.0, centre + half_width)
    return np.where(n > 0, lower, np.nan), np.where(n > 0, upper, np.nan)


def check_counts(successes: NDArray[np.generic], trials: NDArray[np.generic]) -> None:
    """Raises ValueError unless both hold whole numbers from 0, of one shape, successes within trials."""
    if successes.shape != trials.shape:
        raise ValueError(f"successes and trials must have the same shape, got {successes.shape} and {trials.shape}")
    for name, values in (("successes", successes), ("trials", trials)):
        if values.size and not np.issubdtype(values.dtype, np.integer):
            raise ValueError(f"{name} must be whole numbers of an integer type, got {values.dtype}")
        if np.any(np.less(values, 0)):
            raise ValueError(f"{name} must not be negative, got {values.min()}")
    over = np.greater(successes, trials)
    if np.any(over):
        raise ValueError(f"successes must not exceed trials, got {successes[over][0]} of {trials[over][0]}")


def newcombe_interval(successes: Sequence[int], trials: Sequence[int], confidence: float = 0.95) -> tuple[float, float]:
    """Interval for the difference of two independent proportions, the first less the second.

    Args:
        successes: two whole numbers.
        trials: two whole numbers, not 0.
        confidence: coverage, a fraction.

    Returns:
        Lower and upper end, as fractions from -1 to 1.

    Source:
        Newcombe 1998, Stat Med 17:873, method 10 (hybrid of two Wilson intervals, no continuity correction).
    """
    (first, second), (lower, upper) = np.divide(successes, trials), wilson_interval(successes, trials, confidence)
    difference = first - second
    below = np.hypot(first - lower[0], upper[1] - second)
    above = np.hypot(upper[0] - first, second - lower[1])
    return float(difference - below), float(difference + above)


def newcombe_p_value(successes: Sequence[int], trials: Sequence[int]) -> float:
    """The p-value that Newcombe's interval gives: one less the confidence at which its end comes to no difference.

    Args:
        successes: two whole numbers.
        trials: two whole numbers, not 0.
    """
    first, second = np.divide(successes, trials)
    if first == second:
        return 1.0

    def nearer_end(z: float) -> float:
        lower, upper = newcombe_interval(successes, trials, 1 - 2 * float(normal_tail(z)))
        return lower if first > second else -upper

    if nearer_end(_LARGEST_Z) > 0:
        return 2 * float(normal_tail(_LARGEST_Z))
    return 2 * float(normal_tail(optimize.brentq(nearer_end, _SMALLEST_Z, _LARGEST_Z)))
