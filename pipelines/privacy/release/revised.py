"""Rows of a pack beside those that earlier packs released: new, as they were released, or revised."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions.disclosure import HIDDEN
from pipelines.privacy.disclosure import FIGURES, VERDICTS, WILSON, as_table, share_of_row
from pipelines.privacy.release.cohorts import Cohort, cohort_of, counts_shown, row_key, rows_of, tells_little
from pipelines.privacy.release.ledger import AS_RELEASED, NEW, REVISED, STANDING, SUMMED, Ledger
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy

Row = dict[str, Any]


def against(rows: pd.DataFrame, ledger: Ledger, policy: Policy, confidence: float) -> pd.DataFrame:
    """Rows as they are released beside earlier packs, with a column `release` that says how each stands.

    A row that was released is repeated with all its values, unless every change of its counts, and of what they leave
    of each other, is none or larger than the policy hides. A new cohort that is made of repeated ones shows the sum of
    their counts, lest the difference tell the late data; of its figures, shares are made of these and others left out.

    Args:
        rows: from `released`; tables may stand one under the other.
        confidence: of the intervals.
    """
    if policy.hides_nothing or rows.empty:
        return rows.assign(**{STANDING: NEW})
    before = {row_key(row): row for row in ledger.rows}
    made = [_beside(row, before.get(row_key(row)), policy) for row in rows_of(rows)]
    by_key: dict[tuple[str, ...], list[Row]] = {}
    for row in made:
        by_key.setdefault((*row_key(row, without_cohort=True), str(row["sites"])), []).append(row)
    for alike in by_key.values():
        _sum_of_repeated(alike, policy, confidence)
    counted = [str(name) for name in rows if str(name).startswith("n_")]
    return as_table(made, rows.assign(**{STANDING: ""}), counted)


def _beside(row: Row, before: Mapping[str, Any] | None, policy: Policy) -> Row:
    if before is None:
        return {**row, STANDING: NEW}
    change = _less(counts_shown(row), counts_shown(before))
    if tells_little(change, _columns(row), policy, is_over_time=True):
        is_same = not any(change.values())
        return {**row, STANDING: AS_RELEASED if is_same else REVISED}
    return {**{name: _repeated(name, value, before) for name, value in row.items()}, STANDING: AS_RELEASED}


def _repeated(name: str, value: Any, before: Mapping[str, Any]) -> Any:
    """A value as it was released; a hidden count is hidden, one that such rows never have stays empty."""
    was = before.get(name)
    if was is not None or value is pd.NA:
        return value if was is None else was
    return HIDDEN if isinstance(value, (int, float)) or name.startswith("n_") else ""


def _less(counts: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[name] - others[name] for name in counts if name in others}


def _columns(row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(name) for name in row if str(name).startswith("n_"))


def _sum_of_repeated(alike: Sequence[Row], policy: Policy, confidence: float) -> None:
    """New cohorts, among rows that only their quarters tell apart, that hold repeated ones whose counts moved."""
    for row in alike:
        if row[STANDING] != NEW:
            continue
        parts = _parts(cohort_of(row), [other for other in alike if other is not row])
        if not any(part[STANDING] == AS_RELEASED for part in parts):
            continue
        counts = [counts_shown(part) for part in parts]
        sums = {name: sum(one[name] for one in counts) for name in counts[0] if all(name in one for one in counts)}
        change = _less(counts_shown(row), sums)
        is_rounded = policy.rounded_to > 1
        if is_rounded or not tells_little(change, _columns(row), policy):
            row.update(_of_sums(row, sums, confidence), **{STANDING: SUMMED})


def _parts(whole: Cohort, alike: Sequence[Row]) -> list[Row]:
    """The rows that make up a cohort, none of them sharing a course; nothing where there are none such."""
    inside = [row for row in alike if cohort_of(row).quarters < whole.quarters]
    inside.sort(key=lambda row: len(cohort_of(row).quarters))
    parts: list[Row] = []
    for row in inside:
        if all(cohort_of(row).is_apart_from(cohort_of(part)) for part in parts):
            parts.append(row)
    is_whole = frozenset().union(*(cohort_of(part).quarters for part in parts)) == whole.quarters
    return parts if is_whole else []


def _of_sums(row: Row, sums: Mapping[str, int], confidence: float) -> Row:
    """What a row shows whose counts are sums: these, its figure if it is a share of them, and no note."""
    counts = {name: sums.get(name, HIDDEN) for name in counts_shown(row)}
    share = share_of_row(row, sums)
    kept = {**counts, "note": ""} if "note" in row else counts
    if "suppressed" not in row or row["suppressed"]:
        return kept
    if share is None or row["method"] != WILSON or not share.sums(sums)[1]:
        none = {name: math.nan for name in FIGURES if name in row} | {name: "" for name in VERDICTS if name in row}
        return {**kept, **none, "suppressed": True}
    part, whole = share.sums(sums)
    lower, upper = wilson_interval([part], [whole], confidence)
    return {**kept, "estimate": part / whole, "lower": float(lower[0]), "upper": float(upper[0])}
