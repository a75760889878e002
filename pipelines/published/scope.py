"""Which sites of a snapshot may be seen, as a condition of every query that counts courses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

NOT_RECORDED = "not recorded"
"""The site of courses without one. What is checked of a whole program, not of a course, stands under it too."""


@dataclass(frozen=True)
class Scope:
    """The sites to see; a site beyond them is answered like one that does not exist.

    Attributes:
        sites: their names; None for every site, empty for none.
        is_outside: whether it holds all other sites instead; see `results/rest.py` for the one place that may ask so.
    """

    sites: tuple[str, ...] | None = None
    is_outside: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it holds the whole program."""
        return self.sites is None

    def within(self, sites: Iterable[str]) -> Scope:
        """No more than these sites: a scope is only ever narrowed.

        Raises:
            ValueError: of what lies outside a scope no site is told apart.
        """
        if self.is_outside:
            raise ValueError("what lies outside a scope is not narrowed to sites")
        return Scope(tuple(sorted(site for site in {*sites} if self.sites is None or site in self.sites)))

    def outside(self) -> Scope:
        """All sites that it does not hold: none for the whole program."""
        return Scope(()) if self.sites is None else replace(self, is_outside=True)

    def holds(self, column: str) -> str:
        """The condition that a column names a site to be seen."""
        if self.sites is None:
            return "true"
        return f"{'not ' if self.is_outside else ''}list_contains($_scope, {column})"

    @property
    def parameters(self) -> dict[str, object]:
        """What a query with that condition is given."""
        return {} if self.sites is None else {"_scope": list(self.sites)}
