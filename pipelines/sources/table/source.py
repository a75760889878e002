"""The table source: any spreadsheet, through a mapping that says what its columns mean.

The export is read in memory: dates become minutes and record numbers pseudonyms before anything is landed, so that
neither reaches the store, its scratch folder, a log or a message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.definitions import Definitions
from pipelines.manifests import Replaces
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.settings import Settings
from pipelines.sources.dated.courses import CourseSpans
from pipelines.sources.dated.lines import LineCounts
from pipelines.sources.dated.records import Readings
from pipelines.sources.files import export_hash
from pipelines.sources.landing import LandedTable
from pipelines.sources.mapping.allowances import Allowance
from pipelines.sources.mapping.checks import mistakes_in
from pipelines.sources.mapping.file import ReadMapping, read_mapping
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import MappingFile
from pipelines.sources.table.columns import dropped_columns
from pipelines.sources.table.files import FoundTable, find_tables, table_paths
from pipelines.sources.table.formats import encoding_notes
from pipelines.sources.table.landing import land_mapped
from pipelines.sources.table.lines import read_lines
from pipelines.sources.table.readings import TableReader


@dataclass
class TableSource:
    """An export with its mapping, found and not yet read; see `sources/source.py`.

    Attributes:
        spans: when a new course starts, and how long before it its baseline may lie.
        today: no date in the export can be later.
    """

    read: ReadMapping[MappingFile]
    mapping: MappingFile
    tables: Sequence[FoundTable]
    content_hash: str
    spans: CourseSpans
    today: date
    unread: tuple[str, ...] = ()
    why_unread: str = "no [[table]] of the mapping names it"

    @property
    def file_names(self) -> tuple[str, ...]:
        """The files' names, without their folders."""
        return tuple(dict.fromkeys(table.raw.path.name for table in self.tables))

    @property
    def replaces(self) -> Replaces:
        """A course that has an id of its own is replaced by itself; others with their patient."""
        return "course" if self.mapping.courses == "one per course_id" else "patient"

    @property
    def allowances(self) -> tuple[Allowance, ...]:
        """What its mapping states to be no identifier."""
        return self.mapping.allow

    @property
    def why_crosswalk(self) -> str | None:
        """Record numbers that the mapping names."""
        if not self.mapping.has_record_numbers:
            return None
        return f"The mapping {self.read.name} names record numbers, which become random pseudonyms"

    def land(
        self, connection: duckdb.DuckDBPyConnection, definitions: Definitions, crosswalk: Crosswalk | None
    ) -> list[LandedTable]:
        """Fills the landing tables.

        Raises:
            MappingInvalid: the data show that the mapping is wrong, such as dates in no stated format.
            FileRefused: a file is damaged, or the same patient is written in two ways.
        """
        readings, counts, mistakes = Readings(), LineCounts(), list[Mistake]()
        for table in self.tables:
            lines = read_lines(table, self.mapping)
            counts.read(table.raw.label, len(lines.numbers) + lines.n_skipped, lines.numbers)
            mistakes += TableReader(table, lines, self.mapping, definitions, readings, self.today).read()
        self.read.refuse(mistakes)
        return land_mapped(
            connection, readings, counts, self.mapping, self.spans, definitions, crosswalk, self._notes()
        )

    def _notes(self) -> Iterator[str]:
        for table in self.tables:
            if table.block.encoding is None:
                yield from encoding_notes(table.raw)
            if dropped := dropped_columns(table.block, table.header):
                columns = "column" if len(dropped) == 1 else "columns"
                yield f"{table.raw.label}: {len(dropped):,} {columns} under drop, not read."


def find_table(
    paths: Sequence[Path],
    mapping_path: Path,
    settings: Settings,
    definitions: Definitions,
    today: date | None = None,
) -> TableSource:
    """An export and its mapping, with every mistake of the mapping reported at once.

    Raises:
        MappingInvalid: the mapping cannot be read, contradicts itself or does not fit the files.
        FileRefused: a file is missing, damaged or empty.
    """
    files = table_paths(paths)
    read = read_mapping(mapping_path)
    if read.mapping is None:
        read.refuse()
    assert read.mapping is not None
    tables, misfits = find_tables(read.mapping, files, is_whole=not read.mistakes)
    read.refuse([*mistakes_in(read.mapping, definitions), *misfits])
    spans = CourseSpans.of(settings, definitions)
    used = list(dict.fromkeys(table.raw.path for table in tables))
    return TableSource(
        read=read,
        mapping=read.mapping,
        tables=tables,
        content_hash=export_hash((read.mapping.model_dump_json(), spans.gap_days, spans.look_back_days), used),
        spans=spans,
        today=today or date.today(),
        unread=tuple(path.name for path in files if path not in used),
    )
