"""Retention: how many courses received each infusion of induction, and why the others did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.filters import Filters
from pipelines.results.rates import WILSON, fraction
from pipelines.results.tables import (
    NO_SCALE,
    clustering_note,
    condition_order,
    group_columns,
    joined_notes,
    result_table,
)
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published

RECEIVED, PENDING, NOT_RECORDED = "received", "pending", "not_recorded"
_LAST = ("ended_without_reason", PENDING, NOT_RECORDED)


@dataclass(frozen=True)
class _Stand:
    """Courses that received as many infusions and stopped there for the same reason; as published."""

    n_infusions: int
    ending: str
    is_induction_closed: bool
    n_courses: int

    @property
    def is_due(self) -> bool:
        return self.is_induction_closed and self.ending != NOT_RECORDED

    def at(self, infusion: int) -> str:
        return RECEIVED if self.n_infusions >= infusion else self.ending


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
        stands = [_Stand(*row) for row in group[[field.name for field in fields(_Stand)]].itertuples(index=False)]
        endings = sorted({stand.ending for stand in stands} - {*_LAST})
        n_due = sum(stand.n_courses for stand in stands if stand.is_due)
        n_unknown = int(group.loc[group["days_past_period_end"].isna(), "n_courses"].sum())
        n_open = sum(stand.n_courses for stand in stands if not stand.is_due and stand.ending != NOT_RECORDED)
        shared = {
            **dict(zip(keys, values, strict=True)),
            "measure": "retention",
            "population": published.population(filters),
            "scale": NO_SCALE,
            "window": "induction",
            "rule_version": f"induction {definitions.outcomes.version}",
            "method": "count",
            "n_started": sum(stand.n_courses for stand in stands),
            "n_due": n_due,
            "note": joined_notes(
                f"not mature yet: {n_open:,} still in induction" if n_open else "",
                f"maturity unknown: {n_unknown:,}" if n_unknown else "",
                "" if n_open or n_unknown else "mature",
                clustering_note(published.population(filters)),
            ),
        }
        for infusion in range(1, definitions.outcomes.induction.infusions_at_most + 1):
            n_courses, n_of_due = dict.fromkeys((RECEIVED, *endings, *_LAST), 0), Counter[str]()
            for stand in stands:
                n_courses[stand.at(infusion)] += stand.n_courses
                n_of_due[stand.at(infusion)] += stand.n_courses if stand.is_due else 0
            rows += [
                {
                    **shared,
                    "statistic": statistic,
                    "infusion": infusion,
                    "n_courses": n,
                    "n_of_due": None if statistic in (PENDING, NOT_RECORDED) else n_of_due[statistic],
                }
                for statistic, n in n_courses.items()
            ]
    _add_shares(rows, definitions.outcomes.interval.confidence)
    return result_table(rows, [*by, "infusion"], ["n_started", "n_courses", "n_of_due", "n_due"])


def _add_shares(rows: list[dict[str, Any]], confidence: float) -> None:
    """The share of the due, with its interval, for all rows at once; pending and not recorded courses have none."""
    shared = [row for row in rows if row["n_of_due"] is not None]
    lower, upper = wilson_interval(
        np.array([row["n_of_due"] for row in shared], dtype=np.int64),
        np.array([row["n_due"] for row in shared], dtype=np.int64),
        confidence,
    )
    for i, row in enumerate(shared):
        share = fraction(row["n_of_due"], row["n_due"])
        row |= {"estimate": share, "lower": lower[i], "upper": upper[i], "method": WILSON}
