"""The counts behind every rate that is judged in a window: from started to observed and met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.maturity import days_to_mature, maturity_counts
from pipelines.results.rules import not_offered_note, offering_scales, rule_version
from pipelines.results.tables import condition_order, group_columns, joined_notes, scales_note, within

if TYPE_CHECKING:
    from pipelines.published import Published

BASELINE_COUNTS = ("n_below_entry", "n_baseline_zero", "n_in_population")
FOLLOW_UP_COUNTS = (
    "n_observed",
    "n_missed",
    "n_pending",
    "n_not_anchored",
    "n_met",
    "n_on_maintenance",
    "n_met_on_maintenance",
    "n_without_maintenance",
    "n_met_without_maintenance",
)
SHOWN_COUNTS = (
    "n_started",
    "n_with_baseline",
    "n_in_population",
    "n_observed",
    "n_missed",
    "n_pending",
    "n_not_anchored",
    "n_not_mature",
    "n_maturity_unknown",
)
"""The counts that stand beside every rate."""


def window_counts(
    published: Published, filters: Filters, by: Sequence[str], rule_of: Callable[[str], str]
) -> pd.DataFrame:
    """One row for each condition and group in which a course started.

    `n_with_baseline` counts the courses with a baseline on the scale asked for; those whose scale does not offer the
    rule are `n_rule_not_offered`, and only the others are below the entry cut, at zero or in the population.

    Args:
        rule_of: the rule that a condition is judged by, from its id.
    """
    published.check(filters, by)
    definitions = published.definitions
    window = filters.window or definitions.outcomes.headline_window
    days_needed = days_to_mature(window, definitions)
    keys = group_columns(by)
    started = condition_order(published.started(filters, by), published)
    baselines = published.baselines(filters, by)
    responses = published.responses(filters, by)
    responses = responses[responses["window_name"] == window]
    rows: list[dict[str, Any]] = []
    for values, group in started.groupby(keys, sort=False, dropna=False):
        where = dict(zip(keys, values, strict=True))
        rule = rule_of(str(where["condition"]))
        with_baseline = within(baselines, where)
        offering = with_baseline[with_baseline["measured_scale"].isin(offering_scales(rule, definitions))]
        own = within(responses, where)
        own = own[own["rule"] == rule]
        by_scale = offering.groupby("measured_scale")["n_in_population"].sum()
        n_with_baseline = int(with_baseline["n_with_baseline"].sum())
        rows.append(
            {
                **where,
                "population": published.population(filters),
                "scale": filters.scale,
                "window": window,
                "rule_version": rule_version(rule, [str(scale) for scale in by_scale.index], definitions),
                "note": joined_notes(
                    scales_note({str(scale): int(n) for scale, n in by_scale.items()}),
                    not_offered_note(rule, filters, definitions),
                ),
                "n_started": int(group["n_started"].sum()),
                "n_with_baseline": n_with_baseline,
                "n_rule_not_offered": n_with_baseline - int(offering["n_with_baseline"].sum()),
                **{name: int(offering[name].sum()) for name in BASELINE_COUNTS},
                **maturity_counts(offering, days_needed),
                **{name: int(own[name].sum()) for name in FOLLOW_UP_COUNTS},
            }
        )
    return pd.DataFrame(rows)
