"""`outcomes measure`: prints a result table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.commands.shared import kind_of_data, store_of
from pipelines.errors import UnknownName

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.commands.shared import Subcommands
    from pipelines.definitions.disclosure import Policy
    from pipelines.filters import Filters
    from pipelines.manifests import SnapshotManifest
    from pipelines.published import Published
    from pipelines.store import Store

_WIDEST = 60
MEASURES: Mapping[str, str] = {
    "flow": "flow",
    "retention": "retention",
    "response": "response_by_subgroup",
    "remission": "remission_by_subgroup",
    "reliable-change": "reliable_change_by_subgroup",
    "nhs-recovery": "nhs_recovery",
    "onset": "onset",
    "onset-curve": "onset_curve",
    "durability": "durability",
    "durability-curve": "durability_curve",
    "trajectory": "trajectory",
    "distribution": "distribution",
    "early-improvement": "early_improvement",
    "acute": "acute",
    "dissociation": "dissociation",
    "safety": "safety",
    "suicidality": "suicidality",
    "sites": "sites",
    "trend": "trend",
    "benchmark": "benchmark",
    "quality": "quality",
}
"""The measures in their order, each with its table in `results.registry`."""


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("measure", parents=[shared], help="print a result table")
    parser.add_argument("name", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument(
        "--by", default="", metavar="a,b", help="groups: quarter, site, route, or one further attribute"
    )
    parser.add_argument("--where", nargs="+", action="extend", default=[], metavar="KEY=V1,V2", help="what to keep")
    parser.add_argument(
        "--set",
        dest="changes",
        action="append",
        default=[],
        metavar="RULE=VALUE",
        help='what if a rule were another, such as remission.PHQ-9="<=5"; changes no file (several: repeat --set)',
    )
    parser.add_argument(
        "--policy",
        choices=["internal", "nhs", "cms"],
        help="small numbers: who may see which (default: [disclosure] of program.toml)",
    )
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints a result table."""
    from pipelines.definitions.disclosure import policy_named
    from pipelines.definitions.what_if import parse_changes
    from pipelines.filters import parse_filters
    from pipelines.results.registry import policy_of

    if options.name not in MEASURES:
        raise UnknownName("measure", options.name, MEASURES)
    store, changes = store_of(options), parse_changes(options.changes)
    with _counts(store, changes) as published:
        filters = parse_filters(options.where, published.attributes)
        by = [name.strip() for name in options.by.split(",") if name.strip()]
        policy = policy_named(options.policy) if options.policy else policy_of(published)
        table = _labelled(measured(options.name, published, filters, by, store, policy), changes)
        if options.format == "json":
            print(as_json(published, table, policy.name, changes))
        elif options.format == "csv":
            table.to_csv(sys.stdout, index=False, lineterminator="\n")
        else:
            print(_as_text(published, table, policy, changes))
    return 0


@contextmanager
def _counts(store: Store, changes: Mapping[str, str]) -> Iterator[Published]:
    """The counts of the snapshot in force, or those that it would have under changed rules."""
    from pipelines.published import open_published
    from pipelines.what_if import counts_under

    published = open_published(store)
    if not changes:
        yield published
        return
    with counts_under(store, published, changes) as counts:
        yield counts


def _labelled(table: pd.DataFrame, changes: Mapping[str, str]) -> pd.DataFrame:
    """Every row under changed rules says so, wherever it is copied to."""
    from pipelines.results.tables import joined_notes

    if not changes:
        return table
    return table.assign(note=[joined_notes(f"what if {_in_words(changes)}", note) for note in table["note"]])


def _in_words(changes: Mapping[str, str]) -> str:
    return ", ".join(f"{rule} {value}" for rule, value in changes.items())


def measured(
    name: str, published: Published, filters: Filters, by: Sequence[str], store: Store, policy: Policy
) -> pd.DataFrame:
    """A measure under a policy; `store` is where the snapshot before is found, which checks are compared with."""
    from pipelines.published import earlier_quality
    from pipelines.results.registry import quality_result, result

    if name == "quality":
        before = earlier_quality(store, published.manifest.id, published.scope).found
        return quality_result(published, filters, by, before, policy)
    return result(MEASURES[name], published, filters, by, policy)


def as_json(
    published: Published, table: pd.DataFrame, policy: str, changes: Mapping[str, str], **further: object
) -> str:
    """A result table as the contract has it: what it is about, then its rows, then anything further.

    Args:
        changes: the rules that were changed for this answer, which `about` names as `what_if`.
    """
    import json

    from pipelines.results.tables import plain, records

    rows = [{name: plain(value) for name, value in row.items()} for row in records(table)]
    about = about_snapshot(published.manifest, policy) | ({"what_if": dict(changes)} if changes else {})
    return json.dumps({"about": about, "rows": rows, **further}, indent=1, ensure_ascii=False, allow_nan=False)


def about_snapshot(manifest: SnapshotManifest, policy: str) -> dict[str, object]:
    """What every JSON answer says of the snapshot that it is about."""
    return {
        "snapshot": manifest.id,
        "definitions": manifest.definitions_hash,
        "version": manifest.version,
        "synthetic": manifest.is_synthetic,
        "policy": policy,
        "privacy_mode": manifest.privacy_mode,
        "data_through": manifest.data_through.isoformat() if manifest.data_through else None,
    }


def _as_text(published: Published, table: pd.DataFrame, policy: Policy, changes: Mapping[str, str]) -> str:
    import pandas as pd

    manifest = published.manifest
    shown = table.drop(columns=["measure", "suppressed"]).dropna(axis="columns", how="all")
    # Whole sentences, such as the question of a check, are for csv and json: a table of them has no columns to see.
    shown = shown[[name for name in shown if name == "note" or shown[name].astype(str).str.len().max() <= _WIDEST]]
    counts = [name for name in shown if str(name).startswith("n_")]  # a hidden count is as blank as none
    shown = shown.assign(**{str(name): shown[name].astype(object).where(shown[name].notna(), "") for name in counts})
    text = shown.to_string(index=False, na_rep="", float_format=lambda value: f"{value:.4g}")
    windows = published.definitions.outcomes.windows
    meanings = [
        f"{name}: {windows[name].label}" for name in table.get("window", pd.Series()).unique() if name in windows
    ]
    what_if = f" · what if {_in_words(changes)}: not the program's rules, no file was changed" if changes else ""
    hidden = "" if policy.hides_nothing else f" · {policy.label}; not proof against subtraction"
    return "\n".join([f"Snapshot {manifest.id} · {kind_of_data(manifest)}{what_if}{hidden}", *meanings, text])
