"""The crosswalk: which pseudonym stands for which patient, and which code for which site. The clinic keeps it.

A CSV file with the columns `kind` (`patient` or `site`), `known_as` (the record number, or the site's name) and
`pseudonym`, for its owner alone (0600), never inside the store. What stands for a patient or a site is random, so
that nothing can be worked out from it; the file is the only way back, and the only way for a later export to meet
the same patients and sites again. It is held for one import at a time, and written whole or not at all. A file with
the two columns `record_number` and `pseudonym`, as written before sites had codes, is read, and written anew with all
three.
"""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
import shlex
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from pipelines.durable import make_durable
from pipelines.errors import CrosswalkBusy, CrosswalkUnfit

Kind = Literal["patient", "site"]

_HEADER = ["kind", "known_as", "pseudonym"]
_HEADER_OF_PATIENTS = ["record_number", "pseudonym"]
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BEGINS: Mapping[str, str] = {"patient": "P", "site": "S"}
_LENGTHS: Mapping[str, int] = {"patient": 12, "site": 4}
_PSEUDONYMS = {kind: re.compile(rf"{begin}[{_LETTERS}]{{{_LENGTHS[kind]}}}") for kind, begin in _BEGINS.items()}
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Crosswalk:
    """Pseudonyms of patients and codes of sites; new ones are drawn when asked for and kept by `keep`.

    Attributes:
        path: the file, as the user named it.
    """

    def __init__(self, path: Path, known: Mapping[Kind, dict[str, str]], is_new: bool) -> None:
        self.path = path
        self._known = known
        self._taken = {pseudonym for of_kind in known.values() for pseudonym in of_kind.values()}
        self._is_new = is_new
        self._n_kept = self._n_known()
        self._n_patients_before = len(known["patient"])

    @property
    def n_new_patients(self) -> int:
        """How many patients got their pseudonym since the file was read."""
        return len(self._known["patient"]) - self._n_patients_before

    @property
    def record_numbers(self) -> Collection[str]:
        """Every record number known, those of this import among them."""
        return self._known["patient"].keys()

    def pseudonym(self, record_number: str) -> str:
        """The pseudonym of a patient, drawn at random if the patient is new."""
        return self._drawn("patient", record_number)

    def site_code(self, site: str) -> str:
        """The code of a site, drawn at random if the site is new."""
        return self._drawn("site", site)

    def unknown_sites(self, codes: Iterable[str]) -> set[str]:
        """Those of the codes that stand for no site known here."""
        return set(codes) - set(self._known["site"].values())

    def avoid(self, codes: Iterable[str]) -> None:
        """Lets no new patient or site have one of these, which stand for others elsewhere."""
        self._taken |= set(codes)

    def refuse_strangers(self, patients: Collection[str], source: str) -> None:
        """Refuses a crosswalk that does not know the patients that the store holds of the source.

        Args:
            patients: their pseudonyms.

        Raises:
            CrosswalkUnfit: with how many it does not know; the same patients would be taken for new ones.
        """
        self._refuse_unknown("patient", patients, source)

    def refuse_strange_sites(self, codes: Collection[str], source: str) -> None:
        """Refuses a crosswalk that does not know the sites that the store holds of the source.

        Args:
            codes: the sites as the store holds them.

        Raises:
            CrosswalkUnfit: with how many it does not know; the same sites would get other codes.
        """
        self._refuse_unknown("site", codes, source)

    def keep(self) -> None:
        """Writes the file, whole or not at all, if there is anything new.

        Raises:
            CrosswalkUnfit: it cannot be written.
        """
        if self._n_known() == self._n_kept:
            return
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows((kind, *entry) for kind, of_kind in self._known.items() for entry in of_kind.items())
        file = self.path.resolve()
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
            raise _unwritable(self.path, error) from None
        self._n_kept, self._is_new = self._n_known(), False

    def _drawn(self, kind: Kind, known_as: str) -> str:
        known = self._known[kind].get(known_as)
        if known is not None:
            return known
        while True:
            drawn = _BEGINS[kind] + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTHS[kind]))
            if drawn not in self._taken:
                self._taken.add(drawn)
                self._known[kind][known_as] = drawn
                return drawn

    def _refuse_unknown(self, kind: Kind, held: Collection[str], source: str) -> None:
        n_held = len(set(held))
        n_unknown = len(set(held) - set(self._known[kind].values()))
        if not n_unknown:
            return
        held_here = f"{n_held:,} {kind}{'' if n_held == 1 else 's'}"
        found = "does not exist" if self._is_new else "is not the one that made them"
        raise CrosswalkUnfit(
            f"The store holds {held_here} of {source}, and the crosswalk {self.path} {found} "
            f"({n_unknown:,} of them it does not know). With it they would be counted a second time. Give the "
            "crosswalk of the earlier imports (restore it from a backup), or tell the sources apart with --name."
        )

    def _n_known(self) -> int:
        return sum(len(of_kind) for of_kind in self._known.values())


