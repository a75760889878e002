"""`outcomes deidentify`: canonical files for a partner who may not send dates."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.importing import add_source_options, import_options_of, print_places, quarantine_too_large

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.sources.deidentify import Deidentified


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "deidentify", parents=[shared], help="write an export as canonical files without dates and record numbers"
    )
    add_source_options(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder for the files")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Writes the files, and prints where every row ended and what was left out."""
    from pipelines.commands.quarantine import print_rules
    from pipelines.progress import shown
    from pipelines.sources.deidentify import deidentify_files
    from pipelines.sql.runner import count_models
    from pipelines.words.deidentified import readme

    import_options, settings, definitions = import_options_of(options)
    with shown("deidentify", count_models(["accepted"]) + 2) as report:
        found = deidentify_files(
            options.paths, options.out, options.store, import_options, settings, definitions, readme, report
        )
    print(f"To be de-identified: {import_options.kind} files (privacy mode {settings.privacy_mode}).")
    print_places(found.result.batch)
    print_rules(found.quarantined, definitions.import_rules.rules, is_kept=False)
    if found.manifest is None:
        raise quarantine_too_large(
            found.result,
            settings,
            "nothing was written. Mend the export and run this again, or give --accept-quarantine.",
        )
    _print_written(found, options.out)
    return 0


def _print_written(found: Deidentified, folder: Path) -> None:
    assert found.manifest is not None
    if found.n_patients is not None:
        print(f"The crosswalk knows {found.n_patients:,} patients, {found.n_new_patients:,} of them new.")
    if found.manifest.n_marked_infusions:
        n_marked = found.manifest.n_marked_infusions
        print(
            f"infusions.csv has {n_marked:,} row{'' if n_marked == 1 else 's'} marked `quarantined`, without values: "
            "first infusions that were refused and on which the clock of their course rests. An import quarantines "
            "them again."
        )
    if found.n_refused_elsewhere:
        n_refused = found.n_refused_elsewhere
        print(
            f"{n_refused:,} patient{'' if n_refused == 1 else 's'} withdrew consent in other sources of the "
            "store. If this is one of them, give its --name, and they are left out here too."
        )
    names = sorted(path.name for path in folder.iterdir())
    print(f"{folder} holds {', '.join(names[:-1])} and {names[-1]}. Read README.md before you pass them on.")
