"""Onset of response in words: when half have responded, and how many starters had by a day."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipelines.filters import DIMENSIONS
from pipelines.words.catalogue import say
from pipelines.words.clocks import Clock
from pipelines.words.numbers import (
    HIDDEN,
    capitalised,
    count,
    is_hidden,
    is_known,
    largest,
    moment,
    out_of_hundred,
    percent,
    percent_bounds,
)
from pipelines.words.selection import level_words, route_words
from pipelines.words.statement import Context, Row, Statement, scale_words, scales_in, statistic
from pipelines.words.undrawn import Undrawn, undrawn

_HOURS_TOLD_APART = 24
_TOLD_APART_AT_MOST = 4


def recall_warning(row: Row, context: Context) -> str:
    """That a scale asking about more than a day cannot tell hours; empty if all of them can."""
    scales = [context.definitions.scales[scale] for scale in scales_in(str(row["note"]))]
    words = [scale.recall_words for scale in scales if scale.recall_hours > _HOURS_TOLD_APART]
    return say("onset.recall", recall="; ".join(words)) if words else ""


DAYS = Clock(
    column="day",
    section="onset",
    time=moment,
    lower=moment,
    lower_for_short=lambda days: moment(days) if days > 0 else "the first infusion",
    upper=moment,
    is_upper_enough=lambda row: bool(row["lower"] <= 0),
    the_last=say("onset.last"),
    caution=recall_warning,
)


def onset_statement(times: pd.DataFrame, condition: str, context: Context, clock: Clock = DAYS) -> Statement:
    """When half of a condition's courses have responded, or why nobody can say.

    Args:
        times: rows of `onset_times` for one condition and group.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
        clock: what the times are counted in.
    """
    failure, row = _median_or_why_not(times, condition, context)
    if row is None:
        return failure
    more = [_recorded(times, row, clock), clock.caution(row, context), context.maturity_warning()]
    if "not certified" in str(row["note"]):
        more.append(say("onset.uncertified"))
    return Statement(
        _finding(row, condition, context, clock),
        say(
            f"{clock.section}.basis_{_kind(row)}",
            confidence=context.confidence,
            n=count(row["n_assessed"]),
            scales=scale_words(row, context),
            rule=context.rule_label(str(row["rule_version"])),
        ),
        " ".join(text for text in more if text),
    )


def _median_or_why_not(times: pd.DataFrame, condition: str, context: Context) -> tuple[Statement, Row | None]:
    """The row of the median's interval, or None and a sentence on why nobody can say."""
    courses, widen = context.courses(condition), context.widen
    if times.empty:
        return Statement(say("basis.no_courses", courses=courses), more=widen), None
    row = statistic(times, "median_interval")
    any_row: Row = row if row is not None else times.to_dict("records")[0]
    n_started = count(any_row["n_started"])
    if any_row["suppressed"]:
        return Statement(say("basis.withheld", courses=courses)), None
    if not any_row["n_with_baseline"]:
        return Statement(say("basis.no_baseline", courses=courses, n_started=n_started), more=widen), None
    if row is None:
        return Statement(say("onset.not_assessed", courses=courses, n_started=n_started), more=widen), None
    if row["n_assessed"] < context.fewest:
        few = say("onset.few", courses=courses, n=count(row["n_assessed"]), fewest=count(context.fewest))
        return Statement(few, more=widen), None
    return Statement(""), row


def _kind(row: Row) -> str:
    """`first` or `sustained`, as the rule's version says."""
    return str(row["rule_version"]).rsplit(", ", 1)[-1]


def _recorded(times: pd.DataFrame, median: Row, clock: Clock) -> str:
    """The share of all starters with a recorded response by the last time that can be reported."""
    rows = times[times["statistic"].str.startswith(f"recorded_by_{clock.column}_") & times["estimate"].notna()]
    if rows.empty:
        return ""
    row = rows.iloc[-1]
    shared = {
        "time": f"{clock.column} {str(row['statistic']).rsplit('_', 1)[-1]}",
        "share": out_of_hundred(float(row["estimate"])),
    }
    if not row["n_left_out"]:
        return say(f"onset.recorded_{_kind(median)}", **shared)
    shared["n"] = count(row["n_in_population"])
    if is_hidden(row["n_left_out"]):
        return say(f"{clock.section}.recorded_some_left_out_{_kind(median)}", **shared)
    return say(f"{clock.section}.recorded_left_out_{_kind(median)}", **shared, n_left_out=count(row["n_left_out"]))


def short_interval(times: pd.DataFrame, context: Context, clock: Clock = DAYS) -> str:
    """`day 9 to 18`, `day 22 or later`, `3 to 5`, `too few to say`: for a small place."""
    row = statistic(times, "median_interval")
    if row is not None and row["suppressed"]:
        return HIDDEN
    if row is None or row["n_assessed"] < context.fewest:
        return say("onset.short_few")
    if clock.is_beyond(row):
        return say("onset.short_beyond", last=clock.last(row))
    lower = clock.lower_for_short(row["lower"])
    if not is_known(row["upper"]):
        return say("onset.short_open", lower=lower)
    upper = clock.upper(row["upper"])
    unit, _, number = upper.rpartition(" ")
    if lower.split()[0] == unit:
        upper = number
    return lower if lower == upper else say("onset.short_between", lower=lower, upper=upper)


