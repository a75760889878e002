"""The tables of an OMOP export: which file holds which, and where in it the columns stand that are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipelines.errors import FileRefused, nearest_name
from pipelines.sources.delimited import Bytes, look_at_bytes, open_text, read_header
from pipelines.sources.files import TableFile, find_table_files, unread_files, unreadable_parquet
from pipelines.sources.omop.tables import INFUSIONS, PERSON, SCORES, TABLES, CdmTable
from pipelines.sql.literals import literal


@dataclass(frozen=True)
class CdmFile:
    """A file with a table of the model.

    Attributes:
        header: its column names, as they stand there.
        columns: for each role the column that plays it.
        seen: what its bytes tell, of a text file.
    """

    table: CdmTable
    file: TableFile
    header: tuple[str, ...]
    columns: Mapping[str, str]
    seen: Bytes | None = None

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.file.name


def find_cdm(paths: Sequence[Path]) -> tuple[dict[str, CdmFile], tuple[str, ...]]:
    """The tables that are read, by name, and the names of files that are not.

    Raises:
        FileRefused: a path is missing; there is no table of persons or none of infusions; a file is damaged, empty or
            lacks a column that the model requires.
    """
    for path in paths:
        _refuse_parts(path)
    files = [_with_delimiter(file) for file in find_table_files(paths, list(TABLES))]
    unread = tuple(unread_files(paths, files))
    names = [file.table for file in files]
    where = ", ".join(path.name or str(path) for path in paths)
    _refuse_without(where, [PERSON], names, unread, "a person's sex and year of birth stand")
    _refuse_without(where, INFUSIONS, names, unread, "the infusions stand, with which courses begin,")
    _refuse_without(where, SCORES, names, unread, "the scores stand")
    return {file.table: _opened(file) for file in files}, unread


def _refuse_parts(path: Path) -> None:
    """Refuses a table that is a folder of parts, as programs for large data write it."""
    for folder in sorted(path.iterdir()) if path.is_dir() else ():
        if folder.is_dir() and folder.name.casefold().partition(".")[0] in TABLES:
            raise FileRefused(
                f"{folder.name} is a folder: a table in several parts is not read. Write it as one file, such as "
                f"{folder.name.partition('.')[0]}.parquet."
            )


def _refuse_without(
    where: str, tables: Sequence[CdmTable], found: Iterable[str], unread: Iterable[str], why: str
) -> None:
    if any(table.name in found for table in tables):
        return
    stems = {name.partition(".")[0]: name for name in unread}
    near = next((stems[stem] for table in tables if (stem := nearest_name(table.name, stems))), None)
    hint = f" Is it {near}? Rename it." if near else ""
    names = " and no ".join(table.name for table in tables)
    raise FileRefused(f"{where} holds no {names}, in which {why} in OMOP.{hint}")


def _with_delimiter(file: TableFile) -> TableFile:
    """A text file by the delimiter of its header: vocabularies come as .csv with tabs.

    Raises:
        FileRefused: the file is a workbook.
    """
    if file.format == "xlsx":
        raise FileRefused(f"{file.path.name}: tables of OMOP are read as CSV or Parquet. Export it as one of them.")
    if file.format == "parquet":
        return file
    with open_text(file, "cp1252") as text:
        first = text.readline()
    return replace(file, format="tsv" if "\t" in first and "," not in first.partition("\t")[0] else "csv")


def _opened(file: TableFile) -> CdmFile:
    seen = None
    if file.format == "parquet":
        header = _parquet_columns(file)
    else:
        seen = look_at_bytes(file)
        header = read_header(file, seen.encoding)
    table = TABLES[file.table]
    known = {name.casefold(): name for name in header}
    if len(known) < len(header):
        raise FileRefused(f"{file.name}: two columns have the same name but for capitals. Export it again.")
    columns = {role: known[name] for role, name in table.roles.items() if name in known}
    missing = [name for role, name in table.required.items() if role not in columns]
    if missing:
        near = nearest_name(missing[0], [name for name in header if name not in columns.values()])
        hint = f" The nearest is '{near}'." if near else ""
        raise FileRefused(
            f"{file.name} has no column '{missing[0]}', which every {table.name} of the OMOP common data model has."
            f"{hint} Export it again, or rename the column."
        )
    return CdmFile(table, file, tuple(header), columns, seen)


def _parquet_columns(file: TableFile) -> list[str]:
    try:
        with duckdb.connect() as connection:
            found = connection.execute(f"describe from read_parquet({literal(str(file.path))})").fetchall()
    except duckdb.Error:
        raise unreadable_parquet(file.name) from None
    return [str(row[0]) for row in found]
