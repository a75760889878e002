"""Which of several events came first, and when: Aalen-Johansen cumulative incidences with pointwise bands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.distributions import normal_beyond

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CumulativeIncidences:
    """Aalen-Johansen curves, one row for each distinct time, in time order, and one column for each cause.

    Attributes:
        time: Distinct times, in the unit of the input, shape (m,).
        at_risk: Courses without any event and still under observation just before `time`, shape (m,).
        events: Events of each cause at `time`, shape (m, causes).
        censored: Courses last seen at `time` without event; they count as at risk at `time`, shape (m,).
        event_free: Share without any event after `time`: with `incidence` it sums to 1, shape (m,).
        incidence: Share for which this cause came first, by `time`, shape (m, causes).
        lower: Lower end of the pointwise band of `incidence`; NaN where it is exactly 0 or 1.
        upper: Upper end, likewise.
    """

    time: Floats
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    censored: NDArray[np.int64]
    event_free: Floats
    incidence: Floats
    lower: Floats
    upper: Floats

    def incidence_at(self, times: ArrayLike) -> Floats:
        """Share for which each cause came first, by each of `times`, shape (t, causes); carried after the last time."""
        return np.vstack([np.zeros((1, self.incidence.shape[1])), self.incidence])[self._rows(times)]

    def band_at(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """The band of `incidence_at`; NaN before the first event of a cause."""
        blank = np.full((1, self.incidence.shape[1]), np.nan)
        rows = self._rows(times)
        return np.vstack([blank, self.lower])[rows], np.vstack([blank, self.upper])[rows]

    def event_free_at(self, times: ArrayLike) -> Floats:
        """Share without any event after each of `times`."""
        return np.concatenate([[1.0], self.event_free])[self._rows(times)]

    def at_risk_at(self, times: ArrayLike) -> NDArray[np.int64]:
        """Number without any event and under observation just before each of `times`; 0 after the last time."""
        row = np.searchsorted(self.time, np.asarray(times, dtype=float), side="left")
        return np.concatenate([self.at_risk, [0]])[row]

    def _rows(self, times: ArrayLike) -> NDArray[np.int64]:
        return np.searchsorted(self.time, np.asarray(times, dtype=float), side="right").astype(np.int64)


def aalen_johansen(
    time: ArrayLike, cause: ArrayLike, count: ArrayLike, n_causes: int, confidence: float = 0.95
) -> CumulativeIncidences:
    """Share for which each of several events came first, by each time, when some courses are censored.

    Each event ends a course: what would have come after it is not asked. One minus Kaplan-Meier with the other
    events as censored overstates, because it takes the courses that had them for courses that still may have this one.
    Bands are log(-log) of the incidence, from the delta method on the multinomial events of each time; that is the
    infinitesimal jackknife, which for a single cause is Greenwood's formula.

    Args:
        time: Times from 0, shape (k,), any unit. Equal times must be equal numbers.
        cause: Whole numbers, shape (k,): 1 to `n_causes` for the event at `time`, 0 for censored at `time`.
        count: Whole numbers, shape (k,): how many courses have this time and cause. Rows may repeat;
            rows of 0 are ignored.
        n_causes: How many kinds of event there are; one that never happened has an incidence of 0.
        confidence: Pointwise coverage of the bands, between 0 and 1.

    Returns:
        The curves. They equal R's `survfit(Surv(time, factor(cause)) ~ 1, weights, conf.type = "log-log")`.

    Raises:
        ValueError: If shapes differ, a time is negative or not finite, a cause is not one of those named, counts are
            negative or not whole numbers, or all counts are 0.

    References:
        Aalen, Johansen (1978), Scandinavian Journal of Statistics 5:141-150. Marubini, Valsecchi (1995), Analysing
        Survival Data from Clinical Trials and Observational Studies, chapter 10. Putter, Fiocco, Geskus (2007),
        Statistics in Medicine 26:2389-2430.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    times, causes, counts = _checked(time, cause, count, n_causes)
    distinct, row = np.unique(times, return_inverse=True)
    ended = np.zeros((distinct.size, n_causes + 1), dtype=np.int64)
    np.add.at(ended, (row, causes), counts)
    events, censored = ended[:, 1:], ended[:, 0]
    at_risk = np.cumsum(ended.sum(axis=1)[::-1])[::-1]
    all_events = events.sum(axis=1)
    event_free = np.cumprod((at_risk - all_events) / at_risk, dtype=np.float64)
    before = np.concatenate([[1.0], event_free[:-1]])
    incidence = np.cumsum(before[:, None] * events / at_risk[:, None], axis=0)
    variance = np.column_stack(
        [_variance(events[:, i], all_events, at_risk, before, incidence[:, i]) for i in range(n_causes)]
    )
    lower, upper = _log_log_band(incidence, variance, confidence)
    return CumulativeIncidences(distinct, at_risk, events, censored, event_free, incidence, lower, upper)


