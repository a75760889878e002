"""The onset counts of one condition and group, and the curves through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.filters import Filters
from pipelines.results.clocks import onset_intervals
from pipelines.results.event_curves import fitted_curve, left_ends, numbers, right_ends
from pipelines.results.rules import not_offered_note, offering_scales, response_rule, rule_version
from pipelines.results.tables import (
    clustering_note,
    frames_by_group,
    group_columns,
    joined_notes,
    scales_note,
    started_groups,
    total,
)
from pipelines.statistics.interval_censoring import EventCurve, EventCurveBootstrap
from pipelines.statistics.survival import SurvivalCurve, kaplan_meier

if TYPE_CHECKING:
    from pipelines.published import Published

GROUP_COUNTS = ("n_started", "n_with_baseline", "n_in_population", "n_assessed", "n_responded")


@dataclass(frozen=True)
class OnsetGroup:
    """The onset counts of one condition and group; times in the clock's published unit.

    Attributes:
        keys: what all its result rows share.
        counts: intervals of the whole population that the clock runs for.
        assessed: those of courses with an assessment after the first infusion, which the curves hold.
    """

    keys: dict[str, Any]
    counts: pd.DataFrame
    assessed: pd.DataFrame

    @property
    def left(self) -> NDArray[np.float64]:
        """Left ends, left out of the intervals."""
        return left_ends(self.assessed)

    @property
    def right(self) -> NDArray[np.float64]:
        """Right ends; infinity where there was no response by the last assessment."""
        return right_ends(self.assessed)

    @property
    def count(self) -> NDArray[np.int64]:
        """Courses with each interval."""
        return numbers(self.assessed)

    @property
    def last_time(self) -> float:
        """The last time at which any course was assessed."""
        return float(max(self.left.max(), self.right[np.isfinite(self.right)].max(initial=0.0)))

    def interval_censored(self, published: Published) -> tuple[EventCurve, EventCurveBootstrap]:
        """The curve through the intervals, and its bootstrap at the curve's steps."""
        return fitted_curve(self.assessed, published.definitions.outcomes.interval)

    def recorded(self, published: Published) -> SurvivalCurve:
        """The Kaplan-Meier curve at the first recorded response."""
        is_observed = np.isfinite(self.right)
        return kaplan_meier(
            np.where(is_observed, self.right, self.left),
            is_observed,
            self.count,
            published.definitions.outcomes.interval.confidence,
        )


def onset_groups(published: Published, filters: Filters, by: Sequence[str]) -> list[OnsetGroup]:
    """One group for each condition and value of `by` in which a course started."""
    published.check(filters, by)
    definitions = published.definitions
    intervals = onset_intervals(published, filters, by)
    intervals_of = frames_by_group(intervals[intervals["kind"] == filters.kind], [*group_columns(by), "rule"])
    groups = []
    for where, n_started, baselines in started_groups(published, filters, by):
        rule = response_rule(filters, str(where["condition"]), definitions)
        own = intervals_of(*where.values(), rule)
        n_off_clock = int(own.loc[~own["is_on_clock"], "n_courses"].sum())
        counts = own[own["is_on_clock"]]
        assessed = counts[counts["is_assessed"]]
        by_scale = assessed.groupby("measured_scale")["n_courses"].sum()
        scales = [scale for scale in offering_scales(rule, definitions) if scale in set(own["measured_scale"])]
        groups.append(
            OnsetGroup(
                keys={
                    **where,
                    "population": published.population(filters),
                    "scale": filters.scale,
                    "window": "from_first_infusion",
                    "rule_version": f"{rule_version(rule, scales, definitions)}, {filters.kind}",
                    "n_started": n_started,
                    "n_with_baseline": total(baselines, "n_with_baseline"),
                    "n_in_population": int(counts["n_courses"].sum()),
                    "n_assessed": int(assessed["n_courses"].sum()),
                    "n_responded": int(assessed.loc[assessed["right"].notna(), "n_courses"].sum()),
                    "note": joined_notes(
                        scales_note({str(scale): int(n) for scale, n in by_scale.items()}),
                        not_offered_note(rule, filters, definitions),
                        "those who had no more infusions are taken as like those who had"
                        if filters.clock == "infusions"
                        else "",
                        f"{n_off_clock:,} without infusion rows are left out" if n_off_clock else "",
                        clustering_note(published.population(filters)),
                    ),
                },
                counts=counts,
                assessed=assessed,
            )
        )
    return groups
