"""The program as a REDCap project exports it: raw data and the data dictionary.

Longitudinal: patients are enrolled in one event, infusions are a repeating form of a second, and visits a repeating
event with a form for each questionnaire. Sites are data-access groups. Labels of items are left out: what the forms
ask is not ours to copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sample_data.writers.program import HIGHEST_ANSWER, N_ITEMS, Patient, Score
from sample_data.writers.text import Line, write_csv

ENROLMENT, TREATMENT, VISIT = "enrolment_arm_1", "treatment_arm_1", "visit_arm_1"
SEX = {"female": "1", "male": "2"}
DIAGNOSES = {"depression": "1", "anxiety": "2", "chronic_pain": "3"}
ROUTES = {"iv": "1", "im": "2"}
FORMS = {"PHQ-9": "phq9", "GAD-7": "gad7", "PAIN-NRS": "pain"}
TOTALS = {"PHQ-9": "phq9_total", "GAD-7": "gad7_total", "PAIN-NRS": "pain_nrs"}
ANSWERS = " | ".join(f"{answer}, Answer {answer}" for answer in range(HIGHEST_ANSWER + 1))
COMPLETE = "2"

_HEADS = {
    "name": "Variable / Field Name",
    "form": "Form Name",
    "section": "Section Header",
    "kind": "Field Type",
    "label": "Field Label",
    "choices": "Choices, Calculations, OR Slider Labels",
    "note": "Field Note",
    "validation": "Text Validation Type OR Show Slider Number",
    "minimum": "Text Validation Min",
    "maximum": "Text Validation Max",
    "identifier": "Identifier?",
    "branching": "Branching Logic (Show field only if...)",
    "required": "Required Field?",
    "alignment": "Custom Alignment",
    "question": "Question Number (surveys only)",
    "matrix": "Matrix Group Name",
    "ranking": "Matrix Ranking?",
    "annotation": "Field Annotation",
}


def write_redcap(folder: Path, patients: Sequence[Patient]) -> None:
    """Writes `records.csv` and `dictionary.csv`; `mapping.toml` says what cannot be told from them."""
    fields = list(_fields())
    write_csv(folder / "dictionary.csv", ({_HEADS[key]: field.get(key) for key in _HEADS} for field in fields))
    columns = list(_columns(fields))
    write_csv(folder / "records.csv", ({name: row.get(name) for name in columns} for row in _rows(patients)))


# --- the dictionary -------------------------------------------------------------------------------------


def _fields() -> Iterator[Mapping[str, str]]:
    patient, infusion = {"form": "patient"}, {"form": "infusion"}
    when = {"kind": "text", "validation": "datetime_dmy"}
    yield {**patient, "name": "record_id", "kind": "text", "label": "Chart"}
    yield {
        **patient,
        "name": "email",
        "kind": "text",
        "label": "E-mail",
        "validation": "email",
        "identifier": "y",
    }
    yield {
        **patient,
        "name": "birth_date",
        "kind": "text",
        "label": "Date of birth",
        "validation": "date_dmy",
        "identifier": "y",
    }
    yield {**patient, "name": "sex", "kind": "radio", "label": "Sex", "choices": "1, Female | 2, Male"}
    yield {
        **patient,
        "name": "diagnosis",
        "kind": "checkbox",
        "label": "Treated for",
        "choices": "1, Depression | 2, Anxiety | 3, Chronic pain",
    }
    yield {**infusion, **when, "name": "infusion_start", "label": "Start of the infusion"}
    yield {**infusion, "name": "infusion_route", "kind": "radio", "label": "Route", "choices": "1, IV | 2, IM"}
    yield {**infusion, "name": "infusion_mg", "kind": "text", "label": "Ketamine, mg", "validation": "number"}
    yield {**infusion, "name": "infusion_minutes", "kind": "text", "label": "Minutes", "validation": "integer"}
    for scale, form in FORMS.items():
        yield {**when, "form": form, "name": f"{form}_time", "label": f"{scale} filled in"}
        for number in range(1, N_ITEMS.get(scale, 0) + 1):
            yield {
                "form": form,
                "name": f"{form}_{number}",
                "kind": "radio",
                "label": f"Item {number}",
                "choices": ANSWERS,
            }
        yield {
            "form": form,
            "name": TOTALS[scale],
            "kind": "text",
            "label": f"{scale} total",
            "validation": "integer",
        }


def _columns(fields: list[Mapping[str, str]]) -> Iterator[str]:
    """The columns of an export: REDCap's own, then the fields of each form and its status."""
    own = ["event_name", "repeat_instrument", "repeat_instance", "data_access_group"]
    yield fields[0]["name"]
    yield from (f"redcap_{name}" for name in own)
    for form in dict.fromkeys(field["form"] for field in fields):
        for field in fields[1:]:
            if field["form"] == form:
                yield from _names(field)
        yield f"{form}_complete"


def _names(field: Mapping[str, str]) -> list[str]:
    if field["kind"] != "checkbox":
        return [field["name"]]
    return [f"{field['name']}___{choice.strip()[0]}" for choice in field["choices"].split("|")]


# --- the records ----------------------------------------------------------------------------------------


def _rows(patients: Sequence[Patient]) -> Iterator[Line]:
    for patient in patients:
        yield {
            **_about(patient, ENROLMENT),
            "email": f"chart{patient.number}@synthetic.invalid",
            "birth_date": patient.birth.isoformat(),
            "sex": SEX.get(patient.sex),
            **{f"diagnosis___{code}": int(condition in patient.conditions) for condition, code in DIAGNOSES.items()},
            "patient_complete": COMPLETE,
        }
        for number, infusion in enumerate(patient.infusions, start=1):
            yield {
                **_about(patient, TREATMENT, number, "infusion"),
                "infusion_start": _text(infusion.moment),
                "infusion_route": ROUTES[infusion.route],
                "infusion_mg": infusion.dose_mg,
                "infusion_minutes": infusion.duration_minutes,
                "infusion_complete": COMPLETE,
            }
        for number, scores in enumerate(_visits(patient), start=1):
            visit: dict[str, object] = {**_about(patient, VISIT, number)}
            for score in scores:
                visit |= _questionnaire(score)
            yield visit


def _about(patient: Patient, event: str, instance: int | None = None, form: str | None = None) -> dict[str, object]:
    return {
        "record_id": patient.record_number,
        "redcap_event_name": event,
        "redcap_repeat_instrument": form,
        "redcap_repeat_instance": instance,
        "redcap_data_access_group": patient.site.lower().replace(" ", "_"),
    }


def _visits(patient: Patient) -> list[list[Score]]:
    """The questionnaires of a patient, those filled in together as one visit."""
    visits: dict[datetime, list[Score]] = {}
    for score in patient.scores:
        visits.setdefault(score.moment, []).append(score)
    return [visits[moment] for moment in sorted(visits)]


def _questionnaire(score: Score) -> Line:
    form = FORMS[score.scale]
    items = {f"{form}_{number}": answer for number, answer in enumerate(score.items, start=1)}
    filled = {**items, TOTALS[score.scale]: score.total}
    return {f"{form}_time": _text(score.moment), **filled, f"{form}_complete": COMPLETE}


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
