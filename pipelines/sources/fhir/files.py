"""Files of a FHIR export: NDJSON line by line, bundles whole and up to a size; each resource with its place."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from pipelines.errors import FileRefused
from pipelines.sources.fhir.shapes import objects
from pipelines.sources.files import is_hidden

ENDINGS = (".json", ".json.gz", ".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
WHY_UNREAD = f"the name does not end in {', '.join(ENDINGS)}"
MEGABYTE = 1_000_000

_PLAIN_NAME = re.compile(
    r"(?:[A-Z][a-z]+){1,3}(?:[._-]?\d{1,6})?(?:\.part\d+)?|(?:bundle|export|output|part|page)s?[._-]?\d{0,6}"
)
_ENDINGS_OF_LINES = tuple(ending for ending in ENDINGS if not ending.startswith(".json.") and ending != ".json")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_AGAIN = "Export it again."

Resource = dict[str, Any]


@dataclass(frozen=True)
class ExportFile:
    """One file of an export.

    Attributes:
        label: what is kept of its name: the name if it says no more than a resource's type and a number, else the
            file's place among the files by name. Programs that write one file a patient name it after the patient.
    """

    path: Path
    label: str


@dataclass(frozen=True)
class Placed:
    """A resource and where it stands.

    Attributes:
        number: the line of an NDJSON file; the entry of a bundle; 1 for a resource by itself.
        urls: in a bundle, how its entries are called (`fullUrl`), and the type and id that each stands for.
    """

    number: int
    content: Resource
    urls: dict[str, str]


class Reader:
    """Reads the resources of files, and learns what bundles say of themselves.

    Args:
        largest_bundle_megabytes: a larger bundle is refused, because all of it has to be in memory at once.

    Attributes:
        pages, next_pages: addresses of the pages that were read, and of those that follow them.
    """

    def __init__(self, largest_bundle_megabytes: int) -> None:
        self._largest = largest_bundle_megabytes * MEGABYTE
        self.pages: set[str] = set()
        self.next_pages: set[str] = set()

    def resources(self, file: ExportFile) -> Iterator[Placed]:
        """The resources of a file, in their order; of bundles, those in them.

        Raises:
            FileRefused: the file is cut off, too large, not JSON, or holds something else than FHIR.
        """
        name = file.path.name
        try:
            with _opened(file.path) as stream:
                first = stream.readline(self._largest + 1).removeprefix(_BYTE_ORDER_MARK)
                if not first.strip():
                    first = _first_filled(stream)
                if name.casefold().endswith(_ENDINGS_OF_LINES) or _is_whole(first):
                    yield from self._of_lines(name, first, stream)
                else:
                    yield from self._of_document(name, first + stream.read(max(self._largest + 1 - len(first), 0)))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise FileRefused(f"{name} is cut off or damaged (gzip). {_AGAIN}") from None
        except OSError as error:
            raise FileRefused(f"{name} cannot be opened ({error.strerror}). Check who may read it.") from None

    def _of_lines(self, name: str, first: bytes, stream: IO[bytes]) -> Iterator[Placed]:
        number, line = 1, first
        loads = orjson.loads
        while line:
            if not line.isspace():
                try:
                    content = loads(line)
                except orjson.JSONDecodeError:
                    raise _not_json_line(name, number, is_last=not line.endswith(b"\n")) from None
                if content.__class__ is not dict or "resourceType" not in content:
                    raise FileRefused(
                        f"{name} line {number:,}: no FHIR resource (it has no resourceType). "
                        "Give the files of a FHIR export."
                    )
                if content["resourceType"] == "Bundle":
                    yield from self._of_bundle(content)
                else:
                    yield Placed(number, content, _NO_URLS)
            line = stream.readline()
            number += 1

    def _of_document(self, name: str, text: bytes) -> Iterator[Placed]:
        if len(text) > self._largest:
            raise FileRefused(
                f"{name} is a bundle of more than {self._largest // MEGABYTE:,} MB, and all of a bundle has to be in "
                "memory at once. Use the server's bulk export ($export), whose NDJSON files may be of any size, or "
                "split the bundle."
            )
        if not text.strip():
            raise FileRefused(f"{name} is empty. {_AGAIN}")
        try:
            content = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise _not_json(name, text) from None
        del text
        if not isinstance(content, dict) or "resourceType" not in content:
            raise FileRefused(
                f"{name} is JSON and no FHIR resource (it has no resourceType). Give the files of a FHIR export."
            )
        if content["resourceType"] == "Bundle":
            yield from self._of_bundle(content)
        else:
            yield Placed(1, content, _NO_URLS)

    def _of_bundle(self, bundle: Resource) -> Iterator[Placed]:
        for link in objects(bundle.get("link")):
            relation, url = link.get("relation"), link.get("url")
            if isinstance(url, str) and relation in ("self", "next"):
                (self.pages if relation == "self" else self.next_pages).add(url)
        entries = objects(bundle.get("entry"))
        urls: dict[str, str] = {}
        for entry in entries:
            content, url = entry.get("resource"), entry.get("fullUrl")
            if isinstance(content, dict) and isinstance(url, str):
                content.setdefault("id", url.rpartition(":" if url.startswith("urn:") else "/")[2])
                urls[url] = f"{content.get('resourceType')}/{content['id']}"
        for number, entry in enumerate(entries, start=1):
            content = entry.get("resource")
            if isinstance(content, dict):
                if content.get("resourceType") == "Bundle":
                    yield from self._of_bundle(content)
                else:
                    yield Placed(number, content, urls)


_NO_URLS: dict[str, str] = {}


def find_files(paths: Sequence[Path]) -> tuple[list[ExportFile], list[Path]]:
    """The files of an export by name, and those beside them that are not read; folders stand for the files in them.

    Raises:
        FileRefused: a path is missing, or holds no file of a FHIR export.
    """
    found: list[Path] = []
    unread: list[Path] = []
    for path in paths:
        if not path.exists():
            raise FileRefused(f"{path} does not exist. Give the files of a FHIR export, or their folder.")
        inside = [file for file in sorted(path.iterdir()) if not is_hidden(file)] if path.is_dir() else [path]
        own = [file for file in inside if file.is_file() and file.name.casefold().endswith(ENDINGS)]
        if not own:
            where = f"The folder {path.name or path} holds no file" if path.is_dir() else f"{path.name} is no file"
            raise FileRefused(f"{where} of a FHIR export. Their names end in {', '.join(ENDINGS)}.")
        found += own
        unread += [file for file in inside if file not in own]
    unique = sorted(dict.fromkeys(found), key=lambda path: path.name)
    labels = [
        path.name if _PLAIN_NAME.fullmatch(path.name.partition(".json")[0].partition(".ndjson")[0]) else f"file {place}"
        for place, path in enumerate(unique, start=1)
    ]
    twice = {label for label in labels if labels.count(label) > 1}
    return [
        ExportFile(path, f"file {place}" if label in twice else label)
        for place, (path, label) in enumerate(zip(unique, labels, strict=True), start=1)
    ], unread


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.name.casefold().endswith(".gz") else path.open("rb")  # type: ignore[return-value]  # by its stub


def _first_filled(stream: IO[bytes]) -> bytes:
    while line := stream.readline():
        if line.strip():
            return line
    return b""


def _is_whole(line: bytes) -> bool:
    """Whether a line is a resource by itself, so that the file is NDJSON whatever its name; others are one JSON text.

    A file of one line is both.
    """
    if not line.endswith(b"}\n"):
        return False
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _not_json_line(name: str, number: int, *, is_last: bool) -> FileRefused:
    if is_last:
        return FileRefused(f"{name} is cut off: its last line, {number:,}, is not a whole resource. {_AGAIN}")
    return FileRefused(f"{name} line {number:,} is not JSON. {_AGAIN}")


def _not_json(name: str, text: bytes) -> FileRefused:
    start = text.lstrip().removeprefix(_BYTE_ORDER_MARK)[:1]
    if start == b"<":
        return FileRefused(f"{name} is XML. Export FHIR as JSON.")
    if start == b"{":
        return FileRefused(f"{name} is cut off or is not JSON. {_AGAIN}")
    return FileRefused(f"{name} is not JSON. Give the files of a FHIR export.")
