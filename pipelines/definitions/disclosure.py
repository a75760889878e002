"""The policies for small numbers: which counts are hidden, and to what the others are rounded."""

from __future__ import annotations

import math
import struct
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from pipelines.definitions.bases import Cited, Words

PolicyName = Literal["internal", "nhs", "cms"]
POLICIES: tuple[PolicyName, ...] = ("internal", "nhs", "cms")
_SPARE = 0xFF
_FILE = Path(__file__).with_name("disclosure.toml")


class Policy(Cited):
    """Which counts of people are shown.

    Attributes:
        label: what it does, in a line.
        hides: what is hidden, as the note of a hidden row says it; nothing where nothing is.
        within: the range of the counts that are hidden, as it stands beside one.
        hidden_from, hidden_to: the counts that are hidden; none where both are absent.
        rounded_to: the counts that are shown are rounded to so many.
    """

    name: PolicyName
    label: Words
    hides: str
    within: str
    hidden_from: int | None = Field(default=None, ge=0)
    hidden_to: int | None = Field(default=None, ge=1)
    rounded_to: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _has_both_ends(self) -> Policy:
        if (self.hidden_from is None) != (self.hidden_to is None):
            raise ValueError("hidden_from and hidden_to stand together")
        return self

    @property
    def hides_nothing(self) -> bool:
        """Whether every count is shown as it is."""
        return self.hidden_to is None and self.rounded_to == 1

    def is_hidden(self, count: float) -> bool:
        """Whether a count may not be shown."""
        return (
            self.hidden_from is not None and self.hidden_to is not None and self.hidden_from <= count <= self.hidden_to
        )

    def is_small(self, difference: float) -> bool:
        """Whether what is left of a count less another may not be known; nobody is left at zero."""
        return self.hidden_to is not None and 0 < difference <= self.hidden_to

    def rounded(self, count: int) -> int:
        """A count as it is shown."""
        return self.rounded_to * round(count / self.rounded_to)

    def in_place_of(self, count: int) -> float:
        """What stands where a count is not shown: not a number, so that nothing is reckoned with it.

        Where the count itself lies in the hidden range, `hidden_within` reads this policy from its spare bits, as R
        tells NA from NaN; where it is hidden for what it would tell of another, there is no range to tell.
        """
        if not self.is_hidden(count):
            return math.nan
        return _from_bits(_bits(math.nan) | (1 + POLICIES.index(self.name)))

    def shown(self, count: int) -> float:
        """A count by itself as it is shown."""
        return self.in_place_of(count) if self.is_hidden(count) else self.rounded(count)


def hidden_within(number: float) -> str:
    """The range in which a hidden count lies, in words; nothing where it is hidden for the sake of another."""
    place = _bits(number) & _SPARE
    return policy_named(POLICIES[place - 1]).within if math.isnan(number) and 0 < place <= len(POLICIES) else ""


def _bits(number: float) -> int:
    (bits,) = struct.unpack("<Q", struct.pack("<d", number))
    return int(bits)


def _from_bits(bits: int) -> float:
    (number,) = struct.unpack("<d", struct.pack("<Q", bits))
    return float(number)


@cache
def policy_named(name: PolicyName) -> Policy:
    """A policy of this version."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))[name]
    return Policy.model_validate({"name": name, **table})
