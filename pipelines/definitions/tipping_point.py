"""The reference rate that a conclusion about response is drawn against, as a program states it for a condition."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from pipelines.definitions.bases import Cited, Identifier


class ReferenceRate(Cited):
    """A response rate to compare with.

    Attributes:
        rate: a share between 0 and 1.
        scale: the scale that it is for, or `primary`.
        rule, window: what it is for; without them the headline of the condition and of the program.
    """

    rate: float = Field(gt=0, lt=1)
    scale: Identifier = "primary"
    rule: Identifier | None = None
    window: Identifier | None = None


class TippingPointRule(Cited):
    """How a conclusion is tried against those lost.

    Attributes:
        references: by condition. Where a condition has none, a published result that is measured alike stands for it.
    """

    references: Mapping[Identifier, ReferenceRate] = Field(default_factory=dict)
