"""`outcomes check`: what is asked of the data of the snapshot in force, and what became of it since the one before.

With `--deep` also whether the store holds what it says; with `--repair` what can be mended is mended.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from pipelines.commands.shared import aligned, kind_of_data, settings_of, store_of
from pipelines.errors import StoreDamaged, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.commands.shared import Subcommands
    from pipelines.published import EarlierQuality, Published
    from pipelines.store import Store
    from pipelines.verification import Verification


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("check", parents=[shared], help="data quality, and what changed since last time")
    parser.add_argument(
        "--deep", action="store_true", help="also compare every file with its hash, and the counts with a rebuild"
    )
    parser.add_argument("--repair", action="store_true", help="as --deep, and mend what batches can mend")
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints what each check found; a finding is no refusal, so that the exit code is 0.

    Raises:
        StoreDamaged: a deep check found damage that is left.
    """
    is_deep = options.deep or options.repair
    if is_deep and options.format == "csv":
        raise UsageError("What is wrong with a store is told in words: use --deep with --format table or json.")
    store = store_of(options)
    verification, mended = _verified(store, options) if is_deep else (None, [])
    if verification is not None and options.format == "table":
        print(_store_text(store, verification, mended))
    damage = verification.damage if verification is not None else []
    further: dict[str, object] = {"store": _store_json(verification, mended)} if verification is not None else {}
    try:
        _print_checks(store, options.format, further)
    except StoreDamaged:
        if not damage:
            raise
        if options.format == "json":
            print(json.dumps({"about": None, "rows": [], **further}, indent=1, ensure_ascii=False))
    if damage:
        more = f" {len(damage) - 1:,} more stand in the list." if len(damage) > 1 else ""
        raise StoreDamaged(f"{damage[0].place} {damage[0].found}. {damage[0].cure}{more}")
    return 0


def _print_checks(store: Store, form: str, further: dict[str, object]) -> None:
    from pipelines.commands.measure import as_json
    from pipelines.filters import Filters
    from pipelines.published import earlier_quality, open_published
    from pipelines.results.quality import quality_checks

    published = open_published(store)
    earlier = earlier_quality(store, published.manifest.id, published.scope)
    checks = quality_checks(published, Filters(), (), earlier.found)
    if form == "json":
        before = earlier.snapshot.id if earlier.snapshot is not None and earlier.found is not None else None
        print(as_json(published, checks, "internal", {}, compared_with=before, **further))
    elif form == "csv":
        checks.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        print(_as_text(published, checks, earlier, is_forget_unfinished=bool(store.refusals().unfinished)))


def _store_json(verification: Verification, mended: list[str]) -> dict[str, object]:
    return {
        "n_files": verification.n_files,
        "notes": list(verification.notes),
        "mended": mended,
        "faults": [
            {"place": fault.place, "found": fault.found, "cure": fault.cure, "is_damage": fault.is_damage}
            for fault in verification.faults
        ],
    }


def _verified(store: Store, options: argparse.Namespace) -> tuple[Verification, list[str]]:
    """What does not hold in the store, after what can be mended was mended if that was asked for."""
    from pipelines.progress import shown
    from pipelines.sql.runner import count_models
    from pipelines.verification import mend_store, verify_store

    settings, definitions = settings_of(options)
    n_steps = count_models(["outcome", "published", "examined", "checks"]) + 4
    with shown("check", n_steps) as report:
        verification = verify_store(store, settings, definitions, report)
        if not options.repair or not verification.faults:
            return verification, []
        mended = mend_store(store, settings, definitions, verification, report)
        return verify_store(store, settings, definitions, report) if mended else verification, mended


def _store_text(store: Store, verification: Verification, mended: list[str]) -> str:
    n_damaged, n_faults = len(verification.damage), len(verification.faults)
    lines = [f"Store {store.folder}: {verification.n_files:,} files compared with their hashes.", *verification.notes]
    lines += [f"Mended: {sentence}" for sentence in mended]
    lines.append(
        f"{n_damaged:,} damaged, {n_faults - n_damaged:,} to tidy." if n_faults else "Nothing is wrong with it."
    )
    for fault in verification.faults:
        lines += [f"  {fault.place} {fault.found}.", f"    {fault.cure}"]
    return "\n".join([*lines, ""])


def _as_text(published: Published, checks: pd.DataFrame, earlier: EarlierQuality, *, is_forget_unfinished: bool) -> str:
    from pipelines.words.quality import comparison_words, finding_words, quality_summary, urgent_first

    unfinished = (
        ["`outcomes forget` was stopped before it had removed everything: run `outcomes forget` to finish it."]
        if is_forget_unfinished
        else []
    )
    manifest = published.manifest
    built = earlier.snapshot.built_at.strftime("%Y-%m-%d %H:%M") if earlier.snapshot is not None else None
    before = comparison_words(
        earlier.snapshot.id if earlier.snapshot is not None else None, built, earlier.found is not None
    )
    parts = [
        f"Snapshot {manifest.id} · {kind_of_data(manifest)}",
        *unfinished,
        before,
        quality_summary(checks),
        "",
        _table(checks),
    ]
    urgent = urgent_first(checks)
    if urgent:
        parts += ["", "What to do first:"]
    for row in urgent:
        parts += [
            f"  {row['status'].upper()} {row['check']}: {finding_words(row)}",
            *([f"    {row['note']}."] if row["note"] else []),
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
    return "\n".join(line.rstrip() for line in aligned(lines).splitlines())
