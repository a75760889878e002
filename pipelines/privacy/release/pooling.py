"""Joining quarters, and joining sites, until what is left is safe to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.privacy.release.cohorts import CORE, is_safe

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.definitions.disclosure import Policy

Counts = Mapping[str, int]
Group = tuple[str, ...]


def summed(of: Mapping[str, Counts], names: Iterable[str]) -> Counter[str]:
    """The counts of `CORE` of some quarters, or of some sites."""
    total = Counter(dict.fromkeys(CORE, 0))
    for name in names:
        total.update(of.get(name, {}))
    return total


def summed_by(counts: pd.DataFrame, name: str) -> dict[str, dict[str, int]]:
    """The counts of `CORE` of each quarter, or of each site."""
    sums = counts.groupby(name)[list(CORE)].sum()
    return {str(key): {column: int(row[column]) for column in CORE} for key, row in sums.to_dict("index").items()}


def last_pools(pools: Sequence[Group], at_least: int) -> Group:
    """The quarters of the last pools that cover so many quarters, or all of them."""
    quarters: Group = ()
    for pool in reversed(pools):
        if len(quarters) >= at_least:
            break
        quarters = (*pool, *quarters)
    return quarters


def pooled(
    quarters: Sequence[str],
    of: Mapping[str, Counts],
    columns: Sequence[str],
    policy: Policy,
    told: Collection[str] = (),
) -> tuple[Group, ...]:
    """Quarters in pools that are safe, oldest first; none where all of them together are not.

    The latest pool is as short as can be: readers ask for it first. Quarters at the beginning that make up no safe pool
    join the one after them.

    Args:
        told: quarters whose courses started were shown alone before; what a pool holds beyond these is not small.
    """

    def is_pool(group: Sequence[str]) -> bool:
        untold = [quarter for quarter in group if quarter not in told]
        is_rest_small = "n_started" in columns and policy.is_small(summed(of, untold)["n_started"])
        return not is_rest_small and is_safe(summed(of, group), columns, policy)

    pools: list[Group] = []
    gathered: list[str] = []
    for quarter in reversed(quarters):
        gathered.insert(0, quarter)
        if is_pool(gathered):
            pools.insert(0, tuple(gathered))
            gathered = []
    while gathered and pools:
        gathered += pools.pop(0)
        if is_pool(gathered):
            pools.insert(0, tuple(gathered))
            gathered = []
    return tuple(pools)


def grouped(of: Mapping[str, Counts], columns: Sequence[str], policy: Policy) -> tuple[Group, ...]:
    """Sites in groups that are safe: those that are safe alone, largest first, then the others joined.

    Where the others are not safe together, the smallest of those alone joins them. None where fewer than two groups are
    left: one group would be the program again.
    """
    by_size = sorted(of, key=lambda site: (-of[site]["n_started"], site))
    held = [site for site in by_size if any(of[site].values())]
    alone = [site for site in held if is_safe(of[site], columns, policy)]
    others = [site for site in held if site not in alone]
    while others and alone and not is_safe(summed(of, others), columns, policy):
        others.insert(0, alone.pop())
    groups = [*((site,) for site in sorted(alone)), *([tuple(sorted(others))] if others else [])]
    return tuple(groups) if len(groups) > 1 else ()
