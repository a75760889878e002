"""Seeded draws that come out the same on every platform and with every version of NumPy.

Only the uniform doubles of the bit generator are used: the other methods of a NumPy generator may change
between versions, and the mathematical libraries under them between platforms.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import floor
from statistics import NormalDist
from typing import Any

import numpy as np

_STANDARD_NORMAL = NormalDist()
_SMALLEST_RANK = 2.0**-54  # a rank of exactly 0 has no normal quantile

Points = Sequence[Sequence[float]]


def round_half_up(value: float) -> int:
    """Round to the nearest whole number, halves up."""
    return floor(value + 0.5)


def at_rank(points: Points, rank: float) -> float:
    """Read a distribution given as points [rank, value] at one rank.

    Args:
        points: Ranks rising from 0 to 1 with their values.
        rank: Where to read, 0 to 1.

    Returns:
        The value, on the straight line between the two nearest points.
    """
    for (low_rank, low), (high_rank, high) in pairwise(points):
        if rank <= high_rank:
            return low + (high - low) * (rank - low_rank) / (high_rank - low_rank)
    return points[-1][1]


class Draws:
    """One of several independent streams of draws from one seed."""

    def __init__(self, seed: int, stream: int = 0) -> None:
        self._generator = np.random.Generator(np.random.PCG64([seed, stream]))

    def rank(self) -> float:
        """Draw a number from 0 to 1."""
        return float(self._generator.random())

    def happens(self, chance: float) -> bool:
        """Draw whether something of this chance happens."""
        return self.rank() < chance

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        """Draw from a normal distribution."""
        return mean + sd * _STANDARD_NORMAL.inv_cdf(max(self.rank(), _SMALLEST_RANK))

    def between(self, low: float, high: float) -> float:
        """Draw evenly between two values."""
        return low + (high - low) * self.rank()

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, both included."""
        return low + int(self.rank() * (high - low + 1))

    def value(self, points: Points) -> float:
        """Draw from a distribution given as points [rank, value]."""
        return at_rank(points, self.rank())

    def level(self, shares: Sequence[Sequence[Any]]) -> Any:
        """Draw one of several levels, given as pairs [level, share]."""
        target = self.rank() * sum(share for _, share in shares)
        for level, share in shares:
            target -= share
            if target < 0:
                return level
        return shares[-1][0]

    def shuffled(self, items: Sequence[Any]) -> list[Any]:
        """Return the items in a drawn order."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.whole(0, last)
            order[last], order[other] = order[other], order[last]
        return order
