"""Which sites of a snapshot may be seen, as a condition of every query that counts courses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NOT_RECORDED = "not recorded"
"""The site of courses without one. What is checked of a whole program, not of a course, stands under it too."""


@dataclass(frozen=True)
class Scope:
    """The sites to see; a site beyond them is answered like one that does not exist.

    Attributes:
        sites: their names; None for every site, empty for none.
    """

    sites: tuple[str, ...] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it holds the whole program."""
        return self.sites is None

    def within(self, sites: Iterable[str]) -> Scope:
        """No more than these sites: a scope is only ever narrowed."""
        return Scope(tuple(sorted(site for site in {*sites} if self.sites is None or site in self.sites)))

    def holds(self, column: str) -> str:
        """The condition that a column names a site to be seen."""
        return "true" if self.sites is None else f"list_contains($_scope, {column})"

    @property
    def parameters(self) -> dict[str, object]:
        """What a query with that condition is given."""
        return {} if self.sites is None else {"_scope": list(self.sites)}
