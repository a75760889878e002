"""What a reader may ask of the page of the quarterly report, whatever a page offered.

Who sees single sites is given packs of one of these alone, and where the program hides small numbers from its own
readers, packs under that policy alone. A published copy does not know what was released; nothing that leaves the
program is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.choices import NOT_RECORDED
from pipelines.errors import NotTheStore, OutcomesError, UnknownName
from pipelines.periods import period_end
from pipelines.reports.asking import Asked, refuse_beside_others, release_before
from pipelines.store import Store
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from dashboard.reading import Snapshot
    from pipelines.definitions.disclosure import PolicyName
    from pipelines.manifests import Release

_FROM_STRICT_TO_OPEN: tuple[PolicyName, ...] = ("cms", "nhs", "internal")


@dataclass(frozen=True)
class Periods:
    """The periods that a report may be about, in the order in which they are offered.

    Attributes:
        standings: for each the newest cohort whose outcomes it would tell, and whether that is final.
        unfinished: those that end after the data do, so that their own courses are still being added.
    """

    standings: dict[str, tuple[tuple[str, ...], str]]
    unfinished: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, the one to begin with first."""
        return tuple(self.standings)


def first_question(snapshot: Snapshot) -> Asked | None:
    """What a reader begins with: the newest period with final outcomes, everything in it. None if there is nothing."""
    from pipelines.reports.making import FORMATS

    names, allowed, own = periods(snapshot).names, policies(snapshot), sites(snapshot)
    if not (names and allowed and own):
        return None
    return Asked(names[0], allowed[0], tuple(FORMATS), "a4", site=own[0])


def is_copy(snapshot: Snapshot) -> bool:
    """Whether it is read from a published copy, which does not know what was released."""
    return Store(Path(snapshot.folder)).is_copy()


def command_elsewhere(asked: Asked) -> str:
    """The command that makes a report that may leave, on the machine that holds the store."""
    return replace(asked, policy=_FROM_STRICT_TO_OPEN[0]).command


def policies(snapshot: Snapshot) -> tuple[PolicyName, ...]:
    """The policies under which packs may be asked for, the default first."""
    own = snapshot.policy
    allowed = _FROM_STRICT_TO_OPEN if own.hides_nothing else (own.name,)
    return tuple(name for name in allowed if name == "internal" or not is_copy(snapshot))


def sites(snapshot: Snapshot) -> tuple[str | None, ...]:
    """The sites that packs may be asked for; None, for the whole program, only to who may see all of it."""
    own = tuple(site for site in snapshot.options().site if site != NOT_RECORDED)
    if snapshot.sites:
        return own
    return (None, *own) if len(own) > 1 else (None,)


def periods(snapshot: Snapshot) -> Periods:
    """The periods with courses: those that are over and whose outcomes are final first, then the newest first.

    Years stand after quarters.
    """
    from pipelines.reports.cohorts import cohorts_of
    from pipelines.reports.period import asked_period

    published = snapshot.published
    quarters = snapshot.options().recorded_quarters
    found = {}
    for name in dict.fromkeys((*quarters, *(quarter[:4] for quarter in quarters))):
        try:
            latest = cohorts_of(asked_period(name, published), published).latest
        except OutcomesError:
            continue
        found[name] = (latest.quarters, latest.standing)
    known_to = snapshot.manifest.data_through or snapshot.manifest.built_at.date()
    unfinished = frozenset(name for name in found if period_end(name) > known_to)
    newest_first = sorted(found, reverse=True)
    newest_first.sort(key=lambda name: (name in unfinished, found[name][1] == "provisional", "-Q" not in name))
    return Periods({name: found[name] for name in newest_first}, unfinished)


def releases(snapshot: Snapshot) -> tuple[Release, ...]:
    """What was released, as far as the reader may know of it; nothing on a published copy."""
    return tuple(release for release in all_releases(snapshot) if not snapshot.sites or release.site in snapshot.sites)


def cohorts(snapshot: Snapshot, asked: Asked) -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Which courses a pack will be about: for `activity`, `latest` and `rolling` the quarters and their standing.

    Raises:
        As `making.outline_of` does, and as `refuse` does.
    """
    from pipelines.reports.making import outline_of

    refuse(snapshot, asked)
    found = outline_of(snapshot.published, asked, release_before(asked, snapshot.id, all_releases(snapshot))).cohorts
    return {each.name: (each.quarters, each.standing) for each in (found.activity, found.latest, found.rolling)}


def refuse(snapshot: Snapshot, asked: Asked) -> None:
    """Refuses what the reader may not ask for.

    Raises:
        UnknownName: a site beyond those that the reader sees, the whole program among them; or a policy that shows
            more than the dashboard does.
        NotTheStore: a pack that leaves the program, of a published copy.
        BesideOthers: reports were released from which this one could be subtracted.
    """
    if asked.site not in (allowed := sites(snapshot)):
        raise UnknownName("site", asked.site or say("report_desk.whole_program"), [site for site in allowed if site])
    if asked.is_release and is_copy(snapshot):
        raise NotTheStore(say("report_desk.copy", command=asked.command))
    if asked.policy not in (known := policies(snapshot)):
        raise UnknownName("policy", asked.policy, known)
    refuse_beside_others(asked, snapshot.id, all_releases(snapshot))


def all_releases(snapshot: Snapshot) -> Sequence[Release]:
    """What was released, whoever may know of it; nothing on a published copy."""
    folder = Store(Path(snapshot.folder)).releases_folder
    files = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("[!.]*.json")))
    return _read_releases(snapshot.folder, files)


@lru_cache(maxsize=4)
def _read_releases(folder: str, _: tuple[tuple[str, int], ...]) -> Sequence[Release]:
    """Read again when a file comes or goes: they hold some megabytes."""
    return tuple(Store(Path(folder)).releases())
