"""Curves of a pack, merged in time: which shares and which numbers at risk are told, over all tables of one curve.

What is told of a curve stands on a few lines: how many had the event by a day, how many are still at risk, how much of
those counted the interval-censored curve has fallen by. On each line a number is told only if it differs from every
other one told there by nothing, or by more than the policy hides; so what happened between two days that are told is
nothing, or is not small. Days that a table or a sentence names come first, other steps after them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from pipelines.privacy.release.cohorts import QUARTERS, SITES, rows_of
from pipelines.privacy.release.known_times import END, START, KnownTimes

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy

_OF_STEPS = "-curve"
_RECEIVED = "retention"
_OF_CURVES = (_RECEIVED, "onset", f"onset{_OF_STEPS}", "durability", f"durability{_OF_STEPS}")
_STILL = "still_responding"
_CAUSES = ("lost", "retreated", "left")
WHERE_IT_HAPPENED = {
    *((f"durability{_OF_STEPS}", cause) for cause in _CAUSES),
    (f"onset{_OF_STEPS}", "recorded"),
    (_RECEIVED, "received"),
}
"""Rows that are there only for days, or infusions, on which something happened to somebody."""
_NOTHING = 1e-6
_KEYS = ("condition", "population", "scale", "window", "rule_version", QUARTERS, SITES)


class Untold(NamedTuple):
    """What is not told of a row.

    Attributes:
        has_no_figure: neither its share.
        counts: nor these.
    """

    has_no_figure: bool
    counts: frozenset[str]


ALL_TOLD = Untold(False, frozenset())
Place = tuple[str, int]
"""The table of a row, and where it stands there."""
_Placed = tuple[Place, Mapping[str, Any]]
_SHARE, _AT_RISK, _ALL_EVENTS = "share", "at risk", "all events"
_Told = tuple[Place, str]
"""A row, and which of its numbers is told."""


@dataclass
class _Line:
    """The numbers told of one kind; whole ones where they are counts."""

    policy: Policy
    told: list[float]

    def allows(self, value: float) -> bool:
        """Whether a number differs from all told by nothing or by more than is hidden."""
        least = (self.policy.hidden_to or 0) + 1
        gaps = [abs(value - one) for one in self.told]
        return all(gap < _NOTHING or gap > least - _NOTHING for gap in gaps)

    def tells(self, value: float) -> bool:
        """Tells a number if that may be."""
        if not self.allows(value):
            return False
        self.told.append(value)
        return True


@dataclass
class _Curve:
    """The rows that are about one curve of a cohort."""

    rows: dict[Place, Mapping[str, Any]] = field(default_factory=dict)

    def steps(self, *kinds: str) -> list[_Placed]:
        """Rows of the curve by the names of their statistics, in the order of time."""
        return self._named(kinds, of_curve=True)

    def landmarks(self, *kinds: str) -> list[_Placed]:
        """Rows about single days, in the order of these."""
        return self._named(kinds, of_curve=False)

    def count(self, name: str) -> int:
        """A count that is the same on all rows but those of landmarks."""
        rows = (row for row in self.rows.values() if _is_step(row) or not _is_of_day(row))
        return max((int(row[name]) for row in rows if _has(row, name)), default=0)

    def _named(self, kinds: Collection[str], of_curve: bool) -> list[_Placed]:
        found = [
            (place, row)
            for place, row in self.rows.items()
            if _is_step(row) == of_curve and _kind(row) in kinds and _is_of_day(row)
        ]
        return sorted(found, key=lambda placed: _day(placed[1]))


def untold_steps(tables: Mapping[str, pd.DataFrame], policy: Policy) -> Mapping[str, Mapping[int, Untold]]:
    """What is not told of the curves in some tables, landmarks and steps together: by table and place.

    Args:
        tables: by name, with every count; those that are not about curves are passed over.
    """
    curves: dict[tuple[str, ...], _Curve] = {}
    for name, table in tables.items():
        if "measure" not in table or set(table["measure"]).isdisjoint(_OF_CURVES):
            continue
        for position, row in enumerate(rows_of(table)):
            key = (_about(row), *(str(row.get(column)) for column in _KEYS))
            curves.setdefault(key, _Curve()).rows[name, position] = row
    found: dict[str, dict[int, Untold]] = {}
    for (about, *_), curve in curves.items():
        told = {*_TOLD_OF[about](curve, policy)}
        for place, about_row in curve.rows.items():
            found.setdefault(place[0], {})[place[1]] = _untold(place, about_row, told)
    return found


def _untold(place: Place, row: Mapping[str, Any], told: set[_Told]) -> Untold:
    """What is not told of a row; a median is of no day, and rests on the counts of its row."""
    if _about(row) == _RECEIVED:
        is_told = (place, _SHARE) in told
        return ALL_TOLD if is_told else Untold(True, frozenset({"n_courses", "n_of_due"}))
    counts = set() if (place, _ALL_EVENTS) in told or _about(row) != "onset" else {"n_responded"}
    if not _is_of_day(row):
        return Untold(False, frozenset(counts))
    if (place, _AT_RISK) not in told:
        counts.add("n_at_risk")
    is_without_share = (place, _AT_RISK) not in told if _kind(row) == "at_risk" else (place, _SHARE) not in told
    if is_without_share and not _is_step(row) and _about(row) == "onset":
        counts.add("n_responded")
    has_a_share = _kind(row) == "at_risk" or _has(row, "estimate")
    return Untold(is_without_share and has_a_share, frozenset(counts))


def _of_onset(curve: _Curve, policy: Policy) -> Iterator[_Told]:
    """Days that are named come first, then the numbers at risk, then other steps; each if nothing few follows."""
    n, n_responded = curve.count("n_assessed"), curve.count("n_responded")
    recorded = curve.steps("recorded")
    by_day = _events(recorded)
    is_whole = all(_day(row).is_integer() for _, row in recorded)
    known = KnownTimes(is_whole, {START: 0}, {START: 0, END: n})
    if not policy.is_hidden(n_responded) and not policy.is_small(n - n_responded):
        known = replace(known, events={START: 0, END: n_responded})
        yield from ((place, _ALL_EVENTS) for place in curve.rows)
    for place, row in curve.landmarks("recorded"):
        more = known.with_events(_day(row), int(row["n_responded"]))
        if not more.tells_few(policy):
            known = more
            yield place, _SHARE
    for place, row in curve.steps("at_risk"):
        more = known.with_gone(_day(row), n - int(row["n_at_risk"]))
        if not more.tells_few(policy):
            known = more
            yield place, _AT_RISK
    for place, row in recorded:
        day = _day(row)
        so_far = sum(events for at, events in by_day.items() if at <= day)
        more = known.with_events(day, so_far, is_moment=day > 0)
        if not more.tells_few(policy):
            known = more
            yield place, _SHARE
        if day in known.gone:
            yield place, _AT_RISK
    yield from _interval_censored(curve, n, policy)


def _of_durability(curve: _Curve, policy: Policy) -> Iterator[_Told]:
    """Of what was recorded first nothing is told by day: its causes are few, and add up to those no longer at risk."""
    n = curve.count("n_followed")
    still = _Line(policy, [0, n, curve.count("n_responding")])
    told_days = set()
    for place, row in (*curve.steps("at_risk"), *curve.landmarks(_STILL, *_CAUSES)):
        if _has(row, "n_at_risk") and (_day(row) in told_days or still.tells(int(row["n_at_risk"]))):
            told_days.add(_day(row))
            yield place, _AT_RISK
    yield from _interval_censored(curve, n, policy)


def _interval_censored(curve: _Curve, n: int, policy: Policy) -> Iterator[_Told]:
    """Shares of the interval-censored curve: those of landmarks, those in force on days that are named, the others."""
    fallen = _Line(policy, [0, n])
    for place, row in curve.landmarks(_STILL):
        if _has(row, "estimate") and fallen.tells(n * float(row["estimate"])):
            yield place, _SHARE
    steps = curve.steps("interval_censored")
    named = [_day(row) for _, row in curve.steps("at_risk")]
    in_force = {max((_day(row) for _, row in steps if _day(row) <= day), default=0.0) for day in named}
    for place, row in sorted(steps, key=lambda placed: (_day(placed[1]) not in in_force, _day(placed[1]))):
        if _has(row, "estimate") and fallen.tells(n * float(row["estimate"])):
            yield place, _SHARE


def _of_retention(curve: _Curve, policy: Policy) -> Iterator[_Told]:
    """How many received each infusion of a course: the first, the last, then those that are farthest from these."""
    received = [(place, row) for place, row in curve.rows.items() if row["statistic"] == "received"]
    received.sort(key=lambda placed: int(placed[1]["infusion"]))
    n = max((int(row["n_started"]) for _, row in received), default=0)
    lines = {name: _Line(policy, [0, n]) for name in ("n_of_due", "n_due")}
    for place, row in (*received[:1], *received[:0:-1]):
        values = {name: int(row[name]) for name in lines if _has(row, name)}
        if len(values) == len(lines) and all(lines[name].allows(value) for name, value in values.items()):
            for name, value in values.items():
                lines[name].tells(value)
            yield place, _SHARE


_TOLD_OF: Mapping[str, Callable[[_Curve, Policy], Iterator[_Told]]] = {
    _RECEIVED: _of_retention,
    "onset": _of_onset,
    "durability": _of_durability,
}


def _events(steps: Sequence[_Placed]) -> dict[float, int]:
    """How many had the event on each day: a Kaplan-Meier step is the share of those at risk."""
    before, found = 0.0, {}
    for _, row in steps:
        now = float(row["estimate"])
        if before < 1:
            found[_day(row)] = round(int(row["n_at_risk"]) * (now - before) / (1 - before))
        before = now
    return found


def _about(row: Mapping[str, Any]) -> str:
    return str(row["measure"]).removesuffix(_OF_STEPS)


def is_of_curve(row: Mapping[str, Any]) -> bool:
    """Whether a row is a step of a curve, or says how high the curve of those still responding is on a day."""
    return _is_step(row) or str(row.get("statistic")).startswith(_STILL)


def _is_step(row: Mapping[str, Any]) -> bool:
    return str(row.get("measure")).endswith(_OF_STEPS)


def _is_of_day(row: Mapping[str, Any]) -> bool:
    return not _kind(row).startswith("median")


def _kind(row: Mapping[str, Any]) -> str:
    """`recorded` of `recorded_by_day_7`, `still_responding` of `still_responding_at_day_28`."""
    return str(row["statistic"]).partition("_by_day_")[0].partition("_at_day_")[0]


def _day(row: Mapping[str, Any]) -> float:
    return float(row["day"]) if _has(row, "day") else float(str(row["statistic"]).rpartition("_day_")[2])


def _has(row: Mapping[str, Any], name: str) -> bool:
    return name in row and not pd.isna(row[name])
