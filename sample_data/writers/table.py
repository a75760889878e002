"""The program as a clinic might export it from its own database: semicolons, German dates, decimal commas, words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sample_data.writers.program import N_ITEMS, Patient
from sample_data.writers.text import Line, write_csv

DIAGNOSES = {"depression": "Depression", "anxiety": "Anxiety disorder", "chronic_pain": "Chronic pain"}
SEX = {"female": "F", "male": "M"}
ROUTES = {"iv": "i.v.", "im": "i.m."}
FORMS = {"PHQ-9": "PHQ9", "GAD-7": "GAD7", "PAIN-NRS": "Pain 0-10"}


def write_table(folder: Path, patients: Sequence[Patient]) -> None:
    """Writes `patients.csv`, `infusions.csv` and `questionnaires.csv`; `mapping.toml` says what they mean."""
    write_csv(folder / "patients.csv", _patients(patients), ";")
    write_csv(folder / "infusions.csv", _infusions(patients), ";")
    write_csv(folder / "questionnaires.csv", _questionnaires(patients), ";")


def _patients(patients: Sequence[Patient]) -> Iterator[Line]:
    for patient in patients:
        yield {
            "Chart": patient.record_number,
            "Mail": f"chart{patient.number}@synthetic.invalid",
            "Born": f"{patient.birth:%d.%m.%Y}",
            "Sex": SEX.get(patient.sex),
            "Clinic": patient.site,
            "Diagnosis": " + ".join(DIAGNOSES[condition] for condition in patient.conditions),
        }


def _infusions(patients: Sequence[Patient]) -> Iterator[Line]:
    for patient in patients:
        for infusion in patient.infusions:
            yield {
                "Chart": patient.record_number,
                "Began": _text(infusion.moment),
                "Route": ROUTES[infusion.route],
                "Dose mg": f"{infusion.dose_mg:.1f}".replace(".", ","),
                "Minutes": infusion.duration_minutes,
            }


def _questionnaires(patients: Sequence[Patient]) -> Iterator[Line]:
    n_items = max(N_ITEMS.values())
    for patient in patients:
        for score in patient.scores:
            yield {
                "Chart": patient.record_number,
                "Filled in": _text(score.moment),
                "Form": FORMS[score.scale],
                **{f"Q{number}": None for number in range(1, n_items + 1)},
                **{f"Q{number}": answer for number, answer in enumerate(score.items, start=1)},
                "Sum": score.total,
            }


def _text(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y %H:%M}"
