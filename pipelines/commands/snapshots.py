"""`outcomes snapshots`: what was built, and the batches that it was built from."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.commands.shared import aligned, store_of
from pipelines.errors import NothingPublished

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.manifests import BatchManifest, Publication
    from pipelines.store import Store


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "snapshots", parents=[shared], help="what was built, and from which batches, the latest first"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Lists snapshots and batches."""
    store = store_of(options)
    print(_snapshots(store))
    print()
    print(_batches(store))
    if copies := [copy for copy in store.publications() if copy.removed_at is None]:
        print()
        print(_copies(copies))
    if store.refusals().unfinished:
        print()
        print("`outcomes forget` was stopped before it had removed everything: run `outcomes forget` to finish it.")
    return 0


def _snapshots(store: Store) -> str:
    snapshots = store.snapshots()
    if not snapshots:
        return "No snapshot yet: run `outcomes build`."
    try:
        current = store.current_id()
    except NothingPublished:
        current = None
    header = ("snapshot", "built (UTC)", "data through", "batches", "data", "program", "")
    rows = [
        (
            snapshot.id,
            f"{snapshot.built_at:%Y-%m-%d %H:%M}",
            str(snapshot.data_through or "unknown"),
            len(snapshot.batches),
            "synthetic" if snapshot.is_synthetic else "clinical",
            snapshot.program,
            "in force" if snapshot.id == current else "",
        )
        for snapshot in reversed(snapshots)
    ]
    return aligned([header, *rows])


def _batches(store: Store) -> str:
    from pipelines.snapshots import SHOWN_OF_ID

    batches = store.batches()
    if store.is_copy():
        return "A published copy holds no batches."
    if not batches:
        return "No batch yet: run `outcomes import`."
    header = ("batch", "imported (UTC)", "source", "data through", "accepted", "quarantined", "")
    rows = [
        (
            batch.id[:SHOWN_OF_ID],
            f"{batch.imported_at:%Y-%m-%d %H:%M}",
            batch.source,
            str(batch.data_through or "unknown"),
            sum(table.n_accepted for table in batch.tables),
            sum(table.n_quarantined for table in batch.tables),
            _state(store, batch),
        )
        for batch in reversed(batches)
    ]
    return aligned([header, *rows])


def _copies(copies: Sequence[Publication]) -> str:
    header = ("published copy", "snapshot", "published (UTC)", "")
    rows = [
        (
            copy.folder,
            copy.snapshot,
            f"{copy.published_at:%Y-%m-%d %H:%M}",
            "counts patients forgotten since" if copy.holds_forgotten else "",
        )
        for copy in reversed(copies)
    ]
    return aligned([header, *rows])


def _state(store: Store, batch: BatchManifest) -> str:
    if (retraction := store.retraction(batch.id)) is not None:
        return f"taken back {retraction.retracted_at:%Y-%m-%d}"
    if not batch.is_live:
        return "does not count: too much in quarantine"
    return "counts, adds" if batch.is_append else "counts"
