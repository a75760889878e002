"""A pack made of a snapshot, written down as released, and put in its place or handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import FolderUnfit, PackOutdated
from pipelines.manifests import Release, SnapshotManifest
from pipelines.published.snapshot import Published, earlier_quality, open_published
from pipelines.reports.asking import Asked, refuse_beside_others, release_before
from pipelines.reports.letterhead import Letterhead
from pipelines.reports.making import Made, made_pack
from pipelines.reports.manifest import manifest_there
from pipelines.reports.place import place_named, refuse_other, refuse_unfit
from pipelines.reports.writing import Outcome, put_in_place, staged, workplace
from pipelines.store import Store

Report = Callable[[str], None]


@dataclass(frozen=True)
class Drafted:
    """A pack that was made; nobody outside the program has it yet.

    Attributes:
        before: the pack that it stands beside.
    """

    asked: Asked
    made: Made
    snapshot: SnapshotManifest
    before: Release | None

    def is_released(self, releases: Sequence[Release]) -> bool:
        """Whether the store knows it as released."""
        return any(release.id == self.made.manifest.release for release in releases)


@dataclass(frozen=True)
class Released:
    """What became of a pack."""

    made: Made
    outcome: Outcome


def release_pack(store: Store, asked: Asked, folder: Path, letterhead: Letterhead, report: Report) -> Released:
    """Makes a pack of the snapshot in force and writes it.

    What it releases is written down in the store before the pack stands in its place, so that no pack is anywhere that
    the store does not know of; where it then cannot be put there, that is taken back. A kill between the two leaves a
    release that nobody holds: the same command makes the same pack of it.

    Raises:
        FolderUnfit: the folder holds something else, or cannot be written; nothing is left of the pack.
        FolderBusy: another command is writing a pack there.
        BesideOthers: reports were released from which this one could be subtracted.
        As `made_pack` does.
        NothingPublished: the store has no snapshot yet.
        StoreBusy: another command is writing.
    """
    folder = place_named(folder)
    refuse_unfit(folder, store.folder)
    store.current_id()
    with store.writing(), workplace(folder) as work:
        published = open_published(store)
        try:
            asked.narrowed(published)
            releases = store.releases()
            refuse_beside_others(asked, published.manifest.id, releases)
            drafted = drafted_pack(store, published, asked, letterhead, report)
        finally:
            published.close()
        made = drafted.made
        refuse_other(folder, made.manifest)
        report("writing the folder")
        draft = staged(work, folder, made.files)
        with _taken_back_unless_placed(store, _write_down(store, drafted, releases), folder):
            outcome = put_in_place(draft, folder, made.manifest)
    return Released(made, outcome)


def drafted_pack(store: Store, published: Published, asked: Asked, letterhead: Letterhead, report: Report) -> Drafted:
    """A pack of a snapshot beside what was released by now; nothing is written.

    Args:
        store: that holds the snapshot.
        published: its counts, of the whole program or of sites that the pack's own is one of.

    Raises:
        As `made_pack` does.
    """
    snapshot = published.manifest
    before = release_before(asked, snapshot.id, store.releases())
    quality_before = earlier_quality(store, snapshot.id, asked.narrowed(published).scope)
    return Drafted(asked, made_pack(published, asked, letterhead, quality_before, before, report), snapshot, before)


def record_release(store: Store, drafted: Drafted) -> None:
    """Writes down that a pack is released as it was made; before anybody is given it, and once.

    Raises:
        BesideOthers: reports were released from which this one could be subtracted.
        PackOutdated: what it was made of and beside is no longer what it would be made of and beside now.
        NotTheStore: the folder is a published copy, which does not know what was released.
        StoreBusy: another command is writing.
        StoreDamaged: the store cannot be written.
    """
    with store.writing():
        releases = store.releases()
        if drafted.is_released(releases):
            return
        if store.current_id() != drafted.snapshot.id:
            raise PackOutdated(drafted.asked.period, "a newer snapshot came into force")
        if release_before(drafted.asked, drafted.snapshot.id, releases) != drafted.before:
            raise PackOutdated(drafted.asked.period, "another report was released")
        refuse_beside_others(drafted.asked, drafted.snapshot.id, releases)
        _write_down(store, drafted, releases)


def _write_down(store: Store, drafted: Drafted, releases: Sequence[Release]) -> Release | None:
    """Writes down a release and gives it; None for a pack that is none, or that was written down before."""
    release = _release(drafted, len(releases))
    if release is None or drafted.is_released(releases):
        return None
    store.add_release(release)
    return release


@contextmanager
def _taken_back_unless_placed(store: Store, release: Release | None, folder: Path) -> Iterator[None]:
    """Takes a new release back if what follows fails, unless its pack stands in its place by then."""
    try:
        yield
    except BaseException:
        if release is not None and not _may_stand(release, folder):
            with suppress(OSError):  # More is remembered then than was told, and what stopped it is what is said.
                store.take_back_release(release.id)
        raise


def _may_stand(release: Release, folder: Path) -> bool:
    try:
        there = manifest_there(folder)
    except FolderUnfit:
        return True
    return there is not None and there.release == release.id


def _release(drafted: Drafted, n_before: int) -> Release | None:
    made, asked, snapshot, before = drafted.made, drafted.asked, drafted.snapshot, drafted.before
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
