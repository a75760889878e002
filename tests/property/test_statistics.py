"""What holds for the statistics whatever the counts are."""

import warnings

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipelines.statistics.interval_censoring import bootstrap_event_curve, event_curve
from pipelines.statistics.proportions import wilson_interval
from pipelines.statistics.survival import kaplan_meier, survival_quantile

sixty_examples = settings(deadline=None, max_examples=60)

counts = st.integers(1, 6)
course_rows = st.lists(st.tuples(st.integers(1, 12), st.booleans(), counts), min_size=1, max_size=15)
widths = st.one_of(st.integers(0, 6), st.just(np.inf))
interval_rows = st.lists(st.tuples(st.integers(0, 10), widths, counts), min_size=1, max_size=15)


def columns(rows):
    return [np.array(column) for column in zip(*rows, strict=True)]


def intervals(rows):
    left, width, count = columns(rows)
    return left.astype(float), left + width.astype(float), count


@sixty_examples
@given(st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_stays_within_zero_and_one_and_holds_the_share(pair) -> None:
    successes, trials = pair
    lower, upper = wilson_interval([successes], [trials])
    if trials == 0:
        assert np.isnan([lower[0], upper[0]]).all()
    else:
        assert 0 <= lower[0] <= successes / trials <= upper[0] <= 1
        assert lower[0] < upper[0]


@sixty_examples
@given(course_rows)
def test_kaplan_meier_falls_from_one_within_its_band(rows) -> None:
    curve = kaplan_meier(*columns(rows))
    assert (np.diff(curve.survival, prepend=1) <= 0).all()
    assert (curve.survival >= 0).all()
    has_band = ~np.isnan(curve.lower)
    assert (has_band == ((curve.survival > 0) & (curve.survival < 1))).all()
    assert (curve.lower[has_band] < curve.survival[has_band]).all()
    assert (curve.survival[has_band] < curve.upper[has_band]).all()
    assert curve.at_risk[0] == curve.events.sum() + curve.censored.sum()


@sixty_examples
@given(course_rows, st.randoms(use_true_random=False))
def test_kaplan_meier_does_not_see_how_counts_are_split(rows, random) -> None:
    courses = [(time, observed, 1) for time, observed, count in rows for _ in range(count)]
    random.shuffle(courses)
    whole, split = kaplan_meier(*columns(rows)), kaplan_meier(*columns(courses))
    for name in ("time", "at_risk", "events", "censored", "survival", "lower", "upper"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(split, name))


@sixty_examples
@given(course_rows)
def test_kaplan_meier_agrees_with_scipy(rows) -> None:
    time, observed, count = columns(rows)
    sample = stats.CensoredData.right_censored(np.repeat(time, count), ~np.repeat(observed, count))
    theirs = stats.ecdf(sample).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # scipy warns where the band is not defined
        band = theirs.confidence_interval(method="log-log")
    ours = kaplan_meier(time, observed, count)
    np.testing.assert_array_equal(ours.time, theirs.quantiles)
    np.testing.assert_allclose(ours.survival, theirs.probabilities, atol=1e-12)
    inside = ~np.isnan(ours.lower)
    np.testing.assert_allclose(ours.lower[inside], band.low.probabilities[inside], atol=1e-12)
    np.testing.assert_allclose(ours.upper[inside], band.high.probabilities[inside], atol=1e-12)


@sixty_examples
@given(course_rows, st.floats(0.05, 0.95))
def test_quantile_lies_within_its_interval(rows, probability) -> None:
    quantile = survival_quantile(kaplan_meier(*columns(rows)), probability)
    assert quantile.lower <= quantile.estimate <= quantile.upper


@sixty_examples
@given(interval_rows)
def test_event_masses_sum_to_one_and_hold_a_certificate(rows) -> None:
    curve = event_curve(*intervals(rows))
    assert (curve.mass >= 0).all()
    np.testing.assert_allclose(curve.mass.sum(), 1, atol=1e-12)
    assert curve.certificate.is_maximum
    at = np.arange(0, 20, 0.5)
    lower, upper = curve.cumulative_bounds_at(at)
    assert (lower <= upper).all()
    assert (np.diff(lower) >= 0).all()
    assert (np.diff(upper) >= 0).all()


@sixty_examples
@given(interval_rows)
def test_event_likelihood_is_no_less_than_that_of_other_masses(rows) -> None:
    left, right, count = intervals(rows)
    curve = event_curve(left, right, count)
    covered = (curve.left[None, :] >= left[:, None]) & (curve.right[None, :] <= right[:, None])
    exact = curve.left == curve.right  # an exact time at the left end of (L, R] is not in it
    covered &= ~((exact & (curve.left[None, :] == left[:, None])) & (left < right)[:, None])
    masses = np.random.default_rng(0).dirichlet(np.ones(curve.mass.size), size=50)
    others = np.log(np.maximum(masses @ covered.T, 1e-300)) @ count
    np.testing.assert_allclose(np.log(covered @ curve.mass) @ count, curve.log_likelihood, atol=1e-9)
    assert (others <= curve.log_likelihood + 1e-6).all()


@sixty_examples
@given(interval_rows, st.randoms(use_true_random=False))
def test_event_curve_does_not_see_order_or_how_counts_are_split(rows, random) -> None:
    courses = [(left, width, 1) for left, width, count in rows for _ in range(count)]
    random.shuffle(courses)
    whole, split = event_curve(*intervals(rows)), event_curve(*intervals(courses))
    np.testing.assert_array_equal(whole.right, split.right)
    np.testing.assert_array_equal(whole.mass, split.mass)


@sixty_examples
@given(interval_rows)
def test_event_masses_depend_on_the_order_of_times_only(rows) -> None:
    left, right, count = intervals(rows)
    curve, stretched = event_curve(left, right, count), event_curve(left**3 + left, right**3 + right, count)
    np.testing.assert_array_equal(curve.mass, stretched.mass)
    np.testing.assert_array_equal(curve.right**3 + curve.right, stretched.right)


@sixty_examples
@given(course_rows)
def test_event_curve_of_exact_and_right_censored_times_is_kaplan_meier(rows) -> None:
    time, observed, count = columns(rows)
    curve = event_curve(time, np.where(observed, time, np.inf), count)
    at = np.arange(0, 14, 0.5)
    expected = 1 - kaplan_meier(time, observed, count).survival_at(at)
    np.testing.assert_allclose(curve.cumulative_at(at), expected, atol=1e-7)


@settings(deadline=None, max_examples=20)
@given(interval_rows, st.integers(0, 1000))
def test_bootstrap_draws_all_converge_to_ordered_bands(rows, seed) -> None:
    result = bootstrap_event_curve(*intervals(rows), np.arange(0, 20), replicates=60, seed=seed)
    assert result.n_not_converged == 0
    assert (result.lower >= 0).all()
    assert (result.lower <= result.upper).all()
    assert (result.upper <= result.largest_upper).all()
    assert (result.largest_upper <= 1 + 1e-12).all()
    assert (np.diff(result.lower) >= -1e-12).all()
    assert result.median_left_lower <= result.median_right_upper
