"""A share of courses that met a rule in a window, as the statistics that every such rate comes with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.results.maturity import MATURITY_COUNTS, maturity_note
from pipelines.results.missing_follow_up import LostRows
from pipelines.results.tables import clustering_note, few_note, joined_notes, records, result_table
from pipelines.results.window_counts import SHOWN_COUNTS
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published

WILSON = "Wilson score"


def rate_table(
    published: Published,
    counts: pd.DataFrame,
    beside: Mapping[str, pd.DataFrame],
    by: Sequence[str],
    measure: str,
    met: str,
    lost_rows: LostRows,
) -> pd.DataFrame:
    """The statistics of a rate for each row of counts, as a result table; see `rate_rows`.

    Args:
        met: what `n_met` is called in the table, such as `n_responded`.
        lost_rows: what is said of those lost beside the bounds.
    """
    rows = rate_rows(published, counts, beside, by, lost_rows)
    return _as_table(rows, by, measure, met)


def bounds_table(published: Published, counts: pd.DataFrame, by: Sequence[str], measure: str, met: str) -> pd.DataFrame:
    """The observed rate and what those who missed the window could make of it: the first statistics of `rate_rows`.

    Args:
        met: as for `rate_table`.
    """
    rows = [row for record in records(counts) for row in _statistics(published, _noted(published, record))]
    return _as_table(rows, by, measure, met)


def rate_rows(
    published: Published,
    counts: pd.DataFrame,
    beside: Mapping[str, pd.DataFrame],
    by: Sequence[str],
    lost_rows: LostRows,
) -> list[dict[str, Any]]:
    """The statistics of a rate for each row of counts.

    `observed` (Wilson interval), `missing_as_nonresponse` (those who missed the window counted as not meeting the
    rule, Wilson), `bound_lower` and `bound_upper` (all who missed it not meeting the rule, or all meeting it), then
    what `lost_rows` says of them. For a window that is counted from the end of induction also
    `observed_on_maintenance` and `observed_without_maintenance`, which part the observed courses by whether an infusion
    came between induction and the score; courses without infusion rows are in neither. Pending and unanchored courses
    enter none of them. Last the observed rate of other counts beside, such as `observed_any_baseline`, the same without
    the entry cut.

    Args:
        counts: from `window_counts`.
        beside: other counts of the same conditions and groups, by the name of their statistic.
    """
    others = {name: {group_values(record, by): record for record in records(table)} for name, table in beside.items()}
    rows: list[dict[str, Any]] = []
    for record in records(counts):
        noted = _noted(published, record)
        rows += [*_statistics(published, noted), *lost_rows(noted), *_by_whether_on_maintenance(published, record)]
        for name, by_key in others.items():
            if (other := by_key.get(group_values(record, by))) is not None:
                (observed, *_) = _statistics(published, _noted(published, other))
                rows.append({**observed, "statistic": name})
    return rows


def _as_table(rows: Sequence[Mapping[str, Any]], by: Sequence[str], measure: str, met: str) -> pd.DataFrame:
    renamed = [{**row, "measure": measure, met: row["n_met"]} for row in rows]
    return result_table(renamed, by, [*SHOWN_COUNTS, met])


def group_values(record: Mapping[str, Any], by: Sequence[str]) -> tuple[Any, ...]:
    """Of which condition and group a row is."""
    return tuple(record[name] for name in ("condition", *by))


def _noted(published: Published, record: dict[str, Any]) -> dict[str, Any]:
    """The record with all that its rates have to say beside their numbers."""
    note = joined_notes(
        str(record["note"]),
        few_note(int(record["n_observed"]), published.definitions),
        maturity_note(*(int(record[name]) for name in MATURITY_COUNTS)),
        clustering_note(str(record["population"])),
    )
    return {**record, "note": note}


def _statistics(published: Published, record: dict[str, Any]) -> list[dict[str, Any]]:
    n_met, n_observed, n_missed = (int(record[name]) for name in ("n_met", "n_observed", "n_missed"))
    n_due = n_observed + n_missed
    return [
        {**record, "statistic": "observed", **_wilson(published, n_met, n_observed)},
        {**record, "statistic": "missing_as_nonresponse", **_wilson(published, n_met, n_due)},
        {
            **record,
            "statistic": "bound_lower",
            "estimate": fraction(n_met, n_due),
            "method": "all missed not met",
        },
        {
            **record,
            "statistic": "bound_upper",
            "estimate": fraction(n_met + n_missed, n_due),
            "method": "all missed met",
        },
    ]


def _by_whether_on_maintenance(published: Published, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The observed rate parted; nothing for a window that is not counted from the end of induction."""
    if published.definitions.outcomes.windows[str(record["window"])].anchor != "last_induction_infusion":
        return []
    return [_by_maintenance(published, record, part) for part in ("on_maintenance", "without_maintenance")]


def _by_maintenance(published: Published, record: dict[str, Any], part: str) -> dict[str, Any]:
    """The rate among the observed courses on maintenance, or without; who was lost cannot be told apart."""
    n, n_met = int(record[f"n_{part}"]), int(record[f"n_met_{part}"])
    n_not_known = int(record["n_observed"]) - int(record["n_on_maintenance"]) - int(record["n_without_maintenance"])
    return {
        **{name: value for name, value in record.items() if not name.startswith("n_")},
        "n_started": record["n_started"],
        "n_in_population": record["n_in_population"],
        "n_observed": n,
        "n_met": n_met,
        "statistic": f"observed_{part}",
        **_wilson(published, n_met, n),
        "note": joined_notes(
            few_note(n, published.definitions),
            f"{n_not_known:,} without infusion rows are in neither" if n_not_known else "",
            clustering_note(str(record["population"])),
        ),
    }


def _wilson(published: Published, n_met: int, n: int) -> dict[str, Any]:
    lower, upper = wilson_interval([n_met], [n], published.definitions.outcomes.interval.confidence)
    return {"estimate": fraction(n_met, n), "lower": lower[0], "upper": upper[0], "method": WILSON}


def fraction(part: int, whole: int) -> float | None:
    """Part of whole; None where there is no whole."""
    return part / whole if whole else None
