"""One thing to mend in a mapping."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.sources.mapping.values import Place


@dataclass(frozen=True)
class Mistake:
    """One thing to mend: where it stands, and what is wrong with the cure."""

    place: Place
    message: str
