"""Small random programs, the main tables of their packs, and an attacker who knows every number of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from pipelines.definitions.disclosure import Policy
from pipelines.privacy.release.cohorts import CORE, QUARTERS, SITES, cohort_text, cohort_values
from pipelines.privacy.release.ledger import NOTHING_RELEASED, Ledger
from pipelines.privacy.release.nested import without_conflicts
from pipelines.privacy.release.plan import ReleasePlan, plan_release
from pipelines.privacy.release.revised import against
from pipelines.privacy.release.tables import released
from pipelines.results.tables import result_table

SHOWN = (*CORE, "n_missed")
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Program:
    """Courses of some conditions.

    Attributes:
        quarters: the last one is not mature at the first pack.
        first, second: at each pack, by condition: quarters by sites by layers, where a layer is what a count of `CORE`
            holds beyond the next.
    """

    quarters: tuple[str, ...]
    sites: tuple[str, ...]
    first: dict[str, np.ndarray]
    second: dict[str, np.ndarray]


def random_program(seed: int) -> Program:
    """Few courses, and late data: courses, baselines and scores that the second pack has and the first did not."""
    rng = np.random.default_rng(seed)
    n_quarters, n_sites = int(rng.integers(4, 13)) + 1, int(rng.integers(1, 7))
    quarters = tuple(f"{2022 + number // 4}-Q{number % 4 + 1}" for number in range(n_quarters))
    first, second = {}, {}
    for condition in ("depression", "anxiety", "chronic_pain")[: int(rng.integers(1, 4))]:
        size = rng.choice([3, 8, 15, 30]) * rng.dirichlet(np.full(n_sites, 2.0))
        shares = rng.dirichlet([0.5, 1, 3, 3, 3])
        first[condition] = rng.poisson(size[None, :, None] * shares, (n_quarters, n_sites, len(CORE)))
        late = rng.poisson(rng.choice([0, 0.02, 0.1, 0.5]), first[condition].shape)
        late *= rng.random(first[condition].shape) < rng.choice([0.1, 0.5])
        inward = rng.binomial(first[condition], rng.choice([0, 0.02, 0.1]))
        inward[..., -1] = 0
        moved = first[condition] + late - inward
        moved[..., 1:] += inward[..., :-1]
        second[condition] = moved
    return Program(quarters, tuple(f"Site {number}" for number in range(1, n_sites + 1)), first, second)


def counts_of(program: Program, cells: dict[str, np.ndarray], until: int) -> pd.DataFrame:
    """What `plan_release` is given: the counts of each condition, quarter and site."""
    rows = [
        {"condition": condition, "quarter": quarter, "site": site, **_counts(layers[at, place])}
        for condition, layers in cells.items()
        for at, quarter in enumerate(program.quarters[:until])
        for place, site in enumerate(program.sites)
    ]
    return pd.DataFrame(rows)


def _counts(layers: np.ndarray) -> dict[str, int]:
    values = layers[::-1].cumsum()[::-1]
    return {**{name: int(values[at]) for at, name in enumerate(CORE)}, "n_missed": int(layers[2])}


def row(
    condition: str,
    counts: dict[str, int],
    quarters: tuple[str, ...],
    sites: tuple[str, ...] = (),
    statistic: str = "observed",
) -> dict[str, object]:
    """A row of response as a result table has it."""
    whole = counts["n_observed"] + (counts["n_missed"] if statistic != "observed" else 0)
    return {
        "measure": "response",
        "population": "first_course",
        "condition": condition,
        "scale": "primary",
        "window": "endpoint",
        "statistic": statistic,
        "rule_version": "response_50 2026.1",
        QUARTERS: cohort_text(quarters),
        SITES: cohort_text(sites),
        **counts,
        "estimate": counts["n_responded"] / whole if whole else None,
        "method": "Wilson score",
        "note": "",
    }


def table(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows as a result table."""
    return result_table(rows, (QUARTERS, SITES), SHOWN)


_NO_ROWS = pd.DataFrame(columns=[*row("", dict.fromkeys(SHOWN, 0), ()), "lower", "upper", "suppressed"])
Planner = Callable[[pd.DataFrame, Policy, Ledger], ReleasePlan]


