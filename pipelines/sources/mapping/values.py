"""What a mapping says of a single value: the column or constant that it comes from, and when something happened."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Names
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from pipelines.sources.mapping.phrases import UNITS, TimePhrase, read_phrase

Scalar = str | int | float | bool


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One text, or several in a list."""


PLACE = "(place)"
"""The key under which the reader writes where a part stands."""


Place = tuple[str | int, ...]
"""Where something stands in a mapping: `("table", 0, "score", 1, "when")`."""


class Part(BaseModel):
    """Base of all parts; unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PlacedPart(Part):
    """A part that knows where it stands, which no mapping writes."""

    place: Place = Field(default=(), alias=PLACE, exclude=True)


class Cells(Part):
    """Where a value comes from: a column, or a constant.

    Attributes:
        column: the column's name.
        constant: the same for every line.
        values: what texts of the column stand for; a text that is not listed stays as it is.
        others: for scales, what becomes of texts that are not listed.
    """

    column: str | None = None
    constant: Scalar | None = None
    values: Names[str, Scalar] = Field(default_factory=dict)
    others: Literal["not tracked"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_a_name(cls, value: object) -> object:
        if isinstance(value, str):
            return {"column": value}
        if not isinstance(value, dict):
            raise ValueError("needs a column's name, { constant = ... } or { column = ..., values = { ... } }")
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> Cells:
        if (self.column is None) == (self.constant is None):
            raise ValueError("needs either a column or a constant")
        if self.column is None and self.values:
            raise ValueError("values belong to a column, not to a constant")
        return self


class When(Part):
    """When an infusion was or a score was taken: dates, a span, or words.

    Attributes:
        words: a phrase such as "before infusion 2"; what a plain text in the mapping is taken as.
        date: a column with dates, with or without a time of day.
        time: a column with the time of day, beside `date`.
        minutes, hours, days, weeks, months: a column with the span from the start of the course.
        after_infusion: a column with the number of the infusion that the span counts from, in place of the start.
        visit: a column whose texts stand for phrases, given in `values`.
    """

    words: str | None = None
    date: str | None = None
    time: str | None = None
    minutes: str | None = None
    hours: str | None = None
    days: str | None = None
    weeks: str | None = None
    months: str | None = None
    after_infusion: str | None = None
    visit: str | None = None
    values: Names[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: object) -> object:
        if isinstance(value, str):
            return {"words": value}
        if not isinstance(value, dict):
            raise ValueError(
                'needs words such as "before the course", or { date = ... }, { days = ... }, { visit = ... }'
            )
        return value

    @field_validator("words")
    @classmethod
    def _words_name_a_time(cls, words: str | None) -> str | None:
        if words is not None:
            read_phrase(words)
        return words

    @field_validator("values")
    @classmethod
    def _values_name_times(cls, values: Names[str, str]) -> Names[str, str]:
        for words in values.values():
            read_phrase(words)
        return values

    @model_validator(mode="after")
    def _one_way(self) -> When:
        ways = [name for name in ("words", "date", "visit", *UNITS) if getattr(self, name) is not None]
        if len(ways) != 1:
            given = f"found {' and '.join(ways)}" if ways else "found none"
            raise ValueError(f"needs exactly one of words, date, visit, {', '.join(UNITS)}; {given}")
        if self.time is not None and self.date is None:
            raise ValueError("time belongs to date: { date = ..., time = ... }")
        if self.after_infusion is not None and self.span is None:
            raise ValueError("after_infusion belongs to a span: { days = ..., after_infusion = ... }")
        if (self.visit is not None) != bool(self.values):
            raise ValueError(
                'visit and values belong together: { visit = ..., values = { "Week 2" = "14 days after the start" } }'
            )
        return self

    @property
    def span(self) -> tuple[str, str] | None:
        """The unit and the column of a span, or None."""
        return next(((unit, column) for unit in UNITS if (column := getattr(self, unit)) is not None), None)

    @property
    def phrases(self) -> Names[str, TimePhrase]:
        """The phrases it may stand for, by the text of the visit column; one of no text where words are given."""
        if self.words is not None:
            return {"": read_phrase(self.words)}
        return {text: read_phrase(words) for text, words in self.values.items()}

    @property
    def columns(self) -> Iterator[str]:
        """The columns it reads."""
        for name in ("date", "time", "visit", "after_infusion", *UNITS):
            if (column := getattr(self, name)) is not None:
                yield column
