"""The crosswalk: which pseudonym stands for which record number. The clinic keeps it; the store never holds it.

A CSV file with the columns `record_number` and `pseudonym`, readable by its owner alone (0600). Pseudonyms are
random, so that nothing about a patient can be worked out from one; the file is the only way back, and the only
way for a later export to meet the same patients again. It is held for one import at a time, and written whole
or not at all.
"""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.durable import make_durable
from pipelines.errors import CrosswalkBusy, CrosswalkUnfit

_HEADER = ["record_number", "pseudonym"]
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PSEUDONYM = re.compile(rf"P[{_LETTERS}]{{12}}")


class Crosswalk:
    """Pseudonyms by record number; new ones are drawn when asked for and kept by `keep`.

    Attributes:
        path: the file.
    """

    def __init__(self, path: Path, pseudonyms: dict[str, str], is_new: bool) -> None:
        self.path = path
        self._pseudonyms = pseudonyms
        self._taken = set(pseudonyms.values())
        self._is_new = is_new
        self._n_kept = len(pseudonyms)

    @property
    def record_numbers(self) -> Collection[str]:
        """Every record number known, those of this import among them."""
        return self._pseudonyms.keys()

    def pseudonym(self, record_number: str) -> str:
        """The pseudonym of a patient, drawn at random if the patient is new."""
        known = self._pseudonyms.get(record_number)
        if known is not None:
            return known
        while True:
            drawn = "P" + "".join(secrets.choice(_LETTERS) for _ in range(12))
            if drawn not in self._taken:
                self._taken.add(drawn)
                self._pseudonyms[record_number] = drawn
                return drawn

    def refuse_strangers(self, patients: Collection[str], source: str) -> None:
        """Refuses a crosswalk that does not know the patients that the store holds of the source.

        Args:
            patients: their pseudonyms.

        Raises:
            CrosswalkUnfit: with how many it does not know; the same patients would be taken for new ones.
        """
        n_unknown = len(set(patients) - self._taken)
        if not n_unknown:
            return
        found = "does not exist" if self._is_new else "is not the one that made them"
        raise CrosswalkUnfit(
            f"The store holds {len(set(patients)):,} patients of {source}, and the crosswalk {self.path} {found} "
            f"({n_unknown:,} of them it does not know). With it they would be counted a second time. Give the "
            "crosswalk of the earlier imports (restore it from a backup), or tell the sources apart with --name."
        )

    def keep(self) -> None:
        """Writes the file, whole or not at all, if there is anything new.

        Raises:
            CrosswalkUnfit: it cannot be written.
        """
        if len(self._pseudonyms) == self._n_kept and not self._is_new:
            return
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([_HEADER, *self._pseudonyms.items()])
        draft = self.path.with_name(f".{self.path.name}.unfinished")
        try:
            draft.unlink(missing_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                stream.write(text.getvalue())
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self.path)
            make_durable(self.path.parent)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise _unwritable(self.path, error) from None
        self._n_kept, self._is_new = len(self._pseudonyms), False


@contextmanager
def held_crosswalk(
    why: str | None, path: Path | None, store_folder: Path, patients: Callable[[], Collection[str]], source: str
) -> Iterator[Crosswalk | None]:
    """The crosswalk of an import, held against other imports; None for an import that needs none.

    Args:
        why: why the import needs one, as the beginning of a sentence; None if it does not.
        patients: gives the pseudonyms that the store holds of the source.
        source: kind and name of it, for messages.

    Raises:
        CrosswalkUnfit: none was named, or the one that was is unfit or another clinic's.
        CrosswalkBusy: another import holds it.
    """
    if why is None:
        yield None
        return
    if path is None:
        raise CrosswalkUnfit(
            f"{why}: say with --crosswalk FILE where to keep which is whose. The file is made if it does not exist; "
            "keep it outside the store, and back it up."
        )
    with open_crosswalk(path, store_folder) as crosswalk:
        crosswalk.refuse_strangers(patients(), source)
        yield crosswalk


@contextmanager
def open_crosswalk(path: Path, store_folder: Path) -> Iterator[Crosswalk]:
    """Reads a crosswalk and holds it against other imports; one that does not exist yet is begun.

    Args:
        store_folder: where a crosswalk must not stand.

    Raises:
        CrosswalkUnfit: it stands inside the store, is no crosswalk, or can be neither read nor written.
        CrosswalkBusy: another import holds it.
    """
    if path.resolve().is_relative_to(store_folder.resolve()):
        raise CrosswalkUnfit(
            f"The crosswalk {path} would stand inside the store, which must not hold the way back to the patients. "
            "Keep it in a folder of its own."
        )
    if path.is_dir():
        raise CrosswalkUnfit(f"{path} is a folder. Give the name of a file for the crosswalk.")
    if not path.parent.is_dir():
        raise CrosswalkUnfit(f"The folder of the crosswalk {path} does not exist. Make it, or give another one.")
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise CrosswalkBusy(
            f"Another import holds the crosswalk {path}. Wait until it has finished and run this again."
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        yield _read(path)
    finally:
        lock.release()
        if not path.exists():
            Path(lock.lock_file).unlink(missing_ok=True)


def _read(path: Path) -> Crosswalk:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Crosswalk(path, {}, is_new=True)
    except OSError as error:
        raise CrosswalkUnfit(
            f"The crosswalk {path} cannot be read ({error.strerror}). Check who may read it."
        ) from None
    except UnicodeDecodeError:
        raise _no_crosswalk(path, "it is not UTF-8 text") from None
    if not os.access(path, os.W_OK):
        raise CrosswalkUnfit(f"The crosswalk {path} cannot be written. Check who may write it.")
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        raise _no_crosswalk(path, "a quotation mark is open") from None
    if not rows or rows[0] != _HEADER:
        raise _no_crosswalk(path, f"line 1 is not `{','.join(_HEADER)}`")
    pseudonyms: dict[str, str] = {}
    for place, row in enumerate(rows[1:], start=2):
        if len(row) != 2 or not row[0] or not _PSEUDONYM.fullmatch(row[1]):
            raise _no_crosswalk(path, f"entry {place - 1:,} is not a record number and a pseudonym")
        if row[0] in pseudonyms:
            raise _no_crosswalk(path, f"the record number of entry {place - 1:,} comes twice")
        pseudonyms[row[0]] = row[1]
    if len(set(pseudonyms.values())) < len(pseudonyms):
        raise _no_crosswalk(path, "a pseudonym comes twice")
    return Crosswalk(path, pseudonyms, is_new=False)


def _no_crosswalk(path: Path, found: str) -> CrosswalkUnfit:
    return CrosswalkUnfit(
        f"{path} is not a crosswalk as an import writes it: {found}. "
        "Restore it from a backup; never edit it in a spreadsheet program."
    )


def _unwritable(path: Path, error: OSError) -> CrosswalkUnfit:
    return CrosswalkUnfit(
        f"The crosswalk {path} cannot be written ({error.strerror}). Nothing was imported. "
        "Check the folder, or give another file with --crosswalk."
    )
