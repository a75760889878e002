"""What all definition models share: frozen, no unknown keys, and a citation where a threshold stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

MINUTES_PER_DAY = 1440
MINUTES_PER_HOUR = 60

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Operator = Literal["<", "<=", ">", ">="]


class Shape(BaseModel):
    """A table of a definition file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cited(Shape):
    """A table with its source and the day of its last review."""

    citation: Words
    reviewed: date


def describe_validation(error: ValidationError) -> Iterator[str]:
    """One ``key: what is wrong`` for each fault that pydantic found."""
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        key = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = "no such key"
        if fault["type"] == "missing":
            message = "is missing"
        yield f"{key}: {message}" if key else message
