"""A pack's period: which it is, and what is said where there is no such."""

from datetime import date

import pytest

from pipelines.errors import NothingInPeriod, PeriodInFuture, PeriodUnknown, QuarterTooFine
from pipelines.reports.period import Period, period_named

QUARTERS = ("2025-Q4", "2026-Q1", "2026-Q3")
THROUGH = date(2026, 11, 15)


def named(text: str, found: tuple[str, ...] = QUARTERS, mode: str = "limited_data_set", of_what: str = "") -> Period:
    return period_named(text, found, mode, THROUGH, of_what)


def test_a_quarter_is_itself_and_knows_what_came_before() -> None:
    assert named("2026-Q3") == Period("2026-Q3", ("2026-Q3",), ("2025-Q4", "2026-Q1"))
    assert named("2026-Q1").through == ("2025-Q4", "2026-Q1")


def test_a_year_holds_its_quarters_that_have_courses() -> None:
    assert named("2026") == Period("2026", ("2026-Q1", "2026-Q3"), ("2025-Q4",))


def test_in_a_store_of_years_a_year_is_itself() -> None:
    assert named("2026", ("2025", "2026"), "safe_harbor") == Period("2026", ("2026",), ("2025",))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2026Q3", " Did you mean 2026-Q3?"),
        ("2026-q3", " Did you mean 2026-Q3?"),
        ("2026/3", " Did you mean 2026-Q3?"),
        ("2026-Q5", " Did you mean 2026?"),
        ("26-Q3", ""),
        ("last quarter", ""),
        ("２０２６", ""),
        ("2026-Q3\n", " Did you mean 2026-Q3?"),
        ("0000", ""),
        ("9999", ""),
    ],
)
def test_what_is_no_period_is_told_with_the_one_it_looks_like(text: str, hint: str) -> None:
    with pytest.raises(PeriodUnknown) as error:
        named(text)
    assert str(error.value) == f"'{text}' is neither a quarter, such as 2026-Q3, nor a year, such as 2026.{hint}"


def test_the_future_is_what_begins_after_the_data() -> None:
    with pytest.raises(PeriodInFuture) as error:
        named("2027-Q1")
    assert str(error.value) == (
        "2027-Q1 begins after the data end: they go through 2026-11-15. The newest quarter or year with courses is "
        "2026-Q3. For a later one, import newer exports and run `outcomes build`."
    )
    with pytest.raises(NothingInPeriod):
        named("2026-Q4")  # It has begun, and no course in it.


@pytest.mark.parametrize(
    ("mode", "why"),
    [("safe_harbor", "the privacy mode is safe_harbor"), ("limited_data_set", "its exports gave years alone")],
)
def test_a_quarter_of_a_store_of_years_is_refused_with_the_year(mode: str, why: str) -> None:
    with pytest.raises(QuarterTooFine) as error:
        named("2026-Q3", ("2025", "2026"), mode)
    assert str(error.value) == (
        "2026-Q3 is a quarter, and this store knows only the year in which a course began: "
        f"{why}. Write `outcomes report 2026`."
    )


def test_in_safe_harbor_a_quarter_is_refused_whatever_there_is() -> None:
    with pytest.raises(QuarterTooFine):
        named("2026-Q3", (), "safe_harbor")


def test_a_misspelt_quarter_of_a_store_of_years_leads_to_the_year() -> None:
    with pytest.raises(PeriodUnknown, match=r"Did you mean 2026\?"):
        named("2026Q3", ("2026",), "safe_harbor")


@pytest.mark.parametrize(
    ("text", "nearest"), [("2026-Q2", "2026-Q3"), ("2019-Q1", "2025-Q4"), ("2020", "2025"), ("2026-Q4", "2026-Q3")]
)
def test_a_period_without_courses_leads_to_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(NothingInPeriod) as error:
        named(text, of_what=" for anxiety at Site 01")
    assert str(error.value) == (
        f"No course for anxiety at Site 01 began in {text}, so there is nothing to report. The nearest with courses is "
        f"{nearest}."
    )


def test_courses_without_a_quarter_are_in_no_period() -> None:
    with pytest.raises(NothingInPeriod, match="No course of these has a quarter or a year: check the import"):
        named("2026", ())
