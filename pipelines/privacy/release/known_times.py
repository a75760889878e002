"""What follows from the numbers that are told of a curve: how many had the event, and how many left, between two times.

Each time that something is told of is a point. At a point the events so far are known, or how many are no longer at
risk, or both. Neither events nor departures ever fall, so that from point to point each has a least and a most; these
follow from each other as the lengths of ways do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy

START, END = -1.0, float("inf")
_MOMENT = 1e-6


@dataclass(frozen=True)
class KnownTimes:
    """What is told of a curve; times are days.

    Attributes:
        is_whole: whether it knows whole days alone, so that the end of one is the beginning of the next.
        events: so many had the event before a time.
        gone: so many are no longer at risk at one, for whatever reason.
        moments: days that have a row of their own, so that something happened on them.
    """

    is_whole: bool
    events: Mapping[float, int] = field(default_factory=dict)
    gone: Mapping[float, int] = field(default_factory=dict)
    moments: frozenset[float] = frozenset()

    def with_events(self, day: float, n: int, *, is_moment: bool = False) -> KnownTimes:
        """The same, and so many events up to a day, with those of the day itself."""
        moments = self.moments | {day} if is_moment else self.moments
        return replace(self, events={**self.events, self._end(day): n}, moments=moments)

    def with_gone(self, day: float, n: int) -> KnownTimes:
        """The same, and so many no longer at risk when a day begins."""
        return replace(self, gone={**self.gone, day: n})

    def tells_few(self, policy: Policy) -> bool:
        """Whether events or departures between two points are known to be few, but not none."""
        days = {point for day in self.moments for point in (day, self._end(day))}
        points = sorted({START, END, *self.events, *self.gone, *days})
        most = self._most_events(points)
        most_hidden = policy.hidden_to or 0

        def is_any_few(least: np.ndarray, most: np.ndarray) -> bool:
            return bool((np.triu(least > 0, 1) & (most <= most_hidden)).any())

        if is_any_few(-most.T, most):
            return True
        at = [place for place, point in enumerate(points) if point in self.gone]
        gone = np.array([self.gone[points[place]] for place in at])
        between, events = gone[None, :] - gone[:, None], most[np.ix_(at, at)]
        if is_any_few(between, between) or is_any_few(between - events, between + events.T):
            return True
        place_of = {point: place for place, point in enumerate(points)}
        return any(most[place_of[day], place_of[self._end(day)]] <= most_hidden for day in self.moments)

    def _end(self, day: float) -> float:
        return day + 1 if self.is_whole else day + _MOMENT

    def _most_events(self, points: list[float]) -> np.ndarray:
        """From each point (row) to each other (column) the most events; backwards the least, negated."""
        n = len(points)
        most = np.where(np.triu(np.ones((n, n), dtype=bool), 1), np.inf, 0.0)
        place_of = {point: place for place, point in enumerate(points)}
        for known in (self.events, self.gone):
            at = [place_of[point] for point in known]
            counts = np.array([*known.values()])
            # Of those gone some may have left without an event; back in time that says nothing.
            limits = counts[None, :] - counts[:, None]
            limits = limits if known is self.events else np.where(np.subtract.outer(at, at) < 0, limits, np.inf)
            most[np.ix_(at, at)] = np.minimum(most[np.ix_(at, at)], limits)
        for middle in range(n):
            most = np.minimum(most, most[:, [middle]] + most[[middle], :])
        return most
