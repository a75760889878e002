"""Funnel limits and indirect standardisation at their edges."""

import numpy as np
import pytest

from pipelines.statistics.funnel import funnel_curve, funnel_limits
from pipelines.statistics.indirect_standardisation import merged_strata, standardised_rates


def test_limits_end_at_none_and_all():
    funnel = funnel_limits([0, 4], [4, 4], [0.05, 0.95])
    assert funnel.lower[0, 0] == 0
    assert funnel.upper[1, 1] == 1
    assert (funnel.lower >= 0).all()
    assert (funnel.upper <= 1).all()
    assert (np.diff(funnel.lower, axis=1) <= 0).all()


def test_a_curve_narrows_with_size_and_ends_at_none_and_all():
    lower, upper = funnel_curve([2, 10, 1000], 0.05, 0.0)
    assert lower[0].tolist() == [0, 0]
    assert (np.diff(upper, axis=0) < 0).all()
    assert (upper[:, 1] > upper[:, 0]).all()
    with pytest.raises(ValueError, match="trials must be at least 1"):
        funnel_curve([0], 0.5, 0.0)
    with pytest.raises(ValueError, match="targets must lie between 0 and 1"):
        funnel_curve([5], 1.5, 0.0)


def test_where_nobody_is_expected_to_respond_nobody_is_judged_for_it():
    funnel = funnel_limits([0, 0], [10, 20], [0.0, 0.0])
    assert funnel.tau_squared == 0
    assert (funnel.direction == 0).all()


def test_one_group_has_no_variance_between_groups():
    assert funnel_limits([9], [10], [0.2]).tau_squared == 0


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (([1, 2], [3], [0.5, 0.5]), "one length"),
        (([], [], []), "hold something"),
        (([1], [0], [0.5]), "trials must be at least 1"),
        (([4], [3], [0.5]), "between 0 and the trials"),
        (([1], [3], [1.5]), "targets must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_judged_is_refused(arguments, fault):
    with pytest.raises(ValueError, match=fault):
        funnel_limits(*arguments)


def test_winsorising_more_than_half_is_refused():
    with pytest.raises(ValueError, match=r"below 0\.5"):
        funnel_limits([1], [3], [0.5], winsorised_fraction=0.5)


def test_a_group_without_trials_has_no_rate():
    rates = standardised_rates(["a", "b"], ["x", "x"], [3, 0], [6, 0])
    assert rates.groups == ("a", "b")
    assert rates.adjusted[0] == 0.5
    assert np.isnan(rates.adjusted[1])
    assert np.isnan(rates.expected[1])


def test_where_nobody_responded_there_is_no_ratio():
    rates = standardised_rates(["a", "b"], ["x", "x"], [0, 0], [6, 4])
    assert rates.expected.tolist() == [0, 0]
    assert np.isnan(rates.adjusted).all()


def test_an_adjusted_rate_is_at_most_all():
    rates = standardised_rates(["a", "b", "b"], ["x", "x", "y"], [10, 0, 90], [10, 90, 90])
    assert rates.expected[0] == pytest.approx(0.1)
    assert rates.adjusted[0] == 1
    assert rates.upper[0] == 1


def test_small_strata_are_put_together_step_by_step():
    paths = [("p", 1, "y"), ("p", 1, "n"), ("p", 1, "u"), ("p", 2, "y"), ("p", 2, "n"), ("g", 1, "y")]
    assert merged_strata(paths, [10, 6, 5, 3, 9, 2], 10) == [
        ("p", 1, "y"),
        ("p", 1),
        ("p", 1),
        ("p", 2),
        ("p", 2),
        (),
    ]
    assert merged_strata(paths[:1], [10], 11) == [()]
    assert merged_strata([], [], 10) == []


def test_rows_of_one_stratum_are_counted_together():
    assert merged_strata([("p", 1), ("p", 1)], [6, 4], 10) == [("p", 1), ("p", 1)]
