"""When a score was taken, on the clock of its course."""

from __future__ import annotations

from pipelines.definitions.bases import MINUTES_PER_DAY
from pipelines.privacy.relative_time import Elapsed, Moment
from pipelines.sources.dated.courses import CLOCK_UNKNOWN, TIME, Course
from pipelines.sources.dated.records import Fault, Row, ScoreReading
from pipelines.sources.dated.times import ReadTime, Spanned, UnreadTime
from pipelines.sources.mapping.phrases import TimePhrase


def score_time(reading: ScoreReading, course: Course, row: Row, days_per_month: int | None) -> Elapsed | Fault:
    """When a score was taken, from the start of its course; or why that cannot be told.

    A time in words may also tell the timing of the score and its infusion, which the row then gets where it has none.

    Args:
        days_per_month: as the mapping states it.
    """
    when = reading.when
    if (fault := time_fault(when)) is not None:
        return fault
    if isinstance(when, TimePhrase):
        return _phrase_time(when, reading, course, row, days_per_month)
    if isinstance(when, Spanned) and when.infusion is not None:
        return _after(when.infusion, round(when.minutes), course, is_by_day=when.is_by_day)
    found = course.minutes(when)
    return found if found is not None else CLOCK_UNKNOWN


def _phrase_time(
    phrase: TimePhrase, reading: ScoreReading, course: Course, row: Row, days_per_month: int | None
) -> Elapsed | Fault:
    span = round(phrase.minutes(days_per_month))
    if phrase.timing is not None and row.cells.get("timing") is None:
        row.cells["timing"] = phrase.timing
    if phrase.anchor == "start":
        return Elapsed(span, is_by_day=False)
    if phrase.anchor == "infusion":
        assert phrase.infusion is not None
        if phrase.timing is not None and row.cells.get("infusion_number") is None:
            row.cells["infusion_number"] = str(phrase.infusion)
        return _after(phrase.infusion, span, course, is_by_day=False)
    if phrase.anchor == "last_infusion":
        minutes = course.infusion_minutes().values()
        return Elapsed(max(minutes) + span, is_by_day=False) if minutes else Fault("no_such_infusion", TIME, "none")
    at = course.minutes(reading.infusion.when) if reading.infusion is not None else None
    return Elapsed(at.minutes + span, is_by_day=False) if at is not None else Fault("no_such_infusion", TIME, "none")


def time_fault(when: ReadTime) -> Fault | None:
    """Why a time cannot be used; None if it can."""
    if when is None:
        return Fault("missing_key", TIME, "blank")
    return Fault(when.rule, TIME, when.found) if isinstance(when, UnreadTime) else None


def _after(infusion: int, span: int, course: Course, *, is_by_day: bool) -> Elapsed | Fault:
    """A span counted from an infusion by number; the first is the start, whether or not it has a row."""
    minutes = course.infusion_minutes()
    if infusion not in minutes and not (infusion == 1 and not minutes):
        return Fault("no_such_infusion", TIME, f"infusion {infusion}")
    return Elapsed(minutes.get(infusion, 0) + span, is_by_day)


def day_of(when: ReadTime, course: Course, found: Elapsed) -> int:
    """The day of the course that a time falls on, 0 for the first."""
    if isinstance(when, Moment) and course.start is not None:
        return when.day - course.start.day
    return found.minutes // MINUTES_PER_DAY
