"""The comparisons of groups on their smallest complete examples, worked by hand in fractions."""

from math import inf

import numpy as np
import pytest

from pipelines.statistics.comparison import log_rank_test, score_test
from pipelines.statistics.innermost_intervals import IntervalError
from pipelines.statistics.restricted_mean import common_follow_up, restricted_mean, restricted_mean_difference
from pipelines.statistics.survival import kaplan_meier

# Three courses and three: A had the event at 1 and 3 and left at 4, B at 2 and 5 and left at 6.
TIMES, OBSERVED, GROUP = [1, 3, 4, 2, 5, 6], [True, True, False, True, True, False], list("AAABBB")
ONES = [1] * 6
# Three and three seen on days 7 and 14: events by day 7, between, and none by day 14.
LEFT, RIGHT, COUNT = [0, 7, 0, 7, 14], [7, 14, 7, 14, inf], [2, 1, 1, 1, 1]
SEEN = ["A", "A", "B", "B", "B"]


def test_log_rank_in_fractions() -> None:
    # Of those at risk half are A at 1 (3 of 6), 2/5 at 2, 1/2 at 3, none at 5: 7/5 events expected in A, 2 had.
    # Variance 1/2 x 1/2 + 2/5 x 3/5 + 1/2 x 1/2 + 0 = 37/50, so chi-square is (3/5)^2 / (37/50) = 18/37.
    test = log_rank_test(TIMES, OBSERVED, ONES, GROUP)
    assert test.groups == ("A", "B")
    assert test.n.tolist() == [3, 3]
    assert test.events.tolist() == [2, 2]
    assert test.expected == pytest.approx([7 / 5, 13 / 5])
    assert test.covariance == pytest.approx(np.array([[37, -37], [-37, 37]]) / 50)
    assert (test.chi_square, test.degrees_of_freedom) == (pytest.approx(18 / 37), 1)
    assert test.z == pytest.approx([np.sqrt(18 / 37), -np.sqrt(18 / 37)])
    assert test.p_values_against_others == pytest.approx([test.p_value] * 2)


def test_log_rank_with_ties() -> None:
    # Two of four at once, one in each group of two: expected 2 x 2/4 = 1, variance 2 x 1/2 x 1/2 x (4-2)/(4-1) = 1/3.
    test = log_rank_test([1, 1, 2, 2], [True, False, True, False], [1, 1, 1, 1], ["A", "A", "B", "B"])
    assert test.excess.sum() == pytest.approx(0)
    tied = log_rank_test([1, 2, 1, 2], [True, False, True, False], [1, 1, 1, 1], ["A", "A", "B", "B"])
    assert tied.expected == pytest.approx([1, 1])
    assert tied.covariance[0, 0] == pytest.approx(1 / 3)


def test_score_in_fractions() -> None:
    # One curve through all six: 1/2 are left after day 7, 1/6 after day 14; hazards 1/2, 2/3, 1. Scores: 1/2 by day 7,
    # (1/2 x -1/2 + 1/6 x 7/6) / (1/3) = -1/6 between, -7/6 after. A: 1/2 + 1/2 - 1/6 = 5/6.
    # Their squares sum to 3/4 + 2/36 + 49/36 = 13/6; by permutation 13/6 / 5 x 3 x 3 / 6 = 13/20.
    test = score_test(LEFT, RIGHT, COUNT, SEEN)
    assert test.n.tolist() == [3, 3]
    assert test.events.tolist() == [3, 2]
    assert test.excess == pytest.approx([5 / 6, -5 / 6])
    assert test.covariance == pytest.approx(np.array([[13, -13], [-13, 13]]) / 20)
    assert test.chi_square == pytest.approx(125 / 117)
    assert test.expected == pytest.approx([13 / 6, 17 / 6])


def test_with_exact_times_the_score_is_that_of_the_log_rank_test() -> None:
    right = np.where(OBSERVED, TIMES, inf)
    assert score_test(TIMES, right, ONES, GROUP).excess == pytest.approx(
        log_rank_test(TIMES, OBSERVED, ONES, GROUP).excess
    )


def test_where_nothing_can_differ_there_is_no_p_value() -> None:
    for test in (
        score_test([5, 5], [inf, inf], [4, 6], ["A", "B"]),
        log_rank_test([5, 5], [False, False], [4, 6], ["A", "B"]),
    ):
        assert (test.chi_square, test.degrees_of_freedom) == (0, 0)
        assert np.isnan(test.p_value)
        assert np.isnan(test.z).all()


@pytest.mark.parametrize("group", [["A"] * 5, ["A", "B"]])
def test_two_groups_as_long_as_the_counts_are_needed(group) -> None:
    with pytest.raises(ValueError, match="group"):
        score_test(LEFT, RIGHT, COUNT, group)


def test_a_group_without_courses_is_none() -> None:
    with pytest.raises(ValueError, match="two groups"):
        log_rank_test([1, 2, 3], [True, True, True], [1, 1, 0], ["A", "A", "B"])


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(IntervalError, match="left end"):
        score_test([7, 0], [3, 7], [1, 1], ["A", "B"])
    with pytest.raises(ValueError, match="booleans"):
        log_rank_test([1, 2], [1, 0], [1, 1], ["A", "B"])
    with pytest.raises(ValueError, match="whole numbers"):
        log_rank_test([1, 2], [True, False], [1.5, 1], ["A", "B"])
    with pytest.raises(ValueError, match="finite"):
        log_rank_test([1, inf], [True, False], [1, 1], ["A", "B"])
    with pytest.raises(ValueError, match="one length"):
        log_rank_test([1, 2], [True], [1, 1], ["A", "B"])


def test_restricted_mean_in_fractions() -> None:
    # A falls to 2/3 at 1 and to 1/3 at 3: area 1 + 2 x 2/3 + 1 x 1/3 = 8/3 up to 4. Of the area 5/3 comes after 1 and
    # 1/3 after 3: variance (5/3)^2 x 1/(3x2) + (1/3)^2 x 1/(2x1) = 25/54 + 3/54 = 14/27.
    a = restricted_mean(kaplan_meier([1, 3, 4], [True, True, False], [1, 1, 1]), 4)
    assert a.estimate == pytest.approx(8 / 3)
    assert a.standard_error == pytest.approx(np.sqrt(14 / 27))
    # B falls to 2/3 at 2, before 4 no further: 2 + 2 x 2/3 = 10/3; (4/3)^2 / 6 = 8/27.
    b = restricted_mean(kaplan_meier([2, 5, 6], [True, True, False], [1, 1, 1]), 4)
    assert b.standard_error == pytest.approx(np.sqrt(8 / 27))
    difference = restricted_mean_difference(a, b)
    assert difference.estimate == pytest.approx(-2 / 3)
    assert difference.upper - difference.lower == pytest.approx(2 * 1.959963984540054 * np.sqrt(22 / 27))


def test_beyond_the_last_course_there_is_no_mean_unless_all_had_the_event() -> None:
    open_end = kaplan_meier([1, 3, 4], [True, True, False], [1, 1, 1])
    closed = kaplan_meier([1, 3, 4], [True, True, True], [1, 1, 1])
    assert common_follow_up([open_end, closed]) == 4
    assert common_follow_up([closed]) == inf
    assert restricted_mean(closed, 10).estimate == pytest.approx(8 / 3)
    with pytest.raises(ValueError, match="known to 4, not to 5"):
        restricted_mean(open_end, 5)
