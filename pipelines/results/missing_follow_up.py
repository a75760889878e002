"""Those lost to follow-up in a rate: the rate standardised over them, and how far it could be wrong about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.definitions import Definitions
from pipelines.definitions.outcomes import IntervalRule
from pipelines.filters import Filters
from pipelines.results.chains import NOT_DUE, ChainsInWindow, chains_in_window
from pipelines.results.references import Reference, reference_rate
from pipelines.results.rules import REMISSION, offering_scales
from pipelines.results.tables import Rows, few_note, frames_by_group, group_columns, joined_notes
from pipelines.statistics.missing_follow_up import (
    Interval,
    ResampledChains,
    Standardised,
    TippingPoint,
    resampled_chains,
    standardised_rate,
)

if TYPE_CHECKING:
    from pipelines.published import Published

STANDARDISED = "standardised by bands of change, multinomial bootstrap"
TIPPING_POINT = "delta subtracted from the chance of those lost"

LostRows = Callable[[Mapping[str, Any]], Rows]
"""From a rate's record of counts with its note, the rows about those lost."""


def no_lost_rows(_record: Mapping[str, Any]) -> Rows:
    """For rates that say nothing further of those lost."""
    return []


def standardised_rows(
    published: Published, filters: Filters, by: Sequence[str], rule_of: Callable[[str], str]
) -> LostRows:
    """The statistic `standardised` of a rate: among all due, were those lost like those who stayed.

    Like are those with the same bands of % change in the two windows before. Where too few were followed up, or all of
    them are alike, there is no interval. Scales without per cents, and rules in points, have an empty row that says so.
    """
    lost = _LostFollowUp(published, filters, by, rule_of)
    return lambda record: [lost.standardised_row(record)]


def standardised_and_tipping_rows(
    published: Published, filters: Filters, by: Sequence[str], rule_of: Callable[[str], str]
) -> LostRows:
    """`standardised`, and `tipping_point`: how far those lost must fall short for another conclusion.

    The conclusion is how the standardised rate's interval lies to a reference rate (`reference_rate`): above it, around
    it, or below. `estimate` is the least whole percentage points, as a fraction, by which the chance of each lost
    course has to be lower (never below 0). It is empty where no delta changes the conclusion, where there is no
    reference, and where so few were followed up or responded that no conclusion is drawn; the note says which.
    """
    lost = _LostFollowUp(published, filters, by, rule_of)
    return lambda record: [lost.standardised_row(record), lost.tipping_point_row(record)]


class _LostFollowUp:
    """The chains of a selection, and the rows that they give for each record of a rate."""

    def __init__(
        self, published: Published, filters: Filters, by: Sequence[str], rule_of: Callable[[str], str]
    ) -> None:
        self._definitions = published.definitions
        self._scale = filters.scale
        self._rule_of = rule_of
        self._keys = group_columns(by)
        self._chains_of = frames_by_group(published.band_chains(filters, by), self._keys)
        self._in_window = chains_in_window(published, filters.window or self._definitions.outcomes.headline_window)

    def standardised_row(self, record: Mapping[str, Any]) -> dict[str, Any]:
        row = {**record, "statistic": "standardised", "method": STANDARDISED}
        found = self._resampled(record)
        if found is None:
            return {**row, "note": joined_notes(str(record["note"]), self._why_not(record))}
        standardised, interval, _ = found
        return {
            **row,
            "estimate": interval.estimate,
            "lower": interval.lower,
            "upper": interval.upper,
            "note": joined_notes(
                str(record["note"]), _fallback_note(standardised), self._no_interval_note(record, interval)
            ),
        }

    def tipping_point_row(self, record: Mapping[str, Any]) -> dict[str, Any]:
        reference = self._reference(record)
        found = self._resampled(record, reference)
        return {
            **record,
            "statistic": "tipping_point",
            "method": TIPPING_POINT,
            "estimate": found[2].delta if found and found[2] and not self._too_few(record) else None,
            "note": joined_notes(str(record["note"]), self._conclusion(record, reference, found)),
        }

    def _conclusion(self, record: Mapping[str, Any], reference: Reference | None, found: _Found | None) -> str:
        if found is None:
            return self._why_not(record)
        if reference is None:
            return "no reference: none is stated, and no published result is measured alike on these scales"
        few = self._too_few(record)
        return joined_notes(
            f"reference {100 * reference.rate:.1f} %, {reference.words}",
            few or (_tipping_note(found[2]) if found[2] is not None else ""),
        )

    def _no_interval_note(self, record: Mapping[str, Any], interval: Interval) -> str:
        if not np.isnan(interval.lower):
            return ""
        is_few = few_note(int(record["n_observed"]), self._definitions)
        return "no interval: " + ("too few were followed up" if is_few else "all who were followed up are alike")

    def _too_few(self, record: Mapping[str, Any]) -> str:
        """Why no conclusion is drawn; nothing where enough were followed up and responded."""
        fewest, n_met = self._definitions.outcomes.comparison.fewest_events, int(record["n_met"])
        if few_note(int(record["n_observed"]), self._definitions):
            return f"too few to compare: {int(record['n_observed'])} followed up"
        return f"too few to compare: {n_met} events, {fewest} are needed" if n_met < fewest else ""

    def _why_not(self, record: Mapping[str, Any]) -> str:
        rule = self._rule_of(str(record["condition"]))
        if not int(record["n_observed"]):
            return "not standardised: nobody was followed up"
        if not _is_told_by_bands(rule, self._definitions):
            return f"not standardised: {rule} is in points, and bands of change are in per cent"
        return "not standardised: not every scale here has a change in per cent"

    def _reference(self, record: Mapping[str, Any]) -> Reference | None:
        condition = str(record["condition"])
        measured = self._own_chains(record)["measured_scale"].unique()
        return reference_rate(
            self._definitions,
            condition,
            self._rule_of(condition),
            self._in_window.window,
            self._scale,
            measured,
        )

    def _own_chains(self, record: Mapping[str, Any]) -> pd.DataFrame:
        """The chains of the record's condition and group, on scales that offer the rule."""
        chains = self._chains_of(*(record[key] for key in self._keys))
        offering = offering_scales(self._rule_of(str(record["condition"])), self._definitions)
        return chains[chains["measured_scale"].isin(offering)]

    def _resampled(self, record: Mapping[str, Any], reference: Reference | None = None) -> _Found | None:
        """None where nobody was observed, the rule is not told by bands, or a scale has none."""
        rule = self._rule_of(str(record["condition"]))
        if not _is_told_by_bands(rule, self._definitions) or not int(record["n_observed"]):
            return None
        bands, met, count = _due(self._own_chains(record), self._in_window, rule)
        if int(count.sum()) != int(record["n_observed"]) + int(record["n_missed"]):
            return None
        if few_note(int(record["n_observed"]), self._definitions):
            return _found_in_few(bands.shape[1], bands.tobytes(), met.tobytes(), count.tobytes())
        return _found(
            bands.shape[1],
            bands.tobytes(),
            met.tobytes(),
            count.tobytes(),
            self._definitions.outcomes.interval,
            reference.rate if reference else None,
        )


