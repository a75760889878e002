"""Canonical files for a partner who may not send dates or record numbers: an export, de-identified, without a store."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines import __version__
from pipelines.definitions import Definitions
from pipelines.durable import file_hash, make_durable
from pipelines.errors import FolderUnfit
from pipelines.manifests import ALLOWANCES_FILE, DeidentifiedManifest, RefusalList
from pipelines.privacy.crosswalk import refuse_inside_store
from pipelines.settings import Settings
from pipelines.sources.canonical_writing import write_canonical
from pipelines.sources.finding import find_source
from pipelines.sources.intake import ImportResult, judged_import
from pipelines.sources.judging import Report
from pipelines.sources.landing import count_rows
from pipelines.sources.mapping.allowances import allowances_text
from pipelines.sources.options import ImportOptions
from pipelines.sources.quarantine import QuarantinedRule, rehearsed_quarantine
from pipelines.store import Store


@dataclass(frozen=True)
class Deidentified:
    """What became of an export.

    Attributes:
        result: where every row ended, as an import into an empty store has it.
        quarantined: what was refused.
        manifest: what was written; None where too much is in quarantine for that.
        n_patients: patients that the crosswalk knows after this export; None where none was used.
        n_new_patients: those that it did not know before.
        n_refused_elsewhere: patients who withdrew consent in sources of the store by other names, and may be here.
    """

    result: ImportResult
    quarantined: Sequence[QuarantinedRule]
    manifest: DeidentifiedManifest | None
    n_patients: int | None = None
    n_new_patients: int | None = None
    n_refused_elsewhere: int = 0


def deidentify_files(
    paths: Sequence[Path],
    folder: Path,
    store_folder: Path,
    options: ImportOptions,
    settings: Settings,
    definitions: Definitions,
    describe: Callable[[DeidentifiedManifest], str],
    report: Report,
) -> Deidentified:
    """Writes the accepted rows of an export as canonical files, into a new folder that appears when it is whole.

    Courses that only a store knows are unknown here: of a store nothing is asked but who withdrew consent, whose
    records are left out.

    Args:
        folder: where to write; must not exist.
        store_folder: the store, which need not exist; neither the folder nor the crosswalk may stand in it.
        describe: the text of README.md.
        report: is called with a line for each step.

    Raises:
        FolderUnfit: the folder exists, would stand in the store, or cannot be made.
        As `import_files` does, but for what a store holds.
    """
    _refuse_unfit(folder, store_folder)
    if options.crosswalk is not None:
        refuse_inside_store(options.crosswalk, store_folder)
    refusals = Store(store_folder).refusals()
    source = find_source(paths, options, settings, definitions)
    with _workplace(folder) as workplace:
        nothing_held = _empty_store(workplace / "nothing-held", refusals)
        scratch, draft = workplace / "scratch", workplace / "files"
        scratch.mkdir(mode=0o700)
        with judged_import(nothing_held, source, options, settings, definitions, report, scratch) as judged:
            result, connection, crosswalk = judged.result, judged.connection, judged.crosswalk
            assert connection is not None, "an empty store knows no earlier import"
            quarantined = rehearsed_quarantine(connection, result.batch)
            if not result.batch.is_live:
                return Deidentified(result, quarantined, None)
            report("writing the files")
            try:
                manifest = _written(connection, draft, result, definitions, describe)
                if crosswalk is not None:
                    crosswalk.keep()
                draft.rename(folder)
                make_durable(folder.parent)
            except OSError as error:
                raise _unwritable(folder, error) from None
            elsewhere = [
                refused
                for refused in refusals.patients
                if refused.sources is not None and options.source not in refused.sources
            ]
            return Deidentified(
                result,
                quarantined,
                manifest,
                n_patients=len(crosswalk.record_numbers) if crosswalk is not None else None,
                n_new_patients=crosswalk.n_new_patients if crosswalk is not None else None,
                n_refused_elsewhere=len(elsewhere),
            )


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A private folder beside the one to be written, cleared of what a killed run left, and gone in the end."""
    workplace = folder.with_name(f".{folder.name}.unfinished")
    try:
        shutil.rmtree(workplace, ignore_errors=True)
        workplace.mkdir(mode=0o700)
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        yield workplace
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> FolderUnfit:
    return FolderUnfit(f"{folder} cannot be written ({error.strerror}). Give another place with --out.")


def _empty_store(folder: Path, refusals: RefusalList) -> Store:
    """A store that holds nothing and knows who withdrew consent."""
    store = Store(folder)
    if refusals.patients:
        folder.mkdir(mode=0o700)
        store.keep_refusals(refusals.patients)
    return store


def _refuse_unfit(folder: Path, store_folder: Path) -> None:
    if folder.exists() or folder.is_symlink():
        raise FolderUnfit(f"{folder} is there already. Give the name of a new folder with --out, or remove it.")
    if not folder.parent.is_dir():
        raise FolderUnfit(f"The folder {folder.parent} does not exist. Make it, or give another place with --out.")
    if folder.resolve().is_relative_to(store_folder.resolve()):
        raise FolderUnfit(
            f"{folder} would stand inside the store, which holds nothing that is passed on. Give another place with "
            "--out."
        )


def _written(
    connection: duckdb.DuckDBPyConnection,
    draft: Path,
    result: ImportResult,
    definitions: Definitions,
    describe: Callable[[DeidentifiedManifest], str],
) -> DeidentifiedManifest:
    """Fills the folder; nothing of what is written names the files that the rows came from."""
    draft.mkdir(mode=0o700)
    batch = result.batch
    write_canonical(connection, draft, [table.table for table in batch.tables], definitions)
    manifest = DeidentifiedManifest(
        privacy_mode=batch.privacy_mode,
        is_synthetic=batch.is_synthetic,
        period=batch.period,
        data_through=batch.data_through,
        tables=tuple(
            table.model_copy(update={"file_name": f"{table.table}.csv", "n_records": table.n_landed})
            for table in batch.tables
        ),
        allowances=tuple(allowance for allowance in batch.allowances if allowance.n_cells),
        n_marked_infusions=count_rows(connection, "canonical.infusions where infusion_number = 'quarantined'"),
        import_hash=batch.import_hash,
        version=__version__,
        files={path.name: file_hash(path) for path in sorted(draft.iterdir())},
    )
    texts = {"README.md": describe(manifest), "manifest.json": manifest.model_dump_json(indent=2) + "\n"}
    if manifest.allowances:
        texts[ALLOWANCES_FILE] = allowances_text(manifest.allowances)
    for name, text in texts.items():
        path = draft / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    for path in draft.iterdir():
        make_durable(path)
    make_durable(draft)
    return manifest
