"""The invented program that is written in every format: sixty sound courses of the canonical sample, with a calendar.

It holds what all formats can carry, so that each of them must give the same accepted rows and the same results:

- of a course: conditions, site, the quarter of its first infusion, age band (from a birth date), sex;
- of an infusion: when, route, dose in mg, duration;
- of a score: when, total, and at half of the sites the items too.

Left out is what FHIR and OMOP have no common place for: setting, treatment resistance, planned infusions, how a course
ended, what was felt and measured during an infusion, adverse events, sessions, and whether a score was before or after
an infusion (each is at its own minute; one at an infusion's minute precedes it). The scales are the sample's, all with
a LOINC code for the total.

Record numbers, birth dates, items and the calendar are invented here; the canonical sample holds none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

from sample_data.defects import Row
from sample_data.draws import Draws
from sample_data.generator import DEFAULT_SEED
from sample_data.sound import SoundSample, drawn_start, minute_of, moment_of, sound_sample

SITES = ("Site 01", "Site 03", "Site 08", "Site 10")
SITES_WITH_ITEMS = ("Site 01", "Site 10")
N_COURSES = 60
N_REPEATING = 8
"""So many patients have two courses."""
History = tuple[list[Row], list[datetime]]
"""The courses of a patient, as rows of the sample in their order, and when each starts."""
N_ITEMS = {"PHQ-9": 9, "GAD-7": 7}
HIGHEST_ANSWER = 3
ITEM_9 = 8


@dataclass(frozen=True)
class Infusion:
    """One infusion: when it began, also in minutes from the start of its course, and what was given."""

    moment: datetime
    minute: int
    route: str
    dose_mg: int
    duration_minutes: int

    @property
    def end(self) -> datetime:
        """When it ended."""
        return self.moment + timedelta(minutes=self.duration_minutes)


@dataclass(frozen=True)
class Score:
    """One questionnaire: when, also in minutes from the start of its course; without a total it was not filled in."""

    moment: datetime
    minute: int
    scale: str
    total: int | None
    items: tuple[int, ...] = ()


@dataclass(frozen=True)
class Course:
    """One course of a patient; `number` is 1 for the first."""

    course_id: str
    number: int
    quarter: str
    age_band: str
    infusions: tuple[Infusion, ...]
    scores: tuple[Score, ...]

    @property
    def start(self) -> datetime:
        """The start of the first infusion."""
        return self.infusions[0].moment


@dataclass
class Patient:
    """One patient with all courses.

    Attributes:
        number: 1, 2 ... in the order of the exports.
        patient_id: of the canonical sample, a pseudonym.
        sex: blank where it was not recorded.
    """

    number: int
    patient_id: str
    birth: date
    sex: str
    site: str
    conditions: tuple[str, ...]
    courses: list[Course] = field(default_factory=list)

    @property
    def record_number(self) -> str:
        """The invented number of the patient's chart."""
        return f"SYN-{70_000 + 37 * self.number}"

    @property
    def infusions(self) -> list[Infusion]:
        """Those of all courses in their order."""
        return [infusion for course in self.courses for infusion in course.infusions]

    @property
    def scores(self) -> list[Score]:
        """Those of all courses in their order."""
        return [score for course in self.courses for score in course.scores]


@cache
def program() -> tuple[Patient, ...]:
    """The patients of the program, the same at each call."""
    draws = Draws(DEFAULT_SEED, 4)
    sample = sound_sample(SITES)
    chosen = _chosen(draws, sample)
    return tuple(_patient(draws, sample, history, number) for number, history in enumerate(chosen, start=1))


def _chosen(draws: Draws, sample: SoundSample) -> list[History]:
    """The patients of the program."""
    by_patient: dict[str, list[Row]] = {}
    for row in sorted(sample.courses, key=lambda row: (row["patient_id"], int(row["course_number"]))):
        by_patient.setdefault(row["patient_id"], []).append(row)
    whole = draws.shuffled([rows for rows in by_patient.values() if rows[0]["course_number"] == "1"])
    histories = [(rows, starts) for rows in whole if (starts := _starts(draws, sample, rows)) is not None]
    repeating = [history for history in histories if len(history[0]) == 2][:N_REPEATING]
    single = [history for history in histories if len(history[0]) == 1][: N_COURSES - 2 * len(repeating)]
    return draws.shuffled([*repeating, *single])


def _starts(draws: Draws, sample: SoundSample, rows: list[Row]) -> list[datetime] | None:
    """When the courses of a patient start, or None if the second finds no room after the first.

    No record falls on midnight sharp, which spreadsheets read as a date without a time of day.
    """
    starts: list[datetime] = []
    end = None
    for row in rows:
        try:
            start = drawn_start(draws, row["quarter"], sample.n_days(row), end)
            while any(moment_of(start, record).time() == datetime.min.time() for record in sample.records(row)):
                start += timedelta(minutes=15)
        except ValueError:
            return None
        starts.append(start)
        end = start + timedelta(days=sample.n_days(row))
    return starts


def _patient(draws: Draws, sample: SoundSample, history: History, number: int) -> Patient:
    rows, starts = history
    first = rows[0]
    lowest, highest = (int(age) for age in first["age_band"].split("-"))
    age = draws.whole(lowest, highest)
    birth = starts[0].date().replace(day=1) - timedelta(days=draws.whole(1, 300))
    birth = birth.replace(year=birth.year - age, day=draws.whole(1, 28))
    has_items = first["site"] in SITES_WITH_ITEMS
    patient = Patient(
        number, first["patient_id"], birth, first["sex"], first["site"], tuple(first["conditions"].split(";"))
    )
    for row, start in zip(rows, starts, strict=True):
        infusions = [
            Infusion(
                moment_of(start, record),
                minute_of(record),
                record["route"],
                int(record["dose_mg"]),
                int(record["duration_minutes"]),
            )
            for record in sample.infusions[row["course_id"]]
        ]
        scores = [_score(draws, start, record, has_items) for record in sample.scores[row["course_id"]]]
        patient.courses.append(
            Course(
                row["course_id"],
                int(row["course_number"]),
                row["quarter"],
                _age_band(birth, start.date()),
                tuple(sorted(infusions, key=lambda infusion: infusion.minute)),
                tuple(sorted(scores, key=lambda score: (score.minute, score.scale))),
            )
        )
    return patient


def _score(draws: Draws, start: datetime, record: Row, has_items: bool) -> Score:
    total = int(record["total"]) if record["total"] else None
    n_items = N_ITEMS.get(record["scale"])
    items = _items(draws, total, n_items) if has_items and n_items is not None and total is not None else ()
    return Score(moment_of(start, record), minute_of(record), record["scale"], total, items)


def _items(draws: Draws, total: int, n_items: int) -> tuple[int, ...]:
    """Answers that make the total, point by point; item 9 of the PHQ-9 gets its points last."""
    answers = [0] * n_items
    for _ in range(total):
        open_items = [place for place, answer in enumerate(answers) if answer < HIGHEST_ANSWER]
        likely = [place for place in open_items if place != ITEM_9] or open_items
        answers[likely[draws.whole(0, len(likely) - 1)]] += 1
    return tuple(answers)


def _age_band(birth: date, day: date) -> str:
    age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    if age < 25:
        return "18-24"
    lowest = age - age % 5
    return f"{lowest}-{lowest + 4}"
