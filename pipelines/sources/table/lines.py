"""The lines of one table of a mapping: only the columns that the mapping reads, filtered as it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.errors import FileRefused
from pipelines.sources.mapping.parts import MappingFile, Table
from pipelines.sources.spreadsheet import Cell, Coordinate, column_letters, formula_not_computed
from pipelines.sources.table.cells import CellReader, folded
from pipelines.sources.table.columns import dropped_columns, matches, told_header, used_columns
from pipelines.sources.table.files import FoundTable


@dataclass(frozen=True)
class Lines:
    """Lines of a table, in memory.

    Attributes:
        numbers: the line or row of each, as the user sees it.
        columns: the cells of each column that is read, as long as `numbers`.
        n_skipped: lines that a filter of the mapping left out.
        reader: reads the cells as text.
    """

    numbers: Sequence[int]
    columns: Mapping[str, Sequence[Cell]]
    n_skipped: int
    reader: CellReader
    _texts: dict[str, list[str | None]] = field(default_factory=dict)

    def texts(self, column: str) -> list[str | None]:
        """The cells of a column as text; read once."""
        if column not in self._texts:
            self._texts[column] = [self.reader.text(cell) for cell in self.columns[column]]
        return self._texts[column]


def read_lines(table: FoundTable, mapping: MappingFile) -> Lines:
    """Reads the columns that the mapping names; no other cell is kept, not even for a moment.

    Raises:
        FileRefused: a line that no filter leaves out has cells beyond the header or too few, a formula that was never
            computed, or a value in a column without a name; or the file is damaged.
    """
    block, header = table.block, table.header
    reader = CellReader([*mapping.blank, *block.blank], block.decimal or mapping.decimal)
    used = used_columns(block, header)
    unwanted = table.nameless - used - dropped_columns(block, header)
    places = [(place, name) for place, name in enumerate(header) if name in used or name in unwanted]
    never = table.raw.never_computed()
    last_header_row = table.raw.header_rows(block.header_row)[-1]
    numbers: list[int] = []
    faults: dict[int, FileRefused] = {}
    columns: dict[str, list[Cell]] = {name: [] for name in header if name in used}
    for number, cells in table.raw.rows():
        if number <= last_header_row:
            continue
        if not any(cell not in (None, "") for cell in cells) and not any(row == number for row, _ in never):
            continue
        if (fault := _wrong_width(table, number, cells)) is not None:
            faults.setdefault(len(numbers), fault)
        for place, name in places:
            cell = cells[place] if place < len(cells) else None
            if (number, place + 1) in never:
                faults.setdefault(len(numbers), formula_not_computed(table.raw.label, Coordinate(number, place + 1)))
            if name not in unwanted:
                columns[name].append(cell)
            elif reader.text(cell) is not None:
                faults.setdefault(len(numbers), _nameless_value(table, place, number))
        numbers.append(number)
    for name in block.fill_down:
        columns[name] = _filled_down(columns[name], reader)
    kept = [place for place in range(len(numbers)) if is_kept(table.block, columns, place, reader)]
    if fault := next((faults[place] for place in kept if place in faults), None):
        raise fault
    return Lines(
        [numbers[place] for place in kept],
        {name: [cells[place] for place in kept] for name, cells in columns.items()},
        len(numbers) - len(kept),
        reader,
    )


def _filled_down(cells: Sequence[Cell], reader: CellReader) -> list[Cell]:
    filled: list[Cell] = []
    above: Cell = None
    for cell in cells:
        above = above if reader.text(cell) is None else cell
        filled.append(above)
    return filled


def is_kept(block: Table, columns: Mapping[str, Sequence[Cell]], place: int, reader: CellReader) -> bool:
    """Whether the filters of a table leave a line in.

    Args:
        columns: the cells of each column that a filter names.
        place: of the line among them.
    """

    def holds(column: str, texts: Sequence[str]) -> bool:
        text = folded(reader.text(columns[column][place]) or "")
        return any(matches(text, pattern) for pattern in texts)

    return all(holds(column, texts) for column, texts in block.keep_where.items()) and not any(
        holds(column, texts) for column, texts in block.skip_where.items()
    )


def _wrong_width(table: FoundTable, number: int, cells: Sequence[Cell]) -> FileRefused | None:
    n_header = len(table.header)
    if table.raw.format in ("csv", "tsv") and len(cells) < n_header:
        return FileRefused(
            f"{table.raw.label} line {number:,}: {len(cells)} cell{'' if len(cells) == 1 else 's'}, expected "
            f"{n_header}. The file may be cut off, or a cell with a delimiter lacks quotation marks; export it again."
        )
    beyond = next((place for place in range(n_header, len(cells)) if cells[place] not in (None, "")), None)
    if beyond is None:
        return None
    column = f"column {column_letters(beyond + 1)}" if table.raw.format == "xlsx" else f"cell {beyond + 1}"
    return FileRefused(
        f"{table.raw.label} line {number:,}: a value in {column}, beyond the last column with a name. "
        "Name the column, or clear it."
    )


def _nameless_value(table: FoundTable, place: int, number: int) -> FileRefused:
    name = table.header[place]
    return FileRefused(
        f"{table.raw.label} line {number:,}: a value in a column without a name. "
        f"Name the column, map it as '{told_header(name)}', or list that under drop."
    )
