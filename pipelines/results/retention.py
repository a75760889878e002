"""Retention: how many courses received each infusion of induction, and why the others did not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.rates import WILSON, fraction
from pipelines.results.tables import clustering_note, condition_order, group_columns, joined_notes, result_table
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published

RECEIVED, PENDING, NOT_RECORDED = "received", "pending", "not_recorded"
_LAST = ("ended_without_reason", PENDING, NOT_RECORDED)


def infusion_retention(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """For each infusion of induction (column `infusion`), where the courses started stand; the rows add up to them.

    Statistics: `received`; `completed` (no further one was planned, or the course is recorded as completed);
    `ended_<reason>` for each recorded reason; `ended_without_reason`; `pending` (induction may still go on);
    `not_recorded` (no infusion rows). `n_courses` counts among all started. `n_of_due` and `n_due` count among the
    courses whose induction is over and recorded, and give the `estimate`, with a Wilson interval: courses that are
    still in induction enter no share, not even with the infusions they have had.
    """
    published.check(filters, by)
    definitions = published.definitions
    keys = group_columns(by)
    counts = condition_order(published.retentions(filters, by), published)
    rows: list[dict[str, Any]] = []
    for values, group in counts.groupby(keys, sort=False, dropna=False):
        endings = [ending for ending in sorted(group["ending"].unique()) if ending not in _LAST]
        is_due = group["is_induction_closed"] & (group["ending"] != NOT_RECORDED)
        n_due = int(group.loc[is_due, "n_courses"].sum())
        n_open = int(group.loc[~is_due & (group["ending"] != NOT_RECORDED), "n_courses"].sum())
        shared = {
            **dict(zip(keys, values, strict=True)),
            "measure": "retention",
            "population": published.population(filters),
            "window": "induction",
            "n_started": int(group["n_courses"].sum()),
            "n_due": n_due,
            "note": joined_notes(
                f"not mature yet: {n_open:,} still in induction" if n_open else "",
                clustering_note(published.population(filters)),
            ),
        }
        for infusion in range(1, definitions.outcomes.induction.infusions_at_most + 1):
            has_received = group["n_infusions"] >= infusion
            for statistic in (RECEIVED, *endings, *_LAST):
                is_here = has_received if statistic == RECEIVED else ~has_received & (group["ending"] == statistic)
                n_of_due = int(group.loc[is_here & is_due, "n_courses"].sum())
                rows.append(
                    {
                        **shared,
                        "statistic": statistic,
                        "infusion": infusion,
                        "n_courses": int(group.loc[is_here, "n_courses"].sum()),
                        **({} if statistic in (PENDING, NOT_RECORDED) else _share(published, n_of_due, n_due)),
                    }
                )
    return result_table(rows, [*by, "infusion"], ["n_started", "n_courses", "n_of_due", "n_due"])


def _share(published: Published, part: int, whole: int) -> dict[str, Any]:
    lower, upper = wilson_interval([part], [whole], published.definitions.outcomes.interval.confidence)
    return {
        "n_of_due": part,
        "estimate": fraction(part, whole),
        "lower": lower[0],
        "upper": upper[0],
        "method": WILSON,
    }
