"""What the command line says of an import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class ImportOptions:
    """What the command line says of an import.

    Attributes:
        kind: the format, one of `finding.KINDS`.
        name: tells sources of one kind apart; a course id is unique within kind and name.
        data_through: how far the source had been filled in, if known.
        accept_quarantine: the batch counts however much of it is in quarantine.
        is_append: the import only adds to what its source holds, in place of replacing it course by course.
        is_again: what was imported before is imported anew.
        mapping: what the export does not say of itself, such as what the columns of a `table` mean.
        crosswalk: where it is kept which pseudonym is whose, if the export holds record numbers.
    """

    kind: str = "canonical"
    name: str = "canonical"
    data_through: date | None = None
    accept_quarantine: bool = False
    is_append: bool = False
    is_again: bool = False
    mapping: Path | None = None
    crosswalk: Path | None = None

    @property
    def source(self) -> str:
        """Kind and name."""
        return f"{self.kind}:{self.name}"
