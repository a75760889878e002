"""How long a response lasts, in words: when half no longer respond, how many still do by then, and what came first."""

from __future__ import annotations

import re

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.definition import interval_definition
from pipelines.words.numbers import (
    HIDDEN,
    capitalised,
    count,
    is_hidden,
    is_known,
    listed,
    moment,
    out_of_hundred,
    percent,
    percent_bounds,
)
from pipelines.words.rates import group_label
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, Row, Statement, scale_words, scales_in, statistic
from pipelines.words.undrawn import Undrawn

_NOTHING = "–"
_CAUSES = ("lost", "retreated", "left")
_HOURS_IN_VIEW = 24
_NOT_REACHED = re.compile(r"not reached by day ([\d.]+)")


def durability_statement(times: pd.DataFrame, condition: str, context: Context) -> Statement:
    """When half of a condition's courses that responded after induction no longer do, or why nobody can say.

    Args:
        times: rows of `durability_times` for one condition and group.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    courses, widen = context.courses(condition), context.widen
    row = statistic(times, "median_interval")
    if row is None:
        return Statement(say("basis.no_courses", courses=courses), more=widen)
    if row["suppressed"]:
        return Statement(say("basis.withheld", courses=courses))
    if not row["n_with_baseline"]:
        return Statement(say("basis.no_baseline", courses=courses, n_started=count(row["n_started"])), more=widen)
    if row["n_followed"] < context.fewest:
        few = say("durability.few", courses=courses, n=count(row["n_followed"]), fewest=count(context.fewest))
        return Statement(few, more=widen)
    n_left_out = row["n_on_maintenance"]
    more = [
        _still_responding(times, context),
        context.maturity_warning(),
        say("durability.uncertified") if "not certified" in str(row["note"]) else "",
    ]
    aside = [
        _recorded_first(times, context),
        _not_told(times, context),
        say("durability.on_maintenance", n=count(n_left_out)) if n_left_out else "",
        _recall(row, context),
    ]
    basis = say(
        "durability.basis",
        confidence=context.confidence,
        n=count(row["n_followed"]),
        scales=scale_words(row, context),
        rule=context.rule_label(str(row["rule_version"])),
    )
    said = [" ".join(text for text in texts if text) for texts in (more, aside)]
    return Statement(_finding(row, courses), basis, said[0], aside=said[1])


def durability_aside(statement: Statement, condition: str, context: Context) -> str:
    """What a condition's sentence leaves to be said below the figure, after its name."""
    return say("durability.aside", label=context.label(condition), aside=statement.aside) if statement.aside else ""


