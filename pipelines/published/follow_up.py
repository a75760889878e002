"""Courses counted by how they stand in a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd


FOLLOW_UP_COUNTS = (
    "n_observed",
    "n_missed",
    "n_pending",
    "n_not_anchored",
    "n_met",
    "n_worse",
    "n_on_maintenance",
    "n_met_on_maintenance",
    "n_without_maintenance",
    "n_met_without_maintenance",
)
"""How the courses of a population stand by window and rule."""


class FollowUpCounts(PublishedSums):
    """Sums of responses, scores and changes by window."""

    def responses(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Follow-up by window and rule: condition, `by`, measured_scale, window_name, rule, n_observed ..."""
        return self._sums(
            "responses", FOLLOW_UP_COUNTS, filters, by, ["cells.measured_scale", "facts.window_name", "facts.rule"]
        )

    def trajectories(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Sums at baseline and in each window: condition, `by`, measured_scale, window_name, n_scored ...

        Sums of scores and changes, and of their squares, are in the scale's units and exact before they are turned
        into floating-point numbers; those of fractions are in parts of the baseline, NULL where a scale has none.
        """
        counts = ("n_scored", "n_counted_later", "n_missed", "n_pending", "n_not_anchored")
        sums = (
            "score_sum",
            "score_square_sum",
            "change_sum",
            "change_square_sum",
            "fraction_sum",
            "fraction_square_sum",
        )
        return self._sums("trajectories", counts, filters, by, ["cells.measured_scale", "facts.window_name"], sums)

    def trajectory_moments(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Sums by pattern of follow-up: condition, `by`, measured_scale, pattern_key, first_step, second_step ...

        The rows whose two steps are one hold n_courses, score_sum and fraction_sum; all hold the sums of products. In
        the scale's units, and exact before they are turned into floating-point numbers.
        """
        keys = [f"facts.{name}" for name in ("pattern_key", "first_step", "second_step")]
        sums = ("score_sum", "score_product_sum", "fraction_sum", "fraction_product_sum")
        return self._sums("trajectory_moments", ("n_courses",), filters, by, ["cells.measured_scale", *keys], sums)

    def follow_up_patterns(self) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
        """For each pattern of follow-up the windows that were due, and those with a score.

        What keys stand for; counts nobody, so that it is the same for every scope.
        """
        rows = self._rows("select pattern_key, due_windows, observed_windows from follow_up_patterns order by 1")
        return {int(key): (frozenset(due), frozenset(observed)) for key, due, observed in rows}

    def change_distributions(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by change from baseline: condition, `by`, measured_scale, window_name, reduction_percent ..."""
        keys = ["cells.measured_scale", "facts.window_name", "facts.reduction_percent"]
        return self._sums("change_distributions", ("n_courses",), filters, by, keys)

    def severity_distributions(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by band of severity on one scale: condition, `by`, window_name, band_position, n_courses."""
        keys = ["facts.window_name", "facts.band_position"]
        return self._sums("severity_distributions", ("n_courses",), filters, by, keys)