def pack(
    program: Program,
    cells: dict[str, np.ndarray],
    until: int,
    policy: Policy,
    earlier: Ledger = NOTHING_RELEASED,
    planner: Planner = plan_release,
) -> tuple[pd.DataFrame, Ledger]:
    """The released rows of a pack, and the ledger after it."""
    plan = planner(counts_of(program, cells, until), policy, earlier)
    parts = []
    for condition, layers in cells.items():
        planned = plan.of(condition)
        cohorts = dict.fromkeys((planned.latest, planned.rolling, *planned.pools))
        own = [(quarters, ()) for quarters in cohorts if quarters]
        over_sites = [(planned.site_quarters, sites) for sites in planned.sites]
        for about in (own, over_sites):
            rows = [
                row(condition, _counts(_of(program, layers, *cohort).sum(axis=(0, 1))), *cohort, statistic)
                for cohort in about
                for statistic in ("observed", "missing_as_nonresponse")
            ]
            parts += [released(table(rows), policy, CONFIDENCE, plan)] if rows else []
        period = (program.quarters[until],) if until < len(program.quarters) else ()
        if period and "n_started" in planned.columns:
            started = _counts(_of(program, layers, period, ()).sum(axis=(0, 1)))["n_started"]
            activity = {**row(condition, dict.fromkeys(SHOWN, 0), period), "measure": "flow", "statistic": "started"}
            activity |= dict.fromkeys(SHOWN) | {"n_started": started}
            parts.append(released(table([activity]), policy, CONFIDENCE, plan))
    rows = pd.concat([part.astype(object) for part in parts], ignore_index=True) if parts else _NO_ROWS
    rows = without_conflicts(against(rows, earlier, policy, CONFIDENCE), policy, earlier)
    return rows, earlier.with_release(plan, rows)


def site_pack(program: Program, site: str, until: int, policy: Policy) -> pd.DataFrame:
    """The rows of a pack of one site by itself, as the rows of a program's pack would name them."""
    place = program.sites.index(site)
    cells = {condition: layers[:, place : place + 1] for condition, layers in program.first.items()}
    own = Program(program.quarters, (site,), cells, cells)
    rows, _ = pack(own, cells, until, policy)
    return rows.assign(**{SITES: site})


def _of(program: Program, layers: np.ndarray, quarters: tuple[str, ...], sites: tuple[str, ...]) -> np.ndarray:
    at = [program.quarters.index(quarter) for quarter in quarters]
    places = [program.sites.index(site) for site in sites or program.sites]
    return layers[np.ix_(at, places)]


def _weights(name: str) -> np.ndarray:
    """Which layers a count is made of."""
    if name == "n_missed":
        return np.array([0, 0, 1, 0, 0])
    return (np.arange(len(CORE)) >= CORE.index(name)).astype(int)


@dataclass(frozen=True)
class Told:
    """A number that was published: the sum of some cells at one of the packs lies between two numbers."""

    condition: str
    time: int
    quarters: tuple[str, ...]
    sites: tuple[str, ...]
    name: str
    low: int
    high: int


def told_by(packs: list[pd.DataFrame], policy: Policy) -> Iterator[Told]:
    """Every count of the packs' rows. A row that is repeated tells nothing of the data of its own time."""
    for time, rows in enumerate(packs):
        for shown in rows[rows["release"].isin(["new", "revised"])].to_dict("records"):
            for name in SHOWN:
                if pd.notna(shown[name]):
                    value = int(shown[name])
                    reach = policy.rounded_to // 2
                    is_hidden = [n for n in range(value - reach, value + reach + 1) if policy.is_hidden(n)]
                    yield Told(
                        shown["condition"],
                        time,
                        cohort_values(shown[QUARTERS]),
                        cohort_values(shown[SITES]),
                        name,
                        max(value - reach, *(n + 1 for n in is_hidden)) if is_hidden else max(0, value - reach),
                        value + reach,
                    )


def pinned(program: Program, packs: list[pd.DataFrame], policy: Policy) -> list[str]:
    """The cells that an attacker who knows all packs can pin to an interval of small numbers.

    Cells are the counts of `CORE`, and what each holds beyond the next, at each pack, and what was added between: of
    each quarter, of each group of quarters told of and of all of them, at every site, at each group of sites told of
    and in the program. The attacker knows too that late data only adds. A cell is not pinned if
    whole numbers that fit all that was told make it nothing, or larger than the policy hides.
    """
    return pinned_by(program, list(told_by(packs, policy)), len(packs), policy)


def pinned_by(program: Program, told: list[Told], n_packs: int, policy: Policy) -> list[str]:
    """The cells that follow from some numbers of so many packs, as `pinned` has them."""
    found = []
    for condition in program.first:
        times = [program.first[condition], program.second[condition]][:n_packs]
        found += _pinned(program, condition, times, [one for one in told if one.condition == condition], policy)
    return found


