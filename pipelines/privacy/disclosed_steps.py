"""Rows that tell of each other: steps of a curve, bands of a step, percentiles of few."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import pandas as pd

from pipelines.definitions.disclosure import Policy

CURVES = ("onset-curve", "durability-curve")
TIMES = ("day", "infusion")
STEP_COUNTS = ("n_at_risk", "n_in_band")
"""Counts of a single step or band, hidden with its figures."""
_BAND = ("band_position", "band")
_OWN_OF_ROW = (
    *("estimate", "lower", "upper", "chi_square", "p_value", "p_value_adjusted"),
    "method",
    "suppressed",
    "note",
)
_PERCENTILE = re.compile(r"percentile_(\d+)$")
_NO_EVENT = 1e-9

Rows = Sequence[dict[str, Any]]


def joint_refusals(table: pd.DataFrame, policy: Policy) -> list[bool]:
    """For each row, whether its figures are hidden for the sake of what they tell together with others.

    - A step of a curve is shown once more than the hidden count of events came since the last step shown, and as many
      have left those at risk, or nobody; what comes after the last one shown is more than that too, or nothing.
    - Of the bands of one step as many are hidden as it takes for the hidden ones together to hold more.
    - A percentile is shown if more courses than that lie beyond it.
    - A share beside what is expected of it, which does not tell its part, is shown as one that does.
    """
    measures = set(table["measure"]) if "measure" in table else set()
    refused = [False] * len(table)
    if measures & {*CURVES}:
        time = next(name for name in TIMES if name in table)
        groups = _grouped(table, (time,))
        found: Iterator[int] = chain.from_iterable(_hidden_steps(rows, policy) for rows in groups)
    elif "distribution" in measures:
        found = chain.from_iterable(_hidden_bands(rows, policy) for rows in _grouped(table, _BAND))
    elif "trajectory" in measures:
        found = _far_percentiles(table, policy)
    elif "plausibility" in set(table.get("statistic", ())):
        found = _shares_of_few(table, policy)
    else:
        return refused
    for position in found:
        refused[position] = True
    return refused


def _grouped(table: pd.DataFrame, apart: Sequence[str]) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """Rows that differ in nothing but what stands apart, with their places in the table."""
    keys = [str(name) for name in table if name not in (*apart, *_OWN_OF_ROW) and not str(name).startswith("n_")]
    rows = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    groups: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = {}
    for position, row in enumerate(rows):
        groups.setdefault(tuple(str(row[key]) for key in keys), []).append((position, row))
    yield from groups.values()


def _hidden_steps(rows: list[tuple[int, dict[str, Any]]], policy: Policy) -> Iterator[int]:
    """The places of the steps of one curve that are not shown."""
    time = next(name for name in TIMES if name in rows[0][1])
    ordered = sorted(rows, key=lambda placed: float(placed[1][time]))
    before = _start(ordered[0][1])
    shown: list[tuple[int, float]] = []
    n_events = 0.0
    last_at_risk: int | None = None
    for position, row in ordered:
        if pd.notna(row["estimate"]):
            n_events += _n_events(row, before)
            before = float(row["estimate"])
        at_risk = None if pd.isna(row["n_at_risk"]) else int(row["n_at_risk"])
        is_few = at_risk is not None and policy.is_hidden(at_risk)
        left = 0 if at_risk is None or last_at_risk is None else last_at_risk - at_risk
        if is_few or policy.is_small(left) or _is_few(n_events, policy):
            continue
        shown.append((position, n_events))
        n_events, last_at_risk = 0.0, at_risk
    if shown and _is_few(n_events, policy):
        shown.pop()
    seen = {position for position, _ in shown}
    yield from (position for position, _ in rows if position not in seen)


def _start(row: dict[str, Any]) -> float:
    """Where a curve begins: at none, or at all for those who still respond."""
    return 1.0 if row["measure"] == "durability-curve" and row["statistic"] == "interval_censored" else 0.0


def _n_events(row: dict[str, Any], before: float) -> float:
    """Of how many courses a step is, or is at least where the curve alone does not tell."""
    n = next((int(row[name]) for name in ("n_at_risk", "n_followed", "n_assessed") if pd.notna(row.get(name))), 0)
    share = abs(float(row["estimate"]) - before)
    # Kaplan-Meier: a step is the share of those left; with competing events the curve does not say how many those are.
    return n * share / (1 - before) if row["statistic"] == "recorded" and before < 1 else n * share


def _is_few(n_events: float, policy: Policy) -> bool:
    return policy.hidden_to is not None and _NO_EVENT < n_events < policy.hidden_to + 1 - _NO_EVENT


def _hidden_bands(rows: list[tuple[int, dict[str, Any]]], policy: Policy) -> Iterator[int]:
    """The places of the bands of one step that are not shown, the smallest first."""
    by_size = sorted(rows, key=lambda placed: int(placed[1]["n_in_band"]))
    hidden = [placed for placed in by_size if _is_hidden_band(placed[1], policy)]
    others = [placed for placed in by_size if placed not in hidden and placed[1]["n_in_band"] > 0]
    while hidden and others and (len(hidden) == 1 or policy.is_small(sum(int(row["n_in_band"]) for _, row in hidden))):
        hidden.append(others.pop(0))
    yield from (position for position, _ in hidden)


def _is_hidden_band(row: dict[str, Any], policy: Policy) -> bool:
    n, n_in_band = int(row["n_observed"]), int(row["n_in_band"])
    return policy.is_hidden(n_in_band) or policy.is_small(n - n_in_band)


def _far_percentiles(table: pd.DataFrame, policy: Policy) -> Iterator[int]:
    for position, row in enumerate(table.to_dict("records")):
        if match := _PERCENTILE.search(str(row["statistic"])):
            beyond = min(int(match[1]), 100 - int(match[1])) / 100 * int(row["n_observed"])
            if _is_few(beyond, policy):
                yield position


def _shares_of_few(table: pd.DataFrame, policy: Policy) -> Iterator[int]:
    for position, row in enumerate(table.to_dict("records")):
        if row["statistic"] == "plausibility" and 0 <= row["estimate"] <= 1:
            n = int(row["n_observed"])
            part = round(float(row["estimate"]) * n)
            if policy.is_hidden(part) or policy.is_small(n - part):
                yield position
