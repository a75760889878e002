"""Small random programs, the main tables of their packs, and an attacker who knows every number of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from pipelines.definitions.disclosure import Policy
from pipelines.privacy.release.cohorts import BESIDE, CORE, QUARTERS, SITES, cohort_text, cohort_values
from pipelines.privacy.release.ledger import NOTHING_RELEASED, Ledger
from pipelines.privacy.release.nested import without_conflicts
from pipelines.privacy.release.plan import ReleasePlan, plan_release
from pipelines.privacy.release.revised import against
from pipelines.privacy.release.tables import released
from pipelines.results.tables import result_table

LAYERS = (*CORE, "n_in_remission")
"""The counts of a cohort, each within the one before it."""
SHOWN = (*CORE, "n_missed", "n_in_remission", BESIDE)
CONFIDENCE = 0.95
_LARGEST = 2_000
"""No count of a small program is as large."""


@dataclass(frozen=True)
class Program:
    """Courses of some conditions.

    Attributes:
        quarters: the last one is not mature at the first pack.
        times: at each pack, by condition: quarters by sites by layers, where a layer is what a count of `LAYERS` holds
            beyond the next.
    """

    quarters: tuple[str, ...]
    sites: tuple[str, ...]
    times: tuple[dict[str, np.ndarray], ...]

    @property
    def first(self) -> dict[str, np.ndarray]:
        """At the first pack."""
        return self.times[0]


def random_program(seed: int) -> Program:
    """Few courses, and late data: courses, baselines and scores that a later pack has and one before did not."""
    rng, beyond = np.random.default_rng(seed), np.random.default_rng(seed + 10_000)
    n_quarters, n_sites = int(rng.integers(4, 13)) + 1, int(rng.integers(1, 7))
    quarters = tuple(f"{2022 + number // 4}-Q{number % 4 + 1}" for number in range(n_quarters))
    first, second, third = {}, {}, {}
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
        third[condition] = moved + beyond.poisson(beyond.choice([0, 0.05, 0.3]), moved.shape)
        in_remission = np.zeros(moved.shape[:2], int)
        share = beyond.choice([0.2, 0.6, 0.9])
        before = 0
        for cells in (first, second, third):
            responded = cells[condition][..., -1]
            in_remission = in_remission + beyond.binomial(responded - before, share)
            before = responded
            cells[condition] = np.concatenate(
                [cells[condition][..., :-1], (responded - in_remission)[..., None], in_remission[..., None]], axis=-1
            )
    return Program(quarters, tuple(f"Site {number}" for number in range(1, n_sites + 1)), (first, second, third))


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
    return {**{name: int(values[at]) for at, name in enumerate(LAYERS)}, "n_missed": int(layers[2])}


def row(
    condition: str,
    counts: dict[str, int],
    quarters: tuple[str, ...],
    sites: tuple[str, ...] = (),
    statistic: str = "observed",
    *,
    is_of_remission: bool = False,
) -> dict[str, object]:
    """A row of response as a result table has it, or with `in_remission` one of remission."""
    rate, met = ("remission", "n_in_remission") if is_of_remission else ("response", "n_responded")
    shown = {name: counts[name] for name in (*CORE[:-1], "n_missed", met)}
    shown |= {BESIDE: counts["n_responded"]} if is_of_remission else {}
    whole = counts["n_observed"] + (counts["n_missed"] if statistic != "observed" else 0)
    return {
        "measure": rate,
        "population": "first_course",
        "condition": condition,
        "scale": "primary",
        "window": "endpoint",
        "statistic": statistic,
        "rule_version": "response_50 2026.1",
        QUARTERS: cohort_text(quarters),
        SITES: cohort_text(sites),
        **dict.fromkeys(SHOWN),
        **shown,
        "estimate": counts[met] / whole if whole else None,
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
    made: list[dict[str, object]] = []
    for condition, layers in cells.items():

        def counts(quarters: tuple[str, ...], sites: tuple[str, ...], layers: np.ndarray = layers) -> dict[str, int]:
            return _counts(_of(program, layers, quarters, sites).sum(axis=(0, 1)))

        planned = plan.of(condition)
        outcomes = [quarters for quarters in dict.fromkeys((planned.latest, planned.rolling)) if quarters]
        cohorts = [(quarters, ()) for quarters in dict.fromkeys((*outcomes, *planned.pools))]
        cohorts += [(planned.site_quarters, sites) for sites in planned.sites]
        made += [
            row(condition, counts(*cohort), *cohort, statistic)
            for cohort in cohorts
            for statistic in ("observed", "missing_as_nonresponse")
        ]
        made += [row(condition, counts(quarters, ()), quarters, is_of_remission=True) for quarters in outcomes]
        period = (program.quarters[until],) if until < len(program.quarters) else ()
        if period and "n_started" in planned.columns:
            activity = {**row(condition, dict.fromkeys(SHOWN, 0), period), "measure": "flow", "statistic": "started"}
            made.append({**activity, **dict.fromkeys(SHOWN), "n_started": counts(period, ())["n_started"]})
    rows = released(table(made), policy, CONFIDENCE, plan).astype(object) if made else _NO_ROWS
    rows = without_conflicts(against(rows, earlier, policy, CONFIDENCE), policy, earlier)
    return rows, earlier.with_release(plan, rows)


def site_pack(program: Program, site: str, until: int, policy: Policy) -> pd.DataFrame:
    """The rows of a pack of one site by itself, as the rows of a program's pack would name them."""
    place = program.sites.index(site)
    cells = {condition: layers[:, place : place + 1] for condition, layers in program.first.items()}
    own = Program(program.quarters, (site,), (cells,))
    rows, _ = pack(own, cells, until, policy)
    return rows.assign(**{SITES: site})


