"""A result table of a plan's cohorts as it may be released: its columns are shown for all of them, or for none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.privacy.basis import NOT_OF_PEOPLE, OWN, rests_on
from pipelines.privacy.disclosed_steps import CURVES, joint_refusals
from pipelines.privacy.disclosure import (
    LET_IN_FIRST,
    Seen,
    as_table,
    figures_of_shown,
    is_safe_share,
    row_as_seen,
    share_of_row,
)
from pipelines.privacy.nesting import remainders
from pipelines.privacy.release.cohorts import BESIDE, CORE, QUARTERS, SITES, cohort_values, row_key, rows_of
from pipelines.privacy.release.told_steps import ALL_TOLD, WHERE_IT_HAPPENED, untold_steps

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy
    from pipelines.privacy.release.plan import ReleasePlan
    from pipelines.privacy.release.told_steps import Untold

_OF_BAND = "n_in_band"
_PART_OF_PACK = ("measure", "condition", "population", "scale", "window")
_CHAIN = (*CORE, *(name for name in LET_IN_FIRST if name not in CORE))


@dataclass
class _Row:
    """A row on its way: its counts, those that are shown so far, and what others refuse of it: figures and counts."""

    values: Mapping[str, Any]
    counts: Mapping[str, int]
    is_refused: bool
    untold: frozenset[str] = frozenset()
    shown: dict[str, int] = field(default_factory=dict)

    @property
    def basis(self) -> tuple[str, ...]:
        """The counts that its figures rest on."""
        share = share_of_row(self.values, self.counts)
        return (*share.part, *share.whole) if share else rests_on(str(self.values.get("statistic", "")), self.counts)

    def allows(self, name: str, policy: Policy) -> bool:
        """Whether a count may be shown beside those that are; a row without it does not mind."""
        if name not in self.counts or name in self.shown:
            return True
        if name in self.untold:
            return False
        shown = (*self.shown.items(), (name, self.counts[name]))
        return not policy.is_hidden(self.counts[name]) and _leaves_nothing_small(shown, frozenset(self.counts), policy)

    def show(self, name: str) -> None:
        if name in self.counts:
            self.shown[name] = self.counts[name]

    def may_have_figures(self, policy: Policy) -> bool:
        """Whether its figures may be shown if their counts are."""
        share = share_of_row(self.values, self.counts)
        return not self.is_refused and (share is None or is_safe_share(share, self.counts, policy))

    def has_figures(self, policy: Policy) -> bool:
        """Whether its figures are shown."""
        return self.may_have_figures(policy) and all(name in self.shown for name in self.basis)


@lru_cache(maxsize=20_000)
def _leaves_nothing_small(shown: tuple[tuple[str, int], ...], columns: frozenset[str], policy: Policy) -> bool:
    """Whether nothing small is left of any count less those within it; many rows of a table are alike in it."""
    return not any(policy.is_small(rest) for rest in remainders(dict(shown), columns))


def released(
    table: pd.DataFrame,
    policy: Policy,
    confidence: float,
    plan: ReleasePlan,
    untold: Mapping[int, Untold] | None = None,
) -> pd.DataFrame:
    """A result table of the plan's cohorts as it may be released.

    A count that is the same on all rows of a cohort is shown on all rows of all cohorts or on none; one that tells rows
    apart, in all cohorts or in none. Those of `CORE` are shown as the plan says. A figure is shown only where all that
    it rests on is.

    Args:
        table: rows with the columns `quarters` and `sites` (`cohort_text`), all cohorts of a table at once.
        confidence: of the intervals.
        untold: what is not told of rows about curves, by their places; that of the table by itself where it is None.
    """
    if policy.hides_nothing or table.empty:
        return table
    untold = untold_steps({"": table}, policy).get("", {}) if untold is None else untold
    counted = [str(name) for name in table if str(name).startswith("n_") and name not in NOT_OF_PEOPLE]
    refused = [False] * len(table) if untold else joint_refusals(table, policy)
    rows = []
    for place, row in enumerate(rows_of(table)):
        has_no_figure, counts = untold.get(place, ALL_TOLD)
        rows.append(_Row(row, _counts(row, counted), has_no_figure or refused[place], counts))
    for part in _grouped(rows, _part_of_pack):
        planned = plan.of(str(part[0].values.get("condition")))
        cohorts = {(str(row.values[QUARTERS]), str(row.values[SITES])) for row in part}
        core = [{*planned.columns_of(*map(cohort_values, cohort))} for cohort in cohorts]
        told = {name for name in CORE if all(name in of_cohort for of_cohort in core)}
        told |= {BESIDE} if "n_responded" in told else set()
        columns = [name for name in counted if name not in (*CORE, BESIDE) or name in told]
        _let_in(part, columns, (*planned.columns, BESIDE), policy)
    made = as_table([_told(row, policy, confidence) for row in rows], table, counted)
    return made[[not _is_left_out(row, policy) for row in rows]].reset_index(drop=True)


def _is_left_out(row: _Row, policy: Policy) -> bool:
    """Whether a step tells nothing: that it is there would tell that something happened to somebody on its day."""
    return not row.has_figures(policy) and (row.values.get("measure"), row.values.get("statistic")) in WHERE_IT_HAPPENED


def _part_of_pack(row: _Row) -> Hashable:
    """Rows whose cohorts are of one kind: quarters of the program, or sites over a span."""
    return (*(str(row.values.get(name)) for name in _PART_OF_PACK), bool(row.values[SITES]))


def _counts(row: Mapping[str, Any], counted: Sequence[str]) -> dict[str, int]:
    return {name: int(row[name]) for name in counted if not pd.isna(row[name])}


def _grouped(rows: Sequence[_Row], key_of: Callable[[_Row], Hashable]) -> list[list[_Row]]:
    groups: dict[Hashable, list[_Row]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return list(groups.values())


def _let_in(part: Sequence[_Row], columns: Sequence[str], known: Collection[str], policy: Policy) -> None:
    """Columns are let in one by one, those that readers ask for first, as long as nothing small follows in any row."""
    by_cohort = _grouped(part, lambda row: (row.values[QUARTERS], row.values[SITES]))
    shared = [name for name in columns if all(len({row.counts.get(name) for row in rows}) == 1 for rows in by_cohort)]
    _let_in_jointly(part, _in_order(shared, known, _basis_of(part)), policy)
    own = [name for name in columns if name not in shared]
    for rows in _grouped(part, _told_apart):
        _let_in_jointly(rows, _in_order(own, known, _basis_of(rows)), policy)


def _told_apart(row: _Row) -> Hashable:
    """Rows that only their cohort tells apart; steps of curves are merged in each cohort by itself."""
    key: Hashable = row_key(row.values, without_cohort=row.values.get("measure") not in CURVES)
    return key


def _basis_of(rows: Sequence[_Row]) -> frozenset[str]:
    return frozenset(name for row in rows for name in row.basis)


def _in_order(names: Iterable[str], known: Collection[str], basis: Collection[str]) -> list[str]:
    """Those that the tables of response tell first; then what figures rest on."""

    def place(name: str) -> tuple[bool, bool, int]:
        return name not in known, name not in basis, _CHAIN.index(name) if name in _CHAIN else len(_CHAIN)

    return sorted(names, key=place)


def _let_in_jointly(rows: Sequence[_Row], names: Sequence[str], policy: Policy) -> None:
    for name in names:
        is_of_figures = name in OWN or (name == _OF_BAND and any(row.is_refused for row in rows))
        is_open = not is_of_figures or all(row.may_have_figures(policy) for row in rows)
        if is_open and all(row.allows(name, policy) for row in rows):
            for row in rows:
                row.show(name)


def _told(row: _Row, policy: Policy, confidence: float) -> dict[str, Any]:
    if not row.counts or row.values.get("population") == "published":
        return dict(row.values)
    seen = Seen(frozenset(row.shown), row.has_figures(policy))
    told = row_as_seen(row.values, row.counts, seen, policy, confidence)
    share = share_of_row(row.values, row.counts)
    return {**told, **figures_of_shown(told, share, confidence)} if seen.has_figures and "suppressed" in told else told
