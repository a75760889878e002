"""Levels of a subgroup in words: whether a rate differs between them by more than chance."""

from __future__ import annotations

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known
from pipelines.words.rates import NOT_RECORDED, ordered_groups
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, Row, Statement, met_of, statistic

_LEAST_P = 0.001
_REASONS = ("not tested", "nothing to compare", "too few to compare")


def subgroup_statement(rows: pd.DataFrame, condition: str, group: str, outcome: str, context: Context) -> Statement:
    """Whether the levels of a group differ, or why nobody can say.

    Args:
        rows: rates of one condition by the group, with the row `heterogeneity`.
        condition: its id; the table is empty when the selection holds none of it.
        group: what the courses are parted by.
        outcome: `response`, `remission` or `reliable_change`.
        context: definitions, data-through date, selection.
    """
    lead = context.label(condition)
    row = statistic(rows, "heterogeneity")
    if row is None:
        courses = context.courses(condition)
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    names = {"outcome": say(f"subgroups.{outcome}"), "group": attribute_words(group)}
    if not is_known(row["p_value"]):
        reason = next((part for part in str(row["note"]).split("; ") if part.startswith(_REASONS)), "")
        basis = say("subgroups.reason", reason=reason)
        return Statement(say("subgroups.not_tested", **names), basis, _left_out(row), lead)
    is_found = row["p_value_adjusted"] < 1 - context.definitions.outcomes.interval.confidence
    finding = say("subgroups.found" if is_found else "subgroups.none_found", **names)
    return Statement(finding, _basis(row), _left_out(row), lead)


def subgroup_question(outcome: str, group: str) -> str:
    """What the sentences and the figure answer.

    Args:
        outcome: `response`, `remission` or `reliable_change`.
        group: what the courses are parted by.
    """
    return say("subgroups.question", outcome=say(f"subgroups.{outcome}").lower(), group=attribute_words(group))


def ordered_levels(rates: pd.DataFrame, group: str, context: Context) -> list[str]:
    """The levels in the order to show them: sites by name, the others as everywhere; never by their rates."""
    if group == "site":
        sites = sorted(set(rates.loc[rates["statistic"] == "observed", group]))
        return sorted(sites, key=lambda site: site == NOT_RECORDED)
    return ordered_groups(rates, group, context)


def subgroup_definition(context: Context) -> list[str]:
    """How levels are compared, with its source."""
    rule = context.definitions.outcomes.comparison
    return [
        say(
            "subgroups.definition",
            events=count(rule.fewest_events),
            fewest=count(rule.fewest_in_group),
            least=f"{rule.least_expected_count:g}",
            **source_values(rule),
        )
    ]


def _basis(row: Row) -> str:
    degrees, n = int(row["degrees_of_freedom"]), int(row["n_comparisons"])
    adjusted = say("subgroups.adjusted", n=count(n), p=_chance(row["p_value_adjusted"])) if n > 1 else ""
    return say(
        "subgroups.basis",
        chi_square=f"{row['chi_square']:.2f}",
        degrees=say("subgroups.degrees_one") if degrees == 1 else say("subgroups.degrees_many", n=count(degrees)),
        p=_chance(row["p_value"]),
        adjusted=adjusted,
        n_groups=count(row["n_groups"]),
        n_met=count(met_of(row)),
        n_observed=count(row["n_observed"]),
    )


def _left_out(row: Row) -> str:
    parts = [part for part in str(row["note"]).split("; ") if part.startswith("left out: ")]
    return say("subgroups.left_out", levels=parts[0].removeprefix("left out: ")) if parts else ""


def _chance(p_value: float) -> str:
    return say("subgroups.p_small") if p_value < _LEAST_P else say("subgroups.p", value=f"{p_value:.2g}")
