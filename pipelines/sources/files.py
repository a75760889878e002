"""Files of a canonical import: which file is which table, and whether a file is what its name says."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from pipelines.errors import FileRefused

ENDINGS: dict[str, Literal["csv", "tsv", "parquet"]] = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "tsv",
    ".tsv.gz": "tsv",
    ".parquet": "parquet",
}
DELIMITERS = {"csv": ",", "tsv": "\t"}
_CHUNK = 1 << 20


@dataclass(frozen=True)
class TableFile:
    """A file that holds one table."""

    table: str
    path: Path
    format: Literal["csv", "tsv", "parquet"]

    @property
    def is_packed(self) -> bool:
        """Whether the file is compressed with gzip."""
        return self.name.casefold().endswith(".gz")

    @property
    def name(self) -> str:
        """The file's name, without its folder: what messages show."""
        return self.path.name


@dataclass(frozen=True)
class Bytes:
    """What the bytes of a text file tell before it is read.

    Attributes:
        n_lines: lines, the header among them.
        has_quotes: whether a cell may hold a line end.
        has_blanks: whether a cell may begin or end with blanks.
    """

    n_lines: int
    has_quotes: bool
    has_blanks: bool


def find_table_files(paths: Iterable[Path], tables: Sequence[str]) -> list[TableFile]:
    """Which file holds which table; a folder stands for the files in it.

    Raises:
        FileRefused: a path is missing, a folder holds no table, a name is no table's, or a table comes twice.
    """
    endings = ", ".join(ENDINGS)
    found: dict[str, TableFile] = {}
    for path in paths:
        if _recognise(path, tables) and path.is_dir():
            raise FileRefused(f"{path.name} is a folder, not a file. Give the file itself, or rename the folder.")
        if not path.exists():
            raise FileRefused(f"{path} does not exist. Give a folder, or files named {_names(tables)} ({endings}).")
        candidates = sorted(path.iterdir()) if path.is_dir() else [path]
        recognised = [file for candidate in candidates if (file := _recognise(candidate, tables))]
        if path.is_dir() and not recognised:
            raise FileRefused(
                f"The folder {path.name or path} holds no table. "
                f"Expected in it: files named {_names(tables)} ({endings})."
            )
        if not path.is_dir() and not recognised:
            raise FileRefused(
                f"{path.name} is not named like a table. Name the file {_names(tables)}, ending in {endings}."
            )
        for file in recognised:
            if file.path.is_dir():
                raise FileRefused(f"{file.name} is a folder, not a file. Give the file itself, or rename the folder.")
            if file.table in found and found[file.table].path != file.path:
                raise FileRefused(
                    f"The table '{file.table}' comes twice: {found[file.table].name} and {file.name}. Keep one of them."
                )
            found[file.table] = file
    return [found[table] for table in tables if table in found]


def unread_files(paths: Iterable[Path], tables: Sequence[str]) -> list[str]:
    """Files in the folders given that are not named like a table, by name; hidden ones left out."""
    return sorted(
        file.name
        for path in paths
        if path.is_dir()
        for file in path.iterdir()
        if not file.name.startswith(".") and _recognise(file, tables) is None
    )


def content_hash(files: Iterable[TableFile]) -> str:
    """SHA-256 over the tables' names and bytes; renaming a folder does not change it."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.table}\0{file.format}\0{file.path.stat().st_size}\0".encode())
        try:
            with file.path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise FileRefused(f"{file.name} cannot be opened ({error.strerror}). Check who may read it.") from None
    return digest.hexdigest()


def read_header(file: TableFile) -> list[str]:
    """The column names of a CSV or TSV file.

    Raises:
        FileRefused: the file is empty, is not UTF-8 text, or has another delimiter.
    """
    delimiter = DELIMITERS[file.format]
    try:
        with _open_text(file) as text:
            first = next(csv.reader(text, delimiter=delimiter, strict=True), None)
    except UnicodeDecodeError:
        raise not_utf8(file) from None
    except csv.Error:
        raise FileRefused(
            f"{file.name}: the header line is not closed properly (a quotation mark is open). Export it again."
        ) from None
    if first is not None and not any(cell.strip() for cell in first):
        raise FileRefused(f"{file.name}: line 1 is blank; expected the column names there. Delete the line.")
    if first is None:
        raise FileRefused(f"{file.name} is empty. Expected: a header line with the column names, then one line a row.")
    names = [cell.strip() for cell in first]
    if len(names) == 1:
        for other, word in ((";", "semicolons"), ("\t", "tabs"), (",", "commas"), ("|", "bars")):
            if other != delimiter and other in names[0]:
                expected = "commas" if delimiter == "," else "tabs"
                raise FileRefused(
                    f"{file.name} has {word} between columns; expected {expected}. Export it again with {expected}."
                )
    return names


def look_at_bytes(file: TableFile) -> Bytes:
    """One fast pass over the file."""
    n_ends, last = 0, b""
    has_quotes = has_blanks = False
    with _open_bytes(file) as stream:
        while chunk := stream.read(_CHUNK):
            n_ends += chunk.count(b"\n")
            last = chunk[-1:]
            has_quotes = has_quotes or b'"' in chunk
            has_blanks = has_blanks or b" " in chunk or b"\t" in chunk or b"\xc2" in chunk
    return Bytes(n_ends + (last not in (b"", b"\n")), has_quotes, has_blanks or has_quotes)


def record_start_lines(file: TableFile) -> list[int]:
    """The line on which each record begins; blank lines between records hold none.

    Raises:
        UnicodeDecodeError: the file is not UTF-8.
        FileRefused: a cell is longer than any cell may be.
    """
    starts = array("q")
    previous_end = 0
    with _open_text(file) as text:
        reader = csv.reader(text, delimiter=DELIMITERS[file.format])
        try:
            for record in reader:
                if record:
                    starts.append(previous_end + 1)
                previous_end = reader.line_num
        except csv.Error:
            raise FileRefused(
                f"{file.name} line {previous_end + 1:,}: a cell is longer than {csv.field_size_limit():,} characters. "
                "Is a quotation mark not closed? Export it again."
            ) from None
    return starts[1:].tolist()


def not_utf8(file: TableFile) -> FileRefused:
    """The refusal of a file whose text is not UTF-8."""
    return FileRefused(f"{file.name} is not UTF-8 text. Save it as 'CSV UTF-8' and import it again.")


def _recognise(path: Path, tables: Sequence[str]) -> TableFile | None:
    name = path.name.casefold()
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if name.endswith(ending) and name.removesuffix(ending) in tables:
            return TableFile(name.removesuffix(ending), path, ENDINGS[ending])
    return None


def _names(tables: Sequence[str]) -> str:
    return f"{', '.join(tables[:-1])} or {tables[-1]}"


@contextmanager
def _open_bytes(file: TableFile) -> Iterator[BinaryIO]:
    with file.path.open("rb") as raw:
        if file.is_packed:
            try:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield unpacked  # type: ignore[misc]  # GzipFile is a BinaryIO in all but its stub
            except (EOFError, gzip.BadGzipFile, zlib.error):
                raise FileRefused(
                    f"{file.name} is not a readable gzip file. Compress it again, or give it unpacked."
                ) from None
        else:
            yield raw


@contextmanager
def _open_text(file: TableFile) -> Iterator[io.TextIOWrapper]:
    with _open_bytes(file) as stream:
        yield io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
