"""MedicationAdministration and Procedure: the infusions, by the codes of what was given."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import chain
from typing import Any

from pipelines.definitions import Definitions
from pipelines.sources.fhir.codes import CodeReader
from pipelines.sources.fhir.files import Placed
from pipelines.sources.fhir.found import FoundInfusion
from pipelines.sources.fhir.questionnaires import number_of
from pipelines.sources.fhir.references import (
    contained_in,
    own_reference,
    patient_of,
    reference_of,
    references_of,
)
from pipelines.sources.fhir.shapes import objects
from pipelines.sources.fhir.times import Calendar, minutes_between

_UNITS: Mapping[str, tuple[str, Decimal]] = {
    "mg": ("dose_mg", Decimal(1)),
    "g": ("dose_mg", Decimal(1000)),
    "ug": ("dose_mg", Decimal("0.001")),
    "mg/kg": ("dose_mg_per_kg", Decimal(1)),
    "ug/kg": ("dose_mg_per_kg", Decimal("0.001")),
}
"""UCUM units of doses: the column, and how many milligrams one is."""
_TIMES = {"MedicationAdministration": "effective", "Procedure": "performed"}


class InfusionReader:
    """Reads what was given.

    Attributes:
        n_other_units: doses of infusions in a unit that is no mass.
        n_only_in_words: resources that name what is infused in words and by no code that is known.
    """

    def __init__(self, definitions: Definitions, codes: CodeReader, calendar: Calendar) -> None:
        self._stopped_early = definitions.clinical_codes.fhir.stopped_early_statuses
        self._codes, self._calendar = codes, calendar
        self._names_infusion: set[str] = set()
        self.n_other_units = 0
        self.n_only_in_words = 0

    def add_medication(self, medication: Mapping[str, Any]) -> None:
        """Takes in a Medication of the export."""
        reference = own_reference(medication)
        if self._is_infused(medication):
            if reference is not None:
                self._names_infusion.add(reference)
        elif self._codes.says_infusion(medication.get("code")):
            self.n_only_in_words += 1

    def is_infusion(self, found: FoundInfusion) -> bool:
        """Whether one that names its drug by references is an infusion, now that every Medication is known."""
        return not found.medications or any(name in self._names_infusion for name in found.medications)

    def read(self, placed: Placed, origin: int) -> FoundInfusion | None:
        """What a MedicationAdministration or Procedure tells; None if it gave something else."""
        content = placed.content
        medications = self._medications(placed)
        if medications is None:
            return None
        status = "not-done" if content.get("notGiven") is True or content.get("notDone") is True else None
        status = status or str(content.get("status") or "unknown")
        dosage = content.get("dosage")
        dosage = dosage if isinstance(dosage, dict) else {}
        name = _TIMES[content["resourceType"]]
        return FoundInfusion(
            origin,
            placed.number,
            patient_of(content.get("subject"), placed.urls),
            own_reference(content),
            content["resourceType"],
            self._calendar.start(content, name),
            status,
            {
                "route": self._codes.route(dosage.get("route")),
                **self._dose(dosage.get("dose")),
                "duration_minutes": self._duration(content.get(f"{name}Period")),
                "stopped_early": self._stopped_early.get(status),
            },
            medications,
            tuple(dict.fromkeys(chain.from_iterable(map(self._codes.conditions, objects(content.get("reasonCode")))))),
            references_of(content.get("reasonReference"), placed.urls),
            reference_of(content.get("encounter") or content.get("context"), placed.urls),
            self._organization(placed),
            references_of(content.get("partOf"), placed.urls),
        )

    def _medications(self, placed: Placed) -> tuple[str, ...] | None:
        """References of what was given, none where the resource itself says it is an infusion; None if it is none."""
        content, references = placed.content, []
        if content["resourceType"] == "MedicationAdministration":
            concepts: list[object] = [content.get("medicationCodeableConcept")]
            links: list[object] = [content.get("medicationReference")]
        else:
            concepts = [content.get("code"), *objects(content.get("usedCode"))]
            links = [*objects(content.get("usedReference"))]
        if any(self._codes.is_infusion(concept) for concept in concepts):
            return ()
        for link in links:
            inside = contained_in(content, link)
            if inside is not None and self._is_infused(inside):
                return ()
            reference = reference_of(link, placed.urls)
            if reference is not None and reference.startswith("Medication/"):
                references.append(reference)
        if not references and self._codes.says_infusion(*concepts):
            self.n_only_in_words += 1
        return tuple(references) or None

    def _is_infused(self, medication: Mapping[str, Any]) -> bool:
        """Whether a Medication is one that is infused, by its code or by one of its ingredients."""
        ingredients = objects(medication.get("ingredient"))
        concepts = [medication.get("code"), *(one.get("itemCodeableConcept") for one in ingredients)]
        return any(self._codes.is_infusion(concept) for concept in concepts)

    def _dose(self, dose: object) -> dict[str, str | None]:
        if not isinstance(dose, dict) or dose.get("value") is None:
            return {}
        unit = dose.get("code") or dose.get("unit")
        known = _UNITS.get(unit) if isinstance(unit, str) else None
        number = number_of(dose["value"])
        if known is None or number is None:
            self.n_other_units += 1
            return {}
        column, milligrams = known
        return {column: number if milligrams == 1 else f"{(Decimal(number) * milligrams).normalize():f}"}

    def _duration(self, period: object) -> str | None:
        if not isinstance(period, dict):
            return None
        start, end = self._calendar.stamp(period.get("start")), self._calendar.stamp(period.get("end"))
        if not isinstance(start, tuple) or not isinstance(end, tuple):
            return None
        minutes = minutes_between(start, end)
        return None if minutes is None else str(minutes)

    def _organization(self, placed: Placed) -> str | None:
        found = (
            reference_of(performer.get("onBehalfOf"), placed.urls)
            for performer in objects(placed.content.get("performer"))
        )
        return next((reference for reference in found if reference is not None), None)
