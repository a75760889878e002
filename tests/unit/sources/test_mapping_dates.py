"""A date is read in a stated form or not at all; a phrase names one time or none."""

from datetime import date, datetime, time

import pytest

from pipelines.privacy.relative_time import Moment
from pipelines.sources.mapping.dates import FormatError, contradicting, read_format
from pipelines.sources.mapping.phrases import PhraseError, TimePhrase, read_phrase
from pipelines.sources.table.cells import CellReader, shape
from pipelines.sources.table.dates import DateColumn, UnreadDate, with_time

READER = CellReader(["n/a"], "point")
DAY = Moment.of(date(2026, 3, 4))


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("DD.MM.YYYY", "04.03.2026", DAY),
        ("DD.MM.YYYY", "4.3.2026", DAY),
        ("MM/DD/YYYY", "03/04/2026", DAY),
        ("DD.MM.YY", "04.03.26", DAY),
        ("DD MMM YYYY", "4 Mar 2026", DAY),
        ("DD MMM YYYY", "04 march 2026", DAY),
        ("DD MMM YYYY", "4 Mar. 2026", DAY),
        ("MMM DD, YYYY", "March 4, 2026", DAY),
        ("DD MMM YYYY", "4 Sept 2026", Moment.of(date(2026, 9, 4))),
        ("DD.MM.YYYY hh:mm", "04.03.2026 14:05", Moment.of(date(2026, 3, 4), time(14, 5))),
        ("MM/DD/YYYY hh:mm AM", "03/04/2026 2:05 PM", Moment.of(date(2026, 3, 4), time(14, 5))),
        ("MM/DD/YYYY hh:mm AM", "03/04/2026 12:05 am", Moment.of(date(2026, 3, 4), time(0, 5))),
        ("YYYYMMDD", "20260304", DAY),
        ("DD.MM.YYYY", "04.03.26", None),
        ("DD.MM.YYYY", "04/03/2026", None),
        ("DD.MM.YYYY", "31.02.2026", None),
        ("DD.MM.YYYY", "00.03.2026", None),
        ("DD MMM YYYY", "4 Mrz 2026", None),
        ("MM/DD/YYYY hh:mm AM", "03/04/2026 14:05 PM", None),
        ("DD.MM.YYYY hh:mm", "04.03.2026 24:05", None),
        ("DD.MM.YYYY", "04.03.2026 ", None),
    ],
)
def test_a_text_in_a_form(form, text, expected):
    assert read_format(form).read(text) == expected


@pytest.mark.parametrize("form", ["DD.MM", "DD.DD.YYYY", "MM/YYYY", "YYYY", "", "date"])
def test_a_form_that_is_no_date(form):
    with pytest.raises(FormatError):
        read_format(form)


@pytest.mark.parametrize(
    ("forms", "pair"),
    [
        (["DD/MM/YYYY", "MM/DD/YYYY"], ("DD/MM/YYYY", "MM/DD/YYYY")),
        (["DD.MM.YYYY", "MM/DD/YYYY"], None),
        (["DD.MM.YYYY", "DD.MM.YY"], None),
        (["DD-MM-YY", "YY-MM-DD"], ("DD-MM-YY", "YY-MM-DD")),
        (["DD MMM YYYY", "MM/DD/YYYY", "serial"], None),
        (["DD/MM/YYYY hh:mm", "MM/DD/YYYY hh:mm"], ("DD/MM/YYYY hh:mm", "MM/DD/YYYY hh:mm")),
    ],
)
def test_two_forms_that_read_a_date_in_two_ways(forms, pair):
    assert contradicting(forms) == pair


def column(*cells: object, formats: tuple[str, ...] = ("DD/MM/YYYY",)) -> DateColumn:
    return DateColumn(cells, formats, READER, date(1899, 12, 30))


def test_a_column_of_dates():
    found = column(
        date(2026, 3, 4), datetime(2026, 3, 4, 9, 30), "04/03/2026", "2026-03-04", "2026-03-04T09:30", "n/a", None,
        "  ",
        "soon", 46085, True, "46085",
    ).read()  # fmt: skip
    at_half_past_nine = Moment.of(date(2026, 3, 4), time(9, 30))
    assert found == [
        DAY, at_half_past_nine, DAY, DAY, at_half_past_nine, None, None, None,
        UnreadDate("unreadable_date", "text, 4 characters"),
        UnreadDate("unreadable_date", "a number"),
        UnreadDate("unreadable_date", "a number"),
        UnreadDate("unreadable_date", "text like 99999"),
    ]  # fmt: skip


