"""The REDCap source: exports of records with the data dictionary, through a mapping for what the project cannot say.

The exports are read in memory: dates become minutes and record ids pseudonyms before anything is landed. Fields that
hold identifiers, free text or files are never read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.counted import counted
from pipelines.definitions import Definitions
from pipelines.manifests import Replaces
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.settings import Settings
from pipelines.sources.dated.courses import CourseSpans
from pipelines.sources.files import export_hash
from pipelines.sources.landing import LandedTable
from pipelines.sources.mapping.allowances import Allowance
from pipelines.sources.mapping.checks import mistakes_in
from pipelines.sources.mapping.file import ReadMapping, read_mapping_as
from pipelines.sources.redcap.checks import choice_fields, mistakes_in_tables, readable_names
from pipelines.sources.redcap.choices import LabelWriter
from pipelines.sources.redcap.completion import completed
from pipelines.sources.redcap.mapping import RedcapMapping, mistakes_in_keys
from pipelines.sources.redcap.project import Project, find_project
from pipelines.sources.redcap.reading import read_project
from pipelines.sources.table.columns import used_columns
from pipelines.sources.table.formats import encoding_notes
from pipelines.sources.table.landing import land_mapped


@dataclass
class RedcapSource:
    """A project's exports with their mapping, found and not yet read; see `sources/source.py`.

    Attributes:
        mapping: with what the project says of itself.
        notes: what was recognized, and what is not read.
        today: no date in the export can be later.
    """

    read: ReadMapping[RedcapMapping]
    mapping: RedcapMapping
    project: Project
    notes: Sequence[str]
    content_hash: str
    spans: CourseSpans
    today: date
    why_unread: str = "REDCap's lists of arms and events say nothing that the exports do not"

    @property
    def file_names(self) -> tuple[str, ...]:
        """The files' names, without their folders."""
        return (*(export.raw.path.name for export in self.project.exports), self.project.dictionary.file_name)

    @property
    def unread(self) -> tuple[str, ...]:
        """REDCap's own lists beside them."""
        return tuple(path.name for path in self.project.files.unread)

    @property
    def replaces(self) -> Replaces:
        """A record is replaced with all of its courses, which are found from its dates."""
        return "patient"

    @property
    def allowances(self) -> tuple[Allowance, ...]:
        """What its mapping states to be no identifier."""
        return self.mapping.allow

    @property
    def why_crosswalk(self) -> str | None:
        """REDCap's record ids are record numbers, whatever they look like."""
        return "REDCap's record ids become random pseudonyms"

    def land(
        self, connection: duckdb.DuckDBPyConnection, definitions: Definitions, crosswalk: Crosswalk | None
    ) -> list[LandedTable]:
        """Fills the landing tables.

        Raises:
            MappingInvalid: the data show that the mapping is wrong, such as dates in no stated format.
            FileRefused: a file is damaged, or the same patient is written in two ways.
        """
        readings, counts, mistakes = read_project(self.project, self.mapping, definitions, self.today)
        self.read.refuse(mistakes)
        return land_mapped(connection, readings, counts, self.mapping, self.spans, definitions, crosswalk, self.notes)


def find_redcap(
    paths: Sequence[Path],
    mapping_path: Path,
    settings: Settings,
    definitions: Definitions,
    today: date | None = None,
) -> RedcapSource:
    """A project's exports, dictionary and mapping, with every mistake of the mapping reported at once.

    Raises:
        MappingInvalid: the mapping cannot be read, contradicts itself or does not fit the project.
        FileRefused: a file is missing, damaged, or of another project.
    """
    read = read_mapping_as(mapping_path, RedcapMapping)
    if read.mapping is None:
        read.refuse()
    assert read.mapping is not None
    project = find_project(paths, read.mapping.form_titles)
    read.refuse(mistakes_in_keys(read.mapping, project.dictionary))
    completion = completed(read.mapping, project, definitions)
    writer = LabelWriter(choice_fields(project))
    mapping = completion.mapping.model_copy(
        update={"table": tuple(writer.table(table) for table in completion.mapping.table)}
    )
    read.refuse(
        [
            *mistakes_in(mapping, definitions),
            *mistakes_in_tables(mapping, project, definitions),
            *writer.mistakes,
            *completion.mistakes,
        ]
    )
    spans = CourseSpans.of(settings, definitions)
    return RedcapSource(
        read=read,
        mapping=mapping,
        project=project,
        notes=[
            *(note for export in project.exports for note in encoding_notes(export.raw)),
            *completion.notes,
            *_unread_fields(mapping, project),
        ],
        content_hash=export_hash(
            (mapping.model_dump_json(), spans.gap_days, spans.look_back_days),
            [*(export.raw.path for export in project.exports), project.files.dictionary_path],
        ),
        spans=spans,
        today=today or date.today(),
    )


def _unread_fields(mapping: RedcapMapping, project: Project) -> Iterator[str]:
    """How many exported fields are not read, and why."""
    header = readable_names(project)
    used = {name for table in mapping.table for name in used_columns(table, header)}
    fields = {
        column.field.name: column.field
        for column in project.columns.values()
        if column.field is not None and column.name not in used and column.field.name not in used
    }
    never = sum(field.why_never_read is not None for field in fields.values())
    if never:
        yield (
            f"{counted(never, 'field')} that the data dictionary shows to be identifiers, free text, files or contacts "
            f"{'was' if never == 1 else 'were'} never read."
        )
    if others := len(fields) - never:
        yield f"{counted(others, 'field')} that nothing names {'was' if others == 1 else 'were'} not read."
    untold = sum(len(export.untold) for export in project.exports)
    if untold:
        yield (
            f"{counted(untold, 'field')} {'was' if untold == 1 else 'were'} not read because other fields have the "
            "same label. An export as 'raw data' names columns by their variables."
        )
