"""Small random curves, what a pack tells of them, and an attacker who knows every number of it.

The attacker is told more than a reader: each share that is shown as the whole number of courses that had the event, and
that something happened on each day that has a row of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_array
from small_programs import best

from pipelines.definitions.disclosure import Policy
from pipelines.privacy.release.cohorts import QUARTERS, SITES, cohort_text
from pipelines.privacy.release.ledger import NOTHING_RELEASED, Ledger
from pipelines.privacy.release.plan import ConditionPlan, ReleasePlan
from pipelines.reports.compose_protected import protected
from pipelines.results.tables import result_table

DAYS = tuple(range(17))
NAMED = (0, 1, 2, 3, 6, 7, 9, 14, 15)
LANDMARKS = (1, 3, 7, 10, 14)
QUARTER = ("2026-Q1",)
COUNTS = ("n_started", "n_assessed", "n_responded", "n_at_risk")
PLAN = ReleasePlan({"depression": ConditionPlan((QUARTER,), QUARTER, QUARTER, (), (), ("n_started", "n_responded"))})
EVENT, LEFT = 0, 1


def random_curve(seed: int) -> np.ndarray:
    """How many had the event, and how many left without it, on each day."""
    rng = np.random.default_rng(seed)
    size = rng.choice([15, 40, 90, 200])
    early, late = rng.dirichlet(np.full(len(DAYS), rng.choice([0.3, 1.0]))), rng.dirichlet(np.full(len(DAYS), 0.5))
    share = rng.uniform(0.2, 0.9)
    return np.stack([rng.poisson(size * share * early), rng.poisson(size * (1 - share) * late)])


def later_curve(seed: int) -> np.ndarray:
    """The same courses and some that came late."""
    rng = np.random.default_rng(seed + 10_000)
    return random_curve(seed) + rng.poisson(rng.choice([0.1, 0.5, 3]), (2, len(DAYS)))


def onset_tables(curve: np.ndarray) -> dict[str, pd.DataFrame]:
    """The rows of `onset` and `onset_curve` of a curve, with every count."""
    n, n_responded = int(curve.sum()), int(curve[EVENT].sum())
    started = {"n_started": n, "n_assessed": n, "n_responded": n_responded}
    times = [_row("onset", "median_interval", **started, lower=3.0, upper=8.0)]
    for day in LANDMARKS:
        events = int(curve[EVENT][np.array(DAYS) <= day].sum())
        share = events / n if n else None
        times.append(_row("onset", f"recorded_by_day_{day}", **{**started, "n_responded": events}, estimate=share))
    steps, still, alive = [], n, 1.0
    for at, day in enumerate(DAYS):
        events, left = (int(count) for count in curve[:, at])
        alive *= 1 - events / still if still else 1
        if day == 0 or events or left:
            steps.append(_row("onset-curve", "recorded", **started, day=day, n_at_risk=still, estimate=1 - alive))
        if day in NAMED:
            steps.append(_row("onset-curve", "at_risk", **started, day=day, n_at_risk=still))
        still -= events + left
    return {
        "onset": result_table(times, (QUARTERS, SITES), COUNTS[:3]),
        "onset-curve": result_table(steps, (QUARTERS, SITES, "day"), COUNTS),
    }


def _row(measure: str, statistic: str, **values: object) -> dict[str, object]:
    return {
        "measure": measure,
        "population": "first_course",
        "condition": "depression",
        "scale": "primary",
        "window": "from_first_infusion",
        "statistic": statistic,
        "rule_version": "response_50 2026.1, first",
        QUARTERS: cohort_text(QUARTER),
        SITES: "",
        "method": "Kaplan-Meier",
        "note": "",
        **values,
    }


@dataclass(frozen=True)
class Pack:
    """What one pack tells of a curve."""

    rows: dict[str, pd.DataFrame]
    ledger: Ledger


def pack(curve: np.ndarray, policy: Policy, earlier: Ledger = NOTHING_RELEASED) -> Pack:
    """The curve as a pack tells it."""
    rows = protected(onset_tables(curve), PLAN, earlier, policy, 0.95)
    return Pack(dict(rows), earlier.with_release(PLAN, pd.concat(rows.values(), ignore_index=True)))


@dataclass(frozen=True)
class Told:
    """That the sum of some cells of a curve at the time of a pack lies between two numbers."""

    time: int
    cells: np.ndarray
    low: float
    high: float


def told_by(curve: np.ndarray, pack: Pack, time: int, policy: Policy) -> Iterator[Told]:
    """Every number of a pack, but those that are repeated: they tell nothing of their own time."""
    days, everything = np.array(DAYS), np.ones_like(curve)
    for rows in pack.rows.values():
        for row in rows[rows["release"].isin(["new", "revised"])].to_dict("records"):
            by_landmark = re.search(r"recorded_by_day_(\d+)", row["statistic"])
            day = int(by_landmark[1]) if by_landmark else int(row.get("day") or 0)
            events_by = np.stack([(days <= day).astype(int), np.zeros(len(days), int)])
            if pd.notna(row["n_assessed"]):
                yield _near(time, everything, int(row["n_assessed"]), policy)
            if pd.notna(row["n_responded"]):
                events = events_by if by_landmark else np.stack([np.ones(len(days), int), np.zeros(len(days), int)])
                yield _near(time, events, int(row["n_responded"]), policy)
            if "n_at_risk" in row and pd.notna(row["n_at_risk"]):
                yield _near(time, np.broadcast_to(days >= day, curve.shape).astype(int), int(row["n_at_risk"]), policy)
            if row["statistic"] == "recorded":
                if pd.notna(row["estimate"]):
                    yield Told(time, events_by, events := int((events_by * curve).sum()), events)
                if day:
                    yield Told(time, np.broadcast_to(days == day, curve.shape).astype(int), 1, np.inf)


def _near(time: int, cells: np.ndarray, value: int, policy: Policy) -> Told:
    reach = policy.rounded_to // 2
    least = 0 if not policy.is_hidden(0) else (policy.hidden_to or 0) + 1
    return Told(time, cells, max(least, value - reach), value + reach)


def pinned(curves: list[np.ndarray], packs: list[Pack], policy: Policy) -> list[str]:
    """Events, departures and both together, from one day to another, that the attacker knows to be few but not none."""
    told = [one for time, made in enumerate(packs) for one in told_by(curves[time], made, time, policy)]
    if not told:
        return []
    truth = np.stack(curves[: len(packs)])
    known = np.array([_at(one, truth.shape) for one in told])
    low, high = np.array([one.low for one in told]), np.array([one.high for one in told])
    assert ((known @ truth.ravel() >= low) & (known @ truth.ravel() <= high)).all(), "the truth fits what was told"
    constraints = [LinearConstraint(csr_array(known), low, high)]
    if len(packs) > 1:
        later = np.concatenate([-np.eye(truth[0].size), np.eye(truth[0].size)], axis=1)
        constraints.append(LinearConstraint(csr_array(later), 0, np.inf))
    names, cells = _asked(truth.shape)
    if len(packs) > 1:
        late = np.hstack([-np.eye(truth[0].size), np.eye(truth[0].size)])
        n_asked = len(cells) // 2
        cells = np.vstack([cells, cells[n_asked:] - np.roll(cells[n_asked:], -truth[0].size, axis=1), late])
        names += [f"late {name}" for name in (*names[n_asked:], *map(str, range(len(late))))]
    largest = policy.hidden_to or 0
    is_open = (cells @ truth.ravel() >= 1) & (cells @ truth.ravel() <= largest)
    rng = np.random.default_rng(len(told))
    for _ in range(8):
        at = np.flatnonzero(is_open)
        if not len(at):
            return []
        some = at[rng.random(len(at)) < 0.4]
        point = best(-rng.choice([1, 1, -1]) * (rng.random(len(some)) @ cells[some]), constraints)
        is_open &= (cells @ point >= 1) & (cells @ point <= largest)
    return [
        names[at]
        for at in np.flatnonzero(is_open)
        if cells[at] @ best(-cells[at], constraints) <= largest and cells[at] @ best(cells[at], constraints) >= 1
    ]


def _at(told: Told, shape: tuple[int, ...]) -> np.ndarray:
    cell = np.zeros(shape)
    cell[told.time] = told.cells
    return cell.ravel()


def _asked(shape: tuple[int, ...]) -> tuple[list[str], np.ndarray]:
    names, cells = [], []
    for time in range(shape[0]):
        for first in range(len(DAYS)):
            for last in range(first, len(DAYS)):
                for kind, which in (("events", [EVENT]), ("departures", [LEFT]), ("both", [EVENT, LEFT])):
                    cell = np.zeros(shape)
                    cell[time, which, first : last + 1] = 1
                    names.append(f"{kind} from day {DAYS[first]} to {DAYS[last]} at pack {time + 1}")
                    cells.append(cell.ravel())
    return names, np.array(cells)
