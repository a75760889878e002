"""Reliable change: more than the scale's error of measurement, for better or worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.missing_follow_up import no_lost_rows
from pipelines.results.rates import group_values, rate_rows
from pipelines.results.response import without_entry_cut
from pipelines.results.rules import RELIABLE_IMPROVEMENT, RELIABLE_WORSENING, offering_scales
from pipelines.results.tables import joined_notes, records, result_table
from pipelines.results.window_counts import SHOWN_COUNTS, window_counts

if TYPE_CHECKING:
    from pipelines.published import Published

NONE_CITED = "no scale here has a cited reliable change"
CHANGES = ("reliably_improved", "no_reliable_change", "reliably_worsened", "any_worsening")


def reliable_changes(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Shares of the observed courses by `change`: `reliably_improved`, `no_reliable_change`, `reliably_worsened`.

    Beside them `any_worsening`, a score above the baseline by however little. Only on scales whose definition holds a
    cited value, which the note names with its points; where there is none, one row says so. Statistics as in
    `rate_rows`, but the missing are counted as nonresponse only for `reliably_improved`: for the others that would
    flatter. Reference: Jacobson & Truax 1991, J Consult Clin Psychol 59:12.
    """
    beside = without_entry_cut(published, filters)
    own = _counts(published, filters, by)
    any_baseline = _counts(published, beside, by) if beside else {}
    rows = [
        {**row, "measure": "reliable-change", "change": change, "n_with_change": row["n_met"]}
        for change in CHANGES
        for row in rate_rows(published, own[change], _beside(any_baseline, change), by, no_lost_rows)
        if _is_said(change, row)
    ]
    order = {group_values(record, by): position for position, record in enumerate(records(own[CHANGES[0]]))}
    rows.sort(key=lambda row: order[group_values(row, by)])
    return result_table(rows, [*by, "change"], [*SHOWN_COUNTS, "n_with_change"])


def _beside(any_baseline: dict[str, pd.DataFrame], change: str) -> dict[str, pd.DataFrame]:
    return {"observed_any_baseline": any_baseline[change]} if any_baseline else {}


def _is_said(change: str, row: dict[str, Any]) -> bool:
    statistic = str(row["statistic"])
    if str(row["note"]).startswith(NONE_CITED):
        return (change, statistic) == (CHANGES[0], "observed")
    if statistic == "missing_as_nonresponse":
        return change == "reliably_improved"
    return change != "any_worsening" or not statistic.endswith("maintenance")


def _counts(published: Published, filters: Filters, by: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Window counts with `n_met` for each change. Both rules are judged on the same courses, in the same order."""
    improved = window_counts(published, filters, by, lambda _condition: RELIABLE_IMPROVEMENT)
    if improved.empty:
        return dict.fromkeys(CHANGES, improved)
    improved["rule_version"] = improved["rule_version"].str.replace(RELIABLE_IMPROVEMENT, "reliable change", n=1)
    improved["note"] = [_with_citations(published, record["note"]) for record in records(improved)]
    worsened = window_counts(published, filters, by, lambda _condition: RELIABLE_WORSENING)
    parts = {
        "n_met": "n_observed",
        "n_met_on_maintenance": "n_on_maintenance",
        "n_met_without_maintenance": "n_without_maintenance",
    }
    return {
        "reliably_improved": improved,
        "no_reliable_change": improved.assign(
            **{met: improved[whole] - improved[met] - worsened[met] for met, whole in parts.items()}
        ),
        "reliably_worsened": improved.assign(**{met: worsened[met] for met in parts}),
        "any_worsening": improved.assign(n_met=improved["n_worse"]),
    }


def _with_citations(published: Published, note: str) -> str:
    """The note of scales and their n, with the points of each and where they are from."""
    scales = published.definitions.scales
    cited = [
        f"{scale}: {scales[scale].reliable_points} points ({change.citation})"
        for scale in offering_scales(RELIABLE_IMPROVEMENT, published.definitions)
        if f"{scale}: " in note and (change := scales[scale].reliable_change) is not None
    ]
    return joined_notes(note, *cited) if cited else joined_notes(NONE_CITED, note)
