"""Cohorts as rows of a pack name them: the quarters joined, and the sites where it is not the whole program."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from pipelines.privacy.basis import NOT_OF_PEOPLE
from pipelines.privacy.nesting import remainders

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy

CORE = ("n_started", "n_with_baseline", "n_in_population", "n_observed", "n_responded")
"""The counts that a pack is planned on, each within the one before it."""
BESIDE = "n_responded_beside"
"""How many of a remission row's courses responded, as the table of response tells; remission is a part of it."""
QUARTERS, SITES = "quarters", "sites"
"""The columns of a released row that name its cohort; `sites` is empty for all of them."""
_BETWEEN = "; "
_KEY = (
    *("measure", "condition", "population", "scale", "window", "statistic", "rule_version"),
    *("change", "outcome", "early_window", "exposure", "level", "infusion", "band", "day", "site", "quarter"),
    "benchmark",
)
"""What tells the rows of one cohort apart, in the tables that have it."""


class Cohort(NamedTuple):
    """Courses that began in some quarters at some sites.

    Attributes:
        sites: none for all of them.
    """

    quarters: frozenset[str]
    sites: frozenset[str]

    def holds(self, other: Cohort) -> bool:
        """Whether every course of the other is one of these."""
        return other.quarters <= self.quarters and (not self.sites or (bool(other.sites) and other.sites <= self.sites))

    def is_apart_from(self, other: Cohort) -> bool:
        """Whether the two share no course."""
        is_elsewhere = bool(self.sites and other.sites) and not self.sites & other.sites
        return is_elsewhere or not self.quarters & other.quarters


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as mappings."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def cohort_text(values: Iterable[str]) -> str:
    """Quarters, or sites, as a released row holds them."""
    return _BETWEEN.join(values)


def cohort_values(text: str) -> tuple[str, ...]:
    """What `cohort_text` joined."""
    return tuple(part for part in text.split(_BETWEEN) if part)


def cohort_of(row: Mapping[str, Any]) -> Cohort:
    """The cohort that a released row is about."""
    return Cohort(frozenset(cohort_values(str(row[QUARTERS]))), frozenset(cohort_values(str(row[SITES]))))


def row_key(row: Mapping[str, Any], *, without_cohort: bool = False) -> tuple[str, ...]:
    """What a row is about; one key is one row of a pack."""
    names = _KEY if without_cohort else (*_KEY, QUARTERS, SITES)
    return tuple(f"{name}={row[name]}" for name in names if name in row and not _is_empty(row[name]))


def _is_empty(value: Any) -> bool:
    return value is None or value is pd.NA or value == "" or (isinstance(value, float) and math.isnan(value))


def counts_shown(row: Mapping[str, Any]) -> dict[str, int]:
    """The counts of people that a released row shows."""
    names = (str(name) for name in row if str(name).startswith("n_") and name not in NOT_OF_PEOPLE)
    return {name: int(row[name]) for name in names if not _is_empty(row[name])}


def tells_little(
    difference: Mapping[str, int], columns: frozenset[str], policy: Policy, *, is_over_time: bool = False
) -> bool:
    """Whether counts of one cohort less those of another tell nothing small, nor what is left within them.

    Args:
        difference: of the counts that both show; below zero where the second is the larger.
        columns: all counts of such rows.
        is_over_time: whether they are of different packs, so that what they hold need not nest: then a difference of
            rounded counts is small if that of the true ones can be.
    """
    if not any(difference.values()):
        return True
    reach = policy.rounded_to - 1 if is_over_time else 0

    def is_small(value: int) -> bool:
        return policy.is_small(value) or policy.is_small(value - reach)

    signs = (difference, {name: -value for name, value in difference.items()})
    is_any_small = any(is_small(abs(value)) for value in difference.values())
    return not is_any_small and not any(is_small(rest) for one in signs for rest in remainders(one, columns))


def layers(counts: Mapping[str, int], columns: Iterable[str]) -> tuple[int, ...]:
    """What each shown count holds beyond the next one within it; the last one whole."""
    values = [int(counts[name]) for name in CORE if name in set(columns)]
    return (*(whole - part for whole, part in pairwise(values)), *values[-1:])


def is_safe(counts: Mapping[str, int], columns: Iterable[str], policy: Policy) -> bool:
    """Whether a cohort's counts may be shown in these columns of `CORE`: no count hidden, nothing small between two."""
    shown = [name for name in CORE if name in set(columns)]
    is_any_hidden = any(policy.is_hidden(int(counts[name])) for name in shown)
    return not is_any_hidden and not any(policy.is_small(layer) for layer in layers(counts, shown))
