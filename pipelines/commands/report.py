"""`outcomes report`: a pack of a quarter or a year, to be sent as it is; and whether one is what its snapshot says."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.shared import store_of
from pipelines.errors import OptionsContradict, UnknownName

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.reports.asking import Asked
    from pipelines.reports.manifest import Format, PackManifest

_FOLDER = Path("reports")
_FORMATS = "pdf,xlsx,pptx,csv"


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser(
        "report", parents=[shared], help="a pack of results for a quarter, to be sent as it is"
    )
    parser.add_argument(
        "period", nargs="?", metavar="PERIOD", help="a quarter, such as 2026-Q3, or a year, such as 2026"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="a new folder for the pack (default: one named for what was asked in ./reports, such as reports/2026-Q3)",
    )
    parser.add_argument("--formats", metavar="A,B", help=f"which files to write (default: all of {_FORMATS})")
    parser.add_argument(
        "--policy",
        choices=["cms", "nhs", "internal"],
        help="small numbers: cms hides 1 to 10, nhs under 5 and rounds, internal nothing (default: cms)",
    )
    parser.add_argument("--condition", metavar="C", help="about one condition alone, such as depression")
    parser.add_argument("--site", metavar="S", help="about one site alone")
    parser.add_argument("--paper", choices=["a4", "letter"], help="of the PDF (default: a4)")
    parser.add_argument(
        "--verify", type=Path, metavar="DIR", help="make the pack in DIR again from its snapshot and compare every byte"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Writes or verifies a pack."""
    if options.verify is not None:
        return _verify(options)
    if options.period is None:
        raise OptionsContradict("Name the quarter or the year: `outcomes report 2026-Q3`, or `outcomes report 2026`.")
    return _write(options)


def _write(options: argparse.Namespace) -> int:
    from pipelines.progress import shown
    from pipelines.reports.letterhead import read_letterhead
    from pipelines.reports.releasing import release_pack

    asked = _asked(options)
    folder = options.out if options.out is not None else _FOLDER / asked.folder_name
    with shown("report", 2 + len(asked.formats)) as report:
        released = release_pack(store_of(options), asked, folder, read_letterhead(options.config), report)
    manifest = released.made.manifest
    if released.outcome == "unchanged":
        print(f"{folder} holds this report already, byte for byte.")
    else:
        again = " again, in place of what stood there" if released.outcome == "replaced" else ""
        n_files = len(released.made.files)
        print(f"{folder} holds the report for {manifest.period}{again}: {n_files} files.")
    _describe(manifest)
    print(f"Read it before you send it. Verify it with `outcomes report --verify {folder}`.")
    return 0


def _describe(manifest: PackManifest) -> None:
    """The snapshot, the policy and the cohorts, which whoever sends a pack should know."""
    from pipelines.definitions.disclosure import policy_named
    from pipelines.words.report import cohort_line

    data = "synthetic demonstration data" if manifest.is_synthetic else "clinical data"
    policy = policy_named(manifest.policy)
    print(f"  Snapshot {manifest.snapshot}: {data}. Small numbers: {policy.label}.")
    for cohort in manifest.cohorts:
        print(f"  {cohort_line(cohort.name, cohort.quarters, cohort.standing, policy)}.")


def _verify(options: argparse.Namespace) -> int:
    from pipelines.progress import shown
    from pipelines.reports.letterhead import read_letterhead
    from pipelines.reports.verify import verify_pack

    given = {
        "PERIOD": options.period,
        "--out": options.out,
        "--formats": options.formats,
        "--policy": options.policy,
        "--condition": options.condition,
        "--site": options.site,
        "--paper": options.paper,
    }
    if named := [name for name, value in given.items() if value is not None]:
        raise OptionsContradict(
            f"--verify reads what was asked for from the pack itself: leave out {' and '.join(named)}."
        )
    with shown("verify", 6) as report:
        manifest = verify_pack(options.verify, store_of(options), read_letterhead(options.config), report)
    print(
        f"{options.verify} is what snapshot {manifest.snapshot} gives: {len(manifest.files) + 1} files, made again and "
        "the same byte for byte."
    )
    return 0


def _asked(options: argparse.Namespace) -> Asked:
    from pipelines.reports.asking import Asked
    from pipelines.reports.making import FORMATS

    formats: tuple[Format, ...] = tuple(FORMATS)
    if options.formats is not None:
        names = [name.strip() for name in options.formats.split(",") if name.strip()]
        for name in names:
            if name not in FORMATS:
                raise UnknownName("format", name, FORMATS)
        formats = tuple(name for name in FORMATS if name in names)
    if not formats:
        raise OptionsContradict(f"--formats names none: give one or more of {', '.join(FORMATS)}.")
    return Asked(
        period=options.period,
        policy=options.policy or "cms",
        formats=formats,
        paper=options.paper or "a4",
        condition=options.condition,
        site=options.site,
    )
