"""`outcomes quarantine`: what was refused, and how to mend it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pipelines.commands.shared import settings_of, store_of
from pipelines.errors import UnknownName

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands

_LINES_PER_RULE = 10


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("quarantine", parents=[shared], help="what was refused, and how to mend it")
    parser.add_argument("--rule", metavar="R", help="only rows that broke this rule")
    parser.add_argument("--format", choices=["table", "csv"], default="table")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints what was refused, and how to mend it."""
    import csv
    from itertools import groupby

    from pipelines.sources.quarantine import quarantined_rows

    _, definitions = settings_of(options)
    rules = definitions.import_rules.rules
    if options.rule is not None and options.rule not in rules:
        raise UnknownName("rule", options.rule, rules)
    rows = list(quarantined_rows(store_of(options), options.rule))
    if options.format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(["source", "file", "line", "rule", "column", "found", "suggestion", "cure"])
        for row in rows:
            cure = rules[row.rule].cure
            writer.writerow(
                [
                    row.source,
                    row.file_name,
                    row.line,
                    row.rule,
                    row.column,
                    row.found,
                    row.suggestion or "",
                    cure,
                ]
            )
        return 0
    print(f"{len(rows):,} row{'' if len(rows) == 1 else 's'} in quarantine.")
    for rule, group in groupby(rows, key=lambda row: row.rule):
        members = list(group)
        print(f"\n{rule} ({len(members):,}): {rules[rule].found}. {rules[rule].cure}")
        shown = members if options.rule else members[:_LINES_PER_RULE]
        for row in shown:
            hint = f"; did you mean {row.suggestion}?" if row.suggestion else ""
            print(f"  {row.file_name} line {row.line:,}: {row.column}: {row.found}{hint}")
        if len(shown) < len(members):
            print(f"  and {len(members) - len(shown):,} more: outcomes quarantine --rule {rule}")
    return 0
