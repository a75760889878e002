"""Early improvement and later response in words: whether they went together, never that one brought the other about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.definition import window_definition
from pipelines.words.marks import Mark, marks_alt, no_mark, share_mark
from pipelines.words.numbers import (
    capitalised,
    count,
    is_known,
    listed,
    out_of_hundred,
    percent,
    percent_bounds,
    points,
)
from pipelines.words.onset import group_words
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, Row, Statement, scale_words, statistic

NOTHING = "–"


def early_improvement_statement(rows: pd.DataFrame, condition: str, context: Context) -> Statement:
    """Response of those improved early and of the others, by the early window in which most have both scores.

    Args:
        rows: `early_improvements` of one condition.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    lead, courses = context.label(condition), context.courses(condition)
    if rows.empty:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    judged = rows[rows["early_window"].notna()]
    if judged.empty:
        reason = str(rows["note"].iloc[0])
        return Statement(say("early_improvement.not_judged", courses=courses, reason=reason), lead=lead)
    row: Row = max(
        judged.to_dict("records"), key=lambda each: each["n_observed"] if is_known(each["n_observed"]) else -1
    )
    own = judged[judged["early_window"] == row["early_window"]]
    hidden = set(own.loc[own["suppressed"], "statistic"])
    if row["suppressed"] or hidden & {"observed_improved", "observed_not_improved", "difference_observed"}:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    if min(row["n_improved_observed"], row["n_not_improved_observed"]) < context.fewest:
        few = say(
            "early_improvement.few",
            courses=courses,
            n_improved=count(row["n_improved_observed"]),
            n_not_improved=count(row["n_not_improved_observed"]),
            early=_label(row, "early_window", context),
            fewest=count(context.fewest),
        )
        return Statement(few, more=_left_out(row), lead=lead)
    at = {name: statistic(own, name) or row for name in own["statistic"]}
    share = {str(name): out_of_hundred(found["estimate"]) for name, found in at.items() if is_known(found["estimate"])}
    difference = at["difference_observed"]
    more = [
        say("rates.missed_hidden")
        if hidden & {"missing_as_nonresponse_improved", "missing_as_nonresponse_not_improved"}
        else say(
            "early_improvement.missed",
            improved=share["missing_as_nonresponse_improved"],
            not_improved=share["missing_as_nonresponse_not_improved"],
        ),
        context.maturity_warning(),
    ]
    return Statement(
        say(
            "early_improvement.finding",
            courses=courses,
            percent=str(context.definitions.outcomes.early_improvement.reduction_percent),
            early=_label(row, "early_window", context),
            window=_label(row, "window", context),
            improved=share["observed_improved"],
            not_improved=share["observed_not_improved"],
        ),
        say(
            "early_improvement.basis",
            difference=points(difference["estimate"]),
            confidence=context.confidence,
            lower=points(difference["lower"]),
            upper=points(difference["upper"]),
            n=count(row["n_observed"]),
            scales=scale_words(row, context),
            rule=context.rule_label(str(row["rule_version"])),
        ),
        " ".join(text for text in more if text),
        lead,
    )


