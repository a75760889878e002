"""The shape of [nhs_recovery]: recovery as NHS Talking Therapies reports it, from two measures, first and last."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from pipelines.definitions.bases import Cited, Identifier, Shape, Words

NHS_OUTCOMES = ("recovery", "reliable_recovery", "reliable_improvement", "reliable_deterioration")
"""What a finished course can come to; the first two among those at caseness, the others among all finished."""
NhsOutcome = Literal["recovery", "reliable_recovery", "reliable_improvement"]


class CasenessMeasure(Cited):
    """One of the measures: at caseness from this score on. Its reliable change is the scale's own."""

    scale: Identifier
    caseness: Decimal


class NhsStandard(Shape):
    """A share that services are held to, shown beside a program's own and never a verdict on it."""

    outcome: NhsOutcome
    share: float = Field(gt=0, lt=1)
    citation: Words


class NhsRecoveryRule(Cited):
    """Who has finished, who was at caseness, and which score is the last.

    Attributes:
        conditions: courses given for one of them count.
        measures: judged together; a course needs a first and a last score on each.
        fewest_contacts: treatment contacts of a finished course; here infusions of induction.
        last_score_days: the last score lies at most so long after the last infusion of induction.
        complete_fraction: the share of finished courses with paired scores that is expected.
    """

    version: Words
    conditions: tuple[Identifier, ...] = Field(min_length=1)
    fewest_contacts: int = Field(ge=1)
    last_score_days: int = Field(gt=0)
    complete_fraction: float = Field(gt=0, le=1)
    measures: tuple[CasenessMeasure, ...] = Field(min_length=2)
    standards: tuple[NhsStandard, ...] = ()

    @model_validator(mode="after")
    def _measures_are_different(self) -> NhsRecoveryRule:
        scales = [measure.scale for measure in self.measures]
        if len(set(scales)) < len(scales):
            raise ValueError("measures: each scale may stand once")
        return self

    @property
    def scales(self) -> str:
        """`PHQ-9 and GAD-7`."""
        return " and ".join(measure.scale for measure in self.measures)

    def standard(self, outcome: str) -> NhsStandard | None:
        """The share that services are held to for an outcome, if there is one."""
        return next((standard for standard in self.standards if standard.outcome == outcome), None)
