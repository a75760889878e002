"""How dates are written as text, stated as `DD.MM.YYYY`: read exactly so, and never in another way.

A format is made of `YYYY`, `YY`, `MM`, `DD`, `MMM` (an English month's name, short or long), `hh`, `mm`, `ss` and
`AM`, with whatever stands between them. One digit may stand for two (`3.4.2026`). `YYYY-MM-DD`, with or without
`hh:mm`, is always read: it can mean one thing only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import permutations

from pipelines.privacy.relative_time import Moment

ISO = ("YYYY-MM-DD", "YYYY-MM-DD hh:mm", "YYYY-MM-DD hh:mm:ss", "YYYY-MM-DDThh:mm", "YYYY-MM-DDThh:mm:ss")
SERIAL = "serial"
"""Stands for a number of days as Excel counts them (46082), in a cell that was not formatted as a date."""

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_TOKENS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short_year>\d{2})",
    "MMM": r"(?P<month_name>[A-Za-z]{3,9})\.?",
    "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "hh": r"(?P<hour>\d{1,2})",
    "mm": r"(?P<minute>\d{2})",
    "ss": r"(?P<second>\d{2})",
    "AM": r"(?P<half>[AaPp]\.?[Mm]\.?)",
}
_TOKEN = re.compile("|".join(_TOKENS))
_DOUBLED = "DMh"
"""Letters that other programs write once where one digit is enough."""
_TELLING_DAY = date(2003, 4, 5)
"""Day, month and short year differ, and each could be any of the three."""


class FormatError(ValueError):
    """A format that cannot be read; the message says what is missing."""


@dataclass(frozen=True)
class DateFormat:
    """One way to write a date.

    Attributes:
        text: as the mapping states it.
        pattern: what a cell must match in full.
    """

    text: str
    pattern: re.Pattern[str]

    def read(self, text: str) -> Moment | None:
        """The moment that a text means, or None if it is not written so or is no day of the calendar."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        parts = found.groupdict()
        try:
            day = date(_year(parts), _month(parts), int(parts["day"] or ""))
            if parts.get("hour") is None:
                return Moment.of(day)
            return Moment.of(
                day,
                time(
                    clock_hour(int(parts["hour"] or ""), parts.get("half")),
                    int(parts.get("minute") or 0),
                    int(parts.get("second") or 0),
                ),
            )
        except ValueError:
            return None

    @property
    def swapped(self) -> DateFormat | None:
        """The same with day and month in each other's place, or None where a month has a name."""
        if "MMM" in self.text:
            return None
        return read_format(self.text.replace("DD", "\0").replace("MM", "DD").replace("\0", "MM"))


def read_format(text: str) -> DateFormat:
    """A format from its words.

    Raises:
        FormatError: the day, the month or the year is missing, or comes twice.
    """
    tokens = _TOKEN.findall(text)
    if len(set(tokens)) < len(tokens):
        raise FormatError(f"'{text}' holds a part twice.")
    if short := [
        f"{letter * 2} for {letter}" for letter in _DOUBLED if re.search(rf"\b{letter}\b", _TOKEN.sub(" ", text))
    ]:
        raise FormatError(f"'{text}': write {' and '.join(short)}; two letters read one digit too.")
    if "DD" not in tokens or not {"MM", "MMM"} & set(tokens) or not {"YYYY", "YY"} & set(tokens):
        raise FormatError(f"'{text}' needs day, month and year, such as DD.MM.YYYY, MM/DD/YYYY or DD MMM YYYY hh:mm.")
    pattern, end = "", 0
    for token in _TOKEN.finditer(text):
        pattern += re.escape(text[end : token.start()]) + _TOKENS[token[0]]
        end = token.end()
    return DateFormat(text, re.compile(pattern + re.escape(text[end:])))


def contradicting(formats: Sequence[str]) -> tuple[str, str] | None:
    """Two formats that read the same text as different days, such as DD/MM/YYYY and MM/DD/YYYY."""
    known = [read_format(text) for text in formats if text != SERIAL]
    for one, other in permutations(known, 2):
        read = other.read(_written(one, _TELLING_DAY))
        if read is not None and read.day != _TELLING_DAY.toordinal():
            return one.text, other.text
    return None


def _written(form: DateFormat, day: date) -> str:
    parts = {"YYYY": f"{day:%Y}", "YY": f"{day:%y}", "MMM": f"{day:%b}", "MM": f"{day:%m}", "DD": f"{day:%d}"}
    return _TOKEN.sub(lambda token: parts.get(token[0], "AM" if token[0] == "AM" else "09"), form.text)


def _year(parts: dict[str, str | None]) -> int:
    return int(parts["year"] or "") if parts.get("year") else 2000 + int(parts["short_year"] or "")


def _month(parts: dict[str, str | None]) -> int:
    if parts.get("month"):
        return int(parts["month"] or "")
    name = (parts["month_name"] or "").casefold()
    for number, month in enumerate(_MONTHS, start=1):
        if name in (month, month[:3]) or (name == "sept" and number == 9):
            return number
    raise ValueError(name)


def clock_hour(hour: int, half: str | None) -> int:
    """The hour of the day, 0 to 23, where `half` may say AM or PM.

    Raises:
        ValueError: no such hour stands on a clock of twelve.
    """
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half[0] in "Pp" else 0)
