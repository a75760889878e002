"""The `outcomes` command: exports in, counts out, results shown.

Exit codes: 0 done · 1 the data were refused · 2 usage · 3 the store is damaged or busy, or no room · 70 a bug.
Heavy libraries are imported by the command that needs them, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pipelines import commands
from pipelines.errors import OutcomesError

EXIT_BUG = 70
EXIT_INTERRUPTED = 130
EXIT_UNREACHABLE = 3
_OF_THE_MACHINE = {
    getattr(errno, name)
    for name in ("EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG", "EIO", "ENAMETOOLONG", "EMFILE", "ENFILE")
    if hasattr(errno, name)
}
"""What the system says of rights, room and names; no fault of the program."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except OutcomesError as error:
        print(f"outcomes: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("outcomes: stopped; the last snapshot is still in force.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _print_no_more()
        return 0
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            print(f"outcomes: {_bug_report(error)}", file=sys.stderr)
            return EXIT_BUG
        print(f"outcomes: {_unreachable(error)}", file=sys.stderr)
        return EXIT_UNREACHABLE
    except Exception as error:
        print(f"outcomes: {_bug_report(error)}", file=sys.stderr)
        return EXIT_BUG
    return code


def _print_no_more() -> None:
    """What is left to print goes nowhere, lest the end of the process fail over it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unreachable(error: OSError) -> str:
    """What the system says of a file, or of where the output goes, which has no name."""
    if error.filename is None:
        with suppress(OSError):
            _print_no_more()
    return (
        f"{error.filename or 'A file, or the output of this command,'} cannot be read or written ({error.strerror}). "
        "Check who may read and write there and whether the disk is full, then run this again."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="outcomes",
        description="Outcome tracking for ketamine-infusion programs. Not a medical device; no advice on treatment.",
    )
    _add_places(
        parser, Path(os.environ.get("OUTCOMES_STORE", "store")), Path(os.environ.get("OUTCOMES_CONFIG", "program.toml"))
    )
    shared = argparse.ArgumentParser(add_help=False)
    _add_places(shared, argparse.SUPPRESS, argparse.SUPPRESS)
    subcommands = parser.add_subparsers(required=True, metavar="COMMAND")

    for command in commands.COMMANDS:
        command.register(subcommands, shared)
    return parser


def _add_places(parser: argparse.ArgumentParser, store: Path | str, config: Path | str) -> None:
    """`--store` and `--config`, which may stand before or after the command."""
    parser.add_argument(
        "--store",
        type=Path,
        metavar="DIR",
        default=store,
        help="the store folder (default: $OUTCOMES_STORE, else ./store)",
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=config,
        help="the program's settings (default: $OUTCOMES_CONFIG, else ./program.toml; may be absent)",
    )


def _bug_report(error: Exception) -> str:
    """What can be told of a bug without telling a value: the kind of error and where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "unknown place"
    return (
        f"This is a bug: {type(error).__name__} in {where}. The last snapshot is still in force. Please report it with "
        "the command that you ran; do not attach data."
    )
