"""What holds for means and shares of clustered units whatever the clusters are."""

from functools import reduce
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statistics.clusters import ClusterSums, mean_of_units, share_of_units

sixty_examples = settings(deadline=None, max_examples=60)
clusters = st.lists(
    st.integers(1, 9).flatmap(lambda m: st.tuples(st.just(m), st.integers(0, m))), min_size=1, max_size=30
)


def of_one(m: int, y: int) -> ClusterSums:
    return ClusterSums(1, m, m * m, y, y * y, m * y)


def added(rows) -> ClusterSums:
    return reduce(lambda one, other: one + other, (of_one(m, y) for m, y in rows))


@sixty_examples
@given(clusters, st.integers(1, 12))
def test_the_share_lies_in_its_interval_which_never_collapses(rows, fewest) -> None:
    sums = added(rows)
    found = share_of_units(sums, fewest)
    assert 0 <= found.lower <= found.estimate <= found.upper <= 1
    assert found.lower < found.upper
    assert found.effective_units <= sums.units
    few = min(sums.total, sums.units - sums.total) < fewest
    assert found.is_clustering_estimated or few or sums.clusters == 1


@sixty_examples
@given(clusters, st.randoms(use_true_random=False), st.integers(0, 30))
def test_order_and_merging_change_no_digit(rows, random, cut) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert added(shuffled) == added(rows)
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    assert reduce(lambda one, other: one + other, map(added, parts)) == added(rows)


@sixty_examples
@given(clusters)
def test_the_mean_lies_amid_its_interval(rows) -> None:
    found = mean_of_units(added(rows))
    if len(rows) == 1:
        assert isnan(found.lower)
    else:
        assert found.lower <= found.estimate <= found.upper
        assert found.estimate - found.lower == pytest.approx(found.upper - found.estimate)


@sixty_examples
@given(st.integers(1, 9), st.integers(1, 30))
def test_none_has_an_upper_end_that_falls_with_more_clusters(m, n) -> None:
    one, more = (share_of_units(added([(m, 0)] * size), 10) for size in (n, n + 1))
    assert one.lower == more.lower == 0
    assert more.upper < one.upper < 1
