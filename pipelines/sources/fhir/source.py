"""The FHIR source: bundles and bulk exports of R4, de-identified as they are read.

Resources stream by and what they tell is held packed in memory, by patient; rows are made some patients at a time. No
date, no id of a patient and none of the identifying fields reaches the store, its scratch folder, a log or a message.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.definitions import Definitions
from pipelines.manifests import Replaces
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.settings import Settings
from pipelines.sources.dated.courses import CourseFinder, CourseSpans
from pipelines.sources.dated.landing import RowLanding
from pipelines.sources.dated.rows import RowMaker
from pipelines.sources.fhir.export import Export
from pipelines.sources.fhir.files import WHY_UNREAD, ExportFile, Reader, find_files
from pipelines.sources.fhir.times import Calendar
from pipelines.sources.files import export_hash
from pipelines.sources.landing import LandedTable, add_note
from pipelines.sources.mapping.additions import CourseAdditions, read_additions
from pipelines.sources.mapping.allowances import Allowance
from pipelines.sources.table.codes import course_constants

READINGS_AT_ONCE = 50_000


@dataclass
class FhirSource:
    """A FHIR export, found and not yet read; see `sources/source.py`.

    Attributes:
        additions: what a mapping states of all courses.
        spans: when a new course starts, and how long before it its baseline may lie.
        today: no date in the export can be later.
    """

    files: Sequence[ExportFile]
    additions: CourseAdditions
    content_hash: str
    spans: CourseSpans
    today: date
    n_unread: int = 0
    unread: tuple[str, ...] = ()  # only their number is told: names may tell whom a file is about
    why_unread: str = WHY_UNREAD
    replaces: Replaces = "patient"
    why_crosswalk: str = "FHIR resources name patients by their ids, which become random pseudonyms"

    @property
    def allowances(self) -> Sequence[Allowance]:
        """What the mapping states to look like an identifier and to be none."""
        return self.additions.allow

    @property
    def file_names(self) -> tuple[str, ...]:
        """The files' names, without their folders."""
        return tuple(file.path.name for file in self.files)

    def land(
        self, connection: duckdb.DuckDBPyConnection, definitions: Definitions, crosswalk: Crosswalk | None
    ) -> list[LandedTable]:
        """Fills the landing tables.

        Raises:
            FileRefused: a file is damaged, too large, or holds something else than FHIR.
        """
        assert crosswalk is not None, "why_crosswalk asks for it"
        with _without_looking_for_cycles():
            return self._land(connection, definitions, crosswalk)

    def _land(
        self, connection: duckdb.DuckDBPyConnection, definitions: Definitions, crosswalk: Crosswalk
    ) -> list[LandedTable]:
        calendar = Calendar(definitions.columns.earliest_year, self.today)
        export = Export(definitions, calendar)
        reader = Reader(definitions.clinical_codes.fhir.largest_bundle_megabytes)
        for file in self.files:
            for placed in reader.resources(file):
                export.add(placed, file.label)
        finder = CourseFinder("from infusions", self.spans, list(definitions.scales), export.origins)
        maker = RowMaker(
            finder,
            course_constants(self.additions.course.fields, definitions),
            crosswalk.pseudonym,
            has_course_ids=False,
            has_course_lines=True,
            days_per_month=None,
        )
        landing = RowLanding(connection, export.origins, definitions)
        n_without_course = 0
        for assembled in export.assembled(READINGS_AT_ONCE):
            rows = maker.rows(assembled.readings)
            landing.add(rows)
            export.counts.gave(rows, assembled)
            n_without_course += rows.n_without_course
        export.counts.land(connection)
        for note in (*export.notes(), *self._notes(reader, n_without_course)):
            add_note(connection, note)
        return landing.finish()

    def _notes(self, reader: Reader, n_without_course: int) -> Iterator[str]:
        if n_without_course:
            patients = "1 Patient" if n_without_course == 1 else f"{n_without_course:,} Patients"
            yield f"{patients} had no infusion, and gave no row."
        if n_next := len(reader.next_pages - reader.pages):
            pages = "A page of a search names" if n_next == 1 else f"{n_next:,} pages of searches name"
            yield (
                f"{pages} a next page that is not among the files: the export seems to be one page only. Follow the "
                'links of relation "next", or use the bulk export ($export).'
            )
        if self.n_unread:
            files = "1 file is" if self.n_unread == 1 else f"{self.n_unread:,} files are"
            yield f"{files} not read, because {self.why_unread}."
        if any(file.label != file.path.name for file in self.files):
            yield (
                "Files are called by their place among the files by name (file 1, file 2 ...): names may tell whom a "
                "file is about."
            )


def find_fhir(
    paths: Sequence[Path],
    mapping: Path | None,
    settings: Settings,
    definitions: Definitions,
    today: date | None = None,
) -> FhirSource:
    """A FHIR export: its files, and what decides how its courses are found.

    Raises:
        FileRefused: a path is missing, or holds no file of a FHIR export.
        MappingInvalid: the mapping cannot be read, or states what is not known.
    """
    files, unread = find_files(paths)
    additions = read_additions(mapping, CourseAdditions, definitions)
    spans = CourseSpans.of(settings, definitions)
    return FhirSource(
        files=files,
        additions=additions,
        content_hash=export_hash(
            (spans.gap_days, spans.look_back_days, additions.model_dump_json()), [file.path for file in files]
        ),
        spans=spans,
        today=today or date.today(),
        n_unread=len(unread),
    )


@contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """Without the search for reference cycles, which grows with all that is held: there are none in what is read."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
