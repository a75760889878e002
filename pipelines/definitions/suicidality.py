"""The shape of [suicidality]: where levels of suicidal ideation are read from, and what was published of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pipelines.definitions.bases import Cited, Identifier, Shape, Words

IdeationOutcome = Literal[
    "present_at_baseline",
    "present",
    "resolved",
    "improved",
    "newly_present",
    "worsened",
    "high_risk_at_baseline",
    "high_risk",
    "newly_high_risk",
]


class IdeationSource(Cited):
    """A level of suicidal ideation, 0 for none: the answer to one item of a scale, or the level that a scale is.

    Attributes:
        id: what rows are told apart by, such as `PHQ-9 item 9`.
        item: its number; absent, the scale's own score is the level.
        high_risk_from: the first level of high risk, where the scale has one.
    """

    id: Words
    scale: Identifier
    item: int | None = Field(default=None, ge=1)
    high_risk_from: int | None = Field(default=None, ge=1)


class PublishedIdeation(Cited):
    """A published share, to see the program's own beside, where condition, source and window are the same."""

    id: Identifier
    outcome: IdeationOutcome
    estimate: float = Field(ge=0, le=1)
    condition: Identifier
    source: Words
    window: Identifier
    population: Words


class SuicidalityRule(Shape):
    """Which levels of ideation there are, each judged by itself."""

    version: Words
    sources: tuple[IdeationSource, ...] = Field(min_length=1)
    published: tuple[PublishedIdeation, ...] = ()

    @model_validator(mode="after")
    def _names_are_different_and_known(self) -> SuicidalityRule:
        names = [source.id for source in self.sources]
        if len(set(names)) < len(names):
            raise ValueError("sources: each id may stand once")
        for result in self.published:
            if result.source not in names:
                raise ValueError(f"published.{result.id}.source: no source '{result.source}'")
        return self
