"""The OMOP source: an export of the common data model 5.4, de-identified as it is read.

Dates and record numbers stay in the memory of this process: in a database that never spills to disk, and in readings of
some patients at a time. What is landed are minutes, quarters and pseudonyms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.counted import counted
from pipelines.definitions import Definitions
from pipelines.errors import FileRefused
from pipelines.manifests import Replaces
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.settings import Settings
from pipelines.sources.dated.courses import CourseFinder, CourseSpans
from pipelines.sources.dated.landing import RowLanding
from pipelines.sources.dated.lines import LineCounts
from pipelines.sources.dated.rows import RowMaker
from pipelines.sources.files import export_hash
from pipelines.sources.landing import LandedTable, add_note
from pipelines.sources.mapping.additions import CourseAdditions, read_additions
from pipelines.sources.mapping.allowances import Allowance
from pipelines.sources.omop.files import CdmFile, find_cdm
from pipelines.sources.omop.loading import Loader
from pipelines.sources.omop.narrowing import NarrowedTable, Narrowing
from pipelines.sources.omop.readings import CdmReader
from pipelines.sources.omop.tables import CONDITIONS, DRUGS
from pipelines.sources.omop.times import Calendar
from pipelines.sources.omop.vocabulary import VocabularyReader
from pipelines.sources.table.codes import course_constants

_MEMORY_LIMIT = "1GB"


@dataclass
class OmopSource:
    """An export of OMOP tables, found and not yet read; see `sources/source.py`.

    Attributes:
        files: the tables that are read, by name.
        additions: what the program states beside them.
        spans: when a new course starts, and how long before it its baseline may lie.
        today: no date in the export can be later.
    """

    files: Mapping[str, CdmFile]
    additions: CourseAdditions
    content_hash: str
    spans: CourseSpans
    today: date
    unread: tuple[str, ...] = ()
    why_unread: str = "no infusion, score, person or diagnosis is read from it"
    replaces: Replaces = "patient"
    why_crosswalk: str | None = "Tables of OMOP hold record numbers (person_id), which become random pseudonyms"

    @property
    def file_names(self) -> tuple[str, ...]:
        """The files' names, without their folders."""
        return tuple(file.name for file in self.files.values())

    @property
    def allowances(self) -> Sequence[Allowance]:
        """What the mapping states to look like an identifier and to be none."""
        return self.additions.allow

    def land(
        self, connection: duckdb.DuckDBPyConnection, definitions: Definitions, crosswalk: Crosswalk | None
    ) -> list[LandedTable]:
        """Fills the landing tables.

        Raises:
            FileRefused: a file is damaged, or holds more than fits in memory.
        """
        assert crosswalk is not None
        with duckdb.connect(config={"temp_directory": "", "memory_limit": _MEMORY_LIMIT}) as memory:
            try:
                return self._land(connection, memory, definitions, crosswalk)
            except duckdb.OutOfMemoryException:
                raise FileRefused(
                    f"The export holds more infusions and scores than fit in memory ({_MEMORY_LIMIT}), and dates are "
                    "never written to disk. Export the persons in several parts, and import each under a --name of its "
                    "own."
                ) from None

    def _land(
        self,
        connection: duckdb.DuckDBPyConnection,
        memory: duckdb.DuckDBPyConnection,
        definitions: Definitions,
        crosswalk: Crosswalk,
    ) -> list[LandedTable]:
        rules, constants = definitions.clinical_codes.omop, course_constants(self.additions.course.fields, definitions)
        loader = Loader(memory, rules.blanks)
        vocabularies = VocabularyReader(memory, loader, self.files, definitions)
        vocabulary = vocabularies.read()
        narrowing = Narrowing(memory, loader, self.files, vocabulary, vocabularies, rules.drug_types_left_out)
        tables = narrowing.narrow(with_conditions="conditions" not in constants)
        calendar = Calendar(date(definitions.columns.earliest_year, 1, 1), self.today)
        reader = CdmReader(
            tables,
            vocabulary,
            narrowing.parts,
            definitions,
            calendar,
            {} if "site" in constants else narrowing.site_of_visit,
            {} if "site" in constants else narrowing.site_names,
        )
        counts = LineCounts()
        for table in tables.values():
            counts.read(table.file.name, table.n_records, [table.lines.of(record) for record in table.records])
        finder = CourseFinder("from infusions", self.spans, list(definitions.scales), reader.origins)
        maker = RowMaker(
            finder, constants, crosswalk.pseudonym, has_course_ids=False, has_course_lines=True, days_per_month=None
        )
        landing = RowLanding(connection, reader.origins, definitions)
        n_without_condition = 0
        for chunk in narrowing.chunks(tables):
            rows = maker.rows(reader.read(chunk))
            n_without_condition += sum(row.cells.get("conditions") is None for row in rows.courses)
            landing.add(rows)
            counts.gave(rows, reader.origins)
        counts.land(connection)
        for note in self._notes(tables, reader, definitions, n_without_condition):
            add_note(connection, note)
        return landing.finish()

    def _notes(
        self,
        tables: Mapping[str, NarrowedTable],
        reader: CdmReader,
        definitions: Definitions,
        n_without_condition: int,
    ) -> Iterator[str]:
        rules, counts = definitions.clinical_codes.omop, reader.counts
        columns = [name for file in self.files.values() for name in file.header]
        dropped = [name for name in columns if name.casefold() in rules.identifier_columns]
        stems = {name.partition(".")[0].casefold(): name for name in self.unread}
        dropped_tables = [stems[stem] for stem in sorted(stems) if stem in rules.identifier_tables]
        if dropped or dropped_tables:
            yield (
                f"Can identify a person and was dropped unread: {counted(len(dropped), 'column')}, "
                f"{counted(len(dropped_tables), 'table')}."
            )
        if DRUGS.name in tables and (n_left_out := tables[DRUGS.name].n_left_out):
            yield (
                "1 drug exposure of ketamine was ordered, prescribed or dispensed by its drug_type_concept_id, not "
                "given, and is no infusion."
                if n_left_out == 1
                else f"{n_left_out:,} drug exposures of ketamine were ordered, prescribed or dispensed by their "
                "drug_type_concept_id, not given, and are no infusions."
            )
        if counts.n_one_infusion:
            yield (
                f"{counted(counts.n_one_infusion, 'procedure')} gave no row: drug_exposure holds the same infusion, "
                f"on the same day and at most {rules.same_infusion_minutes} minutes apart."
            )
        if counts.n_without_unit:
            yield (
                f"{counted(counts.n_without_unit, 'infusion')} {'has' if counts.n_without_unit == 1 else 'have'} a "
                "quantity whose unit is no dose (dose_unit_source_value): "
                f"{'its' if counts.n_without_unit == 1 else 'their'} dose is not recorded."
            )
        if counts.n_unread_values:
            yield (
                f"{counted(counts.n_unread_values, 'score')} gave no row, because value_as_number is blank; "
                "value_source_value is filled there and is not read."
            )
        if counts.n_undated_diagnoses:
            yield (
                f"{counted(counts.n_undated_diagnoses, 'diagnosis', 'diagnoses')} without a condition_start_date that "
                "can be read: no course is for them."
            )
        if n_without_condition:
            listed = "" if CONDITIONS.name in tables else ", and the export has no condition_occurrence"
            yield (
                f"{counted(n_without_condition, 'course')} without a condition: no diagnosis of the code list stands "
                f"at the start{listed}. State under [course] in a mapping what the program treats, or add codes to "
                "clinical_codes.toml."
            )
        if "concept" not in self.files:
            yield (
                "The export has no concept table: a concept is known only where the definitions list its id, or where "
                "its source value names a code."
            )


def find_omop(
    paths: Sequence[Path],
    mapping_path: Path | None,
    settings: Settings,
    definitions: Definitions,
    today: date | None = None,
) -> OmopSource:
    """An export of OMOP tables, and what a mapping adds to it.

    Raises:
        MappingInvalid: with every mistake in the mapping.
        FileRefused: a table or a column is missing, or a file is damaged.
    """
    additions = read_additions(mapping_path, CourseAdditions, definitions)
    files, unread = find_cdm(paths)
    spans = CourseSpans.of(settings, definitions)
    return OmopSource(
        files=files,
        additions=additions,
        content_hash=export_hash(
            (additions.model_dump_json(), spans.gap_days, spans.look_back_days, *files),
            [file.file.path for file in files.values()],
        ),
        spans=spans,
        today=today or date.today(),
        unread=unread,
    )
