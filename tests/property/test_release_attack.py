"""Whatever the program, nobody who knows all of two packs can tell a small number of people."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import small_programs
from small_programs import Planner, Program, pack, pinned, pinned_by, random_program, row, site_pack, told_by

from pipelines.definitions.disclosure import Policy, policy_named
from pipelines.privacy.disclosure import disclosed
from pipelines.privacy.release.cohorts import BESIDE, CORE
from pipelines.privacy.release.ledger import NOTHING_RELEASED, Ledger
from pipelines.privacy.release.plan import ConditionPlan, ReleasePlan, plan_release

N_PROGRAMS = 200
N_OF_THREE = 40
N_PARTS = 8


def policy_of(seed: int) -> Policy:
    return policy_named("nhs" if seed % 3 == 0 else "cms")


def packs_in_a_row(
    program: Program, policy: Policy, planner: Planner = plan_release, is_ledger_kept: bool = True, n_packs: int = 2
) -> list[pd.DataFrame]:
    """A pack a quarter, the last of which is about all quarters."""
    made, ledger = [], NOTHING_RELEASED
    for time in range(n_packs):
        until = len(program.quarters) - n_packs + 1 + time
        rows, after = pack(program, program.times[time], until, policy, ledger, planner)
        ledger = after if is_ledger_kept else NOTHING_RELEASED
        made.append(rows)
    return made


@pytest.mark.parametrize("part", range(N_PARTS))
def test_no_small_number_follows_from_two_packs(part: int):
    for seed in range(part, N_PROGRAMS - N_OF_THREE, N_PARTS):
        program = random_program(seed)
        assert pinned(program, packs_in_a_row(program, policy_of(seed)), policy_of(seed)) == [], seed


@pytest.mark.parametrize("part", range(N_PARTS))
def test_no_small_number_follows_from_three_packs(part: int):
    for seed in range(N_PROGRAMS - N_OF_THREE + part, N_PROGRAMS, N_PARTS):
        program = random_program(seed)
        packs = packs_in_a_row(program, policy_of(seed), n_packs=3)
        assert pinned(program, packs, policy_of(seed)) == [], seed


def test_small_programs_still_show_something():
    shown = [
        packs_in_a_row(random_program(seed), policy_of(seed))[0].query("statistic == 'observed'") for seed in range(24)
    ]
    assert sum(bool(len(rows)) for rows in shown) > 20
    assert sum(int(rows["estimate"].notna().sum()) for rows in shown) > sum(map(len, shown)) / 3


# --- what the attacker finds where a safeguard is missing -----------------------------------------------------


def attacked(seeds: tuple[int, ...], **how: Any) -> list[str]:
    found = []
    for seed in seeds:
        program = random_program(seed)
        found += pinned(program, packs_in_a_row(program, policy_of(seed), **how), policy_of(seed))
    return found


def each_alone(counts: pd.DataFrame, _policy: Policy, _earlier: Ledger) -> ReleasePlan:
    """Every quarter and every site alone, as if rows told nothing of each other."""
    quarters, sites = sorted(counts["quarter"].unique()), sorted(counts["site"].unique())
    alone = ConditionPlan(
        pools=tuple((quarter,) for quarter in quarters),
        latest=tuple(quarters[-1:]),
        rolling=tuple(quarters[-4:]),
        site_quarters=tuple(quarters[-4:]),
        sites=tuple((site,) for site in sites),
        columns=CORE,
        site_columns=CORE,
    )
    return ReleasePlan(dict.fromkeys(counts["condition"], alone))


def sites_always_anew(counts: pd.DataFrame, policy: Policy, earlier: Ledger) -> ReleasePlan:
    """Sites over the latest quarters in every pack, so that spans overlap."""
    return plan_release(counts, policy, Ledger(earlier.rows, earlier.pools, earlier.columns))


def unchecked(rows: pd.DataFrame, *_: object) -> pd.DataFrame:
    return rows


def test_without_pools_the_attacker_finds_small_numbers(monkeypatch):
    monkeypatch.setattr(
        small_programs, "released", lambda table, policy, confidence, _: disclosed(table, policy, confidence)
    )
    monkeypatch.setattr(small_programs, "without_conflicts", unchecked)
    assert attacked((2, 5), planner=each_alone)


def test_without_a_ledger_the_attacker_finds_small_numbers():
    assert attacked((1, 2), is_ledger_kept=False)


def test_where_nested_rows_are_not_looked_at_the_attacker_finds_late_data(monkeypatch):
    monkeypatch.setattr(small_programs, "without_conflicts", unchecked)
    assert attacked((46, 91))


def test_the_packs_of_sites_beside_that_of_the_program_tell_small_numbers():
    """Why `outcomes report` refuses the one where the other was released."""
    found = []
    for seed in (1, 2, 4):
        program, policy = random_program(seed), policy_of(seed)
        until = len(program.quarters) - 1
        whole, _ = pack(program, program.first, until, policy)
        of_sites = [site_pack(program, site, until, policy) for site in program.sites]
        found += pinned(program, [pd.concat([whole, *of_sites], ignore_index=True)], policy)
        assert pinned(program, [pd.concat(of_sites, ignore_index=True)], policy) == []
    assert found


def test_packs_under_two_policies_tell_small_numbers():
    """Why `outcomes report` refuses the second policy."""
    found = []
    for seed in (1, 2, 4):
        program = random_program(seed)
        until = len(program.quarters) - 1
        cms, nhs = (pack(program, program.first, until, policy_named(name))[0] for name in ("cms", "nhs"))
        told = [*told_by([cms], policy_named("cms")), *told_by([nhs], policy_named("nhs"))]
        found += pinned_by(program, told, 1, policy_named("cms"))
    assert found


def test_where_remission_is_not_seen_as_a_part_of_response_the_attacker_finds_who_responded_without_it(monkeypatch):
    def alone(*about: Any, **how: Any) -> dict[str, object]:
        return {**row(*about, **how), BESIDE: None}

    monkeypatch.setattr(small_programs, "row", alone)
    assert attacked((0, 1, 2, 4, 7))


def test_where_spans_of_sites_overlap_the_attacker_finds_what_lies_between(monkeypatch):
    """Unless nested rows are looked at, which hides them then."""
    assert attacked((14,), planner=sites_always_anew) == []
    monkeypatch.setattr(small_programs, "without_conflicts", unchecked)
    assert attacked((14,)) == []
    assert attacked((14,), planner=sites_always_anew)
