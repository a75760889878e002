"""What checks of the data found, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, count, is_hidden, is_known, listed, percent, total
from pipelines.words.statement import Context, Statement

Row = Mapping[Any, Any]

_SITES_NAMED = 3
_SITES_TO_COMPARE = 2


def quality_summary(checks: pd.DataFrame) -> str:
    """How many checks fail, new or existing, and how many pass; of a table with one row for each check."""
    verdicts = checks["verdict"].value_counts()
    failed = checks[checks["verdict"] == "failed"]
    statuses = [
        f"{number} {status}" for status in ("new", "existing") if (number := int((failed["status"] == status).sum()))
    ]
    parts = [
        say("quality.failed", n=count(len(failed)), statuses=", ".join(statuses))
        if len(failed)
        else say("quality.none_failed")
    ]
    parts += [
        say(f"quality.{verdict}", n=count(verdicts[verdict]))
        for verdict in ("passed_with_violations", "passed", "nothing_to_check")
        if verdicts.get(verdict, 0)
    ]
    if n_resolved := int((checks["status"] == "resolved").sum()):
        parts.append(say("quality.resolved", n=count(n_resolved)))
    return say("quality.lead", n_checks=count(len(checks)), parts="; ".join(parts))


def quality_statement(checks: pd.DataFrame, comparison: str, has_before: bool) -> Statement:
    """What is new since the snapshot before, or that nothing is.

    Args:
        checks: one row for each check.
        comparison: from `comparison_words`.
        has_before: whether there is a snapshot to compare with.
    """
    failed = checks[checks["verdict"] == "failed"]
    n_new, n_existing = (int((failed["status"] == status).sum()) for status in ("new", "existing"))
    kind, n = ("new" if has_before else "first", n_new) if n_new else ("existing", n_existing)
    finding = say("quality.nothing_fails")
    if n:
        finding = say(f"quality.{kind}_one") if n == 1 else say(f"quality.{kind}_many", n=count(n))
    n_resolved = int((checks["status"] == "resolved").sum())
    basis = say(
        "quality.basis",
        n_passed=count(checks["verdict"].str.startswith("passed").sum()),
        n_checks=count(len(checks)),
        also=say("quality.also_existing", n=count(n_existing)) if n_new and n_existing else "",
        resolved=say("quality.also_resolved", n=count(n_resolved)) if n_resolved else "",
    )
    return Statement(finding, basis, comparison)


def worst_sites(check: str, by_site: pd.DataFrame, fewest: int) -> str:
    """Where the share of a check's violations is highest, so that somebody knows whom to ask.

    Empty where there are no two sites to compare.

    Args:
        check: its id.
        by_site: one row for each check and site.
        fewest: sites with fewer checked are passed over.
    """
    rows = by_site[(by_site["check"] == check) & (by_site["n_checked"] >= fewest) & ~by_site["suppressed"]]
    rows = rows[rows["site"] != "not recorded"]
    if len(rows) < _SITES_TO_COMPARE:
        return ""
    rows = rows[rows["n_violated"] > 0].sort_values("estimate", ascending=False, kind="stable").head(_SITES_NAMED)
    sites = [
        say(
            "quality.worst_site",
            site=str(row["site"]),
            n_violated=count(row["n_violated"]),
            n_checked=count(row["n_checked"]),
        )
        for row in rows.to_dict("records")
    ]
    return say("quality.worst", sites=listed(sites)) if sites else ""


def category_words(checks: pd.DataFrame) -> str:
    """How many of a category's checks fail."""
    n_failed = int((checks["verdict"] == "failed").sum())
    if n_failed:
        return say("quality.category_failed", n=count(n_failed), n_checks=count(len(checks)))
    return say("quality.category_passed", n_checks=count(len(checks)))


def counts_words(row: Row) -> str:
    """`57 of 23,290 rows`; where a policy hides how many, of how many."""
    checked = {"n_checked": count(row["n_checked"]), "counts": str(row["counts"])}
    if is_hidden(row["n_violated"]):
        return say("quality.row_counts_hidden", **checked)
    return say("quality.row_counts", n_violated=count(row["n_violated"]), **checked)


def allowed_share(row: Row) -> str:
    """`5 %`, or `none`."""
    return percent(row["allowed"]) if row["allowed"] else say("quality.allowed_none")


def why_words(row: Row) -> str:
    """Why a check is asked."""
    return say("quality.why", why=str(row["why"]))


