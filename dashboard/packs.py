"""Packs for the page of the quarterly report: what a reader may ask for, made once for all who ask the same.

One thread of the server makes them, one after the other, so that pages go on being answered meanwhile. A pack that was
made is kept in memory by everything it depends on. Looking at one releases nothing: `record` does, and only a pack that
is on record, or one in which nothing is hidden, is handed out.

What a reader may ask for is decided here and again before anything is made, whatever a page offered: who sees single
sites is given packs of one of these alone, and where the program hides small numbers from its own readers, packs under
that policy alone. A published copy does not know what was released; nothing that leaves the program is made of it.
"""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from dashboard.choices import NOT_RECORDED
from dashboard.warming import readers
from pipelines.errors import NotTheStore, OutcomesError, UnknownName
from pipelines.reports.asking import Asked, release_before, release_id
from pipelines.store import Store
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from dashboard.reading import Snapshot
    from pipelines.definitions.disclosure import PolicyName
    from pipelines.manifests import Release
    from pipelines.published import Published
    from pipelines.reports.letterhead import Letterhead
    from pipelines.reports.preview import Preview
    from pipelines.reports.releasing import Drafted

_PACKS_KEPT = 6
"""Some 10 MB each, with the pictures of their pages."""
_FROM_STRICT_TO_OPEN: tuple[PolicyName, ...] = ("cms", "nhs", "internal")


class PackWithheld(OutcomesError):
    """A file of a pack may not be handed out, or not any more."""


class PackFailed(OutcomesError):
    """A pack could not be made, and it is not the reader who can mend that."""


@dataclass(frozen=True)
class Periods:
    """The periods that a report may be about, in the order in which they are offered.

    Attributes:
        standings: for each the newest cohort whose outcomes it would tell, and whether that is final.
    """

    standings: dict[str, tuple[tuple[str, ...], str]]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, the one to begin with first."""
        return tuple(self.standings)


@dataclass
class Making:
    """A pack that is made, or will be.

    Attributes:
        steps: what was begun so far, in the words of `outcomes report`.
        drafted: the pack.
        preview: its pages as pictures, which come after it.
    """

    steps: list[str] = field(default_factory=list)
    drafted: Future[Drafted] = field(default_factory=Future)
    preview: Future[Preview] = field(default_factory=Future)

    @property
    def has_failed(self) -> bool:
        """Whether it could not be made, so that it may be asked for again."""
        return any(part.done() and part.exception() is not None for part in (self.drafted, self.preview))


Result = TypeVar("Result")
_Key = tuple[object, ...]
_maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="packs")
_made: OrderedDict[_Key, Making] = OrderedDict()
_lock = Lock()


def first_question(snapshot: Snapshot) -> Asked | None:
    """What a reader begins with: the newest period with final outcomes, everything in it. None if there is nothing."""
    from pipelines.reports.making import FORMATS

    names, allowed = periods(snapshot).names, policies(snapshot)
    if not names or not allowed:
        return None
    return Asked(names[0], allowed[0], tuple(FORMATS), "a4", site=sites(snapshot)[0])


def policies(snapshot: Snapshot) -> tuple[PolicyName, ...]:
    """The policies under which packs may be asked for, the default first."""
    own = snapshot.policy
    allowed = _FROM_STRICT_TO_OPEN if own.hides_nothing else (own.name,)
    return tuple(name for name in allowed if name == "internal" or not _is_copy(snapshot))


def sites(snapshot: Snapshot) -> tuple[str | None, ...]:
    """The sites that packs may be asked for; None, for the whole program, only to who may see all of it."""
    own = tuple(site for site in snapshot.options().site if site != NOT_RECORDED)
    if snapshot.sites:
        return own
    return (None, *own) if len(own) > 1 else (None,)


def periods(snapshot: Snapshot) -> Periods:
    """The periods with courses: those whose outcomes are final first, then the newest first, years after quarters."""
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
    newest_first = sorted(found, reverse=True)
    newest_first.sort(key=lambda name: (found[name][1] == "provisional", "-Q" not in name))
    return Periods({name: found[name] for name in newest_first})


def releases(snapshot: Snapshot) -> tuple[Release, ...]:
    """What was released, as far as the reader may know of it; nothing on a published copy."""
    return tuple(release for release in _releases(snapshot) if not snapshot.sites or release.site in snapshot.sites)


def release_on_record(snapshot: Snapshot, asked: Asked) -> Release | None:
    """When the very pack was released, or None."""
    if not asked.is_release:
        return None
    known = _releases(snapshot)
    wanted = release_id(asked, snapshot.id, release_before(asked, snapshot.id, known))
    return next((release for release in known if release.id == wanted), None)


def cohorts(snapshot: Snapshot, asked: Asked) -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Which courses a pack will be about: for `activity`, `latest` and `rolling` the quarters and their standing.

    Raises:
        As `making.outline_of` does, and as `refuse` does.
    """
    from pipelines.reports.making import outline_of

    refuse(snapshot, asked)
    found = outline_of(snapshot.published, asked, release_before(asked, snapshot.id, _releases(snapshot))).cohorts
    return {each.name: (each.quarters, each.standing) for each in (found.activity, found.latest, found.rolling)}


