"""Time to an event only known to lie between two visits, as onset or loss of response: the interval-censored curve.

A course without the event at L and with it at the next visit R had it in (L, R]: L is left out, R belongs to it.
L equal to R is an exact time; R at infinity is a course that was last seen without the event.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.innermost_intervals import (
    Floats,
    IntervalError,
    Patterns,
    collapsed_patterns,
    covering_start,
    maximised,
)
from pipelines.statistics.replicate_masses import replicate_masses

__all__ = [
    "TOLERANCE",
    "Certificate",
    "EventCurve",
    "EventCurveBootstrap",
    "IntervalError",
    "bootstrap_event_curve",
    "event_curve",
]

# How far a gradient may stand from its value at the maximum, relative to the number of courses.
TOLERANCE = 1e-8
# A cumulative share this close to one half has reached it.
_HALF_REACHED = 0.5 - 1e-9
_HALF_REACHED_BY_REPLICATE = 0.5 - 1e-6
_CELLS_IN_MEMORY = 1_000_000


@dataclass(frozen=True)
class Certificate:
    """Proof that masses maximise the likelihood, or how far they are from it (Gentleman, Geyer 1994).

    Write d for the gradient of the log-likelihood in the masses and n for the number of courses. The masses
    are a maximum exactly when d / n is 1 on every interval with mass and at most 1 on the others. The
    log-likelihood is never further than n * `largest_excess` below its maximum.

    Attributes:
        largest_excess: The largest d / n - 1 over all innermost intervals.
        largest_gap_on_support: The largest |d / n - 1| over the intervals with mass.
        is_maximum: Both are within `TOLERANCE`.
    """

    largest_excess: float
    largest_gap_on_support: float
    is_maximum: bool


@dataclass(frozen=True)
class EventCurve:
    """Nonparametric maximum-likelihood curve: masses on innermost intervals, in time order.

    Where inside an innermost interval the mass lies is not determined by the data. Where several curves
    reach the maximum (small programs with few distinct intervals), this is one of them.

    Attributes:
        left: Left ends of the innermost intervals, left out unless `left` equals `right` (an exact time).
        right: Right ends, included; infinity for the share without the event by the last visit.
        mass: Share of courses with the event in each interval; sums to 1, may hold zeros.
        log_likelihood: Natural logarithm, at `mass`.
        certificate: Whether `mass` is a maximum.
        n: Number of courses.
    """

    left: Floats
    right: Floats
    mass: Floats
    log_likelihood: float
    certificate: Certificate
    n: int

    def cumulative_at(self, times: ArrayLike) -> Floats:
        """Share with the event by each of `times`, the smallest that fits.

        Mass counts once the right end of its interval is reached. Between innermost intervals and at
        their ends the value is determined; inside one it is the lower of the possible values.
        """
        return self.cumulative_bounds_at(times)[0]

    def cumulative_bounds_at(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """Smallest and largest share with the event by each of `times`, wherever in its interval mass lies."""
        t = np.asarray(times, dtype=float)[..., None]
        ended, begun = self.right <= t, self.left < t
        return ended @ self.mass, (ended | begun) @ self.mass

    def median_interval(self) -> tuple[float, float]:
        """The innermost interval in which the share with the event reaches one half.

        Its right end is infinity where half is not reached. Where the end of an interval brings the share
        to one half exactly (within 1e-9), it is that interval.
        """
        reached = int(np.argmax(np.cumsum(self.mass) >= _HALF_REACHED))
        return float(self.left[reached]), float(self.right[reached])


@dataclass(frozen=True)
class EventCurveBootstrap:
    """What resampling courses says about the uncertainty of such a curve.

    Attributes:
        times: As asked for.
        lower: Lower end of the pointwise percentile band of `EventCurve.cumulative_at(times)`.
        upper: Upper end.
        largest_upper: Upper end of the band of the largest share that fits (`EventCurve.cumulative_bounds_at`): from
            `lower` to it, the band covers wherever in its interval mass lies.
        median_left_lower: Lower percentile of the left ends of the replicates' median intervals.
        median_right_upper: Upper percentile of their right ends; infinity where half is not reached.
        replicates: How many were drawn.
        n_not_converged: How many of them hold no certificate; they are counted in all the same.
    """

    times: Floats
    lower: Floats
    upper: Floats
    largest_upper: Floats
    median_left_lower: float
    median_right_upper: float
    replicates: int
    n_not_converged: int


def event_curve(left: ArrayLike, right: ArrayLike, count: ArrayLike) -> EventCurve:
    """Maximum-likelihood share with the event by each time, from intervals (left, right] and their counts.

    Nothing is assumed about the curve's shape; visits are assumed not to depend on the event beyond what
    was seen (non-informative censoring). The masses are found by the constrained Newton method, whose steps
    are non-negative least-squares problems. Memory grows with distinct intervals times innermost ones.

    Args:
        left: Last time known to be without the event, shape (k,), finite, any unit.
        right: First time known to be with the event, shape (k,), not before `left`; infinity if never seen.
        count: Whole numbers, shape (k,): courses with this interval. Rows may repeat; 0 is ignored.

    Returns:
        The curve, with a certificate that says whether the maximum was reached.

    Raises:
        IntervalError: If shapes differ, an interval ends before it begins or has no finite beginning, counts
            are negative or not whole numbers, or all counts are 0.

    References:
        Turnbull (1976), JRSS B 38:290-295. Gentleman, Geyer (1994), Biometrika 81:618-623. Wang (2008),
        Computational Statistics & Data Analysis 52:2388-2402.
    """
    return _fitted(collapsed_patterns(left, right, count))


def bootstrap_event_curve(
    left: ArrayLike,
    right: ArrayLike,
    count: ArrayLike,
    times: ArrayLike,
    *,
    replicates: int = 2000,
    seed: int,
    confidence: float = 0.95,
) -> EventCurveBootstrap:
    """Percentile bootstrap of `event_curve`: courses are drawn anew and the curve is found for each draw.

    Each replicate is read as the data are, by its own innermost intervals, and its log-likelihood is within
    n * `TOLERANCE` of its maximum unless counted as not converged. Percentiles are order statistics, rounded
    outwards, so infinite ends stay infinite. Equal intervals and counts in any order give equal digits.

    Args:
        left: As for `event_curve`.
        right: As for `event_curve`.
        count: As for `event_curve`; a row must stand for courses of different people.
        times: Where the band is wanted, shape (t,).
        replicates: How many draws, at least 1; 2000 or more for percentiles in the tails.
        seed: Of numpy's default generator.
        confidence: Pointwise coverage of the band and of the median's interval, between 0 and 1.

    Returns:
        The band and the median's interval.

    Raises:
        IntervalError: As for `event_curve`.
        ValueError: If `replicates` is below 1 or `confidence` not between 0 and 1.

    References:
        Efron, Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    if replicates < 1:
        raise ValueError(f"replicates must be at least 1, got {replicates}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    patterns = collapsed_patterns(left, right, count)
    start = _fitted(patterns).mass
    generator = np.random.default_rng(seed)
    at = np.asarray(times, dtype=float)
    smallest, largest = np.empty((2, replicates, at.size))
    medians = np.empty((replicates, 2))
    n_not_converged = 0
    n = int(patterns.count.sum())
    chunk = max(1, _CELLS_IN_MEMORY // patterns.covers.shape[0])
    for begin in range(0, replicates, chunk):
        rows = slice(begin, min(begin + chunk, replicates))
        drawn = generator.multinomial(n, patterns.count / n, size=rows.stop - begin).astype(float)
        masses, converged = replicate_masses(patterns.covers, drawn, start, TOLERANCE)
        n_not_converged += int(np.sum(~converged))
        smallest[rows], largest[rows], medians[rows] = _read_replicates(patterns, drawn, masses, at)
    tail = (replicates - 1) * (1 - confidence) / 2
    low, high = int(np.floor(tail)), int(np.ceil(replicates - 1 - tail))
    for values in (smallest, largest, medians):
        values.sort(axis=0)
    return EventCurveBootstrap(
        at, smallest[low], smallest[high], largest[high], float(medians[low, 0]), float(medians[high, 1]), replicates,
        n_not_converged,
    )  # fmt: skip


def _fitted(patterns: Patterns) -> EventCurve:
    mass = maximised(patterns.covers, patterns.count, covering_start(patterns))
    probability = patterns.covers @ mass
    n = int(patterns.count.sum())
    return EventCurve(
        left=patterns.inner_left,
        right=patterns.inner_right,
        mass=mass,
        log_likelihood=float(patterns.count @ np.log(probability)),
        certificate=_certificate((patterns.count / probability) @ patterns.covers / n, mass, TOLERANCE),
        n=n,
    )


def _certificate(gradient: Floats, mass: Floats, tolerance: float) -> Certificate:
    excess, gap = float(gradient.max() - 1), float(np.abs(gradient[mass > 0] - 1).max())
    return Certificate(excess, gap, excess <= tolerance and gap <= tolerance)


def _read_replicates(patterns: Patterns, drawn: Floats, masses: Floats, times: Floats) -> tuple[Floats, Floats, Floats]:
    """Smallest and largest cumulative share at `times` and the median interval, by each draw's own innermost intervals.

    Where a draw puts mass, its own innermost interval runs from the last left end at or before to the first
    right end at or after, among the patterns that were drawn. Neighbours that no drawn pattern tells apart
    get the same two ends.
    """
    m = masses.shape[1]
    lefts, rights = np.full((2, len(drawn), m), -np.inf)
    rights *= -1
    for pattern, (begin, end) in enumerate(zip(patterns.first, patterns.last, strict=True)):
        is_drawn = drawn[:, pattern] > 0
        np.maximum(lefts[:, begin], patterns.left[pattern], out=lefts[:, begin], where=is_drawn)
        np.minimum(rights[:, end], patterns.right[pattern], out=rights[:, end], where=is_drawn)
    lefts = np.maximum.accumulate(lefts, axis=1)
    rights = np.minimum.accumulate(rights[:, ::-1], axis=1)[:, ::-1]
    cumulative = np.cumsum(masses, axis=1)
    ended, begun = np.empty((2, len(drawn), times.size), dtype=np.int64)
    for column, time in enumerate(times):
        ended[:, column] = (rights <= time).sum(axis=1)
        begun[:, column] = ((rights <= time) | (lefts < time)).sum(axis=1)
    from_zero = np.concatenate([np.zeros((len(drawn), 1)), cumulative], axis=1)
    reached = np.argmax(cumulative >= _HALF_REACHED_BY_REPLICATE, axis=1)[:, None]
    medians = np.concatenate(
        [np.take_along_axis(lefts, reached, axis=1), np.take_along_axis(rights, reached, axis=1)], axis=1
    )
    return np.take_along_axis(from_zero, ended, axis=1), np.take_along_axis(from_zero, begun, axis=1), medians
