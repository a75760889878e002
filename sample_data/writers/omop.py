"""The program as tables of the OMOP common data model, version 5.4: a CSV file for each table.

Concepts of the vocabulary stand as ids where they are widely published (ketamine, routes, conditions, genders). The
PHQ-9 has concepts of the clinic's own (above two billion), which its concept table explains by their LOINC codes; the
other scales have concept 0 and the LOINC code as source value. Totals stand in `measurement`, the answers to single
items in `observation`; a questionnaire that was not filled in is a row without a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

from sample_data.calibration import data_through
from sample_data.writers.fhir import DAYS_SINCE_ONSET, DIAGNOSES, ITEMS, TOTALS
from sample_data.writers.program import SITES, Patient, Score
from sample_data.writers.text import Line, write_csv

KETAMINE = 785649
GENDERS = {"female": 8532, "male": 8507}
CONDITIONS = {"depression": 440383, "anxiety": 442077, "chronic_pain": 436096}
ROUTES = {"iv": 4171047, "im": 4302612}
FROM_EHR, FROM_SURVEY = 32817, 32862
OWN_CONCEPTS = {code: 2_000_000_001 + place for place, code in enumerate((TOTALS["PHQ-9"], *ITEMS["PHQ-9"]))}
"""By LOINC code."""


def write_omop(folder: Path, patients: Sequence[Patient]) -> None:
    """Writes `person.csv`, `drug_exposure.csv` and so on."""
    write_csv(folder / "cdm_source.csv", [_cdm_source()])
    write_csv(folder / "concept.csv", _concepts())
    write_csv(folder / "care_site.csv", _care_sites())
    write_csv(folder / "person.csv", _persons(patients))
    write_csv(folder / "condition_occurrence.csv", _conditions(patients))
    write_csv(folder / "drug_exposure.csv", _infusions(patients))
    write_csv(folder / "measurement.csv", _totals(patients))
    write_csv(folder / "observation.csv", _items(patients))


def person_id(patient: Patient) -> int:
    """The number of a patient in the tables."""
    return 555_000_000 + int(patient.record_number.removeprefix("SYN-"))


def _cdm_source() -> Line:
    return {
        "cdm_source_name": "Synthetic infusion program",
        "cdm_source_abbreviation": "SYNTHETIC",
        "cdm_holder": "Invented",
        "source_description": "Synthetic demonstration data: no person's record",
        "cdm_release_date": data_through().isoformat(),
        "source_release_date": data_through().isoformat(),
        "cdm_version": "5.4",
    }


def _concepts() -> Iterator[Line]:
    for code, concept in OWN_CONCEPTS.items():
        yield {
            "concept_id": concept,
            "concept_name": f"LOINC {code}",
            "domain_id": "Measurement" if code in TOTALS.values() else "Observation",
            "vocabulary_id": "LOINC",
            "concept_class_id": "Survey",
            "standard_concept": "S",
            "concept_code": code,
        }


def _care_sites() -> Iterator[Line]:
    for number, site in enumerate(SITES, start=1):
        yield {"care_site_id": number, "care_site_name": site, "care_site_source_value": site}


def _persons(patients: Sequence[Patient]) -> Iterator[Line]:
    for patient in patients:
        yield {
            "person_id": person_id(patient),
            "gender_concept_id": GENDERS.get(patient.sex, 0),
            "year_of_birth": patient.birth.year,
            "month_of_birth": patient.birth.month,
            "day_of_birth": patient.birth.day,
            "birth_datetime": None,
            "race_concept_id": 0,
            "ethnicity_concept_id": 0,
            "care_site_id": 1 + SITES.index(patient.site),
            "person_source_value": patient.record_number,
        }


def _conditions(patients: Sequence[Patient]) -> Iterator[Line]:
    numbers = count(1)
    for patient in patients:
        onset = patient.courses[0].start.date() - timedelta(days=DAYS_SINCE_ONSET)
        for condition in patient.conditions:
            yield {
                "condition_occurrence_id": next(numbers),
                "person_id": person_id(patient),
                "condition_concept_id": CONDITIONS[condition],
                "condition_start_date": onset.isoformat(),
                "condition_end_date": None,
                "condition_type_concept_id": FROM_EHR,
                "condition_source_value": DIAGNOSES[condition]["code"],
            }


def _infusions(patients: Sequence[Patient]) -> Iterator[Line]:
    numbers = count(1)
    for patient in patients:
        for infusion in patient.infusions:
            yield {
                "drug_exposure_id": next(numbers),
                "person_id": person_id(patient),
                "drug_concept_id": KETAMINE,
                "drug_exposure_start_date": f"{infusion.moment:%Y-%m-%d}",
                "drug_exposure_start_datetime": f"{infusion.moment:%Y-%m-%d %H:%M:%S}",
                "drug_exposure_end_date": f"{infusion.end:%Y-%m-%d}",
                "drug_exposure_end_datetime": f"{infusion.end:%Y-%m-%d %H:%M:%S}",
                "drug_type_concept_id": FROM_EHR,
                "stop_reason": None,
                "quantity": infusion.dose_mg,
                "route_concept_id": ROUTES[infusion.route],
                "drug_source_value": "ketamine",
                "dose_unit_source_value": "mg",
            }


def _totals(patients: Sequence[Patient]) -> Iterator[Line]:
    for number, (patient, score) in enumerate(_scores(patients), start=1):
        yield {
            "measurement_id": number,
            "person_id": person_id(patient),
            "measurement_concept_id": OWN_CONCEPTS.get(TOTALS[score.scale], 0),
            "measurement_date": f"{score.moment:%Y-%m-%d}",
            "measurement_datetime": f"{score.moment:%Y-%m-%d %H:%M:%S}",
            "measurement_type_concept_id": FROM_SURVEY,
            "value_as_number": score.total,
            "measurement_source_value": None if TOTALS[score.scale] in OWN_CONCEPTS else TOTALS[score.scale],
            "unit_source_value": "{score}",
        }


def _items(patients: Sequence[Patient]) -> Iterator[Line]:
    numbers = count(1)
    for patient, score in _scores(patients):
        for place, answer in enumerate(score.items):
            yield {
                "observation_id": next(numbers),
                "person_id": person_id(patient),
                "observation_concept_id": OWN_CONCEPTS.get(ITEMS[score.scale][place], 0),
                "observation_date": f"{score.moment:%Y-%m-%d}",
                "observation_datetime": f"{score.moment:%Y-%m-%d %H:%M:%S}",
                "observation_type_concept_id": FROM_SURVEY,
                "value_as_number": answer,
                "observation_source_value": None
                if ITEMS[score.scale][place] in OWN_CONCEPTS
                else ITEMS[score.scale][place],
            }


def _scores(patients: Sequence[Patient]) -> Iterator[tuple[Patient, Score]]:
    for patient in patients:
        for score in patient.scores:
            yield patient, score
