"""What a workbook and slides say of the whole pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, percent, percent_bounds

if TYPE_CHECKING:
    from pipelines.reports.pack import About
    from pipelines.reports.series import Point


def title_words(about: About) -> str:
    """The program and the period."""
    return say("office.title", program=about.program, period=about.period)


def synthetic_words(about: About) -> str:
    """That no patient stands behind the numbers; empty where one does."""
    return say("office.synthetic") if about.is_synthetic else ""


def point_words(point: Point, between: str = " ") -> str:
    """`Depression 54 % (45 to 62), 73 of 135`.

    Args:
        between: what stands between the estimate and what it rests on: a new line where there is little room.
    """
    if point.estimate is None:
        return say("office.point_withheld", name=point.name)
    text = say("office.point", name=point.name, estimate=percent(point.estimate))
    if point.lower is not None and point.upper is not None:
        lower, upper = percent_bounds(point.lower, point.upper)
        text = say("office.point_interval", text=text + between, lower=lower, upper=upper)
    if point.n is None:
        return text
    if point.n_met is None:
        return say("office.point_n", text=text, n=count(point.n))
    return say("office.point_of", text=text, n_met=count(point.n_met), n=count(point.n))
