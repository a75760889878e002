"""What the pages read: the snapshot in force and its result tables, kept for as long as the snapshot is.

CURRENT is looked at on every run, so that a new build is offered at the next click. Caches belong to the whole
process: the store, the snapshot's id and the reader's sites are part of every key. Readers are given the kept tables
themselves, each a shallow copy: pandas copies on writing, and to unpack a copy on every click takes longer.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.choices import Options
from dashboard.shown import ADDRESS_NAME, Shown, moved, shown_snapshot
from pipelines.errors import OutcomesError, StoreDamaged
from pipelines.filters import DIMENSIONS, Filters
from pipelines.published import EarlierQuality, Published, earlier_quality
from pipelines.results.registry import change_result, imports_result, policy_of, quality_result, result, seen_count
from pipelines.results.rest import Rest, rest_of_program
from pipelines.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.definitions import Definitions
    from pipelines.definitions.disclosure import Policy
    from pipelines.manifests import SnapshotManifest

_SHOWN = "shown"
TABLES_KEPT = 1500
"""Some 30 KB each."""


@dataclass(frozen=True)
class Snapshot:
    """A snapshot, as one reader may see it.

    Attributes:
        folder: the store, or a published copy of it.
        id: of the snapshot.
        sites: the only sites that the reader may see; empty for every site.
    """

    folder: str
    id: str
    sites: tuple[str, ...] = ()

    @property
    def published(self) -> Published:
        """Its counts, as far as the reader may see them; one connection for the whole process."""
        return _published(self.folder, self.id, self.sites)

    @property
    def policy(self) -> Policy:
        """Which small numbers are hidden; every table and count of this class is under it."""
        return policy_of(self.published)

    @property
    def manifest(self) -> SnapshotManifest:
        """What made it."""
        return self.published.manifest

    @property
    def definitions(self) -> Definitions:
        """The definitions that made it, not the installed ones."""
        return self.published.definitions

    def options(self) -> Options:
        """What there is to choose from, as far as the reader may see it."""
        return _options(self.folder, self.id, self.sites)

    def table(self, measure: str, filters: Filters, by: tuple[str, ...] = ()) -> pd.DataFrame:
        """A result table of `results.registry`."""
        return _table(self.folder, self.id, self.sites, measure, filters, by).copy(deep=False)

    def rest(self, measure: str, filters: Filters) -> Rest:
        """The same of the rest of the program, as far as the reader may see it; for a measure of `rest.COUNTED`."""
        found = _rest(self.folder, self.id, self.sites, measure, filters)
        return replace(found, table=found.table.copy(deep=False))

    def change(self, filters: Filters) -> pd.DataFrame:
        """The latest mature quarters against the ones before; looks across all quarters."""
        return _change(self.folder, self.id, self.sites, replace(filters, quarter=())).copy(deep=False)

    def quality(self, filters: Filters, by: tuple[str, ...] = ()) -> pd.DataFrame:
        """What the checks found, at the sites of a selection; no other filter narrows them."""
        return _quality(self.folder, self.id, self.sites, Filters(site=filters.site), by).copy(deep=False)

    def imports(self) -> pd.DataFrame:
        """Where the rows of each import ended."""
        return imports_result(self.published)

    def earlier(self) -> EarlierQuality:
        """What the checks of the snapshot before found."""
        return _earlier(self.folder, self.id, self.sites)

    def n_started(self, filters: Filters) -> float:
        """Courses started in a selection, each counted once; NaN where the policy hides how many."""
        return _n_started(self.folder, self.id, self.sites, filters)

    def n_started_by(self, filters: Filters, group: str) -> Mapping[str, float]:
        """Courses started in each value of a dimension or further attribute, within a selection."""
        return _n_started_by(self.folder, self.id, self.sites, filters, group)

    def scales(self, filters: Filters) -> Mapping[str, Mapping[str, float]]:
        """The scales measured in a selection: for each condition, the courses with a baseline."""
        return _scales(self.folder, self.id, self.sites, filters)


def store_folder() -> Path:
    """The store, or a published folder: OUTCOMES_STORE, else ./store."""
    return Path(os.environ.get("OUTCOMES_STORE") or "store")


def current_snapshot(sites: tuple[str, ...]) -> Snapshot:
    """The snapshot to show in this run: see `dashboard/shown.py`. CURRENT is looked at each time.

    Raises:
        NothingPublished: there is none yet.
        StoreDamaged: its file is gone or cannot be read.
    """
    folder = store_folder()
    store = Store(folder)
    before, link = st.session_state.get(_SHOWN), st.query_params.get(ADDRESS_NAME)
    now = shown_snapshot(before, str(folder), store.current_id(), link, _readable(store, link))
    snapshot = Snapshot(str(folder), now.id, sites)
    _ = snapshot.published  # opens the file, so that damage is met here and not half-way down a page
    st.session_state[_SHOWN], st.session_state["snapshot"] = now, snapshot
    return snapshot


def snapshot_in_force() -> Snapshot | None:
    """The snapshot in force as it is seen by who may see every site, for no reader; None where none can be read."""
    folder = store_folder()
    try:
        snapshot = Snapshot(str(folder), Store(folder).current_id())
        _ = snapshot.published
    except OutcomesError:
        return None
    return snapshot


def shown() -> Shown:
    """What this run shows, and how the reader came to it."""
    found: Shown = st.session_state[_SHOWN]
    return found


def is_kept() -> bool:
    """Whether the snapshot that is shown is still there."""
    return shown().id in _kept(Store(store_folder()))


def other_in_force() -> SnapshotManifest | None:
    """The snapshot in force, where it is not the one that is shown."""
    store = Store(store_folder())
    in_force = store.current_id()
    return None if in_force == shown().id else store.readable_snapshot(in_force)


def show_in_force() -> None:
    """Moves to the snapshot in force."""
    st.session_state[_SHOWN] = moved(shown(), Store(store_folder()).current_id())


def _kept(store: Store) -> list[str]:
    """The snapshots whose counts are there."""
    return [name for name in store.snapshot_ids() if (store.snapshots_folder / name / "published.duckdb").exists()]


def _readable(store: Store, link: str | None) -> list[str]:
    """The snapshots that are there, without the one that a link names if it cannot be read."""
    kept = _kept(store)
    if link in kept:
        try:
            _opened(str(store.folder), str(link))
        except StoreDamaged:
            kept.remove(str(link))
    return kept


def snapshot_of_run() -> Snapshot:
    """The snapshot that this run began with, so that a page never mixes two."""
    snapshot: Snapshot = st.session_state["snapshot"]
    return snapshot


@st.cache_resource(max_entries=3, show_spinner=False)
def _opened(folder: str, snapshot_id: str) -> Published:
    return Published(Store(Path(folder)).snapshot_file(snapshot_id, "published.duckdb"))


def _published(folder: str, snapshot_id: str, sites: tuple[str, ...]) -> Published:
    """The only way from a page to the counts: what a reader may not see is not in them."""
    opened = _opened(folder, snapshot_id)
    return opened.within(sites) if sites else opened


@st.cache_resource(max_entries=100, show_spinner=False)
def _options(folder: str, snapshot_id: str, sites: tuple[str, ...]) -> Options:
    published = _published(folder, snapshot_id, sites)
    return Options(
        **{name: tuple(published.options(name)) for name in DIMENSIONS},
        scale=tuple(published.scales(Filters())),
        attributes={name: tuple(published.options(name)) for name in published.attributes},
        population=published.settings.population,
    )


@st.cache_resource(max_entries=TABLES_KEPT, show_spinner=False)
def _table(
    folder: str,
    snapshot_id: str,
    sites: tuple[str, ...],
    measure: str,
    filters: Filters,
    by: tuple[str, ...],
) -> pd.DataFrame:
    return result(measure, _published(folder, snapshot_id, sites), filters, by)


@st.cache_resource(max_entries=100, show_spinner=False)
def _rest(folder: str, snapshot_id: str, sites: tuple[str, ...], measure: str, filters: Filters) -> Rest:
    return rest_of_program(partial(result, measure), measure, _published(folder, snapshot_id, sites), filters)


@st.cache_resource(max_entries=100, show_spinner=False)
def _change(folder: str, snapshot_id: str, sites: tuple[str, ...], filters: Filters) -> pd.DataFrame:
    return change_result(_published(folder, snapshot_id, sites), filters)


@st.cache_resource(max_entries=100, show_spinner=False)
def _quality(
    folder: str, snapshot_id: str, sites: tuple[str, ...], filters: Filters, by: tuple[str, ...]
) -> pd.DataFrame:
    found = _earlier(folder, snapshot_id, sites).found
    return quality_result(_published(folder, snapshot_id, sites), filters, by, found)


@st.cache_resource(max_entries=100, show_spinner=False)
def _earlier(folder: str, snapshot_id: str, sites: tuple[str, ...]) -> EarlierQuality:
    return earlier_quality(Store(Path(folder)), snapshot_id, _published(folder, snapshot_id, sites).scope)


@st.cache_resource(max_entries=400, show_spinner=False)
def _n_started(folder: str, snapshot_id: str, sites: tuple[str, ...], filters: Filters) -> float:
    published = _published(folder, snapshot_id, sites)
    return seen_count(published.n_started(filters), published)


@st.cache_resource(max_entries=400, show_spinner=False)
def _n_started_by(
    folder: str, snapshot_id: str, sites: tuple[str, ...], filters: Filters, group: str
) -> Mapping[str, float]:
    published = _published(folder, snapshot_id, sites)
    return {value: seen_count(n, published) for value, n in published.n_started_by(filters, group).items()}


@st.cache_resource(max_entries=100, show_spinner=False)
def _scales(
    folder: str, snapshot_id: str, sites: tuple[str, ...], filters: Filters
) -> Mapping[str, Mapping[str, float]]:
    published = _published(folder, snapshot_id, sites)
    return {
        scale: {condition: seen_count(n, published) for condition, n in counts.items()}
        for scale, counts in published.scales(filters).items()
    }
