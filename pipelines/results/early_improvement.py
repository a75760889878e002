"""Early improvement as a sign of later response: an association among those observed, never a cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.maturity import MATURITY_COUNTS, days_to_mature, maturity_counts, maturity_note
from pipelines.results.rates import WILSON, fraction
from pipelines.results.rules import offering_scales, response_rule, rule_version
from pipelines.results.tables import (
    Rows,
    clustering_note,
    few_note,
    group_columns,
    joined_notes,
    result_table,
    rows_by_group,
    scales_note,
    started_groups,
    totals_by_scale,
)
from pipelines.statistics.proportions import newcombe_interval, wilson_interval

if TYPE_CHECKING:
    from pipelines.definitions import Definitions
    from pipelines.published import Published

NEWCOMBE = "Newcombe, hybrid of Wilson scores"
COUNTS = (
    "n_started",
    "n_with_baseline",
    "n_in_population",
    "n_early_observed",
    "n_early_missed",
    "n_early_pending",
    "n_early_not_anchored",
    "n_early_not_before",
    "n_improved",
    "n_not_improved",
    "n_observed",
    "n_missed",
    "n_pending",
    "n_not_anchored",
    "n_improved_observed",
    "n_improved_missed",
    "n_improved_responded",
    "n_not_improved_observed",
    "n_not_improved_missed",
    "n_not_improved_responded",
    "n_not_mature",
    "n_maturity_unknown",
    "n_part",
    "n_whole",
)
"""Improved or not are those with an early score; what follows up to `n_not_improved_responded` is of these alone."""


def early_improvements(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """For each early window, how early improvement and response in the window asked for went together.

    Among those with both scores: `sensitivity` (improved early, of those who responded), `specificity` (not improved
    early, of those who did not respond), `positive_predictive_value` (responded, of those improved early),
    `negative_predictive_value` (not responded, of those not improved early), each with Wilson's interval. Then the
    response of those improved early and of those not, among the observed (`observed_improved`,
    `observed_not_improved`, `difference_observed`) and with the missed counted as not responding
    (`missing_as_nonresponse_improved`, `missing_as_nonresponse_not_improved`, `difference_missing_as_nonresponse`);
    differences are improved less not improved, with Newcombe's interval. A share is `n_part` of `n_whole`.

    References: Szegedi 2009, J Clin Psychiatry 70:344; Murrough 2013, Biol Psychiatry 74:250, which sets response at 4
    hours against response at the end.
    """
    published.check(filters, by)
    definitions = published.definitions
    window = filters.window or definitions.outcomes.headline_window
    early = definitions.outcomes.early_improvement
    early_windows = early.windows_among(definitions.outcomes.windows)
    counts = published.early_improvements(filters, by)
    counts_of = rows_by_group(counts[counts["window_name"] == window], [*group_columns(by), "rule", "early_window"])
    rows: Rows = []
    for where, n_started, baselines in started_groups(published, filters, by):
        rule = response_rule(filters, str(where["condition"]), definitions)
        judged = _judged_scales(rule, definitions)
        own_baselines = [row for row in baselines if row["measured_scale"] in judged]
        shared = {
            **where,
            "population": published.population(filters),
            "scale": filters.scale,
            "window": window,
            "rule_version": f"{rule_version(rule, [], definitions)}, early improvement by {early.reduction_percent} % "
            f"{early.version}",
            "n_started": n_started,
            "n_with_baseline": sum(int(row["n_with_baseline"]) for row in baselines),
            **maturity_counts(own_baselines, days_to_mature(window, definitions)),
        }
        refusal = _refusal(window, early_windows, own_baselines, definitions)
        if refusal:
            rows.append({**shared, "statistic": "sensitivity", "note": refusal})
            continue
        for early_window in early_windows:
            own = counts_of(*where.values(), rule, early_window)
            rows += _statistics(published, {**shared, "early_window": early_window, **_counted(own)}, own)
    return result_table([{**row, "measure": "early-improvement"} for row in rows], [*by, "early_window"], COUNTS)


def _judged_scales(rule: str, definitions: Definitions) -> set[str]:
    """The scales that offer the rule and have per cents."""
    return {scale for scale in offering_scales(rule, definitions) if definitions.scales[scale].metric == "points"}


def _refusal(window: str, early_windows: Sequence[str], baselines: Rows, definitions: Definitions) -> str:
    """Why there is nothing to say, in words."""
    if not early_windows:
        named = ", ".join(definitions.outcomes.early_improvement.windows)
        return f"this program has no early window: none of {named}"
    if window in early_windows:
        return f"{window} is an early window itself; ask about a later one"
    if not baselines:
        return "no course on a scale with per cents that offers the rule"
    return ""


def _counted(rows: Rows) -> dict[str, int]:
    """The counts from the population down to who responded."""

    def n(early: Sequence[str] | None = None, follow_up: str = "", *, is_met: bool = False) -> int:
        return sum(
            int(row["n_courses"])
            for row in rows
            if (early is None or row["early_state"] in early)
            and follow_up in ("", row["follow_up"])
            and (row["is_met"] or not is_met)
        )

    both, improved, not_improved = ("improved", "not_improved"), ("improved",), ("not_improved",)
    return {
        "n_in_population": n(),
        "n_early_observed": n(both),
        **{f"n_early_{state}": n((state,)) for state in ("missed", "pending", "not_anchored", "not_before")},
        "n_improved": n(improved),
        "n_not_improved": n(not_improved),
        **{f"n_{state}": n(both, state) for state in ("observed", "missed", "pending", "not_anchored")},
        "n_improved_observed": n(improved, "observed"),
        "n_improved_missed": n(improved, "missed"),
        "n_improved_responded": n(improved, is_met=True),
        "n_not_improved_observed": n(not_improved, "observed"),
        "n_not_improved_missed": n(not_improved, "missed"),
        "n_not_improved_responded": n(not_improved, is_met=True),
    }


def _statistics(published: Published, shared: dict[str, Any], rows: Rows) -> Rows:
    note = joined_notes(
        scales_note(totals_by_scale(rows, "n_courses")),
        _left_out_note(shared),
        few_note(int(shared["n_observed"]), published.definitions),
        maturity_note(*(int(shared[name]) for name in MATURITY_COUNTS)),
        clustering_note(str(shared["population"])),
        "an association, not a cause",
    )
    shared = {**shared, "note": note}
    improved, not_improved = shared["n_improved_responded"], shared["n_not_improved_responded"]
    n_improved, n_not_improved = shared["n_improved_observed"], shared["n_not_improved_observed"]
    due = {name: shared[f"n_{name}_observed"] + shared[f"n_{name}_missed"] for name in ("improved", "not_improved")}
    n_responded = improved + not_improved
    parts = {
        "sensitivity": (improved, n_responded),
        "specificity": (n_not_improved - not_improved, n_improved + n_not_improved - n_responded),
        "positive_predictive_value": (improved, n_improved),
        "negative_predictive_value": (n_not_improved - not_improved, n_not_improved),
        "observed_improved": (improved, n_improved),
        "observed_not_improved": (not_improved, n_not_improved),
        "missing_as_nonresponse_improved": (improved, due["improved"]),
        "missing_as_nonresponse_not_improved": (not_improved, due["not_improved"]),
    }
    found = [{**shared, "statistic": name, **_share(published, *part)} for name, part in parts.items()]
    for denominator in ("observed", "missing_as_nonresponse"):
        of = parts[f"{denominator}_improved"], parts[f"{denominator}_not_improved"]
        found.append({**shared, "statistic": f"difference_{denominator}", **_difference(published, *of)})
    order = [*list(parts)[:6], "difference_observed", *list(parts)[6:], "difference_missing_as_nonresponse"]
    return sorted(found, key=lambda row: order.index(str(row["statistic"])))


def _left_out_note(shared: Mapping[str, Any]) -> str:
    """Who is in none of the shares, each with its reason."""
    reasons = {
        "n_early_missed": "no early score",
        "n_early_pending": "early window pending",
        "n_early_not_anchored": "early window not anchored",
        "n_early_not_before": "early score not before the later one",
        "n_pending": "later window pending",
        "n_not_anchored": "later window not anchored",
    }
    texts = [f"{shared[name]:,} {reason}" for name, reason in reasons.items() if shared[name]]
    return f"left out: {', '.join(texts)}" if texts else ""


def _share(published: Published, n_part: int, n_whole: int) -> dict[str, Any]:
    lower, upper = wilson_interval([n_part], [n_whole], published.definitions.outcomes.interval.confidence)
    return {
        "n_part": n_part,
        "n_whole": n_whole,
        "estimate": fraction(n_part, n_whole),
        "lower": lower[0],
        "upper": upper[0],
        "method": WILSON,
    }


def _difference(published: Published, first: tuple[int, int], second: tuple[int, int]) -> dict[str, Any]:
    """The first share less the second; nothing where one of them has no courses."""
    if not (first[1] and second[1]):
        return {"method": NEWCOMBE}
    confidence = published.definitions.outcomes.interval.confidence
    lower, upper = newcombe_interval([first[0], second[0]], [first[1], second[1]], confidence)
    return {
        "estimate": first[0] / first[1] - second[0] / second[1],
        "lower": lower,
        "upper": upper,
        "method": NEWCOMBE,
    }
