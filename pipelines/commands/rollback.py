"""`outcomes rollback`: puts an earlier snapshot in force."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipelines.commands.shared import store_of
from pipelines.errors import StoreDamaged

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("rollback", parents=[shared], help="put an earlier snapshot in force")
    parser.add_argument("snapshot", metavar="ID", help="the snapshot's id, or its beginning; see `outcomes snapshots`")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Puts a snapshot in force, if it is intact."""
    from pipelines.published import Published

    store = store_of(options)
    store.current_id()
    with store.writing():
        snapshot = store.named_snapshot(options.snapshot)
        if snapshot.id == store.current_id():
            print(f"Snapshot {snapshot.id} is in force already.")
            return 0
        if any(store.file_faults(snapshot)):
            raise StoreDamaged(
                f"Snapshot {snapshot.id} is damaged: a file of it is missing or was changed. "
                "The snapshot in force stays. Choose another, or build it again from its batches with `outcomes build`."
            )
        Published(store.snapshot_file(snapshot.id, "published.duckdb")).close()
        store.put_in_force(snapshot.id)
    print(f"Snapshot {snapshot.id} of {snapshot.built_at:%Y-%m-%d %H:%M} UTC is in force.")
    print("The next `outcomes build` puts what the batches hold in force again; `outcomes retract` takes a batch back.")
    return 0
