"""Onset of response: the interval-censored curve, its median interval, and the naive curve beside it.

Onset is known only to lie between two assessments. The main curve is the nonparametric maximum-likelihood
estimate on those intervals (Turnbull 1976); Kaplan-Meier at the first recorded response stands beside it,
labelled, because it shows visit days rather than onset. Both are counted in days from the first infusion, or with
the clock `infusions` in infusions received: an assessment that does not meet the rule after k infusions says that k
were not enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.filters import Filters
from pipelines.results.clocks import Clock, clock_of, days_until_known
from pipelines.results.event_curves import INTERVAL_CENSORED
from pipelines.results.onset_comparison import COMPARISON_COUNTS, COMPARISON_FIGURES, comparison_rows
from pipelines.results.onset_groups import GROUP_COUNTS, OnsetGroup, onset_groups
from pipelines.results.tables import group_columns, joined_notes, result_table
from pipelines.statistics.survival import survival_quantile

if TYPE_CHECKING:
    from pipelines.published import Published

KAPLAN_MEIER = "Kaplan-Meier at first recorded response, log-log"


def onset_times(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """When half have responded, and how many starters had by certain days, or after certain numbers of infusions.

    Statistics: `median_interval` (95 % interval of the median; `estimate` empty, its innermost interval in the
    note; an upper end at infinity is empty), `median_recorded` (Kaplan-Meier, Brookmeyer-Crowley),
    `recorded_by_day_N` or `recorded_by_infusion_N` (share of all with a baseline whose response was recorded by
    then, among cohorts that have been followed up that long). Times are in days, or in infusions with the clock
    `infusions`; a lower end is left out, an upper one included.

    With one group beside the condition, its values are compared within each condition: see `comparison_rows`.
    """
    rows: list[dict[str, Any]] = []
    clock = clock_of(filters, published.definitions.outcomes.onset)
    groups = onset_groups(published, filters, by)
    for group in groups:
        if group.keys["n_assessed"]:
            rows += _medians(published, group, clock)
        rows += [_recorded_by(published, group, clock, point, filters) for point in clock.report]
    compared = group_columns(by)[1:]
    is_compared = len(compared) == 1
    if is_compared:
        rows += comparison_rows(published, groups, filters, compared[0], clock)
    return result_table(
        [{**row, "measure": "onset"} for row in rows],
        by,
        [*GROUP_COUNTS, "n_left_out", *(COMPARISON_COUNTS if is_compared else ())],
        COMPARISON_FIGURES if is_compared else (),
    )


def onset_curves(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Share who have responded by each time: column `day`, or `infusion` with that clock, one row for each step.

    Statistics: `interval_censored` (pointwise bootstrap band), `recorded` (Kaplan-Meier at first recorded
    response, log-log band), `at_risk` (`n_at_risk` courses without a recorded response and still assessed; in
    infusions, those that had received so many).
    """
    rows: list[dict[str, Any]] = []
    clock = clock_of(filters, published.definitions.outcomes.onset)
    for group in onset_groups(published, filters, by):
        if group.keys["n_assessed"]:
            rows += _curves(published, group, clock)
    table = [{**row, "measure": "onset-curve"} for row in rows]
    return result_table(table, [*by, clock.column], [*GROUP_COUNTS, "n_at_risk"])


def _medians(published: Published, group: OnsetGroup, clock: Clock) -> list[dict[str, Any]]:
    curve, draws = group.interval_censored(published)
    left, right = curve.median_interval()
    upper = draws.median_right_upper
    last = clock.words(right) if np.isfinite(right) else "not reached"
    median = survival_quantile(group.recorded(published))
    return [
        {
            **group.keys,
            "statistic": "median_interval",
            "lower": clock.shown(draws.median_left_lower),
            "upper": clock.shown(upper),
            "method": INTERVAL_CENSORED,
            "note": joined_notes(
                str(group.keys["note"]),
                f"innermost interval {clock.words(left)} to {last}",
                f"not reached by {clock.words(group.last_time)}" if np.isinf(upper) else "",
                "" if curve.certificate.is_maximum else "the curve's maximum is not certified",
            ),
        },
        {
            **group.keys,
            "statistic": "median_recorded",
            "estimate": clock.shown(median.estimate),
            "lower": clock.shown(median.lower),
            "upper": clock.shown(median.upper),
            "method": KAPLAN_MEIER,
        },
    ]


def _recorded_by(published: Published, group: OnsetGroup, clock: Clock, point: int, filters: Filters) -> dict[str, Any]:
    known_on = days_until_known(clock, point, filters, published.definitions.outcomes.onset)
    days = group.counts["days_past_period_end"]
    followed = group.counts[days.isna() | (days >= known_on)]
    n = int(followed["n_courses"].sum())
    n_recorded = int(followed.loc[followed["right"] <= point * clock.unit, "n_courses"].sum())
    n_left_out = group.keys["n_in_population"] - n
    return {
        **group.keys,
        "statistic": f"recorded_by_{clock.column}_{point}",
        "n_in_population": n,
        "n_left_out": n_left_out,
        "n_responded": n_recorded,
        "estimate": n_recorded / n if n else None,
        "method": "share of all with a baseline",
        "note": joined_notes(
            str(group.keys["note"]),
            f"{n_left_out:,} courses of quarters not followed up that long are left out" if n_left_out else "",
        ),
    }


def _curves(published: Published, group: OnsetGroup, clock: Clock) -> list[dict[str, Any]]:
    curve, draws = group.interval_censored(published)
    recorded = group.recorded(published)
    estimates = curve.cumulative_at(draws.times)
    ticks = [tick for tick in clock.ticks if tick * clock.unit <= group.last_time]
    at_risk = recorded.at_risk_at(np.array(ticks, dtype=float) * clock.unit)
    rows: list[dict[str, Any]] = [
        {
            "statistic": "interval_censored",
            clock.column: time / clock.unit,
            "estimate": estimates[i],
            "lower": draws.lower[i],
            "upper": draws.upper[i],
            "method": INTERVAL_CENSORED,
        }
        for i, time in enumerate(draws.times)
    ]
    rows += [
        {
            "statistic": "recorded",
            clock.column: recorded.time[i] / clock.unit,
            "n_at_risk": int(recorded.at_risk[i]),
            "estimate": 1 - recorded.survival[i],
            "lower": 1 - recorded.upper[i],
            "upper": 1 - recorded.lower[i],
            "method": KAPLAN_MEIER,
        }
        for i in range(len(recorded.time))
    ]
    rows += [
        {"statistic": "at_risk", clock.column: tick, "n_at_risk": int(at_risk[i]), "method": KAPLAN_MEIER}
        for i, tick in enumerate(ticks)
    ]
    return [{**group.keys, **row} for row in rows]
