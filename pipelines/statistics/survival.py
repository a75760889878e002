"""Time to an event when some courses are censored: Kaplan-Meier curves and their quantiles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.distributions import normal_beyond

# Two survival values this close are one value; R's quantile.survfit uses the same figure.
_SAME_SURVIVAL = 2.0**-26


@dataclass(frozen=True)
class SurvivalCurve:
    """A Kaplan-Meier curve, one row for each distinct time, in time order.

    Attributes:
        time: Distinct times, in the unit of the input.
        at_risk: Courses still under observation just before `time`.
        events: Events at `time`.
        censored: Courses last seen at `time` without event; they count as at risk at `time`.
        survival: Share without event after `time`.
        lower: Lower end of the pointwise band of `survival`; NaN where `survival` is exactly 0 or 1.
        upper: Upper end, likewise.
    """

    time: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    censored: NDArray[np.int64]
    survival: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    def survival_at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Share without event after each of `times`, read from the step function.

        The curve drops at its event times (the value at an event time is the value after the drop), is 1
        before the first time and keeps its last value after the last time. Beyond the last time nobody
        was watched: the value is carried, not estimated.
        """
        row = np.searchsorted(self.time, np.asarray(times, dtype=float), side="right")
        return np.concatenate([[1.0], self.survival])[row]

    def at_risk_at(self, times: ArrayLike) -> NDArray[np.int64]:
        """Number still under observation just before each of `times`; 0 after the last time."""
        row = np.searchsorted(self.time, np.asarray(times, dtype=float), side="left")
        return np.concatenate([self.at_risk, [0]])[row]


@dataclass(frozen=True)
class QuantileEstimate:
    """The time by which a share of courses had the event, with its interval; infinity means not reached."""

    estimate: float
    lower: float
    upper: float


