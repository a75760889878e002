"""The shape of what an infusion was like: bands of dissociation and of dose, and published correlations."""

from __future__ import annotations

from decimal import Decimal

from pydantic import ConfigDict, Field, model_validator

from pipelines.definitions.bases import Cited, Identifier, Shape, Words

EXPOSURES = ("dissociation", "experience", "preparation", "integration", "psychotherapy")
"""What is held against response: four things recorded of the first infusion, and the setting of the course."""


class RecordedBand(Shape):
    """A band of a recorded number, from where it begins, inclusive, to where the next one begins."""

    label: Words
    from_value: Decimal = Field(alias="from", ge=0)

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class RecordedBands(Cited):
    """Bands of a recorded number, the lowest first and from 0, so that every number has one."""

    levels: tuple[RecordedBand, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _bands_go_up_from_nought(self) -> RecordedBands:
        starts = [level.from_value for level in self.levels]
        if starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError("levels: the first must start at 0, and each above the one before it")
        if len({level.label for level in self.levels}) < len(self.levels):
            raise ValueError("levels: each needs a label of its own")
        return self


class SessionRule(Cited):
    """When an integration session is over: a score before then may have come before it."""

    integration_over_after_days: int = Field(gt=0)


class PublishedCorrelation(Cited):
    """A published correlation of dissociation with the change of symptoms; negative where more goes with a larger fall.

    Attributes:
        study: whose it is, in a word or two.
        condition: whose symptoms.
        measured: what was correlated, and when.
        n: people in the study.
    """

    study: Words
    condition: Identifier
    measured: Words
    estimate: float = Field(ge=-1, le=1)
    n: int = Field(gt=0)


class DissociationRule(Shape):
    """How what was recorded of a first infusion is held against response.

    Attributes:
        score_bands: of the dissociation score, in points.
        dose_bands: of the first infusion, in mg per kg.
    """

    score_bands: RecordedBands
    dose_bands: RecordedBands
    sessions: SessionRule
    published_correlations: tuple[PublishedCorrelation, ...] = ()
