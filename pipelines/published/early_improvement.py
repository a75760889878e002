"""Courses counted by their early improvement and their later response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd


class EarlyImprovementCounts(PublishedSums):
    """Sums of early improvement beside later response."""

    def early_improvements(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses jointly by an early window and a later one: condition, `by`, measured_scale, early_window ...

        `early_state` is improved, not_improved, missed, pending, not_anchored or not_before; `follow_up` how the later
        window stands, `is_met` whether it was observed and met the rule.
        """
        keys = [
            "cells.measured_scale",
            "facts.early_window",
            "facts.window_name",
            "facts.rule",
            "facts.early_state",
            "facts.follow_up",
            "facts.is_met",
        ]
        return self._sums("early_improvements", ("n_courses",), filters, by, keys)
