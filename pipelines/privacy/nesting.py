"""Which counts of a result row nest in which, and so what one of them less another tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import NamedTuple


class Nest(NamedTuple):
    """Counts that are parts of a whole, none of them overlapping; together they need not be all of it.

    Attributes:
        whole, parts: columns.
        without: a column in whose presence the others count something else.
    """

    whole: str
    parts: tuple[str, ...]
    without: str = ""


IN_WINDOW = ("n_observed", "n_missed", "n_pending", "n_not_anchored")
NESTS = (
    Nest("n_started", ("n_with_baseline",)),
    Nest("n_started", ("n_courses",)),
    Nest("n_started", ("n_due",)),
    Nest("n_started", ("n_finished", "n_not_recorded", "n_pending", "n_too_few_contacts")),
    Nest("n_with_baseline", ("n_in_population", "n_rule_not_offered", "n_below_entry", "n_baseline_zero")),
    Nest("n_with_baseline", ("n_total_only_at_baseline", "n_recorded")),
    Nest("n_in_population", (*IN_WINDOW, "n_counted_later")),
    Nest("n_in_population", ("n_not_mature", "n_maturity_unknown")),
    Nest("n_in_population", ("n_assessed", "n_pending", "n_not_anchored")),
    Nest("n_in_population", ("n_due", "n_pending")),
    Nest("n_in_population", ("n_courses",)),
    Nest("n_in_population", ("n_recorded",), without="n_infusions"),
    Nest("n_in_population", ("n_infused",)),
    Nest(
        "n_in_population",
        ("n_early_observed", "n_early_missed", "n_early_pending", "n_early_not_anchored", "n_early_not_before"),
    ),
    Nest("n_due", ("n_observed", "n_missed")),
    Nest("n_due", ("n_of_due",)),
    Nest("n_courses", ("n_of_due",)),
    Nest("n_courses", ("n_recorded", "n_not_recorded"), without="n_infusions"),
    Nest("n_infusions", ("n_recorded", "n_not_recorded")),
    Nest("n_infusions", ("n_with_before",)),
    Nest("n_infusions", ("n_with_after",)),
    Nest("n_infusions", ("n_changes", "n_day_alone")),
    Nest("n_infused", ("n_recorded",)),
    Nest("n_recorded", ("n_in_level",)),
    Nest("n_recorded", ("n_compared", "n_dropped")),
    Nest("n_recorded", ("n_with",)),
    Nest("n_recorded", (*IN_WINDOW, "n_total_only"), without="n_in_level"),
    Nest("n_in_level", IN_WINDOW),
    Nest("n_finished", ("n_with_first",)),
    Nest("n_with_first", ("n_at_caseness",)),
    Nest("n_finished", ("n_observed", "n_missed")),
    Nest("n_at_caseness", ("n_observed", "n_missed")),
    Nest("n_observed", ("n_responded",)),
    Nest("n_observed", ("n_met",)),
    Nest("n_observed", ("n_in_remission",)),
    Nest("n_observed", ("n_responded_beside",)),
    Nest("n_responded_beside", ("n_in_remission",)),
    Nest("n_observed", ("n_with_change",)),
    Nest("n_observed", ("n_in_band",)),
    Nest("n_observed", ("n_without_maintenance", "n_on_maintenance")),
    Nest("n_without_maintenance", ("n_met_without_maintenance",)),
    Nest("n_on_maintenance", ("n_met_on_maintenance",)),
    Nest("n_met", ("n_met_without_maintenance", "n_met_on_maintenance")),
    Nest("n_observed_before", ("n_responded_before",)),
    Nest("n_assessed", ("n_responded",)),
    Nest("n_assessed", ("n_at_risk",)),
    Nest("n_assessed", ("n_responding", "n_on_maintenance")),
    Nest("n_responding", ("n_followed",)),
    Nest("n_followed", ("n_lost", "n_retreated", "n_left")),
    Nest("n_followed", ("n_at_risk",)),
    Nest("n_early_observed", ("n_improved", "n_not_improved")),
    Nest("n_early_observed", IN_WINDOW),
    Nest("n_improved", ("n_improved_observed", "n_improved_missed")),
    Nest("n_not_improved", ("n_not_improved_observed", "n_not_improved_missed")),
    Nest("n_observed", ("n_improved_observed", "n_not_improved_observed")),
    Nest("n_missed", ("n_improved_missed", "n_not_improved_missed")),
    Nest("n_improved_observed", ("n_improved_responded",)),
    Nest("n_not_improved_observed", ("n_not_improved_responded",)),
    Nest("n_checked", ("n_violated",)),
    Nest("n_landed", ("n_accepted", "n_duplicate", "n_quarantined", "n_not_tracked")),
)
"""Counts of courses, and of infusions and other records of theirs. A nest holds where its first part is in the row."""


def remainders(shown: Mapping[str, int], columns: frozenset[str]) -> Iterator[int]:
    """What each shown count leaves when the shown counts within it are taken away.

    Where a count between two others is not shown, its own parts stand for it. A remainder below zero is none: there
    the counts do not nest.

    Args:
        shown: the counts that are shown, by column.
        columns: all columns of the row that hold a count.
    """
    for whole, value in shown.items():
        for total in _within(whole, shown, columns):
            if value >= total:
                yield value - total


def _within(whole: str, shown: Mapping[str, int], columns: frozenset[str]) -> Iterator[int]:
    """The sums of the shown counts within a whole, one for each way of parting it."""
    for parts in _partings(whole, columns):
        for choice in product(*(_standing_for(part, shown, columns) for part in parts)):
            yield sum(choice)


def _standing_for(part: str, shown: Mapping[str, int], columns: frozenset[str]) -> list[int]:
    return [shown[part]] if part in shown else sorted({*_within(part, shown, columns)}) or [0]


@cache
def _partings(whole: str, columns: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The nests of a whole that hold in rows of these columns, also through counts that the rows do not have."""
    return tuple(
        nest.parts
        for nest in NESTS
        if nest.whole == whole and nest.without not in columns and _is_told(nest.parts[0], columns)
    )


@cache
def _is_told(count: str, columns: frozenset[str]) -> bool:
    return count in columns or any(
        _is_told(nest.parts[0], columns) for nest in NESTS if nest.whole == count and nest.without not in columns
    )
