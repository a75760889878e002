"""The canonical source: `courses`, `infusions` and `scores` as CSV, TSV or Parquet, in the contract's columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.definitions import Definitions
from pipelines.errors import FileRefused, nearest_name
from pipelines.filters import FILTER_NAMES
from pipelines.sources.files import (
    DELIMITERS,
    TableFile,
    content_hash,
    find_table_files,
    look_at_bytes,
    not_utf8,
    read_header,
    record_start_lines,
    unread_files,
)
from pipelines.sources.landing import (
    ATTRIBUTE_PREFIX,
    MINUTES_PER_UNIT,
    TABLES,
    LandedTable,
    TextSource,
    item_columns,
    land_nothing,
    land_text,
    name_scales,
    prepare_landing,
    show_rows,
)
from pipelines.sql.literals import literal
from pipelines.store import Replaces

_ATTRIBUTE = re.compile(rf"{ATTRIBUTE_PREFIX}[a-z][a-z0-9_]{{0,39}}")
_LINE_IN_MESSAGE = re.compile(r"CSV Error on Line: (\d+)")


@dataclass(frozen=True)
class CanonicalSource:
    """Canonical files, found and not yet read; see `sources/source.py`."""

    files: tuple[TableFile, ...]
    unread: tuple[str, ...]
    content_hash: str
    replaces: Replaces = "course"

    @property
    def file_names(self) -> tuple[str, ...]:
        """The files' names, without their folders."""
        return tuple(file.name for file in self.files)

    def land(self, connection: duckdb.DuckDBPyConnection, definitions: Definitions) -> list[LandedTable]:
        """Fills the landing tables; see `land_canonical`."""
        return land_canonical(connection, self.files, definitions)


def find_canonical(paths: Iterable[Path]) -> CanonicalSource:
    """The canonical files among the paths; a folder stands for the files in it.

    Raises:
        FileRefused: a path is missing, a folder holds no table, a name is no table's, or a table comes twice.
    """
    paths = tuple(paths)
    files = tuple(find_table_files(paths, TABLES))
    return CanonicalSource(files, tuple(unread_files(paths, TABLES)), content_hash(files))


def land_canonical(
    connection: duckdb.DuckDBPyConnection, files: Sequence[TableFile], definitions: Definitions
) -> list[LandedTable]:
    """Lands canonical files as text.

    Args:
        files: at most one for each table; an absent table is landed empty.

    Raises:
        FileRefused: a file is empty, truncated, of another delimiter or encoding, lacks a required column, or
            has a column that the contract does not know (a misspelt one would otherwise be lost in silence).
    """
    prepare_landing(connection)
    landed = []
    by_table = {file.table: file for file in files}
    for table in TABLES:
        if table not in by_table:
            land_nothing(connection, table, definitions)
            continue
        file = by_table[table]
        reader = _land_parquet if file.format == "parquet" else _land_delimited
        landed.append(reader(connection, file, definitions))
    name_scales(connection, definitions)
    return landed


def _land_delimited(connection: duckdb.DuckDBPyConnection, file: TableFile, definitions: Definitions) -> LandedTable:
    columns = read_header(file)
    check_columns(file.table, file.name, columns, definitions)
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    relation = (
        f"read_csv({literal(str(file.path))}, auto_detect = false, header = true, columns = {{{types}}}, "
        f"delim = {literal(DELIMITERS[file.format])}, quote = '\"', escape = '\"', nullstr = '', "
        "strict_mode = true, encoding = 'utf-8', max_line_size = 1048576)"
    )
    seen = look_at_bytes(file)
    source = TextSource(file.table, file.name, relation, tuple(columns), first_line=2, has_blanks=seen.has_blanks)
    try:
        n_records = land_text(connection, source)
        is_line_a_record = not seen.has_quotes and seen.n_lines == n_records + 1
        lines = None if is_line_a_record else record_start_lines(file)
        return show_rows(connection, source, n_records, lines, definitions)
    except duckdb.Error as error:
        raise _refusal(file, columns, str(error)) from None
    except UnicodeDecodeError:
        raise not_utf8(file) from None


def _land_parquet(connection: duckdb.DuckDBPyConnection, file: TableFile, definitions: Definitions) -> LandedTable:
    relation = f"read_parquet({literal(str(file.path))})"
    try:
        columns = [str(row[0]) for row in connection.execute(f"describe from {relation}").fetchall()]
    except duckdb.Error:
        raise _unreadable_parquet(file) from None
    check_columns(file.table, file.name, columns, definitions)
    texts = ", ".join(f'cast("{column}" as varchar) as "{column}"' for column in columns)
    source = TextSource(
        file.table,
        file.name,
        f"(select {texts} from {relation})",
        tuple(columns),
        first_line=1,
        has_blanks=True,
    )
    try:
        n_records = land_text(connection, source)
        return show_rows(connection, source, n_records, None, definitions)
    except duckdb.Error:
        raise _unreadable_parquet(file) from None


