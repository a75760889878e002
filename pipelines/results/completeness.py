"""Completeness of follow-up: the share of the courses due whose window holds a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.response import response_counts
from pipelines.results.tables import joined_notes, records, result_table
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published

_COUNTS = ("n_started", "n_in_population", "n_due", "n_observed", "n_missed", "n_pending")


def follow_up_completeness(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """The statistic `followed_up`: observed among observed and missed, with a Wilson interval.

    The note says `far below the others` where the share of the whole condition lies above a wide interval of the
    group, as beyond the outer limit of a funnel plot. Pending courses are not due.
    """
    whole = {record["condition"]: record for record in records(response_counts(published, filters))}
    outcomes = published.definitions.outcomes
    rows: list[dict[str, Any]] = []
    for counted in records(response_counts(published, filters, by)):
        n_observed = int(counted["n_observed"])
        n_due = n_observed + int(counted["n_missed"])
        all_of_it = whole[counted["condition"]]
        n_due_in_all = int(all_of_it["n_observed"]) + int(all_of_it["n_missed"])
        lower, upper = wilson_interval([n_observed], [n_due], outcomes.interval.confidence)
        _, far = wilson_interval([n_observed], [n_due], outcomes.display.far_below_confidence)
        is_far_below = bool(n_due) and far[0] < int(all_of_it["n_observed"]) / n_due_in_all
        rows.append(
            {
                **counted,
                "measure": "completeness",
                "statistic": "followed_up",
                "n_due": n_due,
                "estimate": n_observed / n_due if n_due else None,
                "lower": lower[0],
                "upper": upper[0],
                "method": "Wilson score",
                "note": joined_notes(str(counted["note"]), "far below the others" if is_far_below else ""),
            }
        )
    return result_table(rows, by, _COUNTS)
