"""Trajectory: mean score, mean change and the spread of change, from baseline through the windows."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.filters import Filters
from pipelines.results.adjusted_means import AdjustedMeans
from pipelines.results.steps import BASELINE, STEP_COUNTS, trajectory_steps
from pipelines.results.tables import (
    Rows,
    group_columns,
    joined_notes,
    result_table,
    rows_by_group,
    scales_note,
    total,
    totals_by_scale,
)
from pipelines.statistics.means import mean_interval, percentiles

if TYPE_CHECKING:
    from pipelines.published import Published

PERCENTS = (10, 25, 50, 75, 90)
SORTED_PERCENTS = tuple(range(5, 100, 5))
"""Of the headline window, so that the changes can be drawn in their order without showing a single course."""
MEAN = "mean, Student t"
PERCENTILE = "percentile of whole per cents, no interpolation"


def score_trajectories(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Means at baseline and in each window, in the order of time, and percentiles of change.

    On one scale `mean_score` and `mean_change` (negative for a fall), in points. Where the scale has a true zero also
    `mean_change_fraction`, the mean of each course's change as a fraction of its baseline, and
    `change_fraction_percentile_10` to `_90` (in the headline window `_5` to `_95` in steps of 5), to whole per cent and
    rounded towards the rise. Under the primary scale
    only fractions: points of different scales are never pooled. Means have t intervals. They are of the courses
    observed, not of all: who was lost may have changed otherwise. Beside each mean after the baseline, except in a
    window for sensitivity, stands one for all whose window was due, `mean_score_adjusted` and so on, under missing at
    random.
    """
    definitions = published.definitions
    keys = group_columns(by)
    reductions_of = rows_by_group(published.change_distributions(filters, by), [*keys, "window_name"])
    adjusted = AdjustedMeans(published, filters, by)
    rows: list[dict[str, Any]] = []
    for shared, step in trajectory_steps(published, filters, by):
        shared = {**shared, "measure": "trajectory", "rule_version": f"windows {definitions.outcomes.version}"}
        is_adjusted = shared["window"] != BASELINE and not definitions.outcomes.windows[shared["window"]].sensitivity
        if filters.scale != "primary":
            units = definitions.scales[filters.scale].units_per_point
            rows += _in_points(published, shared, step, units)
            rows += adjusted.in_points(shared, units) if is_adjusted else []
        if shared["window"] == BASELINE:
            continue
        kept, shared = _with_per_cents(shared, step, definitions)
        if step and not kept:
            continue
        reductions = reductions_of(*(shared[key] for key in keys), shared["window"])
        is_headline = shared["window"] == definitions.outcomes.headline_window
        rows += _in_fractions(published, shared, kept, reductions, SORTED_PERCENTS if is_headline else PERCENTS)
        rows += adjusted.in_fractions(shared) if is_adjusted else []
    return result_table(rows, by, STEP_COUNTS)


def _in_points(published: Published, shared: dict[str, Any], step: Rows, units: int) -> Rows:
    statistics = {"mean_score": "score"}
    if shared["window"] != BASELINE:
        statistics["mean_change"] = "change"
    n = int(shared["n_observed"])
    return [
        {**shared, "statistic": name, **_mean(published, n, step, sums, units)} for name, sums in statistics.items()
    ]


def _with_per_cents(shared: dict[str, Any], step: Rows, definitions: Definitions) -> tuple[Rows, dict[str, Any]]:
    """The sums of the scales that have per cents, and what rows in per cent share: their n, and what was left out."""
    kept = [row for row in step if has_per_cents(str(row["measured_scale"]), definitions)]
    left_out = [row for row in step if not has_per_cents(str(row["measured_scale"]), definitions)]
    note = joined_notes(
        str(shared["note"]),
        f"not in per cent: {scales_note(totals_by_scale(left_out, 'n_scored'))}" if left_out else "",
    )
    return kept, {**shared, "note": note, "n_observed": total(kept, "n_scored")}


def _in_fractions(
    published: Published, shared: dict[str, Any], kept: Rows, reductions: Rows, percents: Sequence[int]
) -> Rows:
    n = int(shared["n_observed"])
    changes = [-int(row["reduction_percent"]) for row in reductions]
    found = percentiles(changes, [int(row["n_courses"]) for row in reductions], percents)
    return [
        {**shared, "statistic": "mean_change_fraction", **_mean(published, n, kept, "fraction", 1)},
        *(
            {
                **shared,
                "statistic": f"change_fraction_percentile_{percent}",
                "estimate": value / 100,
                "method": PERCENTILE,
            }
            for percent, value in zip(percents, found, strict=True)
        ),
    ]


def has_per_cents(scale: str, definitions: Definitions) -> bool:
    """Whether changes on the scale have a meaning in per cent: points with a true zero."""
    return definitions.scales[scale].metric == "points"


def _mean(published: Published, n: int, step: Rows, quantity: str, units: int) -> dict[str, Any]:
    """The mean of a quantity in points, from its sums in units; a window without a score has none."""
    scored = [row for row in step if row["n_scored"]]
    value = fsum(row[f"{quantity}_sum"] for row in scored) / units
    squares = fsum(row[f"{quantity}_square_sum"] for row in scored) / units**2
    mean = mean_interval(n, value, squares, published.definitions.outcomes.interval.confidence)
    return {"estimate": mean.estimate, "lower": mean.lower, "upper": mean.upper, "method": MEAN}
