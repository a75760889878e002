"""`outcomes check`: what is asked of the data of the snapshot in force, and what became of it since the one before."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pipelines.commands.shared import aligned, store_of

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.commands.shared import Subcommands
    from pipelines.published import EarlierQuality, Published


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("check", parents=[shared], help="data quality, and what changed since last time")
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints what each check found; a finding is no refusal, so that the exit code is 0."""
    from pipelines.commands.measure import as_json
    from pipelines.filters import Filters
    from pipelines.published import earlier_quality, open_published
    from pipelines.results.quality import quality_checks

    store = store_of(options)
    published = open_published(store)
    earlier = earlier_quality(store, published.manifest.id)
    checks = quality_checks(published, Filters(), (), earlier.found)
    if options.format == "json":
        before = earlier.snapshot.id if earlier.snapshot is not None and earlier.found is not None else None
        print(as_json(published, checks, "internal", compared_with=before))
    elif options.format == "csv":
        checks.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        print(_as_text(published, checks, earlier))
    return 0


def _as_text(published: Published, checks: pd.DataFrame, earlier: EarlierQuality) -> str:
    from pipelines.words.quality import comparison_words, finding_words, quality_summary, urgent_first

    manifest = published.manifest
    kind = "synthetic demonstration data" if manifest.is_synthetic else "clinical data"
    built = earlier.snapshot.built_at.strftime("%Y-%m-%d %H:%M") if earlier.snapshot is not None else None
    before = comparison_words(
        earlier.snapshot.id if earlier.snapshot is not None else None, built, earlier.found is not None
    )
    parts = [f"Snapshot {manifest.id} · {kind}", before, quality_summary(checks), "", _table(checks)]
    urgent = urgent_first(checks)
    if urgent:
        parts += ["", "What to do first:"]
    for row in urgent:
        parts += [
            f"  {row['status'].upper()} {row['check']}: {finding_words(row)}",
            f"    {row['why']}",
            f"    {row['cure']}",
        ]
    parts += ["", "By site: outcomes measure quality --by site"]
    return "\n".join(parts)


def _table(checks: pd.DataFrame) -> str:
    from pipelines.words.numbers import percent
    from pipelines.words.quality import share_words

    lines: list[tuple[object, ...]] = [("", "violated", "checked", "share", "allowed", "state", "result")]
    for category, rows in checks.groupby("category", sort=False):
        lines.append((str(category), *[""] * 6))
        lines += [
            (
                f"  {row['check']}",
                int(row["n_violated"]),
                int(row["n_checked"]),
                share_words(row),
                percent(row["allowed"]),
                row["status"].upper(),
                row["verdict"].replace("_", " "),
            )
            for row in rows.to_dict("records")
        ]
    return aligned(lines)
