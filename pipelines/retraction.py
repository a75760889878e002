"""Taking a batch back: it stays in the store and counts no more, as if it had never been imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from pipelines.errors import BatchNeeded, BatchRetracted, StoreDamaged
from pipelines.holdings import Holdings, holdings_of
from pipelines.manifests import BatchManifest
from pipelines.snapshots import SHOWN_OF_ID
from pipelines.store import Store

KEYS: Mapping[str, str] = {
    "courses": "course_id",
    "infusions": "course_id, minute",
    "scores": "course_id, scale, rater, minute, timing",
}
"""The columns of which no two rows that hold are alike."""


def retract_batch(store: Store, prefix: str) -> tuple[BatchManifest, list[str]]:
    """Takes a batch back, durably, and returns it with what is to be said of it, in sentences.

    Args:
        prefix: the batch's id, or its beginning.

    Raises:
        UnknownName: no batch's id begins so.
        AmbiguousName: several do.
        BatchRetracted: it was taken back before.
        BatchNeeded: without it, rows of later batches would lack their course, or stand twice with other values.
        StoreBusy: another command is writing.
    """
    batch = store.named_batch(prefix)
    with store.writing():
        if (retraction := store.retraction(batch.id)) is not None:
            raise BatchRetracted(
                f"Batch {batch.id[:SHOWN_OF_ID]} was taken back on {retraction.retracted_at:%Y-%m-%d} already. "
                "To count it again, import its files with --again."
            )
        notes = []
        if batch.is_live:
            others = [other for other in store.live_batches() if other.source == batch.source and other.id != batch.id]
            later = [other for other in others if other.sequence > batch.sequence]
            if later:
                _refuse_if_needed(store, batch, others)
            notes = [
                f"Batch {other.id[:SHOWN_OF_ID]}, which only adds, took {n_duplicate:,} of its rows for held already. "
                "Rows among them that only the batch taken back held are gone now; to have them from that export, "
                f"take back {other.id[:SHOWN_OF_ID]} too and import its files with --append --again."
                for other in later
                if other.is_append and (n_duplicate := sum(table.n_duplicate for table in other.tables))
            ]
        store.retract(batch.id)
    return batch, notes


def _refuse_if_needed(store: Store, batch: BatchManifest, others: Sequence[BatchManifest]) -> None:
    """Refuses where what would hold without the batch is not whole."""
    holdings = holdings_of(store, others)[batch.source]
    with duckdb.connect() as connection:
        try:
            positions = {place for query in _faults(holdings) for (place,) in connection.execute(query).fetchall()}
        except duckdb.Error:
            raise StoreDamaged(
                "A file of a batch in the store cannot be read. Restore the store folder from a backup."
            ) from None
    building_on = [others[place] for place in sorted(positions) if others[place].sequence > batch.sequence]
    if building_on:
        named = ", ".join(
            f"{other.id[:SHOWN_OF_ID]} of {other.imported_at:%Y-%m-%d}" for other in reversed(building_on)
        )
        raise BatchNeeded(
            f"Batch {batch.id[:SHOWN_OF_ID]} cannot be taken back alone: later batches build on what it holds. "
            f"Take these back first, in this order: {named}."
        )


def _faults(holdings: Holdings) -> list[str]:
    """Queries of the positions of batches with rows that lack their course, or that share their key with another."""
    courses = f"select course_id from ({holdings.rows('courses')})"
    orphans = [
        f"select distinct batch_position from ({holdings.rows(table)}) as held "
        f"anti join ({courses}) as courses on held.course_id = courses.course_id"
        for table in ("infusions", "scores")
    ]
    repeats = [
        f"select distinct max(batch_position) from ({holdings.rows(table)}) group by {key} having count(*) > 1"
        for table, key in KEYS.items()
    ]
    return orphans + repeats
