"""What released rows tell of each other where the cohort of one holds those of others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from pipelines.definitions.disclosure import HIDDEN
from pipelines.privacy.basis import NOT_OF_PEOPLE, rests_on
from pipelines.privacy.disclosure import as_table, share_of_row, without_figures
from pipelines.privacy.release.cohorts import Cohort, cohort_of, counts_shown, row_key, rows_of, tells_little

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy
    from pipelines.privacy.release.ledger import Ledger

_STARTED = "n_started"
_OF_ALL_RULES = ("n_in_population", "n_observed", "n_missed", "n_responded", "n_in_remission")
"""Counts that one rule or population may share with another."""
_ALL_SITES = 1_000
_ANY_EVENT = "adverse_event"


class Conflict(NamedTuple):
    """Rows of which one, less others within it, would tell a small number.

    Attributes:
        rows: their places, the one that holds the others first; those of an earlier pack are below zero.
        columns: the counts that tell it.
    """

    rows: tuple[int, ...]
    columns: tuple[str, ...]


class _Placed(NamedTuple):
    place: int
    cohort: Cohort
    counts: Mapping[str, int]
    row: Mapping[str, Any]
    is_over_time: bool
    is_told: bool


def conflicts(rows: pd.DataFrame, policy: Policy, earlier: Ledger) -> list[Conflict]:
    """Every nest of released rows whose difference is small.

    - Rows that their cohort alone tells apart, one of which holds others, of this pack or of an earlier one.
    - Rows of one cohort by several rules or populations, of which one may be part of the other.
    - Courses started, which are the same in all tables of a condition.

    Args:
        rows: those of a whole pack, with the columns `quarters` and `sites`.
        earlier: what was released before, which nests with them.
    """
    return list(_conflicts(_placed(rows, earlier), policy))


def without_conflicts(rows: pd.DataFrame, policy: Policy, earlier: Ledger) -> pd.DataFrame:
    """The same rows, but hidden those that would tell a small number by what others of this or an earlier pack show.

    Of the rows of a conflict the last one that was not released before loses the counts that tell it, and the figures
    that rest on these: what was told stays told.
    """
    if policy.hides_nothing or rows.empty:
        return rows
    made = rows_of(rows)
    counted = [str(name) for name in rows if str(name).startswith("n_") and name not in NOT_OF_PEOPLE]
    placed = _placed(rows, earlier)
    told = {one.place for one in placed if one.is_told}
    while found := list(_conflicts(placed, policy)):
        last_untold = [max(place for place in conflict.rows if place not in told) for conflict in found]
        for last, conflict in zip(last_untold, found, strict=True):
            made[last] |= _hidden(made[last], conflict.columns)
        touched = {*last_untold}
        placed = [one._replace(counts=counts_shown(made[one.place])) if one.place in touched else one for one in placed]
    return as_table(made, rows, counted)


def _hidden(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    counts = counts_shown(row)
    share = share_of_row(row, counts)
    basis = (*share.part, *share.whole) if share else rests_on(str(row.get("statistic", "")), counts)
    hidden: dict[str, Any] = dict.fromkeys(columns, HIDDEN)
    if "suppressed" in row and not {*basis}.isdisjoint(columns):
        hidden |= without_figures(row)
    return hidden


def _placed(rows: pd.DataFrame, earlier: Ledger) -> list[_Placed]:
    now: list[tuple[int, Mapping[str, Any]]] = [*enumerate(rows_of(rows))]
    before = [(-1 - place, row) for place, row in enumerate(earlier.rows)]
    return [
        _Placed(
            place,
            cohort_of(row),
            counts := counts_shown(row),
            row,
            is_over_time=place < 0,
            is_told=place < 0 or _counts_told(row, earlier) == counts,
        )
        for place, row in [*now, *before]
        if row.get("population") != "published"
    ]


def _counts_told(row: Mapping[str, Any], earlier: Ledger) -> dict[str, int] | None:
    before = earlier.by_key.get(row_key(row))
    return None if before is None else counts_shown(before)


def _conflicts(placed: Sequence[_Placed], policy: Policy) -> Iterator[Conflict]:
    for alike in _grouped(placed, lambda one: row_key(one.row, without_cohort=True)):
        yield from _nested(alike, policy)
    for alike in _grouped(placed, lambda one: (_about(one.row), one.cohort)):
        yield from _side_by_side(_only(alike, _OF_ALL_RULES), policy)
    of_events = [one for one in placed if _events_of(one.row)]
    for alike in _grouped(of_events, lambda one: (_events_of(one.row), one.cohort, one.is_over_time)):
        events = _only(alike, ("n_with",))
        for whole in (one for one in events if one.row["statistic"] == _ANY_EVENT):
            yield from (found for one in events if one is not whole for found in _small((whole, one), policy))
    for alike in _grouped(placed, lambda one: str(one.row.get("condition"))):
        started = _only(alike, (_STARTED,))
        for same in _grouped(started, lambda one: one.cohort):
            yield from _side_by_side(same, policy)
        yield from _nested(started, policy)


def _about(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row is about, but for the rule and the population."""
    key = row_key(row, without_cohort=True)
    return tuple(part for part in key if not part.startswith(("statistic=", "rule_version=", "population=")))


