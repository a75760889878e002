"""Courses counted by how all their windows stand together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.published.sums import PublishedSums

if TYPE_CHECKING:
    import pandas as pd


class ChainCounts(PublishedSums):
    """Sums of chains, and what each chain holds."""

    def band_chains(self, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
        """Courses by chain: condition, `by`, measured_scale, chain_key, n_courses."""
        return self._sums("band_chains", ("n_courses",), filters, by, ["cells.measured_scale", "facts.chain_key"])

    @cached_property
    def chain_windows(self) -> pd.DataFrame:
        """How each window of a chain stands: chain_key, window_name, follow_up, change_band, is_in_remission ...

        `later_window` is the next window that the same score stands for too. What keys stand for; counts nobody, so
        that it is the same for every scope.
        """
        return self._frame("select * from chain_windows order by chain_key, window_name", {})
