"""Courses counted from their start, and by their baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd


class CourseCounts(PublishedSums):
    """Sums of courses started, of induction and of baselines."""

    def started(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses started: columns condition, `by`, n_started."""
        return self._sums_of_started("started_courses", "n_started", filters, by)

    def retentions(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by infusions received in induction: condition, `by`, n_infusions, ending, is_induction_closed ...

        `days_past_period_end` as in `baselines`.
        """
        keys = ["n_infusions", "ending", "is_induction_closed", "days_past_period_end"]
        return self._sums_of_started("retentions", "n_courses", filters, by, keys)

    def missing_baselines(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses without a baseline on the scale asked for: condition, `by`, reason, n_courses.

        Courses without any score have the reason `no_score` under the primary scale only; on a single scale they are
        those that are left.
        """
        return self._sums_of_started(
            "missing_baselines", "n_courses", filters, by, ["reason"], {"scale": filters.scale}
        )

    def baselines(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses with a baseline: condition, `by`, measured_scale, days_past_period_end, n_with_baseline ...

        `days_past_period_end` says how far the source had been filled in past the end of the courses' period (the
        least of all sources), NULL where that is unknown.
        """
        counts = (
            "n_with_baseline",
            "n_below_entry",
            "n_baseline_zero",
            "n_in_population",
            "n_baseline_older",
            "n_baseline_assumed",
        )
        keys = ["cells.measured_scale", "follow_up_days.days_past_period_end"]
        return self._sums("baselines", counts, filters, by, keys)
