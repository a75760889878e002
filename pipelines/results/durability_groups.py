"""The courses of one condition and group by where they stand after induction, and curves of those responding then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.definitions.bases import MINUTES_PER_DAY
from pipelines.filters import Filters
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
from pipelines.statistics.competing_risks import CumulativeIncidences, aalen_johansen
from pipelines.statistics.interval_censoring import EventCurve, EventCurveBootstrap
from pipelines.statistics.survival import SurvivalCurve, kaplan_meier

if TYPE_CHECKING:
    from pipelines.published import Published

LOST, RETREATED, LEFT = "lost", "retreated", "left"
CAUSES = (LOST, RETREATED, LEFT)
"""What ends a response, or our knowledge of it; anything else is censored."""
_ROUNDING = 1e-9
GROUP_COUNTS = (
    "n_started",
    "n_with_baseline",
    "n_in_population",
    "n_not_anchored",
    "n_pending",
    "n_assessed",
    "n_on_maintenance",
    "n_responding",
    "n_followed",
    "n_lost",
    "n_retreated",
    "n_left",
)


@dataclass(frozen=True)
class DurabilityGroup:
    """The durability counts of one condition and group; times in minutes from the first assessment after induction.

    Attributes:
        keys: what all its result rows share.
        responding: intervals and endings of the courses that responded at that assessment.
        followed: those of them with a later assessment before any re-treatment, which the curve of intervals holds.
    """

    keys: dict[str, Any]
    responding: pd.DataFrame
    followed: pd.DataFrame

    @property
    def last_day(self) -> float:
        """The last day on which any course was assessed before re-treatment."""
        right = right_ends(self.followed)
        return float(max(left_ends(self.followed).max(), right[np.isfinite(right)].max(initial=0.0))) / MINUTES_PER_DAY

    def interval_censored(self, published: Published) -> tuple[EventCurve, EventCurveBootstrap]:
        """The curve of loss through the intervals, and its bootstrap at the curve's steps and the landmarks."""
        outcomes = published.definitions.outcomes
        landmarks = [float(day * MINUTES_PER_DAY) for day in outcomes.durability.landmark_days]
        return fitted_curve(self.followed, outcomes.interval, landmarks)

    def first_events(self, published: Published) -> CumulativeIncidences:
        """Which of loss, re-treatment and leaving was recorded first, and when (Aalen-Johansen)."""
        codes = {cause: code for code, cause in enumerate(CAUSES, start=1)}
        return _recorded_first(
            tuple(self.responding["ending_minute"].tolist()),
            tuple(codes.get(ending, 0) for ending in self.responding["ending"].tolist()),
            tuple(self.responding["n_courses"].tolist()),
            published.definitions.outcomes.interval.confidence,
        )

    def recorded(self, published: Published) -> SurvivalCurve:
        """Kaplan-Meier of the recorded loss, all else censored: those not lost are taken as like those watched on."""
        return kaplan_meier(
            self.followed["ending_minute"].to_numpy(dtype=float),
            self.followed["ending"].eq(LOST).to_numpy(dtype=bool),
            numbers(self.followed),
            published.definitions.outcomes.interval.confidence,
        )

    def is_out_of_view(self, day: int, published: Published) -> bool:
        """Whether nobody was followed up to a day, and not because all had come to an end before."""
        curve, time = self.first_events(published), day * MINUTES_PER_DAY
        return not curve.at_risk_at([time])[0] and bool(curve.censored[curve.time < time].any())

    def why_not_told(self, day: int, published: Published) -> str:
        """Why a share by a day would rest on too few; empty where it does not.

        Those in view thin out by censoring, and then a single event weighs as much as it does among few, however many
        there were at first. What counts is the effective number, those at risk over the share without event (Peto 1977,
        Br J Cancer 35:1), at the day and at every event before it. Nobody need be in view where all came to an end.
        """
        if self.is_out_of_view(day, published):
            return nobody_note(day)
        curve, time = self.first_events(published), day * MINUTES_PER_DAY
        is_before = curve.time < time
        n_at_risk = int(curve.at_risk_at([time])[0])
        if not n_at_risk:
            return ""
        without_event = np.concatenate([[1.0], curve.event_free])
        is_event = is_before & (curve.events.sum(axis=1) > 0)
        effective = [
            n_at_risk / without_event[is_before.sum()],
            *(curve.at_risk / without_event[:-1])[is_event],
        ]
        if min(effective) + _ROUNDING < published.definitions.outcomes.display.fewest_for_a_sentence:
            return f"too few to say: {n_at_risk} in view at day {day}"
        return ""

    def n_not_mature(self, day: int, published: Published) -> int:
        """Those responding, of quarters that had not been followed up for so many days after induction."""
        days_needed = published.definitions.outcomes.induction.first_days + day
        is_short = self.responding["days_past_period_end"] < days_needed
        return int(self.responding.loc[is_short, "n_courses"].sum())