def _of(program: Program, layers: np.ndarray, quarters: tuple[str, ...], sites: tuple[str, ...]) -> np.ndarray:
    at = [program.quarters.index(quarter) for quarter in quarters]
    places = [program.sites.index(site) for site in sites or program.sites]
    return layers[np.ix_(at, places)]


def _weights(name: str) -> np.ndarray:
    """Which layers a count is made of."""
    if name == "n_missed":
        return (np.arange(len(LAYERS)) == 2).astype(int)
    return (np.arange(len(LAYERS)) >= LAYERS.index("n_responded" if name == BESIDE else name)).astype(int)


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
        times = [cells[condition] for cells in program.times[:n_packs]]
        found += _pinned(program, condition, times, [one for one in told if one.condition == condition], policy)
    return found


def _pinned(program: Program, condition: str, times: list[np.ndarray], told: list[Told], policy: Policy) -> list[str]:
    shape = (len(times), *times[0].shape)
    rows, low, high = [], [], []
    for one in told:
        rows.append(_cell(program, shape, one.time, one.quarters, one.sites, _weights(one.name)))
        low.append(one.low)
        high.append(one.high)
    for time in range(1, len(times)):
        for at, place, name in np.ndindex(*shape[1:3], len(LAYERS)):
            later = np.zeros(shape)
            later[time, at, place], later[time - 1, at, place] = _weights(LAYERS[name]), -_weights(LAYERS[name])
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
    parts = {name: _weights(name) for name in LAYERS}
    parts |= {f"{name} alone": np.eye(len(LAYERS))[at] for at, name in enumerate(LAYERS[:-1])}
    spans = {(quarter,) for quarter in program.quarters} | {program.quarters} | {one.quarters for one in told}
    sites = {()} | {(site,) for site in program.sites} | {one.sites for one in told}
    about = [(quarters, where, part) for quarters in sorted(spans) for where in sorted(sites) for part in parts]
    in_spans = np.array([[quarter in span for quarter in program.quarters] for span in sorted(spans)], float)
    at_sites = np.array([[not where or site in where for site in program.sites] for where in sorted(sites)], float)
    of_parts = np.array([*parts.values()], float)
    once = np.einsum("aq,bs,cl->abcqsl", in_spans, at_sites, of_parts).reshape(len(about), -1)
    n_times, none = shape[0], np.zeros_like(once)
    cells = [np.hstack([once if at == time else none for at in range(n_times)]) for time in range(n_times)]
    called = [f"{part} of {span} at {where}" for span, where, part in about]
    names = [f"{name} at pack {time + 1}" for time in range(n_times) for name in called]
    is_count = [part in LAYERS for _, _, part in about]
    for time in range(1, n_times):
        cells.append((cells[time] - cells[time - 1])[is_count])
        names += [f"{called[at]} that came late by pack {time + 1}" for at in np.flatnonzero(is_count)]
    return names, np.vstack(cells)


class _Ways:
    """Whole numbers that fit all that was told."""

    def __init__(self, constraints: list[LinearConstraint], shape: tuple[int, ...]) -> None:
        self._constraints = constraints
        self._n = int(np.prod(shape))

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
        return best(costs, self._constraints)


def best(costs: np.ndarray, constraints: list[LinearConstraint]) -> np.ndarray:
    """Whole numbers that cost the least; those that may be fractions are found sooner, and are whole as a rule."""
    for integrality in (0, 1):
        made = milp(
            costs, constraints=constraints, integrality=np.full(len(costs), integrality), bounds=Bounds(0, _LARGEST)
        )
        assert made.x is not None, made.message
        if np.abs(made.x - np.round(made.x)).max() < 1e-6:
            break
    return np.round(made.x)