def durability_numbers(times: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """Who is counted, when half no longer respond, and the shares at the landmarks; one line a group.

    Args:
        times: `durability_times` by the group.
        group: the column that tells the lines apart beside condition.
        context: definitions, data-through date, selection.
    """
    lines = []
    for keys, rows in times.groupby(list(dict.fromkeys(["condition", group])), sort=False):
        first: Row = rows.to_dict("records")[0]
        names = {"Condition": context.label(str(keys[0]))}
        if group != "condition":
            names[attribute_words(group).capitalize()] = group_label(group, str(keys[-1]), context)
        lines.append(
            {
                **names,
                "Started": count(first["n_started"]),
                "Assessed after induction": count(first["n_assessed"]),
                "Responded then": count(first["n_responding"]),
                "Assessed again": count(first["n_followed"]),
                f"Half no longer, day ({context.confidence} interval)": short_median(rows, context),
                **{
                    f"Still responding at day {day}": _with_interval(statistic(rows, f"still_responding_at_day_{day}"))
                    for day in _days(context)
                },
                **{
                    f"By day {day}: lost, another infusion, left": ", ".join(_shares(rows, day).values())
                    for day in _days(context)
                },
            }
        )
    return pd.DataFrame(lines)


def short_median(times: pd.DataFrame, context: Context) -> str:
    """`day 38 to 66`, `day 59 or later`, `too few to say`: for a small place."""
    row = statistic(times, "median_interval")
    if row is not None and row["suppressed"]:
        return HIDDEN
    if row is None or row["n_followed"] < context.fewest:
        return say("durability.short_few")
    if _is_beyond(row):
        return say("durability.short_beyond", last=_last(row))
    lower = moment(row["lower"])
    if not is_known(row["upper"]):
        return say("durability.short_open", lower=lower)
    return say("durability.short_between", lower=lower, upper=moment(row["upper"]).removeprefix("day "))


def still_responding_words(row: Row, context: Context) -> str:
    """One step of the curve as a sentence to show at it."""
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return say(
        "durability.hover",
        time=moment(row["day"]),
        estimate=percent(row["estimate"]),
        courses=context.courses(str(row["condition"])),
        confidence=context.confidence,
        lower=lower,
        upper=upper,
        n=count(row["n_followed"]),
    )


def at_risk_words(row: Row, context: Context) -> str:
    """What a number at risk counts."""
    return capitalised(
        say(
            "durability.hover_at_risk",
            time=moment(row["day"]),
            n_at_risk=count(row["n_at_risk"]),
            courses=context.courses(str(row["condition"])),
        )
    )


def drawing_notes(others: Undrawn, drawn_to: str, context: Context) -> list[str]:
    """How far the curves go, which groups have none, and what the numbers beside them are.

    Args:
        others: groups without a curve.
        drawn_to: how far the drawing goes.
        context: definitions, data-through date, selection.
    """
    texts = [drawn_to, say("onset.drawn_while", fewest=count(context.fewest))]
    loss = context.definitions.outcomes.durability.label
    return [*texts, *others.words("durability.withheld_groups", context), say("durability.note", loss=loss)]


def durability_definition(context: Context) -> list[str]:
    """What counts as durability and as loss, and the intervals, each with its source."""
    rule = context.definitions.outcomes.durability
    own = say(
        "durability.definition",
        label=rule.label,
        **source_values(rule),
    )
    return [own, interval_definition(context)]


def _days(context: Context) -> tuple[int, ...]:
    return context.definitions.outcomes.durability.landmark_days


def _finding(row: Row, courses: str) -> str:
    if _is_beyond(row):
        return say("durability.beyond", courses=courses, last=_last(row))
    lower = moment(row["lower"])
    if not is_known(row["upper"]):
        return say("durability.open", courses=courses, lower=lower, last=_last(row))
    if row["lower"] <= 0:
        return say("durability.by", courses=courses, upper=moment(row["upper"]))
    return say("durability.between", courses=courses, lower=lower, upper=moment(row["upper"]))


def _last(row: Row) -> str:
    found = _NOT_REACHED.search(str(row["note"]))
    return f"day {found[1]}" if found else say("durability.last")


def _is_beyond(row: Row) -> bool:
    """Whether even the lower end lies at the last assessment, so that half is not reached at all."""
    found = _NOT_REACHED.search(str(row["note"]))
    return not is_known(row["upper"]) and found is not None and bool(row["lower"] >= float(found[1]))


def _told(times: pd.DataFrame, day: int) -> Row | None:
    """The share still responding at a landmark, where there is one."""
    row = statistic(times, f"still_responding_at_day_{day}")
    return row if row is not None and is_known(row["estimate"]) else None


def _still_responding(times: pd.DataFrame, context: Context) -> str:
    texts = []
    for day in _days(context):
        if (row := _told(times, day)) is not None:
            lower, upper = percent_bounds(row["lower"], row["upper"])
            values = {"day": str(day), "share": out_of_hundred(row["estimate"]), "lower": lower, "upper": upper}
            texts.append(
                say("durability.landmark_alone", **values)
                if is_hidden(row["n_at_risk"])
                else say("durability.landmark", **values, n_at_risk=count(row["n_at_risk"]))
            )
    return say("durability.still", landmarks=listed(texts)) if texts else ""


def _recorded_first(times: pd.DataFrame, context: Context) -> str:
    """What came first by the last landmark that can be told."""
    told = [day for day in _days(context) if _shares(times, day)["lost"] not in (_NOTHING, HIDDEN)]
    return say("durability.recorded", day=str(told[-1]), **_shares(times, told[-1])) if told else ""


def _shares(times: pd.DataFrame, day: int) -> dict[str, str]:
    """The share of each cause by a landmark."""
    rows = {cause: statistic(times, f"{cause}_by_day_{day}") for cause in _CAUSES}
    return {cause: _share(row) for cause, row in rows.items()}


def _share(row: Row | None) -> str:
    if row is not None and row["suppressed"]:
        return HIDDEN
    return percent(row["estimate"]) if row is not None and is_known(row["estimate"]) else _NOTHING


def _not_told(times: pd.DataFrame, context: Context) -> str:
    untold = [day for day in _days(context) if _told(times, day) is None]
    hidden = [str(day) for day in untold if _is_hidden(times, day)]
    few = [str(day) for day in untold if str(day) not in hidden]
    return " ".join(
        say(f"durability.{key}", days=listed(days))
        for key, days in (("not_told", few), ("not_told_hidden", hidden))
        if days
    )


def _is_hidden(times: pd.DataFrame, day: int) -> bool:
    row = statistic(times, f"still_responding_at_day_{day}")
    return row is not None and bool(row["suppressed"])


def _recall(row: Row, context: Context) -> str:
    """That a scale asking about a longer time looks back past the day of a loss; empty if none does."""
    scales = [context.definitions.scales[scale] for scale in scales_in(str(row["note"]))]
    words = [scale.recall_words for scale in scales if scale.recall_hours > _HOURS_IN_VIEW]
    return say("durability.recall", recall="; ".join(words)) if words else ""


def _with_interval(row: Row | None) -> str:
    if row is not None and row["suppressed"]:
        return HIDDEN
    if row is None or not is_known(row["estimate"]):
        return _NOTHING
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return f"{percent(row['estimate'])} ({lower} to {upper})"
