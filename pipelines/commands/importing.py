"""`outcomes import`: takes in exports as one batch and prints where every row ended."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.shared import aligned, settings_of, store_of
from pipelines.errors import OptionsContradict, QuarantineTooLarge
from pipelines.sources.finding import KINDS

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.definitions import Definitions
    from pipelines.manifests import BatchManifest
    from pipelines.settings import Settings
    from pipelines.sources.intake import ImportResult
    from pipelines.sources.options import ImportOptions
    from pipelines.store import Store


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("import", parents=[shared], help="take in score exports as one batch")
    add_source_options(parser)
    parser.add_argument(
        "--append", action="store_true", help="only add to what the source holds, in place of replacing its courses"
    )
    parser.add_argument("--again", action="store_true", help="import anew what was imported before")
    parser.add_argument("--dry-run", action="store_true", help="do all of it and print it, but keep nothing")
    parser.add_argument(
        "--suggest-mapping",
        action="store_true",
        help="only write a draft of a mapping from the export's names: to a new --mapping FILE, else here",
    )
    parser.set_defaults(run=run)


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Adds what says which export is read, and how."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a folder, or files named courses, infusions, scores"
    )
    parser.add_argument(
        "--source",
        choices=list(KINDS),
        help="the format (default: canonical; table where a mapping is given)",
    )
    parser.add_argument("--name", metavar="NAME", help="tells sources of one kind apart (default: the kind)")
    parser.add_argument(
        "--data-through", type=_date, metavar="DATE", help="how far the source had been filled in, as 2026-11-15"
    )
    parser.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE",
        help="what the columns of tables mean (docs/mapping.md), and what is no identifier (docs/privacy.md)",
    )
    parser.add_argument(
        "--crosswalk",
        type=Path,
        metavar="FILE",
        help="keeps which pseudonym is whose, outside the store; made if it does not exist",
    )
    parser.add_argument(
        "--accept-quarantine", action="store_true", help="count the batch however much is in quarantine"
    )


def run(options: argparse.Namespace) -> int:
    """Takes in exports as one batch and prints where every row ended."""
    if options.suggest_mapping:
        return _suggest(options)
    import_options, settings, definitions = import_options_of(options)
    import_options = replace(import_options, is_append=options.append, is_again=options.again)
    store = store_of(options)
    how = rehearsed if options.dry_run else imported
    result = how(store, options.paths, import_options, settings, definitions)
    if not result.batch.is_live:
        consequence = "would be kept but would not" if options.dry_run else "is kept but does not"
        raise quarantine_too_large(
            result,
            settings,
            f"the batch {consequence} count. {'Mend' if options.dry_run else 'See `outcomes quarantine`, mend'} the "
            "export and import it again, or import with --accept-quarantine.",
        )
    print("A dry run: nothing was kept." if options.dry_run else "Next: `outcomes build`.")
    return 0


def _suggest(options: argparse.Namespace) -> int:
    """Writes a draft of a mapping, to a new file or to the terminal; nothing is imported.

    Raises:
        OptionsContradict: the file exists, or exports of this format need no mapping.
    """
    kind = options.source or "table"
    suggest = KINDS[kind].suggest
    if suggest is None:
        drafted = " or ".join(name for name, known in KINDS.items() if known.suggest is not None)
        raise OptionsContradict(
            f"--suggest-mapping is for --source {drafted}; {kind} files say by themselves what they hold."
        )
    if options.mapping is not None and options.mapping.exists():
        raise OptionsContradict(
            f"{options.mapping} exists, and a draft never takes the place of a file. Give --mapping another name, or "
            "leave it out to see the draft here."
        )
    _, definitions = settings_of(options)
    draft = suggest(options.paths, definitions)
    if options.mapping is None:
        print(draft, end="")
    else:
        options.mapping.write_text(draft, encoding="utf-8")
        print(f"A draft stands in {options.mapping}. Read it, mend what is marked CHECK, and import with it.")
    return 0


def import_options_of(options: argparse.Namespace) -> tuple[ImportOptions, Settings, Definitions]:
    """Which export is read and how, and by which settings and definitions; without a format, a mapping implies one.

    Raises:
        OptionsContradict: with the option that is missing or of no use.
    """
    from pipelines.sources.options import ImportOptions

    kind = options.source or ("table" if options.mapping is not None else "canonical")
    settings, definitions = settings_of(options)
    _check_options(kind, options, settings)
    import_options = ImportOptions(
        kind=kind,
        name=options.name or kind,
        data_through=options.data_through,
        accept_quarantine=options.accept_quarantine,
        mapping=options.mapping,
        crosswalk=options.crosswalk,
    )
    return import_options, settings, definitions


def quarantine_too_large(result: ImportResult, settings: Settings, consequence: str) -> QuarantineTooLarge:
    """What to say where more of an export is in quarantine than the settings allow.

    Args:
        consequence: what becomes of it, and the cure.
    """
    return QuarantineTooLarge(
        f"{result.quarantined_fraction:.0%} of the rows are in quarantine, more than the "
        f"{settings.imports.quarantined_fraction_at_most:.0%} allowed: {consequence}"
    )


def _check_options(kind: str, options: argparse.Namespace, settings: Settings) -> None:
    """Whether the options go together, as far as the kind of source tells.

    Raises:
        OptionsContradict: with the option that is missing or of no use.
    """
    source = KINDS[kind]
    if source.why_mapping is not None and options.mapping is None:
        raise OptionsContradict(f"--source {kind} needs --mapping FILE, {source.why_mapping}")
    has_codes_of_sites = settings.privacy_mode == "safe_harbor"
    if options.crosswalk is not None and not source.has_record_numbers and not has_codes_of_sites:
        with_numbers = " or ".join(name for name, other in KINDS.items() if other.has_record_numbers)
        raise OptionsContradict(
            f"--crosswalk belongs to --source {with_numbers}, and this import is of {kind} files, which hold "
            "pseudonyms already."
        )


def imported(
    store: Store,
    paths: Sequence[Path],
    import_options: ImportOptions,
    settings: Settings,
    definitions: Definitions,
) -> ImportResult:
    """Imports with progress shown, and prints where every row ended."""
    from pipelines.progress import shown
    from pipelines.sources.intake import import_files
    from pipelines.sql.runner import count_models

    with shown("import", count_models(["accepted"]) + 2) as report:
        result = import_files(store, paths, import_options, settings, definitions, report)
    _print_result(result)
    return result


def rehearsed(
    store: Store,
    paths: Sequence[Path],
    import_options: ImportOptions,
    settings: Settings,
    definitions: Definitions,
) -> ImportResult:
    """Does all of an import but keep it, and prints where every row would end and what would be quarantined."""
    from pipelines.commands.quarantine import print_rules
    from pipelines.progress import shown
    from pipelines.sources.intake import rehearse_import
    from pipelines.sql.runner import count_models

    with shown("dry run", count_models(["accepted"]) + 1) as report:
        result, quarantined = rehearse_import(store, paths, import_options, settings, definitions, report)
    _print_result(result)
    print_rules(quarantined, definitions.import_rules.rules, is_kept=False)
    return result


def _print_result(result: ImportResult) -> None:
    from pipelines.snapshots import SHOWN_OF_ID

    batch = result.batch
    state = "new" if result.is_new else "already imported; nothing changed"
    print(f"Batch {batch.id[:SHOWN_OF_ID]} of {batch.source} ({state}; privacy mode {batch.privacy_mode}).")
    print_places(batch)
    if result.replaced_by is not None:
        print(
            f"Note: batch {result.replaced_by.id[:SHOWN_OF_ID]} came later and replaces what these files gave. "
            "To go back to them, import them with --again."
        )


def print_places(batch: BatchManifest) -> None:
    """Prints where every row ended, what was replaced, and what there is to say of it."""
    _print_lines(batch)
    header = ("", "records", "no value", "rows", "accepted", "duplicate", "quarantined", "not tracked")
    rows = [
        (
            table.file_name,
            table.n_records,
            table.n_records - table.n_landed,
            table.n_landed,
            table.n_accepted,
            table.n_duplicate,
            table.n_quarantined,
            table.n_not_tracked,
        )
        for table in batch.tables
    ]
    print(aligned([header, *rows]))
    _print_replacements(batch)
    for note in batch.notes:
        print(f"Note: {note}")


def _print_lines(batch: BatchManifest) -> None:
    """How the lines of each sheet became rows, where a line is not simply a row."""
    if not batch.lines:
        return
    header = ("", "lines", "left out by a filter", "without a row", "rows given")
    rows = [
        (lines.file_name, lines.n_lines, lines.n_filtered, lines.n_without_row, lines.n_rows) for lines in batch.lines
    ]
    print(aligned([header, *rows]))


def _print_replacements(batch: BatchManifest) -> None:
    if not batch.replacements:
        return
    header = ("", "courses", "rows: same", "changed", "new", "gone", "courses kept")
    rows = [
        (
            table.file_name,
            table.n_courses,
            table.n_same,
            table.n_changed,
            table.n_new,
            table.n_gone,
            table.n_kept_courses,
        )
        for table in batch.replacements
    ]
    print(f"Replaces what the store held of {batch.source}:")
    print(aligned([header, *rows]))


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date such as 2026-11-15") from None
    if day > date.today():
        raise argparse.ArgumentTypeError(f"{text} lies in the future; nothing can have been filled in through it")
    return day