def _unreadable_parquet(file: TableFile) -> FileRefused:
    return FileRefused(
        f"{file.name} is not a readable Parquet file (empty, truncated or another format). Export it again."
    )


def check_columns(table: str, file_name: str, columns: Sequence[str], definitions: Definitions) -> None:
    """Whether a table's columns are those of the contract.

    Raises:
        FileRefused: a column is missing, comes twice, or is unknown; with the nearest name that is known.
    """
    known = list(definitions.columns.of(table))
    times = list(MINUTES_PER_UNIT) if table in ("infusions", "scores") else []
    if not {column.casefold() for column in columns} & {*known, *times}:
        # Without a header line these are a patient's values: nothing of them is shown.
        raise FileRefused(
            f"{file_name}: line 1 does not hold the column names. Expected a header line with at least: "
            f"{', '.join([*_required(table, definitions), *_time_hint(times)])}."
        )
    repeated = sorted({column for column in columns if list(columns).count(column) > 1})
    if repeated:
        raise FileRefused(f"{file_name}: the column '{_shown(repeated[0])}' comes twice. Keep one of them.")
    items = item_columns(columns) if table == "scores" else []
    reserved = [
        column
        for column in columns
        if column.removeprefix(ATTRIBUTE_PREFIX) in {*definitions.columns.courses, *FILTER_NAMES}
        and column.startswith(ATTRIBUTE_PREFIX)
    ]
    if reserved:
        raise FileRefused(
            f"{file_name}: the attribute '{reserved[0]}' bears a name that stands for something else already. "
            "Give it another name."
        )
    unknown = [
        column
        for column in columns
        if column not in known
        and column not in times
        and column not in items
        and not (table == "courses" and _ATTRIBUTE.fullmatch(column))
    ]
    required = _required(table, definitions)
    missing = [name for name in required if name not in columns]
    if missing:
        nearest = nearest_name(missing[0], unknown)
        hint = f"The nearest column found is '{nearest}': rename it. " if nearest else ""
        raise FileRefused(
            f"{file_name} has no column '{missing[0]}'. {hint}"
            f"Found: {_listed(columns)}. Expected at least: {', '.join([*required, *_time_hint(times)])}."
        )
    given_times = [column for column in columns if column in times]
    if times and len(given_times) != 1:
        found = f"has {' and '.join(given_times)}" if given_times else "has no time column"
        nearest = next((near for column in unknown if (near := nearest_name(column, times))), None)
        hint = f" Did you mean '{nearest}'?" if nearest and not given_times else ""
        raise FileRefused(f"{file_name} {found}. Give exactly one of {', '.join(times)}.{hint}")
    if table == "scores" and "total" not in columns and not items:
        nearest = nearest_name("total", unknown)
        hint = f" The nearest column found is '{nearest}': rename it." if nearest else ""
        raise FileRefused(f"{file_name} has neither 'total' nor items (item_1, item_2 ...).{hint}")
    if unknown:
        nearest = nearest_name(unknown[0], [*known, *times])
        hint = f"Did you mean '{nearest}'? " if nearest else ""
        cure = "Rename it or leave it out" + (
            f"; a further attribute is named {ATTRIBUTE_PREFIX}<name> (small letters, digits, _)."
            if table == "courses"
            else "."
        )
        raise FileRefused(f"{file_name} has a column '{_shown(unknown[0])}' that is not known. {hint}{cure}")


def _refusal(file: TableFile, columns: Sequence[str], message: str) -> FileRefused:
    """One paragraph for DuckDB's account of a broken file, without the line's content."""
    if "unicode" in message or "utf-8" in message.casefold():
        return not_utf8(file)
    match = _LINE_IN_MESSAGE.search(message)
    line = f" line {match[1]}" if match else ""
    if "unterminated quote" in message or "quote" in message.split("Possible fixes")[0]:
        return FileRefused(
            f"{file.name}{line}: a quotation mark is opened and not closed. The file may be cut off; export it again."
        )
    if "Expected Number of Columns" in message:
        found = re.search(r"Found: (\d+)", message)
        cells = f"{found[1]} cell{'' if found[1] == '1' else 's'}" if found else "another number of cells"
        return FileRefused(
            f"{file.name}{line}: {cells}, expected {len(columns)}. "
            "The file may be cut off, or a cell with a comma lacks quotation marks; export it again."
        )
    return FileRefused(f"{file.name}{line} cannot be read as {file.format.upper()}. Export it again.")


def _required(table: str, definitions: Definitions) -> list[str]:
    return [name for name, rule in definitions.columns.of(table).items() if rule.required]


def _time_hint(times: Sequence[str]) -> list[str]:
    return [f"one of {' / '.join(times)}"] if times else []


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(_shown(column) for column in columns[:12]) + (" ..." if len(columns) > 12 else "")


def _shown(column: str) -> str:
    """A header as it may be shown: a file without a header line has values there, which are not repeated."""
    return column if re.fullmatch(r"[A-Za-z][A-Za-z _]{0,39}(_?\d{1,2})?", column) else f"({len(column)} characters)"
