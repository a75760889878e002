"""Lines that each answer one item, put together as the questionnaire they belong to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pipelines.sources.dated.records import TOTAL, Fault, Line, ScoreReading


@dataclass
class Sheet:
    """One filled questionnaire.

    Attributes:
        reading: its first line, with the items of all.
        item_lines: where each item stands that stands in the table of the first line.
        lines: all of its lines.
    """

    reading: ScoreReading
    item_lines: dict[int, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def questionnaires(readings: Iterable[ScoreReading]) -> Iterator[Sheet]:
    """One for each questionnaire, in the order of their first lines.

    Lines belong together that agree in patient, scale, time, rater, timing and infusion number, and in their table
    unless they say which questionnaire they are of. A line whose scale is
    not tracked stays alone: nothing is known of how such lines belong together. An item that two lines answer
    differently makes the questionnaire contradict itself.
    """
    sheets: dict[Hashable, Sheet] = {}
    for reading in readings:
        if reading.item is None or not reading.is_tracked:
            sheets[id(reading)] = Sheet(reading, lines=[(reading.origin, reading.line)])
            continue
        key = (
            reading.origin if reading.questionnaire is None else reading.questionnaire,
            reading.key,
            reading.when,
            *(reading.cells.get(name) for name in ("scale", "rater", "timing", "infusion_number")),
        )
        if key not in sheets:
            sheets[key] = Sheet(reading, dict.fromkeys(reading.items, reading.line), [(reading.origin, reading.line)])
        else:
            _add(sheets[key], reading)
    yield from sheets.values()


def _add(sheet: Sheet, reading: ScoreReading) -> None:
    first = sheet.reading
    line = reading.line if reading.origin == first.origin else None
    sheet.lines.append((reading.origin, reading.line))
    if first.fault is None and reading.fault is not None:
        first.fault = replace(reading.fault, line=line)
    for number, answer in reading.items.items():
        if first.items.get(number, answer) != answer:
            first.fault = first.fault or Fault("conflicting_duplicate", f"item_{number}", line=line)
        first.items.setdefault(number, answer)
        if line is not None:
            sheet.item_lines.setdefault(number, line)
    total = reading.cells[TOTAL]
    if total is not None:
        if first.cells[TOTAL] not in (None, total):
            first.fault = first.fault or Fault("conflicting_duplicate", TOTAL, line=line)
        first.cells[TOTAL] = first.cells[TOTAL] or total
