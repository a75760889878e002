"""The steps of a trajectory: the baseline, then the windows in the order of time, with who stands where at each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.definitions import Definitions
from pipelines.filters import Filters
from pipelines.results.maturity import MATURITY_COUNTS, days_to_mature, maturity_counts, maturity_note
from pipelines.results.tables import (
    Rows,
    clustering_note,
    few_note,
    group_columns,
    joined_notes,
    rows_by_group,
    scales_note,
    started_groups,
    total,
    totals_by_scale,
)

if TYPE_CHECKING:
    from pipelines.published import Published

BASELINE = "baseline"
_WINDOW_COUNTS = ("n_counted_later", "n_missed", "n_pending", "n_not_anchored")
STEP_COUNTS = ("n_started", "n_with_baseline", "n_in_population", "n_observed", *_WINDOW_COUNTS)
"""The counts beside every step; `n_observed` are the courses with a score that counts here."""


def trajectory_steps(
    published: Published, filters: Filters, by: Sequence[str]
) -> Iterator[tuple[dict[str, Any], Rows]]:
    """For each condition, group and step: what its result rows share, and its sums by measured scale.

    A score that serves two windows counts in the later one and is `n_counted_later` in the earlier. Windows for
    sensitivity come last, each judged by itself.
    """
    published.check(filters, by)
    sums_of = rows_by_group(published.trajectories(filters, by), [*group_columns(by), "window_name"])
    for where, n_started, baselines in started_groups(published, filters, by):
        for window in _steps(filters, published.definitions):
            step = sums_of(*where.values(), window)
            n_observed = total(step, "n_scored")
            counts = {
                "n_started": n_started,
                "n_with_baseline": total(baselines, "n_with_baseline"),
                "n_in_population": total(baselines, "n_in_population"),
                "n_observed": n_observed,
                **{name: total(step, name) for name in _WINDOW_COUNTS},
            }
            note = joined_notes(
                scales_note(totals_by_scale(step, "n_scored")),
                few_note(n_observed, published.definitions),
                _maturity(window, baselines, counts, published.definitions),
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


def _maturity(window: str, baselines: Rows, counts: dict[str, int], definitions: Definitions) -> str:
    if window == BASELINE:
        return ""
    maturity = maturity_counts(baselines, days_to_mature(window, definitions))
    return maturity_note(*({**counts, **maturity}[name] for name in MATURITY_COUNTS))


def _sensitivity(window: str, definitions: Definitions) -> str:
    is_for_sensitivity = window != BASELINE and definitions.outcomes.windows[window].sensitivity
    return "for sensitivity: its scores may stand in other windows too" if is_for_sensitivity else ""
