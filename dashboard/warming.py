"""Tables made before a reader asks: what the pages ask for first, of everything and of what is often chosen.

One thread of the server makes them one by one, and only while no reader is served. It looks for a new snapshot in
force and begins anew with it. Who may see single sites only has tables of their own, made when asked for.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from itertools import islice
from pkgutil import iter_modules
from threading import Lock

from dashboard.choices import Choices, Options, filters_of, quarter_range
from dashboard.reading import TABLES_KEPT, Snapshot, snapshot_in_force
from pipelines.errors import OutcomesError
from pipelines.filters import Filters

Ask = Callable[[Snapshot], object]
_QUIET_SECONDS, _SECONDS_BETWEEN_LOOKS = 0.5, 5.0
_LOADED = ("dashboard.figures", "pipelines.results", "pipelines.words")
_OF_A_ROW = ("response", "remission", "onset", "durability", "trend", "completeness")


class _Readers:
    """The runs that readers wait for."""

    def __init__(self) -> None:
        self._lock, self._n, self._last = Lock(), 0, float("-inf")

    @contextmanager
    def served(self) -> Iterator[None]:
        """Nothing is made ready during a reader's run, nor shortly after: a page is asked for in several."""
        with self._lock:
            self._n += 1
        try:
            yield
        finally:
            with self._lock:
                self._n, self._last = self._n - 1, time.monotonic()

    def let_by(self) -> None:
        """Waits until none is served."""
        while self._n or time.monotonic() - self._last < _QUIET_SECONDS:
            time.sleep(_QUIET_SECONDS / 10)


readers = _Readers()


def load() -> None:
    """Loads what pages import, which the first reader would wait for."""
    for package in _LOADED:
        for module in iter_modules(import_module(package).__path__, f"{package}."):
            import_module(module.name)
    set_aside()


def set_aside() -> None:
    """Keeps what is there for good out of Streamlit's search for garbage after every run.

    The search goes through every module and table, four times as long as a run takes, and no reader is answered
    meanwhile.
    """
    gc.collect()
    gc.freeze()


def keep_ready(say: Callable[[str], None]) -> None:
    """Makes the tables of the snapshot in force, and of each that comes into force later; never returns."""
    made = ""
    while True:
        snapshot = snapshot_in_force()
        if snapshot is not None and snapshot.id != made:
            began = time.monotonic()
            if make_ready(snapshot, is_wanted=partial(_is_in_force, snapshot)):
                made = snapshot.id
                set_aside()
                say(f"Snapshot {snapshot.id[:8]} is ready to be read after {time.monotonic() - began:.0f} seconds.")
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _is_in_force(snapshot: Snapshot) -> bool:
    return snapshot_in_force() == snapshot


def make_ready(snapshot: Snapshot, is_wanted: Callable[[], bool]) -> bool:
    """Makes what is likely to be asked of a snapshot; False where it was no longer wanted."""
    try:
        options = snapshot.options()
        asks = [ask for choices in likely_choices(options) for ask in asked_of(choices, options)]
    except OutcomesError:
        return False
    # At most half of what is kept, so that what readers ask for themselves has room.
    for ask in islice(asks, TABLES_KEPT // 2):
        readers.let_by()
        if not is_wanted():
            return False
        try:
            ask(snapshot)
        except OutcomesError:
            continue  # the page that asks for it says why
    return True


def likely_choices(options: Options) -> list[Choices]:
    """Everything, each condition, from the first quarter of each year until the last, and each site."""
    recorded = options.recorded_quarters
    years = [quarter for quarter in recorded if quarter.endswith("Q1")]
    choices = [
        Choices(),
        *(Choices(condition=condition) for condition in options.condition),
        *(Choices(quarters=quarter_range(first, None, recorded)) for first in reversed(years)),
        *(Choices(site=(site,)) for site in options.site),
    ]
    return list(dict.fromkeys(choices))


def asked_of(choices: Choices, options: Options) -> list[Ask]:
    """What Overview, Response, Onset and Durability ask for, without a tab, a group or a part opened."""
    filters = filters_of(choices, options)
    conditions = filters.condition or options.condition
    return [*_of_frame(filters, options), *_of_overview(filters, conditions), *_of_further_pages(filters, choices)]


def _of_frame(filters: Filters, options: Options) -> list[Ask]:
    """The counts in the line of filters."""
    return [
        partial(Snapshot.n_started, filters=filters),
        partial(Snapshot.n_started, filters=Filters(population=options.population)),
        *(
            partial(Snapshot.n_started_by, filters=replace(filters, **{name: ()}), group=name)
            for name in ("condition", "quarter", "site")
        ),
    ]


def _of_overview(filters: Filters, conditions: Sequence[str]) -> list[Ask]:
    rows = [replace(filters, condition=(condition,)) for condition in conditions]
    return [
        *(_table(measure, row) for row in rows for measure in _OF_A_ROW),
        *(_table("trend", replace(row, quarter=())) for row in rows),
        _table("completeness", filters, "site"),
        _table("sites", filters),
        _table("response_counts", filters),
        partial(Snapshot.change, filters=filters),
    ]


def _of_further_pages(filters: Filters, choices: Choices) -> list[Ask]:
    by_quarter = [_table("response", filters, "quarter")] if choices.condition else []
    whole = ("response", "flow", "onset_curve", "durability", "durability_curve")
    return [*(_table(measure, filters) for measure in whole), *by_quarter]


def _table(measure: str, filters: Filters, *by: str) -> Ask:
    return partial(Snapshot.table, measure=measure, filters=filters, by=by)
