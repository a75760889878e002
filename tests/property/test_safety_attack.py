"""Whatever was recorded of infusions, nobody who knows all of the table of safety can tell a small number of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from pipelines.definitions.disclosure import Policy, policy_named
from pipelines.privacy.release import nested
from pipelines.privacy.release.cohorts import QUARTERS, SITES
from pipelines.privacy.release.ledger import NOTHING_RELEASED
from pipelines.privacy.release.plan import ConditionPlan, ReleasePlan
from pipelines.reports.compose_protected import protected
from pipelines.results.tables import result_table

N_TABLES = 200
KINDS = ("headache", "nausea", "dizziness", "anxiety")
COUNTS = ("n_started", "n_infusions", "n_recorded", "n_not_recorded", "n_with")
QUARTER = ("2026-Q1",)
PLAN = ReleasePlan({"depression": ConditionPlan((QUARTER,), QUARTER, QUARTER, (), (), ("n_started",))})


def policy_of(seed: int) -> Policy:
    return policy_named("nhs" if seed % 3 == 0 else "cms")


def random_infusions(seed: int) -> np.ndarray:
    """How many infusions had each set of adverse events; the last number is of those without a record."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.full(2 ** len(KINDS), rng.choice([0.1, 0.3])))
    return np.append(rng.poisson(rng.choice([30, 120, 300]) * shares), rng.poisson(rng.choice([2, 15])))


def cells() -> dict[str, np.ndarray]:
    """Which sets of events each number counts."""
    sets = np.arange(2 ** len(KINDS))
    found = {"adverse_event": sets > 0}
    found |= {f"adverse_event_{kind}": (sets >> at) % 2 == 1 for at, kind in enumerate(KINDS)}
    return {name: np.append(cell, 0).astype(int) for name, cell in found.items()}


def safety(infusions: np.ndarray, policy: Policy) -> pd.DataFrame:
    """The table as a pack tells it."""
    n, n_unrecorded = int(infusions.sum()), int(infusions[-1])
    shared = {"n_started": n, "n_infusions": n, "n_recorded": n - n_unrecorded, "n_not_recorded": n_unrecorded}
    about = {"measure": "safety", "population": "first_course", "condition": "depression", "scale": "none"}
    about |= {"window": "infusion", "rule_version": "safety", "infusion": "all", "note": "", "method": "Wilson score"}
    rows = [
        {**about, **shared, "statistic": name, QUARTERS: "2026-Q1", SITES: "", "n_with": int(cell @ infusions)}
        for name, cell in cells().items()
    ]
    table = result_table(rows, (QUARTERS, SITES, "infusion"), COUNTS)
    return protected({"safety": table}, PLAN, NOTHING_RELEASED, policy, 0.95)["safety"]


def pinned(infusions: np.ndarray, policy: Policy) -> list[str]:
    """Numbers of infusions, with an event or with any but that, that are known to be few but not none."""
    counted, told = cells(), safety(infusions, policy)
    recorded = np.append(np.ones(len(infusions) - 1, int), 0)
    known = {"n_infusions": np.ones_like(recorded), "n_recorded": recorded, "n_not_recorded": 1 - recorded}
    sums, low, high = [], [], []
    reach = policy.rounded_to // 2
    for row in told.to_dict("records"):
        for name, cell in {**known, "n_with": counted[row["statistic"]]}.items():
            if pd.notna(row[name]):
                sums.append(cell)
                least = 0 if not policy.is_hidden(0) else (policy.hidden_to or 0) + 1
                low.append(max(least, int(row[name]) - reach))
                high.append(int(row[name]) + reach)
    if not sums:
        return []
    any_event = counted["adverse_event"]
    asked = {**counted, **{f"any but {name}": any_event - cell for name, cell in counted.items()}}
    asked |= {f"none of {name}": recorded - cell for name, cell in counted.items()} | {"unrecorded": 1 - recorded}
    limits = LinearConstraint(np.array(sums), low, high)
    largest, whole = policy.hidden_to or 0, np.ones_like(recorded)
    found = []
    for name, cell in asked.items():
        if not 1 <= cell @ infusions <= largest:
            continue
        least, most = (
            cell @ np.round(milp(sign * cell, constraints=limits, bounds=Bounds(0, 5_000), integrality=whole).x)
            for sign in (1, -1)
        )
        if least >= 1 and most <= largest:
            found.append(name)
    return found


@pytest.mark.parametrize("part", range(4))
def test_no_small_number_of_infusions_follows(part: int):
    for seed in range(part, N_TABLES, 4):
        assert pinned(random_infusions(seed), policy_of(seed)) == [], seed


def test_where_kinds_are_not_seen_as_parts_of_all_events_the_attacker_finds_few(monkeypatch):
    monkeypatch.setattr(nested, "_events_of", lambda _: ())
    assert any(pinned(random_infusions(seed), policy_of(seed)) for seed in range(40))