_Found = tuple[Standardised, Interval, TippingPoint | None]


def _is_told_by_bands(rule: str, definitions: Definitions) -> bool:
    return rule == REMISSION or definitions.outcomes.rules[rule].reduction_percent is not None


def _due(
    chains: pd.DataFrame, in_window: ChainsInWindow, rule: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Bands before, result and count of the chains whose window is due."""
    position = chains["chain_key"].to_numpy(dtype=np.int64) - 1
    met = in_window.met(rule)[position]
    is_due = met != NOT_DUE
    return in_window.bands[position][is_due], met[is_due], chains["n_courses"].to_numpy(dtype=np.int64)[is_due]


@lru_cache(maxsize=4096)
def _found_in_few(n_windows: int, bands: bytes, met: bytes, count: bytes) -> _Found:
    """The estimate alone, where too few were followed up for an interval; kept as below."""
    results = np.frombuffer(met, dtype=np.int64)
    seen = np.frombuffer(bands, dtype=np.int64).reshape(len(results), n_windows)
    standardised = standardised_rate(seen, results, np.frombuffer(count, dtype=np.int64))
    return standardised, Interval(standardised.estimate, nan, nan), None


@lru_cache(maxsize=4096)
def _found(
    n_windows: int, bands: bytes, met: bytes, count: bytes, interval: IntervalRule, reference: float | None
) -> _Found:
    """Estimate, interval and tipping point; kept, because pages and measures ask for the same of equal counts."""
    draws = _draws(n_windows, bands, met, count, interval)
    tipping_point = draws.tipping_point(reference) if reference is not None else None
    return draws.standardised, draws.rate(), tipping_point


@lru_cache(maxsize=1)
def _draws(n_windows: int, bands: bytes, met: bytes, count: bytes, interval: IntervalRule) -> ResampledChains:
    """The last replicates drawn: the rows of one rate follow one another."""
    results = np.frombuffer(met, dtype=np.int64)
    return resampled_chains(
        np.frombuffer(bands, dtype=np.int64).reshape(len(results), n_windows),
        results,
        np.frombuffer(count, dtype=np.int64),
        replicates=interval.bootstrap_replicates,
        seed=interval.bootstrap_seed,
        confidence=interval.confidence,
    )


def _fallback_note(standardised: Standardised) -> str:
    """For how many of those lost nobody with the same two bands stayed; nothing where there was always somebody."""
    n_band, n_all = standardised.n_by_last_band, standardised.n_by_margin
    if n_band + n_all < 0.05:
        return ""
    return (
        f"for {n_band + n_all:,.1f} of {standardised.n_lost:,} lost nobody with the same two bands stayed: "
        f"{n_band:,.1f} taken by the last band, {n_all:,.1f} as all who stayed"
    )


_LIES = {"above": "lies above it", "includes": "includes it", "below": "lies below it"}


def _tipping_note(found: TippingPoint) -> str:
    """The conclusion, and at which delta it changes to what."""
    if found.conclusion is None:
        return "no conclusion: all who were followed up are alike"
    said = f"the interval {_LIES[found.conclusion]}"
    if found.delta is None or found.changed is None or found.at_delta is None:
        unchanged = "whatever is subtracted" if found.conclusion == "below" else "even if none of those lost responded"
        return f"{said}, {unchanged}"
    return (
        f"{said}, and {_LIES[found.changed]} once the chance of those lost is {100 * found.delta:.0f} points lower: "
        f"{100 * found.at_delta.estimate:.1f} %, {100 * found.at_delta.lower:.1f} to {100 * found.at_delta.upper:.1f} %"
    )
