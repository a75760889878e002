"""The shape of a scale's file: range, items and their scoring, bands, cuts, response, reliable change, codes.

Numbers are in points, as published. A scale whose total is a mean keeps its scores in smaller units, so that every
mean that its items can give is a whole number of them: `units_per_point` (3 for a mean of three items).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from pipelines.definitions.bases import Cited, Identifier, Operator, Shape, Words
from pipelines.definitions.items import Items
from pipelines.definitions.reliable_change import AlternativePoints, ReliableChange

LoincCode = Annotated[str, StringConstraints(pattern=r"^\d{1,7}-\d$")]
LoincAnswer = Annotated[str, StringConstraints(pattern=r"^LA\d{1,7}-\d$")]


RELIABLE_CHANGES = ("reliable_improvement", "reliable_worsening")
"""A fall, and a rise, by at least the scale's reliable change; only for scales whose definition holds one."""


class Grid(Cited):
    """The totals that there are, in points: from minimum to maximum by step; without a step, the means of the items."""

    minimum: Decimal
    maximum: Decimal
    step: Decimal | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _range_is_whole_steps(self) -> Grid:
        if self.maximum <= self.minimum:
            raise ValueError("maximum must be above minimum")
        if self.step is not None and (self.maximum - self.minimum) % self.step:
            raise ValueError("step must divide the range from minimum to maximum")
        return self


class AlternativeCut(Shape):
    """Another published cut, kept in sight because sources conflict."""

    operator: Operator
    value: Decimal
    citation: Words

    def __str__(self) -> str:
        return f"{self.operator} {self.value}"


class Cut(Cited):
    """A score is on the near side of a cut: entry (at or above) or remission (below, or at or below)."""

    operator: Operator
    value: Decimal
    alternatives: tuple[AlternativeCut, ...] = ()

    def __str__(self) -> str:
        return f"{self.operator} {self.value}"


class Band(Shape):
    """A published band of severity, from this score up to the next band."""

    label: Words
    from_score: Decimal = Field(alias="from")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class AlternativeBands(Shape):
    """Another published division into bands."""

    levels: tuple[Band, ...] = Field(min_length=2)
    citation: Words


class Bands(Cited):
    """Bands of severity, the mildest first; they label a score and decide nothing."""

    levels: tuple[Band, ...] = Field(min_length=2)
    alternatives: tuple[AlternativeBands, ...] = ()

    @model_validator(mode="after")
    def _bands_rise(self) -> Bands:
        for levels in (self.levels, *(other.levels for other in self.alternatives)):
            starts = [level.from_score for level in levels]
            if starts != sorted(set(starts)):
                raise ValueError("each band must start above the one before it")
        return self


class ImportantChange(Shape):
    """A published smallest change that matters to patients; shown beside results, decides nothing."""

    least: Decimal = Field(gt=0)
    most: Decimal | None = None
    unit: Literal["points", "percent"]
    citation: Words


class OfferedRule(Cited):
    """A scale offers a response rule, with the source for using it on this scale.

    `points` states the fall for a rule that is in the scale's own points, and only for such a rule.
    """

    points: Decimal | None = Field(default=None, gt=0)
    alternatives: tuple[AlternativePoints, ...] = ()


class Loinc(Cited):
    """LOINC codes that were verified; a code that was not is left out. Several totals where versions have their own."""

    panel: LoincCode | None = None
    total: tuple[LoincCode, ...] = ()
    items: tuple[LoincCode, ...] = ()
    answers: tuple[LoincAnswer, ...] = ()

    @model_validator(mode="after")
    def _check_digits_hold(self) -> Loinc:
        codes = [*([self.panel] if self.panel else []), *self.total, *self.items]
        if wrong := [code for code in codes if not _has_check_digit(code)]:
            raise ValueError(f"not a LOINC code, its check digit is wrong: {', '.join(wrong)}")
        return self