def kaplan_meier(
    time: ArrayLike, event_observed: ArrayLike, count: ArrayLike, confidence: float = 0.95
) -> SurvivalCurve:
    """Product-limit estimate of the share without event, with log(-log) bands from Greenwood's variance.

    Use it where the time of the event is known or the course is censored. Where the event is only known
    to lie between two visits the curve is late and steps at visits: use `event_curve` there.

    Args:
        time: Times from 0, shape (k,), any unit. Equal times must be equal numbers.
        event_observed: Booleans, shape (k,): True for an event at `time`, False for censored at `time`.
        count: Whole numbers, shape (k,): how many courses have this time and flag. Rows may repeat;
            rows of 0 are ignored.
        confidence: Pointwise coverage of the band, between 0 and 1.

    Returns:
        The curve. It equals R's `survfit(Surv(time, event) ~ 1, weights, conf.type = "log-log")`.

    Raises:
        ValueError: If shapes differ, a time is negative or not finite, flags are not booleans, counts are
            negative or not whole numbers, or all counts are 0.

    References:
        Kaplan, Meier (1958), JASA 53:457-481. Greenwood (1926). Kalbfleisch, Prentice (2002), The
        Statistical Analysis of Failure Time Data, section 1.4.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    times, observed, counts = _checked(time, event_observed, count)
    # scipy.stats.ecdf agrees with R, but takes one row for each course, keeps its numbers at risk and
    # events private, and warns where R gives NA. So: numpy on counts, with ecdf as the oracle in the tests.
    distinct, row = np.unique(times, return_inverse=True)
    events, censored = np.zeros((2, distinct.size), dtype=np.int64)
    np.add.at(events, row[observed], counts[observed])
    np.add.at(censored, row[~observed], counts[~observed])
    at_risk = np.cumsum((events + censored)[::-1])[::-1]
    survival = np.cumprod((at_risk - events) / at_risk, dtype=np.float64)
    lower, upper = _log_log_band(at_risk, events, survival, confidence)
    return SurvivalCurve(distinct, at_risk, events, censored, survival, lower, upper)


def survival_quantile(curve: SurvivalCurve, probability: float = 0.5) -> QuantileEstimate:
    """Time by which `probability` of courses had the event, with the Brookmeyer-Crowley interval.

    The curve is read at the height `1 - probability`, and so are the two edges of its band. Where one of
    them is flat exactly at that height, the middle of the flat stretch is taken, and where that stretch
    is the curve's last, the middle of it up to the last time: the rule of R's `quantile.survfit`. Where R
    gives NA for a lower end because the curve falls to 0 at once, this gives the time of that fall.

    Args:
        curve: From `kaplan_meier`; its confidence is the interval's.
        probability: Share with event, strictly between 0 and 1; 0.5 gives the median.

    Returns:
        Times in the curve's unit; infinity where a line never comes down to the height.

    Raises:
        ValueError: If `probability` is not strictly between 0 and 1.

    References:
        Brookmeyer, Crowley (1982), Biometrics 38:29-41.
    """
    if not 0 < probability < 1:
        raise ValueError(f"probability must lie strictly between 0 and 1, got {probability}")
    height = 1 - probability
    # Where nobody is left without event the band has no logarithm, but its lower edge cannot be above 0.
    lower_edge = np.where(curve.survival == 0, 0.0, curve.lower)
    return QuantileEstimate(
        estimate=_time_at_height(curve.time, curve.survival, height),
        lower=_time_at_height(curve.time, lower_edge, height),
        upper=_time_at_height(curve.time, curve.upper, height),
    )


def _checked(
    time: ArrayLike, event_observed: ArrayLike, count: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    """The three inputs as typed arrays without rows of count 0, or a ValueError that says why not."""
    times, observed, counts = np.asarray(time, dtype=float), np.asarray(event_observed), np.asarray(count)
    if times.ndim != 1 or not times.shape == observed.shape == counts.shape:
        raise ValueError(
            "time, event_observed and count must be one-dimensional and of one length, "
            f"got shapes {times.shape}, {observed.shape} and {counts.shape}"
        )
    if times.size == 0 or not np.any(np.not_equal(counts, 0)):
        raise ValueError("there is nothing to estimate from: all counts are 0")
    if not np.issubdtype(counts.dtype, np.integer):
        raise ValueError(f"count must be whole numbers of an integer type, got {counts.dtype}")
    if observed.dtype != np.bool_:
        raise ValueError(f"event_observed must be booleans, got {observed.dtype}")
    if np.any(np.less(counts, 0)):
        raise ValueError(f"count must not be negative, got {counts.min()}")
    unusable = ~np.isfinite(times) | (times < 0)
    if np.any(unusable):
        raise ValueError(f"time must be finite and not negative, got {times[unusable][0]}")
    present = counts > 0
    return times[present], observed[present], counts[present].astype(np.int64)


def _log_log_band(
    at_risk: NDArray[np.int64], events: NDArray[np.int64], survival: NDArray[np.float64], confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The band of log(-log(survival)), brought back; NaN where survival is 0 or 1, without such logarithm."""
    lower, upper = np.full((2, survival.size), np.nan)
    inside = (survival > 0) & (survival < 1)
    hazard_variance = np.zeros(survival.size)
    left = at_risk - events
    np.divide(events, at_risk.astype(float) * left, out=hazard_variance, where=left > 0)
    log_survival = np.log(survival[inside])
    half_width = normal_beyond((1 - confidence) / 2) * np.sqrt(np.cumsum(hazard_variance)[inside])
    lower[inside] = np.exp(log_survival * np.exp(half_width / -log_survival))
    upper[inside] = np.exp(log_survival * np.exp(half_width / log_survival))
    return lower, upper


def _time_at_height(time: NDArray[np.float64], line: NDArray[np.float64], height: float) -> float:
    """First time at which a falling step line is at `height` or below; the middle of a flat exactly there."""
    reached = np.flatnonzero(line <= height + _SAME_SURVIVAL)
    if reached.size == 0:
        return float(np.inf)
    passed = np.flatnonzero(line < height - _SAME_SURVIVAL)
    end = passed[0] if passed.size else line.size - 1
    is_flat = line[reached[0]] >= height - _SAME_SURVIVAL
    return float((time[reached[0]] + time[end]) / 2 if is_flat else time[reached[0]])
