"""Which courses a pack is about, worked by hand: a quarter is mature 59 days after its end."""

from datetime import date

from pipelines.reports.cohorts import Cohort, cohorts_at
from pipelines.reports.period import Period

NEEDED = 59
BUILT = date(2026, 11, 28)
QUARTERS = ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
PERIOD = Period("2026-Q3", QUARTERS[-1:], QUARTERS[:-1])
THROUGH_15_NOVEMBER = {
    "2025-Q2": 503,
    "2025-Q3": 411,
    "2025-Q4": 319,
    "2026-Q1": 229,
    "2026-Q2": 138,
    "2026-Q3": 46,
}


def test_activity_is_of_the_period_and_outcomes_of_the_mature_quarter_before() -> None:
    cohorts = cohorts_at(PERIOD, THROUGH_15_NOVEMBER, NEEDED, BUILT)
    assert cohorts.activity == Cohort("activity", ("2026-Q3",), "provisional")
    assert cohorts.latest == Cohort("latest", ("2026-Q2",), "final")
    assert cohorts.rolling == Cohort("rolling", ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"), "final")
    assert (cohorts.through, cohorts.days_needed) == (QUARTERS, NEEDED)


def test_a_quarter_is_mature_on_the_day_and_not_on_the_day_before() -> None:
    for past, latest in ((58, "2026-Q2"), (59, "2026-Q3")):
        cohorts = cohorts_at(PERIOD, THROUGH_15_NOVEMBER | {"2026-Q3": past}, NEEDED, BUILT)
        assert cohorts.latest.quarters == (latest,)
        assert cohorts.activity.standing == ("final" if past == 59 else "provisional")


def test_nothing_after_the_period_is_looked_at() -> None:
    cohorts = cohorts_at(Period("2025-Q4", ("2025-Q4",), QUARTERS[:2]), THROUGH_15_NOVEMBER, NEEDED, BUILT)
    assert cohorts.activity == Cohort("activity", ("2025-Q4",), "final")
    assert cohorts.latest.quarters == ("2025-Q4",)
    assert cohorts.rolling.quarters == ("2025-Q2", "2025-Q3", "2025-Q4")


def test_rolling_quarters_are_those_of_the_calendar() -> None:
    with_gap = Period("2026-Q3", ("2026-Q3",), ("2024-Q1", "2024-Q2", "2025-Q4", "2026-Q2"))
    cohorts = cohorts_at(with_gap, {"2025-Q4": 319, "2026-Q2": 138, "2024-Q2": 900}, NEEDED, BUILT)
    assert cohorts.rolling == Cohort("rolling", ("2025-Q4", "2026-Q2"), "final")


def test_without_a_data_through_date_maturity_is_unknown_and_what_cannot_be_mature_is_provisional() -> None:
    # By 28 November 2026 the third quarter is 59 days past: it may be mature. A day before it cannot be.
    for built, latest, activity in ((BUILT, "2026-Q3", "unknown"), (date(2026, 11, 27), "2026-Q2", "provisional")):
        cohorts = cohorts_at(PERIOD, {}, NEEDED, built)
        assert cohorts.latest == Cohort("latest", (latest,), "unknown")
        assert cohorts.rolling.standing == "unknown"
        assert cohorts.activity == Cohort("activity", ("2026-Q3",), activity)


def test_a_mature_quarter_goes_before_a_newer_one_of_which_nobody_knows() -> None:
    cohorts = cohorts_at(PERIOD, {"2026-Q1": 229}, NEEDED, BUILT)
    assert cohorts.latest == Cohort("latest", ("2026-Q1",), "final")
    assert cohorts.rolling == Cohort("rolling", QUARTERS[:4], "unknown")


def test_a_program_of_one_quarter_gets_it_as_provisional() -> None:
    cohorts = cohorts_at(Period("2026-Q3", ("2026-Q3",), ()), {"2026-Q3": 46}, NEEDED, BUILT)
    assert cohorts.latest == Cohort("latest", ("2026-Q3",), "provisional")
    assert cohorts.rolling == Cohort("rolling", ("2026-Q3",), "provisional")


def test_a_year_of_quarters_is_provisional_while_one_of_them_is() -> None:
    year = Period("2026", ("2026-Q1", "2026-Q2", "2026-Q3"), QUARTERS[:3])
    cohorts = cohorts_at(year, THROUGH_15_NOVEMBER, NEEDED, BUILT)
    assert cohorts.activity == Cohort("activity", ("2026-Q1", "2026-Q2", "2026-Q3"), "provisional")
    assert cohorts.latest == Cohort("latest", ("2026-Q2",), "final")


def test_in_a_store_of_years_the_newest_mature_year_stands_for_both() -> None:
    cohorts = cohorts_at(Period("2026", ("2026",), ("2024", "2025")), {"2024": 684, "2025": 319}, NEEDED, BUILT)
    assert cohorts.activity == Cohort("activity", ("2026",), "provisional")
    assert cohorts.latest == Cohort("latest", ("2025",), "final")
    assert cohorts.rolling == Cohort("rolling", ("2025",), "final")
