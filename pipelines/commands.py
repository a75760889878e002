"""What each command does and prints; each takes the parsed options and returns the exit code.

Heavy libraries are imported by the command that needs them, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import QuarantineTooLarge, UnknownName, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.definitions import Definitions
    from pipelines.filters import Filters
    from pipelines.published import Published
    from pipelines.settings import Settings
    from pipelines.sources.intake import ImportOptions, ImportResult
    from pipelines.store import Store

    Measure = Callable[[Published, Filters, Sequence[str]], pd.DataFrame]

MEASURES = ("flow", "response", "remission", "onset", "onset-curve")
_LINES_PER_RULE = 10


def demo(options: argparse.Namespace) -> int:
    """Synthetic data from import to dashboard."""
    from pipelines.sources.intake import ImportOptions
    from sample_data.calibration import data_through
    from sample_data.generator import CANONICAL_FOLDER

    settings, definitions = _settings(options)
    store = _store(options)
    print("Synthetic demonstration data: an invented program, no person's data.")
    _imported(store, [CANONICAL_FOLDER], ImportOptions(data_through=data_through()), settings, definitions)
    _built(store, settings, definitions)
    return 0 if options.no_serve else dashboard(options)


def import_exports(options: argparse.Namespace) -> int:
    """Takes in exports as one batch and prints where every row ended."""
    from pipelines.sources.intake import ImportOptions

    settings, definitions = _settings(options)
    result = _imported(
        _store(options),
        options.paths,
        ImportOptions(
            name=options.name, data_through=options.data_through, accept_quarantine=options.accept_quarantine
        ),
        settings,
        definitions,
    )
    if not result.batch.is_live:
        raise QuarantineTooLarge(
            f"{result.quarantined_fraction:.0%} of the rows are in quarantine, more than the "
            f"{settings.imports.quarantined_fraction_at_most:.0%} allowed: the batch is kept but does not count. "
            "See `outcomes quarantine`, mend the export and import it again, or import with --accept-quarantine."
        )
    print("Next: `outcomes build`.")
    return 0


def _imported(
    store: Store,
    paths: Sequence[Path],
    import_options: ImportOptions,
    settings: Settings,
    definitions: Definitions,
) -> ImportResult:
    from pipelines.progress import shown
    from pipelines.sources.intake import import_files
    from pipelines.sql.runner import count_models

    with shown("import", count_models(["accepted"]) + 2) as report:
        result = import_files(store, paths, import_options, settings, definitions, report)
    batch = result.batch
    state = "new" if result.is_new else "already imported; nothing changed"
    print(f"Batch {batch.id[:12]} of {batch.source} ({state}; privacy mode {settings.privacy_mode}).")
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
    print(_aligned([header, *rows]))
    for note in batch.notes:
        print(f"Note: {note}")
    return result


def quarantine(options: argparse.Namespace) -> int:
    """Prints what was refused, and how to mend it."""
    import csv
    from itertools import groupby

    from pipelines.sources.quarantine import quarantined_rows

    _, definitions = _settings(options)
    rules = definitions.import_rules.rules
    if options.rule is not None and options.rule not in rules:
        raise UnknownName("rule", options.rule, rules)
    rows = list(quarantined_rows(_store(options), options.rule))
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


def build_snapshot(options: argparse.Namespace) -> int:
    """Makes a snapshot and puts it in force."""
    settings, definitions = _settings(options)
    _built(_store(options), settings, definitions)
    return 0


def _built(store: Store, settings: Settings, definitions: Definitions) -> None:
    from pipelines.build import build
    from pipelines.progress import shown
    from pipelines.sql.runner import count_models

    with shown("build", count_models(["outcome", "published"]) + 4) as report:
        manifest = build(store, settings, definitions, report)
    kind = "synthetic demonstration data" if manifest.is_synthetic else "clinical data"
    through = manifest.data_through.isoformat() if manifest.data_through else "an unknown date"
    print(f"Snapshot {manifest.id} is in force: {kind}, filled in through {through}.")


def measure(options: argparse.Namespace) -> int:
    """Prints a result table."""
    from pipelines.filters import parse_filters
    from pipelines.published import open_published

    if options.name not in MEASURES:
        raise UnknownName("measure", options.name, MEASURES)
    published = open_published(_store(options))
    filters = parse_filters(options.where, published.attributes)
    by = [name.strip() for name in options.by.split(",") if name.strip()]
    table = _measured(options.name)(published, filters, by)
    if options.format == "json":
        print(_as_json(published, table, options.policy))
    elif options.format == "csv":
        table.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        print(_as_text(published, table))
    return 0


def _measured(name: str) -> Measure:
    from pipelines.results.flow import course_flow
    from pipelines.results.onset import onset_curves, onset_times
    from pipelines.results.response import remission_rates, response_rates

    return {
        "flow": course_flow,
        "response": response_rates,
        "remission": remission_rates,
        "onset": onset_times,
        "onset-curve": onset_curves,
    }[name]


def _as_json(published: Published, table: pd.DataFrame, policy: str) -> str:
    import json

    from pipelines.results.tables import records

    manifest = published.manifest
    rows = [{name: _plain(value) for name, value in row.items()} for row in records(table)]
    about = {
        "snapshot": manifest.id,
        "definitions": manifest.definitions_hash,
        "version": manifest.version,
        "synthetic": manifest.is_synthetic,
        "policy": policy,
        "privacy_mode": manifest.privacy_mode,
        "data_through": manifest.data_through.isoformat() if manifest.data_through else None,
    }
    return json.dumps({"about": about, "rows": rows}, indent=1, ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> object:
    import pandas as pd

    if value is None or pd.isna(value):  # type: ignore[call-overload]  # cells are scalars
        return None
    return value.item() if hasattr(value, "item") else value


def _as_text(published: Published, table: pd.DataFrame) -> str:
    manifest = published.manifest
    kind = "synthetic demonstration data" if manifest.is_synthetic else "clinical data"
    shown = table.drop(columns=["measure", "suppressed"]).dropna(axis="columns", how="all")
    text = shown.to_string(index=False, na_rep="", float_format=lambda value: f"{value:.4g}")
    return f"Snapshot {manifest.id} · {kind}\n{text}"


def dashboard(options: argparse.Namespace) -> int:
    """Serves the dashboard on this computer until it is stopped."""
    import importlib.util
    import socket
    import subprocess

    if options.address not in ("127.0.0.1", "localhost", "::1"):
        raise UsageError(
            f"The dashboard answers on this computer only, not on {options.address}: without sign-in nobody else may "
            "see it. Leave --address out."
        )
    spec = importlib.util.find_spec("dashboard")
    assert spec is not None and spec.submodule_search_locations is not None
    app = Path(next(iter(spec.submodule_search_locations))) / "app.py"
    folder = options.published or options.store
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", options.port)) == 0:
            raise UsageError(f"Port {options.port} is in use. Choose another with --port.")
    print(f"The dashboard opens on http://localhost:{options.port} (Ctrl+C to stop).", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(options.port)]
    # As in .streamlit/config.toml, which an installed package does not carry.
    command += ["--client.showErrorDetails", "none", "--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "OUTCOMES_STORE": str(folder.resolve())}
    try:
        return subprocess.call(command, env=environment, cwd=app.parent.parent)
    except KeyboardInterrupt:
        return 0


def _settings(options: argparse.Namespace) -> tuple[Settings, Definitions]:
    from pipelines.settings import read_settings

    return read_settings(options.config)


def _store(options: argparse.Namespace) -> Store:
    from pipelines.store import Store

    return Store(options.store)


def _aligned(rows: Sequence[Sequence[object]]) -> str:
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )
