"""Flow: how many courses started, and how many are left at each stage to the response rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.response import response_counts
from pipelines.results.tables import records, result_table

if TYPE_CHECKING:
    from pipelines.published import Published

STAGES = {
    "started": "n_started",
    "with_baseline": "n_with_baseline",
    "below_entry_cut": "n_below_entry",
    "baseline_zero": "n_baseline_zero",
    "in_population": "n_in_population",
    "not_anchored": "n_not_anchored",
    "pending": "n_pending",
    "missed": "n_missed",
    "observed": "n_observed",
    "responded": "n_responded",
}
"""The stages in their order. Started less without baseline, below the entry cut and zero gives the population;
the population less not anchored, pending and missed gives the observed."""


def course_flow(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """One row for each stage, condition and group; `estimate` is the stage's share of the courses started."""
    rows = []
    for counted in records(response_counts(published, filters, by)):
        started = counted["n_started"]
        for stage, column in STAGES.items():
            rows.append(
                {
                    **{key: value for key, value in counted.items() if not key.startswith("n_")},
                    "measure": "flow",
                    "statistic": stage,
                    "n_started": started,
                    "n_courses": counted[column],
                    "estimate": counted[column] / started if started else None,
                    "method": "count",
                }
            )
    return result_table(rows, by, ["n_started", "n_courses"])
