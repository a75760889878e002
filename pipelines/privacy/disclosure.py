"""Small numbers: a result table as a policy lets it be seen. One function for every measure, driven by its columns.

Row by row: it does not look at what other rows, other tables or other filters tell, and so is not proof against
subtraction. Only steps of a curve and bands of a step, which are nothing without each other, are looked at together
(`disclosed_steps`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from pipelines.definitions.disclosure import HIDDEN, Policy
from pipelines.privacy.basis import NOT_OF_PEOPLE, OWN, Share, rests_on, share_of
from pipelines.privacy.disclosed_notes import disclosed_note
from pipelines.privacy.disclosed_steps import STEP_COUNTS, joint_refusals
from pipelines.privacy.nesting import remainders
from pipelines.statistics.proportions import wilson_interval

FIGURES = ("estimate", "lower", "upper", "chi_square", "p_value", "p_value_adjusted", "rate", "rate_before")
VERDICTS = ("verdict", "signal")
WILSON = "Wilson score"
LET_IN_FIRST = ("n_started", "n_observed", "n_missed")
"""The counts that readers ask for first; of two that would give a third away, the other is hidden."""
_KEEPS_ITS_VERDICT = "quality"
"""That a check of the data fails is no number of people."""


class Seen(NamedTuple):
    """What may be seen of a row.

    Attributes:
        counts: the columns whose counts are shown.
        has_figures: whether its estimate, interval and tests are.
    """

    counts: frozenset[str]
    has_figures: bool


def disclosed(table: pd.DataFrame, policy: Policy, confidence: float) -> pd.DataFrame:
    """A result table under a policy: hidden counts are `HIDDEN`, the figures that rest on them empty.

    A count is hidden if the policy says so, or if another shown count less it leaves one that is hidden. A figure is
    hidden if a count that it rests on is, or what is left of its whole; then `suppressed` is true and the note says
    what and why. Counts that a figure does not rest on, such as those pending, are hidden without it. Shares of
    rounded counts are made anew from these.

    Args:
        table: any table with counts `n_...`; where it has no column `suppressed`, there are no figures to hide.
        policy: what is hidden.
        confidence: of the intervals.
    """
    if policy.hides_nothing or table.empty:
        return table
    refused = joint_refusals(table, policy)
    counted = [str(name) for name in table if str(name).startswith("n_") and name not in NOT_OF_PEOPLE]
    rows = [
        _disclosed_row({str(name): value for name, value in row.items()}, counted, policy, confidence, is_refused)
        for row, is_refused in zip(table.to_dict("records"), refused, strict=True)
    ]
    return as_table(rows, table, counted)


def as_table(rows: Sequence[Mapping[str, Any]], table: pd.DataFrame, counted: Collection[str]) -> pd.DataFrame:
    """Rows made from those of a table, with its columns, index and kinds of values."""
    made = pd.DataFrame(rows, columns=table.columns, index=table.index)
    for name in made:
        # A column with hidden counts holds these and whole numbers side by side; one that a row never had is NA.
        is_kept = name not in counted or not any(isinstance(row[str(name)], float) for row in rows)
        made[name] = (
            made[name].astype(table[name].dtype)
            if is_kept
            else pd.Series([row[str(name)] for row in rows], index=table.index, dtype=object)
        )
    return made


def _disclosed_row(
    row: dict[str, Any], counted: list[str], policy: Policy, confidence: float, is_refused: bool
) -> dict[str, Any]:
    """Args: is_refused: whether the figures may not be seen for the sake of other rows that they stand among."""
    counts = {name: int(row[name]) for name in counted if not pd.isna(row[name])}
    if not counts or row.get("population") == "published":
        return row
    share = share_of_row(row, counts)
    seen = _seen(
        _Asked(tuple(counts.items()), share, rests_on(str(row.get("statistic", "")), counts), is_refused), policy
    )
    return row_as_seen(row, counts, seen, policy, confidence)


def share_of_row(row: Mapping[str, Any], counts: Mapping[str, int]) -> Share | None:
    """What the estimate of a row is made of; None where it is no share of two counts."""
    return share_of(str(row.get("measure", "")), str(row.get("statistic", "")), str(row.get("outcome", "")), counts)


def row_as_seen(
    row: Mapping[str, Any], counts: Mapping[str, int], seen: Seen, policy: Policy, confidence: float
) -> dict[str, Any]:
    """A row of which so much is seen: other counts `HIDDEN`, figures empty or of rounded counts, and a note."""
    share = share_of_row(row, counts)
    told = {name: policy.rounded(n) if name in seen.counts else HIDDEN for name, n in counts.items()}
    made: dict[str, Any] = {**row, **told}
    is_touched = len(seen.counts) < len(counts)
    why = f"hidden under the {policy.name} policy: {policy.hides}"
    is_withheld = "suppressed" in row and not seen.has_figures
    if is_withheld:
        made |= {name: math.nan for name in FIGURES if name in row}
        made |= {name: "" for name in VERDICTS if name in row and row["measure"] != _KEEPS_ITS_VERDICT}
        made["suppressed"] = True
    elif "suppressed" in row and policy.rounded_to > 1:
        made |= figures_of_shown(made, share, confidence)
    if "note" in row:
        reason = why if is_withheld else f"some counts {why}" if is_touched else ""
        note = disclosed_note(str(row["note"]), policy, is_touched, is_withheld)
        made["note"] = "; ".join(text for text in (note, reason) if text)
    return made


class _Asked(NamedTuple):
    """All that decides what is seen of a row; many rows of a table are alike in it."""

    counts: tuple[tuple[str, int], ...]
    share: Share | None
    rests_on: tuple[str, ...]
    is_refused: bool


@lru_cache(maxsize=20_000)
def _seen(asked: _Asked, policy: Policy) -> Seen:
    """Counts are let in one by one, those that the figures rest on first, as long as nothing small follows."""
    counts, columns = dict(asked.counts), frozenset(name for name, _ in asked.counts)
    basis = (*asked.share.part, *asked.share.whole) if asked.share else asked.rests_on

    def is_safe(shown: Mapping[str, int]) -> bool:
        small = (policy.is_small(remainder) for remainder in remainders(shown, columns))
        return not any(map(policy.is_hidden, shown.values())) and not any(small)

    first = {name: counts[name] for name in basis}
    is_share_safe = asked.share is None or is_safe_share(asked.share, counts, policy)
    has_figures = not asked.is_refused and is_share_safe and is_safe(first)
    shown = first if has_figures else {}
    for name, value in sorted(counts.items(), key=lambda counted: counted[0] not in LET_IN_FIRST):
        is_own = name in OWN or (asked.is_refused and name in STEP_COUNTS)
        if name not in shown and (has_figures or not is_own) and is_safe({**shown, name: value}):
            shown = {**shown, name: value}
    return Seen(frozenset(shown), has_figures)


def without_figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in place of the figures and verdicts of a row that is withheld."""
    none: dict[str, Any] = {name: math.nan for name in FIGURES if name in row}
    return {**none, **{name: "" for name in VERDICTS if name in row}, "suppressed": True}


