"""The shapes of definition files: conditions, outcome rules, columns, import rules (scales in `scale.py`).

Every threshold carries its citation and the day of its last review. All models are frozen, refuse
unknown keys, and together make one `Definitions`, which a snapshot keeps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from pipelines.definitions.bases import Cited, Identifier, Shape, Words
from pipelines.definitions.benchmarks import Benchmark
from pipelines.definitions.clinical_codes import ClinicalCodes
from pipelines.definitions.identifiers import Identifiers
from pipelines.definitions.quality import Quality
from pipelines.definitions.scale import Scale

MINUTES_PER_DAY = 1440
MINUTES_PER_HOUR = 60


class Condition(Shape):
    """A condition that a course is given for.

    Attributes:
        scales: the order of preference; each offers the headline rule, and the first with a baseline is a course's
            primary scale.
        scales_apart: scales that belong to the condition and cannot enter its rate (PROMIS T-scores): shown by
            themselves, in points, when asked for.
        headline_response: the rule of the condition's rate.
        further_responses: rules printed beside it.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Words
    order: int = Field(ge=0)
    scales: tuple[Identifier, ...] = Field(min_length=1)
    scales_apart: tuple[Identifier, ...] = ()
    headline_response: Identifier
    further_responses: tuple[Identifier, ...] = ()


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


class OnsetRule(Cited):
    """Which times onset is published on, and how long a sustained response must last."""

    horizon_days: int = Field(gt=0)
    grid_hours: tuple[int, ...] = ()
    grid_days_to: int = Field(default=0, ge=0)
    grid_weeks_to: int = Field(default=0, ge=0)
    grid_days: tuple[int, ...] = ()
    whole_days_above_recall_hours: int = Field(ge=0)
    report_days: tuple[int, ...]
    report_infusions: tuple[int, ...]

    def grid_minutes(self) -> tuple[int, ...]:
        """The published times in minutes after the first infusion, ascending, 0 included."""
        days = {
            *range(1, self.grid_days_to + 1),
            *(7 * week for week in range(1, self.grid_weeks_to + 1)),
            *self.grid_days,
        }
        hours = {hour * MINUTES_PER_HOUR for hour in self.grid_hours}
        return tuple(sorted({0} | hours | {day * MINUTES_PER_DAY for day in days}))


class IntervalRule(Cited):
    """How sure an estimate is said to be."""

    confidence: float = Field(gt=0.5, lt=1)
    bootstrap_replicates: int = Field(ge=2000)
    bootstrap_seed: int


class DisplayRule(Cited):
    """When there are too few to say."""

    fewest_for_a_sentence: int = Field(ge=1)
    quarters_compared: int = Field(ge=1)
    complete_enough_fraction: float = Field(gt=0, le=1)
    far_below_confidence: float = Field(gt=0.5, lt=1)


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
    """outcomes.toml: baseline, induction, response rules, windows, onset."""

    version: Words
    baseline: BaselineRule
    induction: InductionRule
    rules: Mapping[Identifier, ResponseRule]
    windows: Mapping[Identifier, Window]
    onset: OnsetRule
    change_bands: ChangeBands
    interval: IntervalRule
    display: DisplayRule

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


ColumnKind = Literal["id", "text", "code", "codes", "yes_no", "number", "whole_number", "period"]


class ColumnRule(Shape):
    """What one column of a canonical file may hold."""

    kind: ColumnKind
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    codes: tuple[str, ...] = ()


class Columns(Cited):
    """columns.toml: the columns of canonical files.

    Attributes:
        earliest_day, latest_day: times outside are impossible, in days from the first infusion.
        earliest_year: in sources with dates, a treatment or a score before it is impossible.
    """

    version: Words
    earliest_day: int
    latest_day: int
    earliest_year: int
    codes: Mapping[Literal["yes", "no"], tuple[str, ...]]
    courses: Mapping[str, ColumnRule]
    infusions: Mapping[str, ColumnRule]
    scores: Mapping[str, ColumnRule]

    def of(self, table: str) -> Mapping[str, ColumnRule]:
        """The columns of `courses`, `infusions` or `scores`."""
        return {"courses": self.courses, "infusions": self.infusions, "scores": self.scores}[table]


class ImportRule(Shape):
    """Why a row was quarantined, and how to mend it.

    Attributes:
        follows_from_course: whether the row itself is sound, and follows once its course is mended.
    """

    found: Words
    cure: Words
    follows_from_course: bool = False


class ImportRules(Cited):
    """import_rules.toml: the reasons of the quarantine."""

    version: Words
    rules: Mapping[Identifier, ImportRule]


class Definitions(Shape):
    """Everything that decides what a number means; a snapshot keeps the one that made it."""

    scales: Mapping[str, Scale]
    conditions: Mapping[str, Condition]
    outcomes: Outcomes
    columns: Columns
    import_rules: ImportRules
    identifiers: Identifiers
    quality: Quality
    clinical_codes: ClinicalCodes
    benchmarks: tuple[Benchmark, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 over all definitions, in a fixed order."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def import_hash(self) -> str:
        """SHA-256 over what decides where an imported row ends, and whether it comes in at all.

        Identifiers, ranges, scales with their names and codes, conditions, columns, clinical codes.
        """
        parts = [
            self.identifiers.model_dump_json(),
            self.columns.model_dump_json(),
            self.import_rules.model_dump_json(),
            self.clinical_codes.model_dump_json(),
            *(
                f"{scale.id}{scale.rater}{scale.units_per_point}{scale.total.model_dump_json()}"
                f"{scale.also_called}{scale.resembling}"
                f"{scale.items.model_dump_json() if scale.items else ''}"
                f"{scale.loinc.model_dump_json() if scale.loinc else ''}"
                for scale in self.scales.values()
            ),
            *self.conditions,
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def ordered_conditions(self) -> list[Condition]:
        """Conditions in their fixed order of display."""
        return sorted(self.conditions.values(), key=lambda condition: (condition.order, condition.id))
