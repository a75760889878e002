"""The shapes of definition files: scales, conditions, outcome rules, columns, import rules.

Every threshold carries its citation and the day of its last review. All models are frozen, refuse
unknown keys, and together make one `Definitions`, which a snapshot keeps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from pipelines.definitions.bases import Cited as _Cited
from pipelines.definitions.bases import Identifier, Words
from pipelines.definitions.bases import Shape as _Model
from pipelines.definitions.quality import Quality

MINUTES_PER_DAY = 1440
MINUTES_PER_HOUR = 60

Operator = Literal["<", "<=", ">", ">="]


class Grid(_Cited):
    """The values that a total can take: from minimum to maximum by step."""

    minimum: Decimal
    maximum: Decimal
    step: Decimal = Field(gt=0)

    @model_validator(mode="after")
    def _range_is_whole_steps(self) -> Grid:
        if self.maximum <= self.minimum:
            raise ValueError("maximum must be above minimum")
        if (self.maximum - self.minimum) % self.step:
            raise ValueError("step must divide the range from minimum to maximum")
        return self


class Items(_Cited):
    """The items of a questionnaire and how they make the total; item texts are never shipped."""

    count: int = Field(gt=0, le=100)
    minimum: int
    maximum: int
    scoring: Literal["sum"]
    may_be_missing: Literal[0] = 0


class Cut(_Cited):
    """A score is on the near side of a cut: entry (at or above) or remission (below, or at or below)."""

    operator: Operator
    value: Decimal
    alternatives: tuple[AlternativeCut, ...] = ()

    def __str__(self) -> str:
        return f"{self.operator} {self.value}"


class AlternativeCut(_Model):
    """Another published cut, kept in sight because sources conflict."""

    operator: Operator
    value: Decimal
    citation: Words


class OfferedRule(_Cited):
    """A scale offers a response rule, with the source for using it on this scale."""


class Scale(_Model):
    """One symptom scale: range, items, entry cut, response rules and remission."""

    id: Identifier
    version: Words
    name: Words
    measures: Words
    rater: Literal["self", "clinician"]
    recall_hours: int = Field(ge=0)
    recall_words: Words
    licence: Words
    total: Grid
    items: Items | None = None
    entry_cut: Cut | None = None
    response: Mapping[Identifier, OfferedRule]
    remission: Cut | None = None

    @model_validator(mode="after")
    def _cuts_point_the_right_way(self) -> Scale:
        if self.entry_cut is not None and self.entry_cut.operator not in (">", ">="):
            raise ValueError("entry_cut.operator must be '>' or '>=': courses enter at or above the cut")
        if self.remission is not None and self.remission.operator not in ("<", "<="):
            raise ValueError("remission.operator must be '<' or '<=': remission is at or below the cut")
        return self


class Condition(_Model):
    """A condition that a course is given for; `scales` is the order of preference."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Words
    order: int = Field(ge=0)
    scales: tuple[Identifier, ...] = Field(min_length=1)
    headline_response: Identifier


class ResponseRule(_Cited):
    """Response: a reduction from baseline by at least this many per cent, inclusive, in exact arithmetic."""

    version: Words
    label: Words
    reduction_percent: int = Field(gt=0, lt=100)


class BaselineRule(_Cited):
    """How long before the first infusion a baseline may lie."""

    look_back_days: int = Field(gt=0)
    flagged_look_back_days: int = Field(gt=0)


class InductionRule(_Cited):
    """Which infusions are the induction."""

    first_days: int = Field(gt=0)
    infusions_at_most: int = Field(gt=0)


Anchor = Literal["first_infusion", "last_induction_infusion"]


class Window(_Cited):
    """When an outcome is judged: days from the anchor, both ends inside, nearest to the target."""

    label: Words
    from_day: Decimal = Field(alias="from", ge=0)
    to_day: Decimal = Field(alias="to", gt=0)
    target_day: Decimal = Field(alias="target", ge=0)
    anchor: Anchor
    before_infusion: Literal[2] | None = None
    headline: bool = False

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    @model_validator(mode="after")
    def _target_is_inside(self) -> Window:
        if not self.from_day <= self.target_day <= self.to_day:
            raise ValueError("needs from <= target <= to")
        return self


class OnsetRule(_Cited):
    """Which times onset is published on, and how long a sustained response must last."""

    horizon_days: int = Field(gt=0)
    grid_hours: tuple[int, ...] = ()
    grid_days_to: int = Field(default=0, ge=0)
    grid_weeks_to: int = Field(default=0, ge=0)
    grid_days: tuple[int, ...] = ()
    whole_days_above_recall_hours: int = Field(ge=0)
    report_days: tuple[int, ...]

    def grid_minutes(self) -> tuple[int, ...]:
        """The published times in minutes after the first infusion, ascending, 0 included."""
        days = {
            *range(1, self.grid_days_to + 1),
            *(7 * week for week in range(1, self.grid_weeks_to + 1)),
            *self.grid_days,
        }
        hours = {hour * MINUTES_PER_HOUR for hour in self.grid_hours}
        return tuple(sorted({0} | hours | {day * MINUTES_PER_DAY for day in days}))


