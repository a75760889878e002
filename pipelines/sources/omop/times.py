"""Dates, dates with time and births as tables of OMOP hold them."""

from __future__ import annotations

import re
from datetime import date

from pipelines.privacy.relative_time import Birth, Moment
from pipelines.sources.dated.times import ReadTime, UnreadTime, out_of_bounds
from pipelines.sources.table.cells import shape

_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?)?",
    re.ASCII,
)
_EARLIEST_BIRTH = date(1900, 1, 1)


class Calendar:
    """Reads dates, each day once.

    Midnight sharp is taken as a date without a time of day, since many exports write it where they know no time. The
    model's times have no zone: one that is written all the same is passed over, and the clock taken as it stands.

    Args:
        earliest, today: dates outside are no dates of treatment.
    """

    def __init__(self, earliest: date, today: date) -> None:
        self._earliest, self._today = earliest.toordinal(), today.toordinal()
        self._days: dict[tuple[str, str, str], int | None] = {}

    def moment(self, day: str | None, moment: str | None) -> ReadTime:
        """When something was, from a date and a date with time; they must be of one day."""
        return self._joined(self._read(day), self._read(moment))

    def day(self, text: str | None) -> Moment | None:
        """Any day, however long ago, as of a diagnosis; None where there is none to be read."""
        found = self._moment(text) if text is not None else None
        return found if isinstance(found, Moment) else None

    def birth(
        self, year: str | None, month: str | None, day: str | None, moment: str | None
    ) -> Birth | UnreadTime | None:
        """A date of birth, as far as it is stated: where month or day are blank, `birth_datetime` may tell them.

        On 1 January it does not: exports write that where they know the year alone.
        """
        stated = self._moment(moment) if moment is not None else None
        if isinstance(stated, UnreadTime):
            return stated
        told = date.fromordinal(stated.day) if stated is not None else None
        try:
            if year is None:
                found = Birth.on(told) if told is not None else None
            elif month is not None and day is not None:
                found = Birth.on(date(int(year), int(month), int(day)))
            else:
                found = Birth.within(int(year), int(month) if month is not None else None)
        except ValueError:
            return UnreadTime("unreadable_date", "not a date")
        if found is None or told is None:
            return self._bounded_birth(found)
        is_first_of_year = (told.month, told.day) == (1, 1) and found.earliest <= told.toordinal()
        if not found.earliest <= told.toordinal() <= found.latest and not (
            is_first_of_year and date.fromordinal(found.earliest).year == told.year
        ):
            return UnreadTime("dates_disagree", "two dates")
        is_known = found.earliest == found.latest
        return self._bounded_birth(found if is_known or (told.month, told.day) == (1, 1) else Birth.on(told))

    def _bounded_birth(self, birth: Birth | None) -> Birth | UnreadTime | None:
        if birth is None:
            return None
        return out_of_bounds(birth.earliest, _EARLIEST_BIRTH.toordinal(), self._today) or birth

    def _joined(self, day: ReadTime, moment: ReadTime) -> ReadTime:
        if isinstance(day, Moment) and isinstance(moment, Moment) and day.day != moment.day:
            return UnreadTime("dates_disagree", "two dates")
        return moment if moment is not None else day

    def _read(self, text: str | None) -> Moment | UnreadTime | None:
        if text is None:
            return None
        found = self._moment(text)
        if isinstance(found, UnreadTime):
            return found
        return out_of_bounds(found.day, self._earliest, self._today) or found

    def _moment(self, text: str) -> Moment | UnreadTime:
        found = _ISO.fullmatch(text)
        day = self._day(found[1], found[2], found[3]) if found is not None else None
        if found is None or day is None:
            return UnreadTime("unreadable_date", shape(text))
        hour, minute, second = int(found[4] or 0), int(found[5] or 0), int(found[6] or 0)
        if hour > 23 or minute > 59 or second > 59:
            return UnreadTime("unreadable_date", shape(text))
        return Moment(day, (hour * 3_600 + minute * 60 + second) or -1)

    def _day(self, year: str, month: str, day: str) -> int | None:
        """The day as `Moment` counts it; None if the calendar has none."""
        key = (year, month, day)
        if key not in self._days:
            try:
                self._days[key] = date(int(year), int(month), int(day)).toordinal()
            except ValueError:
                self._days[key] = None
        return self._days[key]