def _pinned(program: Program, condition: str, times: list[np.ndarray], told: list[Told], policy: Policy) -> list[str]:
    shape = (len(times), *times[0].shape)
    rows, low, high = [], [], []
    for one in told:
        rows.append(_cell(program, shape, one.time, one.quarters, one.sites, _weights(one.name)))
        low.append(one.low)
        high.append(one.high)
    if len(times) > 1:
        for at, place, name in np.ndindex(*shape[1:3], len(CORE)):
            later = np.zeros(shape)
            later[1, at, place], later[0, at, place] = _weights(CORE[name]), -_weights(CORE[name])
            rows.append(later.ravel())
            low.append(0)
            high.append(np.inf)
    truth = np.stack(times).ravel()
    names, cells = _asked(program, shape, told)
    if rows:
        known = csr_array(np.array(rows))
        assert ((known @ truth >= low) & (known @ truth <= high)).all(), "the truth fits what was told"
        constraints = [LinearConstraint(known, low, high)]
    else:
        constraints = []
    largest = policy.hidden_to or 0
    smallest = 1
    ways = _Ways(constraints, shape)
    open_cells = np.flatnonzero((cells @ truth >= smallest) & (cells @ truth <= largest))
    for point in ways.spread(cells, open_cells):
        values = cells[open_cells] @ point
        open_cells = open_cells[(values >= smallest) & (values <= largest)]
        if not len(open_cells):
            return []
    return [
        f"{condition}: {names[cell]}"
        for cell in open_cells
        if ways.end(cells[cell], -1) <= largest and ways.end(cells[cell], 1) >= smallest
    ]


def _cell(
    program: Program,
    shape: tuple[int, ...],
    time: int,
    quarters: tuple[str, ...],
    sites: tuple[str, ...],
    weights: np.ndarray,
) -> np.ndarray:
    cell = np.zeros(shape)
    at = [program.quarters.index(quarter) for quarter in quarters]
    places = [program.sites.index(site) for site in sites or program.sites]
    cell[np.ix_([time], at, places)] = weights
    return cell.ravel()


def _asked(program: Program, shape: tuple[int, ...], told: list[Told]) -> tuple[list[str], np.ndarray]:
    parts = {name: _weights(name) for name in CORE}
    parts |= {f"{name} alone": np.eye(len(CORE))[at] for at, name in enumerate(CORE[:-1])}
    spans = {(quarter,) for quarter in program.quarters} | {program.quarters} | {one.quarters for one in told}
    sites = {()} | {(site,) for site in program.sites} | {one.sites for one in told}
    asked = [
        (time, (quarters, where), part)
        for time in range(shape[0])
        for quarters in sorted(spans)
        for where in sorted(sites)
        for part in parts
    ]
    cells = [_cell(program, shape, time, *cohort, parts[part]) for time, cohort, part in asked]
    names = [f"{part} of {cohort} at pack {time + 1}" for time, cohort, part in asked]
    if shape[0] > 1:
        half = len(asked) // 2
        late = [at for at in range(half) if asked[at][2] in CORE]
        cells += [cells[half + at] - cells[at] for at in late]
        names += [f"{asked[at][2]} that came late to {asked[at][1]}" for at in late]
    return names, np.array(cells)


class _Ways:
    """Whole numbers that fit all that was told."""

    def __init__(self, constraints: list[LinearConstraint], shape: tuple[int, ...]) -> None:
        self._constraints = constraints
        self._n = int(np.prod(shape))
        self._largest = 2_000

    def spread(self, cells: np.ndarray, open_cells: np.ndarray) -> Iterator[np.ndarray]:
        """A few ways that are far from each other: with as much as can be in some cells."""
        rng = np.random.default_rng(len(open_cells))
        for _ in range(12):
            some = open_cells[rng.random(len(open_cells)) < 0.3]
            weights = rng.random(len(some)) @ cells[some] if len(some) else rng.random(self._n)
            yield self._best(-weights * rng.choice([1, 1, -1]))

    def end(self, cell: np.ndarray, sign: int) -> int:
        """The least of a cell, or with -1 the most."""
        return round(float(cell @ self._best(sign * cell)))

    def _best(self, costs: np.ndarray) -> np.ndarray:
        point = self._solved(costs, 0)
        return np.round(point) if np.abs(point - np.round(point)).max() < 1e-6 else np.round(self._solved(costs, 1))

    def _solved(self, costs: np.ndarray, integrality: int) -> np.ndarray:
        made = milp(
            costs,
            constraints=self._constraints,
            integrality=np.full(self._n, integrality),
            bounds=Bounds(0, self._largest),
        )
        assert made.x is not None, made.message
        return made.x
