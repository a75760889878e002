"""Who was lost, in words: the rate standardised over them, the bounds, the tipping point, and completeness by group."""

from __future__ import annotations

import re

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known, listed, percent, percent_bounds
from pipelines.words.rates import group_label
from pipelines.words.response import window_label
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, Row, Statement, scale_words, statistic

_NOTHING = "–"
_FAR_BELOW = "far below the others"
_BORROWED = re.compile(
    r"for (?P<n>[\d.,]+) of (?P<n_lost>[\d,]+) lost [^:]*: (?P<by_last>[\d.,]+) taken [^,]*, (?P<by_all>[\d.,]+) as all"
)


def lost_statement(rates: pd.DataFrame, condition: str, context: Context) -> Statement:
    """The response rate standardised over those lost, beside what else the rate could be; or why there is none.

    Args:
        rates: rows of `response_rates` for one condition.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    courses, widen = context.courses(condition), context.widen
    row, observed = statistic(rates, "standardised"), statistic(rates, "observed")
    if row is None or observed is None or not row["n_started"]:
        return Statement(say("basis.no_courses", courses=courses), more=widen)
    if observed["suppressed"]:
        return Statement(say("basis.withheld", courses=courses))
    if not row["n_in_population"]:
        return Statement(say("basis.no_baseline", courses=courses, n_started=count(row["n_started"])), more=widen)
    if not row["n_observed"] + row["n_missed"]:
        return Statement(say("lost.none_due", courses=courses), more=widen)
    if row["n_observed"] < context.fewest:
        n_observed, fewest = count(row["n_observed"]), count(context.fewest)
        return Statement(say("response.few", courses=courses, n_observed=n_observed, fewest=fewest), more=widen)
    if not is_known(row["estimate"]):
        reason = _noted(row, "not standardised").partition(": ")[2]
        return Statement(say("lost.not_standardised", reason=reason), more=_others(rates, observed))
    nobody = "" if observed["n_missed"] else say("lost.nobody")
    more = [nobody, _conclusion(rates), context.maturity_warning()]
    finding = say("lost.finding", estimate=percent(row["estimate"]), courses=courses)
    return Statement(finding, _basis(row, context), " ".join(text for text in more if text))


def lost_notes(rates: pd.DataFrame) -> list[str]:
    """What the standardised rate of one condition had to borrow, and the reference that it is set beside.

    Args:
        rates: rows of `response_rates` for one condition.
    """
    row = statistic(rates, "standardised")
    texts = [_fallback(row) if row is not None else "", _reference(rates)]
    return [text for text in texts if text]


def lost_numbers(rates: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """Observed, as nonresponse, bounds, standardised and tipping point; one line a group.

    Args:
        rates: `response_rates` by the group.
        group: the column that tells the lines apart beside condition.
        context: definitions, data-through date, selection.
    """
    lines = []
    for keys, rows in rates.groupby(list(dict.fromkeys(["condition", group])), sort=False):
        by_name = {str(row["statistic"]): row for row in rows.to_dict("records")}
        observed = by_name["observed"]
        lines.append(
            {
                **_names(str(keys[0]), group, str(keys[-1]), context),
                "Due": count(observed["n_observed"] + observed["n_missed"]),
                "Followed up": count(observed["n_observed"]),
                "Lost": count(observed["n_missed"]),
                f"Observed ({context.confidence} interval)": _with_interval(observed),
                "Lost counted as not responding": _with_interval(by_name["missing_as_nonresponse"]),
                "Whatever became of them": _bounds(by_name["bound_lower"], by_name["bound_upper"]),
                f"Standardised ({context.confidence} interval)": _with_interval(by_name["standardised"]),
                "Conclusion changes at": _tipping(by_name["tipping_point"]),
            }
        )
    return pd.DataFrame(lines)


def completeness_statement(completeness: pd.DataFrame, condition: str, context: Context) -> Statement:
    """How many of those due were followed up.

    Args:
        completeness: `follow_up_completeness` for one condition.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    courses = context.courses(condition)
    row = statistic(completeness, "followed_up")
    if row is None or not row["n_started"]:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen)
    if row["suppressed"]:
        return Statement(say("basis.withheld", courses=courses))
    if not row["n_due"]:
        return Statement(say("lost.none_due", courses=courses), more=context.widen)
    lower, upper = percent_bounds(row["lower"], row["upper"])
    n_observed, n_due = count(row["n_observed"]), count(row["n_due"])
    return Statement(
        say("lost.completeness", n_observed=n_observed, n_due=n_due, courses=courses),
        say(
            "lost.completeness_basis",
            estimate=percent(row["estimate"]),
            confidence=context.confidence,
            lower=lower,
            upper=upper,
            window=window_label(row, context),
        ),
    )


