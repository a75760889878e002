"""What a page of definitions is made of: sections of entries, each with facts and whose word they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.words.catalogue import say


@dataclass(frozen=True)
class Fact:
    """One line of a definition: what it is, what holds, and whose word that is."""

    name: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing that is defined; `summary` stands beside its name."""

    id: str
    title: str
    facts: tuple[Fact, ...]
    summary: str = ""


@dataclass(frozen=True)
class Section:
    """One kind of definitions."""

    id: str
    title: str
    intro: str
    entries: tuple[Entry, ...]


def section(name: str, entries: Iterable[Entry]) -> Section:
    """A section with its title and its introduction."""
    return Section(name, say(f"methods.{name}"), say(f"methods.{name}_intro"), tuple(entries))
