"""Writes the synthetic export: `python -m sample_data.generator`.

Nothing here describes a person. The numbers come from `calibration.toml`; the same seed gives the same bytes.
"""

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from math import ceil
from pathlib import Path

from sample_data.calibration import calibration
from sample_data.courses import MINUTES_PER_DAY, Course, draw_courses, outcome_class
from sample_data.defects import Row, plant_defects
from sample_data.draws import Draws
from sample_data.ideation import ITEMS, record_ideation
from sample_data.infusions import draw_infusion_minutes, infusion_rows
from sample_data.scores import score_rows

CANONICAL_FOLDER = Path(__file__).with_name("canonical")
DEFAULT_SEED: int = calibration()["export"]["seed"]
IDEATION_STREAM = 5
"""After those of the generator, the workbook and the program in every format."""
DEFAULT_N_COURSES: int = calibration()["export"]["n_courses"]

__all__ = ["CANONICAL_FOLDER", "DEFAULT_N_COURSES", "DEFAULT_SEED", "write_canonical"]


def write_canonical(folder: Path, seed: int = DEFAULT_SEED, n_courses: int = DEFAULT_N_COURSES) -> dict[str, int]:
    """Write `courses.csv`, `infusions.csv` and `scores.csv` of an invented program.

    Args:
        folder: Where to write; made if absent, files there are replaced.
        seed: The same seed and number of courses give the same bytes.
        n_courses: Number of courses, at least 20.

    Returns:
        How many of each defect the files hold.
    """
    if n_courses < 20:
        raise ValueError("n_courses is at least 20: each kind of defect needs a course to stand in")
    # Separate streams: a change to what is recorded at infusions, or to the defects, moves no outcome.
    draws, recording, spoiling = (Draws(seed, stream) for stream in range(3))
    tally: Counter[str] = Counter(blank_total=0)
    courses: list[Row] = []
    infusions: list[Row] = []
    scores: list[Row] = []
    for course in draw_courses(draws, n_courses):
        course.infusion_minutes = draw_infusion_minutes(draws, course)
        course_scores = score_rows(draws, course, tally)
        _end_course(draws, course, course_scores)
        courses.append(_course_row(course))
        infusions += infusion_rows(recording, course)
        scores += course_scores
    plant_defects(spoiling, courses, infusions, scores, tally)
    record_ideation(Draws(seed, IDEATION_STREAM), courses, infusions, scores)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows, further in (("courses", courses, ()), ("infusions", infusions, ()), ("scores", scores, ITEMS)):
        _write_rows(folder / f"{name}.csv", rows, further)
    return dict(tally)


def _end_course(draws: Draws, course: Course, scores: list[Row]) -> None:
    """Draw why and when a course ended; blank where it is still open or the program did not record it."""
    table = calibration()["end_of_course"]
    latest_hours = max([float(row["hours_from_start"]) for row in scores if row["total"]], default=0.0)
    latest_minute = max(60 * latest_hours, course.infusion_minutes[-1])
    day = ceil(latest_minute / MINUTES_PER_DAY) + draws.whole(0, 7)
    if draws.happens(table["not_recorded"]) or day * MINUTES_PER_DAY > course.open_minutes:
        return
    is_responder = outcome_class(course, course.main_condition) == "responder"
    reasons = table["stopped_responder" if is_responder else "stopped_non_responder"]
    course.ended_day = str(day)
    course.end_reason = "completed" if course.is_completed else draws.level(reasons)


def _course_row(course: Course) -> Row:
    return {
        "course_id": course.course_id,
        "patient_id": course.patient_id,
        "course_number": str(course.course_number),
        "conditions": ";".join(course.conditions),
        "site": course.site["name"],
        "quarter": course.quarter,
        "route": course.route,
        "setting": course.setting,
        "age_band": course.age_band,
        "sex": course.sex,
        "treatment_resistant": course.treatment_resistant,
        "planned_infusions": str(course.planned_infusions),
        "ended_day": course.ended_day,
        "end_reason": course.end_reason,
        "attr_synthetic": "yes",
    }


def _write_rows(path: Path, rows: list[Row], further: Sequence[str]) -> None:
    """Columns are those of the first row and further ones that some rows have."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=[*rows[0], *further], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    for defect, number in sorted(write_canonical(CANONICAL_FOLDER).items()):
        sys.stdout.write(f"{defect}: {number}\n")
