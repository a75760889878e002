"""The sample program with something personal planted in it, in each format.

`in_kept_field` plants it where an import keeps text: in an attribute of a course or, in formats without any, in the
name of a site. `in_dropped_fields` plants it where each format holds what an import never reads.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sample_data.writers.formats import PROGRAM_FOLDER, WRITERS
from sample_data.writers.program import program

Lines = list[dict[str, str]]


def export_of(name: str, folder: Path, n_patients: int) -> Path:
    """The first patients of the sample program in a format, with the mapping."""
    folder.mkdir()
    WRITERS[name](folder, program()[:n_patients])
    mapping = PROGRAM_FOLDER / name / "mapping.toml"
    if mapping.exists():
        shutil.copy(mapping, folder)
    return folder


def edit_csv(path: Path, change: Callable[[Lines], object], delimiter: str = ",") -> None:
    """Changes the lines of a CSV file; a line may get columns that the others do not have."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=delimiter))
    change(lines)
    columns = dict.fromkeys(name for line in lines for name in line)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def edit_ndjson(path: Path, change: Callable[[list[Any]], object]) -> None:
    """Changes the resources of a file."""
    resources = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    change(resources)
    _write_ndjson(path, resources)


def edit_text(path: Path, old: str, new: str) -> None:
    """Replaces a text that stands once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- where an import keeps text -------------------------------------------------------------------------


def canonical_kept(folder: Path, text: str, head: str) -> None:
    """An attribute of one course."""
    column = f"attr_{head.lower().replace(' ', '_')}"
    edit_csv(folder / "courses.csv", lambda lines: lines[4].update({column: text}))


def table_kept(folder: Path, text: str, head: str) -> None:
    """A column that the mapping makes an attribute."""
    edit_csv(folder / "patients.csv", lambda lines: lines[4].update({head: text}), ";")
    edit_text(folder / "mapping.toml", 'birth_date = "Born"', f'birth_date = "Born"\nattr_further = "{head}"')


def redcap_kept(folder: Path, text: str, head: str) -> None:
    """A field that the mapping makes an attribute."""
    field = head.lower().replace(" ", "_")
    _add_redcap_field(folder, field, head, "text")
    edit_csv(folder / "records.csv", lambda lines: lines[0].update({field: text}))
    edit_text(
        folder / "mapping.toml", 'birth_date = "birth_date"', f'birth_date = "birth_date"\nattr_further = "{field}"'
    )


def fhir_kept(folder: Path, text: str, _head: str) -> None:
    """The name of a site."""
    edit_ndjson(folder / "Organization.ndjson", lambda lines: [line.update(name=text) for line in lines])


def omop_kept(folder: Path, text: str, _head: str) -> None:
    """The name of a site."""
    edit_csv(folder / "care_site.csv", lambda lines: [line.update(care_site_name=text) for line in lines])


KEPT: Mapping[str, Callable[[Path, str, str], None]] = {
    "canonical": canonical_kept,
    "table": table_kept,
    "redcap": redcap_kept,
    "fhir": fhir_kept,
    "omop": omop_kept,
}
"""By format, what plants a text under a head where it would be kept."""
ONLY_SITES = ("fhir", "omop")
"""Formats that have no attributes: the one text of theirs that is kept as it is, is the name of a site."""


# --- what an import never reads -------------------------------------------------------------------------


def table_dropped(folder: Path, texts: Sequence[str]) -> None:
    """A column under `drop`."""

    def change(lines: Lines) -> None:
        for line, text in zip(lines, texts, strict=False):
            line["Mail"] = text

    edit_csv(folder / "patients.csv", change, ";")


def redcap_dropped(folder: Path, texts: Sequence[str]) -> None:
    """A field marked as an identifier, a note, and a field that nothing names."""
    _add_redcap_field(folder, "remark", "Remark", "notes")
    _add_redcap_field(folder, "ward", "Ward", "text")

    def change(lines: Lines) -> None:
        enrolments = [line for line in lines if line["redcap_event_name"] == "enrolment_arm_1"]
        for line, text in zip(enrolments, texts, strict=False):
            line |= {"email": text, "remark": text, "ward": text}

    edit_csv(folder / "records.csv", change)


def fhir_dropped(folder: Path, texts: Sequence[str]) -> None:
    """What identifies a patient, notes, texts, answers to other questions, and resources of a type that is not read."""

    def change_patients(lines: list[Any]) -> None:
        for line, text in zip(lines, texts, strict=False):
            line["name"] = [{"text": text, "family": text, "given": [text]}]
            line["telecom"] = [{"system": "phone", "value": text}]
            line["address"] = [{"text": text, "line": [text], "city": text}]
            line["identifier"] = [{"system": "https://synthetic.invalid", "value": text}]
            line["contact"] = [{"name": {"text": text}}]
            line["text"] = {"status": "generated", "div": text}

    def add_notes(lines: list[Any]) -> None:
        for line, text in zip(lines, texts, strict=False):
            line["note"] = [{"text": text}]
            line.setdefault("dosage", {})["text"] = text

    def add_answers(lines: list[Any]) -> None:
        for line, text in zip(lines, texts, strict=False):
            line["item"].append({"linkId": "remarks", "text": text, "answer": [{"valueString": text}]})

    edit_ndjson(folder / "Patient.ndjson", change_patients)
    for name in ("MedicationAdministration", "Observation", "Condition"):
        edit_ndjson(folder / f"{name}.ndjson", add_notes)
    edit_ndjson(folder / "QuestionnaireResponse.ndjson", add_answers)
    practitioners = [
        {"resourceType": "Practitioner", "id": f"p{n}", "name": [{"text": t}]} for n, t in enumerate(texts)
    ]
    _write_ndjson(folder / "Practitioner.ndjson", practitioners)


def omop_dropped(folder: Path, texts: Sequence[str]) -> None:
    """Source values, notes, and tables that are not read."""

    def fill(*columns: str) -> Callable[[Lines], None]:
        def change(lines: Lines) -> None:
            for line, text in zip(lines, texts, strict=False):
                line.update(dict.fromkeys(columns, text))

        return change

    edit_csv(folder / "person.csv", fill("person_source_value", "provider_id", "location_id", "gender_source_value"))
    edit_csv(folder / "drug_exposure.csv", fill("sig", "lot_number", "stop_reason", "provider_id"))
    edit_csv(folder / "measurement.csv", fill("value_source_value", "provider_id"))
    edit_csv(folder / "condition_occurrence.csv", fill("stop_reason", "provider_id"))
    for table, column in (("note", "note_text"), ("provider", "provider_name"), ("location", "address_1")):
        lines = "".join(f'{number},"{text}"\n' for number, text in enumerate(texts))
        (folder / f"{table}.csv").write_text(f"{table}_id,{column}\n{lines}", encoding="utf-8")


DROPPED: Mapping[str, Callable[[Path, Sequence[str]], None]] = {
    "table": table_dropped,
    "redcap": redcap_dropped,
    "fhir": fhir_dropped,
    "omop": omop_dropped,
}
"""By format, what plants texts where they are dropped unread."""


# --- what holds numbers ---------------------------------------------------------------------------------


def canonical_numbers(folder: Path, texts: Sequence[str]) -> None:
    """Doses."""

    def change(lines: Lines) -> None:
        for line, text in zip(lines, texts, strict=False):
            line["dose_mg"] = text

    edit_csv(folder / "infusions.csv", change)


def table_numbers(folder: Path, texts: Sequence[str]) -> None:
    """Doses."""

    def change(lines: Lines) -> None:
        for line, text in zip(lines, texts, strict=False):
            line["Dose mg"] = text

    edit_csv(folder / "infusions.csv", change, ";")


def redcap_numbers(folder: Path, texts: Sequence[str]) -> None:
    """Doses."""

    def change(lines: Lines) -> None:
        infusions = [line for line in lines if line["redcap_repeat_instrument"] == "infusion"]
        for line, text in zip(infusions, texts, strict=False):
            line["infusion_mg"] = text

    edit_csv(folder / "records.csv", change)


def fhir_numbers(folder: Path, texts: Sequence[str]) -> None:
    """Totals."""

    def change(lines: list[Any]) -> None:
        totals = [line for line in lines if "valueQuantity" in line and "derivedFrom" not in line]
        for line, text in zip(totals, texts, strict=False):
            line.pop("valueQuantity")
            line["valueString"] = text

    edit_ndjson(folder / "Observation.ndjson", change)


def omop_numbers(folder: Path, texts: Sequence[str]) -> None:
    """Totals without items."""

    def change(lines: Lines) -> None:
        totals = [line for line in lines if line["measurement_source_value"] == "72514-3" and line["value_as_number"]]
        for line, text in zip(totals, texts, strict=False):
            line["value_as_number"] = text

    edit_csv(folder / "measurement.csv", change)


NUMBERS: Mapping[str, Callable[[Path, Sequence[str]], None]] = {
    "canonical": canonical_numbers,
    "table": table_numbers,
    "redcap": redcap_numbers,
    "fhir": fhir_numbers,
    "omop": omop_numbers,
}
"""By format, what plants texts where numbers are expected."""


# --- what holds codes -----------------------------------------------------------------------------------


def redcap_code(folder: Path, text: str) -> None:
    """The repeating form of a row, as where cells have slipped by a column."""
    edit_csv(folder / "records.csv", lambda lines: lines[1].update(redcap_repeat_instrument=text))


def fhir_code(folder: Path, text: str) -> None:
    """Statuses."""
    for name in ("MedicationAdministration", "Observation", "QuestionnaireResponse"):
        edit_ndjson(folder / f"{name}.ndjson", lambda lines: lines[1].update(status=text))


def omop_code(folder: Path, text: str) -> None:
    """Concepts."""
    edit_csv(folder / "drug_exposure.csv", lambda lines: lines[1].update(route_concept_id=text))
    edit_csv(folder / "measurement.csv", lambda lines: lines[1].update(measurement_concept_id=text))


CODES: Mapping[str, Callable[[Path, str], None]] = {"redcap": redcap_code, "fhir": fhir_code, "omop": omop_code}
"""By format, what plants a text where the format has codes of its own."""


def _add_redcap_field(folder: Path, name: str, label: str, kind: str) -> None:
    """A field of the first form, with a column for it."""

    def change(lines: Lines) -> None:
        field = {"Variable / Field Name": name, "Form Name": "patient", "Field Type": kind, "Field Label": label}
        lines.append(dict.fromkeys(lines[0], "") | field)

    edit_csv(folder / "dictionary.csv", change)
    edit_csv(folder / "records.csv", lambda lines: lines[0].setdefault(name, ""))


def _write_ndjson(path: Path, resources: Sequence[Any]) -> None:
    path.write_text("".join(json.dumps(resource) + "\n" for resource in resources), encoding="utf-8")
