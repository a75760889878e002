"""Reads the lines of a table as its mapping says: what each tells of courses, infusions and scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from pipelines.definitions import Definitions
from pipelines.sources.dated.records import TOTAL, CourseReading, Fault, Origin, Reading, Readings, ScoreReading
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import LEFT_OUT, CourseColumns, InfusionColumns, MappingFile, ScoreColumns
from pipelines.sources.mapping.values import Cells, Scalar, When
from pipelines.sources.scale_names import near_miss
from pipelines.sources.table.cells import ERROR_CODES, folded, folded_values, shape
from pipelines.sources.table.codes import coded, spellings
from pipelines.sources.table.columns import item_columns
from pipelines.sources.table.files import FoundTable
from pipelines.sources.table.lines import Lines
from pipelines.sources.table.times import TimeReader

Read = TypeVar("Read")


class TableReader:
    """Reads the lines of one table of the mapping.

    Args:
        readings: what the tables before it told; added to.
        today: no date can be later.
    """

    def __init__(
        self,
        table: FoundTable,
        lines: Lines,
        mapping: MappingFile,
        definitions: Definitions,
        readings: Readings,
        today: date,
    ) -> None:
        self._table, self._lines, self._definitions, self._readings = table, lines, definitions, readings
        self._times = TimeReader(table, lines, mapping, date(definitions.columns.earliest_year, 1, 1), today)
        block = table.block
        self._key_column = block.course_id if mapping.courses == "one per course_id" else block.patient_column

    def read(self) -> Sequence[Mistake]:
        """Adds what the table tells; returns what the data show to be wrong with the mapping."""
        block = self._table.block
        infusions: dict[int, Reading] = {}
        if block.course is not None:
            self._readings.courses += self._course_readings(block.course)
        for infusion in block.infusion:
            for place, reading in self._infusion_readings(infusion):
                infusions[place] = reading
                self._readings.infusions.append(reading)
        for score in block.score:
            self._readings.scores += self._score_readings(score, infusions)
        return self._times.mistakes

    # --- courses and infusions --------------------------------------------------------------------------

    def _course_readings(self, part: CourseColumns) -> Iterator[CourseReading]:
        columns = self._columns("courses", part.fields)
        starts, ended = self._times.of(part.first_infusion), self._times.of(part.ended)
        births = self._times.births(part.birth_date)
        ages = self._texts(part.age)
        origin = self._origin(
            part.fields,
            minutes_from_start=_time_column(part.first_infusion) or self._first_infusion_column(),
            ended_day=_time_column(part.ended),
            age_band=part.age or part.birth_date,
        )
        for place, (line, key, patient) in enumerate(self._keys()):
            cells = {name: texts[place] for name, texts in columns.items()}
            if patient is not None:
                cells["patient_id"] = patient
            if not any(cells.values()) and starts[place] is None and key is None:
                continue
            yield CourseReading(
                origin,
                line,
                key,
                cells,
                starts[place],
                self._error(cells),
                ended=ended[place],
                birth=births[place],
                age=ages[place],
            )

    def _infusion_readings(self, part: InfusionColumns) -> Iterator[tuple[int, Reading]]:
        columns = self._columns("infusions", part.fields)
        mapped = [name for name, cells in part.fields.items() if cells.column is not None]
        stated: list[tuple[str | None, int | None]] = list(part.split.items()) or [(None, None)]
        for time_column, number in stated:
            times = self._times.of_dates(time_column) if time_column is not None else self._times.of(part.when)
            origin = self._origin(part.fields, minutes_from_start=time_column or _time_column(part.when))
            for place, (line, key, _) in enumerate(self._keys()):
                cells = {name: texts[place] for name, texts in columns.items()}
                if number is not None:
                    cells["infusion_number"] = str(number)
                if times[place] is None and (part.split or not any(cells[name] for name in mapped)):
                    continue
                yield place, Reading(origin, line, key, cells, times[place], self._error(cells))

    # --- scores -----------------------------------------------------------------------------------------

    def _score_readings(self, part: ScoreColumns, infusions: Mapping[int, Reading]) -> Iterator[ScoreReading]:
        fields = {
            name: cells for name in ("rater", "timing", "infusion_number") if (cells := getattr(part, name)) is not None
        }
        columns = self._columns("scores", fields)
        scales = self._scales(part.scale)
        stated: list[tuple[str | None, When | None]] = list(part.split.items()) or [(None, part.when)]
        items = {
            n: self._numbers(self._lines.texts(name), part.answers)
            for n, name in enumerate(item_columns(part.items, self._table.header), 1)
        }
        answers, numbers = self._answered_items(part)
        names = self._item_names(part)
        for total_column, when in stated:
            totals = self._totals(part, total_column)
            times = self._times.of(when)
            origin = self._origin(
                {**fields, "scale": part.scale, **({"total": part.total} if part.total else {})},
                minutes_from_start=_time_column(when) or total_column or (part.total.column if part.total else None),
                **({"total": total_column} if total_column else {}),
                **names,
            )
            for place, (line, key, _) in enumerate(self._keys()):
                answered = {n: text for n, texts in items.items() if (text := texts[place]) is not None}
                scale, is_tracked = scales[place]
                item, answer = numbers[place], answers[place]
                if item == LEFT_OUT or not (
                    totals[place] or answered or answer or (item is not None and not is_tracked)
                ):
                    continue
                cells = {name: texts[place] for name, texts in columns.items()}
                cells |= {"scale": scale, TOTAL: totals[place]}
                if isinstance(item, int):
                    answered = {item: answer} if answer else {}
                elif item == TOTAL:
                    cells[TOTAL] = answer
                fault = self._error({**cells, **{f"item_{n}": text for n, text in answered.items()}})
                if not is_tracked:
                    fault = Fault("not_tracked", "scale")
                elif isinstance(item, str) and item != TOTAL:
                    fault = fault or Fault("unknown_item", "item", shape(item))
                yield ScoreReading(
                    origin,
                    line,
                    key,
                    cells,
                    times[place],
                    fault,
                    items=answered,
                    item=item,
                    is_tracked=is_tracked,
                    infusion=infusions.get(place),
                )

    def _item_names(self, part: ScoreColumns) -> dict[str, str]:
        """For each item the column that its answer stands in, and that of its name."""
        if part.item is None or part.answer is None:
            return {f"item_{n}": name for n, name in enumerate(item_columns(part.items, self._table.header), 1)}
        numbers = [number for number in part.item.values.values() if isinstance(number, int)] or range(1, 100)
        names = {f"item_{number}": part.answer for number in numbers} | {TOTAL: part.answer}
        return names | ({"item": part.item.column} if part.item.column else {})

    def _scales(self, cells: Cells) -> list[tuple[str | None, bool]]:
        """The scale of each line, and whether it is tracked as far as the mapping tells."""
        known = {folded(scale): scale for scale in self._definitions.scales}
        values = folded_values(cells.values)

        def read(text: str | None) -> tuple[str | None, bool]:
            if text is None:
                return None, True
            if folded(text) in values:
                text = values[folded(text)]
            elif cells.others is not None:
                return text, False
            scale = known.get(folded(text), text)
            return scale, scale in known.values() or near_miss(scale, self._definitions.scales) is not None

        return _each(self._source(cells), read)

    def _totals(self, part: ScoreColumns, split_column: str | None) -> list[str | None]:
        if split_column is not None:
            return self._numbers(self._lines.texts(split_column), {})
        if part.total is None:
            return [None] * len(self._lines.numbers)
        return self._numbers(self._source(part.total), part.total.values)

    def _answered_items(self, part: ScoreColumns) -> tuple[list[str | None], list[int | str | None]]:
        """For one line an item: the answers, and which items they answer."""
        nothing: list[None] = [None] * len(self._lines.numbers)
        if part.item is None or part.answer is None:
            return list(nothing), list(nothing)
        values = {folded(text): number for text, number in part.item.values.items()}

        def number(text: str | None) -> int | str | None:
            if text is None:
                return ""
            stated = values.get(folded(text))
            if stated is not None:
                return int(stated) if isinstance(stated, int | float) else str(stated)
            return int(text) if not values and text.isdecimal() and 1 <= int(text) <= 99 else text

        answers = self._numbers(self._lines.texts(part.answer), part.answers)
        return answers, [number(text) for text in self._source(part.item)]

    # --- columns ----------------------------------------------------------------------------------------

    def _keys(self) -> Iterator[tuple[int, str | None, str | None]]:
        """The line, whom it is about, and its patient, for each line."""
        keys = self._texts(self._key_column)
        patients = self._texts(self._table.block.patient_column)
        yield from zip(self._lines.numbers, keys, patients, strict=True)

    def _texts(self, column: str | None) -> list[str | None]:
        return [None] * len(self._lines.numbers) if column is None else self._lines.texts(column)

    def _numbers(self, texts: Sequence[str | None], values: Mapping[str, Scalar]) -> list[str | None]:
        """Numbers as text; what a text stands for goes before what it says."""
        stood_for = folded_values(values)
        reader = self._lines.reader
        return [text and stood_for.get(folded(text), reader.number(text)) for text in texts]

    def _source(self, cells: Cells) -> list[str | None]:
        if cells.column is not None:
            return self._lines.texts(cells.column)
        (constant,) = folded_values({"": cells.constant if cells.constant is not None else ""}).values()
        return [constant] * len(self._lines.numbers)

    def _columns(self, table: str, fields: Mapping[str, Cells]) -> dict[str, list[str | None]]:
        """Canonical columns as text: values that stand for others replaced, codes spelt as the definitions do."""
        rules = self._definitions.columns.of(table)
        found: dict[str, list[str | None]] = {}
        for name, cells in fields.items():
            values = folded_values(cells.values)
            rule = rules.get(name)
            known = spellings(table, name, self._definitions) if rule is not None else {}
            is_number = rule is not None and rule.kind in ("number", "whole_number")

            def read(
                text: str | None,
                values: Mapping[str, str] = values,
                known: Mapping[str, str] = known,
                is_number: bool = is_number,
            ) -> str | None:
                if text is None:
                    return None
                text = values.get(folded(text), text)
                return self._lines.reader.number(text) if is_number else coded(text, known)

            found[name] = _each(self._source(cells), read)
        return found

    def _first_infusion_column(self) -> str | None:
        """The column that tells when the first infusion of a line was, where the table has infusions."""
        columns = [next(iter(part.split), None) or _time_column(part.when) for part in self._table.block.infusion]
        return next(iter(columns), None)

    def _origin(self, fields: Mapping[str, Cells], **columns: str | None) -> int:
        block = self._table.block
        named = {
            **{name: cells.column for name, cells in fields.items()},
            **columns,
            "course_id": self._key_column,
            "patient_id": block.patient_column,
        }
        self._readings.origins.append(
            Origin(self._table.raw.label, {name: column for name, column in named.items() if column is not None})
        )
        return len(self._readings.origins) - 1

    def _error(self, cells: Mapping[str, str | None]) -> Fault | None:
        """The first cell with a formula that has no result."""
        return next((Fault("error_cell", name, text) for name, text in cells.items() if text in ERROR_CODES), None)


def _each(texts: Sequence[str | None], read: Callable[[str | None], Read]) -> list[Read]:
    """Reads each text; equal texts once."""
    known = {text: read(text) for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]


def _time_column(when: When | None) -> str | None:
    """The column to name where a time cannot be read."""
    return next(when.columns, None) if when is not None else None
