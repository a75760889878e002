"""What was recorded of a first infusion against response: levels compared within strata of dose and severity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.definitions import Definitions
from pipelines.definitions.dissociation import EXPOSURES
from pipelines.results.tables import rows_by_group, total
from pipelines.statistics.direct_standardisation import StandardisedRates, standardised_rates
from pipelines.statistics.stratified_association import AssociationTest, association_test

NOT_RECORDED = "not recorded"
COUNTS = ("n_observed", "n_missed", "n_pending", "n_not_anchored", "n_met")
STRATA = ["measured_scale", "severity_band_position", "dose_route", "dose_band_position"]
"""What is held alike when levels are compared: bands of severity on one scale, and of dose by one route."""


def exposure_levels(definitions: Definitions) -> dict[str, tuple[str, ...]]:
    """The levels of each exposure in their order; the others are compared with the first."""
    bands = tuple(band.label for band in definitions.outcomes.dissociation.score_bands.levels)
    levels = (
        bands,
        definitions.columns.infusions["experience"].codes,
        ("no", "yes"),
        ("no", "yes"),
        definitions.columns.courses["setting"].codes,
    )
    return dict(zip(EXPOSURES, levels, strict=True))


@dataclass(frozen=True)
class Exposure:
    """The courses of one condition and group by the levels of one exposure, in one window and by one rule.

    Attributes:
        levels: in their order, without `not recorded`.
        counts: rows of `Published.exposure_responses`.
        definitions: which say how few are too few.
        withheld: why levels are not compared at all, whatever the counts; empty where they may be.
    """

    name: str
    levels: tuple[str, ...]
    counts: pd.DataFrame
    definitions: Definitions
    withheld: str = ""

    @cached_property
    def by_level(self) -> Mapping[str, Mapping[str, int]]:
        """Courses by how they stand, for each level and for `not recorded`; with `n_in_level`, all of them."""
        rows_of = rows_by_group(self.counts, ["exposure_level"])
        found = {}
        for level in (*self.levels, NOT_RECORDED):
            counts = {name: total(rows_of(level), name) for name in COUNTS}
            found[level] = {**counts, "n_in_level": sum(counts.values()) - counts["n_met"]}
        return found

    @property
    def n_recorded(self) -> int:
        """Courses with the exposure recorded."""
        return sum(self.by_level[level]["n_in_level"] for level in self.levels)

    @property
    def compared(self) -> tuple[str, ...]:
        """The levels with enough courses observed."""
        fewest = self.definitions.outcomes.comparison.fewest_in_group
        return tuple(level for level in self.levels if self.by_level[level]["n_observed"] >= fewest)

    @property
    def reference(self) -> str:
        """The level that the others are compared with."""
        return self.levels[0]

    @cached_property
    def why_not_compared(self) -> str:
        """Why the levels are not compared; empty where they are."""
        rule = self.definitions.outcomes.comparison
        if self.withheld:
            return self.withheld
        if len(self.compared) < 2:
            return f"too few to compare: fewer than two levels with {rule.fewest_in_group} followed up"
        n_met = sum(self.by_level[level]["n_met"] for level in self.compared)
        n_unmet = sum(self.by_level[level]["n_observed"] for level in self.compared) - n_met
        if min(n_met, n_unmet) < rule.fewest_events:
            what = "responded" if n_met <= n_unmet else "did not respond"
            return f"too few to compare: {min(n_met, n_unmet)} {what}, {rule.fewest_events} are needed"
        return ""

    @property
    def left_out_note(self) -> str:
        """Which levels have too few courses to be compared, where others are compared."""
        fewest = self.definitions.outcomes.comparison.fewest_in_group
        few = [f"{level} ({self.by_level[level]['n_observed']})" for level in self.levels if level not in self.compared]
        return f"fewer than {fewest} followed up, left out: {', '.join(few)}" if few else ""

    def standardised(self, confidence: float) -> StandardisedRates:
        """Standardised rates of the levels compared, in their order; differences are from the first of them."""
        met, observed = self._tables
        return standardised_rates(met, observed, reference=0, confidence=confidence)

    def association(self) -> AssociationTest:
        """The test of the levels compared."""
        return association_test(*self._tables)

    @cached_property
    def _tables(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Courses that met the rule, and observed ones: strata by levels compared."""
        own = self.counts[self.counts["exposure_level"].isin(self.compared) & (self.counts["n_observed"] > 0)]
        strata = own.groupby([*STRATA, "exposure_level"])[["n_met", "n_observed"]].sum()
        met, observed = (
            strata[column].unstack("exposure_level", fill_value=0).reindex(columns=list(self.compared), fill_value=0)
            for column in ("n_met", "n_observed")
        )
        return met.to_numpy(dtype=np.int64), observed.to_numpy(dtype=np.int64)


def withheld_because(exposure: str, window: str, definitions: Definitions) -> str:
    """Why an exposure cannot be held against response in a window: the score may have come first."""
    rule, days = definitions.outcomes.windows[window], definitions.outcomes.dissociation.sessions
    if exposure == "integration" and rule.from_day < days.integration_over_after_days:
        return "not compared: the window opens before an integration session is sure to be over"
    return ""


def exposures_of(
    counts: pd.DataFrame, window: str, definitions: Definitions, names: Sequence[str] = EXPOSURES
) -> list[Exposure]:
    """The exposures of one condition and group, in their order, recorded or not.

    Args:
        counts: of the condition and group, the window and the rule.
    """
    levels = exposure_levels(definitions)
    return [
        Exposure(
            name,
            levels[name],
            counts[counts["exposure"] == name],
            definitions,
            withheld_because(name, window, definitions),
        )
        for name in names
    ]
