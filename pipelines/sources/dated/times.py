"""A time as one line of a source tells it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.privacy.relative_time import Moment
from pipelines.sources.mapping.phrases import TimePhrase


@dataclass(frozen=True, slots=True)
class Spanned:
    """A span from the start of the course, or from one of its infusions.

    Attributes:
        minutes: negative before it.
        is_by_day: whether only days are counted.
        infusion: the number of the infusion; None for the start.
    """

    minutes: float
    is_by_day: bool
    infusion: int | None = None


@dataclass(frozen=True, slots=True)
class UnreadTime:
    """A time that is not read.

    Attributes:
        rule: why, as in `definitions/import_rules.toml`.
        found: what may be told of it.
    """

    rule: str
    found: str


ReadTime = Moment | Spanned | TimePhrase | UnreadTime | None
"""A time as one line tells it; None where its cell is blank."""


def out_of_bounds(day: int, earliest: int, latest: int) -> UnreadTime | None:
    """Why a day can be none of a treatment or a birth; None if it can.

    Args:
        day, earliest, latest: days as `Moment` counts them.
    """
    if earliest <= day <= latest:
        return None
    return UnreadTime("future_date" if day > latest else "impossible_date", "a date")
