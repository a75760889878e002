"""Completeness of follow-up in words: which site, quarter or group lost far more than the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.missing_follow_up import completeness_statement
from pipelines.words.numbers import capitalised, count, is_known, listed, percent, percent_bounds
from pipelines.words.rates import group_label
from pipelines.words.response import window_label
from pipelines.words.selection import attribute_words
from pipelines.words.statement import Context, Row, Statement

FAR_BELOW = "far below the others"


def completeness_by_statement(
    rows: pd.DataFrame, whole: pd.DataFrame, condition: str, group: str, context: Context
) -> Statement:
    """Where far fewer were followed up than elsewhere; of a single group, how many were.

    Args:
        rows: `follow_up_completeness` of one condition by the group.
        whole: the same of the condition as a whole.
        condition: its id; the tables are empty when the selection holds none of it.
        group: what the rows are parted by.
        context: definitions, data-through date, selection.
    """
    lead, courses = context.label(condition), context.courses(condition)
    if whole.empty or rows.empty:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    all_of_it: Row = whole.to_dict("records")[0]
    if all_of_it["suppressed"]:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    if not all_of_it["n_due"]:
        return Statement(say("lost.none_due", courses=courses), more=context.widen, lead=lead)
    if rows[group].nunique() == 1:
        return replace(completeness_statement(whole, condition, context), lead=lead)
    shown = [row for row in rows.to_dict("records") if is_complete_shown(row, context)]
    far = [group_label(group, str(row[group]), context) for row in shown if FAR_BELOW in str(row["note"])]
    complete = context.definitions.outcomes.display.complete_enough_fraction
    n_low = sum(row["n_observed"] < complete * row["n_due"] for row in shown)
    basis = say(
        "followed_up.basis",
        estimate=percent(all_of_it["estimate"]),
        n_observed=count(all_of_it["n_observed"]),
        n_due=count(all_of_it["n_due"]),
        window=window_label(all_of_it, context),
    )
    more = say(
        "followed_up.low", n=count(n_low), n_all=count(len(shown)), complete=percent(complete), group=levels_of(group)
    )
    if far:
        return Statement(say("followed_up.far", names=listed(far)), basis, more if n_low else "", lead)
    finding = say("followed_up.alike", group=attribute_words(group))
    return Statement(finding, basis, more if n_low else "", lead)


def levels_of(group: str) -> str:
    """`sites`, `quarters`, or `levels of age band`."""
    words = attribute_words(group)
    return f"{words}s" if group in ("site", "quarter", "route") else say("followed_up.levels", group=words)


def is_complete_shown(row: Row, context: Context) -> bool:
    """Whether a share followed up may and can be drawn: not withheld, and enough due."""
    return bool(not row["suppressed"] and is_known(row["estimate"]) and row["n_due"] >= context.fewest)


def beside_completeness(row: Row, context: Context) -> tuple[str, str, str]:
    """The share, its interval and what it rests on; where there is none, only why not."""
    if row["suppressed"]:
        return "", "", say("rates.row_withheld")
    if not is_complete_shown(row, context):
        return "", "", say("followed_up.few", n_due=count(row["n_due"]))
    lower, upper = percent_bounds(row["lower"], row["upper"])
    rests_on = say("followed_up.row", n_observed=count(row["n_observed"]), n_due=count(row["n_due"]))
    if row["n_pending"]:
        rests_on = say("rates.row_pending", text=rests_on, n_pending=count(row["n_pending"]))
    return percent(row["estimate"]), f"{lower} to {upper}", rests_on


def brief_completeness(row: Row, context: Context) -> tuple[str, str, str]:
    """The same beside a long name: the interval is drawn, and said at the mark."""
    estimate, _, rests_on = beside_completeness(row, context)
    if not estimate:
        return "", "", rests_on
    return estimate, "", say("rates.row", n_met=count(row["n_observed"]), n_observed=count(row["n_due"]))


def completeness_hover(row: Row, name: str, context: Context) -> str:
    """One share as a sentence."""
    if not is_complete_shown(row, context):
        return say("followed_up.hover_few", name=name, n_due=count(row["n_due"]))
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return say(
        "followed_up.hover",
        name=name,
        estimate=percent(row["estimate"]),
        confidence=context.confidence,
        lower=lower,
        upper=upper,
        n_observed=count(row["n_observed"]),
        n_due=count(row["n_due"]),
        far=say("followed_up.hover_far") if FAR_BELOW in str(row["note"]) else "",
    )


def completeness_alt(statement: Statement, names: Sequence[str], rows: Sequence[Row], context: Context) -> str:
    """What the figure shows."""
    shares = [
        say("followed_up.alt_one", name=name, estimate=percent(row["estimate"]), n_due=count(row["n_due"]))
        for name, row in zip(names, rows, strict=True)
        if is_complete_shown(row, context)
    ]
    return f"{statement.text} {'; '.join(shares)}.".strip()


def windows_completeness(
    tables: Mapping[str, pd.DataFrame], condition: str, context: Context
) -> tuple[list[str], list[Row]]:
    """The windows' names and the share followed up in each, for one condition.

    Args:
        tables: `follow_up_completeness` by the window's name.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    found: dict[str, Row] = {}
    for name, table in tables.items():
        own = table[table["condition"] == condition].to_dict("records")
        if own:
            found[capitalised(context.definitions.outcomes.windows[name].label)] = own[0]
    return list(found), list(found.values())


def completeness_legend(context: Context) -> str:
    """What the marks mean."""
    return say("followed_up.legend", confidence=context.confidence, fewest=count(context.fewest))