def test_days_counted_from_1899_only_where_the_mapping_says_so():
    assert column(46085, "46085", 46085.5, 20260304, formats=("serial",)).read() == [
        DAY, DAY, Moment.of(date(2026, 3, 4), time(12)), UnreadDate("unreadable_date", "a number"),
    ]  # fmt: skip


def test_one_date_that_is_month_first_puts_those_in_doubt_that_could_be():
    doubt = UnreadDate("ambiguous_date", "text like 99/99/9999")
    found = column("04/03/2026", "25/03/2026", "03/25/2026", "04/04/2026", date(2026, 3, 4)).read()
    assert found == [
        doubt,
        Moment.of(date(2026, 3, 25)),
        UnreadDate("unreadable_date", "text like 99/99/9999"),
        Moment.of(date(2026, 4, 4)),
        DAY,
    ]
    assert column("04/03/2026", "25/03/2026").read()[0] == DAY


@pytest.mark.parametrize(
    ("days", "texts", "is_suspect"),
    [
        ((4, 5, 12), ("13/03/2026", "25/03/2026", "31/03/2026"), True),
        ((4, 5, 13), ("13/03/2026", "25/03/2026", "31/03/2026"), False),
        ((4, 5, 12), ("13/03/2026", "25/03/2026", "04/03/2026"), False),
        ((4, 5), ("13/03/2026", "25/03/2026", "31/03/2026"), False),
        ((4, 5, 12), (), False),
    ],
)
def test_when_excel_seems_to_have_swapped_day_and_month(days, texts, is_suspect):
    assert column(*(date(2026, 3, day) for day in days), *texts).looks_swapped_by_excel() is is_suspect


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (time(9, 30), (9, 30)), (0.5, (12, 0)), ("09:30", (9, 30)), ("9:30 pm", (21, 30)), ("12:00 AM", (0, 0)),
        (datetime(1900, 1, 1, 9, 30), (9, 30)), ("24:00", None), ("13:00 PM", None), ("morning", None),
    ],
)  # fmt: skip
def test_a_time_of_day_beside_a_date(cell, expected):
    found = with_time(DAY, cell, READER)
    if expected is None:
        assert isinstance(found, UnreadDate)
        assert found.rule == "unreadable_time"
    else:
        assert found == Moment.of(date(2026, 3, 4), time(*expected))


def test_a_blank_time_of_day_leaves_the_day():
    assert with_time(DAY, None, READER) == with_time(DAY, "n/a", READER) == DAY


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("31.02.2026", "text like 99.99.9999"),
        ("3 March 26", "text like 9 aaaaa 99"),
        ("John", "text, 4 characters"),
        ("J", "text, 1 character"),
        ("a very long remark on 3 March", "text, 29 characters"),
        ("3. März", "text, 7 characters"),
    ],
)
def test_the_shape_of_a_text_tells_no_digit_and_no_letter(text, told):
    assert shape(text) == told


@pytest.mark.parametrize(
    ("words", "phrase", "minutes"),
    [
        ("before the course", TimePhrase("start", timing="before"), 0),
        ("Before  Infusion 3", TimePhrase("infusion", 3, "before"), 0),
        ("during infusion 3", TimePhrase("infusion", 3, "during"), 0),
        ("after the last infusion", TimePhrase("last_infusion", timing="after"), 0),
        ("before this infusion", TimePhrase("this_infusion", timing="before"), 0),
        ("14 days after the start", None, 14 * 1440),
        ("1 week before the course", None, -7 * 1440),
        ("1.5 hours after infusion 2", None, 90),
        ("40 minutes after this infusion", None, 40),
        ("2 months after the last infusion", None, 60 * 1440),
    ],
)
def test_a_phrase(words, phrase, minutes):
    found = read_phrase(words)
    assert found.minutes(30) == minutes
    if phrase is not None:
        assert found == phrase


@pytest.mark.parametrize(
    "words",
    ["", "soon", "after the start", "during the course", "2 days during infusion 1", "-2 days after infusion 1",
     "2 fortnights after infusion 1", "after infusion two", "after infusion 0", "14 days after"],
)  # fmt: skip
def test_words_that_name_no_time(words):
    with pytest.raises(PhraseError):
        read_phrase(words)
