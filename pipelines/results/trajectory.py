"""Trajectory: mean score, mean change and the spread of change, from baseline through the windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.filters import Filters
from pipelines.results.steps import BASELINE, STEP_COUNTS, trajectory_steps
from pipelines.results.tables import joined_notes, result_table, scales_note, within
from pipelines.statistics.means import mean_interval, percentiles

if TYPE_CHECKING:
    from pipelines.published import Published

PERCENTS = (10, 25, 50, 75, 90)
MEAN = "mean, Student t"
PERCENTILE = "percentile of whole per cents, no interpolation"


def score_trajectories(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Means at baseline and in each window, in the order of time, and percentiles of change.

    On one scale `mean_score` and `mean_change` (negative for a fall), in points. Where the scale has a true zero also
    `mean_change_fraction`, the mean of each course's change as a fraction of its baseline, and
    `change_fraction_percentile_10` to `_90`, to whole per cent and rounded towards the rise. Under the primary scale
    only fractions: points of different scales are never pooled. Means have t intervals. They are of the courses
    observed, not of all: who was lost may have changed otherwise.
    """
    definitions = published.definitions
    distributions = published.change_distributions(filters, by)
    rows: list[dict[str, Any]] = []
    for shared, step in trajectory_steps(published, filters, by):
        shared = {**shared, "measure": "trajectory", "rule_version": f"windows {definitions.outcomes.version}"}
        if filters.scale != "primary":
            rows += _in_points(published, shared, step, definitions.scales[filters.scale].units_per_point)
        if shared["window"] == BASELINE:
            continue
        where = {name: shared[name] for name in ("condition", *by)}
        reductions = within(distributions, {**where, "window_name": shared["window"]})
        rows += _in_fractions(published, shared, step, reductions)
    return result_table(rows, by, STEP_COUNTS)


def _in_points(published: Published, shared: dict[str, Any], step: pd.DataFrame, units: int) -> list[dict[str, Any]]:
    statistics = {"mean_score": "score"}
    if shared["window"] != BASELINE:
        statistics["mean_change"] = "change"
    n = int(shared["n_observed"])
    return [
        {**shared, "statistic": name, **_mean(published, n, step, sums, units)} for name, sums in statistics.items()
    ]


def _in_fractions(
    published: Published, shared: dict[str, Any], step: pd.DataFrame, reductions: pd.DataFrame
) -> list[dict[str, Any]]:
    has_fractions = (
        step["measured_scale"].map(lambda scale: has_per_cents(str(scale), published.definitions)).astype(bool)
    )
    if len(step) and not has_fractions.any():
        return []
    left_out = step[~has_fractions].groupby("measured_scale")["n_scored"].sum()
    step = step[has_fractions]
    n = int(step["n_scored"].sum())
    note = joined_notes(
        str(shared["note"]),
        f"not in per cent: {scales_note({str(k): int(v) for k, v in left_out.items()})}" if len(left_out) else "",
    )
    shared = {**shared, "note": note, "n_observed": n}
    found = percentiles(-reductions["reduction_percent"], reductions["n_courses"], PERCENTS)
    return [
        {**shared, "statistic": "mean_change_fraction", **_mean(published, n, step, "fraction", 1)},
        *(
            {
                **shared,
                "statistic": f"change_fraction_percentile_{percent}",
                "estimate": value / 100,
                "method": PERCENTILE,
            }
            for percent, value in zip(PERCENTS, found, strict=True)
        ),
    ]


def has_per_cents(scale: str, definitions: Definitions) -> bool:
    """Whether changes on the scale have a meaning in per cent: points with a true zero."""
    return definitions.scales[scale].metric == "points"


def _mean(published: Published, n: int, step: pd.DataFrame, sums: str, units: int) -> dict[str, Any]:
    """The mean of a quantity in points, from its sums in units."""
    total = float(step[f"{sums}_sum"].sum()) / units
    squares = float(step[f"{sums}_square_sum"].sum()) / units**2
    mean = mean_interval(n, total, squares, published.definitions.outcomes.interval.confidence)
    return {"estimate": mean.estimate, "lower": mean.lower, "upper": mean.upper, "method": MEAN}
