"""A project as its exports show it: which forms repeat in which events, and whether cells hold codes or labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipelines.errors import FileRefused
from pipelines.sources.redcap.dictionary import Dictionary
from pipelines.sources.redcap.exports import Export, ProjectFiles, find_exports
from pipelines.sources.redcap.headers import Column
from pipelines.sources.redcap.words import CHECKED, STATUS_LABELS

Place = tuple[str, str]
"""An event and a form in it."""


@dataclass(frozen=True)
class Project:
    """A project's dictionary and exports, with what a first look at the rows shows.

    Attributes:
        labelled: the exports whose cells hold labels in place of codes.
        repeating: event and form where the form repeats.
        single: event and form where a row that is no instance of a repeating form holds something of it.
    """

    files: ProjectFiles
    labelled: frozenset[str]
    repeating: frozenset[Place]
    single: frozenset[Place]

    @property
    def dictionary(self) -> Dictionary:
        """Its data dictionary."""
        return self.files.dictionary

    @property
    def exports(self) -> tuple[Export, ...]:
        """Its exports of records."""
        return self.files.exports

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Every column of every export by its name."""
        return {column.name: column for export in self.exports for column in export.columns if column is not None}

    def events_of(self, form: str) -> set[str]:
        """The events in which a form was filled in."""
        return {event for event, known in self.repeating | self.single if known == form}

    def repeats_in(self, form: str) -> set[str]:
        """The events in which a form repeats by itself."""
        return {event for event, known in self.repeating if known == form}


def find_project(paths: Sequence[Path], form_titles: Mapping[str, str]) -> Project:
    """A project's files, looked through once.

    Raises:
        FileRefused: a file is missing, damaged, or of another project.
    """
    files = find_exports(paths, form_titles)
    repeating: set[Place] = set()
    single: set[Place] = set()
    labelled: set[str] = set()
    for export in files.exports:
        texts = _look_at(export, repeating, single)
        if _is_labelled(export, texts):
            labelled.add(export.label)
    return Project(files, frozenset(labelled), frozenset(repeating), frozenset(single))


def content_places(export: Export, forms: Sequence[str] | None = None) -> dict[str, list[tuple[int, bool]]]:
    """For each form where its content stands, and whether it is one choice of a checkbox."""
    places: dict[str, list[tuple[int, bool]]] = {}
    for place, column in enumerate(export.columns):
        if column is not None and column.form and column.is_content and (forms is None or column.form in forms):
            places.setdefault(column.form, []).append((place, column.role == "option"))
    return places


def has_content(cells: Sequence[str], places: Sequence[tuple[int, bool]]) -> bool:
    """Whether a row holds anything of a form: a value, or a choice that is checked."""
    return any(cells[place] and not (is_option and is_unchecked(cells[place])) for place, is_option in places)


def is_unchecked(cell: str) -> bool:
    """Whether a choice of a checkbox is not checked."""
    return cell.strip() in ("", "0", CHECKED["0"])


def _look_at(export: Export, repeating: set[Place], single: set[Place]) -> Mapping[int, set[str]]:
    """Notes which forms stand where; returns the distinct texts of the columns that hold codes or labels."""
    content = content_places(export)
    texts: dict[int, set[str]] = {
        place: set() for place, column in enumerate(export.columns) if column is not None and _codes(column)
    }
    for _, about, cells in export.rows():
        for place, found in texts.items():
            found.add(cells[place])
        if about.form:
            repeating.add((about.event, about.form))
            continue
        for form, places in content.items():
            if (about.event, form) not in single and has_content(cells, places):
                single.add((about.event, form))
    return texts


def _codes(column: Column) -> Mapping[str, str]:
    """The codes and labels that the cells of a column can hold."""
    if column.role == "status":
        return STATUS_LABELS
    if column.role == "option":
        return CHECKED
    if column.field is not None and not column.field.is_checkbox:
        return column.field.choices
    return {}


def _is_labelled(export: Export, texts: Mapping[int, set[str]]) -> bool:
    """Whether the cells of an export hold labels: as REDCap's own columns show, else as the choices do.

    Raises:
        FileRefused: some cells hold codes and others labels.
    """
    for roles in (("status", "option"), ("field",)):
        found = set(_evidence(export, texts, roles))
        if len(found) == 1:
            return found.pop()
        if len(found) == 2:
            raise FileRefused(
                f"{export.label} holds codes in some columns and labels in others. Export all of it as 'raw data', or "
                "all of it as 'labels'."
            )
    return False


def _evidence(export: Export, texts: Mapping[int, set[str]], roles: Sequence[str]) -> Iterator[bool]:
    """True for each text that can only be a label, False for one that can only be a code."""
    for place, found in texts.items():
        column = export.columns[place]
        assert column is not None
        if column.role not in roles:
            continue
        codes = _codes(column)
        labels = set(codes.values())
        for text in found:
            if (text in labels) != (text in codes):
                yield text in labels
