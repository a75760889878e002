"""Rows of a pack beside those that earlier packs released: new, as they were released, or revised."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions.disclosure import HIDDEN
from pipelines.privacy.disclosure import FIGURES, VERDICTS, WILSON, as_table, share_of_row, without_figures
from pipelines.privacy.release.cohorts import (
    QUARTERS,
    SITES,
    Cohort,
    cohort_of,
    counts_shown,
    row_key,
    rows_of,
    tells_little,
)
from pipelines.privacy.release.ledger import AS_RELEASED, NEW, REVISED, STANDING, SUMMED, Ledger
from pipelines.privacy.release.told_steps import is_of_curve
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy

Row = dict[str, Any]
Picture = tuple[str, Cohort]
"""A condition and a cohort of it."""
_TOLD_TOGETHER = frozenset({"flow", "response", "remission", "completeness"})
"""Measures that tell the same counts of a cohort, so that one of them repeated beside another that is revised would
contradict it."""


def kept_pictures(tables: Iterable[pd.DataFrame], ledger: Ledger, policy: Policy) -> frozenset[Picture]:
    """What is told as it was in all of `_TOLD_TOGETHER`, because a row of it changed by too few to tell."""
    if policy.hides_nothing or not ledger.rows:
        return frozenset()
    return frozenset(
        _picture(row)
        for table in tables
        for row in rows_of(table)
        if row.get("measure") in _TOLD_TOGETHER
        and (was := ledger.by_key.get(row_key(row))) is not None
        and not _may_be_told(_change(row, was), row, policy)
    )


def against(
    rows: pd.DataFrame, ledger: Ledger, policy: Policy, confidence: float, kept: Collection[Picture] = ()
) -> pd.DataFrame:
    """Rows as they are released beside earlier packs, with a column `release` that says how each stands.

    A row that was released is repeated with all its values, unless every change of its counts, and of what they leave
    of each other, is none or larger than the policy hides. A new cohort that is made of repeated ones shows the sum of
    their counts, lest the difference tell the late data; of its figures, shares are made of these and others left out.
    A curve is told once: its heights hold counts that stand in no row, by which a second one could differ by few.

    Args:
        rows: from `released`; tables may stand one under the other.
        confidence: of the intervals.
        kept: from `kept_pictures`, over all tables of the pack.
    """
    if policy.hides_nothing or rows.empty:
        return rows.assign(**{STANDING: NEW})
    before = ledger.by_key
    curves = {_curve_of(row) for row in ledger.rows} - {None}
    now = [row for row in rows_of(rows) if row_key(row) in before or _curve_of(row) not in curves]
    made = [_beside(row, before.get(row_key(row)), policy, kept) for row in now]
    by_key: dict[tuple[str, ...], list[Row]] = {}
    for row in made:
        by_key.setdefault((*row_key(row, without_cohort=True), str(row["sites"])), []).append(row)
    for alike in by_key.values():
        _sum_of_repeated(alike, policy, confidence)
    counted = [str(name) for name in rows if str(name).startswith("n_")]
    return as_table(made, rows.iloc[: len(made)].assign(**{STANDING: ""}), counted).reset_index(drop=True)


def _beside(row: Row, before: Mapping[str, Any] | None, policy: Policy, kept: Collection[Picture]) -> Row:
    is_kept = bool(kept) and row.get("measure") in _TOLD_TOGETHER and _picture(row) in kept
    if before is None:
        return {**(_withheld(row) if is_kept else row), STANDING: NEW}
    repeated = {name: _repeated(name, value, before) for name, value in row.items()}
    if is_of_curve(row):
        return {**repeated, STANDING: AS_RELEASED}
    change = _change(row, before)
    if not any(change.values()):
        return {**row, **_figures_repeated(row, before), STANDING: AS_RELEASED}
    if _may_be_told(change, row, policy) and not is_kept:
        return {**row, STANDING: REVISED}
    return {**repeated, STANDING: AS_RELEASED}


def _curve_of(row: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The curve that a row is a step of, or says the height of; None for other rows."""
    if not is_of_curve(row):
        return None
    names = ("measure", "condition", "population", "scale", "window", "rule_version", QUARTERS, SITES)
    return tuple(str(row.get(name) or "") for name in names)


def _picture(row: Mapping[str, Any]) -> Picture:
    return str(row.get("condition")), cohort_of(row)


def _change(row: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, int]:
    return _less(counts_shown(row), counts_shown(before))


def _may_be_told(change: Mapping[str, int], row: Mapping[str, Any], policy: Policy) -> bool:
    return tells_little(change, _columns(row), policy, is_over_time=True)


def _withheld(row: Row) -> Row:
    """A row that was never released, of a cohort that is told as it was: its counts would be those of today."""
    none: Row = dict.fromkeys(counts_shown(row), HIDDEN)
    if "suppressed" in row:
        none |= without_figures(row)
    return {**row, **none}


def _figures_repeated(row: Row, before: Mapping[str, Any]) -> Row:
    """Figures as they were released: with the counts unchanged, a new one would tell of a single changed score."""
    if row.get("suppressed") or all(before.get(name) is None for name in FIGURES):
        return {}
    told = {name: before.get(name) for name in (*FIGURES, *VERDICTS, "note") if name in row}
    return {name: (math.nan if name in FIGURES else "") if was is None else was for name, was in told.items()}


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
        return {**kept, **without_figures(row)}
    part, whole = share.sums(sums)
    lower, upper = wilson_interval([part], [whole], confidence)
    return {**kept, "estimate": part / whole, "lower": float(lower[0]), "upper": float(upper[0])}
