"""Whatever a curve, nobody who knows all that a pack tells of it can tell how few had the event, or left, by a day."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from small_curves import Pack, later_curve, pack, pinned, random_curve

from pipelines.definitions.disclosure import Policy, policy_named
from pipelines.privacy.release import revised, tables
from pipelines.privacy.release.known_times import KnownTimes
from pipelines.privacy.release.told_steps import Untold, untold_steps
from pipelines.reports import compose_protected

N_CURVES = 200
N_PARTS = 8


def policy_of(seed: int) -> Policy:
    return policy_named("nhs" if seed % 3 == 0 else "cms")


@pytest.mark.parametrize("part", range(N_PARTS))
def test_no_small_number_follows_from_a_curve(part: int):
    for seed in range(part, N_CURVES, N_PARTS):
        curve = random_curve(seed)
        assert pinned([curve], [pack(curve, policy_of(seed))], policy_of(seed)) == [], seed


@pytest.mark.parametrize("part", range(4))
def test_no_small_number_follows_from_a_curve_that_late_data_changed(part: int):
    for seed in range(part, 60, 4):
        curves, policy = [random_curve(seed), later_curve(seed)], policy_of(seed)
        assert pinned(curves, packs_in_a_row(curves, policy), policy) == [], seed


def packs_in_a_row(curves: list[np.ndarray], policy: Policy) -> list[Pack]:
    first = pack(curves[0], policy)
    return [first, pack(curves[1], policy, first.ledger)]


def test_curves_of_few_still_tell_something():
    rows = [pack(random_curve(seed), policy_of(seed)).rows for seed in range(40)]
    assert sum(int(made["onset"]["estimate"].notna().sum()) for made in rows) > 40
    assert sum(int(made["onset-curve"]["n_at_risk"].notna().sum()) for made in rows) > 40


# --- what the attacker finds where a safeguard is missing -----------------------------------------------------


def attacked(seeds: range) -> list[str]:
    found = []
    for seed in seeds:
        curve = random_curve(seed)
        found += pinned([curve], [pack(curve, policy_of(seed))], policy_of(seed))
    return found


def test_where_tables_of_a_curve_are_merged_apart_the_attacker_finds_small_steps(monkeypatch):
    def apart(of_curve: Mapping[str, pd.DataFrame], policy: Policy) -> dict[str, Mapping[int, Untold]]:
        return {name: untold_steps({name: table}, policy)[name] for name, table in of_curve.items()}

    monkeypatch.setattr(compose_protected, "untold_steps", apart)
    assert attacked(range(12))


def test_where_departures_are_not_looked_at_the_attacker_finds_few_who_left(monkeypatch):
    monkeypatch.setattr(KnownTimes, "with_gone", lambda self, *_: self)
    assert attacked(range(12))


def test_where_steps_that_tell_nothing_have_rows_the_attacker_finds_the_days_of_few(monkeypatch):
    monkeypatch.setattr(tables, "_is_left_out", lambda *_: False)
    assert attacked(range(12))


def test_where_a_curve_is_told_anew_the_attacker_finds_late_data(monkeypatch):
    monkeypatch.setattr(revised, "is_of_curve", lambda _: False)
    found = []
    for seed in range(40):
        curves, policy = [random_curve(seed), later_curve(seed)], policy_of(seed)
        found += pinned(curves, packs_in_a_row(curves, policy), policy)
    assert found


def test_where_what_follows_is_not_looked_at_the_attacker_finds_nearly_everything(monkeypatch):
    monkeypatch.setattr(KnownTimes, "tells_few", lambda *_: False)
    assert len(attacked(range(12))) > 100
