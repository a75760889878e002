"""Which snapshot is shown, beside the one in force."""

from __future__ import annotations

from pipelines.manifests import SnapshotManifest
from pipelines.words.catalogue import say


def offer_words(shown: SnapshotManifest, in_force: SnapshotManifest) -> str:
    """That another snapshot is in force than the one shown: a newer one, or after a rollback an older one."""
    if shown.id == in_force.id:
        raise ValueError("the snapshot shown is the one in force")
    kind = "newer" if in_force.built_at > shown.built_at else "older"
    return say(f"snapshots.{kind}", in_force=_described(in_force), shown=_described(shown))


def lost_words(was_shown: bool) -> str:
    """That a snapshot is not kept: one that the page showed, or one that a link names."""
    return say("snapshots.no_longer_kept" if was_shown else "snapshots.link_lost")


def _described(manifest: SnapshotManifest) -> str:
    built = f"{manifest.built_at:%Y-%m-%d %H:%M}"
    if manifest.data_through is None:
        return say("snapshots.built", built=built)
    return say("snapshots.built_through", built=built, data_through=manifest.data_through.isoformat())
