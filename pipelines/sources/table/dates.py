"""A column of dates as moments, each cell read in one way or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipelines.privacy.relative_time import SECONDS_PER_DAY, Moment, moment_of
from pipelines.sources.mapping.dates import ISO, SERIAL, DateFormat, clock_hour, read_format
from pipelines.sources.spreadsheet import Cell
from pipelines.sources.table.cells import CellReader, shape

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?")
_FEWEST_TO_TELL = 3
"""So many dates of each kind must point the same way before Excel is suspected of having swapped day and month."""


@dataclass(frozen=True)
class UnreadDate:
    """A date that is not read.

    Attributes:
        rule: why, as in `definitions/import_rules.toml`.
        found: its form, never the date.
    """

    rule: str
    found: str


@dataclass(frozen=True)
class DateEvidence:
    """What the texts of a column tell of the order of day and month.

    Attributes:
        n_day_first, n_month_first, n_either: numeric dates that can only be read so, or in both ways.
        form: the form of the first text that no stated format reads.
    """

    n_day_first: int
    n_month_first: int
    n_either: int
    form: str


class DateColumn:
    """Reads the cells of one column with dates.

    A date text is read in a stated format. If the column holds dates that only make sense with day and month
    swapped, those that could be read either way are not read: the column is mixed, and nothing tells which is which.

    Args:
        cells: the column, top to bottom.
        formats: as the mapping states them; ISO dates are read always.
        serial_epoch: what Excel's day 0 is in this workbook.
        reader: says which cells are blank.
    """

    def __init__(
        self, cells: Sequence[Cell], formats: Sequence[str], reader: CellReader, serial_epoch: date | None
    ) -> None:
        self._cells = cells
        self._reader = reader
        self._formats = [read_format(text) for text in (*ISO, *formats) if text != SERIAL]
        self._serial_epoch = serial_epoch if SERIAL in formats else None
        swapped = [other for form in self._formats[len(ISO) :] if (other := form.swapped) is not None]
        texts = {text for cell in cells if isinstance(cell, str) and (text := reader.text(cell)) is not None}
        self._swapped = swapped if any(_is_only(swapped, self._formats, text) for text in texts) else []
        self._texts = texts

    def read(self) -> list[Moment | UnreadDate | None]:
        """The moment of each cell; None where it is blank."""
        known: dict[str, Moment | UnreadDate | None] = {}
        found: list[Moment | UnreadDate | None] = []
        for cell in self._cells:
            if isinstance(cell, datetime | date):
                found.append(moment_of(cell))
            elif isinstance(cell, str):
                if cell not in known:
                    known[cell] = self._read_text(cell)
                found.append(known[cell])
            else:
                found.append(self._read_number(cell))
        return found

    def unread_texts(self) -> DateEvidence | None:
        """What texts in no stated format tell, or None if every text is read."""
        unread = sorted(
            text for text in self._texts if self._moment(text) is None and shape(text).startswith("text like")
        )
        if not unread:
            return None
        orders = [_orders(text) for text in self._texts]
        return DateEvidence(
            n_day_first=sum(order == (True, False) for order in orders),
            n_month_first=sum(order == (False, True) for order in orders),
            n_either=sum(order == (True, True) for order in orders),
            form=shape(unread[0]).removeprefix("text like "),
        )

    def looks_swapped_by_excel(self) -> bool:
        """Whether Excel seems to have read day and month the other way round where it could.

        Typed on a computer with another order of day and month, `25.03.2026` stays text, since there is no month 25,
        and `04.03.2026` becomes the 3rd of April. So all real dates have a day up to 12, and all texts one above.
        """
        days = [cell.day for cell in self._cells if isinstance(cell, datetime | date)]
        orders = [order for text in self._texts if (order := _orders(text)) != (False, False)]
        return (
            len(days) >= _FEWEST_TO_TELL
            and len(orders) >= _FEWEST_TO_TELL
            and all(day <= 12 for day in days)
            and (True, True) not in orders
        )

    def _read_text(self, cell: str) -> Moment | UnreadDate | None:
        text = self._reader.text(cell)
        if text is None:
            return None
        moment = self._moment(text)
        if moment is None:
            serial = self._serial(text)
            return serial if serial is not None else UnreadDate("unreadable_date", shape(text))
        other = next((read for form in self._swapped if (read := form.read(text)) is not None), None)
        if other is not None and other != moment:
            return UnreadDate("ambiguous_date", shape(text))
        return moment

    def _read_number(self, cell: Cell) -> Moment | UnreadDate | None:
        text = self._reader.text(cell)
        if text is None:
            return None
        serial = self._serial(text) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
        return serial if serial is not None else UnreadDate("unreadable_date", "a number")

    def _moment(self, text: str) -> Moment | None:
        return next((moment for form in self._formats if (moment := form.read(text)) is not None), None)

    def _serial(self, text: str) -> Moment | None:
        """A day counted as Excel counts; the fraction is the time of day."""
        if self._serial_epoch is None or not re.fullmatch(r"[1-9]\d{4}(\.\d+)?", text):
            return None
        return moment_of(
            datetime.combine(self._serial_epoch, time()) + timedelta(seconds=round(float(text) * SECONDS_PER_DAY))
        )


def with_time(moment: Moment, cell: Cell, reader: CellReader) -> Moment | UnreadDate:
    """A moment with the time of day from a cell of its own; a blank cell adds nothing."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return moment.at(cell)
    if isinstance(cell, float) and 0 <= cell < 1:
        return Moment(moment.day, round(cell * SECONDS_PER_DAY) % SECONDS_PER_DAY)
    text = reader.text(cell)
    if text is None:
        return moment
    clock = _read_clock(text)
    return moment.at(clock) if clock is not None else UnreadDate("unreadable_time", shape(text))


def _read_clock(text: str) -> time | None:
    """The time of day that a text means, or None if it is none."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    try:
        return time(clock_hour(int(found[1]), found[4]), int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def _is_only(swapped: Iterable[DateFormat], stated: Iterable[DateFormat], text: str) -> bool:
    """Whether a text is a date only with day and month swapped."""
    return any(form.read(text) for form in swapped) and not any(form.read(text) for form in stated)


def _orders(text: str) -> tuple[bool, bool]:
    """Whether a numeric date can have its day first, and its month first."""
    found = re.fullmatch(r"(\d{1,2})[./ -](\d{1,2})[./ -](?:\d{4}|\d{2})(?:[ T].*)?", text)
    if found is None:
        return False, False
    first, second = int(found[1]), int(found[2])
    return 1 <= first <= 31 and 1 <= second <= 12, 1 <= first <= 12 and 1 <= second <= 31
