"""The steps of a trajectory: the baseline, then the windows in the order of time, with who stands where at each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.filters import Filters
from pipelines.results.maturity import days_to_mature, maturity_counts, maturity_note
from pipelines.results.tables import (
    clustering_note,
    condition_order,
    group_columns,
    joined_notes,
    scales_note,
    within,
)

if TYPE_CHECKING:
    from pipelines.published import Published

BASELINE = "baseline"
STEP_COUNTS = (
    "n_started",
    "n_with_baseline",
    "n_in_population",
    "n_observed",
    "n_counted_later",
    "n_missed",
    "n_pending",
    "n_not_anchored",
)
"""The counts beside every step; `n_observed` are the courses with a score that counts here."""


def trajectory_steps(
    published: Published, filters: Filters, by: Sequence[str]
) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """For each condition, group and step: what its result rows share, and its sums by measured scale.

    A score that serves two windows counts in the later one and is `n_counted_later` in the earlier. Windows for
    sensitivity come last, each judged by itself.
    """
    published.check(filters, by)
    keys = group_columns(by)
    started = condition_order(published.started(filters, by), published)
    baselines = published.baselines(filters, by)
    sums = published.trajectories(filters, by)
    for values, group in started.groupby(keys, sort=False, dropna=False):
        where = dict(zip(keys, values, strict=True))
        own_baselines, own = within(baselines, where), within(sums, where)
        for window in _steps(filters, published.definitions):
            step = own[own["window_name"] == window]
            n_observed = int(step["n_scored"].sum())
            counts = {
                "n_started": int(group["n_started"].sum()),
                "n_with_baseline": int(own_baselines["n_with_baseline"].sum()),
                "n_in_population": int(own_baselines["n_in_population"].sum()),
                "n_observed": n_observed,
                **{name: int(step[name].sum()) for name in STEP_COUNTS[4:]},
            }
            by_scale = step.groupby("measured_scale")["n_scored"].sum()
            few = n_observed < published.definitions.outcomes.display.fewest_for_a_sentence
            note = joined_notes(
                scales_note({str(scale): int(n) for scale, n in by_scale.items()}),
                f"too few to say: {n_observed} followed up" if few else "",
                _maturity(window, own_baselines, counts, published.definitions),
                _sensitivity(window, published.definitions),
                clustering_note(published.population(filters)),
            )
            shared = {
                **where,
                "population": published.population(filters),
                "scale": filters.scale,
                "window": window,
                "note": note,
                **counts,
            }
            yield shared, step


def _steps(filters: Filters, definitions: Definitions) -> list[str]:
    windows = definitions.outcomes.windows
    if filters.window is not None:
        return [BASELINE, filters.window]
    return [BASELINE, *sorted(windows, key=lambda name: windows[name].sensitivity)]


def _maturity(window: str, baselines: pd.DataFrame, counts: dict[str, int], definitions: Definitions) -> str:
    if window == BASELINE:
        return ""
    maturity = maturity_counts(baselines, days_to_mature(window, definitions))
    return maturity_note(
        counts["n_in_population"], maturity["n_not_mature"], maturity["n_maturity_unknown"], counts["n_pending"]
    )


def _sensitivity(window: str, definitions: Definitions) -> str:
    is_for_sensitivity = window != BASELINE and definitions.outcomes.windows[window].sensitivity
    return "for sensitivity: its scores may stand in other windows too" if is_for_sensitivity else ""
