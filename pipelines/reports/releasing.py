"""A pack made of the snapshot in force, written down as released, and put in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.manifests import Release, SnapshotManifest
from pipelines.published.snapshot import earlier_quality, open_published
from pipelines.reports.asking import Asked, release_before
from pipelines.reports.making import Letterhead, Made, made_pack
from pipelines.reports.writing import Outcome, put_in_place, refuse_other, refuse_unfit, staged, written
from pipelines.store import Store

Report = Callable[[str], None]


@dataclass(frozen=True)
class Released:
    """What became of a pack."""

    made: Made
    outcome: Outcome


def release_pack(store: Store, asked: Asked, folder: Path, letterhead: Letterhead, report: Report) -> Released:
    """Makes a pack of the snapshot in force and writes it.

    What it releases is written down in the store before the pack stands in its place, so that no pack is anywhere that
    the store does not know of; where it then cannot be put there, that is taken back.

    Raises:
        FolderUnfit: the folder holds something else, or cannot be written; nothing is left of the pack.
        As `made_pack` does.
        NothingPublished: the store has no snapshot yet.
        StoreBusy: another command is writing.
    """
    refuse_unfit(folder, store.folder)
    store.current_id()
    with store.writing():
        published = open_published(store)
        try:
            snapshot, releases = published.manifest, store.releases()
            before = release_before(asked, snapshot.id, releases)
            quality_before = earlier_quality(store, snapshot.id, asked.narrowed(published).scope)
            with written(folder):  # Writers may need room of their own on a disk.
                made = made_pack(published, asked, letterhead, quality_before, before, report)
        finally:
            published.close()
        refuse_other(folder, made.manifest)
        report("writing the folder")
        release = _release(made, asked, snapshot, before, len(releases))
        with staged(folder, made.files) as draft, _written_down(store, release):
            outcome = put_in_place(draft, folder)
    return Released(made, outcome)


@contextmanager
def _written_down(store: Store, release: Release | None) -> Iterator[None]:
    """Writes down a release, unless it was before; takes that back if what follows fails."""
    if release is None or any(known.id == release.id for known in store.releases()):
        yield
        return
    store.add_release(release)
    try:
        yield
    except BaseException:
        store.take_back_release(release.id)
        raise


def _release(
    made: Made, asked: Asked, snapshot: SnapshotManifest, before: Release | None, n_before: int
) -> Release | None:
    if made.manifest.release is None:
        return None
    return Release(
        id=made.manifest.release,
        before=before.id if before else None,
        sequence=n_before + 1,
        policy=asked.policy,
        period=asked.period,
        condition=asked.condition,
        site=asked.site,
        snapshot=snapshot.id,
        batches=snapshot.batches,
        version=made.manifest.version,
        released_at=datetime.now(UTC).replace(microsecond=0),
        ledger=made.ledger,
    )
