"""Infusions to response in words: with which infusion half have responded. The left end of an interval is left out."""

from __future__ import annotations

import re

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known, out_of_hundred, percent, percent_bounds
from pipelines.words.onset import kind, median_or_why_not
from pipelines.words.statement import Context, Row, Statement, scale_words, statistic

_LAST = re.compile(r"not reached by infusion (?P<infusion>\d+)")
_LEFT_OUT = re.compile(r"(?P<n>[\d,]+) without infusion rows are left out")


def infusion_statement(times: pd.DataFrame, condition: str, context: Context) -> Statement:
    """With which infusion half of a condition's courses have responded, or why nobody can say.

    Args:
        times: rows of `onset_times` with the clock `infusions`, for one condition and group.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    failure, row = median_or_why_not(times, condition, context)
    if row is None:
        return failure
    more = [_recorded(times, row), _left_out(row), context.maturity_warning()]
    if "not certified" in str(row["note"]):
        more.append(say("onset.uncertified"))
    return Statement(
        _finding(row, condition, context),
        say(
            f"infusions.basis_{kind(row)}",
            confidence=context.confidence,
            n=count(row["n_assessed"]),
            scales=scale_words(row, context),
            rule=context.rule_label(str(row["rule_version"])),
        ),
        " ".join(text for text in more if text),
    )


def short_infusions(times: pd.DataFrame, context: Context) -> str:
    """`3 to 5`, `4 or later`, `too few to say`: for a small place."""
    row = statistic(times, "median_interval")
    if row is None or row["suppressed"] or row["n_assessed"] < context.fewest:
        return say("onset.short_few")
    if _is_beyond(row):
        return say("onset.short_beyond", last=_last(row))
    first = _first(row)
    if not is_known(row["upper"]):
        return say("onset.short_open", lower=first)
    last = count(row["upper"])
    return first if first == last else say("onset.short_between", lower=first, upper=last)


def infusion_hover(row: Row, context: Context) -> str:
    """One step of the curve as a sentence."""
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return say(
        f"onset.hover_{kind(row)}",
        day=_words(row),
        estimate=percent(row["estimate"]),
        courses=context.courses(str(row["condition"])),
        confidence=context.confidence,
        lower=lower,
        upper=upper,
        n=count(row["n_assessed"]),
    )


def recorded_infusion_hover(row: Row, context: Context) -> str:
    """One step of the naive curve as a sentence."""
    return say(
        "onset.hover_recorded",
        day=_words(row),
        estimate=percent(row["estimate"]),
        courses=context.courses(str(row["condition"])),
        n_at_risk=count(row["n_at_risk"]),
    )


def infusions_at_risk_hover(row: Row, context: Context) -> str:
    """What a number at risk counts."""
    return say(
        "infusions.hover_at_risk",
        infusion=count(row["infusion"]),
        n_at_risk=count(row["n_at_risk"]),
        courses=context.courses(str(row["condition"])),
    )


def _finding(row: Row, condition: str, context: Context) -> str:
    shared = {"courses": context.courses(condition)}
    if kind(row) == "sustained":
        shared["horizon"] = str(context.definitions.outcomes.onset.horizon_days)
    if _is_beyond(row):
        return say(f"onset.{kind(row)}_beyond", **shared, last=_last(row))
    first = _first(row)
    if not is_known(row["upper"]):
        return say(f"infusions.{kind(row)}_open", **shared, first=first, last=_last(row))
    last = count(row["upper"])
    if first == last:
        return say(f"infusions.{kind(row)}_one", **shared, infusion=last)
    return say(f"infusions.{kind(row)}_between", **shared, first=first, last=last)


def _first(row: Row) -> str:
    """The first infusion inside the interval: the one after its left end."""
    return count(row["lower"] + 1)


def _is_beyond(row: Row) -> bool:
    match = _LAST.search(str(row["note"]))
    return not is_known(row["upper"]) and match is not None and row["lower"] >= float(match["infusion"])


def _last(row: Row) -> str:
    match = _LAST.search(str(row["note"]))
    return f"infusion {match['infusion']}" if match else say("infusions.last")


def _words(row: Row) -> str:
    return f"infusion {count(row['infusion'])}"


def _recorded(times: pd.DataFrame, median: Row) -> str:
    """The share of all starters with a recorded response by the last infusion that can be reported."""
    rows = times[times["statistic"].str.startswith("recorded_by_infusion_") & times["estimate"].notna()]
    if rows.empty:
        return ""
    row = rows.iloc[-1]
    n_left_out = median["n_in_population"] - row["n_in_population"]
    shared = {
        "infusion": str(row["statistic"]).rsplit("_", 1)[-1],
        "share": out_of_hundred(float(row["estimate"])),
    }
    if not n_left_out:
        return say(f"infusions.recorded_{kind(median)}", **shared)
    counts = {"n": count(row["n_in_population"]), "n_left_out": count(n_left_out)}
    return say(f"infusions.recorded_left_out_{kind(median)}", **shared, **counts)


def _left_out(row: Row) -> str:
    match = _LEFT_OUT.search(str(row["note"]))
    return say("infusions.left_out", n=match["n"]) if match else ""
