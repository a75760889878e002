"""The counts behind every rate that is judged in a window: from started to observed and met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.filters import Filters
from pipelines.published.follow_up import FOLLOW_UP_COUNTS
from pipelines.results.maturity import days_to_mature, maturity_counts
from pipelines.results.rules import not_offered_note, offering_scales, rule_version
from pipelines.results.tables import (
    Rows,
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

BASELINE_COUNTS = ("n_below_entry", "n_baseline_zero", "n_in_population")
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
    responses = published.responses(filters, by)
    responses_of = rows_by_group(responses[responses["window_name"] == window], [*group_columns(by), "rule"])
    rows: list[dict[str, Any]] = []
    for where, n_started, with_baseline in started_groups(published, filters, by):
        rule = rule_of(str(where["condition"]))
        offering = set(offering_scales(rule, definitions))
        offered = [row for row in with_baseline if row["measured_scale"] in offering]
        own = responses_of(*where.values(), rule)
        by_scale = totals_by_scale(offered, "n_in_population")
        n_not_offered = total(with_baseline, "n_with_baseline") - total(offered, "n_with_baseline")
        rows.append(
            {
                **where,
                "population": published.population(filters),
                "scale": filters.scale,
                "window": window,
                "rule_version": rule_version(rule, list(by_scale), definitions),
                "note": joined_notes(
                    scales_note(by_scale),
                    not_offered_note(rule, filters, definitions, n_not_offered),
                    _flagged_note(with_baseline, definitions),
                ),
                "n_started": n_started,
                "n_with_baseline": total(with_baseline, "n_with_baseline"),
                "n_rule_not_offered": n_not_offered,
                **{name: total(offered, name) for name in BASELINE_COUNTS},
                **maturity_counts(offered, days_needed),
                **{name: total(own, name) for name in FOLLOW_UP_COUNTS},
            }
        )
    return pd.DataFrame(rows)


def _flagged_note(baselines: Rows, definitions: Definitions) -> str:
    """Baselines that count with a flag: older than the look-back, or taken as before the infusion of the same day."""
    n_older, n_assumed = total(baselines, "n_baseline_older"), total(baselines, "n_baseline_assumed")
    look_back = definitions.outcomes.baseline.look_back_days
    return joined_notes(
        f"{n_older:,} baselines older than {look_back} days" if n_older else "",
        f"{n_assumed:,} baselines of day 0 taken as before the infusion" if n_assumed else "",
    )
