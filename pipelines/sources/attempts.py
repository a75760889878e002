"""Earlier imports of the same: the same again changes nothing, unless it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from pipelines.errors import BatchRetracted
from pipelines.manifests import BatchManifest
from pipelines.snapshots import SHOWN_OF_ID
from pipelines.store import Store


@dataclass(frozen=True)
class Attempts:
    """Earlier imports of the same: the last of them, and the id of the next."""

    last: BatchManifest | None
    next_id: str


def earlier_attempts(store: Store, same: Sequence[str]) -> Attempts:
    """The earlier imports that agree in all that makes two imports the same.

    A batch's id is a hash of that and of how often it was imported before.
    """
    last = None
    for number in count():
        batch_id = hashlib.sha256("\0".join([*same, str(number)]).encode()).hexdigest()
        found = store.imported_batch(batch_id)
        if found is None:
            return Attempts(last, batch_id)
        last = found
    raise AssertionError("count() has no end")


def refuse_retracted(store: Store, known: BatchManifest) -> None:
    """Refuses to pass over an import that was made before, if it was taken back since.

    Raises:
        BatchRetracted: it was.
    """
    if (retraction := store.retraction(known.id)) is not None:
        raise BatchRetracted(
            f"These files were imported before, as batch {known.id[:SHOWN_OF_ID]}, and taken back on "
            f"{retraction.retracted_at:%Y-%m-%d}. To count them again, import them with --again."
        )


def later_replacement(store: Store, known: BatchManifest) -> BatchManifest | None:
    """The latest batch that counts, came after a known one, and replaces what its source held; or None."""
    later = [
        batch
        for batch in store.live_batches()
        if batch.source == known.source and batch.sequence > known.sequence and not batch.is_append
    ]
    return later[-1] if later else None
