"""What commands share: where settings and store are, how a question is asked, and how tables are printed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.definitions import Definitions
    from pipelines.manifests import SnapshotManifest
    from pipelines.settings import Settings
    from pipelines.store import Store

    Subcommands = argparse._SubParsersAction[argparse.ArgumentParser]


def settings_of(options: argparse.Namespace) -> tuple[Settings, Definitions]:
    """The program's settings, and the definitions that they lead to."""
    from pipelines.settings import read_settings

    return read_settings(options.config)


def store_of(options: argparse.Namespace) -> Store:
    """The store that `--store` names."""
    from pipelines.store import Store

    return Store(options.store)


def kind_of_data(manifest: SnapshotManifest) -> str:
    """What a snapshot is made of, as every command says it."""
    return "synthetic demonstration data" if manifest.is_synthetic else "clinical data"


def confirmed(question: str) -> bool:
    """Asks on the terminal; anything but a yes is a no."""
    return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes")


def aligned(rows: Sequence[Sequence[object]]) -> str:
    """Rows as text in columns: the first to the left, the others to the right, thousands set apart."""
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )
