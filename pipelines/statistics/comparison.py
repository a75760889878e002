"""Whether groups differ in the time to an event by more than chance: the score test and the log-rank test.

Both set the events of each group against those expected if all groups followed one curve, and both are made of counts.
They differ in what they know of the time: an interval (L, R], or one day.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.distributions import chi_square_tail, normal_tail
from pipelines.statistics.innermost_intervals import (
    Floats,
    Integers,
    Patterns,
    collapsed_patterns,
    covering_start,
    maximised,
)

# A covariance below this, for each course, cannot be told from rounding.
_ROUNDING = 1e-13
# A direction with so little of the largest variance has none.
_SINGULAR = 1e-10


@dataclass(frozen=True)
class GroupTest:
    """A test of the hypothesis that all groups follow one curve.

    Attributes:
        groups: Their names, sorted; every array below is in this order.
        n: Courses in each.
        events: Events in each.
        excess: Events less those expected under one curve; sums to 0. Above 0: more, or earlier, than expected.
        covariance: Of `excess` under the hypothesis, shape (k, k).
        chi_square: `excess` in units of its covariance.
        degrees_of_freedom: Rank of the covariance; 0 where nothing can differ.
        p_value: Chance of a `chi_square` at least so large under the hypothesis; NaN without degrees of freedom.
    """

    groups: tuple[str, ...]
    n: Integers
    events: Integers
    excess: Floats
    covariance: Floats
    chi_square: float
    degrees_of_freedom: int
    p_value: float

    @property
    def expected(self) -> Floats:
        """Events expected in each group if all followed one curve."""
        return self.events - self.excess

    @property
    def z(self) -> Floats:
        """Each group against all others together, in standard deviations; NaN where it cannot differ."""
        deviation = np.sqrt(np.diag(self.covariance))
        z: Floats = np.divide(self.excess, deviation, out=np.full(deviation.size, np.nan), where=deviation > 0)
        return z

    @property
    def p_values_against_others(self) -> Floats:
        """Of each group against all others together, two-sided: the same test of two groups, not corrected."""
        return np.asarray(2 * normal_tail(np.abs(self.z)), dtype=float)


def score_test(left: ArrayLike, right: ArrayLike, count: ArrayLike, group: ArrayLike) -> GroupTest:
    """Sun's score test for events known to lie in (left, right], with the variance of permutations.

    Each course gets the score S(L) log H(L) - S(R) log H(R), divided by S(L) - S(R), where S is the curve of all groups
    together and H(t) the product exponential of its hazards; with exact times this is the log-rank score. The scores
    of a group are added up; what they may come to by chance is their variance when groups are dealt out at random.
    That holds where visits are spaced alike in the groups: what is dealt out is the whole interval.

    Args:
        left: Last time known to be without event, shape (m,), finite, any unit.
        right: First time known to be with it, shape (m,), not before `left`; infinity if never seen.
        count: Whole numbers, shape (m,): courses with this interval in this group. Rows may repeat; 0 is ignored.
        group: Names, shape (m,).

    Returns:
        The test. `chi_square` is the square of the Z of R's `ictest(..., scores = "logrank1", method = "pclt")` for
        two groups, and its chi-square for more.

    Raises:
        IntervalError: If the intervals or counts cannot be what they are said to be.
        ValueError: If there are fewer than two groups.

    References:
        Sun (1996), Statistics in Medicine 15:1387-1395. Fay, Shaw (2010), Journal of Statistical Software 36(2).
        On unequal visits: Fay, Shih (2012), Statistics in Medicine 31:3760-3772.
    """
    patterns = collapsed_patterns(left, right, count)
    counts = np.asarray(count)
    present = counts > 0
    names, codes = _groups(group, present)
    pairs = np.stack([np.asarray(left, dtype=float), np.asarray(right, dtype=float)], axis=1)[present]
    row = np.unique(pairs, axis=0, return_inverse=True)[1]
    table = np.zeros((len(names), patterns.count.size), dtype=np.int64)
    np.add.at(table, (codes, row), counts[present])

    score = _scores(patterns)
    score -= patterns.count @ score / patterns.count.sum()
    n, n_all = table.sum(axis=1), patterns.count.sum()
    variance = patterns.count @ score**2 / (n_all - 1)
    covariance = variance * (np.diag(n) - np.outer(n, n) / n_all)
    return _tested(names, n, table @ np.isfinite(patterns.right), table @ score, covariance)


def log_rank_test(time: ArrayLike, event_observed: ArrayLike, count: ArrayLike, group: ArrayLike) -> GroupTest:
    """The log-rank test of k groups, for events at a known time or censored.

    Args:
        time: Times from 0, shape (m,), any unit. Equal times must be equal numbers.
        event_observed: Booleans, shape (m,): True for an event at `time`, False for censored at `time`.
        count: Whole numbers, shape (m,): courses with this time and flag in this group. Rows may repeat.
        group: Names, shape (m,).

    Returns:
        The test. It equals R's `survdiff(Surv(time, event) ~ group)`; `expected` is there, too.

    Raises:
        ValueError: If shapes differ, a time is not finite, flags are not booleans, counts are negative or not whole
            numbers, or there are fewer than two groups.

    References:
        Mantel (1966), Cancer Chemotherapy Reports 50:163-170. Kalbfleisch, Prentice (2002), The Statistical Analysis
        of Failure Time Data, section 1.5.
    """
    times, observed, counts = np.asarray(time, dtype=float), np.asarray(event_observed), np.asarray(count)
    if times.ndim != 1 or not times.shape == observed.shape == counts.shape:
        raise ValueError(
            "time, event_observed and count must be one-dimensional and of one length, "
            f"got shapes {times.shape}, {observed.shape} and {counts.shape}"
        )
    if counts.size and (not np.issubdtype(counts.dtype, np.integer) or np.any(np.less(counts, 0))):
        raise ValueError("count must be whole numbers of an integer type, not negative")
    if observed.dtype != np.bool_:
        raise ValueError(f"event_observed must be booleans, got {observed.dtype}")
    if not np.all(np.isfinite(times)):
        raise ValueError(f"time must be finite, got {times[~np.isfinite(times)][0]}")
    present = counts > 0
    names, codes = _groups(group, present)
    distinct, row = np.unique(times[present], return_inverse=True)
    events, leaving = np.zeros((2, len(names), distinct.size))
    np.add.at(leaving, (codes, row), counts[present])
    is_event = observed[present]
    np.add.at(events, (codes[is_event], row[is_event]), counts[present][is_event])

    at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    n_events, n_at_risk = events.sum(axis=0), at_risk.sum(axis=0)
    share = at_risk / n_at_risk
    # Of n at risk, d have the event: how many of them are in which group is multivariate hypergeometric.
    spread = n_events * np.divide(
        n_at_risk - n_events, n_at_risk - 1, out=np.zeros_like(n_at_risk), where=n_at_risk > 1
    )
    covariance = np.diag(share @ spread) - (share * spread) @ share.T
    n_events_of = events.sum(axis=1)
    return _tested(names, leaving.sum(axis=1), n_events_of, n_events_of - share @ n_events, covariance)


def _groups(group: ArrayLike, present: NDArray[np.bool_]) -> tuple[tuple[str, ...], Integers]:
    """The groups' names, sorted, and for each row that counts which of them it is."""
    names = np.asarray(group)
    if names.shape != present.shape:
        raise ValueError(f"group must be as long as the counts, got shapes {names.shape} and {present.shape}")
    found, codes = np.unique(names[present], return_inverse=True)
    if found.size < 2:
        raise ValueError(f"two groups or more are needed to compare, got {found.size}")
    return tuple(str(name) for name in found), codes


