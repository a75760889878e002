"""The mapping: what each column of a clinic's own spreadsheet means, as its analyst writes it in TOML.

docs/mapping.md describes it with an example for each shape. Here are its parts; `mapping/file.py` reads one and
reports every mistake, `mapping/checks.py` says which parts do not go together.
"""

from __future__ import annotations

from collections.abc import Mapping as Names
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from pipelines.sources.dated.courses import CoursesFrom
from pipelines.sources.mapping.allowances import Allowance
from pipelines.sources.mapping.dates import SERIAL, FormatError, contradicting, read_format
from pipelines.sources.mapping.values import PLACE, Cells, PlacedPart, Texts, When

LEFT_OUT = "left out"
"""In the values of `item`: the line answers something that the scale does not count."""


def _split_fields(value: object, own: set[str]) -> object:
    """Keys that are no settings of a part are columns of the canonical table, gathered under `fields`."""
    if not isinstance(value, dict):
        raise ValueError("needs a table of keys")
    fields = {key: given for key, given in value.items() if key not in own}
    return {**{key: given for key, given in value.items() if key in own}, "fields": fields}


class CourseColumns(PlacedPart):
    """`[course]` and `[table.course]`: a line tells of a course, or of a patient whose courses come from dates.

    Attributes:
        fields: the canonical column (or `attr_...`) and where its values come from.
        first_infusion: the date of the first infusion.
        ended: the date on which the course ended, for `ended_day`.
        age, birth_date: columns for `age_band` at the first infusion.
    """

    first_infusion: When | None = None
    ended: When | None = None
    age: str | None = None
    birth_date: str | None = None
    fields: Names[str, Cells] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, value: object) -> object:
        return _split_fields(value, {PLACE, "first_infusion", "ended", "age", "birth_date"})


class InfusionColumns(PlacedPart):
    """`[[table.infusion]]`: each line tells of an infusion, or (`split`) of one in each of several date columns.

    Attributes:
        split: a column with dates, and the number of its infusion.
    """

    when: When | None = None
    split: Names[str, int] = Field(default_factory=dict)
    fields: Names[str, Cells] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, value: object) -> object:
        return _split_fields(value, {PLACE, "when", "split"})

    @model_validator(mode="after")
    def _one_way(self) -> InfusionColumns:
        if (self.when is None) != bool(self.split):
            raise ValueError("needs either when or split")
        return self


class ScoreColumns(PlacedPart):
    """`[[table.score]]`: each line tells of a score, of one in each of several columns, or of one item.

    Attributes:
        split: a column with totals, and when they were taken.
        items: the columns of items 1, 2 ... in order, or one name with {n} in it.
        item, answer: for one line an item: which item the line answers, and the answer.
        answers: what texts stand for as answers to items.
    """

    scale: Cells
    when: When | None = None
    total: Cells | None = None
    split: Names[str, When] = Field(default_factory=dict)
    items: Texts = ()
    item: Cells | None = None
    answer: str | None = None
    answers: Names[str, int] = Field(default_factory=dict)
    rater: Cells | None = None
    timing: Cells | None = None
    infusion_number: Cells | None = None

    @model_validator(mode="after")
    def _one_way(self) -> ScoreColumns:
        if (self.when is None) != bool(self.split):
            raise ValueError("needs either when or split (which says when for each column)")
        if (self.item is None) != (self.answer is None):
            raise ValueError("item and answer belong together: which item a line answers, and the answer")
        ways = {"total": self.total, "split": self.split, "items": self.items, "item and answer": self.answer}
        given = [name for name, value in ways.items() if value]
        if not given:
            raise ValueError(f"needs one of {', '.join(ways)}")
        if len(given) > 1 and given != ["total", "items"]:
            raise ValueError(f"has {' and '.join(given)}; give one of them (items may stand beside total)")
        if self.answers and not (self.items or self.item):
            raise ValueError("answers belong to items")
        return self


LinePart = CourseColumns | InfusionColumns | ScoreColumns
"""What the lines of a table tell of."""


class Table(PlacedPart):
    """`[[table]]`: one sheet of a workbook, one file, or one form of a REDCap project, and what its columns mean."""

    file: str | None = None
    sheet: str | None = None
    form: str | None = None
    header_row: Annotated[tuple[int, ...], BeforeValidator(lambda v: [v] if isinstance(v, int) else v)] = (1,)
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    encoding: Literal["utf-8", "cp1252", "utf-16"] | None = None
    decimal: Literal["point", "comma"] | None = None
    dates: Texts | None = None
    trust_excel_dates: bool = False
    blank: Texts = ()
    course_id: str | None = None
    patient_id: str | None = None
    record_number: str | None = None
    fill_down: Texts = ()
    drop: Texts = ()
    skip_where: Names[str, Texts] = Field(default_factory=dict)
    keep_where: Names[str, Texts] = Field(default_factory=dict)
    course: CourseColumns | None = None
    infusion: tuple[InfusionColumns, ...] = ()
    score: tuple[ScoreColumns, ...] = ()

    @field_validator("header_row")
    @classmethod
    def _rows_follow_each_other(cls, rows: tuple[int, ...]) -> tuple[int, ...]:
        if not rows or rows[0] < 1 or list(rows) != list(range(rows[0], rows[0] + len(rows))) or len(rows) > 2:
            raise ValueError("needs the number of a row, or of two that follow each other, such as [2, 3]")
        return rows

    @field_validator("dates")
    @classmethod
    def _dates_are_formats(cls, dates: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return _checked_formats(dates) if dates is not None else None

    @property
    def parts(self) -> list[LinePart]:
        """What its lines tell of."""
        return [*([self.course] if self.course is not None else []), *self.infusion, *self.score]

    @property
    def patient_column(self) -> str | None:
        """The column that tells patients apart."""
        return self.record_number or self.patient_id


class MappingFile(PlacedPart):
    """A whole mapping."""

    title: str | None = None
    courses: CoursesFrom
    dates: Texts = ()
    decimal: Literal["point", "comma"] = "point"
    blank: Texts = ()
    days_per_month: int | None = Field(default=None, ge=28, le=31)
    course: CourseColumns = Field(default_factory=lambda: CourseColumns.model_validate({}))
    table: tuple[Table, ...] = ()
    allow: tuple[Allowance, ...] = ()

    @field_validator("dates")
    @classmethod
    def _dates_are_formats(cls, dates: tuple[str, ...]) -> tuple[str, ...]:
        return _checked_formats(dates)

    @property
    def has_record_numbers(self) -> bool:
        """Whether a table tells patients apart by their record number, so that a crosswalk is needed."""
        return any(table.record_number is not None for table in self.table)


def _checked_formats(dates: tuple[str, ...]) -> tuple[str, ...]:
    for text in dates:
        if text != SERIAL:
            read_format(text)
    if pair := contradicting(dates):
        raise FormatError(f"'{pair[0]}' and '{pair[1]}' read the same date as different days; state one of them")
    return dates
