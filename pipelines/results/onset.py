"""Onset of response: the interval-censored curve, its median interval, and the naive curve beside it.

Onset is known only to lie between two assessments. The main curve is the nonparametric maximum-likelihood
estimate on those intervals (Turnbull 1976); Kaplan-Meier at the first recorded response stands beside it,
labelled, because it shows visit days rather than onset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.definitions.models import MINUTES_PER_DAY
from pipelines.filters import Filters
from pipelines.results.rules import offering_scales, response_rule, rule_version
from pipelines.results.tables import (
    clustering_note,
    condition_order,
    group_columns,
    joined_notes,
    result_table,
    scales_note,
)
from pipelines.statistics.interval_censoring import OnsetBootstrap, OnsetCurve, bootstrap_onset, onset_curve
from pipelines.statistics.survival import SurvivalCurve, kaplan_meier, survival_quantile

if TYPE_CHECKING:
    from pipelines.published import Published

INTERVAL_CENSORED = "interval-censored maximum likelihood, bootstrap"
KAPLAN_MEIER = "Kaplan-Meier at first recorded response, log-log"
_COUNTS = ("n_started", "n_with_baseline", "n_in_population", "n_assessed", "n_responded")
AXIS_DAYS = (0, 1, 2, 3, 7, 14, 21, 28, 42, 56, 84, 112, 168, 240, 364)


@dataclass(frozen=True)
class _Group:
    """The onset counts of one condition and group."""

    keys: dict[str, Any]
    counts: pd.DataFrame
    assessed: pd.DataFrame


def onset_times(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """When half have responded, and how many starters had by certain days; times in days.

    Statistics: `median_interval` (95 % interval of the median; `estimate` empty, its innermost interval in the
    note; an upper end at infinity is empty), `median_recorded` (Kaplan-Meier, Brookmeyer-Crowley),
    `recorded_by_day_N` (share of all with a baseline whose response was recorded by day N, among cohorts that
    have been followed up that long).
    """
    rows: list[dict[str, Any]] = []
    outcomes = published.definitions.outcomes
    for group in _groups(published, filters, by):
        shared = {**group.keys, "measure": "onset", "window": "from_first_infusion"}
        if group.keys["n_assessed"]:
            curve, draws = _interval_censored(published, group)
            left, right = curve.median_interval()
            upper = draws.median_right_upper
            innermost = (
                f"innermost interval day {_day(left)} to {'not reached' if np.isinf(right) else f'day {_day(right)}'}"
            )
            rows.append(
                {
                    **shared,
                    "statistic": "median_interval",
                    "lower": draws.median_left_lower / MINUTES_PER_DAY,
                    "upper": None if np.isinf(upper) else upper / MINUTES_PER_DAY,
                    "method": INTERVAL_CENSORED,
                    "note": joined_notes(
                        str(group.keys["note"]),
                        innermost,
                        f"not reached by day {_day(_last_time(group))}" if np.isinf(upper) else "",
                        "" if curve.certificate.is_maximum else "the curve's maximum is not certified",
                    ),
                }
            )
            median = survival_quantile(_kaplan_meier(published, group))
            rows.append(
                {
                    **shared,
                    "statistic": "median_recorded",
                    "estimate": _finite_days(median.estimate),
                    "lower": _finite_days(median.lower),
                    "upper": _finite_days(median.upper),
                    "method": KAPLAN_MEIER,
                }
            )
        for day in outcomes.onset.report_days:
            # Whether a response lasts is known at the horizon only.
            known_on = max(day, outcomes.onset.horizon_days) if filters.kind == "sustained" else day
            followed = group.counts
            followed = followed[
                followed["days_past_period_end"].isna() | (followed["days_past_period_end"] >= known_on)
            ]
            n = int(followed["n_courses"].sum())
            recorded = followed[followed["right_minute"] <= day * MINUTES_PER_DAY]
            n_recorded = int(recorded["n_courses"].sum())
            rows.append(
                {
                    **shared,
                    "statistic": f"recorded_by_day_{day}",
                    "n_in_population": n,
                    "n_responded": n_recorded,
                    "estimate": n_recorded / n if n else None,
                    "method": "share of all with a baseline",
                    "note": joined_notes(
                        str(group.keys["note"]),
                        ""
                        if n == group.keys["n_in_population"]
                        else f"{group.keys['n_in_population'] - n:,} courses of quarters "
                        "not followed up that long are left out",
                    ),
                }
            )
    return result_table(rows, by, _COUNTS)


def onset_curves(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Share who have responded by each day: column `day`, one row for each step.

    Statistics: `interval_censored` (pointwise bootstrap band), `recorded` (Kaplan-Meier at first recorded
    response, log-log band), `at_risk` (`n_at_risk` courses without a recorded response and still assessed).
    """
    rows: list[dict[str, Any]] = []
    for group in _groups(published, filters, by):
        if not group.keys["n_assessed"]:
            continue
        shared = {**group.keys, "measure": "onset-curve", "window": "from_first_infusion"}
        curve, draws = _interval_censored(published, group)
        estimates = curve.cumulative_at(draws.times)
        rows += [
            {
                **shared,
                "statistic": "interval_censored",
                "day": time / MINUTES_PER_DAY,
                "estimate": estimates[i],
                "lower": draws.lower[i],
                "upper": draws.upper[i],
                "method": INTERVAL_CENSORED,
            }
            for i, time in enumerate(draws.times)
        ]
        recorded = _kaplan_meier(published, group)
        rows += [
            {
                **shared,
                "statistic": "recorded",
                "day": recorded.time[i] / MINUTES_PER_DAY,
                "n_at_risk": int(recorded.at_risk[i]),
                "estimate": 1 - recorded.survival[i],
                "lower": 1 - recorded.upper[i],
                "upper": 1 - recorded.lower[i],
                "method": KAPLAN_MEIER,
            }
            for i in range(len(recorded.time))
        ]
        axis = [day for day in AXIS_DAYS if day * MINUTES_PER_DAY <= _last_time(group)]
        at_risk = recorded.at_risk_at(np.array(axis, dtype=float) * MINUTES_PER_DAY)
        rows += [
            {
                **shared,
                "statistic": "at_risk",
                "day": day,
                "n_at_risk": int(at_risk[i]),
                "method": KAPLAN_MEIER,
            }
            for i, day in enumerate(axis)
        ]
    return result_table(rows, [*by, "day"], [*_COUNTS, "n_at_risk"])