def _events_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose adverse events a row counts: those of a kind are part of all. Nothing for other rows."""
    if row.get("measure") != "safety" or not str(row.get("statistic")).startswith(_ANY_EVENT):
        return ()
    return tuple(str(row.get(name)) for name in ("condition", "population", "infusion"))


def _only(placed: Sequence[_Placed], names: Sequence[str]) -> list[_Placed]:
    """The same rows with some counts alone; of rows that show the same of one cohort, the first and the last."""
    cut = [one._replace(counts={name: one.counts[name] for name in names if name in one.counts}) for one in placed]
    shown = sorted((one for one in cut if one.counts), key=lambda one: one.place)
    first = {(one.cohort, *one.counts.items()): one for one in reversed(shown)}
    last = {(one.cohort, *one.counts.items()): one for one in shown}
    return [*first.values(), *(one for key, one in last.items() if one.place != first[key].place)]


def _grouped(placed: Sequence[_Placed], key_of: Callable[[_Placed], Hashable]) -> list[list[_Placed]]:
    groups: dict[Hashable, list[_Placed]] = {}
    for one in placed:
        groups.setdefault(key_of(one), []).append(one)
    return [group for group in groups.values() if len(group) > 1]


def _side_by_side(alike: Sequence[_Placed], policy: Policy) -> Iterator[Conflict]:
    for one, other in combinations(alike, 2):
        yield from _small((one, other), policy)


def _nested(alike: Sequence[_Placed], policy: Policy) -> Iterator[Conflict]:
    left = []
    is_after_others = any(one.is_over_time for one in alike)
    for whole in alike:
        inside = [one for one in alike if one.cohort != whole.cohort and whole.cohort.holds(one.cohort)]
        for parts in _families(inside):
            yield from _small((whole, *parts), policy)
            left += _left(whole, parts) if is_after_others else []
    for rest, whole in product(left, alike):
        if rest.cohort != whole.cohort and whole.cohort.holds(rest.cohort):
            yield from _small((whole, rest), policy)


def _left(whole: _Placed, parts: Sequence[_Placed]) -> list[_Placed]:
    """What is known of the quarters between: a cohort less some of its quarters, as if it had been released too."""
    rows = (whole, *parts)
    if any(part.cohort.sites != whole.cohort.sites for part in parts):
        return []
    quarters = whole.cohort.quarters.difference(*(part.cohort.quarters for part in parts))
    counts = _rest(rows)
    place = max((one.place for one in rows if not one.is_told), default=whole.place)
    cohort = whole.cohort._replace(quarters=quarters)
    is_over_time = any(one.is_over_time for one in rows)
    is_told = all(one.is_told for one in rows)
    return [_Placed(place, cohort, counts, whole.row, is_over_time, is_told)] if quarters and counts else []


def _rest(rows: Sequence[_Placed]) -> dict[str, int]:
    whole, *parts = rows
    return {
        name: n - sum(part.counts[name] for part in parts)
        for name, n in whole.counts.items()
        if all(name in part.counts for part in parts)
    }


def _small(rows: Sequence[_Placed], policy: Policy) -> Iterator[Conflict]:
    """The first row less all others, if that tells something small; what was released before is told already."""
    if all(one.is_told for one in rows):
        return
    rest = _rest(rows)
    is_over_time = any(one.is_over_time for one in rows)
    if not tells_little(rest, frozenset(rest), policy, is_over_time=is_over_time):
        yield Conflict(tuple(one.place for one in rows), tuple(rest))


def _families(inside: Sequence[_Placed]) -> Iterator[tuple[_Placed, ...]]:
    """Rows that share no course: each alone, and each with as many others as go together with it."""
    by_size = sorted(inside, key=lambda one: len(one.cohort.quarters) * (len(one.cohort.sites) or _ALL_SITES))
    found: dict[tuple[int, ...], tuple[_Placed, ...]] = {}
    for first in inside:
        for order in (by_size, by_size[::-1]):
            family = [first]
            for one in order:
                if all(one.cohort.is_apart_from(other.cohort) for other in family):
                    family.append(one)
            for parts in ((first,), tuple(family)):
                found.setdefault(tuple(sorted(part.place for part in parts)), parts)
    yield from found.values()
