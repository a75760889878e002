"""Courses counted by when they first recorded a response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd


class OnsetCounts(PublishedSums):
    """Sums of onset intervals."""

    def onsets(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Onset intervals in minutes: condition, `by`, measured_scale, quarter_day, rule, kind, left, right, n.

        `days_past_period_end` says how far the source had been filled in past the end of the courses' quarter
        (the least of all sources), NULL where that is unknown.
        """
        keys = [
            "cells.measured_scale",
            "follow_up_days.days_past_period_end",
            "facts.rule",
            "facts.kind",
            "facts.left_minute",
            "facts.right_minute",
            "facts.is_assessed",
        ]
        return self._sums("onsets", ("n_courses",), filters, by, keys)

    def infusion_onsets(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """The same in infusions received: condition, `by`, measured_scale ... left_infusions, right_infusions, n."""
        keys = [
            "cells.measured_scale",
            "follow_up_days.days_past_period_end",
            "facts.rule",
            "facts.kind",
            "facts.left_infusions",
            "facts.right_infusions",
            "facts.is_assessed",
        ]
        return self._sums("infusion_onsets", ("n_courses",), filters, by, keys)
