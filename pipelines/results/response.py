"""Response and remission rates, each with the courses that it leaves out and what they could change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.rates import rate_table
from pipelines.results.rules import REMISSION, response_rule
from pipelines.results.window_counts import window_counts

if TYPE_CHECKING:
    from pipelines.published import Published


def response_rates(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Response by each condition's headline rule, or the rule asked for: the statistics of `rate_table`."""
    counts = _response_window_counts(published, filters, by)
    beside = without_entry_cut(published, filters)
    any_baseline = _response_window_counts(published, beside, by) if beside else pd.DataFrame()
    return rate_table(published, counts, any_baseline, by, "response", "n_responded")


def remission_rates(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Remission at each scale's cut, with the same statistics; where no scale has a cut there is no row."""
    counts = _remission_window_counts(published, filters, by)
    beside = without_entry_cut(published, filters)
    any_baseline = _remission_window_counts(published, beside, by) if beside else pd.DataFrame()
    return rate_table(published, counts, any_baseline, by, REMISSION, "n_in_remission")


def response_counts(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """The counts behind a response rate, from started to responded, one row for each condition and group."""
    counts = _response_window_counts(published, filters, by)
    return counts.assign(measure="response", n_responded=counts["n_met"]) if len(counts) else counts


def without_entry_cut(published: Published, filters: Filters) -> Filters | None:
    """The same selection without the entry cut; None where it has none already."""
    population = published.population(filters)
    if population.endswith("_any_baseline"):
        return None
    return replace(filters, population=f"{population}_any_baseline")


def _response_window_counts(published: Published, filters: Filters, by: Sequence[str]) -> pd.DataFrame:
    return window_counts(
        published, filters, by, lambda condition: response_rule(filters, condition, published.definitions)
    )


def _remission_window_counts(published: Published, filters: Filters, by: Sequence[str]) -> pd.DataFrame:
    counts = window_counts(published, filters, by, lambda _condition: REMISSION)
    return counts[counts["n_with_baseline"] > counts["n_rule_not_offered"]] if len(counts) else counts