@contextmanager
def held_crosswalk(
    why: str | None,
    path: Path | None,
    store_folder: Path,
    patients: Callable[[], Collection[str]],
    source: str,
    sites: Callable[[], Collection[str]] | None = None,
) -> Iterator[Crosswalk | None]:
    """The crosswalk of an import, held against other imports; None for an import that needs none.

    Args:
        why: why the record numbers of the import need one, as the beginning of a sentence; None if they do not.
        patients: gives the pseudonyms that the store holds of the source.
        source: kind and name of it, for messages.
        sites: gives the codes of sites that the store holds of the source; None where sites keep their names.

    Raises:
        CrosswalkUnfit: none was named, or the one that was is unfit or another clinic's.
        CrosswalkBusy: another import holds it.
    """
    if path is None and why is not None:
        raise no_crosswalk_named(why, "whose")
    if path is None or (why is None and sites is None):
        yield None
        return
    with open_crosswalk(path, store_folder) as crosswalk:
        if why is not None:
            crosswalk.refuse_strangers(patients(), source)
        if sites is not None:
            crosswalk.refuse_strange_sites(sites(), source)
        yield crosswalk


def no_crosswalk_named(why: str, which: str) -> CrosswalkUnfit:
    """What to say where a crosswalk is needed and none was named.

    Args:
        why: the beginning of a sentence.
        which: what it tells, after "which is".
    """
    return CrosswalkUnfit(
        f"{why}: say with --crosswalk FILE where to keep which is {which}. The file is made if it does not exist; "
        "keep it outside the store, and back it up."
    )


def refuse_inside_store(path: Path, store_folder: Path) -> None:
    """Refuses a crosswalk that stands inside the store, by itself or by a link in either direction.

    Raises:
        CrosswalkUnfit: it does.
    """
    store = store_folder.resolve()
    if path.resolve().is_relative_to(store) or (path.parent.resolve() / path.name).is_relative_to(store):
        raise CrosswalkUnfit(
            f"The crosswalk {path} would stand inside the store, which must not hold the way back to the patients. "
            "Keep it in a folder of its own."
        )


@contextmanager
def open_crosswalk(path: Path, store_folder: Path) -> Iterator[Crosswalk]:
    """Reads a crosswalk and holds it against other imports; one that does not exist yet is begun.

    Args:
        store_folder: where a crosswalk must not stand.

    Raises:
        CrosswalkUnfit: it stands inside the store, is no crosswalk, is open to others than its owner, or can be
            neither read nor written.
        CrosswalkBusy: another import holds it.
    """
    refuse_inside_store(path, store_folder)
    file = path.resolve()
    if file.is_dir():
        raise CrosswalkUnfit(f"{path} is a folder. Give the name of a file for the crosswalk.")
    if not file.parent.is_dir():
        raise CrosswalkUnfit(f"The folder of the crosswalk {path} does not exist. Make it, or give another one.")
    lock = FileLock(file.with_name(f".{file.name}.lock"), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise CrosswalkBusy(
            f"Another import holds the crosswalk {path}. Wait until it has finished and run this again."
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        _draft_of(file).unlink(missing_ok=True)  # what a killed import left holds record numbers too
        yield _read(path)
    finally:
        lock.release()
        if not file.exists():
            Path(lock.lock_file).unlink(missing_ok=True)


def _draft_of(file: Path) -> Path:
    return file.with_name(f".{file.name}.unfinished")


def _read(path: Path) -> Crosswalk:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Crosswalk(path, {"patient": {}, "site": {}}, is_new=True)
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
    return Crosswalk(path, _known(path, entries), is_new=False)


def _known(path: Path, entries: Iterable[list[str]]) -> Mapping[Kind, dict[str, str]]:
    known: dict[Kind, dict[str, str]] = {"patient": {}, "site": {}}
    for place, entry in enumerate(entries, start=1):
        if len(entry) != 3 or entry[0] not in _PSEUDONYMS or not entry[1]:
            raise _no_crosswalk(path, f"entry {place:,} is neither a patient nor a site with a pseudonym")
        kind: Kind = "patient" if entry[0] == "patient" else "site"
        _, known_as, pseudonym = entry
        if not _PSEUDONYMS[kind].fullmatch(pseudonym):
            raise _no_crosswalk(path, f"entry {place:,} is neither a patient nor a site with a pseudonym")
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


def _unwritable(path: Path, error: OSError) -> CrosswalkUnfit:
    return CrosswalkUnfit(
        f"The crosswalk {path} cannot be written ({error.strerror}). Nothing was imported. "
        "Check the folder, or give another file with --crosswalk."
    )


def is_pseudonym(text: str) -> bool:
    """Whether a text is a patient's pseudonym as a crosswalk draws it, which no other patient has by chance."""
    return _PSEUDONYMS["patient"].fullmatch(text) is not None
