"""Reads tables of an OMOP export into memory, where they are narrowed to what concerns infusions before Python sees it.

Dates and record numbers stand in a database of this process that never writes to disk (`temp_directory = ''`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

import duckdb

from pipelines.errors import FileRefused
from pipelines.sources.delimited import (
    DELIMITERS,
    broken_text,
    cannot_decode,
    open_quotation_mark,
    read_records,
    record_start_lines,
    wrong_number_of_cells,
)
from pipelines.sources.files import unreadable_parquet
from pipelines.sources.omop.files import CdmFile
from pipelines.sources.omop.tables import IDS
from pipelines.sql.literals import literal

_RECORDS_AT_A_TIME = 50_000
_WHOLE_NUMBER = r"-?\d+"
_WHOLE_NUMBER_WITH_ZEROS = r"^(-?\d+)\.0*$"


class Lines:
    """The line of each record of a file, as the user sees it; rows of Parquet count from 1."""

    def __init__(self, first: int, starts: Sequence[int] | None) -> None:
        self._first, self._starts = first, starts

    def of(self, record: int) -> int:
        """The line of a record, which count from 1."""
        return record - 1 + self._first if self._starts is None else self._starts[record - 1]


class Loader:
    """Gives tables of an export as relations of one in-memory database.

    Args:
        blanks: texts that stand for nothing.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, blanks: Sequence[str]) -> None:
        self._connection = connection
        self._blanks = ", ".join(literal(text) for text in ("", *blanks))

    def create(self, name: str, file: CdmFile, select: str) -> None:
        """Makes a table of what a SELECT gives from the records of a file.

        Args:
            select: reads from `records`, which has a column for every role of the file's table, as trimmed text (null
                where blank, or where the file has no such column), and `record`, which counts from 1.

        Raises:
            FileRefused: the file is damaged.
        """
        with _refusing(file), self._records(file) as records:
            self._connection.execute(f"create table {name} as with records as ({records}) {select}")

    def count(self, file: CdmFile) -> tuple[int, Lines]:
        """How many records a file holds, and where they stand.

        Raises:
            FileRefused: the file is damaged, or holds words in place of concept ids.
        """
        is_word = "false"
        if "concept" in file.table.roles:
            is_word = f"coalesce(not regexp_full_match(concept, {literal(_WHOLE_NUMBER)}), false)"
        with _refusing(file), self._records(file) as records:
            n_records, n_words, first = self._connection.execute(
                f"select count(*), count(*) filter (where {is_word}), min(record) filter (where {is_word}) "
                f"from ({records})"
            ).fetchall()[0]
        if file.seen is None:
            lines = Lines(1, None)
        else:
            is_line_a_record = not file.seen.has_quotes or file.seen.n_lines == n_records + 1
            lines = Lines(2, None if is_line_a_record else record_start_lines(file.file))
        if n_words:
            raise FileRefused(
                f"{file.name}: '{file.columns['concept']}' is no whole number in {n_words:,} "
                f"record{'' if n_words == 1 else 's'} (the first on line {lines.of(first):,}); expected concept ids of "
                "the OMOP vocabulary, 0 where there is none. Export the ids, not the names."
            )
        return n_records, lines

    @contextmanager
    def _records(self, file: CdmFile) -> Iterator[str]:
        cells = ", ".join(f"{self._cell(role, file.columns.get(role))} as {_quoted(role)}" for role in file.table.roles)
        if file.file.format == "parquet":
            relation = f"read_parquet({literal(str(file.file.path))}, file_row_number = true)"
            yield f"select file_row_number + 1 as record, {cells} from {relation}"
            return
        assert file.seen is not None
        numbered = f"select row_number() over () as record, {cells} from "
        if file.seen.encoding == "utf-8":
            types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in file.header)
            yield (
                f"{numbered} read_csv({literal(str(file.file.path))}, auto_detect = false, header = true, "
                f"columns = {{{types}}}, delim = {literal(DELIMITERS[file.file.format])}, quote = '\"', "
                "escape = '\"', nullstr = '', strict_mode = true, encoding = 'utf-8', max_line_size = 1048576)"
            )
            return
        self._load_cp1252(file)
        yield f"{numbered} cp1252_records"
        self._connection.execute("drop table cp1252_records")

    def _cell(self, role: str, column: str | None) -> str:
        if column is None:
            return "null::varchar"
        text = f"nullif(trim(cast({_quoted(column)} as varchar)), '')"
        if role in IDS:
            text = f"regexp_replace({text}, {literal(_WHOLE_NUMBER_WITH_ZEROS)}, '\\1')"
        return f"case when {text} not in ({self._blanks}) then {text} end"

    def _load_cp1252(self, file: CdmFile) -> None:
        """The records of a CP1252 file, which DuckDB does not read; only the columns that are needed."""
        import pandas as pd

        columns = list(file.columns.values())
        places = [file.header.index(column) for column in columns]
        stated = ", ".join(f"{_quoted(column)} varchar" for column in columns)
        self._connection.execute(f"create or replace table cp1252_records ({stated})")
        records = _checked_records(file)
        while batch := list(islice(records, _RECORDS_AT_A_TIME)):
            cells = {column: [record[place] for record in batch] for column, place in zip(columns, places, strict=True)}
            frame = pd.DataFrame(cells, dtype=object)  # noqa: F841  # DuckDB finds it by its name
            self._connection.execute("insert into cp1252_records select columns(*)::varchar from frame")


def _checked_records(file: CdmFile) -> Iterator[list[str]]:
    line = 1
    try:
        for line, cells in read_records(file.file, "cp1252"):
            if len(cells) != len(file.header):
                raise wrong_number_of_cells(file.file, f" line {line}", str(len(cells)), file.header)
            yield cells
    except csv.Error:
        raise open_quotation_mark(file.file, f" after line {line}") from None


@contextmanager
def _refusing(file: CdmFile) -> Iterator[None]:
    """Tells of a damaged file in a message without its content."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if file.file.format == "parquet":
            raise unreadable_parquet(file.name) from None
        raise broken_text(file.file, file.header, str(error)) from None
    except UnicodeDecodeError:
        raise cannot_decode(file.file) from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
