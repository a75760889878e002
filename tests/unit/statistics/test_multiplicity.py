"""Holm's adjustment worked by hand, and its known answers."""

import numpy as np
import pytest

from pipelines.statistics.multiplicity import holm_adjusted, holm_levels


def test_three_by_hand() -> None:
    # 1/100 x 3 = 3/100; 4/100 x 2 = 8/100; 3/100 comes second: x 2 = 6/100; the last, x 1, may not fall below 6/100
    assert holm_adjusted([0.03, 0.01, 0.04]) == pytest.approx([0.06, 0.03, 0.06])


def test_known_answers() -> None:
    # R: p.adjust(c(.001, .008, .039, .041, .042, .06, .074, .205, .212, .216), "holm")
    p_values = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    expected = [0.010, 0.072, *[0.312] * 5, *[0.615] * 3]
    shuffled = np.random.default_rng(1).permutation(10)
    found = holm_adjusted(p_values)
    assert found == pytest.approx(expected)
    np.testing.assert_array_equal(holm_adjusted(np.array(p_values)[shuffled]), found[shuffled])


def test_a_comparison_that_was_not_made_counts_for_nothing() -> None:
    found = holm_adjusted([0.02, None, 0.5, np.nan])
    assert found[[0, 2]] == pytest.approx([0.04, 0.5])
    assert np.isnan(found[[1, 3]]).all()


def test_one_alone_stays_as_it_is_and_none_is_none() -> None:
    assert holm_adjusted([0.3]).tolist() == [0.3]
    assert holm_adjusted([]).tolist() == []
    assert holm_adjusted([0.9, 0.8]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("wrong", [[1.1], [-0.1, 0.5], [[0.1], [0.2]]])
def test_what_is_no_list_of_p_values_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="p_values must"):
        holm_adjusted(wrong)


def test_levels_of_intervals_by_hand() -> None:
    # 0.01 < 0.05/3; then 0.03 is not below 0.05/2, and there it stays for the last
    assert holm_levels([0.03, 0.01, 0.04], 0.05) == pytest.approx([0.025, 0.05 / 3, 0.025])
    assert holm_levels([0.01, 0.02, 0.001], 0.05) == pytest.approx([0.025, 0.05, 0.05 / 3])
    assert holm_levels([0.9, 0.8], 0.05) == pytest.approx([0.025, 0.025])
    assert holm_levels([], 0.05).tolist() == []


def test_an_interval_at_its_level_leaves_out_nought_where_holm_rejects() -> None:
    for p_values in np.random.default_rng(2).uniform(0, 0.1, (200, 4)):
        rejected = holm_adjusted(p_values) < 0.05
        np.testing.assert_array_equal(p_values < holm_levels(p_values, 0.05), rejected)
