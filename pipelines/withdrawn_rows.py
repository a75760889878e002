"""The rows that batches hold of patients who withdrew consent, and a batch written anew without them.

Whose a course is, is told batch by batch, as an id may have stood for another patient in an earlier import: by the
batch's own course row, else by the last import of the source before it that tells, else by the first after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.batch_files import BATCH_TABLES, write_batch_files
from pipelines.errors import StoreDamaged
from pipelines.holdings import HELD_TABLES
from pipelines.manifests import BatchManifest, RefusedPatient, TableCounts
from pipelines.sql.literals import literal
from pipelines.store import Store

_NOTE = (
    "Rows of patients who withdrew consent were taken out of this batch on {day:%Y-%m-%d}, and out of its counts of "
    "rows. How lines became rows, what was replaced and the other notes are told as they were at the import."
)


@dataclass(frozen=True)
class WithdrawnRows:
    """What one batch holds of patients who withdrew consent.

    Attributes:
        patients: their pseudonyms, as far as they are meant in this batch's source.
        course_ids: their courses in this batch.
    """

    batch: BatchManifest
    patients: frozenset[str]
    course_ids: frozenset[str]


def courses_of_patient(store: Store, batches: Iterable[BatchManifest], patient: str) -> dict[str, set[str]]:
    """The ids of a patient's courses, by source, in whatever place; sources that hold nothing of them are absent.

    Args:
        patient: a pseudonym, or the id of a course without `patient_id`.
    """
    found: dict[str, set[str]] = {}
    with _reading() as connection:
        for batch in batches:
            rows = [
                row
                for table in ("courses", "quarantine", "set_aside")
                for row in connection.execute(
                    "select distinct course_id from read_parquet($path) "
                    "where coalesce(patient_id, course_id) = $patient",
                    {"path": str(store.batch_file(batch.id, table)), "patient": patient},
                ).fetchall()
            ]
            if rows:
                found.setdefault(batch.source, set()).update(
                    course_id for (course_id,) in rows if course_id is not None
                )
    return found


def rows_of_patients(store: Store, refused: Sequence[RefusedPatient]) -> list[WithdrawnRows]:
    """What each batch holds of patients who withdrew consent, the last import first; batches with nothing are absent.

    In this order, a batch that only names a course is judged before the one that tells whose it is, is written anew.
    """
    batches = store.batches()
    found = []
    with _reading() as connection:
        for source in dict.fromkeys(batch.source for batch in batches):
            of_source = [batch for batch in batches if batch.source == source]
            those = [one for one in refused if one.sources is None or source in one.sources]
            patients = frozenset(one.patient for one in those)
            candidates = {course: one.patient for one in those for held, course in one.course_ids if held == source}
            candidates |= {patient: patient for patient in patients}
            for one in those:
                for course in courses_of_patient(store, of_source, one.patient).get(source, ()):
                    candidates[course] = one.patient
            stated = {batch.id: _patients_stated(connection, store, batch, candidates) for batch in of_source}
            for place, batch in enumerate(of_source):
                in_order = [batch, *of_source[:place][::-1], *of_source[place + 1 :]]
                own = frozenset(
                    course
                    for course, patient in candidates.items()
                    if next((stated[other.id][course] for other in in_order if course in stated[other.id]), patient)
                    in patients
                )
                withdrawn = WithdrawnRows(batch, patients, own)
                if any(_n_rows(connection, store, withdrawn).values()):
                    found.append(withdrawn)
    return sorted(found, key=lambda rows: -rows.batch.sequence)


def _patients_stated(
    connection: duckdb.DuckDBPyConnection, store: Store, batch: BatchManifest, courses: Collection[str]
) -> dict[str, str]:
    """Whose courses are, as far as a batch tells."""
    return dict(
        connection.execute(
            "select course_id, patient_id from read_parquet($path) "
            "where patient_id is not null and list_contains($courses, course_id)",
            {"path": str(store.batch_file(batch.id, "courses")), "courses": sorted(courses)},
        ).fetchall()
    )


def written_without(store: Store, withdrawn: WithdrawnRows, today: date) -> BatchManifest:
    """Writes a batch anew without the rows; from then on it counts in place of the old one, which is still there.

    Its counts are of the rows that are left. Rows of others stay as they were judged.

    Args:
        today: when that is.
    """
    batch = withdrawn.batch
    # Of the old id alone, so that writing it again after a kill gives the same one.
    new_id = hashlib.sha256(f"{batch.id}\0without".encode()).hexdigest()

    def write(folder: Path) -> BatchManifest:
        with _reading() as connection:
            n_out = _n_rows(connection, store, withdrawn)
            write_batch_files(
                connection,
                folder,
                lambda table: (
                    f"from read_parquet({literal(str(store.batch_file(batch.id, table)))}) "
                    f"where not {_is_theirs(table, withdrawn)}"
                ),
            )
        note = _NOTE.format(day=today)
        return batch.model_copy(
            update={
                "id": new_id,
                "tables": tuple(_fewer(table, n_out) for table in batch.tables),
                "notes": (*(known for known in batch.notes if known != note), note),
                "earlier_ids": (*batch.earlier_ids, batch.id),
            }
        )

    return store.add_batch(new_id, write, store.retraction(batch.id))


def _fewer(counts: TableCounts, n_out: Mapping[tuple[str, str], int]) -> TableCounts:
    """The counts of a table without rows, of each place so many."""
    out = {
        place: n_out.get((counts.table, place), 0) for place in ("accepted", "duplicate", "quarantined", "not_tracked")
    }
    n_rows = sum(out.values())
    return counts.model_copy(
        update={
            "n_records": counts.n_records - n_rows,
            "n_landed": counts.n_landed - n_rows,
            **{f"n_{place}": getattr(counts, f"n_{place}") - n for place, n in out.items()},
        }
    )


def _n_rows(
    connection: duckdb.DuckDBPyConnection, store: Store, withdrawn: WithdrawnRows
) -> dict[tuple[str, str], int]:
    """How many of the rows are theirs, by table and place."""
    found = {}
    for table in BATCH_TABLES:
        named = {
            "quarantine": "table_name, 'quarantined', count(*)",
            "set_aside": "table_name, place, cast(sum(n_rows) as bigint)",
        }.get(table, f"'{table}', 'accepted', count(*)")
        path = literal(str(store.batch_file(withdrawn.batch.id, table)))
        for name, place, n_rows in connection.execute(
            f"select {named} from read_parquet({path}) where {_is_theirs(table, withdrawn)} group by all"
        ).fetchall():
            found[name, place] = n_rows
    return {key: n_rows for key, n_rows in found.items() if n_rows}


def _is_theirs(table: str, withdrawn: WithdrawnRows) -> str:
    """Whether a row is about one of the patients."""
    courses = f"[{', '.join(literal(course) for course in sorted(withdrawn.course_ids))}]::varchar[]"
    patients = f"[{', '.join(literal(patient) for patient in sorted(withdrawn.patients))}]::varchar[]"
    is_of_course = f"coalesce(list_contains({courses}, course_id), false)"
    if table in HELD_TABLES:
        return is_of_course
    by_patient = f"coalesce(list_contains({patients}, patient_id), false)"
    by_course = f"(patient_id is null and {is_of_course})"
    if table == "set_aside":
        return f"({by_patient} or {by_course})"
    # A number that stands in place of a course's id is kept as it was found.
    by_id = f"(patient_id is null and column_name = 'course_id' and list_contains({courses} || {patients}, found))"
    return f"({by_patient} or {by_course} or {by_id})"


@contextmanager
def _reading() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory; a batch that cannot be read is damaged."""
    with duckdb.connect() as connection:
        try:
            yield connection
        except duckdb.Error:
            raise StoreDamaged(
                "A file of a batch in the store cannot be read, so that nothing was forgotten yet. Restore the store "
                "folder from a backup, then run `outcomes forget` again."
            ) from None


def holds_course(store: Store, batch: BatchManifest, course_id: str) -> bool:
    """Whether a batch holds a course of this id, whoever's it is."""
    with _reading() as connection:
        found = connection.execute(
            "select 1 from read_parquet($path) where course_id = $course_id limit 1",
            {"path": str(store.batch_file(batch.id, "courses")), "course_id": course_id},
        ).fetchone()
    return found is not None
