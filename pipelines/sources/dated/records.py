"""Readings, what a line tells of one thing, with its dates and in memory only; and rows, what is landed of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.privacy.relative_time import Birth, Moment
from pipelines.sources.dated.times import ReadTime, UnreadTime

TOTAL = "total"

Line = tuple[int, int]
"""Where something stands: the place of its origin in the list of origins, and its line there."""


@dataclass(frozen=True)
class Fault:
    """Why a reading cannot be taken in.

    Attributes:
        rule: as in `definitions/import_rules.toml`, or `not_tracked`.
        column: the canonical column at fault.
        found: what may be told of the cell; None where the landed cell tells it.
        line: where it stands, if not on the row's own line.
    """

    rule: str
    column: str
    found: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Origin:
    """Where readings come from: a table, and for each canonical column the column that it was read from."""

    label: str
    columns: Mapping[str, str]


@dataclass(slots=True)
class Reading:
    """What one line tells of one thing.

    Attributes:
        origin: the place in the list of origins.
        line: the line or row as the user sees it.
        key: whom it is about, as the column says: a patient or, where courses have ids, a course; None where blank.
        cells: canonical columns as text.
        when: its time.
        fault: why it cannot be taken in, as far as the line tells.
        of_course: of an infusion: columns of the course that it is the first of, such as the site; and the conditions
            that it was given for, whether or not it is the first.
    """

    origin: int
    line: int
    key: str | None
    cells: dict[str, str | None]
    when: ReadTime = None
    fault: Fault | None = None
    of_course: dict[str, str] | None = None


@dataclass(slots=True)
class CourseReading(Reading):
    """A line about a course, or about a patient.

    Attributes:
        ended: when it ended.
        birth: the patient's date of birth, as far as it is known.
        age: in years.
    """

    ended: ReadTime = None
    birth: Birth | UnreadTime | None = None
    age: str | None = None


@dataclass(slots=True)
class ConditionReading(Reading):
    """A diagnosis of a patient; its time is that from which it stands.

    Attributes:
        condition: what it is counted under.
        ended: the last moment at which it stands; None where no end is known.
    """

    condition: str = ""
    ended: Moment | None = None


@dataclass(slots=True)
class ScoreReading(Reading):
    """A score, or one item of it.

    Attributes:
        items: answers by number.
        item: for one line an item: its number, `total`, or the unknown text of it.
        is_tracked: whether a definition may name its scale.
        infusion: that of the same line.
        questionnaire: what its lines share beside patient, scale and time, if they may stand in several tables.
    """

    items: dict[int, str] = field(default_factory=dict)
    item: int | str | None = None
    is_tracked: bool = True
    infusion: Reading | None = None
    questionnaire: str | None = None


@dataclass
class Readings:
    """Readings of an export, all of them or those of some patients."""

    origins: list[Origin] = field(default_factory=list)
    courses: list[CourseReading] = field(default_factory=list)
    infusions: list[Reading] = field(default_factory=list)
    scores: list[ScoreReading] = field(default_factory=list)
    conditions: list[ConditionReading] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """One row of a landing table.

    Attributes:
        cells: canonical columns as text.
        origin: the place in the list of origins.
        line: where it stands, as the user sees it.
        lines: all lines that it was made of.
        fault: why it cannot be taken in, as far as its source tells.
        items: answers by number.
        item_lines: where answers stand in the row's own table, if not all on one line.
        is_by_day: whether a score's time is known by day only.
        day: the day of the course that a score was taken on, 0 for the first.
        patient: the pseudonym of whom it is about; None where only a course id tells.
    """

    cells: dict[str, str | None]
    origin: int
    line: int
    lines: list[Line]
    fault: Fault | None = None
    items: dict[int, str] = field(default_factory=dict)
    item_lines: dict[int, int] = field(default_factory=dict)
    is_by_day: bool = False
    day: int | None = None
    patient: str | None = None


@dataclass
class Rows:
    """Rows of an export, all of them or those of some patients.

    Attributes:
        n_without_course: lines about patients of whom no course began.
    """

    courses: list[Row] = field(default_factory=list)
    infusions: list[Row] = field(default_factory=list)
    scores: list[Row] = field(default_factory=list)
    n_without_course: int = 0

    def of(self, table: str) -> list[Row]:
        """The rows of `courses`, `infusions` or `scores`."""
        return {"courses": self.courses, "infusions": self.infusions, "scores": self.scores}[table]
