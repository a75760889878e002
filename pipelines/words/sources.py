"""Whose word a definition is, and when it was last reviewed."""

from __future__ import annotations

from pipelines.definitions.bases import Cited
from pipelines.words.catalogue import say


def source_values(cited: Cited) -> dict[str, str]:
    """The citation and the day of its last review, as templates name them."""
    return {"citation": cited.citation.rstrip("."), "reviewed": cited.reviewed.isoformat()}


def source_of(cited: Cited) -> str:
    """The citation with the day of its last review."""
    return say("methods.source", **source_values(cited))


def source_alone(citation: str) -> str:
    """A citation that has no review of its own."""
    return say("methods.source_alone", citation=citation.rstrip("."))
