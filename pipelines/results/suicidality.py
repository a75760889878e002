"""Suicidal ideation: how many had any, how many no longer, and how many who had none before. Counts, never a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.rates import WILSON, fraction
from pipelines.results.tables import (
    Rows,
    clustering_note,
    condition_order,
    few_note,
    group_columns,
    joined_notes,
    records,
    result_table,
    rows_by_group,
)
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.definitions.suicidality import IdeationSource
    from pipelines.published import Published

MEASURE = "suicidality"
PROGRAM = "any"
PUBLISHED = "published"
NOT_RECORDED = "no level was recorded at baseline"
COUNTS = (
    "n_started",
    "n_with_baseline",
    "n_total_only_at_baseline",
    "n_recorded",
    "n_observed",
    "n_missed",
    "n_total_only",
    "n_pending",
    "n_not_anchored",
    "n_met",
)
_FAVOURABLE = ("resolved", "improved")


@dataclass(frozen=True)
class _Outcome:
    """What is asked of whom: by the level at baseline, and by the levels at baseline and in the window."""

    name: str
    is_of: Callable[[int], bool]
    is_met: Callable[[int, int], bool]


@dataclass(frozen=True)
class _Stand:
    """Courses with the same levels that stand alike in the window; None is not recorded."""

    follow_up: str
    baseline: int | None
    window: int | None
    n_courses: int


def suicidality(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Shares of courses by `outcome`, for each source of a level (column `scale`) and the window.

    Of every course started with the level recorded at baseline, below the entry cut too: `present_at_baseline` and, of
    those recorded in the window as well, `present` (a level of 1 or more) and `worsened` (higher than at baseline). Of
    those with a level of 1 or more at baseline `resolved` (0 in the window) and `improved` (lower by a level or
    more); of those with 0 `newly_present`. Where the source has high levels `high_risk_at_baseline`, `high_risk`, and
    `newly_high_risk` of those below at baseline. Statistics: `observed` (Wilson), `missing_as_nonresponse` (for
    `resolved` and `improved`), `bound_lower` and `bound_upper`; `published` results stand beside theirs. Those
    without a score in the window (`n_missed`), or with one that lacks the item (`n_total_only`), are in bounds alone.
    A source without a level in the group has one row that says so. Condition `any` is the program, each course once.
    """
    published.check(filters, by)
    rule, window = published.definitions.outcomes.suicidality, _window(published, filters)
    keys = group_columns(by)
    counts = published.ideations(filters, by)
    stands_of = rows_by_group(counts[counts["window_name"] == window], [*keys, "source"])
    rows: list[dict[str, Any]] = []
    started = records(condition_order(published.started_with_program(filters, by), published))
    for group in sorted(started, key=lambda row: row["condition"] == PROGRAM):
        where = {key: group[key] for key in keys}
        for source in rule.sources:
            if filters.scale not in ("primary", source.scale):
                continue
            shared = {
                **where,
                "measure": MEASURE,
                "population": published.population(filters),
                "scale": source.id,
                "window": window,
                "rule_version": f"suicidality {rule.version}",
                "n_started": int(group["n_started"]),
            }
            stands = [_stand(row) for row in stands_of(*where.values(), source.id)]
            rows += _source_rows(published, shared, source, stands)
            rows += [] if by else _published_rows(published, shared)
    return result_table(rows, [*by, "outcome"], COUNTS)


def _window(published: Published, filters: Filters) -> str:
    return filters.window or published.definitions.outcomes.headline_window


def _stand(row: dict[str, Any]) -> _Stand:
    baseline, window = (None if pd.isna(row[name]) else int(row[name]) for name in ("baseline_level", "window_level"))
    return _Stand(str(row["follow_up"]), baseline, window, int(row["n_courses"]))


def _outcomes(source: IdeationSource) -> Iterator[_Outcome]:
    yield _Outcome("present", lambda _: True, lambda _, after: after >= 1)
    yield _Outcome("resolved", lambda before: before >= 1, lambda _, after: after == 0)
    yield _Outcome("improved", lambda before: before >= 1, lambda before, after: after < before)
    yield _Outcome("newly_present", lambda before: before == 0, lambda _, after: after >= 1)
    yield _Outcome("worsened", lambda _: True, lambda before, after: after > before)
    if (high := source.high_risk_from) is not None:
        yield _Outcome("high_risk", lambda _: True, lambda _, after: after >= high)
        yield _Outcome("newly_high_risk", lambda before: before < high, lambda _, after: after >= high)


