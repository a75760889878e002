"""What a pack says, before any format: sections of sentences, figures and tables, and what stands on every page.

Writers (`pdf`, `xlsx`, `pptx`, `files`) take a `Pack` and give bytes; none of them counts, and none asks a snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.definitions.disclosure import Policy
    from pipelines.manifests import PrivacyMode
    from pipelines.words.entries import Entry, Section
    from pipelines.words.statement import Statement

LogoKind = Literal["png", "jpeg", "svg"]
FigureKind = Literal["flow", "rates", "curve", "trend", "sites", "safety"]


@dataclass(frozen=True)
class Logo:
    """A picture that was looked at: it is of its kind and can be drawn."""

    content: bytes
    kind: LogoKind


@dataclass(frozen=True)
class About:
    """What a pack is about, and what made it.

    Attributes:
        period: as it was asked for: `2026-Q3`, or `2026`.
        cohorts: in words, which courses stand behind which part, each final or provisional.
        conditions: their ids, in order.
        site: the only one that the pack is about; None for the program.
        command: that makes the same pack again.
        contact: how to reach the program, in a line; nothing if it does not say.
        logo: of the program; None without one.
    """

    program: str
    period: str
    cohorts: tuple[str, ...]
    conditions: tuple[str, ...]
    site: str | None
    snapshot: str
    built: date
    data_through: date | None
    definitions_version: str
    definitions_hash: str
    policy: Policy
    privacy_mode: PrivacyMode
    is_synthetic: bool
    version: str
    command: str
    contact: str = ""
    logo: Logo | None = None


@dataclass(frozen=True)
class PackTable:
    """One table: one file of the CSVs, one sheet of the workbook, one table on paper.

    Attributes:
        name: `response-depression`; of files and sheets.
        title: in words.
        frame: rows of result tables as released; a hidden count is `HIDDEN`, an estimate that rests on one empty.
        printed: the same to read, texts with their units in the header.
        note: what was pooled, withheld or repeated as released, and how to read it.
        on_paper: what to know of the printed table alone, such as what it leaves out.
    """

    name: str
    title: str
    frame: pd.DataFrame
    printed: pd.DataFrame
    note: str = ""
    on_paper: str = ""


@dataclass(frozen=True)
class PackFigure:
    """A figure, as far as it does not depend on a format.

    Attributes:
        title: what is shown.
        alt: the finding in a sentence, with its n.
        table: the name of the table whose rows are drawn; nothing else is.
        caption: how to read it.
        cohort: whose rows of the table are drawn, by its column `cohort`; None where all of them are.
    """

    name: str
    kind: FigureKind
    title: str
    alt: str
    table: str
    caption: str
    cohort: str | None = None


@dataclass(frozen=True)
class Part:
    """What stands under one heading of a section: sentences first, then figures, tables by their names, and notes."""

    title: str
    statements: tuple[Statement, ...] = ()
    figures: tuple[PackFigure, ...] = ()
    tables: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PackSection:
    """A chapter: a condition, the sites, safety, the quality of the data.

    Attributes:
        condition: whose colour it bears; None where it is about all of them.
    """

    key: str
    title: str
    condition: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Pack:
    """All that a pack says.

    Attributes:
        key_results: one page of sentences, the first to be read.
        tables: by their names, in the order of the files.
        withheld: what was withheld and why, in sentences.
        fewest: of fewer courses no rate is drawn, and a curve ends where fewer are at risk.
    """

    about: About
    key_results: tuple[Statement, ...]
    sections: tuple[PackSection, ...]
    tables: Mapping[str, PackTable]
    methods: tuple[Section, ...]
    glossary: tuple[Entry, ...]
    withheld: tuple[str, ...] = ()
    fewest: int = 1
