"""Published results beside the program's own, where both are measured alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.definitions import Definitions
from pipelines.definitions.bases import MINUTES_PER_DAY
from pipelines.definitions.benchmarks import Benchmark
from pipelines.filters import Filters
from pipelines.results.clocks import clock_of
from pipelines.results.durability_groups import durability_groups
from pipelines.results.onset import KAPLAN_MEIER
from pipelines.results.onset_groups import onset_groups
from pipelines.results.plausibility import plausibility_rows
from pipelines.results.response import remission_rates, response_rates
from pipelines.results.tables import few_note, joined_notes, records, result_table

if TYPE_CHECKING:
    from pipelines.published import Published

PUBLISHED, OWN = "published", "own"
OWN_STATISTICS = {"observed": "observed", "started": "missing_as_nonresponse"}
"""Which of our statistics has a published denominator: the observed, or all, with those lost counted as not met."""
RECORDED_LOSS = "Kaplan-Meier at recorded loss, censored at another infusion, log-log"
_COUNTS = ("n_published", "n_started", "n_with_baseline", "n_in_population", "n_observed", "n_missed", "n_met")
_MARKS = {"read": "read on its page", "quoted": "read in quotation", "by_citation": "by citation, not re-read"}


def benchmark_comparisons(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """For each published result (column `benchmark`) a row `published`, and rows `own` where it is comparable.

    Comparable is a result on the same scale, by the same rule or cut, in the same window or by the same day, with the
    same kind of denominator; otherwise the note of its row says "not comparable" and why. Published populations are
    other people than the program's: a difference is no verdict. Last the rows of `plausibility_panel`.
    """
    published.check(filters, by)
    definitions = published.definitions
    rows: list[dict[str, Any]] = []
    for benchmark in definitions.benchmarks:
        if filters.condition and benchmark.condition not in filters.condition:
            continue
        reason = _why_not_comparable(benchmark, filters, definitions)
        own = [] if reason else _own_rows(published, benchmark, filters, by)
        if not reason and not any(row["n_observed"] for row in own):
            reason, own = f"no course here was followed up on {benchmark.scale} then", []
        rows.append(_published_row(benchmark, reason))
        rows += [{**row, "measure": "benchmark", "benchmark": benchmark.id, "statistic": OWN} for row in own]
    rows += plausibility_rows(published, filters, by)
    return result_table(rows, ["benchmark", "verdict", *by], (*_COUNTS, "n_needed"))


def _published_row(benchmark: Benchmark, reason: str) -> dict[str, Any]:
    return {
        "measure": "benchmark",
        "population": PUBLISHED,
        "condition": benchmark.condition,
        "scale": benchmark.scale,
        "window": benchmark.window or f"by_day_{benchmark.by_day}",
        "statistic": PUBLISHED,
        "rule_version": joined_notes(benchmark.rule, benchmark.cut or "").replace(";", ""),
        "benchmark": benchmark.id,
        "n_published": benchmark.n,
        "estimate": float(benchmark.estimate),
        "lower": None if benchmark.lower is None else float(benchmark.lower),
        "upper": None if benchmark.upper is None else float(benchmark.upper),
        "method": f"as published, of the {benchmark.denominator}",
        "note": joined_notes(
            f"not comparable: {reason}" if reason else "comparable",
            f"{benchmark.measure} in {benchmark.population}",
            f"{benchmark.citation} ({_MARKS[benchmark.mark]})",
        ),
    }


def _why_not_comparable(benchmark: Benchmark, filters: Filters, definitions: Definitions) -> str:
    """The first thing in which the published result and ours differ; nothing where they are alike."""
    scale = definitions.scales.get(benchmark.scale)
    if scale is None or benchmark.condition not in definitions.conditions:
        return f"this program does not define {benchmark.scale} for {benchmark.condition}"
    if filters.scale not in ("primary", benchmark.scale):
        return f"published on {benchmark.scale}, asked for on {filters.scale}"
    if filters.rule is not None and benchmark.rule not in ("remission", filters.rule):
        return f"published by {benchmark.rule}, asked for by {filters.rule}"
    if benchmark.measure == "remission":
        if str(scale.remission) != benchmark.cut:
            ours = scale.remission or "not defined"
            return f"published remission is {benchmark.cut}, here it is {ours}"
    elif benchmark.rule not in scale.response:
        return f"{benchmark.scale} does not offer {benchmark.rule} here"
    if benchmark.by_day is not None and benchmark.denominator != "continued":
        return f"published of the {benchmark.denominator}, here it is a Kaplan-Meier share"
    if benchmark.window is not None:
        if benchmark.window not in definitions.outcomes.windows:
            return f"this program has no window {benchmark.window}"
        if filters.window not in (None, benchmark.window):
            return f"published for {benchmark.window}, asked for {filters.window}"
    return ""


def _own_rows(published: Published, benchmark: Benchmark, filters: Filters, by: Sequence[str]) -> list[dict[str, Any]]:
    asked = replace(
        filters.only("condition", benchmark.condition),
        scale=benchmark.scale,
        window=benchmark.window,
        rule=None if benchmark.measure == "remission" else benchmark.rule,
        kind="first",
        clock="days",
    )
    if benchmark.by_day is not None:
        by_then = {"onset": _own_onset, "durability": _own_durability}[benchmark.measure]
        return by_then(published, asked, by, benchmark.by_day)
    rates, met = (
        (remission_rates(published, asked, by), "n_in_remission")
        if benchmark.measure == "remission"
        else (response_rates(published, asked, by), "n_responded")
    )
    statistic = OWN_STATISTICS[benchmark.denominator]
    return [{**row, "n_met": row[met]} for row in records(rates) if row["statistic"] == statistic]


def _own_onset(published: Published, filters: Filters, by: Sequence[str], by_day: int) -> list[dict[str, Any]]:
    """The Kaplan-Meier share that had ever responded by a day, of groups that were followed up for that long."""
    unit = clock_of(filters, published.definitions.outcomes.onset).unit
    rows = []
    for group in onset_groups(published, filters, by):
        if not group.keys["n_assessed"] or group.last_time < by_day * unit:
            continue
        curve = group.recorded(published)
        is_by_then = group.right <= by_day * unit
        step = int(np.searchsorted(curve.time, by_day * unit, side="right")) - 1
        rows.append(
            {
                **group.keys,
                "window": f"by_day_{by_day}",
                "n_observed": group.keys["n_assessed"],
                "n_met": int(group.count[is_by_then].sum()),
                "estimate": 1 - curve.survival[step] if step >= 0 else 0.0,
                "lower": 1 - curve.upper[step] if step >= 0 else None,
                "upper": 1 - curve.lower[step] if step >= 0 else None,
                "method": KAPLAN_MEIER,
            }
        )
    return rows


def _own_durability(published: Published, filters: Filters, by: Sequence[str], by_day: int) -> list[dict[str, Any]]:
    """The Kaplan-Meier share that had not lost its response by a day, of groups with courses in view then.

    As published, those given another infusion are censored there, and so are those that left.
    """
    rows = []
    for group in durability_groups(published, filters, by):
        n_followed = group.keys["n_followed"]
        if not n_followed or group.is_out_of_view(by_day, published):
            continue
        why_not = few_note(n_followed, published.definitions) or group.why_not_told(by_day, published)
        lost = group.recorded(published)
        step = int(np.searchsorted(lost.time, by_day * MINUTES_PER_DAY, side="right")) - 1
        told = {
            "estimate": lost.survival[step] if step >= 0 else 1.0,
            "lower": lost.lower[step] if step >= 0 else None,
            "upper": lost.upper[step] if step >= 0 else None,
        }
        rows.append(
            {
                **group.keys,
                "window": f"by_day_{by_day}",
                "n_observed": n_followed,
                "method": RECORDED_LOSS,
                "note": joined_notes(str(group.keys["note"]), why_not),
                **({} if why_not else told),
            }
        )
    return rows
