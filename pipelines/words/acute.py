"""Acute change in words: how a score moved around infusions, and on which scales nothing can be said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.words.catalogue import say
from pipelines.words.entries import Entry, Fact
from pipelines.words.marks import PER_CENT, Mark, marks_alt, value_mark
from pipelines.words.numbers import count, is_known, signed, signed_percent
from pipelines.words.rates import group_label
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_of
from pipelines.words.statement import Context, Row, Statement, scale_words, statistic

ALL = "all"
POINTS, FRACTION = "mean_change", "mean_change_fraction"
_NOTHING = "–"
_NOT_ACUTE = re.compile(r"no acute change of (?P<n>[\d,]+) courses: (?P<words>[^;]+)")


def acute_statement(rows: pd.DataFrame, condition: str, context: Context) -> Statement:
    """The mean change around infusions of one condition, or why there is none.

    Args:
        rows: `acute_changes` of one condition.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    lead, courses = context.label(condition), context.courses(condition)
    row = _of(rows, ALL)
    if row is None:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    if row["suppressed"]:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    not_acute = _NOT_ACUTE.search(str(row["note"]))
    if pd.isna(row["n_changes"]) and not_acute:
        return Statement(say("acute.not_acute", courses=courses, words=not_acute["words"]), lead=lead)
    more = [_day_alone(row), say("acute.not_acute_too", words=not_acute["words"]) if not_acute else ""]
    n: int = 0 if pd.isna(row["n_changes"]) else int(row["n_changes"])
    if n < context.fewest or not is_known(row["lower"]):
        few = say("acute.few", courses=courses, n=count(n), fewest=count(context.fewest))
        return Statement(few, more=" ".join(text for text in more if text), lead=lead)
    write = _writer(row)
    in_points = row["statistic"] == POINTS
    finding = (
        say("acute.points_finding", scale=str(row["scale"]), estimate=write(row["estimate"]))
        if in_points
        else say("acute.fraction_finding", estimate=write(row["estimate"]))
    )
    basis = say(
        "acute.basis",
        confidence=context.confidence,
        lower=write(row["lower"]),
        upper=write(row["upper"]),
        n=count(n),
        n_infusions=count(row["n_infusions"]),
        n_courses=count(row["n_courses"]),
        scales=scale_words(row, context),
    )
    texts = (_first(_of(rows, "1"), context), *more)
    return Statement(finding, basis, " ".join(text for text in texts if text), lead)


def acute_marks(rows: pd.DataFrame, condition: str, context: Context) -> dict[str, Mark]:
    """The mean change at each infusion by its number, for one condition; none where its scales cannot tell.

    Args:
        rows: `acute_changes` of one condition.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    marks = {}
    for infusion in dict.fromkeys(rows["infusion"].dropna()):
        row = _of(rows, str(infusion))
        if infusion == ALL or row is None or (not row["suppressed"] and pd.isna(row["n_changes"])):
            continue
        name = say("acute.at", infusion=str(infusion))
        whom = say("acute.whom", courses=context.courses(condition))
        write, unit = (signed, say("acute.points")) if row["statistic"] == POINTS else (change_tick, PER_CENT)
        marks[str(infusion)] = value_mark(row, name, row["n_changes"], whom, context, write, unit)
    return marks


def is_in_points(rows: pd.DataFrame) -> bool:
    """Whether changes are told in points of one scale."""
    return bool((rows["statistic"] == POINTS).any())


def change_tick(fraction: float) -> str:
    """A change in per cent, without the unit."""
    return signed(100 * fraction, 0)


def acute_title(rows: pd.DataFrame) -> str:
    """What stands above the drawing."""
    return say("acute.title_points" if is_in_points(rows) else "acute.title_fraction")


def acute_alt(rows: pd.DataFrame, marks: Mapping[str, Mapping[str, Mark]]) -> str:
    """What the drawing shows, by condition."""
    return f"{acute_title(rows)}. {marks_alt({name: list(own.values()) for name, own in marks.items()})}"


def acute_numbers(table: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """One line for each condition or group and infusion.

    Args:
        table: `acute_changes` by the group.
        group: the column that tells the lines apart beside condition.
        context: definitions, data-through date, selection.
    """
    lines: list[dict[str, str]] = []
    for keys, rows in table.groupby(list(dict.fromkeys(["condition", group, "infusion"])), sort=False):
        first: Row = rows.to_dict("records")[0]
        if pd.isna(first["n_infusions"]):
            continue
        names = {"Condition": context.label(str(keys[0]))}
        if group != "condition":
            names[attribute_words(group).capitalize()] = group_label(group, str(first[group]), context)
        lines.append(
            {
                **names,
                "Infusion": str(first["infusion"]),
                "Infusions": count(first["n_infusions"]),
                "With a score before": count(first["n_with_before"]),
                "After": count(first["n_with_after"]),
                "Both": count(rows["n_changes"].max()),
                "Mean change, points": _mean(statistic(rows, POINTS)),
                "Mean change, % of the score before": _mean(statistic(rows, FRACTION)),
            }
        )
    return pd.DataFrame(lines)


def acute_notes(context: Context) -> list[str]:
    """What a reader must know of the numbers."""
    rule = context.definitions.outcomes.acute
    hours = {"before": count(rule.before_hours), "after": count(rule.after_hours), "target": count(rule.target_hours)}
    return [say("acute.note", **hours), say("acute.those_with_both")]


def acute_definition(context: Context) -> list[str]:
    """Which scores make an acute change, with its source."""
    entry = acute_entry(context.definitions)
    return [f"**{entry.title}**: {fact.text} {fact.source}".strip() for fact in entry.facts]


def acute_entry(definitions: Definitions) -> Entry:
    """Which scores make an acute change, with its source."""
    rule = definitions.outcomes.acute
    text = say(
        "acute.definition",
        before=count(rule.before_hours),
        after=count(rule.after_hours),
        target=count(rule.target_hours),
        recall=count(rule.recall_hours_at_most),
    )
    return Entry("infusions-acute", say("acute.section_title"), (Fact("", text, source_of(rule)),))


def _of(rows: pd.DataFrame, infusion: str) -> Row | None:
    """The row of an infusion, in points where one scale was asked for."""
    own = rows[rows["infusion"] == infusion]
    return statistic(own, POINTS) or statistic(own, FRACTION)


def _first(row: Row | None, context: Context) -> str:
    if row is None or row["suppressed"] or not is_known(row["lower"]) or row["n_changes"] < context.fewest:
        return ""
    return say("acute.first", estimate=_writer(row)(row["estimate"]), n=count(row["n_changes"]))


def _day_alone(row: Row) -> str:
    if pd.isna(row["n_day_alone"]) or not row["n_day_alone"]:
        return ""
    return say("acute.day_alone", n=count(row["n_day_alone"]))


def _writer(row: Row) -> Callable[[float], str]:
    return signed if row["statistic"] == POINTS else signed_percent


def _mean(row: Row | None) -> str:
    if row is None or row["suppressed"] or not is_known(row["estimate"]):
        return _NOTHING
    write = _writer(row)
    if not is_known(row["lower"]):
        return write(row["estimate"])
    return f"{write(row['estimate'])} ({write(row['lower'])} to {write(row['upper'])})"
