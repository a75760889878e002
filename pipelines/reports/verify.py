"""Whether a pack is what its snapshot says: every file as its manifest has it, and made again byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from pipelines import __version__
from pipelines.durable import file_hash
from pipelines.errors import FolderUnfit, PackChanged, PackNotRepeatable
from pipelines.published.snapshot import Published, earlier_quality
from pipelines.reports.asking import asked_again, release_before
from pipelines.reports.letterhead import Letterhead
from pipelines.reports.making import FORMATS, made_pack
from pipelines.reports.manifest import MANIFEST, PackManifest, files_in, hashes, manifest_there, read
from pipelines.store import Store

Report = Callable[[str], None]


def verify_pack(folder: Path, store: Store, letterhead: Letterhead, report: Report) -> PackManifest:
    """The manifest of a pack whose files are all as its snapshot gives them.

    Raises:
        FolderUnfit: the folder holds no pack, or cannot be read.
        PackChanged: with each file that is missing, changed or was never part of it.
        PackNotRepeatable: its files are as the manifest says, and it cannot be made again here.
    """
    manifest = manifest_there(folder)
    if manifest is None:
        raise FolderUnfit(f"{folder} holds no {MANIFEST} of a report, so there is nothing to verify.")
    report("comparing with the manifest")
    with read(folder):
        faults = _file_faults(folder, manifest)
        manifest_hash = file_hash(folder / MANIFEST)
    if faults:
        raise PackChanged(f"{folder} is not as its manifest says: {'; '.join(faults)}. Make the report again.")
    report("making it again")
    again = _made_again(manifest, store, letterhead, report)
    there = {**manifest.files, MANIFEST: manifest_hash}
    made = hashes(again)
    if different := sorted(name for name in {*there, *made} if there.get(name) != made.get(name)):
        other = f" It was made by version {manifest.version}, and this is {__version__}." * (
            manifest.version != __version__
        )
        raise PackChanged(
            f"{folder} is not what snapshot {manifest.snapshot} gives: {', '.join(different)} "
            f"differ{'s' * (len(different) == 1)}.{other} Make the report again."
        )
    return manifest


def _file_faults(folder: Path, manifest: PackManifest) -> list[str]:
    there = {*files_in(folder)} - {MANIFEST}
    faults = [f"{name} is missing" for name in sorted(manifest.files.keys() - there)]
    faults += [f"{name} is not part of it" for name in sorted(there - manifest.files.keys())]
    return faults + [
        f"{name} was changed"
        for name in sorted(there & manifest.files.keys())
        if file_hash(folder / name) != manifest.files[name]
    ]


def _made_again(manifest: PackManifest, store: Store, letterhead: Letterhead, report: Report) -> dict[str, bytes]:
    snapshot = store.snapshot(manifest.snapshot)
    if snapshot is None:
        raise _not_repeatable(
            f"the store {store.folder} holds no snapshot {manifest.snapshot}. Name the store that it was made of with "
            "--store; a snapshot that was removed cannot be verified against any more"
        )
    if unknown := _unknown(manifest.formats, FORMATS):
        raise _not_repeatable(f"this version writes no {', '.join(unknown)}. Use version {manifest.version}")
    asked, releases = asked_again(manifest), store.releases()
    before = release_before(asked, snapshot.id, releases)
    if (before.id if before else None) != manifest.release_before:
        raise _not_repeatable(
            f"the store {store.folder} does not hold what reports had released by then ({manifest.release_before}). "
            "Name the store that it was made of with --store"
        )
    published = Published(store.snapshot_file(snapshot.id, "published.duckdb"))
    try:
        quality_before = earlier_quality(store, snapshot.id, asked.narrowed(published).scope)
        compared_with = quality_before.snapshot.id if quality_before.snapshot else None
        if compared_with != manifest.compared_with:
            raise _not_repeatable(
                f"the store no longer holds snapshot {manifest.compared_with}, which checks of the data were compared "
                "with"
            )
        made = made_pack(published, asked, letterhead, quality_before, before, report)
    finally:
        published.close()
    if (made.manifest.contact, made.manifest.logo) != (manifest.contact, manifest.logo):
        raise _not_repeatable(
            "[report] of program.toml names another contact or logo. Put back those that it was made with"
        )
    return dict(made.files)


def _unknown(names: Collection[str], known: Collection[str]) -> list[str]:
    return [name for name in names if name not in known]


def _not_repeatable(why: str) -> PackNotRepeatable:
    return PackNotRepeatable(
        f"The files are as the manifest says, but whether the snapshot gives them cannot be seen here: {why}."
    )
