"""The shape of `[early_improvement]` in outcomes.toml: which early change may foretell a later response."""

from __future__ import annotations

from collections.abc import Container

from pydantic import Field

from pipelines.definitions.bases import Cited, Identifier, Words


class EarlyImprovementRule(Cited):
    """Early improvement: a fall from baseline by so many per cent or more in an early window, inclusive.

    Attributes:
        windows: the early windows; a program with windows of its own may have none of them.
    """

    version: Words
    reduction_percent: int = Field(gt=0, lt=100)
    windows: tuple[Identifier, ...] = Field(min_length=1)

    def windows_among(self, known: Container[str]) -> list[str]:
        """The early windows that there are."""
        return [name for name in self.windows if name in known]
