"""Suicidal ideation as marks: what became of those with some, and of those with none, by each source of a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.marks import Mark, marks_alt, share_mark
from pipelines.words.statement import Context, Row

if TYPE_CHECKING:
    from pipelines.definitions.suicidality import IdeationSource

Pair = tuple[Mark, Mark | None]
"""The share of those with the level recorded, and the one that counts the others as not so, where that is asked."""
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "with_some": ("resolved", "improved"),
    "without": ("newly_present",),
    "with_both": ("worsened",),
    "high_risk_levels": ("high_risk_at_baseline", "high_risk", "newly_high_risk"),
}


def ideation_marks(
    table: pd.DataFrame, source: IdeationSource, condition: str, context: Context
) -> dict[str, list[Pair]]:
    """The outcomes of one condition by one source, in sections by whom they are of.

    Args:
        table: `suicidality` of one condition.
        source: of the level.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    own = table[table["scale"] == source.id]
    rows = {(str(row["outcome"]), str(row["statistic"])): row for row in own.to_dict("records")}
    found = {}
    for section, outcomes in SECTIONS.items():
        pairs = [
            (
                _observed(rows[outcome, "observed"], source, condition, context),
                _assumed(rows.get((outcome, "missing_as_nonresponse")), source, condition, context),
            )
            for outcome in outcomes
            if (outcome, "observed") in rows
        ]
        if pairs:
            values = {"level": str(source.high_risk_from)} if section == "high_risk_levels" else {}
            found[say(f"suicidality.{section}", **values)] = pairs
    return found


def ideation_alt(sections: Mapping[str, Sequence[Pair]]) -> str:
    """What the drawing shows."""
    return marks_alt({name: [observed for observed, _ in pairs] for name, pairs in sections.items()})


def _observed(row: Row, source: IdeationSource, condition: str, context: Context) -> Mark:
    counts = (row["n_met"], row["n_observed"])
    return share_mark(row, _name(row), counts, _whom(source, condition, context), context)


def _assumed(row: Row | None, source: IdeationSource, condition: str, context: Context) -> Mark | None:
    if row is None:
        return None
    counts = (row["n_met"], row["n_observed"] + row["n_missed"] + row["n_total_only"])
    name = say("suicidality.mark_missed", outcome=_name(row))
    return share_mark(row, name, counts, _whom(source, condition, context), context)


def _name(row: Row) -> str:
    return say(f"suicidality.line_{row['outcome']}")


def _whom(source: IdeationSource, condition: str, context: Context) -> str:
    return say("suicidality.whom", courses=context.courses(condition), source=source.id)
