"""Durability: how long those who respond after induction go on responding.

The clock starts at the first assessment after the last infusion of induction, among the courses that respond there.
Loss is known only to lie between two assessments: the main curve is the nonparametric maximum-likelihood estimate on
those intervals, each ending at the last assessment before any further infusion. Beside it stands what was recorded
first, loss, re-treatment or leaving (Aalen-Johansen), because a course that is given another infusion is not like one
that is watched on without.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.definitions.bases import MINUTES_PER_DAY
from pipelines.filters import Filters
from pipelines.results.clocks import DAYS
from pipelines.results.durability_groups import (
    CAUSES,
    GROUP_COUNTS,
    LEFT,
    DurabilityGroup,
    durability_groups,
    nobody_note,
)
from pipelines.results.event_curves import INTERVAL_CENSORED
from pipelines.results.tables import few_note, joined_notes, result_table

if TYPE_CHECKING:
    from pipelines.published import Published

AALEN_JOHANSEN = "Aalen-Johansen at recorded times, log-log"
_ROUNDING = 1e-9


def durability_times(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """When half no longer respond, and how many still do at the landmarks, in days from the clock's start.

    Statistics: `median_interval` (95 % interval of the median time to loss, as for onset: `estimate` empty, its
    innermost interval in the note, an upper end at infinity empty); `still_responding_at_day_N` (interval-censored; the
    interval and the note also hold what visits cannot tell); `lost_by_day_N`, `retreated_by_day_N`, `left_by_day_N`
    (share of those responding for whom this was recorded first). `n_at_risk`: in view then, with none of them recorded.
    With too few followed there are counts and no estimate; past the last one in view there is none either.
    """
    rows: list[dict[str, Any]] = []
    for group in durability_groups(published, filters, by):
        few = few_note(group.keys["n_followed"], published.definitions)
        rows += _without_estimates(published, group, few) if few else _with_estimates(published, group)
    return result_table([{**row, "measure": "durability"} for row in rows], by, [*GROUP_COUNTS, "n_at_risk"])


def durability_curves(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Shares by day (column `day`) from the clock's start, one row for each step; none where too few were followed.

    Statistics: `interval_censored` (share still responding, pointwise bootstrap band); `lost`, `retreated`, `left`
    (share for whom this was recorded first, log-log band); `at_risk` (`n_at_risk` in view with none of them recorded).
    """
    rows: list[dict[str, Any]] = []
    for group in durability_groups(published, filters, by):
        if not few_note(group.keys["n_followed"], published.definitions):
            rows += _curves(published, group)
    table = [{**row, "measure": "durability-curve"} for row in rows]
    return result_table(table, [*by, "day"], [*GROUP_COUNTS, "n_at_risk"])


def _statistics(published: Published) -> dict[str, list[str]]:
    """The statistics of each landmark, by method."""
    days = published.definitions.outcomes.durability.landmark_days
    return {
        INTERVAL_CENSORED: ["median_interval", *(f"still_responding_at_day_{day}" for day in days)],
        AALEN_JOHANSEN: [f"{cause}_by_day_{day}" for day in days for cause in CAUSES],
    }


def _without_estimates(published: Published, group: DurabilityGroup, few: str) -> list[dict[str, Any]]:
    note = joined_notes(str(group.keys["note"]), few)
    return [
        {**group.keys, "statistic": statistic, "method": method, "note": note}
        for method, statistics in _statistics(published).items()
        for statistic in statistics
    ]


def _with_estimates(published: Published, group: DurabilityGroup) -> list[dict[str, Any]]:
    days = published.definitions.outcomes.durability.landmark_days
    rows = [_median(published, group)]
    rows += [_still_responding(published, group, day) for day in days]
    return rows + [row for day in days for row in _recorded_first(published, group, day)]


def _median(published: Published, group: DurabilityGroup) -> dict[str, Any]:
    curve, draws = group.interval_censored(published)
    left, right = (end / MINUTES_PER_DAY for end in curve.median_interval())
    upper = draws.median_right_upper / MINUTES_PER_DAY
    return {
        **group.keys,
        "statistic": "median_interval",
        "lower": draws.median_left_lower / MINUTES_PER_DAY if np.isfinite(draws.median_left_lower) else None,
        "upper": upper if np.isfinite(upper) else None,
        "method": INTERVAL_CENSORED,
        "note": joined_notes(
            str(group.keys["note"]),
            f"innermost interval day {left:.3g} to {f'day {right:.3g}' if np.isfinite(right) else 'not reached'}",
            f"not reached by day {group.last_day:.3g}" if np.isinf(upper) else "",
            "" if curve.certificate.is_maximum else "the curve's maximum is not certified",
        ),
    }


