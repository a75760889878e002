"""Dates to minutes: whole days where a time of day is missing, courses by gaps, scores by look-back."""

from datetime import date, datetime, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.privacy.relative_time import (
    Birth,
    Elapsed,
    Moment,
    age_at,
    age_band,
    course_at,
    course_starts,
    elapsed,
    infusion_course_at,
    moment_of,
    quarter_of,
)

DAY = date(2026, 3, 1)
GAP, LOOK_BACK = 60, 30


def at(text: str) -> Moment:
    """`2026-03-01`, or `2026-03-01 09:30`."""
    return moment_of(datetime.fromisoformat(text))


def on(*days: int) -> list[Moment]:
    return [Moment(DAY.toordinal() + day) for day in days]


@pytest.mark.parametrize(
    ("start", "moment", "expected"),
    [
        ("2026-03-01", "2026-03-01", Elapsed(0, is_by_day=True)),
        ("2026-03-01 09:30", "2026-03-01 10:10", Elapsed(40, is_by_day=False)),
        ("2026-03-01 09:30", "2026-02-28 09:30", Elapsed(-1440, is_by_day=False)),
        ("2026-03-01 09:30", "2026-03-02", Elapsed(1440, is_by_day=True)),
        ("2026-03-01", "2026-03-01 23:59", Elapsed(0, is_by_day=True)),
        ("2026-03-01 23:59", "2026-03-02 00:01", Elapsed(2, is_by_day=False)),
        ("2024-02-28", "2024-03-01", Elapsed(2880, is_by_day=True)),
    ],
)
def test_time_from_the_start(start, moment, expected):
    assert elapsed(at(start), at(moment)) == expected


def test_midnight_sharp_is_a_date_without_a_time_of_day():
    """As spreadsheets keep a date: nobody gives an infusion at 00:00:00."""
    assert not at("2026-03-01 00:00:00").has_time
    assert at("2026-03-01 00:01").has_time
    assert moment_of(DAY) == at("2026-03-01")
    assert Moment.of(DAY, time()).has_time


@pytest.mark.parametrize(
    ("infusions", "starts"),
    [
        ([], []),
        ([0], [0]),
        ([0, 3, 7], [0]),
        ([7, 0, 3], [0]),
        ([0, 59], [0]),
        ([0, 60], [0, 60]),
        ([0, 40, 80, 120], [0]),
        ([0, 3, 100, 103, 400], [0, 100, 400]),
    ],
)
def test_a_gap_of_60_days_starts_a_new_course(infusions, starts):
    assert course_starts(on(*infusions), GAP) == on(*starts)


@pytest.mark.parametrize(
    ("day", "course"),
    [
        (-31, None),
        (-30, 0),
        (0, 0),
        (1, 0),
        (69, 0),
        (70, 1),
        (99, 1),
        (100, 1),
        (1000, 1),
    ],
)
def test_a_score_belongs_to_the_course_it_can_be_the_baseline_of_else_to_the_one_begun_last(day, course):
    """Courses begin on days 0 and 100."""
    assert course_at(on(0, 100), *on(day), LOOK_BACK) == course


def test_a_score_later_on_the_first_day_is_of_that_course():
    assert course_at([at("2026-03-01 09:30")], at("2026-03-01 08:00"), LOOK_BACK) == 0
    assert course_at([at("2026-03-01 09:30")], at("2026-03-01 17:00"), LOOK_BACK) == 0


def test_an_infusion_belongs_to_the_course_begun_last():
    assert [infusion_course_at(on(0, 100), *on(day)) for day in (-5, 0, 99, 100, 101)] == [0, 0, 0, 1, 1]


def test_quarters():
    found = [quarter_of(Moment.of(date(2026, month, 1))) for month in range(1, 13)]
    assert found == [f"2026-Q{quarter}" for quarter in (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4)]


@pytest.mark.parametrize(
    ("birth", "day", "age", "band"),
    [
        ("1980-03-02", "2026-03-01", 45, "45-49"),
        ("1980-03-01", "2026-03-01", 46, "45-49"),
        ("2008-03-02", "2026-03-01", 17, "under 18"),
        ("2008-03-01", "2026-03-01", 18, "18-24"),
        ("2001-03-01", "2026-03-01", 25, "25-29"),
        ("1936-03-02", "2026-03-01", 89, "85-89"),
        ("1936-03-01", "2026-03-01", 90, "90+"),
        ("1920-01-01", "2026-03-01", 106, "90+"),
        ("2004-02-29", "2026-02-28", 21, "18-24"),
    ],
)
def test_ages(birth, day, age, band):
    assert age_at(at(birth), at(day)) == age
    assert age_band(age) == band


@pytest.mark.parametrize(
    ("birth", "day", "band"),
    [
        (Birth.on(date(1980, 3, 2)), "2026-03-01", "45-49"),
        (Birth.within(1980), "2026-06-30", "45-49"),  # 45 or 46
        (Birth.within(1981), "2026-06-30", None),  # 44 or 45: two bands
        (Birth.within(1981), "2026-12-31", "45-49"),
        (Birth.within(1981, 5), "2026-06-30", "45-49"),
        (Birth.within(1981, 6), "2026-06-29", None),
        (Birth.within(1936), "2026-06-30", None),  # 89 or 90
        (Birth.within(1900), "2026-06-30", "90+"),
        (Birth.within(2026), "2026-06-30", "under 18"),
    ],
)
def test_an_age_band_of_a_birth_known_in_part_is_one_only_if_all_its_days_give_it(birth, day, band):
    assert birth.age_band_at(at(day)) == band


def test_a_birth_known_in_part_is_after_a_moment_only_if_all_its_days_are():
    assert Birth.on(date(2026, 3, 2)).is_after(at("2026-03-01"))
    assert not Birth.on(date(2026, 3, 1)).is_after(at("2026-03-01"))
    assert Birth.within(2026).is_after(at("2025-12-31"))
    assert not Birth.within(2026).is_after(at("2026-01-01"))
    assert Birth.within(2024, 2).latest == date(2024, 2, 29).toordinal()
    assert Birth.within(2024, 12).latest == date(2024, 12, 31).toordinal()


@given(st.lists(st.integers(-500, 500), min_size=1, max_size=12), st.integers(-600, 600))
def test_courses_keep_their_distance_and_every_score_after_a_start_has_a_course(days, score):
    starts = course_starts(on(*days), GAP)
    assert starts == sorted(starts)
    assert starts[0] == min(on(*days))
    assert all(later.day - earlier.day >= GAP for earlier, later in pairwise(starts))
    place = course_at(starts, *on(score), LOOK_BACK)
    if place is None:
        assert all(start.day - DAY.toordinal() - score > LOOK_BACK for start in starts)
    else:
        assert starts[place].day - DAY.toordinal() - score <= LOOK_BACK
        later = starts[place + 1 :]
        assert all(start.day - DAY.toordinal() - score > LOOK_BACK for start in later)
