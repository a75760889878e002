"""Simulation with a known answer: does the onset curve find a truth that visits show only in part?

Onset is exponential with mean 6 days. Visits fall on ten days and each is attended with probability 0.75, so
onset is known only to lie between two attended visits. Standard errors are those of one sample of this
size: from the bootstrap for the interval-censored curve, from Greenwood's formula for Kaplan-Meier.
"""

import numpy as np
import pytest

from pipelines.statistics.interval_censoring import bootstrap_event_curve, event_curve
from pipelines.statistics.survival import kaplan_meier, survival_quantile
from tests.benchmark.known_truth_runs import mean_run, onset_run, rate_run, true_means, true_rate
from tests.benchmark.simulated_courses import OnsetProgram

MEAN_DAYS = 6
VISIT_DAYS = np.array([1, 2, 4, 7, 9, 11, 14, 21, 28, 42])
TRUE_SHARE = 1 - np.exp(-VISIT_DAYS / MEAN_DAYS)
TRUE_MEDIAN = MEAN_DAYS * np.log(2)
TWO_SIDED_AT_FOUR_STANDARD_ERRORS = 0.99993666


@pytest.fixture(scope="module")
def visits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Last day without onset, first day with it, and count, of courses seen at least once."""
    generator = np.random.default_rng(20_240_601)
    onset = generator.exponential(MEAN_DAYS, 10_000)[:, None]
    attended = generator.random((10_000, VISIT_DAYS.size)) < 0.75
    left = np.where(attended & (onset > VISIT_DAYS), VISIT_DAYS, 0).max(axis=1)
    right = np.where(attended & (onset <= VISIT_DAYS), VISIT_DAYS, np.inf).min(axis=1)
    seen = attended.any(axis=1)
    pairs, count = np.unique(np.stack([left, right], axis=1)[seen], axis=0, return_counts=True)
    return pairs[:, 0], pairs[:, 1], count


def test_interval_censored_curve_is_within_four_standard_errors_on_every_visit_day(visits) -> None:
    left, right, count = visits
    curve = event_curve(left, right, count)
    assert curve.certificate.is_maximum
    # A 95 % percentile band of a near-normal estimate is 2 * 1.96 standard errors wide.
    bootstrap = bootstrap_event_curve(left, right, count, VISIT_DAYS, replicates=1000, seed=1)
    assert bootstrap.n_not_converged == 0
    standard_error = (bootstrap.upper - bootstrap.lower) / (2 * 1.96)
    assert (standard_error > 0).all()
    assert (np.abs(curve.cumulative_at(VISIT_DAYS) - TRUE_SHARE) < 4 * standard_error).all()


def test_median_interval_holds_the_true_median(visits) -> None:
    left, right, count = visits
    assert event_curve(left, right, count).median_interval() == (4, 7)
    bootstrap = bootstrap_event_curve(left, right, count, VISIT_DAYS, replicates=1000, seed=1)
    assert bootstrap.median_left_lower <= TRUE_MEDIAN <= bootstrap.median_right_upper


def test_kaplan_meier_at_first_recorded_response_is_late(visits) -> None:
    left, right, count = visits
    responded = np.isfinite(right)
    curve = kaplan_meier(
        np.where(responded, right, left), responded, count, confidence=TWO_SIDED_AT_FOUR_STANDARD_ERRORS
    )
    rows = np.searchsorted(curve.time, VISIT_DAYS)
    too_late = 1 - curve.lower[rows] < TRUE_SHARE  # the band at four standard errors lies below the truth
    assert too_late[:7].all()
    assert survival_quantile(curve).estimate == 7 > 1.5 * TRUE_MEDIAN


RUNS, N_COURSES = 200, 200
# A share of 0.95 in so many runs has this standard error.
STANDARD_ERROR_OF_COVERAGE = (0.95 * 0.05 / RUNS) ** 0.5


def test_onset_intervals_cover_what_they_say() -> None:
    """Short form of tests/benchmark/known_truth.py: 2 in 3 respond, and courses leave; the mean over days and runs
    has a standard error of 0.8 percentage points, and each day one of 1.5.
    """
    program = OnsetProgram("leaving, and a third without response", share_responding=0.65, mean_days_to_leaving=60)
    runs = [onset_run(program, N_COURSES, 300, run) for run in range(RUNS)]
    covered = np.array([run.is_covered for run in runs])
    assert 0.92 <= covered.mean() <= 0.98
    assert (np.abs(covered.mean(axis=0) - 0.95) < 4 * STANDARD_ERROR_OF_COVERAGE).all()
    assert np.mean([run.is_median_covered for run in runs]) >= 0.92
    assert sum(run.n_not_converged for run in runs) == 0
    recorded = np.mean([run.is_covered_recorded for run in runs], axis=0)
    assert (recorded[:4] < 0.9).all(), "what was recorded is late, and its band says nothing of that"


def test_standardising_removes_the_bias_of_those_lost() -> None:
    """Leaving depends on the last band: 49 % lost, and the observed rate 9.8 points too high."""
    runs = [rate_run("band", N_COURSES, 200, run) for run in range(RUNS)]
    observed, standardised = (
        np.array([getattr(run, name) for run in runs]) - true_rate() for name in ("observed", "standardised")
    )
    assert observed.mean() > 0.08
    standard_error = standardised.std() / RUNS**0.5
    assert abs(standardised.mean()) < 0.1 * observed.mean() + 3 * standard_error
    assert abs(np.mean([run.is_covered for run in runs]) - 0.95) < 4 * STANDARD_ERROR_OF_COVERAGE
    assert np.mean([run.is_covered_observed for run in runs]) < 0.6
    assert all(run.is_equal_without_loss for run in runs)


def test_adjusted_means_are_those_of_all() -> None:
    """Leaving depends on the last score: the observed mean is 1.7 points too low, and its interval misses the truth."""
    runs = [mean_run("normal", N_COURSES, run) for run in range(RUNS)]
    assert all(run.is_estimated for run in runs)
    means = true_means("normal")
    truth = np.array([means[-1], means[-1] - means[0]])
    adjusted = np.array([run.adjusted for run in runs]) - truth
    assert (np.mean([run.observed for run in runs], axis=0) - truth < [-1.3, 0.0]).all()
    assert (np.abs(adjusted.mean(axis=0)) < 0.1 + 3 * adjusted.std(axis=0) / RUNS**0.5).all()
    covered = np.mean([run.is_covered for run in runs], axis=0)
    assert (np.abs(covered - 0.95) < 4 * STANDARD_ERROR_OF_COVERAGE).all()
