"""Funnels of sites: the limits of chance around the rate of all sites, for any number followed up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.definitions import Definitions
from pipelines.filters import Filters
from pipelines.results.site_counts import SiteCounts, site_counts
from pipelines.results.sites import (
    ARCSINE,
    FOLLOWED_UP,
    StandardisedSites,
    limit_name,
    overdispersion_note,
    standardised_sites,
)
from pipelines.results.tables import Rows, result_table
from pipelines.statistics.funnel import Funnel, funnel_curve

if TYPE_CHECKING:
    from pipelines.published import Published

_SIZES = 60
"""How many sizes a curve is drawn through."""


def site_funnels(published: Published, filters: Filters, _by: Sequence[str] = ()) -> pd.DataFrame:
    """For each condition with limits, and for the program (condition `any`), the curves of a funnel plot.

    `limits_95` and `limits_998`, a row for each `size` from the fewest that are judged to the largest site (how many
    may be followed up at a site: a place on the axis, no count of people): the limits around the rate of all sites
    (`estimate`: `n_met` of `n_observed`), with the overdispersion that `site_comparison` found. A site is judged by its
    own limits there, around the rate that its case mix lets one expect: near a curve the two can differ, and the
    verdict counts. Conditions with too few sites for limits have no rows.
    """
    rows: Rows = []
    for counted in site_counts(published, filters):
        found = standardised_sites(counted, FOLLOWED_UP, published.definitions)
        if found.funnel is not None:
            rows += _curves(counted, found, found.funnel, published.definitions)
    return result_table(rows, [], ["n_sites", "n_observed", "n_met"], ["size"])


def _curves(counted: SiteCounts, found: StandardisedSites, funnel: Funnel, definitions: Definitions) -> Rows:
    rule, rates = definitions.outcomes.sites, found.rates
    coverages = (rule.inner_limit, rule.outer_limit)
    sizes = _sizes(definitions.outcomes.display.fewest_for_a_sentence, int(rates.trials[found.judged].max()))
    lower, upper = funnel_curve(sizes, rates.overall, funnel.tau_squared, coverages)
    first = next(iter(counted.sites.values()))
    shared: dict[str, Any] = {
        **{name: first[name] for name in ("population", "condition", "scale", "window", "rule_version")},
        "measure": "sites",
        "n_sites": len(found.judged),
        "n_observed": int(rates.trials.sum()),
        "n_met": int(rates.successes.sum()),
        "estimate": rates.overall,
        "method": ARCSINE,
        "note": overdispersion_note(funnel),
    }
    return [
        {
            **shared,
            "statistic": f"limits_{limit_name(coverage)}",
            "size": size,
            "lower": lower[place, column],
            "upper": upper[place, column],
        }
        for column, coverage in enumerate(coverages)
        for place, size in enumerate(sizes)
    ]


def _sizes(fewest: int, most: int) -> list[int]:
    """Whole sizes, closer together where they are small and the curve is steep."""
    return sorted({round(float(size)) for size in np.geomspace(fewest, most, _SIZES)})
