"""Reads a project's virtual tables as its mapping says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pipelines.definitions import Definitions
from pipelines.sources.dated.lines import LineCounts
from pipelines.sources.dated.records import Fault, Reading, Readings
from pipelines.sources.dated.times import UnreadTime
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import CourseColumns, InfusionColumns, Table
from pipelines.sources.mapping.values import Scalar
from pipelines.sources.redcap.cells import CellViews
from pipelines.sources.redcap.checks import readable_names
from pipelines.sources.redcap.mapping import RedcapMapping
from pipelines.sources.redcap.project import Project
from pipelines.sources.redcap.tables import ProjectRows
from pipelines.sources.spreadsheet import Cell
from pipelines.sources.table.cells import CellReader, folded
from pipelines.sources.table.columns import item_columns, used_columns
from pipelines.sources.table.files import FoundTable
from pipelines.sources.table.lines import Lines, is_kept
from pipelines.sources.table.readings import TableReader

_TWICE = "one of several rows about the same record, event and instance, which differ"


def read_project(
    project: Project, mapping: RedcapMapping, definitions: Definitions, today: date
) -> tuple[Readings, LineCounts, list[Mistake]]:
    """What a project tells, how its lines are counted, and what the data show to be wrong with the mapping.

    Raises:
        FileRefused: a file is damaged.
    """
    header = tuple(readable_names(project))
    used = {name for table in mapping.table for name in used_columns(table, header)}
    names = {name for name in project.columns if name in used or _checkbox(name, project) in used}
    rows = ProjectRows(project, names, {table.form for table in mapping.table if table.form})
    reader = _ProjectReader(project, mapping, rows, header)
    readings, counts, mistakes = Readings(), LineCounts(), list[Mistake]()
    for place, export in enumerate(project.exports):
        kept: set[int] = set()
        skipped: set[int] = set()
        for block in mapping.table:
            lines, left_out = reader.lines(block, place)
            kept |= set(lines.numbers)
            skipped |= set(left_out)
            table = FoundTable(_without_checked_values(block, project), export.raw, header, frozenset())
            n_before = [len(readings.courses), len(readings.infusions), len(readings.scores)]
            mistakes += TableReader(table, lines, mapping, definitions, readings, today).read()
            told: tuple[list[Any], ...] = (readings.courses, readings.infusions, readings.scores)
            new = [reading for of_one, start in zip(told, n_before, strict=True) for reading in of_one[start:]]
            _refuse_contradicted(new, rows.contradicted.get(place, frozenset()), rows, place)
        numbers = rows.held[place].lines
        counts.read(export.label, len(numbers), set(numbers) - (skipped - kept))
    return readings, counts, mistakes


class _ProjectReader:
    def __init__(self, project: Project, mapping: RedcapMapping, rows: ProjectRows, header: Sequence[str]) -> None:
        self._project, self._mapping, self._rows, self._header = project, mapping, rows, header

    def lines(self, block: Table, place: int) -> tuple[Lines, list[int]]:
        """The lines of one table in one export, and those that its filters leave out."""
        assert block.form is not None
        held = self._rows.held[place]
        rows = self._rows.rows_of(block.form, place)
        views = CellViews(
            self._mapping,
            block.blank,
            block.decimal,
            is_labelled=self._project.exports[place].label in self._project.labelled,
            scored=_scored(block, self._header),
        )
        columns: dict[str, Sequence[Cell]] = {
            name: self._column(name, block, place, rows, views) for name in used_columns(block, self._header)
        }
        reader = CellReader((), "point")
        is_in = [is_kept(block, columns, at, reader) for at in range(len(rows))]
        kept = [at for at, is_left in enumerate(is_in) if is_left]
        left_out = [held.lines[row] for row, is_left in zip(rows, is_in, strict=True) if not is_left]
        lines = Lines(
            [held.lines[rows[at]] for at in kept],
            {name: [cells[at] for at in kept] for name, cells in columns.items()},
            len(left_out),
            reader,
        )
        return lines, left_out

    def _column(self, name: str, block: Table, place: int, rows: Sequence[int], views: CellViews) -> list[str | None]:
        assert block.form is not None
        column = self._project.columns.get(name)
        if column is None:
            return self._checked(name, block, place, rows)
        if name == block.record_number and name != self._project.dictionary.record_id.name:
            return self._rows.record_texts(name, place, rows, views.of(column))
        return self._rows.texts(name, block.form, place, rows, views.of(column))

    def _checked(self, name: str, block: Table, place: int, rows: Sequence[int]) -> list[str | None]:
        """A checkbox field as the choices that are checked."""
        assert block.form is not None
        field = self._project.dictionary.fields[name]
        own = [
            column
            for column in self._project.columns.values()
            if column.role == "option" and column.field is not None and column.field.name == name
        ]
        blank = {folded(text) for text in (*self._mapping.blank, *block.blank)}
        labels = {column.name: field.choices[column.code] for column in own if column.code is not None}
        codes = {column.name: column.code or "" for column in own}
        missing = [
            name for name, code in codes.items() if name not in labels or {folded(code), folded(labels[name])} & blank
        ]
        options = {name: label for name, label in labels.items() if name not in missing}
        return self._rows.checked(options, block.form, place, rows, _checked_values(name, block), missing)


def _checkbox(name: str, project: Project) -> str | None:
    """The checkbox field of which a column is one choice."""
    column = project.columns[name]
    return column.field.name if column.role == "option" and column.field is not None else None


def _scored(block: Table, header: Sequence[str]) -> Iterator[str]:
    """The columns that scores are read from by their codes, and not by what texts stand for."""
    for score in block.score:
        if not score.answers:
            yield from item_columns(score.items, header)
            yield from [score.answer] if score.answer is not None else []
        if score.total is not None and score.total.column is not None and not score.total.values:
            yield score.total.column
        yield from score.split


def _checked_values(name: str, block: Table) -> Mapping[str, Scalar]:
    """What the choices of a checkbox stand for."""
    parts = [part for part in block.parts if isinstance(part, CourseColumns | InfusionColumns)]
    return next((cells.values for part in parts for cells in part.fields.values() if cells.column == name), {})


def _without_checked_values(block: Table, project: Project) -> Table:
    """A table whose checkbox fields are read already: what a choice stands for is not looked up a second time."""

    def plain(part: CourseColumns | InfusionColumns) -> dict[str, object]:
        return {
            "fields": {
                name: cells.model_copy(update={"values": {}})
                if cells.column is not None and cells.column not in project.columns
                else cells
                for name, cells in part.fields.items()
            }
        }

    course = block.course.model_copy(update=plain(block.course)) if block.course is not None else None
    infusions = tuple(part.model_copy(update=plain(part)) for part in block.infusion)
    return block.model_copy(update={"course": course, "infusion": infusions})


def _refuse_contradicted(readings: Sequence[Reading], lines: frozenset[int], rows: ProjectRows, place: int) -> None:
    """Rows about the same instance that differ are all refused, and no clock is taken from dates that differ."""
    about = dict(zip(rows.held[place].lines, rows.held[place].about, strict=True))
    whens: dict[object, set[object]] = defaultdict(set)
    for reading in readings:
        if reading.line in lines:
            whens[type(reading), about[reading.line]].add(reading.when)
    for reading in readings:
        if reading.line in lines:
            reading.fault = Fault("conflicting_duplicate", "course_id", _TWICE)
            if len(whens[type(reading), about[reading.line]]) > 1:
                reading.when = UnreadTime("conflicting_duplicate", _TWICE)
