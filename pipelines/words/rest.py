"""The rest of the program beside a selection, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, listed, percent
from pipelines.words.statement import Context, Row, Statement

_NOTHING = "–"


def about_rest(context: Context) -> Context:
    """What sentences about the rest need: nothing that narrows the selection narrows it."""
    return replace(context, filters=replace(context.filters, is_rest=True))


def rest_statement(statement: Statement, condition: str, context: Context) -> Statement:
    """A sentence of the rest, with its basis and no more, beside that of the selection."""
    return replace(statement, more="", lead=say("rest.lead", label=context.label(condition)))


def rest_label(condition: str, is_only: bool, context: Context) -> str:
    """What a mark of the rest is called.

    Args:
        condition: its id.
        is_only: whether no other condition stands beside it.
        context: definitions, data-through date, selection.
    """
    return say("rest.short") if is_only else say("rest.short_of", label=context.label(condition))


def numbers_with_rest(numbers: pd.DataFrame, rest: pd.DataFrame, is_by_condition: bool) -> pd.DataFrame:
    """The lines of the selection, then those of the rest, told apart in a second column of text.

    Args:
        numbers: those of the selection; the first column names the line.
        rest: the same of the rest, a line or several for each condition; empty where all of it is withheld.
        is_by_condition: whether the selection stands by condition; else its groups have no counterpart in the rest.
    """
    if numbers.empty:
        return numbers
    first, part = str(numbers.columns[0]), say("rest.part")
    told = numbers.copy()
    told.insert(1, part, say("rest.selection"))
    if rest.empty:
        return told
    beside = rest.rename(columns={str(rest.columns[0]): first})
    if str(rest.columns[0]) != first:
        beside[first] = say("rest.together")
    beside.insert(1, part, say("rest.short"))
    whole = pd.concat([told, beside], ignore_index=True)
    return whole.fillna(_NOTHING if is_by_condition else say("rest.together"))


def rest_reference(row: Row) -> str:
    """What a line at the rate of the rest says."""
    return say("rates.rest_reference", estimate=percent(row["estimate"]))


def rest_notes(withheld: Sequence[str], sees_sites: bool, context: Context) -> list[str]:
    """What the rest is, and of which conditions it is withheld.

    Args:
        withheld: the conditions.
        sees_sites: whether the reader sees single sites only.
        context: definitions, data-through date, selection.
    """
    notes = [say("rest.defined_sites" if sees_sites else "rest.defined")]
    if withheld:
        conditions = listed([context.word(condition) for condition in withheld])
        fewest = context.definitions.outcomes.display.fewest_other_sites
        notes.append(say("rest.withheld", conditions=conditions, fewest=count(fewest)))
    return notes
