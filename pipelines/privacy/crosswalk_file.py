"""The file of a crosswalk: read with care, written whole or not at all.

A CSV file with the columns `kind` (`patient` or `site`), `known_as` (the record number, or the site's name) and
`pseudonym`, for its owner alone (0600). A file with the two columns `record_number` and `pseudonym`, as written before
sites had codes, is read, and written anew with all three.
"""

from __future__ import annotations

import csv
import io
import os
import shlex
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.durable import make_durable
from pipelines.errors import CrosswalkUnfit
from pipelines.privacy.pseudonyms import Kind, is_pseudonym

Known = Mapping[Kind, dict[str, str]]
"""By kind, what stands for whom: record numbers with their pseudonyms, names of sites with their codes."""

_HEADER = ["kind", "known_as", "pseudonym"]
_HEADER_OF_PATIENTS = ["record_number", "pseudonym"]
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_crosswalk(path: Path) -> Known | None:
    """What stands for whom; None if the file does not exist.

    Raises:
        CrosswalkUnfit: it is no crosswalk, is open to others than its owner, or can be neither read nor written.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CrosswalkUnfit(
            f"The crosswalk {path} cannot be read ({error.strerror}). Check who may read it."
        ) from None
    except UnicodeDecodeError:
        raise _no_crosswalk(path, "it is not UTF-8 text") from None
    _check_permissions(path, mode)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        raise _no_crosswalk(path, "a quotation mark is open") from None
    if not rows or rows[0] not in (_HEADER, _HEADER_OF_PATIENTS):
        raise _no_crosswalk(path, f"line 1 is not `{','.join(_HEADER)}`")
    entries = rows[1:] if rows[0] == _HEADER else [["patient", *row] for row in rows[1:]]
    return _known(path, entries)


def write_crosswalk(path: Path, known: Known) -> None:
    """Writes the file, whole or not at all.

    Raises:
        CrosswalkUnfit: it cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows((kind, *entry) for kind, of_kind in known.items() for entry in of_kind.items())
    file = path.resolve()
    draft = _draft_of(file)
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text.getvalue())
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
        make_durable(file.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise unwritable(path, error) from None


def remove_unfinished(file: Path) -> None:
    """Removes what a killed import left, which holds record numbers too."""
    _draft_of(file).unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> CrosswalkUnfit:
    """What to say where the file system lets nothing be written."""
    return CrosswalkUnfit(
        f"The crosswalk {path} cannot be written ({error.strerror}). Nothing was imported. "
        "Check the folder, or give another file with --crosswalk."
    )


def _draft_of(file: Path) -> Path:
    return file.with_name(f".{file.name}.unfinished")


def _known(path: Path, entries: Iterable[list[str]]) -> Known:
    known: dict[Kind, dict[str, str]] = {"patient": {}, "site": {}}
    for place, entry in enumerate(entries, start=1):
        kind: Kind = "patient" if entry[0] == "patient" else "site"
        if len(entry) != 3 or entry[0] != kind or not entry[1] or not is_pseudonym(entry[2], kind):
            raise _no_crosswalk(path, f"entry {place:,} is neither a patient nor a site with a pseudonym")
        _, known_as, pseudonym = entry
        if known_as in known[kind]:
            raise _no_crosswalk(path, f"the {kind} of entry {place:,} comes twice")
        known[kind][known_as] = pseudonym
    if any(len(set(of_kind.values())) < len(of_kind) for of_kind in known.values()):
        raise _no_crosswalk(path, "a pseudonym comes twice")
    return known


def _check_permissions(path: Path, mode: int) -> None:
    """Whether the file is its owner's alone, who may write it.

    It is not mended in silence: whoever could read it until now may have, and its owner has to know.
    """
    if os.name == "posix" and mode & _OF_OTHERS:
        raise CrosswalkUnfit(
            f"The crosswalk {path} is open to others than its owner, and it is the way back to the patients. "
            f"Make it yours alone, and consider who could have read it: chmod 600 {shlex.quote(str(path))}"
        )
    if not mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise CrosswalkUnfit(
            f"The crosswalk {path} is read-only, so that nobody new could be entered. Check who may write it."
        )


def _no_crosswalk(path: Path, found: str) -> CrosswalkUnfit:
    return CrosswalkUnfit(
        f"{path} is not a crosswalk as an import writes it: {found}. "
        "Restore it from a backup; never edit it in a spreadsheet program."
    )
