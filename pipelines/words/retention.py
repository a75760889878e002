"""Infusions received in induction, in words: how many came to which infusion, and why the others did not."""

from __future__ import annotations

import pandas as pd

from pipelines.words.catalogue import catalogue, say
from pipelines.words.numbers import count, is_known, out_of_hundred, percent, percent_bounds, total
from pipelines.words.statement import Context, Row, Statement

_HALF = 0.5
_OUTSIDE = ("pending", "not_recorded")


def retention_statement(retention: pd.DataFrame, condition: str, context: Context) -> Statement:
    """The last infusion that half of a condition's courses received, and why the others ended earlier.

    Args:
        retention: rows of `infusion_retention` for one condition and group.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    courses = context.courses(condition)
    received = _received(retention)
    if not received:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen)
    first = received[0]
    if first["suppressed"]:
        return Statement(say("basis.withheld", courses=courses))
    more = _left_out(retention)
    if not first["n_due"]:
        return Statement(say("retention.none_due", n_started=count(first["n_started"]), courses=courses), more=more)
    if first["n_due"] < context.fewest:
        few = say("retention.few", courses=courses, n=count(first["n_due"]), fewest=count(context.fewest))
        return Statement(few, more=more)
    shown = [row for row in received if row["estimate"] >= _HALF] or received[:1]
    row = shown[-1]
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return Statement(
        say(
            "retention.finding",
            received=out_of_hundred(row["estimate"]),
            courses=courses,
            infusions=_infusions(int(row["infusion"])),
        ),
        say(
            "retention.basis",
            confidence=context.confidence,
            lower=lower,
            upper=upper,
            n=count(row["n_of_due"]),
            n_due=count(row["n_due"]),
        ),
        " ".join(text for text in (_reasons(retention, int(row["infusion"])), more) if text),
    )


def _infusions(n: int) -> str:
    return say("retention.infusions", n=count(n)) if n > 1 else say("retention.infusions_one")


def retention_hover(row: Row, context: Context) -> str:
    """One mark as a sentence."""
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return say(
        "retention.hover",
        label=context.label(str(row["condition"])),
        estimate=percent(row["estimate"]),
        infusion=count(row["infusion"]),
        confidence=context.confidence,
        lower=lower,
        upper=upper,
        n=count(row["n_of_due"]),
        n_due=count(row["n_due"]),
    )


def retention_alt(retention: pd.DataFrame, condition: str, context: Context) -> str:
    """What the figure shows of one condition."""
    received = drawn_infusions(retention, context)
    if not received:
        return retention_statement(retention, condition, context).finding
    return say(
        "retention.alt",
        label=context.label(condition),
        first=percent(received[0]["estimate"]),
        last=percent(received[-1]["estimate"]),
        infusion=count(received[-1]["infusion"]),
    )


def drawn_infusions(retention: pd.DataFrame, context: Context) -> list[Row]:
    """The rows to draw: none where too few inductions are over."""
    return [
        row
        for row in _received(retention)
        if row["n_due"] >= context.fewest and is_known(row["estimate"]) and not row["suppressed"]
    ]


def _received(retention: pd.DataFrame) -> list[Row]:
    rows = retention[retention["statistic"] == "received"].sort_values("infusion")
    return list(rows.to_dict("records"))


def _reasons(retention: pd.DataFrame, infusion: int) -> str:
    """Why those ended who did not receive this infusion; the most frequent first."""
    rows = retention[(retention["infusion"] == infusion) & ~retention["statistic"].isin(["received", "pending"])]
    rows = rows[rows["n_of_due"].fillna(0) > 0].sort_values("n_of_due", ascending=False, kind="stable")
    if rows.empty:
        return ""
    reasons = [
        say("retention.ended", reason=reason_words(str(row["statistic"])), n=count(row["n_of_due"]))
        for row in rows.to_dict("records")
    ]
    return say("retention.reasons", n=count(total(rows["n_of_due"])), reasons=", ".join(reasons))


def reason_words(statistic: str) -> str:
    """`cost` for `ended_cost`; a reason without words of its own by its name."""
    return catalogue().get(f"retention.{statistic}", statistic.removeprefix("ended_").replace("_", " "))


def _left_out(retention: pd.DataFrame) -> str:
    first = retention[retention["infusion"] == retention["infusion"].min()]
    counts = {name: total(first.loc[first["statistic"] == name, "n_courses"]) for name in _OUTSIDE}
    return " ".join(say(f"retention.{name}", n=count(n)) for name, n in counts.items() if n)
