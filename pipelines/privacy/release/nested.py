"""What released rows tell of each other where the cohort of one holds those of others."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from pipelines.definitions.disclosure import HIDDEN
from pipelines.privacy.basis import NOT_OF_PEOPLE
from pipelines.privacy.disclosure import FIGURES, VERDICTS, as_table
from pipelines.privacy.release.cohorts import Cohort, cohort_of, counts_shown, row_key, rows_of, tells_little

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy
    from pipelines.privacy.release.ledger import Ledger

_STARTED = "n_started"
"""The same count in every table of a condition."""


class Conflict(NamedTuple):
    """Rows of which one, less others within it, would tell a small number.

    Attributes:
        whole, parts: places of rows; those of an earlier pack are counted from -1 downwards.
        columns: the counts that tell it.
    """

    whole: int
    parts: tuple[int, ...]
    columns: tuple[str, ...]


class _Placed(NamedTuple):
    place: int
    cohort: Cohort
    counts: Mapping[str, int]
    key: tuple[str, ...]


def conflicts(rows: pd.DataFrame, policy: Policy, earlier: Ledger) -> list[Conflict]:
    """Every nest of released cohorts whose difference is small: of rows that their cohort alone tells apart.

    Args:
        rows: those of a whole pack, with the columns `quarters` and `sites`.
        earlier: what was released before, which nests with them.
    """
    return list(_conflicts(_placed(rows, earlier), policy))


def without_conflicts(rows: pd.DataFrame, policy: Policy, earlier: Ledger) -> pd.DataFrame:
    """The same rows, but hidden those that would tell a small number by what others of this or an earlier pack show.

    Of the rows of a conflict the last one loses the counts that tell it, with all its figures.
    """
    if policy.hides_nothing or rows.empty:
        return rows
    made = rows_of(rows)
    counted = [str(name) for name in rows if str(name).startswith("n_") and name not in NOT_OF_PEOPLE]
    placed = _placed(rows, earlier)
    while found := list(_conflicts(placed, policy)):
        for conflict in found:
            last = max((conflict.whole, *conflict.parts))
            made[last] |= _hidden(made[last], conflict.columns)
        touched = {max((conflict.whole, *conflict.parts)) for conflict in found}
        placed = [one._replace(counts=counts_shown(made[one.place])) if one.place in touched else one for one in placed]
    return as_table(made, rows, counted)


def _hidden(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    hidden: dict[str, Any] = dict.fromkeys(columns, HIDDEN)
    if "suppressed" in row:
        hidden |= {name: math.nan for name in FIGURES if name in row} | {name: "" for name in VERDICTS if name in row}
        hidden |= {"suppressed": True}
    return hidden


def _placed(rows: pd.DataFrame, earlier: Ledger) -> list[_Placed]:
    now: list[tuple[int, Mapping[str, Any]]] = [*enumerate(rows_of(rows))]
    before = [(-1 - place, row) for place, row in enumerate(earlier.rows)]
    return [
        _Placed(place, cohort_of(row), counts_shown(row), row_key(row, without_cohort=True))
        for place, row in [*now, *before]
        if row.get("population") != "published"
    ]


def _conflicts(placed: Sequence[_Placed], policy: Policy) -> Iterator[Conflict]:
    for alike in _grouped(placed, lambda one: one.key):
        yield from _within(alike, policy)
    started = {
        (_named("condition", one.key), one.cohort): one._replace(counts={_STARTED: one.counts[_STARTED]})
        for one in sorted(placed, reverse=True, key=lambda one: one.place)
        if _STARTED in one.counts
    }
    for alike in _grouped([*started.values()], lambda one: _named("condition", one.key)):
        yield from _within(alike, policy)


def _named(name: str, key: Sequence[str]) -> str:
    return next((part for part in key if part.startswith(f"{name}=")), "")


def _grouped(placed: Sequence[_Placed], key_of: Callable[[_Placed], Hashable]) -> list[list[_Placed]]:
    groups: dict[Hashable, list[_Placed]] = {}
    for one in placed:
        groups.setdefault(key_of(one), []).append(one)
    return [group for group in groups.values() if len(group) > 1]


def _within(alike: Sequence[_Placed], policy: Policy) -> Iterator[Conflict]:
    for whole in alike:
        inside = [one for one in alike if one.cohort != whole.cohort and whole.cohort.holds(one.cohort)]
        for parts in _families(inside):
            if max((whole.place, *(part.place for part in parts))) < 0:
                continue
            names = [name for name in whole.counts if all(name in part.counts for part in parts)]
            rest = {name: whole.counts[name] - sum(part.counts[name] for part in parts) for name in names}
            if not tells_little(rest, frozenset(names), policy):
                yield Conflict(whole.place, tuple(part.place for part in parts), tuple(names))


def _families(inside: Sequence[_Placed]) -> Iterator[tuple[_Placed, ...]]:
    """Rows that share no course: each alone, and each with as many others as go together with it."""
    by_size = sorted(inside, key=lambda one: len(one.cohort.quarters) * (len(one.cohort.sites) or 1_000))
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
