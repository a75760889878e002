"""Recovery as NHS Talking Therapies reports it, in words: who recovered among whom, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.entries import Entry, Fact, Section, section
from pipelines.words.marks import Mark, share_mark
from pipelines.words.numbers import count, is_known, listed, percent, percent_bounds
from pipelines.words.onset import group_words
from pipelines.words.scales import number
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_alone, source_of, source_values
from pipelines.words.statement import Context, Row, Statement

if TYPE_CHECKING:
    from pipelines.definitions import Definitions
    from pipelines.definitions.nhs_recovery import CasenessMeasure, NhsStandard

_PROGRAM = "any"
_OF = {
    "recovery": "caseness",
    "reliable_recovery": "caseness",
    "reliable_improvement": "paired",
    "reliable_deterioration": "paired",
}
_DRAWN = tuple(_OF)


@dataclass(frozen=True)
class OutcomeMark:
    """An outcome as a mark.

    Attributes:
        observed: of those with first and last scores.
        missed: those without last scores counted as not having met it; None where that is not asked.
        held_to: the share that services are held to, None where there is none.
    """

    observed: Mark
    missed: Mark | None
    held_to: float | None


def nhs_recovery_statement(table: pd.DataFrame, condition: str, context: Context) -> Statement:
    """How many recovered, and how many of the finished that rests on.

    Args:
        table: `nhs_recoveries` of one condition.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    rule, courses = context.definitions.outcomes.nhs_recovery, context.courses(condition)
    lead = context.label(condition)
    if condition not in rule.conditions:
        conditions = listed([context.word(one) for one in rule.conditions])
        return Statement(say("nhs_recovery.not_counted", conditions=conditions), lead=lead)
    recovered = _row(table, "recovery")
    if recovered is None or not recovered["n_started"]:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    if recovered["suppressed"]:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    more = _paired(table, context)
    if recovered["n_observed"] < context.fewest:
        n_observed, fewest = count(recovered["n_observed"]), count(context.fewest)
        return Statement(say("nhs_recovery.few", courses=courses, n_observed=n_observed, fewest=fewest), "", more, lead)
    lower, upper = percent_bounds(recovered["lower"], recovered["upper"])
    return Statement(
        say("nhs_recovery.finding", estimate=percent(recovered["estimate"])),
        say(
            "nhs_recovery.basis",
            confidence=context.confidence,
            lower=lower,
            upper=upper,
            n_met=count(recovered["n_met"]),
            n_observed=count(recovered["n_observed"]),
            courses=courses,
            scales=str(recovered["scale"]),
        ),
        " ".join(text for text in (_missed(table, recovered), more) if text),
        lead,
    )


