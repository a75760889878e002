"""The crosswalk: which pseudonym stands for which patient, and which code for which site. The clinic keeps it.

What stands for a patient or a site is random (`pseudonyms.py`), so that nothing can be worked out from it; the file
(`crosswalk_file.py`) is the only way back, and the only way for a later export to meet the same patients and sites
again. It is held for one import at a time, and never stands inside the store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.errors import CrosswalkBusy, CrosswalkUnfit
from pipelines.privacy.crosswalk_file import Known, read_crosswalk, remove_unfinished, unwritable, write_crosswalk
from pipelines.privacy.pseudonyms import Kind, drawn_pseudonym


class Crosswalk:
    """Pseudonyms of patients and codes of sites; new ones are drawn when asked for and kept by `keep`.

    Attributes:
        path: the file, as the user named it.
    """

    def __init__(self, path: Path, known: Known, is_new: bool) -> None:
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
        return self._unknown("site", codes)

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
        write_crosswalk(self.path, self._known)
        self._n_kept, self._is_new = self._n_known(), False

    def _drawn(self, kind: Kind, known_as: str) -> str:
        known = self._known[kind].get(known_as)
        if known is not None:
            return known
        while True:
            drawn = drawn_pseudonym(kind)
            if drawn not in self._taken:
                self._taken.add(drawn)
                self._known[kind][known_as] = drawn
                return drawn

    def _unknown(self, kind: Kind, held: Iterable[str]) -> set[str]:
        return set(held) - set(self._known[kind].values())

    def _refuse_unknown(self, kind: Kind, held: Collection[str], source: str) -> None:
        n_held = len(set(held))
        n_unknown = len(self._unknown(kind, held))
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
        raise unwritable(path, error) from None
    try:
        remove_unfinished(file)
        known = read_crosswalk(path)
        yield Crosswalk(path, known or {"patient": {}, "site": {}}, is_new=known is None)
    finally:
        lock.release()
        if not file.exists():
            Path(lock.lock_file).unlink(missing_ok=True)