def _groups(published: Published, filters: Filters, by: Sequence[str]) -> list[_Group]:
    published.check(filters, by)
    definitions = published.definitions
    keys = group_columns(by)
    started = condition_order(published.started(filters, by), published)
    baselines = published.baselines(filters, by)
    onsets = published.onsets(filters, by)
    onsets = onsets[onsets["kind"] == filters.kind]
    groups = []
    for values, frame in started.groupby(keys, sort=False, dropna=False):
        where = dict(zip(keys, values, strict=True))
        rule = response_rule(filters, str(where["condition"]), definitions)
        own, own_baselines = onsets[onsets["rule"] == rule], baselines
        for name, value in where.items():
            own, own_baselines = own[own[name] == value], own_baselines[own_baselines[name] == value]
        offering = offering_scales(rule, definitions)
        own_baselines = own_baselines[own_baselines["measured_scale"].isin(offering)]
        assessed = own[own["is_assessed"]]
        by_scale = assessed.groupby("measured_scale")["n_courses"].sum()
        groups.append(
            _Group(
                keys={
                    **where,
                    "population": published.population(filters),
                    "scale": filters.scale,
                    "rule_version": f"{rule_version(rule, offering, definitions)}, {filters.kind}",
                    "n_started": int(frame["n_started"].sum()),
                    "n_with_baseline": int(own_baselines["n_with_baseline"].sum()),
                    "n_in_population": int(own["n_courses"].sum()),
                    "n_assessed": int(assessed["n_courses"].sum()),
                    "n_responded": int(assessed.loc[assessed["right_minute"].notna(), "n_courses"].sum()),
                    "note": joined_notes(
                        scales_note({str(scale): int(n) for scale, n in by_scale.items()}),
                        clustering_note(published.population(filters)),
                    ),
                },
                counts=own,
                assessed=assessed,
            )
        )
    return groups


def _bounds(group: _Group) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    left = group.assessed["left_minute"].to_numpy(dtype=float)
    right = group.assessed["right_minute"].to_numpy(dtype=float, na_value=np.inf)
    return left, right, group.assessed["n_courses"].to_numpy(dtype=np.int64)


def _interval_censored(published: Published, group: _Group) -> tuple[OnsetCurve, OnsetBootstrap]:
    interval = published.definitions.outcomes.interval
    left, right, count = _bounds(group)
    return _fitted(
        tuple(left),
        tuple(right),
        tuple(count),
        interval.bootstrap_replicates,
        interval.bootstrap_seed,
        interval.confidence,
    )


@lru_cache(maxsize=256)
def _fitted(
    left: tuple[float, ...],
    right: tuple[float, ...],
    count: tuple[int, ...],
    replicates: int,
    seed: int,
    confidence: float,
) -> tuple[OnsetCurve, OnsetBootstrap]:
    """Curve and bootstrap at its steps; kept, because `onset` and `onset-curve` ask for the same of equal counts."""
    curve = onset_curve(left, right, count)
    steps = curve.right[np.isfinite(curve.right) & (curve.mass > 0)]
    times = np.unique(np.concatenate([[0.0], steps]))
    draws = bootstrap_onset(left, right, count, times, replicates=replicates, seed=seed, confidence=confidence)
    return curve, draws


def _kaplan_meier(published: Published, group: _Group) -> SurvivalCurve:
    left, right, count = _bounds(group)
    is_observed = np.isfinite(right)
    return kaplan_meier(
        np.where(is_observed, right, left),
        is_observed,
        count,
        published.definitions.outcomes.interval.confidence,
    )


def _last_time(group: _Group) -> float:
    left, right, _ = _bounds(group)
    return float(max(left.max(), right[np.isfinite(right)].max(initial=0.0)))


def _finite_days(minutes: float) -> float | None:
    return minutes / MINUTES_PER_DAY if np.isfinite(minutes) else None


def _day(minutes: float) -> str:
    return f"{minutes / MINUTES_PER_DAY:.3g}"
