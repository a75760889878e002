"""Whether what the store holds fits the privacy mode in force.

`limited_data_set` and `expert_determination` land the same and stand together: what sets them apart, an agreement or
an expert's finding, is not in the data. Batches landed under `safe_harbor` hold less, and may stand under any mode, but
no site may stand by its code in one batch and by its name in another.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipelines.errors import PrivacyModeMix
from pipelines.manifests import BatchManifest, PrivacyMode
from pipelines.privacy.crosswalk import Crosswalk
from pipelines.snapshots import SHOWN_OF_ID
from pipelines.sources.landing import add_note
from pipelines.store import Store


def refuse_more_than_safe_harbor(store: Store, mode: PrivacyMode) -> None:
    """Refuses safe harbor where batches that count hold quarters or names of sites.

    Raises:
        PrivacyModeMix: with the batches, and what they hold.
    """
    if mode != "safe_harbor":
        return
    found = []
    for batch in store.live_batches():
        held = []
        if batch.privacy_mode != "safe_harbor":
            held += ["quarters"] if batch.period == "quarter" else []
            held += ["names of sites"] if sites_of(store, [batch]) else []
        if held:
            found.append(f"batch {batch.id[:SHOWN_OF_ID]} of {batch.source} ({' and '.join(held)})")
    if found:
        raise PrivacyModeMix(
            f"Privacy mode safe_harbor is set, and the store {store.folder} holds more than it allows: "
            f"{', '.join(found)}. Import the exports again into a new store (--store), and remove this one; or take "
            "these batches back (`outcomes retract`) and import their exports again, which counts alike but leaves "
            "their files in the folder."
        )


def refuse_sites_by_name_and_code(store: Store, batches: Sequence[BatchManifest], *, names_sites: bool = False) -> None:
    """Refuses sites that stand by their code in one batch and by their name in another, and would count as two.

    Args:
        batches: those that count.
        names_sites: whether an import that is to stand beside them names sites.

    Raises:
        PrivacyModeMix: with the batches that hold codes.
    """
    by_code = [batch for batch in batches if batch.privacy_mode == "safe_harbor" and sites_of(store, [batch])]
    by_name = [batch for batch in batches if batch.privacy_mode != "safe_harbor" and sites_of(store, [batch])]
    if by_code and (by_name or names_sites):
        names = "this import names" if names_sites else f"{_listed(by_name)} {'names' if len(by_name) == 1 else 'name'}"
        raise PrivacyModeMix(
            f"{_listed(by_code)}, landed under privacy mode safe_harbor, {'holds' if len(by_code) == 1 else 'hold'} "
            f"sites by their codes, and {names} sites: the same site would count as two. Set privacy_mode = "
            '"safe_harbor" in program.toml again, or give another store (--store) for data by name.'
        )


def sites_of(store: Store, batches: Sequence[BatchManifest]) -> set[str]:
    """The sites that batches hold, by name or by code."""
    files = [str(store.batch_file(batch.id, "courses")) for batch in batches]
    if not files:
        return set()
    with duckdb.connect() as connection:
        found = connection.execute(
            "select distinct site from read_parquet($files) where site is not null", {"files": files}
        ).fetchall()
    return {site for (site,) in found}


def site_codes_in(store: Store, source: str | None = None) -> set[str]:
    """The codes of sites in batches landed under safe harbor that count, of one source or of all."""
    coded = [batch for batch in store.live_batches() if batch.privacy_mode == "safe_harbor"]
    return sites_of(store, [batch for batch in coded if source is None or batch.source == source])


def note_sites_of_another_crosswalk(
    connection: duckdb.DuckDBPyConnection, store: Store, crosswalk: Crosswalk | None
) -> None:
    """Notes sites of other sources whose codes were drawn from another crosswalk, where a site may count twice."""
    n_unknown = len(crosswalk.unknown_sites(site_codes_in(store))) if crosswalk is not None else 0
    if n_unknown:
        sites = "1 site" if n_unknown == 1 else f"{n_unknown:,} sites"
        add_note(
            connection,
            f"The store holds {sites} of other sources by codes of another crosswalk: a site that both name counts as "
            "two. Keep one crosswalk for all sources of a program.",
        )


def _listed(batches: Sequence[BatchManifest]) -> str:
    ids = ", ".join(batch.id[:SHOWN_OF_ID] for batch in batches)
    return f"Batch {ids}" if len(batches) == 1 else f"Batches {ids}"
