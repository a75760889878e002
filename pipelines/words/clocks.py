"""What onset is counted in, in words: how a clock says its times, and how far its data go."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.words.numbers import is_known
from pipelines.words.statement import Context, Row


@dataclass(frozen=True)
class Clock:
    """The words of a clock.

    Attributes:
        column: of the times in a result table, and what one of them is called: `day`, `infusion`.
        section: of the catalogue, where this clock has sentences of its own.
        time: one time: `day 9`, `infusion 3`.
        lower: the lower end of an interval, which is left out of it.
        lower_for_short: the same in a small place.
        upper: the upper end, which is included.
        is_upper_enough: whether the upper end says all of the interval.
        the_last: where nothing says when the last assessment was.
        caution: what must be known of its times in a row, as a sentence; empty if nothing.
    """

    column: str
    section: str
    time: Callable[[float], str]
    lower: Callable[[float], str]
    lower_for_short: Callable[[float], str]
    upper: Callable[[float], str]
    is_upper_enough: Callable[[Row], bool]
    the_last: str
    caution: Callable[[Row, Context], str]

    def last(self, row: Row) -> str:
        """The last time at which anybody was assessed, as a table's note has it: `day 112`."""
        number = self._not_reached_by(row)
        return self.the_last if number is None else f"{self.column} {number}"

    def is_beyond(self, row: Row) -> bool:
        """Whether even the lower end lies at the last assessment, so that half is not reached at all."""
        number = self._not_reached_by(row)
        return not is_known(row["upper"]) and number is not None and bool(row["lower"] >= float(number))

    def _not_reached_by(self, row: Row) -> str | None:
        match = re.search(rf"not reached by {self.column} ([\d.]+)", str(row["note"]))
        return match[1] if match else None