def _checked(
    time: ArrayLike, cause: ArrayLike, count: ArrayLike, n_causes: int
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """The inputs as typed arrays without rows of count 0, or a ValueError that says why not."""
    times, causes, counts = np.asarray(time, dtype=float), np.asarray(cause), np.asarray(count)
    if n_causes < 1:
        raise ValueError(f"n_causes must be at least 1, got {n_causes}")
    if times.ndim != 1 or not times.shape == causes.shape == counts.shape:
        raise ValueError(
            "time, cause and count must be one-dimensional and of one length, "
            f"got shapes {times.shape}, {causes.shape} and {counts.shape}"
        )
    if times.size == 0 or not np.any(np.not_equal(counts, 0)):
        raise ValueError("there is nothing to estimate from: all counts are 0")
    for name, values in (("cause", causes), ("count", counts)):
        if not np.issubdtype(values.dtype, np.integer):
            raise ValueError(f"{name} must be whole numbers of an integer type, got {values.dtype}")
    if np.any(np.less(counts, 0)):
        raise ValueError(f"count must not be negative, got {counts.min()}")
    unknown = np.less(causes, 0) | np.greater(causes, n_causes)
    if np.any(unknown):
        raise ValueError(f"cause must be 0 to {n_causes}, got {causes[unknown][0]}")
    unusable = ~np.isfinite(times) | (times < 0)
    if np.any(unusable):
        raise ValueError(f"time must be finite and not negative, got {times[unusable][0]}")
    present = counts > 0
    return times[present], causes[present].astype(np.int64), counts[present].astype(np.int64)


def _variance(
    own: NDArray[np.int64], all_events: NDArray[np.int64], at_risk: NDArray[np.int64], before: Floats, incidence: Floats
) -> Floats:
    """Variance of one cause's incidence at each time: the delta method on the hazards of all times up to it.

    A rise of this cause's hazard at time j adds `before[j]`, and takes, as a rise of any hazard there does, from what
    comes after j; the hazards of one time are a multinomial draw from those at risk.
    """
    own_hazard = own / at_risk
    other_hazard = (all_events - own) / at_risk
    left = 1 - own_hazard - other_hazard
    after = np.tril(incidence[:, None] - incidence[None, :])
    # Where nobody is left after j, nothing comes after it.
    taken = np.divide(after, left[None, :], out=np.zeros_like(after), where=(left > 0)[None, :])
    given = before[None, :] - taken
    terms = (
        given**2 * own_hazard * (1 - own_hazard)
        + taken**2 * other_hazard * (1 - other_hazard)
        + 2 * given * taken * own_hazard * other_hazard
    ) / at_risk
    variance: Floats = np.tril(terms).sum(axis=1)
    return variance


def _log_log_band(share: Floats, variance: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The band of log(-log(share)), brought back; NaN where the share is 0 or 1, without such logarithm."""
    lower, upper = np.full((2, *share.shape), np.nan)
    inside = (share > 0) & (share < 1)
    log_share = np.log(share[inside])
    half_width = normal_beyond((1 - confidence) / 2) * np.sqrt(variance[inside]) / share[inside]
    lower[inside] = np.exp(log_share * np.exp(half_width / -log_share))
    upper[inside] = np.exp(log_share * np.exp(half_width / log_share))
    return lower, upper
