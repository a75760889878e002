"""Virtual tables: for each form the rows that hold something of it, with what else their record and event hold.

A row of an export holds either one instance of a repeating form, or all forms of an event (of one instance of it,
where the event repeats). A form's table has every row that holds something of the form, so that a repeating form is a
table of its instances and nothing is lost or doubled; a form that was never filled in has no row. A column of another
form is that of the same row, or, for an instance of a repeating form, of the row with all forms of the same record and
event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.sources.mapping.values import Scalar
from pipelines.sources.redcap.cells import ReadCell
from pipelines.sources.redcap.completion import RECORDS
from pipelines.sources.redcap.exports import About, Export
from pipelines.sources.redcap.project import Project, content_places, has_content, is_unchecked
from pipelines.sources.table.cells import folded, folded_values

_Row = tuple[int, int]
"""The place of an export, and of a row in it."""


@dataclass
class HeldRows:
    """The rows of one export in memory, of the columns that are read.

    Attributes:
        cells: by the column's place in the file.
        forms: for each row the forms of which it holds something, as far as they are read.
        alike: a number for each row, equal where rows are equal in all of their cells.
    """

    export: Export
    lines: list[int] = field(default_factory=list)
    about: list[About] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=dict)
    forms: list[frozenset[str]] = field(default_factory=list)
    alike: list[int] = field(default_factory=list)


class ProjectRows:
    """The rows of all exports of a project.

    Args:
        columns: the names of the columns that are read.
        forms: the forms whose tables are read.
    """

    def __init__(self, project: Project, columns: Collection[str], forms: Collection[str]) -> None:
        self._project = project
        self.held = [_read(export, columns, forms) for export in project.exports]
        self._whole: dict[tuple[str, str, str], list[_Row]] = defaultdict(list)
        for place, held in enumerate(self.held):
            for row, about in enumerate(held.about):
                if not about.form:
                    self._whole[about.record, about.event, about.instance].append((place, row))
        self.contradicted = self._contradicted()

    def rows_of(self, form: str, place: int) -> list[int]:
        """The rows of an export that hold something of a form; for the records, the first row of each."""
        held = self.held[place]
        if form == RECORDS:
            first = {about.record: row for row, about in reversed(list(enumerate(held.about)))}
            return sorted(first.values())
        return [row for row, about in enumerate(held.about) if about.form in ("", form) and form in held.forms[row]]

    def texts(self, name: str, form: str, place: int, rows: Sequence[int], read: ReadCell) -> list[str | None]:
        """A column of a form's table."""
        at = self.held[place].export.places.get(name)
        column = self._project.columns[name]
        is_own = column.form in (None, form)
        cells = self.held[place].cells.get(at) if at is not None else None
        found: list[str | None] = []
        for row in rows:
            text = read(cells[row]) if cells is not None else None
            if text is None and not (is_own and cells is not None):
                text = self._beside(name, column.form, place, row, read)
            found.append(text)
        return found

    def record_texts(self, name: str, place: int, rows: Sequence[int], read: ReadCell) -> list[str | None]:
        """A column that holds for the whole record, wherever it was filled in; None where that is not one value."""
        known: dict[str, set[str]] = defaultdict(set)
        for held in self.held:
            at = held.export.places.get(name)
            for row, about in enumerate(held.about):
                text = read(held.cells[at][row]) if at is not None else None
                if text is not None:
                    known[about.record].add(text)
        return [
            next(iter(found)) if len(found := known[self.held[place].about[row].record]) == 1 else None for row in rows
        ]

    def checked(
        self, options: Mapping[str, str], form: str, place: int, rows: Sequence[int], values: Mapping[str, Scalar],
        blank: Collection[str],
    ) -> list[str | None]:  # fmt: skip
        """The choices of a checkbox that are checked, by their labels or what those stand for, `;` between several.

        Args:
            options: the label of each choice's column.
            blank: columns of missing-data codes; where one is checked, nothing is known.
        """
        meant = folded_values(values)
        columns = {
            name: self.texts(name, form, place, rows, lambda text: None if is_unchecked(text) else text)
            for name in (*options, *blank)
        }
        found: list[str | None] = []
        for at in range(len(rows)):
            checked = [meant.get(folded(options[name]), options[name]) for name in options if columns[name][at]]
            labels = [text for text in checked if text]
            is_missing = any(columns[name][at] for name in blank)
            found.append(None if is_missing or not labels else ";".join(label.replace(";", ",") for label in labels))
        return found

    def _beside(self, name: str, form: str | None, place: int, row: int, read: ReadCell) -> str | None:
        """What a column holds in the row with all forms of the same record and event; None if rows contradict."""
        about = self.held[place].about[row]
        if about.form and about.form == form:
            return None
        instance = "" if about.form else about.instance
        found = set()
        for other, at_row in self._whole.get((about.record, about.event, instance), ()):
            at = self.held[other].export.places.get(name)
            text = read(self.held[other].cells[at][at_row]) if at is not None else None
            if text is not None:
                found.add(text)
        return found.pop() if len(found) == 1 else None

    def _contradicted(self) -> Mapping[int, frozenset[int]]:
        """For each export the lines about the same instance as another line, and not equal to it."""
        seen: dict[tuple[object, ...], list[_Row]] = defaultdict(list)
        for place, held in enumerate(self.held):
            for row, about in enumerate(held.about):
                seen[place, about].append((place, row))
                for form in held.forms[row]:
                    seen[form, about].append((place, row))
        found: dict[int, set[int]] = defaultdict(set)
        for rows in seen.values():
            if len(rows) > 1 and len({self.held[place].alike[row] for place, row in rows}) > 1:
                for place, row in rows:
                    found[place].add(self.held[place].lines[row])
        return {place: frozenset(lines) for place, lines in found.items()}


def _read(export: Export, columns: Collection[str], forms: Collection[str]) -> HeldRows:
    places = [place for name, place in export.places.items() if name in columns]
    content = content_places(export, list(forms))
    held = HeldRows(export, cells={place: [] for place in places})
    known: dict[frozenset[str], frozenset[str]] = {}
    for line, about, cells in export.rows():
        held.lines.append(line)
        held.about.append(about)
        own = content if not about.form else {about.form: content.get(about.form, [])}
        found = frozenset(form for form, of_form in own.items() if has_content(cells, of_form))
        held.forms.append(known.setdefault(found, found))
        held.alike.append(hash(tuple(cells)))
        for place in places:
            held.cells[place].append(cells[place])
    return held