def is_safe_share(share: Share, counts: Mapping[str, int], policy: Policy) -> bool:
    """Whether a share may be told: its part, its whole, and what is left of that."""
    part, whole = share.sums(counts)
    return not policy.is_hidden(part) and not policy.is_hidden(whole) and not policy.is_small(whole - part)


def figures_of_shown(row: Mapping[str, Any], share: Share | None, confidence: float) -> dict[str, float]:
    """The figures of a row as its shown counts give them: shares of these, all other fractions to whole per cent.

    With all its digits a fraction tells the numbers that it was made of. A median is a time and no fraction.
    """
    if str(row.get("statistic", "")).startswith("median"):
        return {}
    if share is None or pd.isna(row["estimate"]):
        coarse = {name: row[name] for name in FIGURES if name in row and not pd.isna(row[name])}
        return {
            name: round(value, 2) if abs(value) <= 1 and not name.startswith("p_") else value
            for name, value in coarse.items()
        }
    part, whole = share.sums(row)
    estimate, made = part / whole, {"estimate": part / whole}
    if row["method"] == WILSON:
        lower, upper = wilson_interval([part], [whole], confidence)
        return {**made, "lower": float(lower[0]), "upper": float(upper[0])}
    if pd.isna(row["lower"]):
        return made
    return {**made, "lower": min(round(row["lower"], 2), estimate), "upper": max(round(row["upper"], 2), estimate)}
