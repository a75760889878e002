"""Every result table by its name, and the one way to one: made, then put under the policy for small numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.definitions.disclosure import Policy, policy_named
from pipelines.filters import Filters
from pipelines.privacy.disclosure import disclosed
from pipelines.results.acute import acute_changes
from pipelines.results.benchmark import benchmark_comparisons
from pipelines.results.change import response_change
from pipelines.results.completeness import follow_up_completeness
from pipelines.results.dissociation import dissociation_associations
from pipelines.results.distribution import band_distributions
from pipelines.results.durability import durability_curves, durability_times
from pipelines.results.early_improvement import early_improvements
from pipelines.results.flow import course_flow
from pipelines.results.heterogeneity import (
    reliable_changes_by_subgroup,
    remission_by_subgroup,
    response_by_subgroup,
)
from pipelines.results.nhs_recovery import nhs_recoveries
from pipelines.results.onset import onset_curves, onset_times
from pipelines.results.plausibility import plausibility_panel
from pipelines.results.quality import quality_checks
from pipelines.results.reliable_change import reliable_changes
from pipelines.results.response import remission_rates, response_bounds, response_counts, response_rates
from pipelines.results.retention import infusion_retention
from pipelines.results.safety import infusion_safety
from pipelines.results.site_funnels import site_funnels
from pipelines.results.sites import site_comparison
from pipelines.results.suicidality import suicidality
from pipelines.results.trajectory import score_trajectories
from pipelines.results.trend import process_trends

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.published import Published

    Table = Callable[[Published, Filters, Sequence[str]], pd.DataFrame]

TABLES: Mapping[str, Table] = {
    "response": response_rates,
    "response_bounds": response_bounds,
    "response_counts": response_counts,
    "remission": remission_rates,
    "reliable_change": reliable_changes,
    "nhs_recovery": nhs_recoveries,
    "suicidality": suicidality,
    "trajectory": score_trajectories,
    "distribution": band_distributions,
    "early_improvement": early_improvements,
    "dissociation": dissociation_associations,
    "flow": course_flow,
    "retention": infusion_retention,
    "completeness": follow_up_completeness,
    "onset": onset_times,
    "onset_curve": onset_curves,
    "durability": durability_times,
    "durability_curve": durability_curves,
    "sites": site_comparison,
    "site_funnels": site_funnels,
    "trend": process_trends,
    "acute": acute_changes,
    "safety": infusion_safety,
    "plausibility": plausibility_panel,
    "benchmark": benchmark_comparisons,
    "response_by_subgroup": response_by_subgroup,
    "remission_by_subgroup": remission_by_subgroup,
    "reliable_change_by_subgroup": reliable_changes_by_subgroup,
}
"""Result tables by name; each takes published counts, filters and groups."""


def result(
    name: str, published: Published, filters: Filters, by: Sequence[str] = (), policy: Policy | None = None
) -> pd.DataFrame:
    """A result table of TABLES as it may be seen.

    Args:
        policy: that of the snapshot's program where none is given.
    """
    return _seen(TABLES[name](published, filters, by), published, policy)


def change_result(published: Published, filters: Filters, policy: Policy | None = None) -> pd.DataFrame:
    """The latest mature quarters against the ones before, as they may be seen."""
    return _seen(response_change(published, filters), published, policy)


def quality_result(
    published: Published,
    filters: Filters,
    by: Sequence[str] = (),
    before: pd.DataFrame | None = None,
    policy: Policy | None = None,
) -> pd.DataFrame:
    """What the checks found, as it may be seen; `before` is what they found in the snapshot before."""
    return _seen(quality_checks(published, filters, by, before), published, policy)


def imports_result(published: Published) -> pd.DataFrame:
    """Where the rows of each import ended, as it may be seen."""
    return _seen(published.imports(), published, None)


def seen_count(n: int, published: Published) -> float:
    """A count by itself as it may be seen; that a selection is empty is always said."""
    return policy_of(published).shown(n) if n else 0


def policy_of(published: Published) -> Policy:
    """The policy of the program that made a snapshot."""
    return policy_named(published.settings.disclosure.policy)


def _seen(table: pd.DataFrame, published: Published, policy: Policy | None) -> pd.DataFrame:
    return disclosed(table, policy or policy_of(published), published.definitions.outcomes.interval.confidence)
