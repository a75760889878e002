"""Courses counted by how long a response went on after induction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd


class DurabilityCounts(PublishedSums):
    """Sums of where courses stand after induction, and of what ended a response."""

    def durabilities(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Standing and intervals in minutes: condition, `by`, measured_scale, rule, standing, left, right, ending, n.

        `days_past_period_end` says how far the source had been filled in past the end of the courses' quarter
        (the least of all sources), NULL where that is unknown.
        """
        keys = [
            "cells.measured_scale",
            "follow_up_days.days_past_period_end",
            "facts.rule",
            "facts.standing",
            "facts.left_minute",
            "facts.right_minute",
            "facts.ending",
            "facts.ending_minute",
            "facts.is_followed",
        ]
        return self._sums("durabilities", ("n_courses",), filters, by, keys)
