"""The `outcomes` command: exports in, counts out, results shown.

Exit codes: 0 done · 1 the data were refused · 2 usage · 3 the store is damaged or busy · 70 a bug.
Heavy libraries are imported by the command that needs them, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipelines import commands
from pipelines.errors import OutcomesError

EXIT_BUG = 70
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except OutcomesError as error:
        print(f"outcomes: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("outcomes: stopped; the last snapshot is still in force.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        print(f"outcomes: {_bug_report(error)}", file=sys.stderr)
        return EXIT_BUG
    return code


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

    demo = subcommands.add_parser("demo", parents=[shared], help="synthetic data, from import to dashboard")
    demo.add_argument("--no-serve", action="store_true", help="stop before the dashboard")
    demo.add_argument("--port", type=int, default=8501, metavar="N", help="port of the dashboard (default: 8501)")
    demo.set_defaults(run=commands.demo, address="127.0.0.1", published=None)

    imported = subcommands.add_parser("import", parents=[shared], help="take in score exports as one batch")
    imported.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a folder, or files named courses, infusions, scores",
    )
    imported.add_argument(
        "--source", choices=["canonical"], default="canonical", help="the format (default: canonical)"
    )
    imported.add_argument("--name", default="canonical", help="tells sources of one kind apart (default: the kind)")
    imported.add_argument(
        "--data-through",
        type=_date,
        metavar="DATE",
        help="how far the source had been filled in, as 2026-11-15",
    )
    imported.add_argument(
        "--accept-quarantine", action="store_true", help="count the batch however much is in quarantine"
    )
    imported.set_defaults(run=commands.import_exports)

    quarantine = subcommands.add_parser("quarantine", parents=[shared], help="what was refused, and how to mend it")
    quarantine.add_argument("--rule", metavar="R", help="only rows that broke this rule")
    quarantine.add_argument("--format", choices=["table", "csv"], default="table")
    quarantine.set_defaults(run=commands.quarantine)

    build = subcommands.add_parser(
        "build", parents=[shared], help="make a snapshot of all live batches and put it in force"
    )
    build.set_defaults(run=commands.build_snapshot)

    measure = subcommands.add_parser("measure", parents=[shared], help="print a result table")
    measure.add_argument("name", metavar="NAME", help=", ".join(commands.MEASURES))
    measure.add_argument(
        "--by", default="", metavar="a,b", help="groups: quarter, site, route, or one further attribute"
    )
    measure.add_argument("--where", nargs="+", action="extend", default=[], metavar="KEY=V1,V2", help="what to keep")
    measure.add_argument(
        "--policy",
        choices=["internal"],
        default="internal",
        help="small numbers (default: internal, all shown)",
    )
    measure.add_argument("--format", choices=["table", "csv", "json"], default="table")
    measure.set_defaults(run=commands.measure)

    dashboard = subcommands.add_parser("dashboard", parents=[shared], help="open the dashboard on this computer")
    dashboard.add_argument("--port", type=int, default=8501, metavar="N", help="port (default: 8501)")
    dashboard.add_argument("--address", default="127.0.0.1", metavar="A", help="address (default: 127.0.0.1)")
    dashboard.add_argument(
        "--published", type=Path, metavar="DIR", help="a folder with published snapshots, in place of a store"
    )
    dashboard.set_defaults(run=commands.dashboard)
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


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date such as 2026-11-15") from None
    if day > date.today():
        raise argparse.ArgumentTypeError(f"{text} lies in the future; nothing can have been filled in through it")
    return day


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
