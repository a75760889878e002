"""Recovery as NHS Talking Therapies reports it: from caseness at the first scores to neither measure at the last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.published.recovery import NHS_COUNTS
from pipelines.results.rates import WILSON, fraction
from pipelines.results.tables import (
    Rows,
    clustering_note,
    few_note,
    group_columns,
    joined_notes,
    result_table,
    rows_by_group,
    total,
)
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.definitions.nhs_recovery import NhsRecoveryRule
    from pipelines.published import Published

MEASURE = "nhs-recovery"
PROGRAM = "any"
PAIRED = "paired_scores"
COUNTS = (
    "n_started",
    "n_not_recorded",
    "n_pending",
    "n_too_few_contacts",
    "n_finished",
    "n_with_first",
    "n_at_caseness",
    "n_observed",
    "n_missed",
    "n_met",
)
_MET = {
    "recovery": "n_recovered",
    "reliable_recovery": "n_reliably_recovered",
    "reliable_improvement": "n_reliably_improved",
    "reliable_deterioration": "n_reliably_deteriorated",
}
_AT_CASENESS = ("recovery", "reliable_recovery")


def nhs_recoveries(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Shares of finished courses by `outcome`, the measures judged together.

    `recovery` and `reliable_recovery` among those at caseness at first, `reliable_improvement` and
    `reliable_deterioration` among all; each among those with a first and a last score on every measure (`n_observed`).
    Those finished with all first scores and without all last ones are `n_missed`. Statistics: `observed` (Wilson),
    `missing_as_nonresponse` (for the first three: for deterioration it would flatter), `bound_lower`, `bound_upper`.
    `paired_scores` is the share of finished courses with both scores on every measure. Courses that lack a first score
    are in no other share and stand in the note. Condition `any` is the program: every course given for one of the
    rule's conditions, counted once. Pending courses enter nothing.
    """
    published.check(filters, by)
    rule = published.definitions.outcomes.nhs_recovery
    keys = group_columns(by)
    counts = published.nhs_recoveries(filters, by)
    order = [*(condition.id for condition in published.definitions.ordered_conditions()), PROGRAM]
    counts = counts.sort_values("condition", key=lambda column: column.map(order.index), kind="stable")
    rows_of = rows_by_group(counts, keys)
    rows: list[dict[str, Any]] = []
    for values in dict.fromkeys(counts[keys].itertuples(index=False, name=None)):
        rows += _group_rows(published, filters, rule, dict(zip(keys, values, strict=True)), rows_of(*values))
    return result_table(rows, [*by, "outcome"], COUNTS)


def _group_rows(
    published: Published, filters: Filters, rule: NhsRecoveryRule, where: dict[str, Any], rows: Rows
) -> list[dict[str, Any]]:
    by_standing = {
        standing: total([row for row in rows if row["standing"] == standing], "n_courses")
        for standing in ("not_recorded", "pending", "too_few_contacts")
    }
    finished = [row for row in rows if row["standing"] == "finished"]
    n = {name: total(finished, name) for name in NHS_COUNTS}
    shared = {
        **where,
        "measure": MEASURE,
        "population": published.population(filters),
        "scale": rule.scales,
        "window": "first_to_last",
        "rule_version": f"nhs_recovery {rule.version}",
        "n_started": total(rows, "n_courses"),
        **{f"n_{standing}": count for standing, count in by_standing.items()},
        "n_finished": n["n_courses"],
        "n_with_first": n["n_with_first"],
        "n_at_caseness": n["n_at_caseness"],
    }
    notes = (
        _first_note(n),
        f"{n['n_last_before_end']:,} last scores before the last infusion of induction"
        if n["n_last_before_end"]
        else "",
        _maturity_note(by_standing["pending"], rows),
        clustering_note(published.population(filters)),
    )
    paired = {
        **shared,
        "outcome": PAIRED,
        "statistic": "observed",
        "n_observed": n["n_courses"],
        "n_missed": 0,
        "n_met": n["n_paired"],
        **_wilson(published, n["n_paired"], n["n_courses"]),
        "note": joined_notes(f"expected of services: {rule.complete_fraction:.0%}".replace("%", " %"), *notes),
    }
    return [paired, *(row for outcome in _MET for row in _outcome_rows(published, rule, shared, outcome, n, notes))]


def _outcome_rows(
    published: Published,
    rule: NhsRecoveryRule,
    shared: dict[str, Any],
    outcome: str,
    n: dict[str, int],
    notes: Sequence[str],
) -> list[dict[str, Any]]:
    is_of_cases = outcome in _AT_CASENESS
    n_observed = n["n_at_caseness_paired" if is_of_cases else "n_paired"]
    n_missed = n["n_at_caseness" if is_of_cases else "n_with_first"] - n_observed
    n_met, n_due = n[_MET[outcome]], n_observed + n_missed
    standard = rule.standard(outcome)
    held_to = f"services are held to {standard.share:.0%} ({standard.citation})".replace("%", " %") if standard else ""
    row = {
        **shared,
        "outcome": outcome,
        "n_observed": n_observed,
        "n_missed": n_missed,
        "n_met": n_met,
        "note": joined_notes(
            "among finished courses at caseness" if is_of_cases else "among all finished courses",
            held_to,
            few_note(n_observed, published.definitions),
            *notes,
        ),
    }
    found = [{**row, "statistic": "observed", **_wilson(published, n_met, n_observed)}]
    if outcome != "reliable_deterioration":
        found.append({**row, "statistic": "missing_as_nonresponse", **_wilson(published, n_met, n_due)})
    bounds = {"bound_lower": (n_met, "all missed not met"), "bound_upper": (n_met + n_missed, "all missed met")}
    for statistic, (part, method) in bounds.items():
        found.append({**row, "statistic": statistic, "estimate": fraction(part, n_due), "method": method})
    return found


def _wilson(published: Published, n_met: int, n: int) -> dict[str, Any]:
    lower, upper = wilson_interval([n_met], [n], published.definitions.outcomes.interval.confidence)
    return {"estimate": fraction(n_met, n), "lower": lower[0], "upper": upper[0], "method": WILSON}


def _first_note(n: dict[str, int]) -> str:
    n_without = n["n_courses"] - n["n_with_first"]
    return f"{n_without:,} finished without a first score on every measure" if n_without else ""


def _maturity_note(n_pending: int, rows: Rows) -> str:
    n_unknown = total([row for row in rows if pd.isna(row["days_past_period_end"])], "n_courses")
    texts = []
    if n_pending:
        texts.append(f"not mature yet: {n_pending:,} pending")
    if n_unknown:
        texts.append(f"maturity unknown: {n_unknown:,}")
    return joined_notes(*texts) or "mature"
