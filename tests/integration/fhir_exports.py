"""FHIR resources and exports for tests: small, invented, and landed in a store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batches import batch_rows

from pipelines.settings import read_settings
from pipelines.sources.intake import ImportResult, import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
PHQ_9_ITEMS = ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"]
PHQ_9_ANSWERS = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
PHQ_9_TOTAL, PHQ_9_PANEL = "44261-6", "44249-1"
START = "2026-03-02T09:30:00-05:00"

Resource = dict[str, Any]


def concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def patient(who: str = "1", **further: Any) -> Resource:
    return {"resourceType": "Patient", "id": who, "birthDate": "1980-05-01", "gender": "female", **further}


def condition(code: str = "F33.2", who: str = "1", **further: Any) -> Resource:
    return {
        "resourceType": "Condition",
        "id": f"condition-{code}",
        "subject": {"reference": f"Patient/{who}"},
        "code": concept(ICD_10_CM, code),
        **further,
    }


def infusion(when: str | None = START, who: str = "1", **further: Any) -> Resource:
    return {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "subject": {"reference": f"Patient/{who}"},
        **({"effectiveDateTime": when} if when is not None else {}),
        "medicationCodeableConcept": concept(RXNORM, "6130"),
        **further,
    }


def total(value: Any, when: str | None, who: str = "1", code: str = PHQ_9_TOTAL, **further: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": f"Patient/{who}"},
        **({"effectiveDateTime": when} if when is not None else {}),
        "code": concept(LOINC, code),
        **({"valueInteger": value} if value is not None else {}),
        **further,
    }


def response(items: list[Resource], when: str | None, who: str = "1", **further: Any) -> Resource:
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": f"Patient/{who}"},
        **({"authored": when} if when is not None else {}),
        "item": items,
        **further,
    }


def answered(link: str, value: Any, kind: str = "Integer") -> Resource:
    return {"linkId": link, "answer": [{f"value{kind}": value}]}


def phq_9(answers: list[int]) -> list[Resource]:
    """Items by LOINC codes as linkIds, answers by LOINC's list."""
    return [
        answered(f"/{link}", {"system": LOINC, "code": PHQ_9_ANSWERS[answer]}, "Coding")
        for link, answer in zip(PHQ_9_ITEMS, answers, strict=True)
    ]


def one_course(*further: Resource) -> list[Resource]:
    """A patient with depression and one infusion, and what else there is."""
    return [patient(), condition(), infusion(), *further]


def write_ndjson(folder: Path, resources: list[Resource]) -> Path:
    """One file for each type, as a bulk export has them."""
    folder.mkdir(parents=True, exist_ok=True)
    for resource in resources:
        with (folder / f"{resource['resourceType']}.ndjson").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(resource) + "\n")
    return folder


@dataclass(frozen=True)
class Imported:
    """A store with an import, and its rows."""

    store: Store
    result: ImportResult

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """Accepted rows of `courses`, `infusions` or `scores`, or those in `quarantine`."""
        return batch_rows(self.store, self.result.batch.id, table, columns)

    def quarantined(self) -> list[tuple[Any, ...]]:
        return self.rows("quarantine", "file_name, line, rule, column_name, found")

    def counts(self, table: str) -> tuple[int, int, int, int]:
        """Accepted, duplicate, quarantined, not tracked."""
        found = next((one for one in self.result.batch.tables if one.file_name == table), None)
        if found is None:
            return 0, 0, 0, 0
        return found.n_accepted, found.n_duplicate, found.n_quarantined, found.n_not_tracked

    def lines(self) -> dict[str, tuple[int, int, int, int]]:
        """For each type: resources, left out, without a row, rows given."""
        return {
            one.file_name: (one.n_lines, one.n_filtered, one.n_without_row, one.n_rows)
            for one in self.result.batch.lines
        }

    def scores(self) -> list[tuple[Any, ...]]:
        return self.rows("scores", "scale, minute, score, items")


def import_fhir(
    folder: Path, *paths: Path, own_definitions: Path | None = None, mapping: Path | None = None
) -> Imported:
    """Imports into a new store."""
    config = None
    if own_definitions is not None:
        config = folder / "program.toml"
        config.write_text(f'definitions = "{own_definitions}"\n', encoding="utf-8")
    settings, definitions = read_settings(config)
    store = Store(folder / "store")
    options = ImportOptions(
        kind="fhir", name="fhir", accept_quarantine=True, crosswalk=folder / "crosswalk.csv", mapping=mapping
    )
    result = import_files(store, list(paths), options, settings, definitions, lambda _: None)
    return Imported(store, result)


def import_resources(folder: Path, resources: list[Resource], **further: Any) -> Imported:
    """Imports resources as a bulk export."""
    return import_fhir(folder, write_ndjson(folder / "export", resources), **further)


def notes(imported: Imported) -> tuple[str, ...]:
    return tuple(imported.result.batch.notes)
