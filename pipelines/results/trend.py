"""Trend: whether a program's rates, quarter by quarter, vary as they always have (XmR process charts)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.counted import counted
from pipelines.definitions.trend import TrendRule
from pipelines.filters import Filters
from pipelines.results.maturity import days_to_mature
from pipelines.results.response import remission_counts, response_counts
from pipelines.results.tables import (
    Rows,
    clustering_note,
    condition_order,
    group_columns,
    joined_notes,
    records,
    result_table,
    rows_by_group,
)
from pipelines.statistics.process_limits import (
    ProcessLimits,
    SignalRules,
    process_limits,
    process_signals,
)

if TYPE_CHECKING:
    from pipelines.published import Published

XMR = "XmR: mean and 2.66 mean moving ranges"
USUAL, HIGH, LOW = "usual_variation", "signal_high", "signal_low"
"""What the latest mature quarter of a phase says, once there are points enough."""
SIGNALS = {
    ("outside", 1): "above the upper limit",
    ("outside", -1): "below the lower limit",
    ("trend", 1): "part of a rise",
    ("trend", -1): "part of a fall",
    ("near", 1): "near the upper limit with others",
    ("near", -1): "near the lower limit with others",
    ("run", 1): "part of a run above the mean",
    ("run", -1): "part of a run below the mean",
}
"""What a point is part of, the strongest first."""
_GROUPS = ("outcome", "phase", "quarter", "signal", "verdict")
_COUNTS = ("n_started", "n_in_population", "n_observed", "n_missed", "n_pending", "n_met", "n_points")
_ADDED = ("n_started", "n_in_population", "n_observed", "n_missed", "n_pending")
_UNRECORDED = "not recorded"

Counting = Callable[["Published", Filters, Sequence[str]], pd.DataFrame]
_OUTCOMES: dict[str, tuple[Counting, Callable[[dict[str, Any]], tuple[int, int]]]] = {
    "response": (response_counts, lambda row: (int(row["n_met"]), int(row["n_observed"]))),
    "remission": (remission_counts, lambda row: (int(row["n_met"]), int(row["n_observed"]))),
    "followed_up": (response_counts, lambda row: (int(row["n_observed"]), int(row["n_observed"] + row["n_missed"]))),
}
"""What is charted: the counts, and which of them are the part and the whole of each quarter's rate."""


@dataclass(frozen=True)
class _Point:
    """A quarter: its counts, its rate, and why it is no point of the chart; empty where it is one."""

    row: dict[str, Any]
    part: int
    whole: int
    left_out: str

    @property
    def rate(self) -> float:
        return self.part / self.whole