class Scale(Shape):
    """One symptom scale.

    Attributes:
        purpose: `outcome`, judged for response; `process` (what happens during an infusion) and `safety` never are.
        metric: `points` with a true zero, so that per cents hold; `t_score` (mean 50, SD 10 in a population) and
            `level` (an order without distances) have none.
        also_called: other names that clinics write; a score under one of them is quarantined with the id to write.
        resembling: names of other measures that look alike; they are not tracked.
        units_per_point: scores are kept as whole numbers of this part of a point.
        response: the response rules that the scale offers, by id.
    """

    id: Identifier
    version: Words
    name: Words
    measures: Words
    purpose: Literal["outcome", "process", "safety"] = "outcome"
    metric: Literal["points", "t_score", "level"] = "points"
    rater: Literal["self", "clinician"]
    recall_hours: int = Field(ge=0)
    recall_words: Words
    licence: Words
    also_called: tuple[Words, ...] = ()
    resembling: tuple[Words, ...] = ()
    units_per_point: int = Field(default=1, gt=0)
    total: Grid
    items: Items | None = None
    bands: Bands | None = None
    entry_cut: Cut | None = None
    response: Mapping[Identifier, OfferedRule] = Field(default_factory=dict)
    remission: Cut | None = None
    reliable_change: ReliableChange | None = None
    important_changes: tuple[ImportantChange, ...] = ()
    loinc: Loinc | None = None

    @model_validator(mode="after")
    def _cuts_point_the_right_way(self) -> Scale:
        if self.entry_cut is not None and self.entry_cut.operator not in (">", ">="):
            raise ValueError("entry_cut.operator must be '>' or '>=': courses enter at or above the cut")
        if self.remission is not None and self.remission.operator not in ("<", "<="):
            raise ValueError("remission.operator must be '<' or '<=': remission is at or below the cut")
        return self

    @model_validator(mode="after")
    def _every_score_is_whole_units(self) -> Scale:
        if self.items is not None and self.items.scoring == "mean":
            if self.total.step is not None:
                raise ValueError("total.step must be absent: the mean of the items sets it")
            for n_answered in self.items.answered_counts:
                if self.units_per_point % n_answered:
                    raise ValueError(
                        f"units_per_point must be divisible by {n_answered}, the items that may be answered"
                    )
        elif self.total.step is None:
            raise ValueError("total.step is missing; only a mean of items has none")
        return self

    @model_validator(mode="after")
    def _items_fill_the_range(self) -> Scale:
        if self.items is not None and self.items.total_range != (self.total.minimum, self.total.maximum):
            low, high = self.items.total_range
            raise ValueError(f"total: its items give {low} to {high}")
        return self

    @model_validator(mode="after")
    def _bands_begin_at_the_least_total(self) -> Scale:
        if self.bands is not None:
            for levels in (self.bands.levels, *(other.levels for other in self.bands.alternatives)):
                if levels[0].from_score != self.total.minimum or levels[-1].from_score > self.total.maximum:
                    raise ValueError("bands must begin at total.minimum and stay within the range")
        return self

    @model_validator(mode="after")
    def _only_outcomes_respond(self) -> Scale:
        if self.purpose != "outcome" and self.response:
            raise ValueError(f"response: a {self.purpose} scale offers no response rule")
        if self.loinc and self.loinc.items and (self.items is None or len(self.loinc.items) != self.items.count):
            raise ValueError("loinc.items must be one code for each item, in their order")
        return self

    @property
    def reliable_units(self) -> Fraction | None:
        """A change of so many units or more is reliable; None where the definition holds no reliable change."""
        if self.reliable_change is None:
            return None
        step = Fraction(1, self.units_per_point) if self.total.step is None else Fraction(self.total.step)
        return self.reliable_change.least(step) * self.units_per_point

    @property
    def reliable_points(self) -> Decimal | None:
        """The same in points, for showing: to the hundredth where points have no end, such as 7/3."""
        if self.reliable_change is None or self.reliable_units is None:
            return None
        points = self.reliable_units / self.units_per_point
        exact = Decimal(points.numerator) / Decimal(points.denominator)
        return self.reliable_change.points or Decimal(f"{round(exact, 2).normalize():f}")

    def in_units(self, points: Decimal) -> Decimal:
        """Points as the units that scores are kept in."""
        return points * self.units_per_point


def _has_check_digit(code: str) -> bool:
    """LOINC numbers end in a Luhn (mod 10) check digit: LOINC Users' Guide, appendix on check digits."""
    digits = [int(digit) for digit in re.sub(r"\D", "", code)]
    doubled = [digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits[::-1])]
    return sum(doubled) % 10 == 0
