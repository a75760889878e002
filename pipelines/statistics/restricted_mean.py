"""The mean time without an event up to a horizon, and what two groups differ by in it."""

from dataclasses import dataclass

import numpy as np

from pipelines.statistics.distributions import normal_beyond
from pipelines.statistics.survival import SurvivalCurve


@dataclass(frozen=True)
class RestrictedMean:
    """A mean time up to a horizon, or a difference of two, with its interval in the curve's unit."""

    estimate: float
    standard_error: float
    lower: float
    upper: float


def common_follow_up(curves: list[SurvivalCurve]) -> float:
    """The last time to which every curve is known; infinity where all have come down to 0."""
    return min(np.inf if curve.survival[-1] == 0 else float(curve.time[-1]) for curve in curves)


def restricted_mean(curve: SurvivalCurve, horizon: float, confidence: float = 0.95) -> RestrictedMean:
    """The area under a Kaplan-Meier curve up to `horizon`: how long a course goes without event on average, until then.

    Args:
        curve: From `kaplan_meier`.
        horizon: In the curve's unit, above 0, not after the last time unless the curve has come down to 0.
        confidence: Coverage of the normal interval, between 0 and 1.

    Returns:
        The mean with Greenwood's standard error; R's `summary(survfit(...), rmean = horizon)`.

    Raises:
        ValueError: If the curve is not known up to `horizon`.

    References:
        Klein, Moeschberger (2003), Survival Analysis, section 4.5. Royston, Parmar (2013), BMC Medical Research
        Methodology 13:152.
    """
    if not 0 < horizon <= common_follow_up([curve]):
        raise ValueError(f"the curve is known to {curve.time[-1]:g}, not to {horizon:g}")
    within = curve.time < horizon
    edges = np.concatenate([[0.0], curve.time[within], [horizon]])
    areas = np.concatenate([[1.0], curve.survival[within]]) * np.diff(edges)
    area_after = np.cumsum(areas[::-1])[::-1][1:]
    at_risk, events = curve.at_risk[within].astype(float), curve.events[within]
    left = at_risk - events
    terms = np.divide(area_after**2 * events, at_risk * left, out=np.zeros(left.size), where=left > 0)
    return _with_interval(float(areas.sum()), float(np.sqrt(terms.sum())), confidence)


def restricted_mean_difference(
    first: RestrictedMean, second: RestrictedMean, confidence: float = 0.95
) -> RestrictedMean:
    """The first less the second, of two groups that share no course; both up to the same horizon."""
    error = float(np.hypot(first.standard_error, second.standard_error))
    return _with_interval(first.estimate - second.estimate, error, confidence)


def _with_interval(estimate: float, standard_error: float, confidence: float) -> RestrictedMean:
    half_width = float(normal_beyond((1 - confidence) / 2)) * standard_error
    return RestrictedMean(estimate, standard_error, estimate - half_width, estimate + half_width)
