"""Distribution: how many courses lie in each band of severity and of change, at baseline and in each window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.rates import WILSON, fraction
from pipelines.results.steps import BASELINE, STEP_COUNTS, trajectory_steps
from pipelines.results.tables import Rows, group_columns, result_table, rows_by_group
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published


def band_distributions(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Shares of the observed courses in each band; columns `band_position` and `band`, the words of the definition.

    Statistics: `severity_band` (one scale that has published bands; the mildest first; at baseline too) and
    `change_band` (change in per cent of the baseline; the largest fall first). `n_in_band` of `n_observed`, with a
    Wilson interval for each band by itself.
    """
    outcomes = published.definitions.outcomes
    keys = group_columns(by)
    changes = published.change_distributions(filters, by)
    changes = changes.assign(
        band_position=[outcomes.change_bands.position(int(percent)) for percent in changes["reduction_percent"]]
    )
    changes_of = rows_by_group(changes, [*keys, "window_name"])
    severities_of = rows_by_group(published.severity_distributions(filters, by), [*keys, "window_name"])
    bands = published.definitions.scales[filters.scale].bands if filters.scale != "primary" else None
    severity_labels = [level.label for level in bands.levels] if bands else []
    change_labels = [level.label for level in outcomes.change_bands.levels]
    rows: list[dict[str, Any]] = []
    for shared, _ in trajectory_steps(published, filters, by):
        step = (*(shared[key] for key in keys), shared["window"])
        shared = {**shared, "measure": "distribution"}
        if severity_labels:
            version = f"{filters.scale} {published.definitions.scales[filters.scale].version}"
            shared_severity = {**shared, "statistic": "severity_band", "rule_version": version}
            rows += _shares(published, shared_severity, severities_of(*step), severity_labels)
        if shared["window"] != BASELINE:
            shared_change = {**shared, "statistic": "change_band", "rule_version": f"change bands {outcomes.version}"}
            rows += _shares(published, shared_change, changes_of(*step), change_labels)
    return result_table(rows, [*by, "band_position", "band"], [*STEP_COUNTS, "n_in_band"])


def _shares(published: Published, shared: Mapping[str, Any], counts: Rows, labels: Sequence[str]) -> Rows:
    """A row for each band; where no course has a band, the scale has none and there is no row."""
    if not counts and shared["n_observed"]:
        return []
    n_in_band = [0] * len(labels)
    for row in counts:
        n_in_band[int(row["band_position"]) - 1] += int(row["n_courses"])
    n = sum(n_in_band)
    lower, upper = wilson_interval(n_in_band, [n] * len(labels), published.definitions.outcomes.interval.confidence)
    return [
        {
            **shared,
            "n_observed": n,
            "band_position": i + 1,
            "band": label,
            "n_in_band": n_in_band[i],
            "estimate": fraction(n_in_band[i], n),
            "lower": lower[i],
            "upper": upper[i],
            "method": WILSON,
        }
        for i, label in enumerate(labels)
    ]
