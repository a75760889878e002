"""Dates to minutes: the clock of a course starts at its first infusion, and only the quarter stays of the calendar.

Nothing here is kept: callers hold moments in memory and let go of them once minutes are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipelines.definitions.bases import MINUTES_PER_DAY

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, order=True)
class Moment:
    """A point of calendar time.

    Attributes:
        day: days since 0001-01-01, which is 1.
        second: seconds after midnight; -1 where only the day is known.
    """

    day: int
    second: int = -1

    @classmethod
    def of(cls, day: date, clock: time | None = None) -> Moment:
        """The moment of a date, or of a date and a time of day."""
        moment = cls(day.toordinal())
        return moment if clock is None else moment.at(clock)

    def at(self, clock: time) -> Moment:
        """The same day at a time of day."""
        return Moment(self.day, clock.hour * 3_600 + clock.minute * 60 + clock.second)

    @property
    def has_time(self) -> bool:
        """Whether more than the day is known."""
        return self.second >= 0


@dataclass(frozen=True)
class Elapsed:
    """Time from the start of a course.

    Attributes:
        minutes: negative before the start.
        is_by_day: whether only the number of days is known, because one of the two moments has no time of day.
    """

    minutes: int
    is_by_day: bool


def elapsed(start: Moment, moment: Moment) -> Elapsed:
    """Minutes from `start` to `moment`; whole days where either has no time of day."""
    days = moment.day - start.day
    if not (start.has_time and moment.has_time):
        return Elapsed(days * MINUTES_PER_DAY, is_by_day=True)
    seconds = days * SECONDS_PER_DAY + moment.second - start.second
    return Elapsed(round(seconds / 60), is_by_day=False)


def course_starts(infusions: Sequence[Moment], gap_days: int) -> list[Moment]:
    """The first infusion of each course of one patient.

    Args:
        infusions: all infusions of the patient, in any order.
        gap_days: so many calendar days or more between two infusions start a new course.
    """
    starts: list[Moment] = []
    previous: Moment | None = None
    for moment in sorted(infusions):
        if previous is None or moment.day - previous.day >= gap_days:
            starts.append(moment)
        previous = moment
    return starts


def course_at(starts: Sequence[Moment], moment: Moment, look_back_days: int) -> int | None:
    """Which course of a patient a score belongs to, or None if it lies outside every course.

    A score within the look-back of a first infusion belongs to that course, otherwise to the course begun last
    before it. A score on the very day of a first infusion belongs to its course.

    Args:
        starts: first infusions, ascending.
        moment: when the score was taken.
        look_back_days: how long before a first infusion a baseline may lie.

    Returns:
        The place in `starts`.
    """
    begun = None
    for place, start in enumerate(starts):
        if moment.day > start.day:
            begun = place
        elif start.day - moment.day <= look_back_days:
            return place
        else:
            break
    return begun


def infusion_course_at(starts: Sequence[Moment], moment: Moment) -> int:
    """Which course an infusion belongs to: the one begun last at or before it, the first if none was.

    Args:
        starts: first infusions, ascending, at least one.
    """
    return max((place for place, start in enumerate(starts) if start.day <= moment.day), default=0)


@dataclass(frozen=True, slots=True)
class Birth:
    """A date of birth as far as it is known.

    Attributes:
        earliest, latest: the first and the last day that it can be, as `Moment.day` counts; the same where it is known.
    """

    earliest: int
    latest: int

    @classmethod
    def on(cls, day: date) -> Birth:
        """A date of birth that is known."""
        return cls(day.toordinal(), day.toordinal())

    @classmethod
    def within(cls, year: int, month: int | None = None) -> Birth:
        """A year of birth, or a month of it."""
        first, last = date(year, month or 1, 1), date(year, month or 12, 1)
        return cls(first.toordinal(), (last.replace(day=28) + timedelta(days=4)).replace(day=1).toordinal() - 1)

    def is_after(self, moment: Moment) -> bool:
        """Whether a moment lies before it for sure."""
        return moment.day < self.earliest

    def age_band_at(self, moment: Moment) -> str | None:
        """The age band at a moment; None where the year or month of birth leaves two bands possible."""
        bands = {age_band(age_at(Moment(day), moment)) for day in (self.earliest, self.latest)}
        return bands.pop() if len(bands) == 1 else None


def quarter_of(moment: Moment) -> str:
    """The calendar quarter, as `2026-Q3`."""
    day = date.fromordinal(moment.day)
    return f"{day.year}-Q{(day.month + 2) // 3}"


def age_at(birth: Moment, moment: Moment) -> int:
    """Completed years of life."""
    born, day = date.fromordinal(birth.day), date.fromordinal(moment.day)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(age: int) -> str:
    """The band that an age falls into: under 18, 18-24, then five years wide, and 90+ (HIPAA joins those)."""
    if age < 18:
        return "under 18"
    if age < 25:
        return "18-24"
    if age >= 90:
        return "90+"
    lowest = age - age % 5
    return f"{lowest}-{lowest + 4}"


def moment_of(value: datetime | date) -> Moment:
    """A Python date or date with time; midnight sharp is taken as a date without a time of day."""
    if isinstance(value, datetime) and value.time() != time():
        return Moment.of(value.date(), value.time())
    return Moment.of(value.date() if isinstance(value, datetime) else value)
