"""`outcomes quarantine`: what was refused and how to mend it; what is kept although an export no longer holds it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.commands.shared import settings_of, store_of
from pipelines.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.definitions.models import ImportRule
    from pipelines.sources.quarantine import QuarantinedRule
    from pipelines.store import Store


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("quarantine", parents=[shared], help="what was refused, and how to mend it")
    parser.add_argument("--rule", metavar="R", help="only rows that broke this rule, all of them")
    parser.add_argument(
        "--kept", action="store_true", help="instead, courses that the store keeps though the last export lacks them"
    )
    parser.add_argument("--format", choices=["table", "csv"], default="table")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints what was refused, and how to mend it."""
    from pipelines.sources.quarantine import FIRST_PLACES, quarantined_rules

    _, definitions = settings_of(options)
    store = store_of(options)
    rules = definitions.import_rules.rules
    if options.kept:
        if options.rule is not None:
            raise UsageError("Give --kept or --rule, not both: kept courses broke no rule.")
        _print_kept(store, options.format)
        return 0
    if options.rule is not None and options.rule not in rules:
        raise UnknownName("rule", options.rule, rules)
    if options.format == "csv":
        _write_csv(store, options.rule, rules)
        return 0
    found = quarantined_rules(store, options.rule, None if options.rule else FIRST_PLACES)
    n_rows = sum(rule.n_rows for rule in found)
    print(f"{n_rows:,} row{'' if n_rows == 1 else 's'} in quarantine.")
    print_rules(found, rules, is_kept=True)
    return 0


def print_rules(found: Sequence[QuarantinedRule], rules: Mapping[str, ImportRule], *, is_kept: bool) -> None:
    """Prints each rule with its cure and the first places where it is broken, causes before what follows from them.

    Args:
        is_kept: the rows are in the store, so that all of them can be asked for.
    """
    for rule in sorted(found, key=lambda rule: rules[rule.rule].follows_from_course):
        print(f"\n{rule.rule} ({rule.n_rows:,}): {rules[rule.rule].found}. {rules[rule.rule].cure}")
        for place in rule.first_places:
            hint = f"; did you mean {place.suggestion}?" if place.suggestion else ""
            found_there = f": {place.found}{hint}" if place.found else ""
            n_rows = f" ({place.n_rows:,} rows)" if place.n_rows > 1 else ""
            print(f"  {place.file_name} line {place.line:,}{n_rows}: {place.column}{found_there}")
        n_shown = sum(place.n_rows for place in rule.first_places)
        if n_shown < rule.n_rows:
            where = f": outcomes quarantine --rule {rule.rule}" if is_kept else ""
            print(f"  and {rule.n_rows - n_shown:,} more{where}")


def _write_csv(store: Store, rule: str | None, rules: Mapping[str, ImportRule]) -> None:
    import csv

    from pipelines.snapshots import SHOWN_OF_ID
    from pipelines.sources.quarantine import quarantined_rows

    writer = csv.writer(sys.stdout, lineterminator="\n")
    names = "batch source imported_on file table line rule column found suggestion what_is_wrong cure"
    writer.writerow(names.split())
    for row in quarantined_rows(store, rule):
        writer.writerow(
            [
                row.batch[:SHOWN_OF_ID],
                row.source,
                row.imported_on,
                row.file_name,
                row.table,
                row.line,
                row.rule,
                row.column,
                row.found,
                row.suggestion or "",
                rules[row.rule].found,
                rules[row.rule].cure,
            ]
        )


def _print_kept(store: Store, form: str) -> None:
    import csv

    from pipelines.sources.quarantine import kept_courses

    kept = list(kept_courses(store))
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(["source", "table", "course_id", "held_since"])
        writer.writerows([course.source, course.table, course.course_id, course.held_since] for course in kept)
        return
    if not kept:
        print("Every course that the store holds stands in the last import of its source.")
        return
    print(
        "Kept, though the last import of the table gives no accepted row of the course (it is absent there, or in "
        "quarantine):"
    )
    for course in kept:
        print(f"  {course.source} {course.table}: {course.course_id}, held since {course.held_since}")
