"""What holds for rates over strata whatever the counts are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statistics.correlation import PairSums, pearson_correlation
from pipelines.statistics.direct_standardisation import standardised_rates
from pipelines.statistics.proportions import newcombe_interval, wilson_interval
from pipelines.statistics.stratified_association import association_test

a_hundred_examples = settings(deadline=None, max_examples=100)
share = st.integers(0, 8).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
strata_of_three = st.lists(st.tuples(share, share, share), min_size=1, max_size=8)


def tables(strata):
    counts = np.array(strata)
    return counts[:, :, 0], counts[:, :, 1]


@a_hundred_examples
@given(strata_of_three, st.randoms(use_true_random=False))
def test_the_order_of_strata_changes_no_digit(strata, random) -> None:
    shuffled = random.sample(strata, len(strata))
    for first, second in zip(
        vars(standardised_rates(*tables(strata), reference=0)).items(),
        vars(standardised_rates(*tables(shuffled), reference=0)).items(),
        strict=True,
    ):
        if first[0] != "is_supported":
            np.testing.assert_array_equal(first[1], second[1])
    np.testing.assert_equal(association_test(*tables(strata)), association_test(*tables(shuffled)))


@a_hundred_examples
@given(strata_of_three)
def test_rates_lie_in_their_intervals_and_within_the_shares_of_the_strata(strata) -> None:
    met, observed = tables(strata)
    found = standardised_rates(met, observed, reference=1)
    assert found.n_supported + found.n_dropped == observed.sum()
    if not found.n_supported:
        assert np.isnan(found.rate).all()
        return
    shares = met[found.is_supported] / observed[found.is_supported]
    assert (found.rate >= shares.min(axis=0) - 1e-12).all()
    assert (found.rate <= shares.max(axis=0) + 1e-12).all()
    assert (found.lower >= 0).all()
    assert (found.lower <= found.rate).all()
    assert (found.rate <= found.upper).all()
    assert (found.upper <= 1).all()
    assert (found.lower < found.upper).all()
    others = [0, 2]
    assert (found.difference_lower[others] <= found.difference[others]).all()
    assert (found.difference[others] <= found.difference_upper[others]).all()
    assert (found.difference_lower[others] >= -1).all()
    assert (found.difference_upper[others] <= 1).all()


@a_hundred_examples
@given(st.tuples(share, share).filter(lambda pair: pair[0][1] and pair[1][1]))
def test_with_one_stratum_the_rate_is_the_plain_share(pair) -> None:
    met, observed = tables([pair])
    found = standardised_rates(met, observed, reference=0)
    assert found.rate == pytest.approx(met[0] / observed[0], abs=1e-15)
    lower, upper = wilson_interval(met[0], observed[0])
    assert found.lower == pytest.approx(lower, abs=1e-15)
    assert found.upper == pytest.approx(upper, abs=1e-15)
    newcombe = newcombe_interval([int(met[0, 1]), int(met[0, 0])], [int(observed[0, 1]), int(observed[0, 0])])
    assert (found.difference_lower[1], found.difference_upper[1]) == pytest.approx(newcombe, abs=1e-12)


@a_hundred_examples
@given(strata_of_three)
def test_groups_that_are_made_up_alike_keep_their_plain_shares(strata) -> None:
    met, observed = tables(strata)
    met = np.minimum(met, observed[:, :1])
    observed = np.repeat(observed[:, :1], 3, axis=1)
    found = standardised_rates(met, observed, reference=0)
    if found.n_supported:
        assert found.rate == pytest.approx(met.sum(axis=0) / observed.sum(axis=0))


@a_hundred_examples
@given(strata_of_three)
def test_the_test_does_not_see_which_outcome_is_called_met_nor_how_groups_are_named(strata) -> None:
    met, observed = tables(strata)
    found = association_test(met, observed)
    for other in (
        association_test(observed - met, observed),
        association_test(met[:, [2, 0, 1]], observed[:, [2, 0, 1]]),
    ):
        assert other.degrees_of_freedom == found.degrees_of_freedom
        assert other.statistic == pytest.approx(found.statistic, abs=1e-9, nan_ok=True)
    assert np.isnan(found.p_value) or 0 <= found.p_value <= 1


@a_hundred_examples
@given(st.lists(st.tuples(st.integers(0, 92), st.integers(-100, 200)), max_size=12), st.integers(0, 12))
def test_the_correlation_of_merged_cells_is_that_of_all_pairs(pairs, cut) -> None:
    def sums(part):
        x, y = np.array(part, dtype=float).reshape(-1, 2).T
        return np.array([len(part), x.sum(), y.sum(), (x**2).sum(), (y**2).sum(), (x * y).sum()])

    merged = PairSums(*(sums(pairs[:cut]) + sums(pairs[cut:])))
    whole = pearson_correlation(PairSums(*sums(pairs)))
    found = pearson_correlation(merged)
    np.testing.assert_allclose(
        [found.estimate, found.lower, found.upper], [whole.estimate, whole.lower, whole.upper], atol=1e-12
    )
    if not np.isnan(whole.estimate):
        x, y = np.array(pairs, dtype=float).T
        assert whole.estimate == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-9)
    if not np.isnan(whole.lower):
        assert -1 <= whole.lower <= whole.estimate <= whole.upper <= 1
