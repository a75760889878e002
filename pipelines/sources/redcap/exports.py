"""The files of a project: its data dictionary, and its exports of records with what each row is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import FileRefused
from pipelines.sources.redcap.dictionary import Dictionary, is_dictionary, plain_code, read_dictionary
from pipelines.sources.redcap.headers import Column, read_columns
from pipelines.sources.redcap.words import EVENT, REPEAT_FORM, REPEAT_INSTANCE
from pipelines.sources.table.files import read_header, table_paths
from pipelines.sources.table.formats import RawTable, detected, format_of

_EVENT_LISTS = ("unique_event_name", "arm_num")
"""Columns of REDCap's own lists of arms, events and the forms of each event, which are not read."""


class About(NamedTuple):
    """What one row of an export is about.

    Attributes:
        form: the repeating form of which it is one instance; "" where it holds all forms of the event.
        instance: of that form, or of a repeating event; "" where nothing repeats.
    """

    record: str
    event: str
    form: str
    instance: str


@dataclass(frozen=True)
class Export:
    """One export of records, found and not yet read.

    Attributes:
        columns: what each column is, from left to right; None for one that its label does not tell.
        titles: the form that each title in the column of repeating forms stands for; a title that REDCap made the
            form's name of is known by that name.
    """

    raw: RawTable
    header: tuple[str, ...]
    columns: tuple[Column | None, ...]
    record_id: str
    titles: Mapping[str, str]

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.raw.label

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each column stands, by its name."""
        return {column.name: place for place, column in enumerate(self.columns) if column is not None}

    @property
    def untold(self) -> Sequence[str]:
        """The headers whose label leaves more than one field open."""
        return [name for name, column in zip(self.header, self.columns, strict=True) if column is None]

    def rows(self) -> Iterator[tuple[int, About, Sequence[str]]]:
        """The line of each row, what it is about, and its cells.

        Raises:
            FileRefused: a row has too few cells or too many, or is of a form that nothing names.
        """
        wanted = (self.record_id, EVENT, REPEAT_FORM, REPEAT_INSTANCE)
        record, event, form, instance = (self.places.get(name) for name in wanted)
        n_columns = len(self.columns)
        rows = self.raw.rows()
        next(rows, None)
        for line, found in rows:
            cells = [str(cell or "") for cell in found]
            if len(cells) != n_columns:
                self._refuse_width(line, cells)
            told = [cells[at].strip() if at is not None else "" for at in (record, event, form, instance)]
            yield line, About(told[0], told[1], self._form(line, told[2]), told[3]), cells

    def _form(self, line: int, title: str) -> str:
        if not title:
            return ""
        form = self.titles.get(title) or self.titles.get(plain_code(title))
        if form is None:
            # Not told: where cells have slipped by a column, anything may stand there.
            raise FileRefused(
                f"{self.label} line {line:,}: a row of a repeating form, and no form of the data dictionary is known "
                "by the title in it. If the line is whole, say in the mapping which form the title stands for: "
                'form_titles = { "..." = "..." }'
            )
        return form

    def _refuse_width(self, line: int, cells: Sequence[str]) -> None:
        n_columns = len(self.columns)
        if len(cells) < n_columns:
            raise FileRefused(
                f"{self.label} line {line:,}: {len(cells)} cell{'' if len(cells) == 1 else 's'}, expected {n_columns}. "
                "The file may be cut off; export it again."
            )
        if any(cells[n_columns:]):
            raise FileRefused(
                f"{self.label} line {line:,}: a value beyond the last column with a name. A cell with a delimiter may "
                "lack quotation marks; export it again."
            )


@dataclass(frozen=True)
class ProjectFiles:
    """The files of a project.

    Attributes:
        unread: files beside them.
    """

    dictionary: Dictionary
    dictionary_path: Path
    exports: tuple[Export, ...]
    unread: tuple[Path, ...]


def find_exports(paths: Sequence[Path], form_titles: Mapping[str, str]) -> ProjectFiles:
    """A project's dictionary, its exports, and the files that are not read.

    Args:
        form_titles: the form of each title, as the mapping states it.

    Raises:
        FileRefused: there is no dictionary or more than one, no export, or a file that is neither.
    """
    dictionaries: list[RawTable] = []
    records: list[tuple[RawTable, tuple[str, ...]]] = []
    unread: list[Path] = []
    for path in table_paths(paths):
        format_ = format_of(path)
        if format_ not in ("csv", "tsv"):
            raise FileRefused(
                f"{path.name} is no CSV file, and REDCap exports are read as it writes them: Excel changes dates and "
                "leading zeros. Export 'CSV / Microsoft Excel (raw data)' from REDCap and give that file unopened."
            )
        raw = detected(path, format_, None, None, 1)
        header, _ = read_header(raw, (1,))
        if is_dictionary(header):
            dictionaries.append(raw)
        elif any(name in header for name in _EVENT_LISTS):
            unread.append(path)
        else:
            records.append((raw, tuple(str(cell or "").strip() for cell in next(raw.rows())[1])))
    found = _only_dictionary(dictionaries, [raw.label for raw, _ in records])
    dictionary = read_dictionary(found)
    if not records:
        raise FileRefused(
            f"There is no export of records beside the data dictionary {dictionary.file_name}. Export the records as "
            "'CSV / Microsoft Excel (raw data)' and give both files."
        )
    names = [raw.label for raw, _ in records]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise FileRefused(
            f"Two exports are called {twice}, and no message could say which is meant. Rename one of them."
        )
    titles = {**{form: form for form in dictionary.forms}, **form_titles}
    exports = tuple(
        Export(
            raw,
            header,
            tuple(read_columns(raw.label, header, dictionary)),
            dictionary.record_id.name,
            titles,
        )
        for raw, header in records
    )
    return ProjectFiles(dictionary, found.path, exports, tuple(unread))


def _only_dictionary(found: Sequence[RawTable], records: Sequence[str]) -> RawTable:
    if not found:
        raise FileRefused(
            f"No data dictionary was given with {', '.join(records)}. Download it from REDCap (Project Setup, Download "
            "the current Data Dictionary) and give it as a further path: it says what the columns are."
        )
    if len(found) > 1:
        raise FileRefused(
            f"{len(found)} data dictionaries were given ({', '.join(raw.label for raw in found)}). Give the one of the "
            "project that the records are from; two projects are two imports, each with a --name."
        )
    return found[0]
