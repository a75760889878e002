"""Packs for the page of the quarterly report, made once for all who ask the same.

One thread of the server makes them, one after the other, so that pages go on being answered meanwhile. A pack that was
made is kept in memory by everything it depends on. Looking at one releases nothing: `record` does, and only a pack that
is on record, or one in which nothing is hidden, is handed out.

What a reader may ask for (`offers.py`) is asked again before anything is made, recorded or handed out.
"""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from dashboard.offers import all_releases, refuse
from dashboard.warming import readers
from pipelines.errors import OutcomesError
from pipelines.reports.asking import Asked, release_before
from pipelines.store import Store
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from dashboard.reading import Snapshot
    from pipelines.published import Published
    from pipelines.reports.letterhead import Letterhead
    from pipelines.reports.preview import Preview
    from pipelines.reports.releasing import Drafted

_PACKS_KEPT = 6
"""Some 10 MB each, with the pictures of their pages."""


class PackWithheld(OutcomesError):
    """A file of a pack may not be handed out, or not any more."""


class PackFailed(OutcomesError):
    """A pack could not be made, and it is not the reader who can mend that."""


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
_Key = tuple["Snapshot", Asked, "Letterhead", "str | None"]
_maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="packs")
_made: OrderedDict[_Key, Making] = OrderedDict()
_lock = Lock()


def found(snapshot: Snapshot, asked: Asked) -> Making | None:
    """The pack, if it is kept, in the making, or was asked for and failed; none stays of a snapshot that is gone."""
    kept = Store(Path(snapshot.folder)).snapshot_ids()
    with _lock:
        for key in [key for key in _made if key[0].folder == snapshot.folder and key[0].id not in kept]:
            del _made[key]
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
    return not pack.asked.is_release or pack.is_released(all_releases(snapshot))


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
    before = release_before(asked, snapshot.id, all_releases(snapshot))
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
