"""The shape of outcomes.toml: baseline, induction, windows, response, onset, durability, how sure an estimate is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from pipelines.definitions.bases import Cited, Identifier, Shape, Words
from pipelines.definitions.dissociation import DissociationRule
from pipelines.definitions.early_improvement import EarlyImprovementRule
from pipelines.definitions.infusions import AcuteRule, SafetyRule
from pipelines.definitions.nhs_recovery import NhsRecoveryRule
from pipelines.definitions.sites import SitesRule
from pipelines.definitions.suicidality import SuicidalityRule
from pipelines.definitions.time_grid import DurabilityRule, TimeGrid
from pipelines.definitions.tipping_point import TippingPointRule
from pipelines.definitions.trend import TrendRule


class ResponseRule(Cited):
    """Response: a fall from baseline by at least so much, inclusive, in exact arithmetic.

    `reduction_percent` is in per cent of the baseline; without it the rule is in points, and each scale that offers
    it states its own.
    """

    version: Words
    label: Words
    reduction_percent: int | None = Field(default=None, gt=0, lt=100)


class BaselineRule(Cited):
    """How long before the first infusion a baseline may lie."""

    look_back_days: int = Field(gt=0)
    flagged_look_back_days: int = Field(gt=0)


class InductionRule(Cited):
    """Which infusions are the induction."""

    first_days: int = Field(gt=0)
    infusions_at_most: int = Field(gt=0)


Anchor = Literal["first_infusion", "last_induction_infusion"]


class Window(Cited):
    """When an outcome is judged: days from the anchor, both ends inside, nearest to the target."""

    label: Words
    from_day: Decimal = Field(alias="from", ge=0)
    to_day: Decimal = Field(alias="to", gt=0)
    target_day: Decimal = Field(alias="target", ge=0)
    anchor: Anchor
    before_infusion: Literal[2] | None = None
    headline: bool = False
    sensitivity: bool = False

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    @model_validator(mode="after")
    def _target_is_inside(self) -> Window:
        if not self.from_day <= self.target_day <= self.to_day:
            raise ValueError("needs from <= target <= to")
        return self


class OnsetRule(TimeGrid):
    """Which times onset is published on, and how long a sustained response must last."""

    horizon_days: int = Field(gt=0)
    whole_days_above_recall_hours: int = Field(ge=0)
    report_days: tuple[int, ...]
    report_infusions: tuple[int, ...]


class IntervalRule(Cited):
    """How sure an estimate is said to be."""

    confidence: float = Field(gt=0.5, lt=1)
    bootstrap_replicates: int = Field(ge=2000)
    bootstrap_seed: int


class DisplayRule(Cited):
    """When there are too few to say.

    Attributes:
        fewest_other_sites: who may see single sites only is shown the rest of the program, as one number, where so many
            other sites are in it. Of one it would be that site's own; of two, each of them could take away its own and
            read the other's.
    """

    fewest_other_sites: int = Field(default=3, ge=3)  # a published copy made before the rule was has none
    fewest_for_a_sentence: int = Field(ge=1)
    quarters_compared: int = Field(ge=1)
    complete_enough_fraction: float = Field(gt=0, le=1)
    far_below_confidence: float = Field(gt=0.5, lt=1)


class ComparisonRule(Cited):
    """How much must have happened before groups are compared by a test.

    Attributes:
        fewest_events: in all groups together; below it there is no test and no verdict.
        fewest_in_group: a group with fewer courses is left out of a comparison, and said to be.
        least_expected_count: with less expected of any group by chance there is no test of shares.
    """

    fewest_events: int = Field(ge=1)
    fewest_in_group: int = Field(ge=1)
    least_expected_count: float = Field(ge=1)


class ChangeBand(Shape):
    """A band of change: the score fell by at least so many per cent of the baseline; without a start, it rose."""

    label: Words
    from_percent: int | None = Field(default=None, alias="from", ge=0, le=100)

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class ChangeBands(Cited):
    """Bands of change in per cent of the baseline, the largest fall first and the rises last."""

    levels: tuple[ChangeBand, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _bands_go_down_to_rises(self) -> ChangeBands:
        starts = [level.from_percent for level in self.levels]
        falls = [start for start in starts[:-1] if start is not None]
        if starts[-1] is not None or len(falls) < len(starts) - 1 or falls != sorted(set(falls), reverse=True):
            raise ValueError("levels: each must start below the one before it, and the last, the rises, have no start")
        if falls[-1] != 0:
            raise ValueError("levels: the last but one must start at 0, so that the last holds the rises")
        return self

    def position(self, reduction_percent: int) -> int:
        """The place of the band, from 1, that a reduction in whole per cent (rounded down) lies in."""
        for position, level in enumerate(self.levels, start=1):
            if level.from_percent is not None and reduction_percent >= level.from_percent:
                return position
        return len(self.levels)


class Outcomes(Shape):
    """outcomes.toml: baseline, induction, response rules, windows, onset, durability, infusions."""

    version: Words
    baseline: BaselineRule
    induction: InductionRule
    rules: Mapping[Identifier, ResponseRule]
    windows: Mapping[Identifier, Window]
    onset: OnsetRule
    durability: DurabilityRule
    acute: AcuteRule
    safety: SafetyRule
    nhs_recovery: NhsRecoveryRule
    suicidality: SuicidalityRule
    change_bands: ChangeBands
    interval: IntervalRule
    display: DisplayRule
    comparison: ComparisonRule
    dissociation: DissociationRule
    early_improvement: EarlyImprovementRule
    tipping_point: TippingPointRule
    sites: SitesRule
    trend: TrendRule

    @model_validator(mode="after")
    def _one_headline(self) -> Outcomes:
        headlines = [name for name, window in self.windows.items() if window.headline]
        if len(headlines) != 1:
            raise ValueError(f"windows: exactly one must have headline = true, found {len(headlines)}")
        return self

    @model_validator(mode="after")
    def _rules_are_edges_of_bands(self) -> Outcomes:
        edges = {level.from_percent for level in self.change_bands.levels}
        for name, rule in self.rules.items():
            if rule.reduction_percent is not None and rule.reduction_percent not in edges:
                raise ValueError(f"change_bands: none starts at {rule.reduction_percent}, where rules.{name} is met")
        return self

    @property
    def headline_window(self) -> str:
        """The id of the window that rates are given for unless another is asked for."""
        return next(name for name, window in self.windows.items() if window.headline)
