"""Flow: how many courses started, and how many are left out at each stage on the way to the response rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.completeness import follow_up_completeness
from pipelines.results.maturity import MATURITY_COUNTS, maturity_note
from pipelines.results.response import response_counts
from pipelines.results.tables import (
    Rows,
    clustering_note,
    group_columns,
    joined_notes,
    records,
    result_table,
    rows_by_group,
)

if TYPE_CHECKING:
    from pipelines.published import Published

STAGES = {
    "started": "n_started",
    "no_score": "n_no_score",
    "baseline_too_old": "n_too_old",
    "scores_only_after_start": "n_only_after",
    "only_on_scale_apart": "n_scale_apart",
    "with_baseline": "n_with_baseline",
    "rule_not_offered": "n_rule_not_offered",
    "baseline_zero": "n_baseline_zero",
    "below_entry_cut": "n_below_entry",
    "in_population": "n_in_population",
    "not_anchored": "n_not_anchored",
    "pending": "n_pending",
    "missed": "n_missed",
    "observed": "n_observed",
    "on_maintenance": "n_on_maintenance",
    "responded": "n_responded",
}
"""The stages in their order. Started less the four below it are those with a baseline; less the next three, the
population; less not anchored, pending and missed, the observed. On maintenance and responded are of the observed."""


def course_flow(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """One row for each stage, condition and group; `estimate` is the stage's share of the courses started.

    Exclusions: `no_score`, none on the scales of the condition (or the scale asked for); `baseline_too_old`, scores
    before the first infusion, but all before the look-back; `scores_only_after_start`; `only_on_scale_apart`, a
    baseline only on a scale that stands apart from the condition's rate; `rule_not_offered`, the scale of the baseline
    does not offer the rule; `baseline_zero`; `below_entry_cut`.

    Last the statistic `followed_up` of `follow_up_completeness`: the share of those due whose window holds a score.
    """
    keys = group_columns(by)
    missing_of = rows_by_group(published.missing_baselines(filters, by), keys)
    rows = []
    completeness_of = rows_by_group(follow_up_completeness(published, filters, by), keys)
    for counted in records(response_counts(published, filters, by)):
        counted |= _without_baseline(counted, missing_of(*(counted[key] for key in keys)))
        started = counted["n_started"]
        note = joined_notes(
            str(counted["note"]),
            maturity_note(*(int(counted[name]) for name in MATURITY_COUNTS)),
            clustering_note(str(counted["population"])),
        )
        for stage, column in STAGES.items():
            rows.append(
                {
                    **{key: value for key, value in counted.items() if not key.startswith("n_")},
                    "measure": "flow",
                    "statistic": stage,
                    "n_started": started,
                    "n_courses": counted[column],
                    "estimate": counted[column] / started if started else None,
                    "method": "count",
                    "note": note,
                }
            )
        rows += [
            {**row, "measure": "flow", "n_courses": row["n_observed"]}
            for row in completeness_of(*(counted[key] for key in keys))
        ]
    return result_table(rows, by, ["n_started", "n_courses", "n_due"])


def _without_baseline(counted: dict[str, Any], missing: Rows) -> dict[str, int]:
    """Courses without a baseline on the scale asked for, by reason; without any score are those that are left."""
    of = {str(row["reason"]): int(row["n_courses"]) for row in missing}
    n_without = int(counted["n_started"]) - int(counted["n_with_baseline"])
    reasons = {f"n_{reason}": of.get(reason, 0) for reason in ("too_old", "only_after", "scale_apart")}
    return {"n_no_score": n_without - sum(reasons.values()), **reasons}