def _scores(patterns: Patterns) -> Floats:
    """The log-rank score of each distinct interval, by the maximum-likelihood curve through all of them."""
    mass = maximised(patterns.covers, patterns.count, covering_start(patterns))
    # Summed from the end, what is left after the last mass is exactly 0.
    survival = np.concatenate([np.cumsum(mass[::-1])[::-1], [0.0]])
    hazard = np.divide(mass, survival[:-1], out=np.zeros(mass.size), where=mass > 0)
    weighted = survival * np.concatenate([[0.0], -np.cumsum(hazard)])
    begin, end = patterns.first, patterns.last + 1
    return np.asarray((weighted[begin] - weighted[end]) / (survival[begin] - survival[end]), dtype=float)


def _tested(
    names: tuple[str, ...], n: NDArray[np.number], events: NDArray[np.number], excess: Floats, covariance: Floats
) -> GroupTest:
    covariance = np.where(np.abs(covariance) < _ROUNDING * n.sum(), 0.0, covariance)
    values, vectors = np.linalg.eigh(covariance)
    carries = values > _SINGULAR * values.max()
    rank = int(carries.sum())
    chi_square = float(((excess @ vectors[:, carries]) ** 2 / values[carries]).sum())
    p_value = chi_square_tail(chi_square, rank) if rank else float("nan")
    return GroupTest(names, n.astype(np.int64), events.astype(np.int64), excess, covariance, chi_square, rank, p_value)
