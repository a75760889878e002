"""Infusions counted by what was found at them, and by how a score changed around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd

_ACUTE_COUNTS = (
    "n_courses",
    "n_infusions",
    "n_with_before",
    "n_with_after",
    "n_day_alone",
    "n_changed_courses",
    "n_changes",
    "n_changes_square_sum",
    "n_fraction_courses",
    "n_fractions",
    "n_fractions_square_sum",
)
_ACUTE_SUMS = (
    "change_sum",
    "change_square_sum",
    "change_cross_sum",
    "fraction_sum",
    "fraction_square_sum",
    "fraction_cross_sum",
)


class InfusionCounts(PublishedSums):
    """Sums over courses of what was found at their infusions."""

    def infusion_findings(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Findings at infusions: condition, `by`, infusion, finding, n_courses, n_recorded, n_recorded_square_sum ...

        Condition `any`, the program as a whole, is among the conditions unless filters keep some.
        """
        return self._sums_with_program(
            "infusion_findings",
            ("n_courses", "n_recorded", "n_recorded_square_sum"),
            ("total_sum", "total_square_sum", "cross_sum"),
            filters,
            by,
            ["infusion", "finding"],
        )

    def adverse_events(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Infusions with each adverse event: condition, `by`, adverse_event, n_courses, total_sum ...

        Only courses that had it; condition `any` as in `infusion_findings`.
        """
        return self._sums_with_program(
            "adverse_events",
            ("n_courses", "total_sum", "total_square_sum", "cross_sum"),
            (),
            filters,
            by,
            ["adverse_event"],
        )

    def acute_changes(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Acute changes: condition, `by`, measured_scale, infusion, n_courses, n_infusions, n_with_before ...

        Sums of changes are in the scale's units, those of fractions in parts of the score before.
        """
        keys = ["cells.measured_scale", "facts.infusion"]
        return self._sums("acute_changes", _ACUTE_COUNTS, filters, by, keys, _ACUTE_SUMS)
