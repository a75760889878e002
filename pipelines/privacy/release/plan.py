"""The plan of a release: which quarters are joined, which sites stand alone, which counts are shown, for all of a pack.

Every count that a pack shows is a sum of pieces that share no course: a pool of quarters, or a group of sites over a
span, by what its counts hold beyond each other. Each piece is empty or larger than the policy hides. Pools and spans
that an earlier pack released stay as they are, so that two packs are sums of the same pieces. What is not shown is part
of a piece, and can be anything up to all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.privacy.release.cohorts import CORE, cohort_text
from pipelines.privacy.release.ledger import Span
from pipelines.privacy.release.pooling import Group, last_pools, pooled, summed_by
from pipelines.privacy.release.said import Said
from pipelines.privacy.release.site_spans import Spanned, spanned_sites

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.definitions.disclosure import Policy
    from pipelines.privacy.release.ledger import Ledger

OFFERS: tuple[tuple[str, ...], ...] = (
    CORE,
    ("n_started", "n_in_population", "n_observed", "n_responded"),
    ("n_started", "n_observed", "n_responded"),
    ("n_started", "n_in_population", "n_observed"),
    ("n_started", "n_observed"),
    ("n_started",),
)
"""Columns that may be shown together, the first that will do is taken.

Courses started come first and go last: every other part of a pack, and every other pack, tells them too.
"""
_FINDINGS = ("n_responded", "n_observed")
"""What readers want to know most; of as many quarters as it takes."""
Choice = tuple[tuple[Group, ...], tuple[str, ...]]
"""Pools, and the columns that are shown in them."""


@dataclass(frozen=True)
class ConditionPlan:
    """How one condition is released.

    Attributes:
        pools: quarters joined, oldest first; no quarter is in two.
        latest: the quarters of the last pool.
        rolling: those of the last pools that cover the quarters asked for.
        site_quarters: the quarters that sites are shown over.
        sites: groups of sites that may be shown over these; the joined ones last.
        columns: the counts of `CORE` that may be shown, in all cohorts of the program alike.
        site_columns: those of them that may be shown of sites.
        said: what is to be said of it.
    """

    pools: tuple[tuple[str, ...], ...]
    latest: tuple[str, ...]
    rolling: tuple[str, ...]
    site_quarters: tuple[str, ...]
    sites: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    site_columns: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()

    def columns_of(self, quarters: Iterable[str], sites: Sequence[str]) -> tuple[str, ...]:
        """The counts of `CORE` that may be shown of a cohort; all where it is longer than what response is told of."""
        if sites:
            return self.site_columns
        return CORE if self.rolling and {*quarters} > {*self.rolling} else self.columns


NOTHING = ConditionPlan((), (), (), (), (), ())


@dataclass(frozen=True)
class ReleasePlan:
    """The plans of a pack's conditions, by their ids."""

    conditions: Mapping[str, ConditionPlan]

    def of(self, condition: str) -> ConditionPlan:
        """The plan of a condition; an empty one where no course of it began."""
        return self.conditions.get(condition, NOTHING)


def plan_release(counts: pd.DataFrame, policy: Policy, earlier: Ledger, rolling: int = 4) -> ReleasePlan:
    """How the mature quarters up to a pack's period may be released.

    Args:
        counts: a row for each condition, quarter and site, with the columns of `CORE`.
        earlier: what earlier packs released.
        rolling: of how many quarters the rolling cohort is, at least.
    """
    names = dict.fromkeys(str(name) for name in counts["condition"]) if len(counts) else {}
    return ReleasePlan(
        {name: _planned(name, counts[counts["condition"] == name], policy, earlier, rolling) for name in names}
    )


def _planned(condition: str, counts: pd.DataFrame, policy: Policy, earlier: Ledger, rolling: int) -> ConditionPlan:
    of = summed_by(counts, "quarter")
    quarters = tuple(sorted(of))
    pools, columns = (
        (tuple((quarter,) for quarter in quarters), CORE)
        if policy.hides_nothing
        else _pools(condition, of, policy, earlier, rolling)
    )
    in_rolling = last_pools(pools, rolling)
    if policy.hides_nothing:
        sites = tuple((site,) for site in sorted(summed_by(counts, "site")))
        spanned = Spanned(Span(in_rolling, sites, columns), ())
    else:
        spanned = spanned_sites(condition, counts, policy, earlier, pools, columns, rolling)
    return ConditionPlan(
        pools=pools,
        latest=pools[-1] if pools else (),
        rolling=in_rolling,
        site_quarters=spanned.span.quarters,
        sites=spanned.span.sites,
        columns=columns,
        site_columns=spanned.span.columns,
        said=(*_said_of_pools(quarters, pools, columns), *spanned.said),
    )


def _pools(
    condition: str, of: Mapping[str, Mapping[str, int]], policy: Policy, earlier: Ledger, rolling: int
) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """The pools, and the columns that they are safe in: as many as leave the latest pool no longer than `rolling`.

    How many responded is what a pack is for, and then how many were followed up: these are told of as many quarters as
    that takes rather than not at all. Where they were told before and cannot be of later quarters, these wait.
    """
    closed = earlier.pools.get(condition, ())
    later = [quarter for quarter in sorted(of) if not closed or quarter > closed[-1][-1]]
    told = earlier.quarters_told(condition)
    held = earlier.columns.get(condition, CORE)
    found = [
        (pooled(later, of, columns, policy, told), columns)
        for columns in dict.fromkeys(tuple(name for name in offer if name in held) for offer in OFFERS)
        if columns
    ]
    usable = [made for made in found if made[0]]
    for finding in _FINDINGS:
        with_finding = [made for made in usable if finding in made[1]]
        if closed and finding in held and not with_finding:
            return closed, held
        if with_finding:
            usable = sorted(with_finding, key=lambda made: max(len(made[0][-1]), rolling))
            break
    prompt = [made for made in usable if len(made[0][-1]) <= rolling]
    if not usable or (closed and not prompt and len(later) <= rolling):
        return closed, held if closed else ()
    pools, columns = (prompt or usable)[0]
    if columns == CORE:
        pools, columns = _dearest_left_out(usable, (pools, columns))
    return (*closed, *pools), columns


def _dearest_left_out(usable: list[Choice], full: Choice) -> Choice:
    """All columns, or all but `n_with_baseline` where it costs pools: few lack a baseline, and pools would be long."""
    without = next((made for made in usable if made[1] == OFFERS[1]), full)
    return without if len(without[0]) > len(full[0]) or len(without[0][-1]) < len(full[0][-1]) else full


def _said_of_pools(quarters: Sequence[str], pools: Sequence[Group], columns: Sequence[str]) -> list[Said]:
    joined = tuple(cohort_text(pool) for pool in pools if len(pool) > 1)
    shown = {quarter for pool in pools for quarter in pool}
    waiting = tuple(quarter for quarter in quarters if quarter not in shown)
    left_out = tuple(name for name in CORE if name not in columns)
    if not pools:
        return [Said("nothing_shown", tuple(quarters))]
    said = [Said("quarters_joined", joined), Said("quarters_wait", waiting), Said("columns_not_shown", left_out)]
    return [one for one in said if one.values]
