"""Published counts, summed over what filters keep: a small table for each question, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.filters import DIMENSIONS, Filters
from pipelines.published.file import PublishedFile

if TYPE_CHECKING:
    import pandas as pd

# A period is followed up as far as the source that was filled in least; nothing is known if one source does not say.
FOLLOW_UP_DAYS = (
    "(select period, min(days_past_period_end) as days_past_period_end from follow_up group by period "
    "having count(*) = count(days_past_period_end)) as follow_up_days"
)


class PublishedSums(PublishedFile):
    """How published tables are summed; every sum has a row for each condition and value of `by`."""

    def population(self, filters: Filters) -> str:
        """The population asked for, or the program's own."""
        return filters.population or self.settings.population

    def _sums(
        self,
        table: str,
        counts: Sequence[str],
        filters: Filters,
        by: Sequence[str],
        keys: Sequence[str],
        quantities: Sequence[str] = (),
    ) -> pd.DataFrame:
        where, parameters = self._where(filters, "cells", by)
        types = dict.fromkeys(counts, "bigint") | dict.fromkeys(quantities, "double")
        sums = ", ".join(f"cast(sum(facts.{name}) as {kind}) as {name}" for name, kind in types.items())
        columns = ", ".join([self._groups(by, "cells"), *keys])
        return self._frame(
            f"select {columns}, {sums} from {table} as facts inner join cells on facts.cell_key = cells.cell_key "
            f"left join {FOLLOW_UP_DAYS} on cells.quarter = follow_up_days.period "
            f"where {where} and cells.scale = $scale and cells.population = $population "
            "group by all order by all",
            {**parameters, "scale": filters.scale, "population": self.population(filters)},
        )

    def _sums_of_started(
        self,
        table: str,
        count: str,
        filters: Filters,
        by: Sequence[str],
        keys: Sequence[str] = (),
        equal: Mapping[str, str] | None = None,
    ) -> pd.DataFrame:
        """Sums of a table of started courses, which names its groups itself and has no cells."""
        where, parameters = self._where(filters, table, by)
        equal = {"population": self.population(filters)} | dict(equal or {})
        clauses = " and ".join([where, f"{table}.condition <> 'any'", *(f"{table}.{name} = ${name}" for name in equal)])
        return self._frame(
            f"select {', '.join([self._groups(by, table), *keys])}, cast(sum({count}) as bigint) as {count} "
            f"from {table} left join {FOLLOW_UP_DAYS} on {table}.quarter = follow_up_days.period "
            f"where {clauses} group by all order by all",
            {**parameters, **equal},
        )

    def started_with_program(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses started: condition, `by`, n_started.

        Condition `any`, the program as a whole, is among the conditions unless filters keep some.
        """
        where, parameters = self._where(filters, "started_courses", by)
        return self._frame(
            f"select {self._groups(by, 'started_courses')}, cast(sum(n_started) as bigint) as n_started "
            f"from started_courses where {where} and population = $population group by all order by all",
            {**parameters, "population": self.population(filters)},
        )

    def _sums_with_program(
        self,
        table: str,
        counts: Sequence[str],
        quantities: Sequence[str],
        filters: Filters,
        by: Sequence[str],
        keys: Sequence[str],
    ) -> pd.DataFrame:
        """Sums of a table with cells of started courses; quantities are floating-point numbers only once added."""
        where, parameters = self._where(filters, "cells", by)
        types = dict.fromkeys(counts, "bigint") | dict.fromkeys(quantities, "double")
        sums = ", ".join(f"cast(sum(facts.{name}) as {kind}) as {name}" for name, kind in types.items())
        return self._frame(
            f"select {', '.join([self._groups(by, 'cells'), *keys])}, {sums} from {table} as facts "
            "inner join started_cells as cells on facts.started_key = cells.started_key "
            f"where {where} and cells.population = $population group by all order by all",
            {**parameters, "population": self.population(filters)},
        )

    def _where(self, filters: Filters, table: str, by: Sequence[str]) -> tuple[str, dict[str, object]]:
        """What filters and scope keep: the one place where a query of counts is conditioned."""
        further = [name for name in by if name not in DIMENSIONS]
        clauses = [f"{table}.attribute = $attribute", self.scope.holds(f"{table}.site")]
        parameters: dict[str, object] = {"attribute": further[0] if further else filters.attribute}
        parameters |= self.scope.parameters
        narrowing: list[str] = []
        for name in DIMENSIONS:
            if values := getattr(filters, name):
                (clauses if name == "condition" else narrowing).append(f"list_contains($_{name}, {table}.{name})")
                parameters[f"_{name}"] = list(values)
        if filters.level:
            narrowing.append(f"list_contains($_level, {table}.level)")
            parameters["_level"] = list(filters.level)
        if filters.is_rest:
            narrowing = [f"not ({' and '.join(narrowing) or 'true'})"]
        return " and ".join([*clauses, *narrowing]), parameters

    def _groups(self, by: Sequence[str], table: str) -> str:
        names = ["condition", *(name for name in by if name != "condition")]
        return ", ".join(f"{table}.{name}" if name in DIMENSIONS else f'{table}.level as "{name}"' for name in names)
