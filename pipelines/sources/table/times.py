"""When each line of a table happened, as the mapping says: a date, a span, or words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pipelines.privacy.relative_time import Birth, Moment
from pipelines.sources.dated.times import ReadTime, Spanned, UnreadTime, out_of_bounds
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import MappingFile
from pipelines.sources.mapping.phrases import TimePhrase, minutes_per, read_phrase
from pipelines.sources.mapping.values import When
from pipelines.sources.table.cells import folded, shape
from pipelines.sources.table.dates import DateColumn, DateEvidence, UnreadDate, with_time
from pipelines.sources.table.files import FoundTable
from pipelines.sources.table.lines import Lines

_EARLIEST_BIRTH = date(1900, 1, 1)


class TimeReader:
    """Reads times from the lines of one table.

    Args:
        earliest, today: dates outside are no dates of treatment.
    """

    def __init__(self, table: FoundTable, lines: Lines, mapping: MappingFile, earliest: date, today: date) -> None:
        self._lines, self._mapping = lines, mapping
        self._label, self._block = table.raw.label, table.block
        self._formats = table.block.dates if table.block.dates is not None else mapping.dates
        self._epoch = table.raw.serial_epoch
        self._earliest, self._today = Moment.of(earliest), Moment.of(today)
        self._dates: dict[str, list[Moment | UnreadDate | None]] = {}
        self.mistakes: list[Mistake] = []

    def of(self, when: When | None) -> list[ReadTime]:
        """The time of each line, as one part of the mapping says."""
        nothing: list[ReadTime] = [None] * len(self._lines.numbers)
        if when is None:
            return nothing
        if when.words is not None:
            return [read_phrase(when.words)] * len(nothing)
        if when.visit is not None:
            return self._visits(when.visit, when.phrases)
        if when.date is not None:
            return self._moments(when.date, when.time)
        assert when.span is not None
        return self._spans(*when.span, when.after_infusion)

    def of_dates(self, column: str) -> list[ReadTime]:
        """The moment of each line, from a column with dates."""
        return self._moments(column, None)

    def births(self, column: str | None) -> list[Birth | UnreadTime | None]:
        """The birth date of each line."""
        if column is None:
            return [None] * len(self._lines.numbers)
        found = (self._bounded(cell, Moment.of(_EARLIEST_BIRTH)) for cell in self._column(column))
        return [Birth(day.day, day.day) if isinstance(day, Moment) else day for day in found]

    def _visits(self, column: str, phrases: Mapping[str, TimePhrase]) -> list[ReadTime]:
        known = {folded(text): phrase for text, phrase in phrases.items()}
        return [
            None if text is None else known.get(folded(text), UnreadTime("unknown_visit", shape(text)))
            for text in self._lines.texts(column)
        ]

    def _moments(self, column: str, time_column: str | None) -> list[ReadTime]:
        found: Sequence[Moment | UnreadDate | None] = self._column(column)
        if time_column is not None:
            found = [
                with_time(moment, cell, self._lines.reader) if isinstance(moment, Moment) else moment
                for moment, cell in zip(found, self._lines.columns[time_column], strict=True)
            ]
        return [self._bounded(moment, self._earliest) for moment in found]

    def _bounded(self, found: Moment | UnreadDate | None, earliest: Moment) -> Moment | UnreadTime | None:
        if isinstance(found, UnreadDate):
            return UnreadTime(found.rule, found.found)
        if found is None:
            return None
        return out_of_bounds(found.day, earliest.day, self._today.day) or found

    def _column(self, name: str) -> list[Moment | UnreadDate | None]:
        if name not in self._dates:
            column = DateColumn(self._lines.columns[name], self._formats, self._lines.reader, self._epoch)
            self._dates[name] = column.read()
            evidence = column.unread_texts()
            if evidence is not None and not self._formats:
                self.mistakes.append(self._without_format(name, evidence))
            if column.looks_swapped_by_excel() and not self._block.trust_excel_dates:
                self.mistakes.append(
                    Mistake(
                        self._block.place,
                        f"'{name}' of {self._label}: every date that Excel knew as a date has a day up to 12, and "
                        "every date left as text a day above. Excel seems to have taken day and month for each other "
                        "where it could. Have the dates entered again, or state trust_excel_dates = true if they are "
                        "right",
                    )
                )
        return self._dates[name]

    def _without_format(self, name: str, evidence: DateEvidence) -> Mistake:
        told = [
            f"{count:,} can only be {order}"
            for count, order in ((evidence.n_day_first, "day first"), (evidence.n_month_first, "month first"))
        ]
        counts = f": {', '.join(told)}, {evidence.n_either:,} could be either" if any(_counts(evidence)) else ""
        return Mistake(
            self._block.place,
            f"'{name}' of {self._label} holds dates written as text, like {evidence.form}{counts}. State how they are "
            'written, such as dates = "DD.MM.YYYY" (also MM, YY, MMM, hh:mm)',
        )

    def _spans(self, unit: str, column: str, after_infusion: str | None) -> list[ReadTime]:
        texts = [text and self._lines.reader.number(text) for text in self._lines.texts(column)]
        numbers = [_number(text) for text in texts]
        is_by_day = unit in ("days", "weeks", "months") and all(number is None or number % 1 == 0 for number in numbers)
        minutes = minutes_per(unit, self._mapping.days_per_month)
        infusions = self._lines.texts(after_infusion) if after_infusion is not None else [None] * len(texts)
        found: list[ReadTime] = []
        for text, number, infusion in zip(texts, numbers, infusions, strict=True):
            if text is None:
                found.append(None)
            elif number is None:
                found.append(UnreadTime("not_a_number", shape(text)))
            elif after_infusion is not None and not (infusion or "").isdecimal():
                found.append(UnreadTime("no_such_infusion", shape(infusion) if infusion else "blank"))
            else:
                found.append(Spanned(number * minutes, is_by_day, int(infusion) if infusion else None))
        return found


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None and "_" not in text else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e9 else None


def _counts(evidence: DateEvidence) -> tuple[int, int, int]:
    return evidence.n_day_first, evidence.n_month_first, evidence.n_either
