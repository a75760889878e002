"""Forgetting a patient who withdrew consent: nothing that is kept holds them any more, and no import brings them back.

In this order, so that a kill at any moment leaves a store that answers, and running again completes:

1. the copies that were published with them are marked in the ledger;
2. the refusal list names them, not yet removed: from here on nothing else is written before this has finished;
3. each batch that holds them, live or not, taken back or not, is written anew without them under a new id, and counts
   in place of the old one from the moment it is there;
4. the snapshot in force is made again from the same batches, by the settings and definitions that made it, and is put
   in force; where nothing is left to make it of, none is;
5. all snapshots of old batches are removed, then the old batches;
6. the refusal list says that they are removed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.build import build_of
from pipelines.definitions import Definitions
from pipelines.errors import NothingPublished, PatientAmbiguous, PatientUnknown, UnknownName
from pipelines.manifests import BatchManifest, Publication, RefusedPatient, Release, SnapshotManifest
from pipelines.privacy.pseudonyms import is_pseudonym
from pipelines.rebuilding import recipe_of
from pipelines.settings import Settings
from pipelines.store import Store
from pipelines.withdrawn_rows import courses_of_patient, holds_course, rows_of_patients, written_without

Report = Callable[[str], None]


@dataclass(frozen=True)
class Forgetting:
    """What is to be forgotten, or was.

    Attributes:
        patients: those whom the store held, or holds something of after it was stopped.
        known: those of the patients asked for who were forgotten before.
        n_courses: their courses.
        n_batches, n_snapshots: batches written anew, and snapshots removed.
        snapshot: the one that is in force now; None if none is.
        rules_note: why it was not made by the rules of the one before, as the end of a sentence; None if it was.
        copies: published copies that still count them.
        reports: those that were released with patients forgotten since, this time or before.
    """

    patients: tuple[RefusedPatient, ...]
    known: tuple[RefusedPatient, ...]
    n_courses: int
    n_batches: int = 0
    n_snapshots: int = 0
    snapshot: SnapshotManifest | None = None
    rules_note: str | None = None
    copies: tuple[Publication, ...] = ()
    reports: tuple[Release, ...] = ()


def patients_to_forget(store: Store, patients: Sequence[str], sources: Sequence[str]) -> Forgetting:
    """Whom `forget_patients` would forget; nothing is changed.

    Args:
        patients: pseudonyms, or ids of courses without `patient_id`.
        sources: those in which they are meant; none for every source.

    Raises:
        PatientUnknown: no batch holds one of them, nor does the refusal list.
        PatientAmbiguous: several sources hold an id that may stand for several people.
        UnknownName: one of the sources holds nothing of them.
    """
    batches, listed = store.batches(), store.refusals()
    to_forget, known = list(listed.unfinished), []
    for patient in dict.fromkeys(patients):
        courses = courses_of_patient(store, batches, patient)
        if any(refused.patient == patient for refused in to_forget):
            continue
        if not courses:
            refused = next((refused for refused in listed.patients if refused.patient == patient), None)
            if refused is None:
                raise _unknown(store, batches, patient)
            known.append(refused)
            continue
        for source in sources:
            if source not in courses:
                raise UnknownName("source of this patient", source, sorted(courses))
        if len(courses) > 1 and not sources and not is_pseudonym(patient):
            raise PatientAmbiguous(
                f"Several sources hold a patient '{patient}': {', '.join(sorted(courses))}. If that is one person, "
                "name each with --source; if not, name the one that is meant."
            )
        meant = set(sources) or set(courses)
        to_forget.append(
            RefusedPatient(
                patient=patient,
                sources=tuple(sorted(set(sources))) or None,
                course_ids=tuple(sorted((source, course) for source in meant for course in courses[source])),
                withdrawn_at=datetime.now(UTC).replace(microsecond=0),
                is_removed=False,
            )
        )
    return Forgetting(tuple(to_forget), tuple(known), sum(len(refused.course_ids) for refused in to_forget))


def forget_patients(
    store: Store,
    patients: Sequence[str],
    sources: Sequence[str],
    settings: Settings,
    definitions: Definitions,
    report: Report,
) -> Forgetting:
    """Forgets patients, and those of whom a forget was stopped; asked for again, it completes what was left.

    Args:
        settings, definitions: make the new snapshot only where the old one's own cannot.

    Raises:
        As `patients_to_forget` does.
        StoreBusy: another command is writing.
        StoreDamaged: a file of a batch cannot be read.
    """
    with store.held():
        asked = patients_to_forget(store, patients, sources)
        if not asked.patients:
            return asked
        store.clear_leftovers()
        report("looking for their rows")
        held = rows_of_patients(store, asked.patients)
        _mark_copies(store, {old for rows in held for old in (rows.batch.id, *rows.batch.earlier_ids)})
        others = [one for one in store.refusals().patients if not _is_among(one, asked.patients)]
        store.keep_refusals([*others, *asked.patients])
        today = datetime.now(UTC).date()
        for rows in held:
            report("writing a batch anew")
            written_without(store, rows, today)
        snapshot, rules_note = _in_force_without(store, settings, definitions, report)
        report("removing what held them")
        stale = list(_stale_snapshots(store))
        for snapshot_id in stale:
            store.remove_snapshot(snapshot_id)
        for batch_id in store.superseded_batches():
            store.remove_batch(batch_id)
        removed = [one.model_copy(update={"is_removed": True}) for one in asked.patients]
        store.keep_refusals([*others, *removed])
        copies = tuple(copy for copy in store.publications() if copy.holds_forgotten and copy.removed_at is None)
        there = {batch.id for batch in store.batches()}
        reports = tuple(release for release in store.releases() if not there.issuperset(release.batches))
    return Forgetting(
        tuple(removed), asked.known, asked.n_courses, len(held), len(stale), snapshot, rules_note, copies, reports
    )


def _unknown(store: Store, batches: Sequence[BatchManifest], name: str) -> PatientUnknown:
    found = f"The store {store.folder} holds no patient '{name}'. "
    if any(holds_course(store, batch, name) for batch in batches):
        return PatientUnknown(
            f"{found}It is the id of a course whose patient has a pseudonym of their own: `outcomes export courses "
            f"--where course_id={name}` tells it."
        )
    return PatientUnknown(
        f"{found}Give the pseudonym as `outcomes export courses` shows it (patient_id; for courses without one, "
        "course_id), not a record number."
    )


def _is_among(refused: RefusedPatient, those: Sequence[RefusedPatient]) -> bool:
    return any((refused.patient, refused.sources) == (other.patient, other.sources) for other in those)


def _mark_copies(store: Store, batches: Collection[str]) -> None:
    """Marks the publications of snapshots that were made of these batches."""
    known = store.publications()
    marked = [
        copy.model_copy(
            update={"holds_forgotten": copy.holds_forgotten or any(batch in batches for batch in copy.batches)}
        )
        for copy in known
    ]
    if marked != list(known):
        store.keep_publications(marked)


def _in_force_without(
    store: Store, settings: Settings, definitions: Definitions, report: Report
) -> tuple[SnapshotManifest | None, str | None]:
    """The snapshot in force, made again if batches of it were written anew; and why not by its own rules, if not."""
    try:
        current = store.current_id()
    except NothingPublished:
        return None, None
    if current not in _stale_snapshots(store):
        return store.snapshot(current), None
    later = {earlier: batch for batch in store.batches() for earlier in (*batch.earlier_ids, batch.id)}
    recipe = recipe_of(store, current, settings, definitions)
    rules_note = None
    if isinstance(recipe, str):
        rules_note = recipe
        ids = _batches_of(store, current)
    else:
        settings, definitions = recipe.settings, recipe.definitions
        ids = recipe.manifest.batches
    batches = [later[old] for old in ids] if all(old in later for old in ids) else store.live_batches()
    batches.sort(key=lambda batch: batch.sequence)
    if not any(table.n_accepted for batch in batches for table in batch.tables if table.table == "courses"):
        store.put_none_in_force()
        return None, None
    return build_of(batches, store, settings, definitions, report), rules_note


def _batches_of(store: Store, snapshot_id: str) -> Sequence[str]:
    """The batches of a snapshot; where its manifest cannot be read, all that count."""
    manifest = store.readable_snapshot(snapshot_id)
    return manifest.batches if manifest is not None else [batch.id for batch in store.live_batches()]


def _stale_snapshots(store: Store) -> Iterator[str]:
    """Snapshots of batches that are no more, or whose manifest cannot be read: nobody could say that they are clean."""
    there = {batch.id for batch in store.batches()}
    for snapshot_id in store.snapshot_ids():
        manifest = store.readable_snapshot(snapshot_id)
        if manifest is None or not there.issuperset(manifest.batches):
            yield snapshot_id
