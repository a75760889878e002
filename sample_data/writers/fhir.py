"""The program as a FHIR R4 server's bulk export gives it: one NDJSON file for each type of resource.

Every resource is marked as test health data (HL7 code HTEST). Totals are Observations by LOINC code; where the items
are kept, QuestionnaireResponses hold them: those of the PHQ-9 as LOINC answers, with an Observation derived from each,
those of the GAD-7 as numbers. A questionnaire that was not filled in is an Observation without a value. The clinics
stand where the clock has no summer time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sample_data.writers.program import SITES, Course, Infusion, Patient, Score

Resource = dict[str, Any]

LOINC, SNOMED, ICD10CM = "http://loinc.org", "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM, UCUM = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://unitsofmeasure.org"
KETAMINE = {"system": RXNORM, "code": "6130", "display": "ketamine"}
DIAGNOSES = {
    "depression": {"system": ICD10CM, "code": "F33.1"},
    "anxiety": {"system": ICD10CM, "code": "F41.1"},
    "chronic_pain": {"system": SNOMED, "code": "82423001"},
}
ROUTES = {"iv": "47625008", "im": "78421000"}
TOTALS = {"PHQ-9": "44261-6", "GAD-7": "70274-6", "PAIN-NRS": "72514-3"}
PANELS = {"PHQ-9": "44249-1", "GAD-7": "69737-5"}
ITEMS = {
    "PHQ-9": (
        "44250-9",
        "44255-8",
        "44259-0",
        "44254-1",
        "44251-7",
        "44258-2",
        "44252-5",
        "44253-3",
        "44260-8",
    ),
    "GAD-7": ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"),
}
ANSWERS = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
OFFSET = "-07:00"
DAYS_SINCE_ONSET = 400
MEDICATION = "ketamine-50-mg-per-ml"
SITE_WITH_REFERENCES = "Site 03"
"""Its infusions refer to a Medication of the export and to the Conditions that they are given for; those of the other
sites name the substance."""


def write_fhir(folder: Path, patients: Sequence[Patient]) -> None:
    """Writes `Patient.ndjson`, `Condition.ndjson` and so on."""
    _write(folder, "Organization", (_organization(site) for site in SITES))
    _write(folder, "Medication", [_resource("Medication", MEDICATION, code={"coding": [KETAMINE]})])
    _write(folder, "Patient", (_patient(patient) for patient in patients))
    _write(folder, "Condition", (condition for patient in patients for condition in _conditions(patient)))
    _write(folder, "MedicationAdministration", _infusions(patients))
    _write(folder, "Observation", (_observation(*score) for score in _scores(patients) if _has_observation(score[2])))
    _write(folder, "QuestionnaireResponse", (_response(*score) for score in _scores(patients) if score[2].items))


def _organization(site: str) -> Resource:
    return _resource("Organization", _id(site), name=site)


def _patient(patient: Patient) -> Resource:
    return _resource(
        "Patient",
        patient.record_number,
        identifier=[{"system": "https://synthetic.invalid/charts", "value": f"chart-{patient.record_number}"}],
        telecom=[{"system": "email", "value": f"chart{patient.number}@synthetic.invalid"}],
        **({"gender": patient.sex} if patient.sex else {}),
        birthDate=patient.birth.isoformat(),
        managingOrganization={"reference": f"Organization/{_id(patient.site)}"},
    )


def _conditions(patient: Patient) -> Iterator[Resource]:
    onset = patient.courses[0].start.date() - timedelta(days=DAYS_SINCE_ONSET)
    for condition in patient.conditions:
        yield _resource(
            "Condition",
            _condition_id(patient, condition),
            clinicalStatus=_concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
            verificationStatus=_concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed"),
            code={"coding": [DIAGNOSES[condition]]},
            subject=_subject(patient),
            onsetDateTime=onset.isoformat(),
        )


def _infusions(patients: Sequence[Patient]) -> Iterator[Resource]:
    for patient in patients:
        for course in patient.courses:
            for number, infusion in enumerate(course.infusions, start=1):
                yield _infusion(patient, course, number, infusion)


def _infusion(patient: Patient, course: Course, number: int, infusion: Infusion) -> Resource:
    if patient.site == SITE_WITH_REFERENCES:
        medication: Resource = {
            "medicationReference": {"reference": f"Medication/{MEDICATION}"},
            "reasonReference": [
                {"reference": f"Condition/{_condition_id(patient, condition)}"} for condition in patient.conditions
            ],
        }
    else:
        medication = {"medicationCodeableConcept": {"coding": [KETAMINE]}}
    return _resource(
        "MedicationAdministration",
        f"{patient.record_number}-{course.number}-{number}",
        status="completed",
        **medication,
        subject=_subject(patient),
        effectivePeriod={"start": _time(infusion.moment), "end": _time(infusion.end)},
        dosage={
            "route": _concept(SNOMED, ROUTES[infusion.route]),
            "dose": {"value": infusion.dose_mg, "unit": "mg", "system": UCUM, "code": "mg"},
        },
    )


def _scores(patients: Sequence[Patient]) -> Iterator[tuple[Patient, int, Score]]:
    """Every questionnaire with its patient, and which of the patient's it is."""
    for patient in patients:
        for number, score in enumerate(patient.scores, start=1):
            yield patient, number, score


