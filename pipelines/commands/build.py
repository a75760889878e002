"""`outcomes build`: makes a snapshot of all live batches and puts it in force."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipelines.commands.shared import kind_of_data, settings_of, store_of

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.definitions import Definitions
    from pipelines.settings import Settings
    from pipelines.store import Store


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "build", parents=[shared], help="make a snapshot of all live batches and put it in force"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Makes a snapshot and puts it in force."""
    settings, definitions = settings_of(options)
    built(store_of(options), settings, definitions)
    return 0


def built(store: Store, settings: Settings, definitions: Definitions) -> None:
    """Builds with progress shown, and says which snapshot is in force."""
    from pipelines.build import build
    from pipelines.progress import shown
    from pipelines.sql.runner import count_models

    with shown("build", count_models(["outcome", "published", "examined", "checks"]) + 4) as report:
        manifest = build(store, settings, definitions, report)
    through = manifest.data_through.isoformat() if manifest.data_through else "an unknown date"
    print(f"Snapshot {manifest.id} is in force: {kind_of_data(manifest)}, filled in through {through}.")
