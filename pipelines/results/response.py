"""Response and remission rates, each with the courses that it leaves out and what they could change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.missing_follow_up import standardised_and_tipping_rows, standardised_rows
from pipelines.results.rates import bounds_table, rate_table
from pipelines.results.rules import REMISSION, response_rule
from pipelines.results.window_counts import window_counts

if TYPE_CHECKING:
    from pipelines.published import Published


def response_rates(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Response by each condition's headline rule, or the rule asked for: the statistics of `rate_table`.

    Of those lost, `standardised` and `tipping_point`.

    Where no rule is asked for, `observed_<rule>` gives the rate by each further rule of a condition.
    """
    beside = _without_entry_cut(published, filters, by, _response_window_counts)
    beside |= _by_further_rules(published, filters, by)
    counts = _response_window_counts(published, filters, by)
    lost_rows = standardised_and_tipping_rows(published, filters, by, _response_rule(published, filters))
    return rate_table(published, counts, beside, by, "response", "n_responded", lost_rows)


def response_bounds(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Response as observed and with the bounds of those lost, the first of the statistics of `response_rates`."""
    counts = _response_window_counts(published, filters, by)
    return bounds_table(published, counts, by, "response", "n_responded")


def remission_rates(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """Remission at each scale's cut, with the same statistics but `tipping_point`; without a cut there is no row."""
    beside = _without_entry_cut(published, filters, by, remission_counts)
    counts = remission_counts(published, filters, by)
    lost_rows = standardised_rows(published, filters, by, lambda _condition: REMISSION)
    return rate_table(published, counts, beside, by, REMISSION, "n_in_remission", lost_rows)


def response_counts(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """The counts behind a response rate, from started to responded, one row for each condition and group."""
    counts = _response_window_counts(published, filters, by)
    return counts.assign(measure="response", n_responded=counts["n_met"]) if len(counts) else counts


def remission_counts(published: Published, filters: Filters, by: Sequence[str] = ()) -> pd.DataFrame:
    """The counts behind a remission rate; conditions without a scale that has a cut have no row."""
    counts = window_counts(published, filters, by, lambda _condition: REMISSION)
    return counts[counts["n_with_baseline"] > counts["n_rule_not_offered"]] if len(counts) else counts


def without_entry_cut(published: Published, filters: Filters) -> Filters | None:
    """The same selection without the entry cut; None where it has none already."""
    population = published.population(filters)
    if population.endswith("_any_baseline"):
        return None
    return replace(filters, population=f"{population}_any_baseline")


def _without_entry_cut(
    published: Published,
    filters: Filters,
    by: Sequence[str],
    counted: Callable[[Published, Filters, Sequence[str]], pd.DataFrame],
) -> dict[str, pd.DataFrame]:
    beside = without_entry_cut(published, filters)
    return {} if beside is None else {"observed_any_baseline": counted(published, beside, by)}


def _by_further_rules(published: Published, filters: Filters, by: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Counts by the rules that conditions name beside their headline, each of the conditions that name it."""
    if filters.rule is not None:
        return {}
    naming: dict[str, list[str]] = {}
    for condition in published.definitions.ordered_conditions():
        if not filters.condition or condition.id in filters.condition:
            for rule in condition.further_responses:
                naming.setdefault(rule, []).append(condition.id)
    return {
        f"observed_{rule}": _response_window_counts(
            published, replace(filters, condition=tuple(conditions), rule=rule), by
        )
        for rule, conditions in naming.items()
    }


def _response_window_counts(published: Published, filters: Filters, by: Sequence[str]) -> pd.DataFrame:
    return window_counts(published, filters, by, _response_rule(published, filters))


def _response_rule(published: Published, filters: Filters) -> Callable[[str], str]:
    return lambda condition: response_rule(filters, condition, published.definitions)
