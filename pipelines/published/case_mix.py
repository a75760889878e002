"""Courses counted by how they stand in a window and by what they brought with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd


class CaseMixCounts(PublishedSums):
    """Sums of responses by severity at baseline and treatment resistance."""

    def case_mixes(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Follow-up by case mix: condition, `by`, measured_scale, band_position, treatment_resistant, n_observed ...

        Counted without further attributes. `is_in_program` keeps each course of the program once.
        `days_past_period_end` as in `baselines`.
        """
        keys = [
            "cells.measured_scale",
            "follow_up_days.days_past_period_end",
            "facts.band_position",
            "facts.treatment_resistant",
            "facts.is_in_program",
            "facts.window_name",
            "facts.rule",
        ]
        counts = ("n_observed", "n_missed", "n_pending", "n_not_anchored", "n_met")
        return self._sums("case_mix_responses", counts, filters, by, keys)
