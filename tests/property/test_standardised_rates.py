"""What holds of the standardised rate and its interval whatever the chains."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statistics.band_chains import LOST
from pipelines.statistics.missing_follow_up import resampled_chains, standardised_rate

N_WINDOWS = 3
sixty_examples = settings(deadline=None, max_examples=60)
chain = st.tuples(
    st.lists(st.integers(0, 3), min_size=N_WINDOWS, max_size=N_WINDOWS), st.integers(LOST, 1), st.integers(1, 5)
)
chains = st.lists(chain, min_size=1, max_size=15)


def columns(rows):
    bands, met, count = zip(*rows, strict=True)
    return np.array(bands).reshape(-1, N_WINDOWS), np.array(met), np.array(count)


def intervals(rows):
    draws = resampled_chains(*columns(rows), replicates=200, seed=1)
    return draws.standardised, draws.rate(), draws.rate(0.2), draws.tipping_point(0.5)


def same(one, other):
    return repr(one) == repr(other)


@sixty_examples
@given(chains, st.randoms())
def test_the_order_of_chains_is_irrelevant(rows, random):
    shuffled = random.sample(rows, len(rows))
    assert same(intervals(rows), intervals(shuffled))


@sixty_examples
@given(chains)
def test_equal_chains_merged_or_apart_are_the_same(rows):
    apart = [(bands, met, 1) for bands, met, count in rows for _ in range(count)]
    assert same(intervals(rows), intervals(apart))


@sixty_examples
@given(chains)
def test_it_lies_between_the_bounds(rows):
    _, met, count = columns(rows)
    n, n_met, n_lost = count.sum(), count[met == 1].sum(), count[met == LOST].sum()
    found = standardised_rate(*columns(rows))
    if n_lost == n:
        assert np.isnan(found.estimate)
        return
    assert n_met / n - 1e-12 <= found.estimate <= (n_met + n_lost) / n + 1e-12
    assert -1e-9 <= found.n_by_last_band <= n_lost + 1e-9
    assert -1e-9 <= found.n_by_margin <= n_lost - found.n_by_last_band + 1e-9
    if not n_lost:
        assert found.estimate == n_met / n


@sixty_examples
@given(chains)
def test_the_interval_holds_the_estimate_and_falls_with_delta(rows):
    draws = resampled_chains(*columns(rows), replicates=200, seed=1)
    intervals_by_delta = [draws.rate(delta) for delta in (0.0, 0.1, 0.5, 1.0)]
    for interval in intervals_by_delta:
        assert np.isnan(interval.lower) or 0 <= interval.lower <= interval.estimate <= interval.upper <= 1 + 1e-12
    if not np.isnan(intervals_by_delta[0].lower):
        for end in ("lower", "estimate", "upper"):
            ends = [getattr(interval, end) for interval in intervals_by_delta]
            assert ends == sorted(ends, reverse=True)
