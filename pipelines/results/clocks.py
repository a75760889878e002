"""What onset is counted in: days from the first infusion, or infusions received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipelines.definitions.bases import MINUTES_PER_DAY
from pipelines.definitions.outcomes import OnsetRule
from pipelines.filters import Filters

if TYPE_CHECKING:
    from pipelines.published import Published


@dataclass(frozen=True)
class Clock:
    """A unit of time for onset.

    Attributes:
        column: what the column of times is called.
        unit: how many of the published units make one.
        ticks: where numbers at risk are given; those past the last time are left out.
        report: by when the share of starters with a recorded response is given.
        horizon: up to when mean times without a response are taken.
    """

    column: str
    unit: int
    ticks: Sequence[int]
    report: Sequence[int]
    horizon: int

    def shown(self, time: float) -> float | None:
        """A published time in the clock's unit; None for infinity."""
        return time / self.unit if np.isfinite(time) else None

    def words(self, time: float) -> str:
        """`day 4`, `infusion 3`."""
        return f"{self.column} {time / self.unit:.3g}"


DAYS = (0, 1, 2, 3, 7, 14, 21, 28, 42, 56, 84, 112, 168, 240, 364)


def clock_of(filters: Filters, rule: OnsetRule) -> Clock:
    """The clock that the filters ask for."""
    if filters.clock == "infusions":
        return Clock("infusion", 1, range(100), rule.report_infusions, rule.report_infusions[-1])
    return Clock("day", MINUTES_PER_DAY, DAYS, rule.report_days, rule.horizon_days)


def onset_intervals(published: Published, filters: Filters, by: Sequence[str]) -> pd.DataFrame:
    """Published intervals with their ends as `left` and `right`, and `is_on_clock`: whether the clock was running.

    In days it always is; in infusions it is where there are infusion rows.
    """
    if filters.clock == "infusions":
        intervals = published.infusion_onsets(filters, by)
        intervals = intervals.rename(columns={"left_infusions": "left", "right_infusions": "right"})
        is_on_clock = intervals["left"].notna() | ~intervals["is_assessed"]
    else:
        intervals = published.onsets(filters, by)
        intervals = intervals.rename(columns={"left_minute": "left", "right_minute": "right"})
        is_on_clock = pd.Series(True, index=intervals.index)
    return intervals.assign(is_on_clock=is_on_clock)


def days_until_known(clock: Clock, point: int, filters: Filters, rule: OnsetRule) -> int:
    """Days past a period's end until it is known of all its courses whether they had responded by a point.

    Whether a response lasts is known at the horizon only. Infusions have no time of their own: there, too, the horizon
    is waited for.
    """
    if clock.column == "infusion":
        return rule.horizon_days
    return max(point, rule.horizon_days) if filters.kind == "sustained" else point
