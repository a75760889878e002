"""The shapes of definition files: conditions, columns, import rules (scales in `scale.py`, rules in `outcomes.py`).

Every threshold carries its citation and the day of its last review. All models are frozen, refuse
unknown keys, and together make one `Definitions`, which a snapshot keeps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pipelines.definitions.bases import Cited, Identifier, Shape, Words
from pipelines.definitions.benchmarks import Benchmark
from pipelines.definitions.clinical_codes import ClinicalCodes
from pipelines.definitions.identifiers import Identifiers
from pipelines.definitions.outcomes import Outcomes
from pipelines.definitions.quality import Quality
from pipelines.definitions.scale import Scale


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
