"""Data quality: what each check found, whether that is allowed, and what became of it since the snapshot before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd

from pipelines.errors import UsageError
from pipelines.filters import DIMENSIONS, Filters
from pipelines.results.tables import joined_notes, records, result_table

if TYPE_CHECKING:
    from pipelines.published import Published

Verdict = Literal["failed", "passed_with_violations", "passed", "nothing_to_check"]
Status = Literal["new", "existing", "resolved", "stable"]

VERDICTS: tuple[Verdict, ...] = ("failed", "passed_with_violations", "passed", "nothing_to_check")
STATUSES: tuple[Status, ...] = ("new", "existing", "resolved", "stable")
COLUMNS = ("check", "category", "subcategory", "question", "counts", "verdict", "status", "allowed", "why", "cure")
"""What a row has beside the columns of every result table."""


def verdict(n_violated: int, n_checked: int, allowed_fraction: float) -> Verdict:
    """Whether a check passes: at most the allowed fraction is violated."""
    if n_checked == 0:
        return "nothing_to_check"
    if n_violated == 0:
        return "passed"
    return "passed_with_violations" if n_violated <= allowed_fraction * n_checked else "failed"


def status(now: Verdict, then: Verdict | None) -> Status:
    """What became of a check since the snapshot before; None where that snapshot did not ask it.

    new: fails now, and did not then. existing: fails in both. resolved: failed then, no more. stable: fails in
    neither. The words are those of OHDSI Ares.
    """
    if now == "failed":
        return "existing" if then == "failed" else "new"
    return "resolved" if then == "failed" else "stable"


def quality_checks(
    published: Published, filters: Filters, by: Sequence[str] = (), earlier: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row for each check, or for each check and site: violated, checked, allowed, verdict and status.

    `estimate` is the violated fraction of what was checked; the note of a check of the quarantine counts the rules
    broken. Both snapshots are judged by the definitions of the
    present one, so that a change of status is a change of the data.

    Args:
        filters: only `site` narrows the checks.
        by: `site`, or nothing.
        earlier: check, site, n_violated, n_checked of the snapshot before (`published.earlier_quality`), if
            there is one.

    Raises:
        UsageError: a filter or group that checks are not counted by.
    """
    _refuse_other_dimensions(filters, by)
    quality = published.definitions.quality
    keys = ["check", *by]
    found = _summed(published.quality(filters), filters, keys)
    before = {} if earlier is None else _summed(earlier, filters, keys)
    order = {name: position for position, name in enumerate(quality.checks)}
    if not by:
        found = {(name,): (0, 0) for name in quality.checks} | found
    reasons = {} if filters.site or by else _reasons(published)
    rows = []
    for key in sorted(found, key=lambda key: (order[key[0]], *key[1:])):
        check = quality.checks[key[0]]
        n_violated, n_checked = found[key]
        now = verdict(n_violated, n_checked, check.allowed_fraction)
        then = verdict(*before[key], check.allowed_fraction) if key in before else None
        rows.append(
            {
                "measure": "quality",
                "statistic": "violated",
                "rule_version": f"quality {quality.version}",
                **dict(zip(keys, key, strict=True)),
                "category": check.category,
                "subcategory": check.subcategory or "",
                "question": check.in_words(check.question),
                "counts": check.in_words(check.counts),
                "verdict": now,
                "status": status(now, then),
                "allowed": check.allowed_fraction,
                "why": check.in_words(check.why),
                "cure": check.in_words(check.cure),
                "n_violated": n_violated,
                "n_checked": n_checked,
                "estimate": n_violated / n_checked if n_checked else None,
                "method": "count",
                "note": joined_notes(
                    now.replace("_", " ") if now in ("passed_with_violations", "nothing_to_check") else "",
                    reasons.get(key[0], ""),
                ),
            }
        )
    return result_table(rows, [*COLUMNS, *by], ["n_violated", "n_checked"])


def _reasons(published: Published) -> dict[str, str]:
    """For each check of the quarantine the rules that its rows broke, with their counts."""
    found = published.quarantined_rows()
    return {
        check: ", ".join(f"{rule}: {found[rule]:,}" for rule in rules if rule in found)
        for check, rules in published.definitions.quality.quarantine.items()
    }


def _summed(table: pd.DataFrame, filters: Filters, keys: list[str]) -> dict[tuple[str, ...], tuple[int, int]]:
    if filters.site:
        table = table[table["site"].isin(filters.site)]
    sums = table.groupby(keys, sort=False)[["n_violated", "n_checked"]].sum().reset_index()
    return {
        tuple(str(row[key]) for key in keys): (int(row["n_violated"]), int(row["n_checked"])) for row in records(sums)
    }


def _refuse_other_dimensions(filters: Filters, by: Sequence[str]) -> None:
    others = [name for name in DIMENSIONS if name != "site" and getattr(filters, name)]
    others += [name for name in (filters.attribute,) if name != "all"]
    others += [name for name in by if name != "site"]
    if others:
        raise UsageError(
            f"Data quality is counted by site alone, not by {' or '.join(dict.fromkeys(others))}. Leave it out."
        )
