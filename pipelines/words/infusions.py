"""Infusions to response in words: with which infusion half have responded. The left end of an interval is left out."""

from __future__ import annotations

import re

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.clocks import Clock
from pipelines.words.numbers import count
from pipelines.words.onset import onset_statement
from pipelines.words.statement import Context, Row, Statement

_WITHOUT_ROWS = re.compile(r"(?P<n>[\d,]+) without infusion rows are left out")


def infusion_statement(times: pd.DataFrame, condition: str, context: Context) -> Statement:
    """With which infusion half of a condition's courses have responded, or why nobody can say.

    Args:
        times: rows of `onset_times` with the clock `infusions`, for one condition and group.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    return onset_statement(times, condition, context, INFUSIONS)


def _first(lower: float) -> str:
    """The first infusion inside an interval: the one after its lower end."""
    return count(lower + 1)


def _is_one(row: Row) -> bool:
    return _first(row["lower"]) == count(row["upper"])


def _left_out(row: Row, _context: Context) -> str:
    """How many courses the infusions say nothing of; empty if none."""
    match = _WITHOUT_ROWS.search(str(row["note"]))
    return say("infusions.left_out", n=match["n"]) if match else ""


INFUSIONS = Clock(
    column="infusion",
    section="infusions",
    time=lambda infusion: f"infusion {count(infusion)}",
    lower=_first,
    lower_for_short=_first,
    upper=count,
    is_upper_enough=_is_one,
    the_last=say("infusions.last"),
    caution=_left_out,
)
