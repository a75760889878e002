"""What holds for comparisons of groups whatever the counts are."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.statistics.comparison import log_rank_test, score_test
from pipelines.statistics.multiplicity import holm_adjusted
from pipelines.statistics.restricted_mean import common_follow_up, restricted_mean, restricted_mean_difference
from pipelines.statistics.survival import kaplan_meier

sixty_examples = settings(deadline=None, max_examples=60)

groups, counts = st.sampled_from("ABC"), st.integers(1, 6)
course_rows = st.lists(st.tuples(st.integers(1, 12), st.booleans(), counts, groups), min_size=2, max_size=20)
widths = st.one_of(st.integers(1, 6), st.just(np.inf))
interval_rows = st.lists(st.tuples(st.integers(0, 10), widths, counts, groups), min_size=2, max_size=20)


def columns(rows):
    assume(len({row[-1] for row in rows}) > 1)
    return [np.array(column) for column in zip(*rows, strict=True)]


def log_rank_of(rows):
    return log_rank_test(*columns(rows))


def score_of(rows):
    left, width, count, group = columns(rows)
    return score_test(left.astype(float), left + width.astype(float), count, group)


@sixty_examples
@given(course_rows, interval_rows, st.randoms(use_true_random=False))
def test_order_and_how_counts_are_split_do_not_matter(times, intervals, random) -> None:
    for rows, test_of in ((times, log_rank_of), (intervals, score_of)):
        courses = [(*row[:2], 1, row[-1]) for row in rows for _ in range(row[2])]
        random.shuffle(courses)
        whole, split = test_of(rows), test_of(courses)
        for name in ("n", "events", "excess", "covariance", "chi_square", "p_value"):
            np.testing.assert_array_equal(getattr(whole, name), getattr(split, name))


@sixty_examples
@given(course_rows, interval_rows)
def test_excess_and_its_covariance_sum_to_zero(times, intervals) -> None:
    for test in (log_rank_of(times), score_of(intervals)):
        assert abs(test.excess.sum()) < 1e-9
        np.testing.assert_allclose(test.covariance.sum(axis=0), 0, atol=1e-9)
        assert test.degrees_of_freedom < len(test.groups)
        assert np.isnan(test.p_value) if test.degrees_of_freedom == 0 else 0 <= test.p_value <= 1


@sixty_examples
@given(course_rows, interval_rows)
def test_each_group_against_the_others_is_the_test_of_two_groups(times, intervals) -> None:
    for rows, test_of in ((times, log_rank_of), (intervals, score_of)):
        whole = test_of(rows)
        for name, p_value in zip(whole.groups, whole.p_values_against_others, strict=True):
            two = test_of([(*row[:-1], "own" if row[-1] == name else "others") for row in rows])
            np.testing.assert_allclose(two.p_value, p_value, atol=1e-9)


@sixty_examples
@given(course_rows, interval_rows)
def test_twice_the_same_group_differs_by_nothing(times, intervals) -> None:
    for rows, test_of in ((times, log_rank_of), (intervals, score_of)):
        twice = [(*row[:-1], name) for row in rows for name in "AB"]
        assert test_of(twice).chi_square < 1e-9


@settings(deadline=None, max_examples=15)
@given(interval_rows, st.integers(0, 1000))
def test_the_variance_of_the_score_test_is_that_of_dealing_courses_out(rows, seed) -> None:
    courses = [(*row[:2], 1, row[-1]) for row in rows for _ in range(row[2])]
    assume(len(courses) > 5)
    test, generator = score_of(courses), np.random.default_rng(seed)
    names = [course[-1] for course in courses]
    dealt = [
        score_of([(*course[:-1], name) for course, name in zip(courses, generator.permutation(names), strict=True)])
        for _ in range(400)
    ]
    spread = np.var([each.excess[0] for each in dealt])
    assert abs(spread - test.covariance[0, 0]) < 0.35 * test.covariance[0, 0] + 1e-12


@sixty_examples
@given(course_rows)
def test_a_restricted_mean_lies_within_its_interval_and_its_horizon(rows) -> None:
    time, observed, count, group = columns(rows)
    curves = [kaplan_meier(time[group == name], observed[group == name], count[group == name]) for name in set(group)]
    horizon = min(common_follow_up(curves), 20.0)
    means = [restricted_mean(curve, horizon) for curve in curves]
    for mean in means:
        assert 0 < mean.estimate <= horizon + 1e-12
        assert mean.lower <= mean.estimate <= mean.upper
    there, back = restricted_mean_difference(*means[:2]), restricted_mean_difference(*means[1::-1])
    assert there.lower <= there.estimate <= there.upper
    np.testing.assert_allclose([there.estimate, there.lower], [-back.estimate, -back.upper])


@sixty_examples
@given(st.lists(st.one_of(st.floats(0, 1), st.none()), max_size=12), st.randoms(use_true_random=False))
def test_holm_never_lowers_a_p_value_and_sees_no_order(p_values, random) -> None:
    adjusted = holm_adjusted(p_values)
    order = list(range(len(p_values)))
    random.shuffle(order)
    np.testing.assert_array_equal(holm_adjusted([p_values[i] for i in order]), adjusted[order])
    for p_value, found in zip(p_values, adjusted, strict=True):
        assert np.isnan(found) if p_value is None else p_value <= found <= 1
