"""A value at its mark: the number, its interval, what it rests on, and all of it as a sentence to show on hover."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known, percent
from pipelines.words.statement import Context, Row


@dataclass(frozen=True)
class Mark:
    """A value of a result table, to be drawn, with its words.

    Attributes:
        name: what it is of.
        estimate: None where it may not or cannot be said; the reason stands in `rests_on`.
        lower, upper: the ends of its interval; None where there is none or it may not be shown.
        n: what it is of, None where that may not be shown.
        value, interval, rests_on: beside the mark; only `rests_on` where there is no estimate.
        hover: the sentence at the mark.
    """

    name: str
    estimate: float | None
    lower: float | None
    upper: float | None
    n: int | None
    value: str
    interval: str
    rests_on: str
    hover: str

    @property
    def is_said(self) -> bool:
        """Whether there is a value to draw."""
        return self.estimate is not None


Writer = Callable[[float], str]
PER_CENT = " %"


def in_per_cent(share: float) -> str:
    """A share in per cent, without the unit."""
    return percent(share).removesuffix(PER_CENT)


def share_mark(
    row: Row,
    name: str,
    counts: tuple[float, float],
    whom: str,
    context: Context,
    write: Writer = in_per_cent,
    unit: str = PER_CENT,
) -> Mark:
    """A share with the counts that it rests on.

    Args:
        row: of a result table.
        name: what the mark is of.
        counts: how many had it, and of how many.
        whom: who or what is counted, as `infusions of depression courses with it recorded`.
        context: definitions, data-through date, selection.
        write: how the number is written.
        unit: what follows it.
    """
    n_with, n = counts
    if row["suppressed"] or pd.isna(n_with) or pd.isna(n):
        return no_mark(name, say("rates.row_withheld"))
    return _mark(row, name, int(n), say("marks.of", n_with=count(n_with), n=count(n)), whom, context, write, unit)


def value_mark(
    row: Row,
    name: str,
    n: float,
    whom: str,
    context: Context,
    write: Writer = in_per_cent,
    unit: str = PER_CENT,
) -> Mark:
    """A mean or an adjusted share with how many it rests on; otherwise as `share_mark`."""
    if row["suppressed"] or pd.isna(n):
        return no_mark(name, say("rates.row_withheld"))
    return _mark(row, name, int(n), say("marks.n", n=count(n)), whom, context, write, unit)


def no_mark(name: str, why: str, n: int | None = None) -> Mark:
    """Where there is nothing to draw, and why."""
    return Mark(name, None, None, None, n, "", "", why, say("marks.hover_none", name=name, why=why))


def marks_alt(groups: Mapping[str, Sequence[Mark]]) -> str:
    """What a figure of marks shows, by its sections and lines."""
    return " ".join(
        say("marks.alt_group", name=name, marks=", ".join(_spoken(mark) for mark in marks))
        for name, marks in groups.items()
    )


def _spoken(mark: Mark) -> str:
    if not mark.is_said:
        return say("marks.alt_none", name=mark.name, why=mark.rests_on)
    return say("marks.alt_one", name=mark.name, value=mark.value, interval=mark.interval)


def _mark(row: Row, name: str, n: int, rests_on: str, whom: str, context: Context, write: Writer, unit: str) -> Mark:
    lower, upper = (float(row[end]) if is_known(row[end]) else None for end in ("lower", "upper"))
    if n < context.fewest or not is_known(row["estimate"]):
        why = say("marks.few", n=count(n)) if n else say("marks.nobody")
        return replace(no_mark(name, why, n), lower=lower, upper=upper)
    estimate = float(row["estimate"])
    said = {"name": name, "value": write(estimate) + unit, "n": rests_on, "whom": whom}
    if lower is None or upper is None:
        return Mark(name, estimate, None, None, n, said["value"], "", rests_on, say("marks.hover_alone", **said))
    ends = {"lower": write(lower), "upper": write(upper)}
    hover = say("marks.hover", confidence=context.confidence, **said, **ends)
    return Mark(name, estimate, lower, upper, n, said["value"], say("marks.interval", **ends), rests_on, hover)
