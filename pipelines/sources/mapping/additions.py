"""The mapping of a source whose format says by itself what its columns mean: what a program adds to it, no more.

For canonical files these are false alarms (`[[allow]]`) alone; for sources such as FHIR and OMOP also what is the same
for every course (`[course]`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from pipelines.definitions import Definitions
from pipelines.sources.mapping.allowances import Allowance, mistakes_in_allowances
from pipelines.sources.mapping.checks import mistakes_in_course_constants
from pipelines.sources.mapping.file import read_mapping_as
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import CourseColumns
from pipelines.sources.mapping.values import PlacedPart


class Additions(PlacedPart):
    """A mapping that holds nothing but `[[allow]]`."""

    title: str | None = None
    allow: tuple[Allowance, ...] = ()


class CourseAdditions(Additions):
    """A mapping that holds `[[allow]]` and, under `[course]`, constants for every course."""

    course: CourseColumns = Field(default_factory=lambda: CourseColumns.model_validate({}))


AnyAdditions = TypeVar("AnyAdditions", bound=Additions)


def read_additions(path: Path | None, model: type[AnyAdditions], definitions: Definitions) -> AnyAdditions:
    """Reads such a mapping; without a file nothing is added.

    Args:
        model: `Additions`, or `CourseAdditions` where the source takes constants for every course.

    Raises:
        MappingInvalid: with every mistake in it.
    """
    if path is None:
        return model()
    read = read_mapping_as(path, model)
    if read.mapping is None:
        read.refuse()
    assert read.mapping is not None
    read.refuse(_mistakes(read.mapping, definitions))
    return read.mapping


def _mistakes(additions: Additions, definitions: Definitions) -> Iterator[Mistake]:
    yield from mistakes_in_allowances(additions.allow, definitions)
    if isinstance(additions, CourseAdditions):
        yield from mistakes_in_course_constants(additions.course, definitions)
