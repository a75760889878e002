"""The FHIR source: bundles and bulk exports of R4, de-identified as they are read.

Resources stream by and what they tell is held packed in memory, by patient; rows are made some patients at a time. No
date, no id of a patient and none of the identifying fields reaches the store, its scratch folder, a log or a message.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.definitions import Definitions
from pipelines.manifests import Replaces
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.settings import Settings
from pipelines.sources.dated.courses import CourseFinder
from pipelines.sources.dated.landing import RowLanding
from pipelines.sources.dated.packed import Packed
from pipelines.sources.dated.records import Origin
from pipelines.sources.dated.rows import RowMaker
from pipelines.sources.fhir.assembly import Assembled, Assembler
from pipelines.sources.fhir.codes import CodeReader
from pipelines.sources.fhir.counts import ResourceCounts
from pipelines.sources.fhir.files import WHY_UNREAD, ExportFile, Placed, Reader, find_files
from pipelines.sources.fhir.found import Found
from pipelines.sources.fhir.infusions import InfusionReader
from pipelines.sources.fhir.observations import LEFT_OUT, ObservationReader
from pipelines.sources.fhir.patients import ConditionReader, PatientReader
from pipelines.sources.fhir.questionnaires import Questionnaires
from pipelines.sources.fhir.references import own_reference, reference_of
from pipelines.sources.fhir.responses import ResponseReader
from pipelines.sources.fhir.times import Calendar
from pipelines.sources.files import hash_files
from pipelines.sources.landing import LandedTable, add_note
from pipelines.sources.mapping.additions import CourseAdditions, read_additions
from pipelines.sources.mapping.allowances import Allowance
from pipelines.sources.table.codes import coded, spellings

READINGS_AT_ONCE = 50_000


@dataclass
class FhirSource:
    """A FHIR export, found and not yet read; see `sources/source.py`.

    Attributes:
        additions: what a mapping states of all courses.
        gap_days, look_back_days: when a new course starts, and how long before it its baseline may lie.
        today: no date in the export can be later.
    """

    files: Sequence[ExportFile]
    additions: CourseAdditions
    content_hash: str
    gap_days: int
    look_back_days: int
    today: date
    unread: tuple[str, ...] = ()
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
        finder = CourseFinder(
            "from infusions", self.gap_days, self.look_back_days, list(definitions.scales), export.origins
        )
        maker = RowMaker(
            finder,
            self._constants(definitions),
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

    def _constants(self, definitions: Definitions) -> dict[str, str | None]:
        return {
            name: coded(str(cells.constant), spellings("courses", name, definitions))
            if name in definitions.columns.courses
            else str(cells.constant)
            for name, cells in self.additions.course.fields.items()
        }

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
        if any(file.label != file.path.name for file in self.files):
            yield (
                "Files are called by their place among the files by name (file 1, file 2 ...): names may tell whom a "
                "file is about."
            )


class Export:
    """What the resources of an export tell, by patient.

    Attributes:
        origins: file by file and type by type, where readings come from.
    """

    def __init__(self, definitions: Definitions, calendar: Calendar) -> None:
        codes = CodeReader(definitions)
        self._rules = definitions.clinical_codes.fhir
        self._questionnaires = Questionnaires(definitions, codes)
        self._patients = PatientReader(calendar)
        self._conditions = ConditionReader(definitions, codes, calendar)
        self._infusions = InfusionReader(definitions, codes, calendar)
        self._observations = ObservationReader(definitions, codes, calendar)
        self._responses = ResponseReader(definitions, codes, self._questionnaires, calendar)
        self._packed: Packed[Found] = Packed()
        self._encounters: dict[str, str] = {}
        self._organizations: dict[str, str] = {}
        self._origins: dict[tuple[str, str], int] = {}
        self._readers: dict[str, Callable[[Placed, int], None]] = {
            "Patient": self._add_patient,
            "Condition": self._add_condition,
            "MedicationAdministration": self._add_infusion,
            "Procedure": self._add_infusion,
            "Observation": self._add_observation,
            "QuestionnaireResponse": self._add_response,
            "Questionnaire": lambda placed, _: self._questionnaires.add(placed.content),
            "ValueSet": lambda placed, _: self._questionnaires.add_value_set(placed.content),
            "Medication": lambda placed, _: self._infusions.add_medication(placed.content),
            "Encounter": self._add_encounter,
            "Organization": self._add_organization,
        }
        self.origins: list[Origin] = []
        self.counts = ResourceCounts()

    def add(self, placed: Placed, label: str) -> None:
        """Takes in a resource of the file that is called so."""
        kind = str(placed.content["resourceType"])
        self.counts.found(kind)
        reader = self._readers.get(kind)
        if reader is not None:
            reader(placed, self._origin(label, kind))

    def assembled(self, n_readings: int) -> Iterator[Assembled]:
        """The readings, patient after patient, about so many at a time; can be asked for once."""
        assembler = Assembler(
            self._infusions,
            self._responses,
            self._rules.infusion_statuses,
            self._encounters,
            self._organizations,
        )
        chunk, n_in_chunk = Assembled(), 0
        for group in self._packed.groups():
            assembler.add(group, chunk)
            n_in_chunk += len(group)
            if n_in_chunk >= n_readings:
                yield chunk
                chunk, n_in_chunk = Assembled(), 0
        if n_in_chunk:
            yield chunk
        for (origin, status), n_infusions in assembler.left_out.items():
            self.counts.left_out_of(origin, status, n_infusions)

    def notes(self) -> Iterator[str]:
        """What the import has to say of what was read, once all of it is assembled."""
        if self._patients.dropped:
            fields = ", ".join(f"{name} ({n:,})" for name, n in sorted(self._patients.dropped.items()))
            yield f"Fields of Patients that identify, dropped unread: {fields}."
        yield from self.counts.notes()
        if n := self._infusions.n_other_units:
            doses = "1 dose is" if n == 1 else f"{n:,} doses are"
            yield f"{doses} in a unit other than mg, g, ug or mg/kg, and not read."

    def _origin(self, label: str, kind: str) -> int:
        place = self._origins.get((label, kind))
        if place is None:
            place = self._origins[label, kind] = self.counts.origin_of(kind)
            self.origins.append(Origin(label, {}))
        return place

    def _add_patient(self, placed: Placed, origin: int) -> None:
        self._packed.add(self._patients.read(placed, origin))

    def _add_condition(self, placed: Placed, origin: int) -> None:
        if self._conditions.is_left_out(placed.content):
            self.counts.left_out("Condition", "entered in error or refuted")
            return
        for found in self._conditions.read(placed, origin):
            self._packed.add(found)

    def _add_infusion(self, placed: Placed, origin: int) -> None:
        found = self._infusions.read(placed, origin)
        if found is not None:
            self._packed.add(found)

    def _add_observation(self, placed: Placed, origin: int) -> None:
        found = self._observations.read(placed, origin)
        if found == LEFT_OUT:
            self.counts.left_out("Observation", str(placed.content.get("status")))
        elif not isinstance(found, str) and found is not None:
            self._packed.add(found)

    def _add_response(self, placed: Placed, origin: int) -> None:
        status = placed.content.get("status")
        if status not in self._rules.response_statuses:
            self.counts.left_out("QuestionnaireResponse", _status_word(status))
            return
        for found in self._responses.read(placed, origin):
            self._packed.add(found)

    def _add_encounter(self, placed: Placed, origin: int) -> None:  # noqa: ARG002
        provider = reference_of(placed.content.get("serviceProvider"), placed.urls)
        reference = own_reference(placed.content)
        if provider is not None and reference is not None:
            self._encounters[reference] = provider

    def _add_organization(self, placed: Placed, origin: int) -> None:  # noqa: ARG002
        name, reference = placed.content.get("name"), own_reference(placed.content)
        if isinstance(name, str) and name.strip() and reference is not None:
            self._organizations[reference] = name.strip()


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
    gap_days, look_back_days = settings.imports.course_gap_days, definitions.outcomes.baseline.flagged_look_back_days
    digest = hashlib.sha256(f"{gap_days}\0{look_back_days}\0{additions.model_dump_json()}\0".encode())
    digest.update(hash_files([file.path for file in files]).encode())
    return FhirSource(
        files=files,
        additions=additions,
        content_hash=digest.hexdigest(),
        gap_days=gap_days,
        look_back_days=look_back_days,
        today=today or date.today(),
        unread=tuple(unread),
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


def _status_word(status: Any) -> str:
    return status if isinstance(status, str) and len(status) <= 20 else "of an unknown status"
