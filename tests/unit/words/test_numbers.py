from __future__ import annotations

import math

import pytest

from pipelines.words.numbers import (
    is_known,
    listed,
    moment,
    out_of_hundred,
    percent,
    percent_bounds,
    points,
)


@pytest.mark.parametrize(
    ("fraction", "words"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.41, "41 %"),
        (0.004, "0.4 %"),
        (0.0001, "0.1 %"),
        (0.9999, "99.9 %"),
        (0.0151, "2 %"),
    ],
)
def test_percent(fraction: float, words: str):
    assert percent(fraction) == words


def test_percent_bounds_leave_the_unit_to_the_estimate():
    assert percent_bounds(0.3623, 0.4588) == ("36", "46")


@pytest.mark.parametrize(("difference", "words"), [(0.074, "+7"), (-0.08, "−8"), (0, "+0"), (-0.001, "+0")])
def test_points(difference: float, words: str):
    assert points(difference) == words


@pytest.mark.parametrize(
    ("fraction", "words"), [(0, "0"), (0.001, "fewer than 1"), (0.45, "45"), (0.999, "more than 99"), (1, "100")]
)
def test_out_of_hundred(fraction: float, words: str):
    assert out_of_hundred(fraction) == words


@pytest.mark.parametrize(
    ("days", "words"), [(0, "day 0"), (4 / 24, "hour 4"), (1, "day 1"), (9.0, "day 9"), (112, "day 112")]
)
def test_moment(days: float, words: str):
    assert moment(days) == words


def test_listed():
    assert [listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_is_known():
    assert [is_known(value) for value in (None, math.nan, 0.0)] == [False, False, True]
