"""Process behaviour charts: whether a series of single values varies as it always has (XmR)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Three standard deviations in mean moving ranges of two values: 3 / 1.128, rounded as the published charts round it.
_RANGES_TO_LIMIT = 2.66
_SIGMAS_AT_LIMIT = 3
# Values that differ by less, relative to the size of the mean, lie on the mean.
_SAME = 1e-12


@dataclass(frozen=True)
class ProcessLimits:
    """The mean of a series and its natural process limits, in the unit of the values.

    Attributes:
        mean: of all values that the limits are made from.
        mean_moving_range: mean absolute difference of neighbours; every one counts, large ones too.
        lower: 2.66 mean moving ranges below the mean; not cut where the quantity cannot reach so far.
        upper: as many above it.
        n: how many values.
    """

    mean: float
    mean_moving_range: float
    lower: float
    upper: float
    n: int


@dataclass(frozen=True)
class SignalRules:
    """How many points make a signal.

    Attributes:
        run_points: so many in a row on one side of the mean.
        trend_points: so many in a row, each above the one before it, or each below.
        near_points: so many of `near_span` in a row near a limit (inside it, beyond `near_sigmas`), all on one side.
        near_span: see `near_points`.
        near_sigmas: where near begins; the limits lie at 3.
    """

    run_points: int
    trend_points: int
    near_points: int
    near_span: int
    near_sigmas: float


@dataclass(frozen=True)
class Signals:
    """Which points are part of which signal: +1 for high or rising, -1 for low or falling, 0 for none; shape (n,).

    Attributes:
        outside: outside a limit.
        trend: part of a series that rises or falls.
        near: near a limit, with others.
        run: part of a run on one side of the mean.
    """

    outside: NDArray[np.int64]
    trend: NDArray[np.int64]
    near: NDArray[np.int64]
    run: NDArray[np.int64]


def process_limits(values: ArrayLike) -> ProcessLimits:
    """Mean and natural process limits of a series of single values, in the order of time.

    Every moving range counts. To screen out large ones (as some programs do by default) narrows the limits by the very
    points that they are to be judged by.

    Args:
        values: shape (n,), n at least 2.

    Raises:
        ValueError: there are fewer than two values, or one is not finite.

    References:
        Shewhart 1931; Wheeler (2000), Understanding Variation; the Making Data Count tool of NHS England.
    """
    series = np.asarray(values, dtype=float)
    if series.size < 2 or not np.isfinite(series).all():
        raise ValueError("process limits need at least two values, all of them finite")
    mean, mean_range = float(series.mean()), float(np.abs(np.diff(series)).mean())
    reach = _RANGES_TO_LIMIT * mean_range
    return ProcessLimits(mean, mean_range, mean - reach, mean + reach, series.size)


def process_signals(values: ArrayLike, limits: ProcessLimits, rules: SignalRules) -> Signals:
    """Which points say that the series does not vary as the limits' own points did.

    A point on the mean ends a run, two equal neighbours end a trend, and a point outside a limit is not near it.

    Args:
        values: shape (n,), in the order of time; those that made the limits, and what came after.
        limits: of `process_limits`.
        rules: how many points make a signal.
    """
    series = np.asarray(values, dtype=float)
    offset = series - limits.mean
    side = np.where(np.abs(offset) <= _SAME * max(1.0, abs(limits.mean)), 0, np.sign(offset)).astype(np.int64)
    outside = np.where((series > limits.upper) | (series < limits.lower), side, 0)
    near_reach = (limits.upper - limits.mean) * rules.near_sigmas / _SIGMAS_AT_LIMIT
    is_near = (outside == 0) & (np.abs(offset) > near_reach)
    return Signals(
        outside=outside,
        trend=_spread_back(_of_one_sign(np.sign(np.diff(series)).astype(np.int64), rules.trend_points - 1), 1, series),
        near=np.where(is_near, _near_windows(is_near, side, rules), 0),
        run=_spread_back(_of_one_sign(side, rules.run_points), 0, series),
    )


def _of_one_sign(signs: NDArray[np.int64], length: int) -> dict[int, tuple[int, int]]:
    """The stretches of `length` equal signs other than 0: by their start, (length, sign)."""
    found = {}
    for start in range(signs.size - length + 1):
        stretch = signs[start : start + length]
        if stretch[0] != 0 and (stretch == stretch[0]).all():
            found[start] = (length, int(stretch[0]))
    return found


def _spread_back(stretches: dict[int, tuple[int, int]], further: int, series: NDArray[np.float64]) -> NDArray[np.int64]:
    """Every point of each stretch; differences have one point more than there are of them. The later stretch counts."""
    points = np.zeros(series.size, dtype=np.int64)
    for start, (length, sign) in stretches.items():
        points[start : start + length + further] = sign
    return points


def _near_windows(is_near: NDArray[np.bool_], side: NDArray[np.int64], rules: SignalRules) -> NDArray[np.int64]:
    points = np.zeros(side.size, dtype=np.int64)
    for start in range(side.size - rules.near_span + 1):
        span = slice(start, start + rules.near_span)
        is_on_one_side = abs(int(side[span].sum())) == rules.near_span
        if is_on_one_side and int(is_near[span].sum()) >= rules.near_points:
            points[span] = side[span]
    return points