def refuse(snapshot: Snapshot, asked: Asked) -> None:
    """Refuses what the reader may not ask for.

    Raises:
        UnknownName: a site beyond those that the reader sees, the whole program among them; or a policy that shows
            more than the dashboard does.
        NotTheStore: a pack that leaves the program, of a published copy.
    """
    if asked.site not in (allowed := sites(snapshot)):
        raise UnknownName("site", asked.site or say("report_desk.whole_program"), [site for site in allowed if site])
    if asked.is_release and _is_copy(snapshot):
        raise NotTheStore(say("report_desk.copy", command=asked.command))
    if asked.policy not in (known := policies(snapshot)):
        raise UnknownName("policy", asked.policy, known)


def found(snapshot: Snapshot, asked: Asked) -> Making | None:
    """The pack, if it is kept, in the making, or was asked for and failed."""
    with _lock:
        return _made.get(_key(snapshot, asked, letterhead()))


def begin(snapshot: Snapshot, asked: Asked) -> Making:
    """Begins to make a pack, unless that was begun before.

    Raises:
        As `refuse` does.
        SettingsInvalid, LogoUnfit: program.toml is wrong.
    """
    refuse(snapshot, asked)
    on_top = letterhead()
    key = _key(snapshot, asked, on_top)
    with _lock:
        known = _made.get(key)
        if known is not None and not known.has_failed:
            _made.move_to_end(key)
            return known
        making = Making()
        _made[key] = making
        while len(_made) > _PACKS_KEPT:
            _made.popitem(last=False)
    published = snapshot.published
    making.drafted = _maker.submit(_drafted, snapshot.folder, published, asked, on_top, making.steps)
    making.preview = _maker.submit(_preview, making.drafted)
    return making


def drafted(making: Making) -> Drafted:
    """The pack, once it is made.

    Raises:
        As `releasing.drafted_pack` does.
        PackFailed: it could not be made for a reason that the log tells.
    """
    return _result(making.drafted)


def preview(making: Making) -> Preview:
    """Its pages as pictures, once they are drawn.

    Raises:
        PackFailed: they could not be drawn.
    """
    return _result(making.preview)


def record(snapshot: Snapshot, asked: Asked, pack: Drafted) -> None:
    """Writes down that a pack is released.

    Raises:
        As `refuse` and `releasing.record_release` do.
    """
    from pipelines.reports.releasing import record_release

    refuse(snapshot, asked)
    record_release(Store(Path(snapshot.folder)), pack)


def zipped(pack: Drafted) -> bytes:
    """All files of a pack, as the folder of `outcomes report`, in one."""
    from pipelines.reports.archive import zipped

    return zipped(pack.made.files, pack.asked.folder_name)


def may_leave(snapshot: Snapshot, pack: Drafted) -> bool:
    """Whether files of a pack may be handed out: it hides nothing and stays inside, or it is on record as released."""
    return not pack.asked.is_release or pack.is_released(_releases(snapshot))


def handed_out(snapshot: Snapshot, pack: Drafted, load: Callable[[Drafted], bytes]) -> bytes:
    """A file of a pack, asked once more whether it may leave: a page stays open, and much may happen meanwhile.

    Raises:
        As `refuse` does.
        PackWithheld: it is not on record as released, or its snapshot is not kept any more.
    """
    refuse(snapshot, pack.asked)
    is_kept = snapshot.id in Store(Path(snapshot.folder)).snapshot_ids()
    if not (is_kept and may_leave(snapshot, pack)):
        raise PackWithheld(say("report_desk.not_handed_out"))
    return load(pack)


def letterhead() -> Letterhead:
    """What the program puts on its packs: of OUTCOMES_CONFIG, else ./program.toml."""
    from pipelines.reports.letterhead import read_letterhead

    return read_letterhead(Path(os.environ.get("OUTCOMES_CONFIG") or "program.toml"))


def _key(snapshot: Snapshot, asked: Asked, on_top: Letterhead) -> _Key:
    before = release_before(asked, snapshot.id, _releases(snapshot))
    return snapshot, asked, on_top, before.id if before else None


def _drafted(folder: str, published: Published, asked: Asked, on_top: Letterhead, steps: list[str]) -> Drafted:
    from pipelines.reports.releasing import drafted_pack

    with readers.served():
        return drafted_pack(Store(Path(folder)), published, asked, on_top, steps.append)


def _preview(pack: Future[Drafted]) -> Preview:
    """Comes after the pack, in the same thread."""
    from pipelines.reports.preview import preview_of

    made = pack.result()
    with readers.served():
        return preview_of(made.made.pack, made.asked.paper, say("report_desk.mark"))


def _result(future: Future[Result]) -> Result:
    try:
        return future.result()
    except OutcomesError:
        raise
    except Exception:
        logging.getLogger(__name__).exception("A pack could not be made")
        raise PackFailed(say("report_desk.failed")) from None


def _is_copy(snapshot: Snapshot) -> bool:
    return Store(Path(snapshot.folder)).is_copy()


def _releases(snapshot: Snapshot) -> Sequence[Release]:
    folder = Store(Path(snapshot.folder)).releases_folder
    files = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("[!.]*.json")))
    return _read_releases(snapshot.folder, files)


@lru_cache(maxsize=4)
def _read_releases(folder: str, _: tuple[tuple[str, int], ...]) -> Sequence[Release]:
    """Read again when a file comes or goes: they hold some megabytes."""
    return tuple(Store(Path(folder)).releases())
