"""The courses of one patient, or of one course id: where each begins, and which infusions are its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipelines.definitions import Definitions
from pipelines.privacy.relative_time import Elapsed, Moment, course_at, course_starts, elapsed, infusion_course_at
from pipelines.settings import Settings
from pipelines.sources.dated.records import ConditionReading, CourseReading, Fault, Origin, Reading, ScoreReading
from pipelines.sources.dated.times import ReadTime, Spanned, UnreadTime

CoursesFrom = Literal["one per course_id", "one per patient", "one per line", "from infusions", "from the first score"]
"""How the courses of an export come about."""
TIME = "minutes_from_start"
CLOCK_UNKNOWN = Fault("clock_unknown", TIME, "not known")
NOT_TRACKED = Fault("not_tracked", "scale")


@dataclass(frozen=True)
class CourseSpans:
    """How long courses reach.

    Attributes:
        gap_days: so many days or more between two infusions start a new course.
        look_back_days: how long before a first infusion a score still belongs to its course.
    """

    gap_days: int
    look_back_days: int

    @classmethod
    def of(cls, settings: Settings, definitions: Definitions) -> CourseSpans:
        """As a program sets them: the look-back is the longest that a baseline may have."""
        return cls(settings.imports.course_gap_days, definitions.outcomes.baseline.flagged_look_back_days)


@dataclass
class Group:
    """All readings about one patient, or about one course id."""

    key: str | None
    courses: list[CourseReading] = field(default_factory=list)
    infusions: list[Reading] = field(default_factory=list)
    scores: list[ScoreReading] = field(default_factory=list)
    conditions: list[ConditionReading] = field(default_factory=list)


@dataclass
class Course:
    """One course, with its clock.

    Attributes:
        start: the moment of its first infusion; None where no date tells it.
        readings: the lines about it, or about its patient.
        infusions: its own.
        fault: why it cannot be taken in.
    """

    start: Moment | None
    readings: list[CourseReading]
    infusions: list[Reading] = field(default_factory=list)
    fault: Fault | None = None

    def minutes(self, when: ReadTime) -> Elapsed | None:
        """Minutes from the start to a date or a span from it; None where the clock or the time is not known."""
        if isinstance(when, Moment):
            return elapsed(self.start, when) if self.start is not None else None
        if isinstance(when, Spanned) and when.infusion is None:
            return Elapsed(round(when.minutes), when.is_by_day)
        return None

    def conditions(self, diagnoses: Iterable[ConditionReading]) -> list[ConditionReading]:
        """The diagnoses that stand on the day of its start."""
        return [
            reading
            for reading in diagnoses
            if self.start is not None
            and isinstance(reading.when, Moment)
            and reading.when.day <= self.start.day
            and (reading.ended is None or reading.ended.day >= self.start.day)
        ]

    def infusion_minutes(self) -> dict[int, int]:
        """When each infusion began, by its number: as stated, or by the order of their times."""
        times = [(at.minutes, reading.cells.get("infusion_number")) for reading in self.infusions
                 if (at := self.minutes(reading.when)) is not None]  # fmt: skip
        if any(number is not None for _, number in times):
            return {
                int(number): minutes for minutes, number in sorted(times) if number is not None and number.isdecimal()
            }
        return dict(enumerate(sorted({minutes for minutes, _ in times}), start=1))


class CourseFinder:
    """Finds the courses of a group.

    Args:
        courses_from: how courses come about.
        spans: how long they reach.
        scales: those that are tracked.
    """

    def __init__(
        self,
        courses_from: CoursesFrom,
        spans: CourseSpans,
        scales: Sequence[str],
        origins: Sequence[Origin],
    ) -> None:
        self._from = courses_from
        self._spans = spans
        self._scales = frozenset(scales)
        self._origins = origins

    def courses(self, group: Group) -> list[Course]:
        """The courses of a group by their starts, each with its infusions; those without a start come last."""
        if self.is_one_course_a_key:
            found = [self._single(group)]
        elif self._from == "from infusions":
            found = self._from_infusions(group)
        elif self._from == "from the first score":
            moments = [
                score.when for score in group.scores if isinstance(score.when, Moment) and self._tells_start(score)
            ]
            found = [Course(min(moments), group.courses)] if moments else []
        else:
            found = self._from_lines(group)
        return sorted(found, key=lambda course: (course.start is None, course.start or Moment(0)))

    @property
    def numbers_courses(self) -> bool:
        """Whether the order of a patient's courses is known from their starts."""
        return self._from in ("from infusions", "one per line")

    @property
    def is_one_course_a_key(self) -> bool:
        """Whether a key has one course; then one that no line tells of is not this export's to make, if others have."""
        return self._from in ("one per course_id", "one per patient")

    def without_course(self, group: Group) -> Fault:
        """Why rows of a patient have no course: nothing was infused, the dates are not read, or no line tells of it."""
        if self._from == "from infusions" and not group.infusions:
            return NOT_TRACKED
        return Fault("unknown_course", "course_id") if self._from == "one per line" else CLOCK_UNKNOWN

    def course_of(self, score: ScoreReading, group: Group, courses: Sequence[Course]) -> Course | Fault:
        """Which course a score belongs to, or why none can be named."""
        if self._from == "one per line":
            own = next((course for course in courses if self._is_of_line(score, course)), None)
            if own is not None:
                return own
        if not courses:
            return self.without_course(group)
        if isinstance(score.when, Moment) and not self.is_one_course_a_key:
            dated = [course for course in courses if course.start is not None]
            starts = [course.start for course in dated if course.start]
            place = course_at(starts, score.when, self._spans.look_back_days)
            if place is not None:
                return dated[place]
            return NOT_TRACKED if len(dated) == len(courses) else CLOCK_UNKNOWN
        if len(courses) > 1:
            return Fault("which_course_unknown", TIME)
        return courses[0]

    def is_scale_at_fault(self, score: ScoreReading, fault: Fault) -> bool:
        """Whether a score has no course because its scale is blank or misspelt, which is then what it is refused for.

        Where courses begin with a score, such a one began none, and may lie before those that others began.
        """
        is_judged = fault is not NOT_TRACKED or self._from == "from the first score"
        return is_judged and score.is_tracked and score.cells["scale"] not in self._scales

    def _tells_start(self, score: ScoreReading) -> bool:
        return score.is_tracked and score.cells["scale"] in self._scales

    def _single(self, group: Group) -> Course:
        stated = [reading.when for reading in group.courses if reading.when is not None]
        course = Course(None, group.courses, group.infusions)
        _set_clock(course, stated)
        return course

    def _from_infusions(self, group: Group) -> list[Course]:
        dated = [reading for reading in group.infusions if isinstance(reading.when, Moment)]
        moments = [reading.when for reading in dated if isinstance(reading.when, Moment)]
        starts = course_starts(moments, self._spans.gap_days)
        courses = [Course(start, group.courses) for start in starts]
        for reading in dated:
            assert isinstance(reading.when, Moment)
            courses[infusion_course_at(starts, reading.when)].infusions.append(reading)
        if any(_hides_a_start(reading, group.infusions) for reading in group.infusions):
            for course in courses:
                course.fault = CLOCK_UNKNOWN
        return courses

    def _from_lines(self, group: Group) -> list[Course]:
        courses = []
        for reading in group.courses:
            course = Course(None, [reading])
            course.infusions = [infusion for infusion in group.infusions if self._is_of_line(infusion, course)]
            _set_clock(course, [reading.when] if reading.when is not None else [])
            courses.append(course)
        dated = sorted((course for course in courses if course.start), key=lambda course: course.start or Moment(0))
        for infusion in group.infusions:
            if any(self._is_of_line(infusion, course) for course in courses):
                continue
            if isinstance(infusion.when, Moment) and dated:
                starts = [course.start for course in dated if course.start]
                dated[infusion_course_at(starts, infusion.when)].infusions.append(infusion)
            elif len(courses) == 1:
                courses[0].infusions.append(infusion)
                _set_clock(courses[0], [])
        return courses

    def _is_of_line(self, reading: Reading, course: Course) -> bool:
        line = course.readings[0]
        return reading.line == line.line and self._label(reading) == self._label(line)

    def _label(self, reading: Reading) -> str:
        return self._origins[reading.origin].label


