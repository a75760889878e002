"""Courses counted by how they stand for recovery as NHS Talking Therapies reports it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import FOLLOW_UP_DAYS, PublishedSums

if TYPE_CHECKING:
    import pandas as pd

NHS_COUNTS = (
    "n_courses",
    "n_with_first",
    "n_paired",
    "n_at_caseness",
    "n_at_caseness_paired",
    "n_recovered",
    "n_reliably_recovered",
    "n_reliably_improved",
    "n_reliably_deteriorated",
    "n_last_before_end",
)


class RecoveryCounts(PublishedSums):
    """Sums of courses by what recovery is counted from."""

    def nhs_recoveries(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses started: condition, `by`, standing, days_past_period_end, n_courses, n_with_first, n_paired ...

        Condition `any` is every course given for one of the rule's conditions, counted once; it is there unless a
        condition is asked for. `days_past_period_end` as in `baselines`. Scale, window and rule do not narrow them.
        """
        table = "nhs_recoveries"
        where, parameters = self._where(filters, table, by)
        sums = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in NHS_COUNTS)
        return self._frame(
            f"select {self._groups(by, table)}, standing, days_past_period_end, {sums} "
            f"from {table} left join {FOLLOW_UP_DAYS} on {table}.quarter = follow_up_days.period "
            f"where {where} and population = $population group by all order by all",
            {**parameters, "population": self.population(filters)},
        )
