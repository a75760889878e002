"""What is asked of single infusions: when a change is acute, which pressures are high, and what was published."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from pipelines.definitions.bases import Cited, Identifier, Shape, Words
from pipelines.definitions.scale import Scale

RISES = ("systolic_rise", "diastolic_rise", "heart_rate_rise")
"""Peak less before, in mmHg and per minute."""
EVENTS = ("high_pressure", "large_pressure_rise", "adverse_event", "stopped_early")
"""What an infusion has or has not."""
WORSENINGS = ("any_worsening", "reliable_worsening")
"""What a course has or has not at the headline window."""

ALL_INFUSIONS = "all"


def infusion_groups(alone_up_to: int) -> list[tuple[str, int, int | None]]:
    """How infusions are grouped by number, as name, first and last: all of them, each alone, then the later together.

    Args:
        alone_up_to: the last number that stands alone, the most that an induction has.
    """
    alone: list[tuple[str, int, int | None]] = [(str(number), number, number) for number in range(1, alone_up_to + 1)]
    return [(ALL_INFUSIONS, 1, None), *alone, (f"{alone_up_to + 1}+", alone_up_to + 1, None)]


class AcuteRule(Cited):
    """Acute change: from the last score before an infusion to the one nearest to the target after it.

    Attributes:
        recall_hours_at_most: only scales that ask about no more than so many hours.
        before_hours: how long before the infusion's start the score before may lie.
        after_hours: how long after the infusion's start the score after may lie.
        target_hours: after the infusion's start.
    """

    recall_hours_at_most: int = Field(ge=0)
    before_hours: int = Field(gt=0)
    after_hours: int = Field(gt=0)
    target_hours: int = Field(ge=0)

    @model_validator(mode="after")
    def _target_is_inside(self) -> AcuteRule:
        if self.target_hours > self.after_hours:
            raise ValueError("needs target_hours <= after_hours")
        return self

    def allows(self, scale: Scale) -> bool:
        """Whether scores on the scale can tell an acute change: an outcome, asked about for no longer than that."""
        return scale.purpose == "outcome" and scale.recall_hours <= self.recall_hours_at_most


class PressureLimits(Cited):
    """Limits of blood pressure in mmHg; at or above either counts."""

    label: Words
    systolic: Decimal = Field(gt=0)
    diastolic: Decimal = Field(gt=0)


class PublishedFinding(Cited):
    """A published result on infusions, or on courses that got worse, to see the program's own beside.

    Attributes:
        statistic: which of ours it is like.
        estimate: a mean in mmHg or per minute, or a share.
        n_infusions, n_patients: how many it is of, where published.
        condition, scale, window: of worsening; it is comparable only where all three are the same.
        population: whose result it is, and at which dose and moment.
        mark: `read` on a primary page or its abstract, `quoted` read in quotation, `by_citation` not re-read.
    """

    id: Identifier
    statistic: Identifier
    estimate: float
    n_infusions: int | None = Field(default=None, gt=0)
    n_patients: int | None = Field(default=None, gt=0)
    condition: Identifier | None = None
    scale: Identifier | None = None
    window: Identifier | None = None
    population: Words
    mark: Literal["read", "quoted", "by_citation"]

    @model_validator(mode="after")
    def _is_of_a_statistic(self) -> PublishedFinding:
        known = (*RISES, *EVENTS, *WORSENINGS)
        if self.statistic not in known:
            raise ValueError(f"statistic must be one of {', '.join(known)}")
        is_of_courses = [name is not None for name in (self.condition, self.scale, self.window)]
        if is_of_courses != [self.statistic in WORSENINGS] * len(is_of_courses):
            raise ValueError("condition, scale and window belong to worsening, which needs all three")
        if self.statistic not in RISES and not 0 <= self.estimate <= 1:
            raise ValueError("a share lies between 0 and 1")
        return self


class SafetyRule(Shape):
    """Limits of blood pressure, and published findings."""

    high_pressure: PressureLimits
    large_pressure_rise: PressureLimits
    published: tuple[PublishedFinding, ...] = ()

    @model_validator(mode="after")
    def _ids_stand_once(self) -> SafetyRule:
        ids = [finding.id for finding in self.published]
        if len(set(ids)) < len(ids):
            raise ValueError("published: an id comes twice")
        return self