def process_trends(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """A process chart of each `outcome` (response, remission, followed_up) for each condition and group.

    Statistics: `limits`, one row for each phase: the mean of its baseline as `estimate`, the natural process limits,
    cut to what a share can be, as `lower` and `upper`, `n_points`, and a `verdict` on its latest point
    (`usual_variation`, `signal_high`, `signal_low`); without points enough neither limits nor verdict. `point`, one row
    for each mature quarter with enough followed up: its rate, and the `signal` that it is part of. `left_out`, the
    other quarters: their rate so far, and the reason why it counts for nothing here. Quarters are points of equal
    weight, whatever their size; those left out are passed over. Phases begin where the program says so by hand.

    Reference: the Making Data Count tool of NHS England; limits from the first mature points, then fixed.
    """
    keys = [*(name for name in group_columns(by) if name != "quarter"), "quarter"]
    rows: Rows = []
    for outcome, (counting, share) in _OUTCOMES.items():
        counts = counting(published, filters, keys)
        if counts.empty:
            continue
        quarters_of = rows_by_group(counts, keys[:-1])
        for group in records(condition_order(counts[keys[:-1]].drop_duplicates(), published)):
            points = _points(published, filters, quarters_of(*group.values()), share)
            rows += [{**row, "measure": "trend", "outcome": outcome} for row in _chart(published, points)]
    return result_table(rows, [*keys[1:-1], *_GROUPS], _COUNTS)


def _points(
    published: Published, filters: Filters, quarters: Rows, share: Callable[[dict[str, Any]], tuple[int, int]]
) -> list[_Point]:
    """The quarters of one group in the order of time; what has no quarter is on no chart."""
    definitions = published.definitions
    days = days_to_mature(filters.window or definitions.outcomes.headline_window, definitions)
    followed_up, fewest = published.days_past_end(), definitions.outcomes.display.fewest_for_a_sentence
    points = []
    for row in sorted(quarters, key=lambda row: str(row["quarter"])):
        if row["quarter"] == _UNRECORDED:
            continue
        part, whole = share(row)
        reason = ""
        if followed_up.get(str(row["quarter"]), -1) < days:
            reason = "maturity unknown" if str(row["quarter"]) not in followed_up else "not mature yet"
        elif whole < fewest:
            reason = f"too few to say: {whole}"
        points.append(_Point(row, part, whole, reason))
    return points


def _chart(published: Published, points: Sequence[_Point]) -> Iterator[dict[str, Any]]:
    """The rows of one chart, phase by phase."""
    rule = published.definitions.outcomes.trend

    def phase_note(point: _Point) -> str:
        condition, quarter = str(point.row["condition"]), str(point.row["quarter"])
        begun = [
            rebase for rebase in rule.rebases if rebase.from_period <= quarter and rebase.condition in (None, condition)
        ]
        latest = max(begun, key=lambda rebase: rebase.from_period, default=None)
        return f"a new phase from {latest.from_period}: {latest.note}" if latest else ""

    for note, members in groupby(points, key=phase_note):
        yield from _phase(rule, list(members), note)


def _phase(rule: TrendRule, points: Sequence[_Point], phase_note: str) -> Iterator[dict[str, Any]]:
    drawn = [point for point in points if not point.left_out]
    has_limits = len(drawn) >= rule.baseline_points
    signals, verdict, limits = [""] * len(drawn), "", None
    if has_limits:
        limits = process_limits([point.rate for point in drawn[: rule.baseline_points]])
        signals, verdict = _signals(rule, drawn, limits)
    phase = str(points[0].row["quarter"])
    yield _limits_row(rule, points, drawn, limits, verdict, phase_note) | {"phase": phase}
    signal_of = {id(point): signal for point, signal in zip(drawn, signals, strict=True)}
    for point in points:
        yield {
            **point.row,
            "statistic": "left_out" if point.left_out else "point",
            "phase": phase,
            "signal": signal_of.get(id(point), ""),
            "n_met": point.part,
            "estimate": point.rate if point.whole else None,
            "method": "share of the quarter",
            "note": joined_notes(point.left_out, str(point.row["note"])),
        }


def _signals(rule: TrendRule, drawn: Sequence[_Point], limits: ProcessLimits) -> tuple[list[str], str]:
    """What each point is part of, in words, and what the latest one says."""
    found = process_signals(
        [point.rate for point in drawn],
        limits,
        SignalRules(rule.run_points, rule.trend_points, rule.near_points, rule.near_span, rule.near_sigmas),
    )
    signals = [
        "; ".join(words for (kind, sign), words in SIGNALS.items() if getattr(found, kind)[i] == sign)
        for i in range(len(drawn))
    ]
    strongest = next((sign for (kind, sign) in SIGNALS if getattr(found, kind)[-1] == sign), 0)
    return signals, {1: HIGH, -1: LOW, 0: USUAL}[strongest]


def _limits_row(
    rule: TrendRule,
    points: Sequence[_Point],
    drawn: Sequence[_Point],
    limits: ProcessLimits | None,
    verdict: str,
    phase_note: str,
) -> dict[str, Any]:
    n_left_out = len(points) - len(drawn)
    n_needed = rule.baseline_points
    latest = points[-1].row
    return {
        **{name: value for name, value in latest.items() if not name.startswith("n_") and name != "quarter"},
        **{name: sum(int(point.row[name]) for point in drawn) for name in _ADDED},
        "n_met": sum(point.part for point in drawn),
        "statistic": "limits",
        "verdict": verdict,
        "n_points": len(drawn),
        "estimate": limits.mean if limits else None,
        "lower": max(0.0, limits.lower) if limits else None,
        "upper": min(1.0, limits.upper) if limits else None,
        "method": XMR,
        "note": joined_notes(
            f"limits from the first {n_needed} of {len(drawn)} mature quarters"
            if limits
            else f"too few to say: {counted(len(drawn), 'mature quarter')}, {n_needed} are needed",
            f"{counted(n_left_out, 'quarter')} left out: not mature, or too few followed up" if n_left_out else "",
            "a limit is cut to what a share can be" if limits and (limits.lower < 0 or limits.upper > 1) else "",
            phase_note,
            clustering_note(str(latest["population"])).replace("intervals ignore", "limits ignore"),
        ),
    }
