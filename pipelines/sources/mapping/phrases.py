"""When a score was taken, in the words of a mapping: "before the course", "1 day after infusion 2"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipelines.definitions.bases import MINUTES_PER_DAY, MINUTES_PER_HOUR
from pipelines.errors import nearest_name, nearest_or_all

Timing = Literal["before", "during", "after"]
Anchor = Literal["start", "infusion", "this_infusion", "last_infusion"]

MINUTES_PER_UNIT = {
    "minutes": 1,
    "hours": MINUTES_PER_HOUR,
    "days": MINUTES_PER_DAY,
    "weeks": 7 * MINUTES_PER_DAY,
}
"""A month has no fixed length: a mapping that counts in months states `days_per_month`."""

UNITS = (*MINUTES_PER_UNIT, "months")

_NUMBER = r"(?P<number>\d+(?:\.\d+)?)"
_PHRASE = re.compile(
    rf"(?:{_NUMBER} (?P<unit>[a-z]+) )?(?P<side>before|during|after) "
    r"(?P<anchor>the course|the start|the last infusion|this infusion|infusion (?P<infusion>\d+))"
)
_EXAMPLES = (
    "before the course",
    "14 days after the start",
    "before infusion 2",
    "1 day after infusion 2",
    "after the last infusion",
    "40 minutes after this infusion",
)


class PhraseError(ValueError):
    """Words that name no time; the message says what was expected."""


@dataclass(frozen=True)
class TimePhrase:
    """A time counted from the start of the course or from one of its infusions.

    Attributes:
        anchor: what it counts from.
        infusion: which infusion, where the anchor is one by number.
        timing: before, during or after the infusion, where no span is stated.
        number: the span, negative before the anchor; 0 where none is stated.
        unit: the unit of the span.
    """

    anchor: Anchor
    infusion: int | None = None
    timing: Timing | None = None
    number: Decimal = Decimal(0)
    unit: str = "days"

    def minutes(self, days_per_month: int | None) -> float:
        """The span in minutes."""
        return float(self.number) * minutes_per(self.unit, days_per_month)


def minutes_per(unit: str, days_per_month: int | None) -> int:
    """How many minutes a unit has."""
    if unit == "months":
        assert days_per_month is not None, "checked with the mapping"
        return days_per_month * MINUTES_PER_DAY
    return MINUTES_PER_UNIT[unit]


def read_phrase(text: str) -> TimePhrase:
    """The time that a phrase names.

    Raises:
        PhraseError: it names none.
    """
    words = " ".join(text.casefold().split())
    found = _PHRASE.fullmatch(words)
    if found is None:
        alike = next((example for example in _EXAMPLES if words and example.startswith(words.split()[0])), _EXAMPLES[1])
        raise PhraseError(f"'{text}' names no time. Write, for example, '{nearest_name(words, _EXAMPLES) or alike}'.")
    side, unit = found["side"], _unit(found["unit"])
    anchor: Anchor = "start"
    if found["infusion"]:
        anchor = "infusion"
    elif found["anchor"] == "the last infusion":
        anchor = "last_infusion"
    elif found["anchor"] == "this infusion":
        anchor = "this_infusion"
    infusion = int(found["infusion"]) if found["infusion"] else None
    if infusion == 0:
        raise PhraseError(f"'{text}': infusions count from 1.")
    if unit is not None:
        if side not in ("before", "after"):
            raise PhraseError(f"'{text}': a span is before or after something.")
        number = Decimal(found["number"])
        return TimePhrase(anchor, infusion, None, -number if side == "before" else number, unit)
    if anchor == "start" and side != "before":
        raise PhraseError(
            f"'{text}' does not say how long after. Write, for example, '14 days after the start', 'after infusion 1'."
        )
    return TimePhrase(anchor, infusion, side)  # type: ignore[arg-type]  # one of the three


def _unit(word: str | None) -> str | None:
    if word is None:
        return None
    plural = word if word.endswith("s") else f"{word}s"
    if plural not in UNITS:
        raise PhraseError(f"'{word}' is no unit of time. {nearest_or_all(plural, UNITS)}")
    return plural
