"""`outcomes export`: course rows for analysts."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.shared import kind_of_data, store_of
from pipelines.errors import StoreDamaged, UsageError

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands

_ENDINGS = (".csv", ".parquet")


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "export", parents=[shared], help="rows of the snapshot in force, for analysts: patient data, to be guarded"
    )
    parser.add_argument("what", choices=["courses", "scores"], help="one row a course, or one row a score")
    parser.add_argument(
        "--where",
        nargs="+",
        action="extend",
        default=[],
        metavar="KEY=V1,V2",
        help="what to keep; any number of attributes together",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="a new file ending in .csv or .parquet (default: CSV to the terminal)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Writes rows, and says on stderr what they are."""
    from pipelines.filters import split_conditions
    from pipelines.warehouse import open_warehouse

    store = store_of(options)
    manifest = store.snapshot(store.current_id())
    if manifest is None:
        raise StoreDamaged("The snapshot in force is gone. Run `outcomes build` to make it again.")
    conditions = split_conditions(options.where)
    warehouse = open_warehouse(store)
    try:
        if options.out is None:
            n_rows = warehouse.write_csv(options.what, conditions, sys.stdout)
        else:
            with _new_private_file(options.out) as draft:
                if options.out.suffix == ".parquet":
                    n_rows = warehouse.write_parquet(options.what, conditions, draft)
                else:
                    with draft.open("w", encoding="utf-8", newline="") as stream:
                        n_rows = warehouse.write_csv(options.what, conditions, stream)
    finally:
        warehouse.close()
    print(
        f"{n_rows:,} row{'' if n_rows == 1 else 's'} of snapshot {manifest.id}: {kind_of_data(manifest)}, privacy mode "
        f"{manifest.privacy_mode}"
        + ("." if manifest.is_synthetic else "; rows of single patients, to be kept as the store is kept."),
        file=sys.stderr,
    )
    return 0


@contextmanager
def _new_private_file(path: Path) -> Iterator[Path]:
    """A draft for its owner alone, that gets the file's name once it is whole.

    Raises:
        UsageError: the name's ending is not known, there is such a file already, or its folder cannot be written.
    """
    if path.suffix not in _ENDINGS:
        raise UsageError(f"{path.name} ends in neither {' nor '.join(_ENDINGS)}: the ending says which to write.")
    if path.exists():
        raise UsageError(f"{path} is there already. Give another name with --out, or remove it.")
    draft = path.with_name(f".{path.name}.unfinished")
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}). Give another place with --out.") from None
    try:
        yield draft
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
