"""Response by what the first infusion was like, as marks: unadjusted, and with severity and dose held alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.dissociation import NOT_RECORDED, level_words
from pipelines.words.marks import Mark, marks_alt, share_mark, value_mark
from pipelines.words.numbers import capitalised, count
from pipelines.words.statement import Context, Row, statistic

EXPOSURES = ("dissociation", "experience", "preparation", "integration", "psychotherapy")


@dataclass(frozen=True)
class LevelMarks:
    """One level of what was recorded.

    Attributes:
        name: of the level.
        unadjusted: the rate of those followed up.
        standardised: the rate with severity and dose held alike; None where nothing is compared.
    """

    name: str
    unadjusted: Mark
    standardised: Mark | None


def experience_levels(rows: pd.DataFrame, condition: str, context: Context) -> dict[str, list[LevelMarks]]:
    """The levels of each exposure that was recorded, in their own order, for one condition.

    Args:
        rows: `dissociation_associations` of one condition.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    found = {}
    for exposure in EXPOSURES:
        own = rows[(rows["exposure"] == exposure) & rows["level"].notna() & (rows["level"] != NOT_RECORDED)]
        observed = [row for row in own[own["statistic"] == "observed"].to_dict("records") if row["n_in_level"]]
        levels = [_level(row, own[own["level"] == row["level"]], condition, context) for row in observed]
        if levels:
            found[say(f"experience.{exposure}")] = levels
    return found


def experience_alt(levels: Mapping[str, Sequence[LevelMarks]]) -> str:
    """What the drawing shows: for each level the rate that it is drawn filled with."""
    return marks_alt({name: [level.standardised or level.unadjusted for level in own] for name, own in levels.items()})


def not_recorded_words(rows: pd.DataFrame, condition: str, context: Context) -> str:
    """Of how many courses nothing is recorded, exposure by exposure; empty if of none."""
    unknown = rows[(rows["level"] == NOT_RECORDED) & (rows["statistic"] == "observed")]
    parts = [
        say(
            "experience_marks.unknown_one",
            what=say(f"experience.{row['exposure']}").lower(),
            n=count(row["n_in_level"]),
        )
        for row in unknown.to_dict("records")
        if not row["suppressed"] and row["n_recorded"] and row["n_in_level"]
    ]
    return say("experience_marks.unknown", condition=context.label(condition), parts=", ".join(parts)) if parts else ""


def _level(observed: Row, own: pd.DataFrame, condition: str, context: Context) -> LevelMarks:
    name = capitalised(level_words(str(observed["level"])))
    courses, adjusted = context.courses(condition), statistic(own, "standardised")
    unadjusted = share_mark(
        observed,
        say("experience_marks.unadjusted", level=name),
        (observed["n_responded"], observed["n_observed"]),
        say("experience_marks.whom", courses=courses),
        context,
    )
    if adjusted is None:
        return LevelMarks(name, unadjusted, None)
    standardised = value_mark(
        adjusted,
        say("experience_marks.standardised", level=name),
        adjusted["n_observed"],
        say("experience_marks.whom_standardised", courses=courses),
        context,
    )
    return LevelMarks(name, unadjusted, standardised if standardised.is_said else None)
