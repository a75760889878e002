"""What a source holds: which rows of its batches stand, after later imports replaced or added to earlier ones.

Batches are immutable; what holds is resolved when they are read. A replacing import takes the place of what
earlier batches of its source held: of a course in a table, where it brings accepted rows of that course in that
table; of all a patient's courses, where its source replaces patient by patient and it brings a course of that
patient. An appending import adds to what the batches before it hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pipelines.manifests import BatchManifest, Replaces
from pipelines.sql.literals import literal
from pipelines.store import Store

HELD_TABLES = ("courses", "infusions", "scores")


@dataclass(frozen=True)
class HeldBatch:
    """One batch as its rows are read.

    Attributes:
        files: the Parquet file of each table.
        is_append: whether it only adds to what the batches before it hold.
        replaces: what it takes the place of otherwise.
    """

    files: Mapping[str, Path]
    is_append: bool = False
    replaces: Replaces = "course"


@dataclass(frozen=True)
class Holdings:
    """What one source holds: its batches that count, in the order of their imports; none is an empty source."""

    batches: Sequence[HeldBatch] = ()

    def rows(self, table: str) -> str:
        """A query of the rows that hold, in the table's own columns.

        Beside them `batch_position` (0 for the first batch) and `file_row_number`, the row's place in its file.
        """
        if len(self.batches) == 1:
            return _batch_rows(table, self.batches, "*")
        return (
            f"with batch_rows as ({_batch_rows(table, self.batches, '*')}), "
            f"replacements as ({self._replacements(table)}) "
            "select batch_rows.* from batch_rows left join replacements using (course_id) "
            "where replacements.batch_position is null or batch_rows.batch_position >= replacements.batch_position"
        )

    def _replacements(self, table: str) -> str:
        """For each course the position of the last batch that took the place of what stood before it."""
        by_course, by_patient = (
            [None if batch.is_append or batch.replaces != replaces else batch for batch in self.batches]
            for replaces in ("course", "patient")
        )
        parts = []
        if any(by_course):
            parts.append(_batch_rows(table, by_course, "course_id"))
        if any(by_patient):
            patient = "coalesce(patient_id, course_id)"
            everywhere = _batch_rows("courses", self.batches, f"course_id, {patient} as patient")
            replacing = _batch_rows("courses", by_patient, f"{patient} as patient")
            parts.append(
                f"select replacing.batch_position, courses.course_id from ({replacing}) as replacing "
                f"inner join ({everywhere}) as courses using (patient)"
            )
        if not parts:
            return "select null::varchar as course_id, null::integer as batch_position where false"
        together = " union all ".join(parts)
        return f"select course_id, max(batch_position) as batch_position from ({together}) group by course_id"


NOTHING_HELD = Holdings()


def _batch_rows(table: str, batches: Sequence[HeldBatch | None], columns: str) -> str:
    return " union all by name ".join(
        f"select {position} as batch_position, {columns} "
        f"from read_parquet({literal(str(batch.files[table]))}, file_row_number = true)"
        for position, batch in enumerate(batches)
        if batch is not None
    )


def holdings_of(store: Store, batches: Iterable[BatchManifest]) -> dict[str, Holdings]:
    """What each source holds, by its name, of the batches given in the order of their imports.

    Raises:
        StoreDamaged: a file of a batch is gone.
    """
    ordered = sorted(batches, key=lambda batch: (batch.source, batch.sequence))
    return {
        source: Holdings([_held(store, batch) for batch in members])
        for source, members in groupby(ordered, key=lambda batch: batch.source)
    }


def _held(store: Store, batch: BatchManifest) -> HeldBatch:
    files = {table: store.batch_file(batch.id, table) for table in HELD_TABLES}
    return HeldBatch(files, batch.is_append, batch.replaces)


def last_imports(batches: Sequence[BatchManifest]) -> list[tuple[BatchManifest, set[str]]]:
    """The batches whose rows tell how exports are now, each with its tables.

    Of each source and table the last import that counts and replaces, and what came since: what an earlier export
    had wrong, a later one has mended or has wrong itself.

    Args:
        batches: in the order of their imports.
    """
    is_replaced: set[tuple[str, str]] = set()
    found: list[tuple[BatchManifest, set[str]]] = []
    for batch in reversed(batches):
        tables = {table.table for table in batch.tables}
        found.append((batch, {table for table in tables if (batch.source, table) not in is_replaced}))
        if batch.is_live and not batch.is_append:
            replaced = tables if batch.replaces == "course" else HELD_TABLES
            is_replaced |= {(batch.source, table) for table in replaced}
    return found[::-1]
