"""CSV and TSV files as text: header, records and where they stand, in UTF-8 or CP1252, packed or not."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from pipelines.errors import FileRefused
from pipelines.sources.encoding import Encoding, EncodingWatch
from pipelines.sources.files import CHUNK, TableFile

_LINE_IN_MESSAGE = re.compile(r"CSV Error on Line: (\d+)")
DELIMITERS = {"csv": ",", "tsv": "\t"}


@dataclass(frozen=True)
class Bytes:
    """What the bytes of a text file tell before it is read.

    Attributes:
        encoding: UTF-8 or CP1252.
        n_lines: lines, the header among them.
        has_quotes: whether a cell may hold a line end.
        has_blanks: whether a cell may begin or end with blanks.
        has_apostrophes: whether there is one anywhere.
    """

    encoding: Encoding
    n_lines: int
    has_quotes: bool
    has_blanks: bool
    has_apostrophes: bool


def read_header(file: TableFile, encoding: Encoding) -> list[str]:
    """The column names of a CSV or TSV file.

    Raises:
        FileRefused: the file is empty or has another delimiter.
    """
    delimiter = DELIMITERS[file.format]
    try:
        with open_text(file, encoding) as text:
            first = next(csv.reader(text, delimiter=delimiter, strict=True), None)
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
    """One fast pass over the file.

    Raises:
        FileRefused: its text is neither UTF-8 nor CP1252.
    """
    n_ends, last = 0, b""
    has_quotes = has_blanks = has_apostrophes = False
    watch = EncodingWatch()
    with open_bytes(file) as stream:
        while chunk := stream.read(CHUNK):
            watch.feed(chunk)
            n_ends += chunk.count(b"\n")
            last = chunk[-1:]
            has_quotes = has_quotes or b'"' in chunk
            has_apostrophes = has_apostrophes or b"'" in chunk
            has_blanks = has_blanks or b" " in chunk or b"\t" in chunk or b"\xc2" in chunk
    if watch.encoding is None:
        raise cannot_decode(file)
    return Bytes(
        watch.encoding, n_ends + (last not in (b"", b"\n")), has_quotes, has_blanks or has_quotes, has_apostrophes
    )


def record_start_lines(file: TableFile) -> list[int]:
    """The line on which each record of a UTF-8 file begins; blank lines between records hold none.

    Raises:
        UnicodeDecodeError: the file is not UTF-8.
        FileRefused: a cell is longer than any cell may be.
    """
    starts = array("q")
    line = 0
    try:
        for line, _ in read_records(file, "utf-8", strict=False):
            starts.append(line)
    except csv.Error:
        raise FileRefused(
            f"{file.name} after line {line:,}: a cell is longer than {csv.field_size_limit():,} characters. "
            "Is a quotation mark not closed? Export it again."
        ) from None
    return starts.tolist()


def read_records(file: TableFile, encoding: Encoding, *, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
    """The records after the header, each with the line on which it begins; blank lines hold none.

    Raises:
        csv.Error: a quotation mark is not closed, or (`strict`) stands inside a cell.
    """
    with open_text(file, encoding) as text:
        reader = csv.reader(text, delimiter=DELIMITERS[file.format], strict=strict)
        next(reader, None)
        previous_end = reader.line_num
        for record in reader:
            if record:
                yield previous_end + 1, record
            previous_end = reader.line_num


def cannot_decode(file: TableFile) -> FileRefused:
    """The refusal of a file whose text is in no encoding that is read."""
    return FileRefused(
        f"{file.name} is neither UTF-8 nor Windows CP1252 text. Save it as 'CSV UTF-8' and import it again."
    )


def broken_text(file: TableFile, columns: Sequence[str], message: str) -> FileRefused:
    """One paragraph for DuckDB's account of a broken file, without the line's content."""
    if "unicode" in message or "utf-8" in message.casefold():
        return cannot_decode(file)
    match = _LINE_IN_MESSAGE.search(message)
    line = f" line {match[1]}" if match else ""
    if "unterminated quote" in message or "quote" in message.split("Possible fixes")[0]:
        return open_quotation_mark(file, line)
    if "Expected Number of Columns" in message:
        found = re.search(r"Found: (\d+)", message)
        return wrong_number_of_cells(file, line, found[1] if found else None, columns)
    return FileRefused(f"{file.name}{line} cannot be read as {file.format.upper()}. Export it again.")


def open_quotation_mark(file: TableFile, where: str) -> FileRefused:
    """The refusal of a file in which a quotation mark is not closed."""
    return FileRefused(
        f"{file.name}{where}: a quotation mark is opened and not closed. The file may be cut off; export it again."
    )


def wrong_number_of_cells(file: TableFile, where: str, found: str | None, columns: Sequence[str]) -> FileRefused:
    """The refusal of a file of which a record has more or fewer cells than its header."""
    cells = f"{found} cell{'' if found == '1' else 's'}" if found else "another number of cells"
    return FileRefused(
        f"{file.name}{where}: {cells}, expected {len(columns)}. "
        "The file may be cut off, or a cell with a comma lacks quotation marks; export it again."
    )


@contextmanager
def open_bytes(file: TableFile) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked.

    Raises:
        FileRefused: it is packed and damaged.
    """
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
def open_text(file: TableFile, encoding: str) -> Iterator[io.TextIOWrapper]:
    """The text of a file, unpacked, without a byte-order mark."""
    with open_bytes(file) as stream:
        yield io.TextIOWrapper(stream, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")