def nhs_recovery_marks(table: pd.DataFrame, condition: str, context: Context) -> list[OutcomeMark]:
    """Each outcome of one condition with what services are held to; none where it is not counted.

    Args:
        table: `nhs_recoveries` of one condition.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    held_to: dict[str, float] = {
        standard.outcome: standard.share for standard in context.definitions.outcomes.nhs_recovery.standards
    }
    return [
        OutcomeMark(
            _mark(row, "observed", row["n_observed"], condition, context),
            None
            if missed is None
            else _mark(missed, "missed", missed["n_observed"] + missed["n_missed"], condition, context),
            held_to.get(outcome),
        )
        for outcome in _DRAWN
        if (row := _row(table, outcome)) is not None
        for missed in [_row(table, outcome, "missing_as_nonresponse")]
    ]


def standard_words(share: float) -> str:
    """What stands at the mark of a standard."""
    return say("nhs_recovery.standard_mark", share=percent(share))


def not_finished_words(table: pd.DataFrame, condition: str, context: Context) -> str:
    """Of one condition, how many courses are not finished, and why; empty if all are."""
    row = _row(table, "recovery")
    if row is None or row["suppressed"] or row["n_finished"] == row["n_started"]:
        return ""
    text = say(
        "nhs_recovery.not_finished",
        n_too_few=count(row["n_too_few_contacts"]),
        contacts=str(context.definitions.outcomes.nhs_recovery.fewest_contacts),
        n_pending=count(row["n_pending"]),
        n_not_recorded=count(row["n_not_recorded"]),
    )
    return f"{context.label(condition)}: {text}"


def _mark(row: Row, kind: str, n: float, condition: str, context: Context) -> Mark:
    whom = say(f"nhs_recovery.whom_{_OF[str(row['outcome'])]}", courses=context.courses(condition))
    name = say(f"nhs_recovery.mark_{kind}", outcome=say(f"nhs_recovery.{row['outcome']}").capitalize())
    return share_mark(row, name, (row["n_met"], n), whom, context)


def nhs_recovery_numbers(table: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """One line for each outcome of a condition and group; `any` is the program."""
    lines = []
    for row in table[table["statistic"] == "observed"].to_dict("records"):
        keys = tuple(row[name] for name in dict.fromkeys(("condition", group)))
        own = table[(table["outcome"] == row["outcome"]) & _is_of(table, dict.fromkeys(("condition", group)), keys)]
        lower, upper = percent_bounds(row["lower"], row["upper"]) if is_known(row["estimate"]) else ("", "")
        line = {"Condition": _label(str(row["condition"]), context)}
        if group != "condition":
            line[attribute_words(group).capitalize()] = group_words(group, str(row[group]), context)
        line |= {
            "Outcome": say(f"nhs_recovery.{row['outcome']}").capitalize(),
            "Started": count(row["n_started"]),
            "Finished": count(row["n_finished"]),
            "At caseness": count(row["n_at_caseness"]),
            "Of": count(row["n_observed"]),
            "Missed": count(row["n_missed"]),
            "Met": count(row["n_met"]),
            f"Share ({context.confidence} interval)": (
                f"{percent(row['estimate'])} ({lower} to {upper})" if is_known(row["estimate"]) else "–"
            ),
            "Missed counted as not met": _share(_row(own, str(row["outcome"]), "missing_as_nonresponse")),
            "If all missed had met": _share(_row(own, str(row["outcome"]), "bound_upper")),
        }
        lines.append(line)
    return pd.DataFrame(lines)


def nhs_recovery_definition(definitions: Definitions) -> str:
    """Who finished, who was at caseness, and what counts as recovered and as reliable, with its source."""
    rule = definitions.outcomes.nhs_recovery
    return say(
        "nhs_recovery.definition",
        rule=_rule(definitions),
        **source_values(rule),
    )


def recovery_section(definitions: Definitions) -> Section:
    """Recovery, its measures, and what services are held to."""
    rule = definitions.outcomes.nhs_recovery
    facts = (
        Fact(rule.version, _rule(definitions), source_of(rule)),
        *(Fact(one.scale, _caseness(one), source_of(one)) for one in rule.measures),
        *(Fact(say("nhs_recovery.held_to"), _standard(one), source_alone(one.citation)) for one in rule.standards),
    )
    return section("recovery", [Entry("recovery-nhs", say("methods.recovery_nhs"), facts, rule.scales)])


def nhs_standards(definitions: Definitions) -> str:
    """What services are held to, with the caution that it is no verdict."""
    rule = definitions.outcomes.nhs_recovery
    standards = [_standard(one) for one in rule.standards]
    return say("nhs_recovery.standards", standards=listed(standards)) if standards else ""


def _rule(definitions: Definitions) -> str:
    rule = definitions.outcomes.nhs_recovery
    changes = [
        say("nhs_recovery.change", scale=one.scale, points=number(points))
        for one in rule.measures
        if (points := definitions.scales[one.scale].reliable_points) is not None
    ]
    return say(
        "nhs_recovery.rule",
        contacts=str(rule.fewest_contacts),
        days=str(rule.last_score_days),
        caseness=" or ".join(_caseness(one) for one in rule.measures),
        reliable=" or ".join(changes),
    )


def _caseness(measure: CasenessMeasure) -> str:
    return say("nhs_recovery.measure", scale=measure.scale, value=number(measure.caseness))


def _standard(standard: NhsStandard) -> str:
    outcome = say(f"nhs_recovery.{standard.outcome}")
    return say("nhs_recovery.standard", share=percent(standard.share), outcome=outcome)


def _label(condition: str, context: Context) -> str:
    return say("nhs_recovery.program") if condition == _PROGRAM else context.label(condition)


def _is_of(table: pd.DataFrame, names: dict[str, None], values: tuple[object, ...]) -> pd.Series[bool]:
    same = pd.Series(True, index=table.index)
    for name, value in zip(names, values, strict=True):
        same &= table[name] == value
    return same


def _row(table: pd.DataFrame, outcome: str, statistic: str = "observed") -> Row | None:
    rows = table[(table["outcome"] == outcome) & (table["statistic"] == statistic)].to_dict("records")
    return rows[0] if rows else None


def _share(row: Row | None) -> str:
    return percent(row["estimate"]) if row is not None and is_known(row["estimate"]) else "–"


def _missed(table: pd.DataFrame, recovered: Row) -> str:
    assumed = _row(table, "recovery", "missing_as_nonresponse")
    if assumed is None or not recovered["n_missed"]:
        return ""
    return say("nhs_recovery.missed", n_missed=count(recovered["n_missed"]), estimate=_share(assumed))


def _paired(table: pd.DataFrame, context: Context) -> str:
    paired = _row(table, "paired_scores")
    if paired is None or not paired["n_finished"]:
        return ""
    return say(
        "nhs_recovery.paired",
        n_finished=count(paired["n_finished"]),
        n_paired=count(paired["n_met"]),
        share=_share(paired),
        expected=percent(context.definitions.outcomes.nhs_recovery.complete_fraction),
    )
