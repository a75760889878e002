"""What checks of the data found, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known, percent

Row = Mapping[Any, Any]


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
        return ""
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
