"""Times as FHIR writes them, and the one clock that a patient's times are put on."""

from datetime import date

import pytest

from pipelines.privacy.relative_time import Birth, elapsed
from pipelines.sources.dated.times import UnreadTime
from pipelines.sources.fhir.times import Calendar, clock_of, minutes_between, on_clock

CALENDAR = Calendar(2000, date(2026, 11, 25))
DAY = date(2026, 3, 2).toordinal()


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2026-03-02", (DAY, -1, None)),
        ("2026-03-02T09:30:00-05:00", (DAY, 34_200, -300)),
        ("2026-03-02T09:30-05:00", (DAY, 34_200, -300)),
        ("2026-03-02T09:30:00.123456Z", (DAY, 34_200, 0)),
        ("2026-03-02T09:30:00+05:45", (DAY, 34_200, 345)),
        ("2026-03-02T00:00:00Z", (DAY, 0, 0)),
        ("2026-03-02T23:59:60Z", (DAY, 86_399, 0)),
        ("2026-03-02T09:30:00", (DAY, 34_200, None)),
        (None, None),
    ],
)
def test_a_time_is_read_as_it_is_written(text, stamp):
    assert CALENDAR.stamp(text) == stamp


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("2026-03", "partial_date"),
        ("2026", "partial_date"),
        ("2026-02-29", "unreadable_date"),
        ("2026-03-02T25:00:00Z", "unreadable_date"),
        ("2026-03-02T09:30:00+15:00", "unreadable_date"),
        ("03/02/2026", "unreadable_date"),
        ("", "unreadable_date"),
        (20260302, "unreadable_date"),
        ("1999-12-31", "impossible_date"),
        ("2026-11-27", "future_date"),
    ],
)
def test_anything_else_is_no_time_and_says_why(value, rule):
    found = CALENDAR.stamp(value)
    assert isinstance(found, UnreadTime)
    assert found.rule == rule


def test_tomorrow_may_be_today_elsewhere():
    assert CALENDAR.stamp("2026-11-26T01:00:00+12:00") is not None


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-02T09:30:00-05:00", "2026-03-02T10:10:00-05:00", 40),
        ("2026-03-02T09:30:00-05:00", "2026-03-02T15:10:00Z", 40),
        ("2026-03-08T01:30:00-05:00", "2026-03-08T03:30:00-04:00", 60),
        ("2026-03-02", "2026-03-02T10:10:00-05:00", None),
    ],
)
def test_a_period_lasts_as_long_as_it_did_whatever_the_offsets(start, end, minutes):
    assert minutes_between(CALENDAR.stamp(start), CALENDAR.stamp(end)) == minutes


@pytest.mark.parametrize(
    ("infusions", "score", "minutes", "is_by_day"),
    [
        (["2026-03-02T09:30:00-05:00"], "2026-03-02T14:30:00Z", 0, False),
        (["2026-03-02T09:30:00-05:00"], "2026-03-02T14:29:00Z", -1, False),
        (["2026-03-02T09:30:00-05:00"], "2026-03-09T09:30:00-04:00", 7 * 1440 - 60, False),
        (["2026-03-09T09:30:00-04:00", "2026-03-02T09:30:00-05:00"], "2026-03-02T15:30:00Z", 60, False),
        (["2026-03-02T23:30:00-05:00"], "2026-03-03T05:00:00Z", 30, False),
        (["2026-03-02T23:30:00-05:00"], "2026-03-02", 0, True),
        (["2026-03-03T04:30:00Z"], "2026-03-02T23:30:00-05:00", 0, False),
        (["2026-03-02T09:30:00"], "2026-03-02T09:45:00-05:00", 15, False),
    ],
)
def test_times_of_a_patient_are_counted_on_the_clock_of_the_first_infusion(infusions, score, minutes, is_by_day):
    stamps = [CALENDAR.stamp(text) for text in infusions]
    offset = clock_of(stamps)
    start = min(on_clock(stamp, offset) for stamp in stamps)
    found = elapsed(start, on_clock(CALENDAR.stamp(score), offset))
    assert (found.minutes, found.is_by_day) == (minutes, is_by_day)


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("1980-05-01", Birth.on(date(1980, 5, 1))),
        ("1980-05", Birth.within(1980, 5)),
        ("1980", Birth.within(1980)),
        (None, None),
    ],
)
def test_a_birth_may_be_known_by_its_year(text, birth):
    assert CALENDAR.birth(text) == birth


@pytest.mark.parametrize("value", ["1980-13-01", "1980-13", "May 1980", 1980])
def test_what_is_no_date_of_birth_is_unread(value):
    assert isinstance(CALENDAR.birth(value), UnreadTime)
