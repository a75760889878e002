"""README.md of a folder that `outcomes deidentify` wrote: what it is, what it holds, and how it is imported."""

from __future__ import annotations

from pipelines.manifests import ALLOWANCES_FILE, DeidentifiedManifest
from pipelines.words.catalogue import say


def readme(manifest: DeidentifiedManifest) -> str:
    """The text, in Markdown; no patient's value and no date but how far the source had been filled in."""
    return "\n\n".join([say("deidentified.title"), *_paragraphs(manifest), _table(manifest), *_how(manifest)]) + "\n"


def _paragraphs(manifest: DeidentifiedManifest) -> list[str]:
    synthetic = [say("deidentified.synthetic")] if manifest.is_synthetic else []
    period = {"quarter": "quarters", "year": "years", None: "no_periods"}[manifest.period]
    return [
        *synthetic,
        say("deidentified.what", periods=say(f"deidentified.{period}")),
        say(f"deidentified.{manifest.privacy_mode}"),
        say("deidentified.rows"),
    ]


def _table(manifest: DeidentifiedManifest) -> str:
    lines = [say("deidentified.head"), "| --- | --: | --: | --: | --: | --: |"]
    for table in manifest.tables:
        counts = (table.n_landed, table.n_accepted, table.n_duplicate, table.n_quarantined, table.n_not_tracked)
        lines.append(f"| {table.file_name} | {' | '.join(f'{count:,}' for count in counts)} |")
    return "\n".join(lines)


def _how(manifest: DeidentifiedManifest) -> list[str]:
    marked = [say("deidentified.marked", count=f"{manifest.n_marked_infusions:,}")]
    options = f" --data-through {manifest.data_through}" if manifest.data_through is not None else ""
    options += f" --mapping FOLDER/{ALLOWANCES_FILE}" if manifest.allowances else ""
    kind = " --source canonical" if manifest.allowances else ""
    return [
        *(marked if manifest.n_marked_infusions else []),
        say("deidentified.import", options=kind + options),
        *([say("deidentified.allowances")] if manifest.allowances else []),
        say("deidentified.again"),
        say("deidentified.made", version=manifest.version, definitions=manifest.import_hash[:12]),
    ]
