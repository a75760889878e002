"""Response and remission rates, each with the courses that it leaves out and what they could change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.tables import (
    clustering_note,
    condition_order,
    group_columns,
    joined_notes,
    records,
    remission_version,
    response_rule,
    response_version,
    result_table,
    scales_note,
)
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published

REMISSION = "remission"
_COUNTS = (
    "n_started",
    "n_with_baseline",
    "n_in_population",
    "n_observed",
    "n_missed",
    "n_pending",
    "n_not_anchored",
    "n_maturity_unknown",
)


def response_rates(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Response by each condition's headline rule, or the rule asked for.

    For each condition and group the statistics `observed` (with a Wilson interval), `missing_as_nonresponse`
    (those who missed the window counted as not responding, Wilson), `bound_lower` and `bound_upper` (all who
    missed it not responding, or all responding). Pending and unanchored courses enter none of them.
    """
    counts = response_counts(published, filters, by)
    return _rates(published, counts, by, "response", "n_responded")


def remission_rates(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Remission at each scale's cut, with the same statistics; scales without a cut have no row."""
    counts = _window_counts(published, filters, by, REMISSION)
    return _rates(published, counts, by, REMISSION, "n_in_remission")


def response_counts(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """The counts behind a response rate, from started to responded, one row for each condition and group."""
    return _window_counts(published, filters, by, "response")


def _window_counts(published: Published, filters: Filters, by: Sequence[str], measure: str) -> pd.DataFrame:
    published.check(filters, by)
    definitions = published.definitions
    window = filters.window or definitions.outcomes.headline_window
    keys = group_columns(by)
    started = published.started(filters, by)
    baselines = published.baselines(filters, by)
    responses = published.responses(filters, by)
    responses = responses[responses["window_name"] == window]
    met = "n_in_remission" if measure == REMISSION else "n_responded"
    rows = []
    for values, group in condition_order(started, published).groupby(keys, sort=False, dropna=False):
        where = dict(zip(keys, values, strict=True))
        condition = str(where["condition"])
        rule = REMISSION if measure == REMISSION else response_rule(filters, condition, definitions)
        offering = [
            scale.id
            for scale in definitions.scales.values()
            if (scale.remission is not None if measure == REMISSION else rule in scale.response)
        ]
        own_baselines = _within(baselines, where)
        own_baselines = own_baselines[own_baselines["measured_scale"].isin(offering)]
        own = _within(responses, where)
        own = own[own["rule"] == rule]
        if measure == REMISSION and own_baselines.empty:
            continue
        scales = own_baselines.groupby("measured_scale")["n_in_population"].sum()
        rows.append(
            {
                **where,
                "measure": measure,
                "population": published.population(filters),
                "scale": filters.scale,
                "window": window,
                "rule_version": remission_version([str(scale) for scale in scales.index], definitions)
                if measure == REMISSION
                else response_version(rule, definitions),
                "note": scales_note({str(scale): int(n) for scale, n in scales.items()}),
                "n_started": int(group["n_started"].sum()),
                **{
                    name: int(own_baselines[name].sum())
                    for name in (
                        "n_with_baseline",
                        "n_below_entry",
                        "n_baseline_zero",
                        "n_in_population",
                        "n_maturity_unknown",
                    )
                },
                **{name: int(own[name].sum()) for name in ("n_observed", "n_missed", "n_pending", "n_not_anchored")},
                met: int(own["n_met"].sum()),
            }
        )
    return pd.DataFrame(rows)


def _within(frame: pd.DataFrame, where: dict[str, Any]) -> pd.DataFrame:
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return frame


def _rates(published: Published, counts: pd.DataFrame, by: Sequence[str], measure: str, met: str) -> pd.DataFrame:
    outcomes = published.definitions.outcomes
    rows: list[dict[str, Any]] = []
    counted = records(counts)
    n_met = [int(record[met]) for record in counted]
    n_observed = [int(record["n_observed"]) for record in counted]
    n_due = [int(record["n_observed"]) + int(record["n_missed"]) for record in counted]
    confidence = outcomes.interval.confidence
    observed = wilson_interval(n_met, n_observed, confidence)
    assumed = wilson_interval(n_met, n_due, confidence)
    for i, record in enumerate(counted):
        few = n_observed[i] < outcomes.display.fewest_for_a_sentence
        note = joined_notes(
            str(record["note"]),
            f"too few to say: {n_observed[i]} followed up" if few else "",
            f"not mature yet: {record['n_pending']:,} pending" if record["n_pending"] else "",
            f"maturity unknown: {record['n_maturity_unknown']:,}" if record["n_maturity_unknown"] else "",
            clustering_note(str(record["population"])),
        )
        shared = {**record, "measure": measure, "note": note}
        missed = int(record["n_missed"])
        rows += [
            {
                **shared,
                "statistic": "observed",
                "estimate": _fraction(n_met[i], n_observed[i]),
                "lower": observed[0][i],
                "upper": observed[1][i],
                "method": "Wilson score",
            },
            {
                **shared,
                "statistic": "missing_as_nonresponse",
                "estimate": _fraction(n_met[i], n_due[i]),
                "lower": assumed[0][i],
                "upper": assumed[1][i],
                "method": "Wilson score",
            },
            {
                **shared,
                "statistic": "bound_lower",
                "estimate": _fraction(n_met[i], n_due[i]),
                "method": "all missed not met",
            },
            {
                **shared,
                "statistic": "bound_upper",
                "estimate": _fraction(n_met[i] + missed, n_due[i]),
                "method": "all missed met",
            },
        ]
    return result_table(rows, by, [*_COUNTS, met])


def _fraction(part: int, whole: int) -> float | None:
    return part / whole if whole else None