def completeness_numbers(completeness: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """Due, followed up, lost and pending; one line a group; what lies far below the others is said."""
    return pd.DataFrame(
        [
            {
                **_names(str(row["condition"]), group, str(row[group]), context),
                "Due": count(row["n_due"]),
                "Followed up": count(row["n_observed"]),
                "Lost": count(row["n_missed"]),
                "Pending": count(row["n_pending"]),
                f"Followed up of those due ({context.confidence} interval)": _with_interval(row),
                "Beside the others": _FAR_BELOW if _FAR_BELOW in str(row["note"]) else _NOTHING,
            }
            for row in completeness.to_dict("records")
        ]
    )


def lost_note() -> str:
    """What the standardised rate rests on."""
    return say("lost.note")


def completeness_note() -> str:
    """Who is counted as followed up."""
    return say("lost.completeness_note")


def lost_definition(context: Context) -> list[str]:
    """How the rate is standardised, and what the tipping point is."""
    outcomes = context.definitions.outcomes
    rule = outcomes.tipping_point
    return [
        say(
            "lost.definition",
            bands=listed([level.label for level in outcomes.change_bands.levels]),
            replicates=count(outcomes.interval.bootstrap_replicates),
        ),
        say("lost.definition_tipping", **source_values(rule)),
    ]


def _basis(row: Row, context: Context) -> str:
    shared = {
        "n_observed": count(row["n_observed"]),
        "n_lost": count(row["n_missed"]),
        "scales": scale_words(row, context),
        "rule": context.rule_label(str(row["rule_version"])),
        "window": window_label(row, context),
    }
    if not is_known(row["lower"]):
        return say("lost.basis_without_interval", **shared)
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return say("lost.basis", **shared, confidence=context.confidence, lower=lower, upper=upper)


def _others(rates: pd.DataFrame, observed: Row) -> str:
    """The rate of those followed up, with those lost as not responding, and the bounds."""
    if not observed["n_missed"]:
        return say("lost.nobody")
    assumed, lowest, highest = (
        statistic(rates, name) for name in ("missing_as_nonresponse", "bound_lower", "bound_upper")
    )
    assert assumed is not None and lowest is not None and highest is not None
    bounds = say(
        "lost.bounds",
        as_nonresponse=percent(assumed["estimate"]),
        lowest=percent(lowest["estimate"]),
        highest=percent(highest["estimate"]),
    )
    return f"{say('lost.observed', observed=percent(observed['estimate']))} {bounds}"


def _fallback(row: Row) -> str:
    borrowed = _BORROWED.match(_noted(row, "for "))
    return say("lost.fallback", **borrowed.groupdict()) if borrowed else ""


def _conclusion(rates: pd.DataFrame) -> str:
    """How the interval lies to the reference, and what would change that, as the row's note has it."""
    row = statistic(rates, "tipping_point")
    reference = _noted(row, "reference ") if row is not None else ""
    if row is None or not reference:
        return ""
    rest = _noted(row, "the interval") or _noted(row, "too few to compare") or _noted(row, "no conclusion")
    return say("lost.conclusion", reference=reference.partition(",")[0], text=rest) if rest else ""


def _reference(rates: pd.DataFrame) -> str:
    """The reference with its source; or that there is none."""
    row = statistic(rates, "tipping_point")
    if row is None:
        return ""
    if reference := _noted(row, "reference "):
        return say("lost.reference", text=reference)
    return say("lost.without_reference") if _noted(row, "no reference") else ""


def _noted(row: Row, beginning: str) -> str:
    """The part of a row's note that begins so; nothing where there is none."""
    return next((part for part in str(row["note"]).split("; ") if part.startswith(beginning)), "")


def _names(condition: str, group: str, value: str, context: Context) -> dict[str, str]:
    names = {"Condition": context.label(condition)}
    if group != "condition":
        names[attribute_words(group).capitalize()] = group_label(group, value, context)
    return names


def _with_interval(row: Row) -> str:
    if row["suppressed"] or not is_known(row["estimate"]):
        return _NOTHING
    if not is_known(row["lower"]):
        return percent(row["estimate"])
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return f"{percent(row['estimate'])} ({lower} to {upper})"


def _bounds(lowest: Row, highest: Row) -> str:
    if not is_known(lowest["estimate"]) or not is_known(highest["estimate"]):
        return _NOTHING
    return f"{percent(lowest['estimate'])} to {percent(highest['estimate'])}"


def _tipping(row: Row) -> str:
    if not _noted(row, "the interval"):
        return _NOTHING
    if not is_known(row["estimate"]):
        return say("lost.tipping_none")
    return say("lost.tipping_points", points=f"{100 * row['estimate']:.0f}")
