"""The rest of the program beside a selection, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, listed, percent
from pipelines.words.statement import Context, Row, Statement


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