def _still_responding(published: Published, group: DurabilityGroup, day: int) -> dict[str, Any]:
    row = {
        **group.keys,
        "statistic": f"still_responding_at_day_{day}",
        "n_at_risk": _n_at_risk(published, group, day),
        "method": INTERVAL_CENSORED,
    }
    curve, draws = group.interval_censored(published)
    time = float(day * MINUTES_PER_DAY)
    smallest, largest = (float(bound[0]) for bound in curve.cumulative_bounds_at([time]))
    why_not = group.why_not_told(day, published)
    if not row["n_at_risk"] and _rest(smallest) > 0:
        why_not = nobody_note(day)
    if why_not:
        return {**row, "note": joined_notes(str(group.keys["note"]), why_not)}
    at = int(np.searchsorted(draws.times, time))
    return {
        **row,
        "estimate": _rest(smallest),
        "lower": _rest(draws.largest_upper[at]),
        "upper": _rest(draws.lower[at]),
        "note": joined_notes(
            str(group.keys["note"]),
            f"or as low as {100 * _rest(largest):.1f} %: visits do not tell" if largest - smallest > _ROUNDING else "",
            _maturity_note(published, group, day),
            "" if curve.certificate.is_maximum else "the curve's maximum is not certified",
        ),
    }


def _recorded_first(published: Published, group: DurabilityGroup, day: int) -> list[dict[str, Any]]:
    curve, why_not = group.first_events(published), group.why_not_told(day, published)
    time = [day * MINUTES_PER_DAY]
    shares = curve.incidence_at(time)[0]
    lower, upper = (bound[0] for bound in curve.band_at(time))
    rows = []
    for i, cause in enumerate(CAUSES):
        told = {} if why_not else {"estimate": shares[i], "lower": lower[i], "upper": upper[i]}
        note = joined_notes(
            str(group.keys["note"]),
            why_not or _maturity_note(published, group, day),
            "leaving counts only where the end and its reason are recorded" if cause == LEFT else "",
        )
        row = {**group.keys, "statistic": f"{cause}_by_day_{day}", "method": AALEN_JOHANSEN, "note": note}
        rows.append({**row, "n_at_risk": _n_at_risk(published, group, day), **told})
    return rows


def _n_at_risk(published: Published, group: DurabilityGroup, day: int) -> int:
    return int(group.first_events(published).at_risk_at([day * MINUTES_PER_DAY])[0])


def _rest(share: float) -> float:
    """What is left of one; the last digits of a sum of masses are noise."""
    return 0.0 if share > 1 - _ROUNDING else 1 - share


def _maturity_note(published: Published, group: DurabilityGroup, day: int) -> str:
    n = group.n_not_mature(day, published)
    return f"not mature yet: {n:,} of quarters not followed up that long are censored before" if n else ""


def _curves(published: Published, group: DurabilityGroup) -> list[dict[str, Any]]:
    curve, draws = group.interval_censored(published)
    first = group.first_events(published)
    estimates = curve.cumulative_at(draws.times)
    rows: list[dict[str, Any]] = [
        {
            "statistic": "interval_censored",
            "day": time / MINUTES_PER_DAY,
            "estimate": _rest(estimates[i]),
            "lower": _rest(draws.upper[i]),
            "upper": _rest(draws.lower[i]),
            "method": INTERVAL_CENSORED,
        }
        for i, time in enumerate(draws.times)
        if time <= group.last_day * MINUTES_PER_DAY
    ]
    rows += [
        {
            "statistic": cause,
            "day": time / MINUTES_PER_DAY,
            "n_at_risk": int(first.at_risk[row]),
            "estimate": first.incidence[row, i],
            "lower": first.lower[row, i],
            "upper": first.upper[row, i],
            "method": AALEN_JOHANSEN,
        }
        for i, cause in enumerate(CAUSES)
        for row, time in enumerate(first.time)
        if first.events[row, i] or row == len(first.time) - 1
    ]
    ticks = [tick for tick in DAYS if tick <= first.time[-1] / MINUTES_PER_DAY]
    at_risk = first.at_risk_at(np.array(ticks, dtype=float) * MINUTES_PER_DAY)
    rows += [
        {"statistic": "at_risk", "day": tick, "n_at_risk": int(at_risk[i]), "method": AALEN_JOHANSEN}
        for i, tick in enumerate(ticks)
    ]
    return [{**group.keys, **row} for row in rows]
