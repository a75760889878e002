"""`outcomes diff`: what changed between two snapshots, in the results and in what made them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.commands.shared import kind_of_data, store_of
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.manifests import BatchManifest, SnapshotManifest
    from pipelines.published import Published
    from pipelines.results.difference import ChangedEntry, ChangedRow
    from pipelines.store import Store

_LONGEST = 60


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("diff", parents=[shared], help="what changed between two snapshots")
    parser.add_argument(
        "before", nargs="?", metavar="A", help="the earlier snapshot (default: the one built before the later one)"
    )
    parser.add_argument("after", nargs="?", metavar="B", help="the later snapshot (default: the one in force)")
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    parser.set_defaults(run=run)


@dataclass(frozen=True)
class Difference:
    """What is not the same in two snapshots."""

    before: SnapshotManifest
    after: SnapshotManifest
    batches_removed: Sequence[BatchManifest]
    batches_added: Sequence[BatchManifest]
    settings: Sequence[ChangedEntry]
    definitions: Sequence[ChangedEntry]
    rows: Sequence[ChangedRow]


def run(options: argparse.Namespace) -> int:
    """Prints what changed."""
    store = store_of(options)
    difference = _difference(store, *_two_snapshots(store, options.before, options.after))
    if options.format == "json":
        print(_as_json(difference))
    elif options.format == "csv":
        _write_csv(difference)
    else:
        print("\n".join(_lines(store, difference)))
    return 0


def _two_snapshots(store: Store, before: str | None, after: str | None) -> tuple[SnapshotManifest, SnapshotManifest]:
    later = store.named_snapshot(after or store.current_id())
    if before is not None:
        return store.named_snapshot(before), later
    earlier = store.snapshot_before(later.id)
    if earlier is None:
        others = ", ".join(snapshot.id for snapshot in store.snapshots() if snapshot.id != later.id)
        raise UsageError(
            f"No snapshot was built before {later.id}, which is in force. "
            + (f"Name the two: outcomes diff A B; others: {others}." if others else "It is the only one.")
        )
    return earlier, later


def _difference(store: Store, before: SnapshotManifest, after: SnapshotManifest) -> Difference:
    from pipelines.commands.measure import MEASURES, measured
    from pipelines.definitions.disclosure import policy_named
    from pipelines.filters import Filters
    from pipelines.published import Published
    from pipelines.results.difference import changed_entries, changed_rows

    earlier, later = (Published(store.snapshot_file(snapshot.id, "published.duckdb")) for snapshot in (before, after))
    # Who may compare snapshots has the store, course rows and all.
    as_counted = policy_named("internal")
    rows: list[ChangedRow] = []
    for name in MEASURES:
        tables = (measured(name, published, Filters(), (), store, as_counted) for published in (earlier, later))
        rows += changed_rows(*tables)
    batches = {batch.id: batch for batch in store.batches()}
    return Difference(
        before,
        after,
        [batches[batch] for batch in before.batches if batch not in after.batches and batch in batches],
        [batches[batch] for batch in after.batches if batch not in before.batches and batch in batches],
        list(changed_entries(_plain_settings(earlier), _plain_settings(later))),
        list(changed_entries(_plain_definitions(earlier), _plain_definitions(later))),
        rows,
    )


def _plain_settings(published: Published) -> dict[str, Any]:
    return published.settings.model_dump(mode="json", by_alias=True)


def _plain_definitions(published: Published) -> dict[str, Any]:
    return published.definitions.model_dump(mode="json")


def _lines(store: Store, difference: Difference) -> Iterable[str]:
    for snapshot, role in ((difference.before, "from"), (difference.after, "to")):
        yield (
            f"{role:>4} {snapshot.id}, built {snapshot.built_at:%Y-%m-%d %H:%M} UTC, {kind_of_data(snapshot)}, "
            f"filled in through {snapshot.data_through or 'an unknown date'}"
        )
    yield ""
    if difference.before.version != difference.after.version:
        yield f"version: {difference.before.version} -> {difference.after.version}"
    for batch in difference.batches_removed:
        retraction = store.retraction(batch.id)
        yield f"batch removed: {_named(batch)}" + (
            f", taken back {retraction.retracted_at:%Y-%m-%d}" if retraction is not None else ""
        )
    for batch in difference.batches_added:
        yield f"batch added: {_named(batch)}"
    for kind, entries in (("setting", difference.settings), ("definition", difference.definitions)):
        for entry in entries:
            yield f"{kind} {entry.path}: {_short(entry.before)} -> {_short(entry.after)}"
    if not difference.rows:
        yield "No headline result changed."
        return
    n_rows = len(difference.rows)
    yield f"{n_rows:,} headline result{'' if n_rows == 1 else 's'} changed:"
    for row in difference.rows:
        yield f"  {_row_name(row)}: {_row_change(row)}"


def _named(batch: BatchManifest) -> str:
    from pipelines.snapshots import SHOWN_OF_ID

    n_accepted = sum(table.n_accepted for table in batch.tables)
    return (
        f"{batch.id[:SHOWN_OF_ID]} of {batch.source}, imported {batch.imported_at:%Y-%m-%d}, "
        f"filled in through {batch.data_through or 'an unknown date'}, {n_accepted:,} accepted rows"
    )


def _short(value: object) -> str:
    text = "absent" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _row_name(row: ChangedRow) -> str:
    return " · ".join(
        f"{name} {_plain(value)}" if name in ("day", "infusion") else str(value) for name, value in row.key.items()
    )


def _plain(value: object) -> str:
    """A number without needless decimals; a name, such as `all` infusions, as it is."""
    return value if isinstance(value, str) else f"{value:g}"


def _row_change(row: ChangedRow) -> str:
    if row.before is None or row.after is None:
        return f"new, {_estimate(row.after)}" if row.after is not None else f"gone, was {_estimate(row.before)}"
    parts = []
    if {"estimate", "lower", "upper"} & set(row.changed):
        parts.append(f"{_estimate(row.before)} -> {_estimate(row.after)}")
    parts += [
        f"{name} {_short(row.before[name])} -> {_short(row.after[name])}"
        for name in row.changed
        if name not in ("estimate", "lower", "upper", "note")
    ]
    if "note" in row.changed:
        parts.append(f"note: {row.after['note'] or 'none'}")
    return "; ".join(parts)


def _estimate(values: Any) -> str:
    found = "no estimate" if values.get("estimate") is None else f"{values['estimate']:.4g}"
    if values.get("lower") is None and values.get("upper") is None:
        return found
    bounds = ["?" if values.get(name) is None else f"{values[name]:.4g}" for name in ("lower", "upper")]
    return f"{found} ({bounds[0]} to {bounds[1]})"


def _write_csv(difference: Difference) -> None:
    import csv

    from pipelines.results.difference import KEYS

    rows = difference.rows
    names = list(dict.fromkeys(name for row in rows for values in (row.before, row.after) for name in values or {}))
    columns = [f"{side}_{name}" for name in names for side in ("before", "after")]
    writer = csv.DictWriter(sys.stdout, [*KEYS, *columns], restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        sides = {
            f"{side}_{name}": value
            for side, values in (("before", row.before), ("after", row.after))
            for name, value in (values or {}).items()
        }
        writer.writerow({**row.key, **sides})


def _as_json(difference: Difference) -> str:
    import json

    from pipelines.commands.measure import about_snapshot
    from pipelines.results.tables import plain

    def values(found: Any) -> Any:
        return None if found is None else {name: plain(value) for name, value in found.items()}

    about = {
        side: {**about_snapshot(snapshot, "internal"), "batches": list(snapshot.batches)}
        for side, snapshot in (("before", difference.before), ("after", difference.after))
    }
    entries = {
        kind: [{"path": entry.path, "before": entry.before, "after": entry.after} for entry in found]
        for kind, found in (("settings", difference.settings), ("definitions", difference.definitions))
    }
    rows = [
        {**values(row.key), "changed": row.changed, "before": values(row.before), "after": values(row.after)}
        for row in difference.rows
    ]
    return json.dumps({"about": about, **entries, "rows": rows}, indent=1, ensure_ascii=False, allow_nan=False)
