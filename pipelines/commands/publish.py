"""`outcomes publish`: copies the counts in force to a folder for a dashboard host."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.shared import kind_of_data, store_of

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "publish", parents=[shared], help="copy the counts in force, without course rows, for a dashboard host"
    )
    parser.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="DIR",
        help="a new folder, or one that this store published to before",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Publishes the snapshot in force."""
    from pipelines.publishing import publish_snapshot

    done = publish_snapshot(store_of(options), options.to)
    if not done.is_new:
        print(f"Snapshot {done.snapshot.id} is in force in {options.to} already.")
    else:
        through = done.snapshot.data_through.isoformat() if done.snapshot.data_through else "an unknown date"
        print(
            f"Snapshot {done.snapshot.id} is in force in {options.to}: {kind_of_data(done.snapshot)}, filled in "
            f"through {through}; counts only, no course rows. Cells of single courses are among them: guard the folder "
            "as patient data."
        )
    for snapshot_id in done.removed:
        print(f"Removed there: snapshot {snapshot_id}.")
    print(f"Serve it with `outcomes dashboard --published {options.to}`.")
    return 0
