"""Courses counted by their levels of suicidal ideation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd


class IdeationCounts(PublishedSums):
    """Sums of courses by their level at baseline and in a window."""

    def ideations(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses with a baseline: condition, `by`, source, window_name, follow_up, baseline_level, window_level, n.

        Condition `any` as in `started_with_program`. Scale and entry cut do not narrow them.
        """
        keys = ["source", "window_name", "follow_up", "baseline_level", "window_level"]
        return self._sums_with_program("ideations", ("n_courses",), (), filters, by, keys)
