"""`outcomes init`: writes program.toml with every key, commented out."""

from __future__ import annotations

import argparse
import re
from importlib.resources import files
from typing import TYPE_CHECKING

from pipelines.errors import UsageError

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("init", parents=[shared], help="write program.toml with comments, in this folder")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Writes the file, unless there is one."""
    path = options.config
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(settings_text())
    except FileExistsError:
        raise UsageError(
            f"{path} is there already, and is left as it is. Edit it, or give another name with --config."
        ) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}). Give another place with --config.") from None
    print(f"{path} holds every setting with its default, commented out. Next: `outcomes import`.")
    return 0


def settings_text() -> str:
    """The text of program.toml: explained keys, then the windows and the onset rules that hold without it."""
    shipped = files("pipelines").joinpath("definitions/outcomes.toml").read_text(encoding="utf-8")
    tables = re.split(r"^(?=\[)", shipped, flags=re.MULTILINE)
    windows = [_commented(table) for table in tables if table.startswith("[windows.")]
    onset = next(_commented(table) for table in tables if table.startswith("[onset]"))
    head = files("pipelines").joinpath("program.example.toml").read_text(encoding="utf-8")
    return "\n".join(
        [
            head.rstrip("\n"),
            *windows,
            "# Onset: the times that are published, and how long sustained response must last. Each key stands alone.",
            onset,
        ]
    )


def _commented(table: str) -> str:
    """A table of the shipped definitions with each of its lines commented out, and comments on others left out."""
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return "".join(f"#{line}\n" for line in lines)
