"""The resources of an export, type by type: what each tells is kept packed by patient, until all have been read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.definitions import Definitions
from pipelines.sources.dated.packed import Packed
from pipelines.sources.dated.records import Origin
from pipelines.sources.fhir.assembly import Assembled, Assembler
from pipelines.sources.fhir.codes import CodeReader
from pipelines.sources.fhir.counts import ResourceCounts, status_word
from pipelines.sources.fhir.files import Placed
from pipelines.sources.fhir.found import Found
from pipelines.sources.fhir.infusions import InfusionReader
from pipelines.sources.fhir.observations import LEFT_OUT, ObservationReader
from pipelines.sources.fhir.patients import ConditionReader, PatientReader
from pipelines.sources.fhir.questionnaires import Questionnaires
from pipelines.sources.fhir.references import own_reference, reference_of
from pipelines.sources.fhir.responses import ResponseReader
from pipelines.sources.fhir.times import Calendar


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
            self._rules,
            self._encounters,
            self._organizations,
        )
        chunk, n_in_chunk = Assembled(), 0
        for group in self._packed.groups():
            # Resources that do not say whom they are about have nothing to do with each other.
            for together in [group] if group[0].key is not None else ([found] for found in group):
                assembler.add(together, chunk)
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
        if n := self._patients.n_linked:
            patients = "1 Patient is" if n == 1 else f"{n:,} Patients are"
            yield f"{patients} said to be one person with another Patient (link); each counts as a patient of its own."
        if self._patients.dropped:
            fields = ", ".join(f"{name} ({n:,})" for name, n in sorted(self._patients.dropped.items()))
            yield f"Fields of Patients that identify, dropped unread: {fields}."
        yield from self.counts.notes()
        if n := self._infusions.n_only_in_words:
            resources = "1 resource names" if n == 1 else f"{n:,} resources name"
            yield (
                f"{resources} ketamine in words and by no code that is known (Medication, MedicationAdministration or "
                'Procedure), and gave no infusion. If it was given, add its codes: docs/fhir.md, "Which codes count".'
            )
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
            self.counts.left_out("Observation", status_word(placed.content.get("status")))
        elif not isinstance(found, str) and found is not None:
            self._packed.add(found)

    def _add_response(self, placed: Placed, origin: int) -> None:
        status = placed.content.get("status")
        if status not in self._rules.response_statuses:
            self.counts.left_out("QuestionnaireResponse", status_word(status))
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