@lru_cache(maxsize=256)
def _recorded_first(
    minutes: tuple[float, ...], causes: tuple[int, ...], count: tuple[int, ...], confidence: float
) -> CumulativeIncidences:
    """Kept, because every landmark of a measure, and its curve, ask for the same."""
    times, codes, numbers_of = np.array(minutes, float), np.array(causes, np.int64), np.array(count, np.int64)
    return aalen_johansen(times, codes, numbers_of, len(CAUSES), confidence)


def durability_groups(published: Published, filters: Filters, by: Sequence[str]) -> list[DurabilityGroup]:
    """One group for each condition and value of `by` in which a course started."""
    published.check(filters, by)
    definitions = published.definitions
    counts = published.durabilities(filters, by).rename(columns={"left_minute": "left", "right_minute": "right"})
    counts_of = frames_by_group(counts, [*group_columns(by), "rule"])
    groups = []
    for where, n_started, baselines in started_groups(published, filters, by):
        rule = response_rule(filters, str(where["condition"]), definitions)
        own = counts_of(*where.values(), rule)
        responding = own[own["standing"] == "responding"]
        followed = responding[responding["is_followed"]]
        standing = own.groupby("standing")["n_courses"].sum()
        ending = responding.groupby("ending")["n_courses"].sum()
        by_scale = followed.groupby("measured_scale")["n_courses"].sum()
        scales = [scale for scale in offering_scales(rule, definitions) if scale in set(own["measured_scale"])]
        on_maintenance = int(standing.get("on_maintenance", 0))
        unseen = int(ending.get("retreated_unseen", 0))
        groups.append(
            DurabilityGroup(
                keys={
                    **where,
                    "population": published.population(filters),
                    "scale": filters.scale,
                    "window": "from_first_assessment_after_induction",
                    "rule_version": f"{rule_version(rule, scales, definitions)}, "
                    f"durability {definitions.outcomes.durability.version}",
                    "n_started": n_started,
                    "n_with_baseline": total(baselines, "n_with_baseline"),
                    "n_in_population": int(own["n_courses"].sum()),
                    "n_not_anchored": int(standing.get("not_anchored", 0)),
                    "n_pending": int(standing.get("pending", 0)),
                    "n_assessed": int(standing.reindex(_ASSESSED, fill_value=0).sum()),
                    "n_on_maintenance": on_maintenance,
                    "n_responding": int(standing.get("responding", 0)),
                    "n_followed": int(followed["n_courses"].sum()),
                    **{f"n_{cause}": int(ending.get(cause, 0)) for cause in CAUSES},
                    "note": joined_notes(
                        scales_note({str(scale): int(n) for scale, n in by_scale.items()}),
                        not_offered_note(rule, filters, definitions),
                        f"lost: {definitions.outcomes.durability.label}",
                        f"{on_maintenance:,} given another infusion before that assessment are left out"
                        if on_maintenance
                        else "",
                        f"{unseen:,} given another infusion after their last assessment are censored at it"
                        if unseen
                        else "",
                        clustering_note(published.population(filters)),
                    ),
                },
                responding=responding,
                followed=followed,
            )
        )
    return groups


def nobody_note(day: int) -> str:
    """What to say of a day that no course was followed up to."""
    return f"nobody is in view at day {day}"


_ASSESSED = ["on_maintenance", "not_responding", "responding"]