def point_hover(row: Row, context: Context, clock: Clock = DAYS) -> str:
    """One step of the curve as a sentence to show at it."""
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return say(
        f"onset.hover_{_kind(row)}",
        time=clock.time(row[clock.column]),
        estimate=percent(row["estimate"]),
        courses=context.courses(str(row["condition"])),
        confidence=context.confidence,
        lower=lower,
        upper=upper,
        n=count(row["n_assessed"]),
    )


def recorded_hover(row: Row, context: Context, clock: Clock = DAYS) -> str:
    """One step of the naive curve as a sentence."""
    return say(
        "onset.hover_recorded",
        time=clock.time(row[clock.column]),
        estimate=percent(row["estimate"]),
        courses=context.courses(str(row["condition"])),
        n_at_risk=count(row["n_at_risk"]),
    )


def at_risk_hover(row: Row, context: Context, clock: Clock = DAYS) -> str:
    """What a number at risk counts."""
    text = say(
        f"{clock.section}.hover_at_risk",
        time=clock.time(row[clock.column]),
        n_at_risk=count(row["n_at_risk"]),
        courses=context.courses(str(row["condition"])),
    )
    return capitalised(text)


def interval_hover(row: Row, context: Context) -> str:
    """The median's interval as a sentence."""
    shared = {
        "courses": context.courses(str(row["condition"])),
        "lower": moment(row["lower"]),
        "confidence": context.confidence,
        "n": count(row["n_assessed"]),
    }
    if is_known(row["upper"]):
        return say("onset.hover_interval", **shared, upper=moment(row["upper"]))
    return say("onset.hover_interval_open", **shared, last=DAYS.last(row))


def drawn_groups(
    curves: pd.DataFrame, group: str, context: Context, counted: str = "n_assessed"
) -> tuple[list[str], Undrawn]:
    """The groups with enough assessed to draw a curve, and those without, each with its n, the count `counted`."""
    sizes = curves.groupby(group, sort=False)[counted].agg(largest).astype(object)
    is_drawn = curves[counted].notna()
    if "suppressed" in curves:
        is_drawn = ~curves["suppressed"] & curves["estimate"].notna()
    seen = set(curves.loc[is_drawn, group])
    if group == "route":
        sizes = sizes.sort_values(ascending=False)
    drawn = [str(value) for value, n in sizes.items() if value in seen and n >= context.fewest]
    return drawn, undrawn(
        (group_words(group, str(value), context), n, n >= context.fewest)
        for value, n in sizes.items()
        if str(value) not in drawn
    )


def group_words(group: str, value: str, context: Context) -> str:
    """A group's value inside a sentence."""
    if group == "condition":
        return context.word(value)
    if group == "route":
        return route_words(value)
    return value if group in DIMENSIONS else level_words(value)


def drawing_notes(
    drawn_to: str,
    shows_naive: bool,
    drawn: Sequence[str],
    others: Undrawn,
    has_condition: bool,
    context: Context,
) -> list[str]:
    """What a reader must know of the drawing: how far it goes, what is left out, what the thin lines are.

    Args:
        drawn_to: how far it goes, from the clock.
        shows_naive: whether the curve at the visits stands beside.
        drawn, others: from `drawn_groups`.
        has_condition: whether one condition is chosen.
        context: definitions, data-through date, selection.
    """
    texts = [drawn_to, say("onset.drawn_while", fewest=count(context.fewest))]
    if has_condition and len(drawn) > _TOLD_APART_AT_MOST:
        texts.append(say("onset.many_groups"))
    texts += others.words("onset.withheld_groups", context)
    if shows_naive:
        texts.append(say("onset.naive"))
    if not has_condition:
        texts.append(say("onset.choose_condition"))
    return texts


def _finding(row: Row, condition: str, context: Context, clock: Clock) -> str:
    shared = {"courses": context.courses(condition)}
    if _kind(row) == "sustained":
        shared["horizon"] = str(context.definitions.outcomes.onset.horizon_days)
    if clock.is_beyond(row):
        return say(f"onset.{_kind(row)}_beyond", **shared, last=clock.last(row))
    lower = {"lower": clock.lower(row["lower"])}
    if not is_known(row["upper"]):
        return say(f"{clock.section}.{_kind(row)}_open", **shared, **lower, last=clock.last(row))
    shared["upper"] = clock.upper(row["upper"])
    if clock.is_upper_enough(row):
        return say(f"{clock.section}.{_kind(row)}_by", **shared)
    return say(f"{clock.section}.{_kind(row)}_between", **shared, **lower)
