"""`outcomes demo`: synthetic data, from import to dashboard."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipelines.commands.build import built
from pipelines.commands.dashboard import serve
from pipelines.commands.importing import imported
from pipelines.commands.shared import settings_of, store_of

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("demo", parents=[shared], help="synthetic data, from import to dashboard")
    parser.add_argument("--no-serve", action="store_true", help="stop before the dashboard")
    parser.add_argument("--port", type=int, default=8501, metavar="N", help="port of the dashboard (default: 8501)")
    parser.set_defaults(run=run, address="127.0.0.1", published=None, access=None, audit=None)


def run(options: argparse.Namespace) -> int:
    """Imports the synthetic sample data, builds, and serves the dashboard."""
    from pipelines.sources.options import ImportOptions
    from sample_data.calibration import data_through
    from sample_data.generator import CANONICAL_FOLDER

    settings, definitions = settings_of(options)
    store = store_of(options)
    print("Synthetic demonstration data: an invented program, no person's data.")
    imported(store, [CANONICAL_FOLDER], ImportOptions(data_through=data_through()), settings, definitions)
    built(store, settings, definitions)
    return 0 if options.no_serve else serve(options)
