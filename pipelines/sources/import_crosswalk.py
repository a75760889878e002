"""The crosswalk of an import: the one that made what the store holds of the same source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.holdings import Holdings
from pipelines.manifests import RefusedIds
from pipelines.privacy.crosswalk import Crosswalk, held_crosswalk
from pipelines.settings import Settings
from pipelines.sources.held import patients_in
from pipelines.sources.held_modes import site_codes_in
from pipelines.sources.options import ImportOptions
from pipelines.sources.source import Source
from pipelines.store import Store


@contextmanager
def crosswalk_of_import(
    store: Store,
    source: Source,
    options: ImportOptions,
    settings: Settings,
    holdings: Holdings,
    refused: RefusedIds,
) -> Iterator[Crosswalk | None]:
    """The crosswalk that the import draws pseudonyms from and, in safe harbor, codes of sites.

    It knows the patients who withdrew consent too: with another they would come back under new pseudonyms.

    Args:
        holdings: what the store holds of the source.
        refused: who withdrew consent.

    Raises:
        CrosswalkUnfit: there is none, or it is unfit or another clinic's.
        CrosswalkBusy: another import holds it.
    """
    is_coding_sites = settings.privacy_mode == "safe_harbor"
    with held_crosswalk(
        source.why_crosswalk,
        options.crosswalk,
        store.folder,
        lambda: patients_in(holdings) | refused.held,
        options.source,
        sites=(lambda: site_codes_in(store, options.source)) if is_coding_sites else None,
    ) as crosswalk:
        if crosswalk is not None and is_coding_sites:
            crosswalk.avoid(site_codes_in(store))
        yield crosswalk