def _set_clock(course: Course, stated: Sequence[ReadTime]) -> None:
    """The start of a course: as a line states it, else its infusion number 1, else its earliest infusion."""
    unread = next((when for when in stated if isinstance(when, UnreadTime)), None)
    if unread is not None:
        course.fault = Fault(unread.rule, TIME, unread.found)
        return
    moments = [when for when in stated if isinstance(when, Moment)]
    if not moments:
        dated = [reading for reading in course.infusions if isinstance(reading.when, Moment)]
        first = [reading for reading in dated if reading.cells.get("infusion_number") == "1"] or dated
        moments = [reading.when for reading in first if isinstance(reading.when, Moment)]
        if any(_hides_a_start(reading, course.infusions) for reading in course.infusions):
            course.fault = CLOCK_UNKNOWN
    course.start = min(moments, default=None)


def _hides_a_start(reading: Reading, infusions: Sequence[Reading]) -> bool:
    """Whether an infusion whose date is blank or not read could be the first of a course, so that no clock is sure.

    One that is not the first by its number cannot, if the first is read; nor can one that lies in the future.
    """
    if isinstance(reading.when, UnreadTime):
        if reading.when.rule == "future_date":
            return False
    elif reading.when is not None:
        return False
    number = reading.cells.get("infusion_number")
    is_later = number is not None and number.isdecimal() and int(number) > 1
    has_first = any(
        other.cells.get("infusion_number") == "1" and isinstance(other.when, Moment | Spanned) for other in infusions
    )
    return not (is_later and has_first)
