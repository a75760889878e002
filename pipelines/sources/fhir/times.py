"""Times as FHIR writes them: with the clock's offset, by day, or less; and the clock that a patient's times are put on.

Times with an offset are instants. Within one patient they are all put on one clock, that of the first infusion as it
was written, so that spans between them are exact whatever the season or the server's zone, and days are those that the
clinic saw. Times without an offset, and dates, are taken as they stand.
"""

from __future__ import annotations

import re
from datetime import date

from pipelines.privacy.relative_time import SECONDS_PER_DAY, Birth, Moment
from pipelines.sources.dated.times import UnreadTime, out_of_bounds

Stamp = tuple[int, int, int | None]
"""Days as `Moment` counts them, seconds after midnight (-1 where only the day is known), the offset in minutes."""

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_PART_OF_DATE = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)
_SECONDS_PER_MINUTE = 60
_LARGEST_OFFSET_MINUTES = 14 * 60
_EARLIEST_BIRTH = date(1850, 1, 1).toordinal()

PARTIAL_DATE = UnreadTime("partial_date", "a date without its day")
NOT_A_TIME = UnreadTime("unreadable_date", "not a date")


class Calendar:
    """Reads times, each text once, and says which are impossible.

    Args:
        earliest_year: a year before it is impossible.
        today: no time can be later; by a day, since it may be tomorrow elsewhere.
    """

    def __init__(self, earliest_year: int, today: date) -> None:
        self._earliest = date(earliest_year, 1, 1).toordinal()
        self._latest = today.toordinal() + 1
        self._days: dict[str, int | None] = {}

    def stamp(self, value: object) -> Stamp | UnreadTime | None:
        """What a `date`, `dateTime` or `instant` says; None where there is none."""
        if value is None:
            return None
        found = _TIME.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return PARTIAL_DATE if isinstance(value, str) and _PART_OF_DATE.fullmatch(value) else NOT_A_TIME
        year, month, day, hour, minute, second, zone = found.groups()
        ordinal = self._ordinal(year, month, day)
        if ordinal is None:
            return NOT_A_TIME
        if (outside := out_of_bounds(ordinal, self._earliest, self._latest)) is not None:
            return outside
        if hour is None:
            return ordinal, -1, None
        seconds = int(hour) * 3600 + int(minute) * 60 + min(int(second or 0), 59)
        offset = _offset(zone)
        if int(hour) > 23 or int(minute) > 59 or (offset is not None and abs(offset) > _LARGEST_OFFSET_MINUTES):
            return NOT_A_TIME
        return ordinal, seconds, offset

    def start(self, resource: dict[str, object], name: str) -> Stamp | UnreadTime | None:
        """When something began that has a time or a period: `effective`, `performed`, `occurrence`."""
        for kind in ("DateTime", "Instant"):
            if (value := resource.get(f"{name}{kind}")) is not None:
                return self.stamp(value)
        period = resource.get(f"{name}Period")
        return self.stamp(period.get("start")) if isinstance(period, dict) else None

    def birth(self, value: object) -> Birth | UnreadTime | None:
        """A date of birth, which may be known by its month or year alone."""
        if value is None:
            return None
        if isinstance(value, str):
            try:
                if found := _PART_OF_DATE.fullmatch(value):
                    born = Birth.within(int(found[1]), int(found[2]) if found[2] else None)
                else:
                    born = Birth.on(date.fromisoformat(value[:10]))
            except ValueError:
                return NOT_A_TIME
            return out_of_bounds(born.earliest, _EARLIEST_BIRTH, self._latest) or born
        return NOT_A_TIME

    def _ordinal(self, year: str, month: str, day: str) -> int | None:
        text = year + month + day
        if text not in self._days:
            try:
                self._days[text] = date(int(year), int(month), int(day)).toordinal()
            except ValueError:
                self._days[text] = None
        return self._days[text]


def minutes_between(start: Stamp, end: Stamp) -> int | None:
    """Whole minutes of a period; None where either end has no time of day."""
    if start[1] < 0 or end[1] < 0:
        return None
    return round((_seconds(end, start[2]) - _seconds(start, start[2])) / _SECONDS_PER_MINUTE)


def clock_of(infusions: list[Stamp]) -> int | None:
    """The offset that the times of a patient are put on: that of the first infusion, of those that have one."""
    with_offset = [stamp for stamp in infusions if stamp[2] is not None]
    return min(with_offset, key=lambda stamp: _seconds(stamp, 0))[2] if with_offset else None


def on_clock(stamp: Stamp, offset: int | None) -> Moment:
    """The moment that a clock of this offset shows."""
    if stamp[2] is None or offset is None or stamp[2] == offset:
        return Moment(stamp[0], stamp[1])
    day, second = divmod(_seconds(stamp, offset), SECONDS_PER_DAY)
    return Moment(day, second)


def _seconds(stamp: Stamp, offset: int | None) -> int:
    """Seconds since the day 0 on a clock of the offset."""
    shift = 0 if stamp[2] is None or offset is None else offset - stamp[2]
    return stamp[0] * SECONDS_PER_DAY + stamp[1] + shift * _SECONDS_PER_MINUTE


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes
