"""The interval-censored curve through published intervals, with its bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.definitions.outcomes import IntervalRule
from pipelines.statistics.interval_censoring import EventCurve, EventCurveBootstrap, bootstrap_event_curve, event_curve

INTERVAL_CENSORED = "interval-censored maximum likelihood, bootstrap"


def left_ends(counts: pd.DataFrame) -> NDArray[np.float64]:
    """Left ends, left out of the intervals."""
    return counts["left"].to_numpy(dtype=float)


def right_ends(counts: pd.DataFrame) -> NDArray[np.float64]:
    """Right ends; infinity where there was no event by the last assessment."""
    return counts["right"].to_numpy(dtype=float, na_value=np.inf)


def numbers(counts: pd.DataFrame) -> NDArray[np.int64]:
    """Courses with each interval."""
    return counts["n_courses"].to_numpy(dtype=np.int64)


def fitted_curve(
    counts: pd.DataFrame, rule: IntervalRule, further_times: Sequence[float] = ()
) -> tuple[EventCurve, EventCurveBootstrap]:
    """The curve through intervals (columns `left`, `right`, `n_courses`), and its bootstrap at the curve's steps.

    Args:
        further_times: other times at which the bootstrap is wanted.
    """
    return _fitted(
        tuple(left_ends(counts)),
        tuple(right_ends(counts)),
        tuple(numbers(counts)),
        tuple(further_times),
        rule.bootstrap_replicates,
        rule.bootstrap_seed,
        rule.confidence,
    )


@lru_cache(maxsize=256)
def _fitted(
    left: tuple[float, ...],
    right: tuple[float, ...],
    count: tuple[int, ...],
    further_times: tuple[float, ...],
    replicates: int,
    seed: int,
    confidence: float,
) -> tuple[EventCurve, EventCurveBootstrap]:
    """Kept, because a measure and its curve ask for the same of equal counts."""
    curve = event_curve(left, right, count)
    steps = curve.right[np.isfinite(curve.right) & (curve.mass > 0)]
    times = np.unique(np.concatenate([[0.0], steps, further_times]))
    draws = bootstrap_event_curve(left, right, count, times, replicates=replicates, seed=seed, confidence=confidence)
    return curve, draws
