"""`outcomes retract`: takes a batch out of what counts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipelines.commands.shared import store_of

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "retract", parents=[shared], help="take a batch back: what it replaced holds again after the next build"
    )
    parser.add_argument("batch", metavar="BATCH", help="the batch's id, or its beginning; see `outcomes snapshots`")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Takes a batch back."""
    from pipelines.retraction import retract_batch
    from pipelines.snapshots import SHOWN_OF_ID

    store = store_of(options)
    batch, notes = retract_batch(store, options.batch)
    n_accepted = sum(table.n_accepted for table in batch.tables)
    print(
        f"Batch {batch.id[:SHOWN_OF_ID]} of {batch.source}, imported {batch.imported_at:%Y-%m-%d} with {n_accepted:,} "
        "accepted rows, counts no more. Its files stay in the store."
    )
    for note in notes:
        print(f"Note: {note}")
    if store.live_batches():
        print("Next: `outcomes build`; until then the snapshot in force is as it was.")
    else:
        print("No batch counts any more, so that nothing can be built; the snapshot in force stays as it was.")
    return 0
