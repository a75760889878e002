"""The program in canonical files: relative times and pseudonyms, no date and no record number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sample_data.writers.program import N_ITEMS, Patient
from sample_data.writers.text import Line, write_csv


def write_canonical(folder: Path, patients: Sequence[Patient]) -> None:
    """Writes `courses.csv`, `infusions.csv` and `scores.csv`."""
    write_csv(folder / "courses.csv", _courses(patients))
    write_csv(folder / "infusions.csv", _infusions(patients))
    write_csv(folder / "scores.csv", _scores(patients))


def _courses(patients: Sequence[Patient]) -> Iterator[Line]:
    for patient in patients:
        for course in patient.courses:
            yield {
                "course_id": course.course_id,
                "patient_id": patient.patient_id,
                "course_number": course.number,
                "conditions": ";".join(patient.conditions),
                "site": patient.site,
                "quarter": course.quarter,
                "age_band": course.age_band,
                "sex": patient.sex,
                "attr_synthetic": "yes",
            }


def _infusions(patients: Sequence[Patient]) -> Iterator[Line]:
    for patient in patients:
        for course in patient.courses:
            for infusion in course.infusions:
                yield {
                    "course_id": course.course_id,
                    "minutes_from_start": infusion.minute,
                    "route": infusion.route,
                    "dose_mg": infusion.dose_mg,
                    "duration_minutes": infusion.duration_minutes,
                }


def _scores(patients: Sequence[Patient]) -> Iterator[Line]:
    n_items = max(N_ITEMS.values())
    for patient in patients:
        for course in patient.courses:
            for score in course.scores:
                yield {
                    "course_id": course.course_id,
                    "scale": score.scale,
                    "minutes_from_start": score.minute,
                    "total": score.total,
                    **{f"item_{number}": None for number in range(1, n_items + 1)},
                    **{f"item_{number}": answer for number, answer in enumerate(score.items, start=1)},
                }
