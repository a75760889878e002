"""`outcomes prune`: removes snapshots that are no longer needed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pipelines.commands.shared import confirmed, store_of
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.manifests import SnapshotManifest
    from pipelines.store import Store


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "prune", parents=[shared], help="remove old snapshots; batches stay, so that any can be built again"
    )
    parser.add_argument(
        "--keep",
        type=_number,
        default=3,
        metavar="N",
        help="keep the N built last, beside the one in force (default: 3)",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Removes snapshots, after asking."""
    store = store_of(options)
    leaving = _leaving(store, options.keep)
    if not leaving:
        print("Nothing to remove.")
        return 0
    releases = store.releases()
    for snapshot in leaving:
        periods = dict.fromkeys(release.period for release in releases if release.snapshot == snapshot.id)
        reports = f"; reports made of it ({', '.join(periods)}) cannot be verified without it" if periods else ""
        print(f"  {snapshot.id}  built {snapshot.built_at:%Y-%m-%d %H:%M} UTC{reports}")
    if not options.yes and not _confirmed(len(leaving)):
        print("Nothing was removed.")
        return 0
    with store.writing():
        # What was asked about, unless it was put in force since.
        removed = [snapshot for snapshot in leaving if snapshot in _leaving(store, options.keep)]
        n_bytes = sum(store.remove_snapshot(snapshot.id) for snapshot in removed)
    print(f"Removed {len(removed)} snapshot{'' if len(removed) == 1 else 's'}, {n_bytes / 1e6:,.1f} MB.")
    return 0


def _leaving(store: Store, n_kept: int) -> list[SnapshotManifest]:
    """The snapshots that are neither in force nor among those built last."""
    current = store.current_id()
    built = store.snapshots()
    kept = {current, *(snapshot.id for snapshot in built[max(0, len(built) - n_kept) :])}
    return [snapshot for snapshot in built if snapshot.id not in kept]


def _confirmed(n_leaving: int) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            f"{n_leaving} snapshot{'' if n_leaving == 1 else 's'} would be removed, and there is no terminal to ask "
            "on. Give --yes."
        )
    return confirmed(f"Remove {'it' if n_leaving == 1 else 'them'}?")


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of snapshots, such as 3")
    return int(text)
