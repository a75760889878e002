"""What all definition models share: frozen, no unknown keys, and a citation where a threshold stands."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

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
