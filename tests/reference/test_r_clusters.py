"""R 4.2, tests/reference/scripts/clusters.R: linearised ratios as survey::svyratio, Wilson by inverting the score test.

The litters are Weil's (1970, Food Cosmet Toxicol 8:177); their design effects, 1.2325 and 3.9529, are those that Rao &
Scott's method gives (aod::raoscott(cbind(y, n - y) ~ group, data = rats)).
"""

import pytest

from pipelines.statistics.clusters import ClusterSums, mean_of_units, share_of_units
from pipelines.statistics.means import mean_interval

CONTROL = (
    [13, 12, 9, 9, 8, 8, 13, 12, 10, 10, 9, 13, 5, 7, 10, 10],
    [13, 12, 9, 9, 8, 8, 12, 11, 9, 9, 8, 11, 4, 5, 7, 7],
)
TREATED = (
    [12, 11, 10, 9, 11, 10, 10, 9, 9, 5, 9, 7, 10, 6, 10, 7],
    [12, 11, 10, 9, 10, 9, 9, 8, 8, 4, 7, 4, 5, 3, 3, 0],
)


def sums_of(units, totals) -> ClusterSums:
    pairs = list(zip(units, totals, strict=True))
    return ClusterSums(
        len(pairs),
        sum(units),
        sum(m * m for m in units),
        sum(totals),
        sum(y * y for y in totals),
        sum(m * y for m, y in pairs),
    )


@pytest.mark.parametrize(
    ("group", "share", "t_interval", "effective", "wilson"),
    [
        (CONTROL, 142 / 158, (0.841942297629, 0.955526056801), 108.397146676212, (0.827631369026, 0.942542973413)),
        (TREATED, 112 / 145, (0.624861900117, 0.919965686090), 31.017198470876, (0.600008374258, 0.884778668239)),
    ],
    ids=["control", "treated"],
)
def test_litters(group, share, t_interval, effective, wilson):
    mean = mean_of_units(sums_of(*group))
    found = share_of_units(sums_of(*group), fewest_to_estimate=10)
    assert found.estimate == mean.estimate == pytest.approx(share, rel=1e-12)
    assert (mean.lower, mean.upper) == pytest.approx(t_interval, abs=1e-9)
    assert found.effective_units == pytest.approx(effective, rel=1e-9)
    assert (found.lower, found.upper) == pytest.approx(wilson, abs=1e-9)
    assert found.is_clustering_estimated


def test_none_of_24_in_four_clusters():
    """Wholly alike: 24^2 / (64 + 64 + 16 + 16) = 3.6 effective units."""
    found = share_of_units(sums_of([8, 8, 4, 4], [0, 0, 0, 0]), fewest_to_estimate=10)
    assert (found.estimate, found.lower, found.effective_units) == (0.0, 0.0, 3.6)
    assert found.upper == pytest.approx(0.516223890134, abs=1e-9)
    assert not found.is_clustering_estimated


def test_mean_rise_of_six_infusions_in_three_courses():
    """By hand: the mean is 42/6 = 7; totals lie -4, 9 and -5 from 14, 21 and 7, so the variance is 3/2 * 122/36."""
    found = mean_of_units(sums_of([2, 3, 1], [10, 30, 2]))
    assert found.estimate == 7
    assert (found.lower, found.upper) == pytest.approx((-2.70086787905, 16.70086787905), abs=1e-9)


def test_one_unit_in_each_cluster_is_students_interval():
    values = [3, 5, 8, 2, 7]
    found = mean_of_units(sums_of([1] * 5, values))
    own = mean_interval(5, sum(values), sum(value**2 for value in values))
    assert (found.lower, found.upper) == pytest.approx((1.83436552192, 8.16563447808), abs=1e-9)
    assert (found.lower, found.upper) == pytest.approx((own.lower, own.upper), rel=1e-12)