def early_marks(rows: pd.DataFrame, condition: str, context: Context) -> dict[str, list[tuple[Mark, Mark]]]:
    """By early window the response of those improved and of the others, each with the missed as not responding.

    Args:
        rows: `early_improvements` of one condition.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    judged = rows[rows["early_window"].notna()]
    found = {}
    for window in dict.fromkeys(judged["early_window"]):
        own = judged[judged["early_window"] == window]
        found[capitalised(context.definitions.outcomes.windows[str(window)].label)] = [
            (
                _mark(own, "observed", part, condition, context),
                _mark(own, "missing_as_nonresponse", part, condition, context),
            )
            for part in ("improved", "not_improved")
        ]
    return found


def early_alt(windows: Mapping[str, Sequence[tuple[Mark, Mark]]]) -> str:
    """What the drawing shows."""
    return marks_alt({name: [observed for observed, _ in parts] for name, parts in windows.items()})


def early_details(rows: pd.DataFrame, condition: str, context: Context) -> str:
    """What the sentence of a condition leaves out: how many responders had improved, and who is in none of this."""
    judged = rows[rows["early_window"].notna()]
    if judged.empty or judged["suppressed"].any():
        return ""
    row: Row = max(
        judged.to_dict("records"), key=lambda each: each["n_observed"] if is_known(each["n_observed"]) else -1
    )
    own = judged[judged["early_window"] == row["early_window"]]
    shares = {name: statistic(own, name) for name in ("sensitivity", "specificity")}
    said = {
        name: out_of_hundred(each["estimate"]) for name, each in shares.items() if each and is_known(each["estimate"])
    }
    texts = (say("early_improvement.shares", **said) if len(said) == len(shares) else "", _left_out(row))
    text = " ".join(each for each in texts if each)
    return f"{context.label(condition)}: {text}" if text else ""


def early_improvement_numbers(table: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """From the population to those with both scores, then the shares; one line for each early window and group."""
    lines = []
    judged = table[table["early_window"].notna()]
    for keys, rows in judged.groupby(list(dict.fromkeys(["condition", group, "early_window"])), sort=False):
        first: Row = rows.to_dict("records")[0]
        at = {str(name): statistic(rows, str(name)) for name in rows["statistic"]}
        names = {"Condition": context.label(str(keys[0]))}
        if group != "condition":
            names[attribute_words(group).capitalize()] = group_words(group, str(first[group]), context)
        lines.append(
            {
                **names,
                "Early window": context.definitions.outcomes.windows[str(keys[-1])].label,
                "In the population": count(first["n_in_population"]),
                "With an early score": count(first["n_early_observed"]),
                "Improved": count(first["n_improved"]),
                "Both scores": count(first["n_observed"]),
                "Improved, of those who responded": _share(at["sensitivity"]),
                "Not improved, of those who did not": _share(at["specificity"]),
                "Responded, of the improved": _share(at["observed_improved"]),
                "Responded, of the others": _share(at["observed_not_improved"]),
                "Difference, points": _difference(at["difference_observed"]),
                "Missed as not responding: improved": _share(at["missing_as_nonresponse_improved"]),
                "the others": _share(at["missing_as_nonresponse_not_improved"]),
                "difference, points": _difference(at["difference_missing_as_nonresponse"]),
            }
        )
    return pd.DataFrame(lines)


def early_improvement_definition(context: Context) -> list[str]:
    """What early improvement is, the window of the response, the intervals, and why others' figures stand apart."""
    outcomes = context.definitions.outcomes
    rule = outcomes.early_improvement
    return [
        say(
            "early_improvement.definition",
            percent=str(rule.reduction_percent),
            windows=listed([outcomes.windows[name].label for name in rule.windows_among(outcomes.windows)]) or "none",
            **source_values(rule),
        ),
        *window_definition(context),
        say("early_improvement.association"),
        say("early_improvement.other_studies"),
    ]


def _mark(own: pd.DataFrame, kind: str, part: str, condition: str, context: Context) -> Mark:
    reduction = str(context.definitions.outcomes.early_improvement.reduction_percent)
    is_improved = part == "improved"
    name = (
        say("early_improvement.improved", percent=reduction) if is_improved else say("early_improvement.not_improved")
    )
    row = statistic(own, f"{kind}_{part}")
    if row is None:
        return no_mark(name, say("marks.nobody"))
    key = "early_improvement.whom_missed" if kind == "missing_as_nonresponse" else "early_improvement.whom"
    return share_mark(row, name, (row["n_part"], row["n_whole"]), say(key, courses=context.courses(condition)), context)


def _label(row: Row, column: str, context: Context) -> str:
    return context.definitions.outcomes.windows[str(row[column])].label


def _left_out(row: Row) -> str:
    found = next((part for part in str(row["note"]).split("; ") if part.startswith("left out: ")), "")
    return say("early_improvement.left_out", left_out=found.removeprefix("left out: ")) if found else ""


def _share(row: Row | None) -> str:
    if row is None or not is_known(row["estimate"]):
        return NOTHING
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return f"{count(row['n_part'])} of {count(row['n_whole'])}: {percent(row['estimate'])} ({lower} to {upper})"


def _difference(row: Row | None) -> str:
    if row is None or not is_known(row["estimate"]):
        return NOTHING
    return f"{points(row['estimate'])} ({points(row['lower'])} to {points(row['upper'])})"
