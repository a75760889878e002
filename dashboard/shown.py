"""Which snapshot a reader is shown: the one in force, unless the page shows another already or a link names one.

A page that is being read stays as it is: a snapshot that comes into force is offered, not put in its place. A reader
begins with the one in force; a link of "Download and link" names the snapshot that it was taken from. One that is no
longer kept, because it was pruned or a patient was forgotten, is left at once. Pure: no widget, no session.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

ADDRESS_NAME = "snapshot"
"""What a link calls the snapshot that it was taken from."""


@dataclass(frozen=True)
class Shown:
    """What one reader is shown.

    Attributes:
        folder: the store, or a published copy of it.
        id: of the snapshot.
        link: the snapshot that the last link named, so that it is followed once.
        is_linked: whether a link leads here; the address goes on naming the snapshot then.
        lost: the id of a snapshot that was shown or asked for and is not kept, or none.
        was_shown: whether the lost one had been shown.
    """

    folder: str
    id: str
    link: str | None = None
    is_linked: bool = False
    lost: str | None = None
    was_shown: bool = False


def shown_snapshot(before: Shown | None, folder: str, in_force: str, link: str | None, kept: Collection[str]) -> Shown:
    """What to show in this run.

    Args:
        before: what the run before showed; None for the first.
        folder: the store, or a published copy of it.
        in_force: the id that CURRENT names.
        link: the snapshot that the address names.
        kept: the ids of the snapshots that are there.
    """
    if before is None or before.folder != folder:
        before = Shown(folder, in_force)
    elif before.id not in kept:
        before = Shown(folder, in_force, before.link, lost=before.id, was_shown=True)
    if link is None or link == before.link:
        return before
    if link not in kept:
        return replace(before, link=link, lost=link, was_shown=False)
    return Shown(folder, link, link, is_linked=link != in_force)


def moved(before: Shown, in_force: str) -> Shown:
    """After the reader took up the offer of the snapshot in force."""
    return Shown(before.folder, in_force, before.link)