def _has_observation(score: Score) -> bool:
    return not score.items or score.scale == "PHQ-9"


def _observation(patient: Patient, number: int, score: Score) -> Resource:
    if score.total is None:
        value: Resource = {
            "dataAbsentReason": _concept("http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-performed")
        }
    else:
        value = {"valueQuantity": {"value": score.total, "unit": "{score}", "system": UCUM, "code": "{score}"}}
    derived = {"derivedFrom": [{"reference": f"QuestionnaireResponse/{_score_id(patient, number)}"}]}
    return _resource(
        "Observation",
        _score_id(patient, number),
        status="final",
        category=[_concept("http://terminology.hl7.org/CodeSystem/observation-category", "survey")],
        code=_concept(LOINC, TOTALS[score.scale]),
        subject=_subject(patient),
        effectiveDateTime=_time(score.moment),
        **value,
        **(derived if score.items else {}),
    )


def _response(patient: Patient, number: int, score: Score) -> Resource:
    return _resource(
        "QuestionnaireResponse",
        _score_id(patient, number),
        questionnaire=f"https://synthetic.invalid/Questionnaire/{PANELS[score.scale]}",
        status="completed",
        subject=_subject(patient),
        authored=_time(score.moment),
        source=_subject(patient),
        item=[
            {"linkId": f"/{PANELS[score.scale]}/{code}", "answer": [_answer(score.scale, answer)]}
            for code, answer in zip(ITEMS[score.scale], score.items, strict=True)
        ],
    )


def _answer(scale: str, answer: int) -> Resource:
    if scale == "PHQ-9":
        return {"valueCoding": {"system": LOINC, "code": ANSWERS[answer]}}
    return {"valueInteger": answer}


def _resource(type_: str, name: str, /, **content: Any) -> Resource:
    meta = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}]}
    return {"resourceType": type_, "id": name, "meta": meta, **content}


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _subject(patient: Patient) -> Resource:
    return {"reference": f"Patient/{patient.record_number}"}


def _condition_id(patient: Patient, condition: str) -> str:
    return f"{patient.record_number}-{_id(condition)}"


def _score_id(patient: Patient, number: int) -> str:
    return f"{patient.record_number}-q{number}"


def _id(text: str) -> str:
    """A name as FHIR ids are written."""
    return text.lower().replace(" ", "-").replace("_", "-")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}{OFFSET}"


def _write(folder: Path, type_: str, resources: Iterator[Resource] | list[Resource]) -> None:
    with (folder / f"{type_}.ndjson").open("w", encoding="utf-8", newline="") as file:
        file.writelines(json.dumps(resource, separators=(",", ":")) + "\n" for resource in resources)
