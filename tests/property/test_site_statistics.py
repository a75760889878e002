"""What holds of funnel limits and standardised rates whatever the counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.funnel import funnel_limits
from pipelines.statistics.indirect_standardisation import merged_strata, standardised_rates


@st.composite
def cells(draw):
    """Rows of group, stratum, successes and trials; groups and strata may come more than once."""
    rows = []
    for _ in range(draw(st.integers(1, 30))):
        n = draw(st.integers(0, 60))
        rows.append((draw(st.integers(0, 6)), draw(st.integers(0, 4)), draw(st.integers(0, n)), n))
    return rows


def standardised(rows):
    return standardised_rates(*(list(column) for column in zip(*rows, strict=True)))


@given(cells(), st.randoms(use_true_random=False))
def test_the_order_of_cells_decides_no_digit(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = standardised(rows), standardised(shuffled)
    for name in ("successes", "trials", "expected", "adjusted", "lower", "upper"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


@given(cells())
def test_cells_that_are_split_say_the_same(rows):
    halves = []
    for group, stratum, x, n in rows:
        first = min(x, n // 2)
        halves += [(group, stratum, first, n // 2), (group, stratum, x - first, n - n // 2)]
    whole, split = standardised(rows), standardised(halves)
    np.testing.assert_array_equal(whole.adjusted, split.adjusted)


@given(cells())
def test_what_is_expected_adds_up_to_what_was_observed(rows):
    rates = standardised(rows)
    expected = np.nansum(rates.expected * rates.trials)
    assert expected == pytest.approx(rates.successes.sum(), abs=1e-9)
    known = ~np.isnan(rates.adjusted)
    assert (rates.lower[known] <= rates.adjusted[known]).all()
    assert (rates.adjusted[known] <= rates.upper[known]).all()
    assert ((rates.upper[known] >= 0) & (rates.upper[known] <= 1)).all()


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(1, 5), st.lists(st.integers(0, 9), min_size=4, max_size=4)), min_size=1, max_size=6),
)
def test_alike_in_case_mix_the_adjusted_rate_is_the_observed(mix, sites):
    rows = []
    for site, (times, met) in enumerate(sites):
        rows += [(site, stratum, min(met[stratum], times * n), times * n) for stratum, n in enumerate(mix)]
    rates = standardised(rows)
    if rates.successes.sum():
        np.testing.assert_allclose(rates.adjusted, rates.successes / rates.trials, atol=1e-12)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=2, max_size=30), st.randoms())
def test_the_order_of_sites_is_irrelevant(sites, random):
    sites = [(min(x, n), n) for x, n in sites]
    target = sum(x for x, _ in sites) / sum(n for _, n in sites)
    shuffled = list(sites)
    random.shuffle(shuffled)
    first, second = (
        funnel_limits([x for x, _ in order], [n for _, n in order], [target] * len(order))
        for order in (sites, shuffled)
    )
    assert first.phi == second.phi
    assert first.tau_squared == second.tau_squared
    assert sorted(first.lower[:, 1]) == sorted(second.lower[:, 1])


@given(st.lists(st.integers(1, 40), min_size=2, max_size=30))
def test_sites_that_are_alike_have_no_overdispersion(sizes):
    funnel = funnel_limits(sizes, [2 * n for n in sizes], [0.5] * len(sizes))
    assert funnel.tau_squared == 0
    assert (funnel.direction == 0).all()
    assert (funnel.lower < 0.5).all()
    assert (funnel.upper > 0.5).all()
    assert (funnel.lower[:, 1] <= funnel.lower[:, 0]).all()
    assert (funnel.upper[:, 0] <= funnel.upper[:, 1]).all()


@given(
    st.lists(
        st.tuples(st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 1)), st.integers(0, 15)), max_size=20
    ),
    st.integers(1, 20),
)
def test_strata_are_merged_only_upward_and_hold_enough_below_the_top(rows, fewest):
    paths, trials = [path for path, _ in rows], [n for _, n in rows]
    strata = merged_strata(paths, trials, fewest)
    held: dict = {}
    for path, stratum, n in zip(paths, strata, trials, strict=True):
        assert path[: len(stratum)] == stratum
        held[stratum] = held.get(stratum, 0) + n
    assert all(n >= fewest for stratum, n in held.items() if stratum)
