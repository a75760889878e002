"""Files of a canonical import: which file is which table, and whether a file is what its name says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipelines.errors import FileRefused, nearest_name
from pipelines.sources.spreadsheet import (
    OTHER_SPREADSHEET_ENDINGS,
    WORKBOOK_ENDINGS,
    open_workbook,
    refuse_other_spreadsheet,
)

Format = Literal["csv", "tsv", "parquet", "xlsx"]

ENDINGS: dict[str, Format] = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "tsv",
    ".tsv.gz": "tsv",
    ".parquet": "parquet",
    **dict.fromkeys(WORKBOOK_ENDINGS, "xlsx"),
}
LOCK_FILE = "~$"
"""How the names of the files begin that Excel keeps beside a workbook while it is open."""
CHUNK = 1 << 20


@dataclass(frozen=True)
class TableFile:
    """A file that holds one table, or the sheet of a workbook that does."""

    table: str
    path: Path
    format: Format
    sheet: str | None = None

    @property
    def is_packed(self) -> bool:
        """Whether the file is compressed with gzip."""
        return self.path.name.casefold().endswith(".gz")

    @property
    def name(self) -> str:
        """The file's name, without its folder, and the sheet if it is one of several: what messages show."""
        return self.path.name if self.sheet is None else f"{self.path.name} sheet {self.table}"


def find_table_files(paths: Iterable[Path], tables: Sequence[str]) -> list[TableFile]:
    """Which file holds which table; a folder stands for the files in it, a workbook for its sheets.

    Raises:
        FileRefused: a path is missing, a folder or workbook holds no table, a name is no table's, or a table
            comes twice.
    """
    endings = ", ".join(ENDINGS)
    found: dict[str, TableFile] = {}
    for path in paths:
        if path.is_dir() and _table_named(path, tables):
            raise FileRefused(f"{path.name} is a folder, not a file. Give the file itself, or rename the folder.")
        if not path.exists():
            raise FileRefused(f"{path} does not exist. Give a folder, or files named {_names(tables)} ({endings}).")
        candidates = sorted(path.iterdir()) if path.is_dir() else [path]
        recognised = [file for candidate in candidates for file in _recognised(candidate, tables)]
        if path.is_dir() and not recognised:
            raise FileRefused(
                f"The folder {path.name or path} holds no table. "
                f"Expected in it: files named {_names(tables)} ({endings})."
            )
        if not path.is_dir() and not recognised:
            raise _not_named_like_a_table(path, tables)
        for file in recognised:
            if file.path.is_dir():
                raise FileRefused(f"{file.name} is a folder, not a file. Give the file itself, or rename the folder.")
            if file.table in found and found[file.table] != file:
                raise FileRefused(
                    f"The table '{file.table}' comes twice: {found[file.table].name} and {file.name}. Keep one of them."
                )
            found[file.table] = file
    return [found[table] for table in tables if table in found]


def unread_files(paths: Iterable[Path], files: Sequence[TableFile]) -> list[str]:
    """What the paths hold beside the tables found: files by name, hidden ones left out, and sheets by number."""
    read = {file.path for file in files}
    unread = [
        file.name
        for path in paths
        if path.is_dir()
        for file in path.iterdir()
        if not is_hidden(file) and file not in read
    ]
    for path in {file.path for file in files if file.format == "xlsx"}:
        with open_workbook(path) as workbook:
            n_other = len(workbook.titles) - sum(file.path == path for file in files)
        if n_other:
            unread.append(f"{n_other} sheet{'' if n_other == 1 else 's'} of {path.name}")
    return sorted(unread)


def content_hash(files: Sequence[TableFile]) -> str:
    """SHA-256 over the tables' names and bytes; renaming a folder does not change it."""
    parts = (f"{file.table}\0{file.format}\0{file.path.stat().st_size}" for file in files)
    return export_hash(parts, dict.fromkeys(file.path for file in files))


def export_hash(parts: Iterable[object], paths: Iterable[Path]) -> str:
    """SHA-256 over all that decides what an export gives: what is stated beside its files, and the files' bytes.

    Args:
        parts: what is stated, such as a mapping; each by its text.

    Raises:
        FileRefused: a file cannot be opened.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part}\0".encode())
    digest.update(hash_files(paths).encode())
    return digest.hexdigest()


def hash_files(paths: Iterable[Path]) -> str:
    """SHA-256 over the bytes of files, one after the other.

    Raises:
        FileRefused: one cannot be opened.
    """
    digest = hashlib.sha256()
    for path in paths:
        try:
            digest.update(f"{path.stat().st_size}\0".encode())
            with path.open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise FileRefused(f"{path.name} cannot be opened ({error.strerror}). Check who may read it.") from None
    return digest.hexdigest()


def unreadable_parquet(name: str) -> FileRefused:
    """The refusal of a Parquet file that DuckDB cannot read."""
    return FileRefused(f"{name} is not a readable Parquet file (empty, truncated or another format). Export it again.")


def is_hidden(path: Path) -> bool:
    """Hidden files, and the ones that Excel keeps while a workbook is open."""
    return path.name.startswith((".", LOCK_FILE))


def _recognised(path: Path, tables: Sequence[str]) -> list[TableFile]:
    """The tables that a file holds by its name, or by the names of its sheets."""
    table = _table_named(path, tables)
    if path.name.casefold().endswith(WORKBOOK_ENDINGS) and path.is_file() and not is_hidden(path):
        with open_workbook(path) as workbook:
            sheets = [(title.strip().casefold(), title) for title in workbook.titles]
        if table is not None and len(sheets) == 1:
            return [TableFile(table, path, "xlsx", sheets[0][1])]
        return [TableFile(name, path, "xlsx", title) for name, title in sheets if name in tables]
    if path.name.casefold().endswith(OTHER_SPREADSHEET_ENDINGS) and table is not None:
        refuse_other_spreadsheet(path)
    return [TableFile(table, path, ENDINGS[_ending(path)])] if table is not None else []


def _table_named(path: Path, tables: Sequence[str]) -> str | None:
    ending = _ending(path)
    name = path.name.casefold().removesuffix(ending)
    return name if ending and name in tables else None


def _ending(path: Path) -> str:
    """The ending by which the format is known, or nothing."""
    name = path.name.casefold()
    return next((ending for ending in (*ENDINGS, *OTHER_SPREADSHEET_ENDINGS) if name.endswith(ending)), "")


def _not_named_like_a_table(path: Path, tables: Sequence[str]) -> FileRefused:
    refuse_other_spreadsheet(path)
    if path.name.casefold().endswith(WORKBOOK_ENDINGS):
        with open_workbook(path) as workbook:
            titles = workbook.titles
        nearest = next((f"The nearest is '{near}'. " for name in tables if (near := nearest_name(name, titles))), "")
        return FileRefused(
            f"{path.name} has no sheet named {_names(tables)}. {nearest}Rename the sheets, or import the workbook with "
            "--source table and a mapping (--suggest-mapping writes a draft)."
        )
    return FileRefused(
        f"{path.name} is not named like a table. Name the file {_names(tables)}, ending in {', '.join(ENDINGS)}."
    )


def _names(tables: Sequence[str]) -> str:
    return f"{', '.join(tables[:-1])} or {tables[-1]}"
