"""Published counts, summed over what filters keep: a small table for each question, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.filters import DIMENSIONS, Filters
from pipelines.published_file import PublishedFile

if TYPE_CHECKING:
    import pandas as pd

# A period is followed up as far as the source that was filled in least; nothing is known if one source does not say.
FOLLOW_UP_DAYS = (
    "(select period, min(days_past_period_end) as days_past_period_end from follow_up group by period "
    "having count(*) = count(days_past_period_end)) as follow_up_days"
)
FOLLOW_UP_COUNTS = (
    "n_observed",
    "n_missed",
    "n_pending",
    "n_not_anchored",
    "n_met",
    "n_worse",
    "n_on_maintenance",
    "n_met_on_maintenance",
    "n_without_maintenance",
    "n_met_without_maintenance",
)
"""How the courses of a population stand by window and rule."""


class PublishedCounts(PublishedFile):
    """The sums of a snapshot's published tables; every one has a row for each condition and value of `by`."""

    def population(self, filters: Filters) -> str:
        """The population asked for, or the program's own."""
        return filters.population or self.settings.population

    def started(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses started: columns condition, `by`, n_started."""
        return self._sums_of_started("started_courses", "n_started", filters, by)

    def retentions(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by infusions received in induction: condition, `by`, n_infusions, ending, is_induction_closed ...

        `days_past_period_end` as in `baselines`.
        """
        keys = ["n_infusions", "ending", "is_induction_closed", "days_past_period_end"]
        return self._sums_of_started("retentions", "n_courses", filters, by, keys)

    def missing_baselines(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses without a baseline on the scale asked for: condition, `by`, reason, n_courses.

        Courses without any score have the reason `no_score` under the primary scale only; on a single scale they are
        those that are left.
        """
        return self._sums_of_started(
            "missing_baselines", "n_courses", filters, by, ["reason"], {"scale": filters.scale}
        )

    def baselines(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses with a baseline: condition, `by`, measured_scale, days_past_period_end, n_with_baseline ...

        `days_past_period_end` says how far the source had been filled in past the end of the courses' period (the
        least of all sources), NULL where that is unknown.
        """
        counts = (
            "n_with_baseline",
            "n_below_entry",
            "n_baseline_zero",
            "n_in_population",
            "n_baseline_older",
            "n_baseline_assumed",
        )
        keys = ["cells.measured_scale", "follow_up_days.days_past_period_end"]
        return self._sums("baselines", counts, filters, by, keys)

    def responses(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Follow-up by window and rule: condition, `by`, measured_scale, window_name, rule, n_observed ..."""
        return self._sums(
            "responses", FOLLOW_UP_COUNTS, filters, by, ["cells.measured_scale", "facts.window_name", "facts.rule"]
        )

    def trajectories(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Sums at baseline and in each window: condition, `by`, measured_scale, window_name, n_scored ...

        Sums of scores and changes, and of their squares, are in the scale's units and exact before they are turned
        into floating-point numbers; those of fractions are in parts of the baseline, NULL where a scale has none.
        """
        counts = ("n_scored", "n_counted_later", "n_missed", "n_pending", "n_not_anchored")
        sums = (
            "score_sum",
            "score_square_sum",
            "change_sum",
            "change_square_sum",
            "fraction_sum",
            "fraction_square_sum",
        )
        return self._sums("trajectories", counts, filters, by, ["cells.measured_scale", "facts.window_name"], sums)

    def change_distributions(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by change from baseline: condition, `by`, measured_scale, window_name, reduction_percent ..."""
        keys = ["cells.measured_scale", "facts.window_name", "facts.reduction_percent"]
        return self._sums("change_distributions", ("n_courses",), filters, by, keys)

    def severity_distributions(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by band of severity on one scale: condition, `by`, window_name, band_position, n_courses."""
        keys = ["facts.window_name", "facts.band_position"]
        return self._sums("severity_distributions", ("n_courses",), filters, by, keys)

    def onsets(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Onset intervals in minutes: condition, `by`, measured_scale, quarter_day, rule, kind, left, right, n.

        `days_past_period_end` says how far the source had been filled in past the end of the courses' quarter
        (the least of all sources), NULL where that is unknown.
        """
        keys = [
            "cells.measured_scale",
            "follow_up_days.days_past_period_end",
            "facts.rule",
            "facts.kind",
            "facts.left_minute",
            "facts.right_minute",
            "facts.is_assessed",
        ]
        return self._sums("onsets", ("n_courses",), filters, by, keys)

    def infusion_onsets(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """The same in infusions received: condition, `by`, measured_scale ... left_infusions, right_infusions, n."""
        keys = [
            "cells.measured_scale",
            "follow_up_days.days_past_period_end",
            "facts.rule",
            "facts.kind",
            "facts.left_infusions",
            "facts.right_infusions",
            "facts.is_assessed",
        ]
        return self._sums("infusion_onsets", ("n_courses",), filters, by, keys)

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

    def _where(self, filters: Filters, table: str, by: Sequence[str]) -> tuple[str, dict[str, object]]:
        further = [name for name in by if name not in DIMENSIONS]
        clauses = [f"{table}.attribute = $attribute"]
        parameters: dict[str, object] = {"attribute": further[0] if further else filters.attribute}
        for name in DIMENSIONS:
            if values := getattr(filters, name):
                clauses.append(f"list_contains($_{name}, {table}.{name})")
                parameters[f"_{name}"] = list(values)
        if filters.level:
            clauses.append(f"list_contains($_level, {table}.level)")
            parameters["_level"] = list(filters.level)
        return " and ".join(clauses), parameters

    def _groups(self, by: Sequence[str], table: str) -> str:
        names = ["condition", *(name for name in by if name != "condition")]
        return ", ".join(f"{table}.{name}" if name in DIMENSIONS else f'{table}.level as "{name}"' for name in names)
