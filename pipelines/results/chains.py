"""Chains for one window and rule: the bands of change in the windows before it, and whether the rule was met in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.definitions import Outcomes
from pipelines.definitions.bases import MINUTES_PER_DAY
from pipelines.results.rules import REMISSION
from pipelines.statistics.band_chains import LOST, NOT_SEEN

if TYPE_CHECKING:
    from pipelines.published import Published

NOT_DUE = LOST - 1
"""In `met`: the window is pending, or has no place in the course's time."""
_RESULTS = {"missed": LOST, "pending": NOT_DUE, "not_anchored": NOT_DUE}


@dataclass(frozen=True)
class ChainsInWindow:
    """What every published chain says of one window.

    Attributes:
        windows: the published chains' windows, a row for each chain and window, in the order of both.
        outcomes: the definitions that the chains were made by.
        window: the window that a rate is for.
    """

    windows: pd.DataFrame
    outcomes: Outcomes
    window: str
    _met: dict[str, NDArray[np.int64]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def before(self) -> list[str]:
        """The windows that come before, in the order of time; those for sensitivity are in no chain.

        A window for sensitivity stands outside that order: before it come those that are over, in every course, when
        it begins.
        """
        ordinary = [name for name, window in self.outcomes.windows.items() if not window.sensitivity]
        if self.window in ordinary:
            return ordinary[: ordinary.index(self.window)]
        begins = self._earliest_minute(self.window)
        before: list[str] = []
        for name in ordinary:
            if self._latest_minute(name) > begins:
                break
            before.append(name)
        return before

    def _earliest_minute(self, name: str) -> int:
        return int(self.outcomes.windows[name].from_day * MINUTES_PER_DAY)

    def _latest_minute(self, name: str) -> int:
        window = self.outcomes.windows[name]
        induction = self.outcomes.induction.first_days if window.anchor == "last_induction_infusion" else 0
        return int((induction + window.to_day) * MINUTES_PER_DAY)

    @cached_property
    def bands(self) -> NDArray[np.int64]:
        """The band seen in each window before, by chain (chain_key - 1): shape (chains, windows before).

        A score that serves a later window of these too is not seen here: it counts there.
        """
        asked = [*self.before, self.window]
        columns = []
        for name in self.before:
            rows = self._rows(name)
            band = rows["change_band"].to_numpy(dtype=np.int64, na_value=NOT_SEEN)
            columns.append(np.where(rows["later_window"].isin(asked), NOT_SEEN, band))
        return np.column_stack(columns) if columns else np.zeros((len(self._rows(self.window)), 0), dtype=np.int64)

    def met(self, rule: str) -> NDArray[np.int64]:
        """Whether the rule was met in the window, by chain: 1, 0, `LOST`, or `NOT_DUE`; shape (chains,)."""
        if rule not in self._met:  # asked for every group of a rate
            self._met[rule] = self._met_by_chain(rule)
        return self._met[rule]

    def _met_by_chain(self, rule: str) -> NDArray[np.int64]:
        rows = self._rows(self.window)
        if rule == REMISSION:
            is_met = rows["is_in_remission"].to_numpy(dtype=np.int64)
        else:
            band = rows["change_band"].to_numpy(dtype=np.float64, na_value=np.inf)
            is_met = (band <= self._last_band(rule)).astype(np.int64)
        other = rows["follow_up"].map(_RESULTS).to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isnan(other), is_met, np.nan_to_num(other)).astype(np.int64)

    def _last_band(self, rule: str) -> int:
        """The last of the bands in which a rule in per cent is met; bands begin at every rule's edge."""
        edge = self.outcomes.rules[rule].reduction_percent
        starts = [level.from_percent for level in self.outcomes.change_bands.levels]
        return starts.index(edge) + 1

    def _rows(self, name: str) -> pd.DataFrame:
        return self.windows[self.windows["window_name"] == name]


def chains_in_window(published: Published, window: str) -> ChainsInWindow:
    """What the published chains say of a window."""
    return ChainsInWindow(published.chain_windows, published.definitions.outcomes, window)
