"""The policies for small numbers: which counts are hidden, and to what the others are rounded."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from pipelines.definitions.bases import Cited, Words

PolicyName = Literal["internal", "nhs", "cms"]
POLICIES: tuple[PolicyName, ...] = ("internal", "nhs", "cms")
HIDDEN = math.nan
"""What stands in place of a count that is hidden; one that a row never had is NA."""
_FILE = Path(__file__).with_name("disclosure.toml")


class Policy(Cited):
    """Which counts of people are shown.

    Attributes:
        label: what it does, in a line.
        hides: what is hidden, as the note of a hidden row says it; nothing where nothing is.
        hidden_from, hidden_to: the counts that are hidden; none where both are absent.
        rounded_to: the counts that are shown are rounded to so many.
    """

    name: PolicyName
    label: Words
    hides: str
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

    def shown(self, count: int) -> float:
        """A count by itself as it is shown, else `HIDDEN`."""
        return HIDDEN if self.is_hidden(count) else self.rounded(count)


@cache
def policy_named(name: PolicyName) -> Policy:
    """A policy of this version."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))[name]
    return Policy.model_validate({"name": name, **table})
