"""Innermost intervals of interval-censored data, and the masses on them that make the data most likely.

The arithmetic under `interval_censoring`: which intervals can carry mass, and the maximisation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Masses below this are taken for zero; the gradient brings back one that was not.
SMALLEST_MASS = 1e-12
# Relative distance of the gradient from its value at the maximum at which iteration stops.
STOP = 1e-10
# Rises of the mean log-likelihood below this cannot be told from rounding.
ROUNDING = 1e-14


class IntervalError(ValueError):
    """The intervals or counts handed in cannot be what they are said to be."""


@dataclass(frozen=True)
class Patterns:
    """Distinct intervals, sorted, and the innermost intervals `first` to `last` that each of them covers."""

    left: Floats
    right: Floats
    count: Floats
    inner_left: Floats
    inner_right: Floats
    first: Integers
    last: Integers
    covers: Floats  # one row a pattern, one column an innermost interval: 1 where covered, else 0


def collapsed_patterns(left: ArrayLike, right: ArrayLike, count: ArrayLike) -> Patterns:
    """Checked input with equal intervals added up, and Turnbull's innermost intervals."""
    starts, ends, counts = np.asarray(left, dtype=float), np.asarray(right, dtype=float), np.asarray(count)
    if starts.ndim != 1 or not starts.shape == ends.shape == counts.shape:
        raise IntervalError(
            "left, right and count must be one-dimensional and of one length, "
            f"got shapes {starts.shape}, {ends.shape} and {counts.shape}"
        )
    if counts.size and not np.issubdtype(counts.dtype, np.integer):
        raise IntervalError(f"count must be whole numbers of an integer type, got {counts.dtype}")
    if np.any(np.less(counts, 0)):
        raise IntervalError(f"count must not be negative, got {counts.min()}")
    wrong = ~(np.isfinite(starts) & (starts <= ends))
    if np.any(wrong):
        raise IntervalError(
            f"an interval needs a finite left end not after its right end, got ({starts[wrong][0]}, {ends[wrong][0]}]"
        )
    present = counts > 0
    if not np.any(present):
        raise IntervalError("there is nothing to estimate from: all counts are 0")
    pairs, row = np.unique(np.stack([starts, ends], axis=1)[present], axis=0, return_inverse=True)
    total = np.bincount(row, counts[present]).astype(np.float64)
    starts, ends = pairs.T
    # Places on the line in order: time t is place 2k, just after it is 2k + 1. Every interval is then closed,
    # and an innermost one begins at a left end that is followed by a right end with no other end between.
    time, order = np.unique(pairs.T.ravel(), return_inverse=True)
    left_place, right_place = 2 * order[: len(pairs)] + (starts < ends), 2 * order[len(pairs) :]
    all_ends = np.unique(np.concatenate([2 * left_place, 2 * right_place + 1]))
    innermost = np.flatnonzero((all_ends[:-1] % 2 == 0) & (all_ends[1:] % 2 == 1))
    inner_left, inner_right = all_ends[innermost] // 2, all_ends[innermost + 1] // 2
    first = np.searchsorted(inner_left, left_place, side="left")
    last = np.searchsorted(inner_right, right_place, side="right") - 1
    column = np.arange(innermost.size)
    covers = ((first[:, None] <= column) & (column <= last[:, None])).astype(float)
    return Patterns(starts, ends, total, time[inner_left // 2], time[inner_right // 2], first, last, covers)


def covering_start(patterns: Patterns) -> Floats:
    """Equal masses on few innermost intervals, chosen from the left so that every pattern covers one."""
    chosen: list[int] = []
    for row in np.argsort(patterns.last, kind="stable"):
        if not chosen or patterns.first[row] > chosen[-1]:
            chosen.append(int(patterns.last[row]))
    mass = np.zeros(patterns.inner_left.size)
    mass[chosen] = 1 / len(chosen)
    return mass


def maximised(covers: Floats, count: Floats, start: Floats) -> Floats:
    """Masses of greatest likelihood by the constrained Newton method (Wang 2008).

    `start` must give every pattern a probability above 0, and so does every step.

    Each step takes the intervals with mass and those where the gradient peaks above 1, goes to the maximum
    of the log-likelihood's second-order expansion over non-negative masses on them, and halves the way until
    the log-likelihood has risen enough.
    """
    share = count / count.sum()
    mass: Floats = start / start.sum()
    probability = covers @ mass
    for _ in range(500):
        gradient = (share / probability) @ covers
        if max(gradient.max() - 1, np.abs(gradient[mass > 0] - 1).max()) <= STOP:
            break
        padded = np.concatenate([[0.0], gradient, [0.0]])
        is_peak = (gradient >= padded[:-2]) & (gradient >= padded[2:]) & (gradient > 1)
        support = np.flatnonzero((mass > 0) | is_peak)
        relative = covers[:, support] / probability[:, None]
        rows = np.vstack([np.sqrt(share)[:, None] * (relative - 2), np.ones(support.size)])
        aim = np.zeros(len(rows))
        aim[-1] = 1
        try:
            solution, _ = nnls(rows, aim, maxiter=50 * support.size)
        except RuntimeError:  # it gave up; the certificate will say so
            break
        direction = -mass
        direction[support] += solution / solution.sum()
        change, slope, length = covers @ direction, gradient @ direction, 1.0
        while length > SMALLEST_MASS:
            # The rise is summed from each pattern's own ratio: differences of totals would drown in rounding.
            ratio = length * change / probability
            if ratio.min() > -1 and share @ np.log1p(ratio) >= length * slope / 3 - ROUNDING:
                break
            length /= 2
        else:
            break
        mass = mass + length * direction
        mass[mass < SMALLEST_MASS] = 0
        mass /= mass.sum()
        probability = covers @ mass
    return mass