def imports_statement(imports: pd.DataFrame) -> Statement:
    """How many of the tracked rows are in quarantine.

    Args:
        imports: from `Published.imports`.
    """
    n_quarantined = total(imports["n_quarantined"])
    n_tracked = total(imports["n_landed"]) - total(imports["n_not_tracked"])
    if not n_quarantined:
        return Statement(say("quality.imports_none", n_tracked=count(n_tracked)))
    return Statement(
        say(
            "quality.imports_statement",
            n_tracked=count(n_tracked),
            n_quarantined=count(n_quarantined),
            share=percent(n_quarantined / n_tracked),
        ),
        more=say("quality.imports_cure"),
    )


def imports_numbers(imports: pd.DataFrame) -> pd.DataFrame:
    """Where the rows of each import ended; the four places add up to the rows landed."""
    return pd.DataFrame(
        [
            {
                "Import": f"{row['position']}. {row['source']}",
                "Table": str(row["table_name"]),
                "Data through": str(row["data_through"])[:10] if not pd.isna(row["data_through"]) else "not given",
                "Rows landed": count(row["n_landed"]),
                "Accepted": count(row["n_accepted"]),
                "Duplicate": count(row["n_duplicate"]),
                "Quarantined": count(row["n_quarantined"]),
                "Not tracked": count(row["n_not_tracked"]),
                "Batch": str(row["batch"])[:12],
            }
            for row in imports.to_dict("records")
        ]
    )


def follow_up_hover(row: Row, context: Context) -> str:
    """One site and quarter as a sentence."""
    return say(
        "quality.follow_up_hover",
        site=str(row["site"]),
        quarter=str(row["quarter"]),
        n_observed=count(row["n_observed"]),
        n_due=count(row["n_due"]),
        courses=f"{context.word(str(row['condition']))} courses",
        estimate=percent(row["estimate"]),
    )


def follow_up_alt(by_site: pd.DataFrame, condition: str, context: Context) -> str:
    """What the grid of sites and quarters shows.

    Args:
        by_site: `follow_up_completeness` by site, for one condition.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    due = least_complete_first(by_site)
    if due.empty:
        return say("quality.follow_up_nobody", label=context.label(condition))
    first, last = due.iloc[0], due.iloc[-1]
    return say(
        "quality.follow_up_alt",
        label=context.label(condition),
        lowest=percent(first["estimate"]),
        first=str(first["site"]),
        highest=percent(last["estimate"]),
        last=str(last["site"]),
    )


def least_complete_first(by_site: pd.DataFrame) -> pd.DataFrame:
    """Sites with somebody due, the least complete first."""
    return by_site[by_site["n_due"] > 0].sort_values(["estimate", "site"], kind="stable")


def finding_words(row: Row) -> str:
    """The question of a check, what of the data does not hold, and how much is allowed."""
    return say(
        "quality.finding",
        question=row["question"],
        n_violated=count(row["n_violated"]),
        n_checked=count(row["n_checked"]),
        counts=row["counts"],
        share=share_words(row),
        allowed=allowed_words(row),
    )


def share_words(row: Row) -> str:
    """The share violated in per cent, with as many decimals as tell it from the share allowed; blank if unknown."""
    if not is_known(row["estimate"]):
        return HIDDEN if row["suppressed"] else ""
    words = percent(row["estimate"])
    for decimals in range(1, 7):
        if row["verdict"] != "failed" or float(words.removesuffix(" %")) > 100 * row["allowed"]:
            break
        words = f"{100 * row['estimate']:.{decimals}f} %"
    return words


def allowed_words(row: Row) -> str:
    """The share allowed."""
    if row["allowed"] == 0:
        return say("quality.none_allowed")
    return say("quality.allowed", share=percent(row["allowed"]))


def urgent_first(checks: pd.DataFrame) -> list[Row]:
    """The checks that fail, the new ones first."""
    failed = checks[checks["verdict"] == "failed"].to_dict("records")
    return sorted(failed, key=lambda row: row["status"] != "new")


def comparison_words(earlier_id: str | None, built: str | None, is_readable: bool) -> str:
    """With which snapshot the checks are compared."""
    if earlier_id is not None and is_readable:
        return say("quality.snapshot_before", snapshot=earlier_id, built=str(built))
    return say("quality.no_snapshot_before" if earlier_id is None else "quality.snapshot_before_unreadable")