class IntervalRule(_Cited):
    """How sure an estimate is said to be."""

    confidence: float = Field(gt=0.5, lt=1)
    bootstrap_replicates: int = Field(ge=2000)
    bootstrap_seed: int


class DisplayRule(_Cited):
    """When there are too few to say."""

    fewest_for_a_sentence: int = Field(ge=1)
    quarters_compared: int = Field(ge=1)
    complete_enough_fraction: float = Field(gt=0, le=1)
    far_below_confidence: float = Field(gt=0.5, lt=1)


class Outcomes(_Model):
    """outcomes.toml: baseline, induction, response rules, windows, onset."""

    version: Words
    baseline: BaselineRule
    induction: InductionRule
    rules: Mapping[Identifier, ResponseRule]
    windows: Mapping[Identifier, Window]
    onset: OnsetRule
    interval: IntervalRule
    display: DisplayRule

    @model_validator(mode="after")
    def _one_headline(self) -> Outcomes:
        headlines = [name for name, window in self.windows.items() if window.headline]
        if len(headlines) != 1:
            raise ValueError(f"windows: exactly one must have headline = true, found {len(headlines)}")
        return self

    @property
    def headline_window(self) -> str:
        """The id of the window that rates are given for unless another is asked for."""
        return next(name for name, window in self.windows.items() if window.headline)


ColumnKind = Literal["id", "text", "code", "codes", "yes_no", "number", "whole_number", "period"]


class ColumnRule(_Model):
    """What one column of a canonical file may hold."""

    kind: ColumnKind
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    codes: tuple[str, ...] = ()


class Columns(_Cited):
    """columns.toml: the columns of canonical files."""

    version: Words
    earliest_day: int
    latest_day: int
    codes: Mapping[Literal["yes", "no"], tuple[str, ...]]
    courses: Mapping[str, ColumnRule]
    infusions: Mapping[str, ColumnRule]
    scores: Mapping[str, ColumnRule]

    def of(self, table: str) -> Mapping[str, ColumnRule]:
        """The columns of `courses`, `infusions` or `scores`."""
        return {"courses": self.courses, "infusions": self.infusions, "scores": self.scores}[table]


class ImportRule(_Model):
    """Why a row was quarantined, and how to mend it."""

    found: Words
    cure: Words


class ImportRules(_Cited):
    """import_rules.toml: the reasons of the quarantine."""

    version: Words
    rules: Mapping[Identifier, ImportRule]


class Definitions(_Model):
    """Everything that decides what a number means; a snapshot keeps the one that made it."""

    scales: Mapping[str, Scale]
    conditions: Mapping[str, Condition]
    outcomes: Outcomes
    columns: Columns
    import_rules: ImportRules
    quality: Quality

    @property
    def hash(self) -> str:
        """SHA-256 over all definitions, in a fixed order."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def import_hash(self) -> str:
        """SHA-256 over what decides where an imported row ends: ranges, scales, conditions, columns."""
        parts = [
            self.columns.model_dump_json(),
            self.import_rules.model_dump_json(),
            *(
                f"{scale.id}{scale.rater}{scale.total.model_dump_json()}"
                f"{scale.items.model_dump_json() if scale.items else ''}"
                for scale in self.scales.values()
            ),
            *self.conditions,
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def ordered_conditions(self) -> list[Condition]:
        """Conditions in their fixed order of display."""
        return sorted(self.conditions.values(), key=lambda condition: (condition.order, condition.id))

    def faults(self) -> Iterator[str]:
        """What the files say of each other that does not hold, as ``file: key: what``."""
        for condition in self.conditions.values():
            where = f"conditions/{condition.id}.toml"
            for scale_id in condition.scales:
                if scale_id not in self.scales:
                    yield f"{where}: scales: no scale '{scale_id}' is defined"
            offering = [s for s in condition.scales if s in self.scales]
            if condition.headline_response not in self.outcomes.rules:
                yield f"{where}: headline_response: no rule '{condition.headline_response}' in outcomes.toml"
            elif offering and not any(condition.headline_response in self.scales[s].response for s in offering):
                yield f"{where}: headline_response: none of its scales offers '{condition.headline_response}'"
        for scale in self.scales.values():
            for rule in scale.response:
                if rule not in self.outcomes.rules:
                    yield f"scales/{scale.id}.toml: response.{rule}: no such rule in outcomes.toml"
        yield from self.quality.faults(self.import_rules.rules)