def _source_rows(
    published: Published, shared: dict[str, Any], source: IdeationSource, stands: Sequence[_Stand]
) -> Rows:
    recorded = [stand for stand in stands if stand.baseline is not None]
    n_baseline, n_recorded = _n(stands), _n(recorded)
    counted = {
        **shared,
        "n_with_baseline": n_baseline,
        "n_total_only_at_baseline": n_baseline - n_recorded,
        "n_recorded": n_recorded,
    }
    recall = published.definitions.scales[source.scale].recall_words
    notes = (recall, clustering_note(str(shared["population"])))
    if not n_recorded:
        asked = {"outcome": "present_at_baseline", "statistic": "observed", "n_observed": 0, "method": WILSON}
        return [{**counted, **asked, "note": joined_notes(NOT_RECORDED, *notes)}]
    rows = [_at_baseline(published, counted, recorded, "present_at_baseline", 1, notes)]
    if source.high_risk_from is not None:
        high = source.high_risk_from
        rows.append(_at_baseline(published, counted, recorded, "high_risk_at_baseline", high, notes))
    for outcome in _outcomes(source):
        rows += _outcome_rows(published, counted, recorded, outcome, notes)
    return rows


def _at_baseline(
    published: Published,
    counted: dict[str, Any],
    recorded: Sequence[_Stand],
    name: str,
    least: int,
    notes: Sequence[str],
) -> dict[str, Any]:
    n_met = _n([stand for stand in recorded if stand.baseline is not None and stand.baseline >= least])
    n = counted["n_recorded"]
    return {
        **counted,
        "outcome": name,
        "statistic": "observed",
        "n_observed": n,
        "n_met": n_met,
        **_wilson(published, n_met, n),
        "note": joined_notes(few_note(n, published.definitions), *notes),
    }


def _outcome_rows(
    published: Published,
    counted: dict[str, Any],
    recorded: Sequence[_Stand],
    outcome: _Outcome,
    notes: Sequence[str],
) -> Rows:
    asked = [stand for stand in recorded if stand.baseline is not None and outcome.is_of(stand.baseline)]
    both = [stand for stand in asked if stand.window is not None]
    n_met = _n(
        [s for s in both if s.baseline is not None and s.window is not None and outcome.is_met(s.baseline, s.window)]
    )
    n = {name: _n([s for s in asked if s.follow_up == name]) for name in ("missed", "pending", "not_anchored")}
    n_observed = _n(both)
    n_total_only = _n([stand for stand in asked if stand.follow_up == "observed" and stand.window is None])
    n_unknown = n["missed"] + n_total_only
    n_due = n_observed + n_unknown
    row = {
        **counted,
        "outcome": outcome.name,
        "n_observed": n_observed,
        **{f"n_{name}": count for name, count in n.items()},
        "n_total_only": n_total_only,
        "n_met": n_met,
        "note": joined_notes(
            few_note(n_observed, published.definitions), _maturity_note(published, n["pending"]), *notes
        ),
    }
    rows = [{**row, "statistic": "observed", **_wilson(published, n_met, n_observed)}]
    if outcome.name in _FAVOURABLE:
        rows.append({**row, "statistic": "missing_as_nonresponse", **_wilson(published, n_met, n_due)})
    bounds = {"bound_lower": (n_met, "all unknown not met"), "bound_upper": (n_met + n_unknown, "all unknown met")}
    for statistic, (part, method) in bounds.items():
        rows.append({**row, "statistic": statistic, "estimate": fraction(part, n_due), "method": method})
    return rows


def _published_rows(published: Published, shared: dict[str, Any]) -> Rows:
    """Published results on the same condition, source and window."""
    return [
        {
            **{name: shared[name] for name in ("condition", "measure", "scale", "window", "rule_version")},
            "population": PUBLISHED,
            "outcome": result.outcome,
            "statistic": PUBLISHED,
            "estimate": result.estimate,
            "method": "as published",
            "note": joined_notes(
                "other people than the program's: a difference is no verdict", result.population, result.citation
            ),
        }
        for result in published.definitions.outcomes.suicidality.published
        if (result.condition, result.source, result.window) == (shared["condition"], shared["scale"], shared["window"])
    ]


def _n(stands: Sequence[_Stand]) -> int:
    return sum(stand.n_courses for stand in stands)


def _wilson(published: Published, n_met: int, n: int) -> dict[str, Any]:
    lower, upper = wilson_interval([n_met], [n], published.definitions.outcomes.interval.confidence)
    return {"estimate": fraction(n_met, n), "lower": lower[0], "upper": upper[0], "method": WILSON}


def _maturity_note(published: Published, n_pending: int) -> str:
    if n_pending:
        return f"not mature yet: {n_pending:,} pending"
    return "mature" if published.days_past_end() else "maturity unknown"
