"""Courses counted by what was recorded of their first infusion, and dissociation in sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd

EXPOSURE_COUNTS = ("n_observed", "n_missed", "n_pending", "n_not_anchored", "n_met")
"""How the courses of an exposure's level stand by window and rule."""


class ExposureCounts(PublishedSums):
    """Sums of exposures, and of dissociation by infusion and beside change."""

    def exposure_responses(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Follow-up by exposure: condition, `by`, measured_scale, dose_route, exposure, level, bands, window, rule ...

        `dose_band_position` is 0 where no dose is recorded, `severity_band_position` 0 on a scale without bands.
        """
        keys = [
            "cells.measured_scale",
            "cells.route as dose_route",
            "facts.exposure",
            'facts.level as "exposure_level"',
            "facts.dose_band_position",
            "facts.severity_band_position",
            "facts.window_name",
            "facts.rule",
        ]
        return self._sums("exposure_responses", EXPOSURE_COUNTS, filters, by, keys)

    def dissociation_scores(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Dissociation by infusion: condition, `by`, infusion_number, n_infused, n_scored, sums in points."""
        counts, sums = ("n_infused", "n_scored"), ("score_sum", "score_square_sum")
        return self._sums("dissociation_scores", counts, filters, by, ["facts.infusion_number"], sums)

    def dissociation_changes(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Dissociation at the first infusion beside change: condition, `by`, measured_scale, window_name, sums.

        Dissociation in points, change in parts of the baseline, negative for a fall.
        """
        sums = ("score_sum", "score_square_sum", "fraction_sum", "fraction_square_sum", "product_sum")
        keys = ["cells.measured_scale", "facts.window_name"]
        return self._sums("dissociation_changes", ("n_courses",), filters, by, keys, sums)
