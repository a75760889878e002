"""The courses of the canonical sample without a planted defect, and a calendar to lay them on.

The exports that carry dates and record numbers are written from these: what a defect does depends on the format, while
sound courses must come out of each format the same. The dates are invented anew: the canonical sample holds none.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sample_data.calibration import data_through, days_in, first_day
from sample_data.defects import Row
from sample_data.draws import Draws
from sample_data.generator import CANONICAL_FOLDER
from sample_data.ideation import LEVEL_SCALE

HIGHEST = {"PHQ-9": 27, "GAD-7": 21, "PAIN-NRS": 10}
CONDITIONS = ("depression", "anxiety", "chronic_pain", "depression;anxiety")
LOOK_BACK_DAYS = 14
GAP_DAYS = 61
"""From the last record of a course to the next one of the same patient; the import takes 60 for a new course."""


@dataclass(frozen=True)
class SoundSample:
    """Courses whose patient has no course with a planted defect, as rows of the canonical sample.

    Levels of C-SSRS are left out: what is written from these holds the scales that every format has a code for.

    Attributes:
        courses: in the order of the sample.
        infusions, scores: by course id; of other courses too.
    """

    courses: list[Row]
    infusions: Mapping[str, Sequence[Row]]
    scores: Mapping[str, Sequence[Row]]

    def records(self, course: Row) -> list[Row]:
        """The infusions and scores of a course."""
        return [*self.infusions[course["course_id"]], *self.scores[course["course_id"]]]

    def n_days(self, course: Row) -> float:
        """Days from the start of a course to the last that is recorded of it."""
        latest = max(float(record["hours_from_start"]) for record in self.records(course)) / 24
        return max(latest, float(course["ended_day"] or 0))


def sound_sample(sites: Collection[str]) -> SoundSample:
    """The sound courses of some sites."""
    courses = [row for row in _read("courses") if row["site"] in sites]
    infusions = _by_course(_read("infusions"))
    scores = _by_course(row for row in _read("scores") if row["scale"] != LEVEL_SCALE)
    spoiled = {
        row["patient_id"]
        for row in courses
        if not _is_sound(row, infusions[row["course_id"]], scores[row["course_id"]])
    }
    return SoundSample([row for row in courses if row["patient_id"] not in spoiled], infusions, scores)


def drawn_start(draws: Draws, quarter: str, n_days: float, previous_end: datetime | None) -> datetime:
    """A start inside the quarter: every record before the data-through date, the gap to the course before kept.

    Args:
        quarter: such as `2026-Q3`.
        n_days: from the start to the last record.
        previous_end: the last record of the same patient's course before.

    Raises:
        ValueError: no start leaves room for both.
    """
    latest = min(days_in(quarter) - 1, (data_through() - first_day(quarter)).days - int(n_days) - 2)
    earliest = 0
    if previous_end is not None:
        earliest = max(0, (previous_end.date() - first_day(quarter)).days + GAP_DAYS)
    if earliest > latest:
        raise ValueError(f"{quarter}: no start leaves room for the records and for the gap between two courses")
    day = first_day(quarter) + timedelta(days=draws.whole(earliest, latest))
    return datetime.combine(day, time(9)) + timedelta(minutes=15 * draws.whole(0, 28))


def minute_of(row: Row) -> int:
    """When an infusion or a score was, in minutes from the start of its course."""
    return round(60 * float(row["hours_from_start"]))


def moment_of(start: datetime, row: Row) -> datetime:
    """When an infusion or a score was, on the calendar."""
    return start + timedelta(minutes=minute_of(row))


def _is_sound(course: Row, infusions: Sequence[Row], scores: Sequence[Row]) -> bool:
    keys = [(row["scale"], row["hours_from_start"], row["timing"]) for row in scores]
    return (
        course["conditions"] in CONDITIONS
        and not course["quarter"].endswith("Q5")
        and min(float(row["hours_from_start"]) for row in infusions) == 0
        and min((float(row["hours_from_start"]) for row in scores), default=0) > -24 * LOOK_BACK_DAYS
        and all(_is_number(row["dose_mg"]) for row in infusions)
        and len(keys) == len(set(keys))
        and all(row["scale"] in HIGHEST for row in scores)
        and all(not row["total"] or (row["total"].isdecimal() and _is_in_range(row)) for row in scores)
    )


def _is_in_range(row: Row) -> bool:
    return int(row["total"]) <= HIGHEST[row["scale"]]


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _read(name: str) -> list[Row]:
    with (CANONICAL_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _by_course(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["course_id"]].append(row)
    return found
