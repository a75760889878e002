"""Writes the sample workbook: one site of the synthetic program as a clinic would keep it in Excel.

`python -m sample_data.workbook` reads the canonical sample and writes `workbook/clinic.xlsx`: a sheet of patients,
one of infusions and one of visits, with title rows, notes, words in place of codes, chart numbers and dates. The dates
and chart numbers are invented anew: the canonical sample holds none. Courses with a planted defect are left out, so
that the accepted rows of both are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sample_data.calibration import data_through
from sample_data.defects import Row
from sample_data.draws import Draws
from sample_data.generator import DEFAULT_SEED
from sample_data.sound import drawn_start, moment_of, sound_sample
from sample_data.writers.text import Line

WORKBOOK = Path(__file__).with_name("workbook") / "clinic.xlsx"
SITE = "Site 10"
TITLE = f"Ketamine program, {SITE}: SYNTHETIC demonstration data, no person's record"

SCALES = {"PHQ-9": "PHQ9", "GAD-7": "GAD7", "PAIN-NRS": "Pain 0-10"}
DIAGNOSES = {
    "depression": "Depression",
    "anxiety": "Anxiety",
    "chronic_pain": "Chronic pain",
    "depression;anxiety": "Depression + anxiety",
}
ROUTES = {"iv": "IV", "im": "IM"}
SETTINGS = {"medical": "Medical", "with_psychotherapy": "With psychotherapy"}
REASONS = {
    "completed": "Completed",
    "stopped_no_benefit": "No benefit",
    "stopped_side_effects": "Side effects",
    "moved": "Moved away",
    "cost": "Cost",
    "unknown": "Not known",
}
YES_NO = {"yes": "Y", "no": "N"}
WHEN = {"before": "pre", "after": "post"}
VITAL_SIGNS = {
    "systolic_before": "BP sys pre",
    "systolic_peak": "BP sys peak",
    "diastolic_before": "BP dia pre",
    "diastolic_peak": "BP dia peak",
    "heart_rate_before": "HR pre",
    "heart_rate_peak": "HR peak",
}
NOTES = ("", "", "", "", "called to rebook", "brought family", "arrived late", "form on paper")

_TITLE_FONT, _HEAD_FONT = Font(bold=True, size=14), Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="DDE6EE")


def write_workbook(path: Path) -> None:
    """Writes the workbook of the site.

    Args:
        path: of the .xlsx file; its folder is made if absent.
    """
    draws = Draws(DEFAULT_SEED, 3)
    sample = sound_sample([SITE])
    sound, infusions, scores = sample.courses, sample.infusions, sample.scores
    patients = sorted({row["patient_id"] for row in sound})
    charts = dict(zip(draws.shuffled(patients), range(40211, 40211 + 7 * len(patients), 7), strict=True))
    starts: dict[str, datetime] = {}
    ended: dict[str, datetime] = {}
    for row in sorted(sound, key=lambda row: (row["patient_id"], int(row["course_number"]))):
        n_days = sample.n_days(row)
        start = drawn_start(draws, row["quarter"], n_days, ended.get(row["patient_id"]))
        starts[row["course_id"]] = start
        ended[row["patient_id"]] = start + timedelta(days=n_days)

    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Patients"
    _fill(sheet, list(_patient_rows(draws, sound, charts, starts)))
    _fill(workbook.create_sheet("Infusions"), list(_infusion_rows(sound, infusions, charts, starts)))
    _fill(workbook.create_sheet("Visits"), list(_visit_rows(draws, sound, scores, charts, starts)))
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)


def courses_without_defect() -> list[Row]:
    """The courses of the site whose patient has no course with a planted defect, as rows of the canonical sample."""
    return sound_sample([SITE]).courses


def _patient_rows(
    draws: Draws, courses: Sequence[Row], charts: dict[str, int], starts: dict[str, datetime]
) -> Iterator[Line]:
    for row in courses:
        start = starts[row["course_id"]]
        yield {
            "Chart": charts[row["patient_id"]],
            "First infusion": start.date(),
            "Start": start.time(),
            "Diagnosis": DIAGNOSES[row["conditions"]],
            "Route": ROUTES[row["route"]],
            "Setting": SETTINGS[row["setting"]],
            "Age": row["age_band"],
            "Sex": row["sex"],
            "Treatment resistant": YES_NO.get(row["treatment_resistant"]),
            "Planned": int(row["planned_infusions"]),
            "Ended": start.date() + timedelta(days=int(row["ended_day"])) if row["ended_day"] else None,
            "Why ended": REASONS.get(row["end_reason"]),
            "Notes": draws.shuffled(NOTES)[0],
        }


def _infusion_rows(
    courses: Sequence[Row], infusions: dict[str, list[Row]], charts: dict[str, int], starts: dict[str, datetime]
) -> Iterator[Line]:
    for course in courses:
        for row in infusions[course["course_id"]]:
            moment = moment_of(starts[course["course_id"]], row)
            yield {
                "Chart": charts[course["patient_id"]],
                "Date": moment.date(),
                "Start": moment.time(),
                "No.": int(row["infusion_number"]),
                "Route": ROUTES[row["route"]],
                "Dose mg": int(row["dose_mg"]),
                "mg/kg": row["dose_mg_per_kg"].replace(".", ","),
                "Minutes": int(row["duration_minutes"]),
                "CADSS": _whole(row["dissociation_score"]),
                "Experience": row["experience"].replace("_", " "),
                **{head: _whole(row[name]) for name, head in VITAL_SIGNS.items()},
                "Adverse events": row["adverse_events"].replace(";", "; "),
                "Stopped early": YES_NO[row["stopped_early"]],
                "Preparation": YES_NO[row["preparation_session"]],
                "Integration": YES_NO[row["integration_session"]],
            }


def _visit_rows(
    draws: Draws,
    courses: Sequence[Row],
    scores: dict[str, list[Row]],
    charts: dict[str, int],
    starts: dict[str, datetime],
) -> Iterator[Line]:
    for course in courses:
        visits: dict[tuple[datetime, str], dict[str, str]] = defaultdict(dict)
        for row in scores[course["course_id"]]:
            visits[moment_of(starts[course["course_id"]], row), row["timing"]][row["scale"]] = row["total"]
        for (moment, timing), totals in sorted(visits.items()):
            yield {
                "Chart": charts[course["patient_id"]],
                "Date": moment.date(),
                "Time": moment.time(),
                "Pre/post": WHEN.get(timing),
                **{head: _whole(totals.get(scale, "")) for scale, head in SCALES.items()},
                "Notes": draws.shuffled(NOTES)[0],
            }


def _fill(sheet: Worksheet, lines: Sequence[Line]) -> None:
    """Title rows as clinics have them, the header on row 4, then the rows."""
    heads = list(lines[0])
    sheet.append([TITLE])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
    sheet.append([f"Filled in through {data_through():%d %b %Y}"])
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(heads))
    sheet.append([])
    sheet.append(heads)
    sheet["A1"].font = _TITLE_FONT
    for cell in sheet[4]:
        cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for line in lines:
        sheet.append([_cell(value) for value in line.values()])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, date) and not isinstance(cell.value, datetime):
                cell.number_format = "dd/mm/yyyy"
            elif isinstance(cell.value, time):
                cell.number_format = "hh:mm"
    sheet.freeze_panes = "B5"
    for position in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(position)].width = 13


def _cell(value: object) -> object:
    return None if value == "" else value


def _whole(text: str) -> int | None:
    return int(text) if text else None


if __name__ == "__main__":
    write_workbook(WORKBOOK)
