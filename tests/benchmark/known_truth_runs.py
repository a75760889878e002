"""One run of each simulation: what the product's own methods say of courses whose truth is known.

A run is told by its number alone, so that runs can be shared out among processes and repeated singly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from pipelines.statistics.band_chains import LOST, NOT_SEEN
from pipelines.statistics.interval_censoring import bootstrap_event_curve, event_curve
from pipelines.statistics.means import mean_interval
from pipelines.statistics.missing_follow_up import resampled_chains, standardised_rate
from pipelines.statistics.multivariate_normal import (
    NormalMeans,
    PatternMoments,
    normal_mean_interval,
    normal_means,
)
from pipelines.statistics.proportions import wilson_interval
from pipelines.statistics.survival import kaplan_meier, survival_quantile
from tests.benchmark.simulated_courses import (
    NORMAL_MEANS,
    VISIT_DAYS,
    Floats,
    OnsetProgram,
    ScoredCourses,
    normal_courses,
    scored_courses,
)

TRUTH_DRAWN, N_OF_TRUTH = 4, 500_000


@dataclass(frozen=True)
class OnsetRun:
    """What one sample said of the curve on every visit day, and of the median.

    Attributes:
        estimate, is_covered: of the interval-censored curve, shape (days,).
        recorded, is_covered_recorded: of Kaplan-Meier at first recorded response; a band that is not defined, where
            nobody or everybody had responded, covers nothing.
        is_median_covered, is_recorded_median_covered: the true median lies in the interval given.
        n_not_converged: replicates without proof of their maximum.
    """

    estimate: Floats
    is_covered: Floats
    recorded: Floats
    is_covered_recorded: Floats
    is_median_covered: bool
    is_recorded_median_covered: bool
    n_not_converged: int


def onset_run(program: OnsetProgram, n_courses: int, replicates: int, run: int) -> OnsetRun:
    """Draws a sample and asks both curves."""
    left, right, count = program.drawn(n_courses, np.random.default_rng([run, n_courses]))
    truth = program.share_by(VISIT_DAYS)
    found = bootstrap_event_curve(left, right, count, VISIT_DAYS, replicates=replicates, seed=run)
    has_responded = np.isfinite(right)
    recorded = kaplan_meier(np.where(has_responded, right, left), has_responded, count)
    row = np.searchsorted(recorded.time, VISIT_DAYS, side="right")
    share, lower, upper = (
        1 - np.concatenate([[1.0], values])[row] for values in (recorded.survival, recorded.upper, recorded.lower)
    )
    lower, upper = np.where(row == 0, np.nan, lower), np.where(row == 0, np.nan, upper)
    median = survival_quantile(recorded)
    return OnsetRun(
        event_curve(left, right, count).cumulative_at(VISIT_DAYS),
        (found.lower <= truth) & (truth <= found.upper),
        share,
        (lower <= truth) & (truth <= upper),
        found.median_left_lower <= program.median_day <= found.median_right_upper,
        median.lower <= program.median_day <= median.upper,
        found.n_not_converged,
    )


@dataclass(frozen=True)
class RateRun:
    """What one sample said of the rate of response among all.

    Attributes:
        complete: the rate, had nobody left.
        observed, standardised: NaN where nobody was seen at the endpoint.
        is_covered: the true rate lies in the standardised interval; False where there is none.
        is_covered_observed: the true rate lies in Wilson's interval of those observed.
        share_lost: of all.
        share_by_fallback: of the lost, those for whom nobody with the same two bands stayed at some step.
        is_equal_without_loss: with the same courses and nobody lost, the standardised rate is the observed one.
    """

    complete: float
    observed: float
    standardised: float
    is_covered: bool
    is_covered_observed: bool
    share_lost: float
    share_by_fallback: float
    is_equal_without_loss: bool


def rate_run(leaving: str, n_courses: int, replicates: int, run: int) -> RateRun:
    """Draws a sample and asks for the observed and the standardised rate."""
    courses = scored_courses(n_courses, leaving, np.random.default_rng([run, n_courses]))
    each = np.ones(n_courses, dtype=np.int64)
    is_met, is_seen = courses.is_met.astype(np.int64), courses.is_seen
    met = np.where(is_seen[:, -1], is_met, LOST)
    bands = np.where(is_seen, courses.bands, NOT_SEEN)[:, :-1]
    found = resampled_chains(bands, met, each, replicates=replicates, seed=run)
    rate, truth = found.rate(), true_rate()
    n_met, n_observed = int(np.sum(met == 1)), int(np.sum(met != LOST))
    (lower,), (upper,) = wilson_interval([n_met], [n_observed])
    n_lost = found.standardised.n_lost
    whole = standardised_rate(courses.bands[:, :-1], is_met, each)
    return RateRun(
        float(is_met.mean()),
        n_met / n_observed if n_observed else np.nan,
        rate.estimate,
        bool(rate.lower <= truth <= rate.upper),
        bool(lower <= truth <= upper),
        n_lost / n_courses,
        (found.standardised.n_by_last_band + found.standardised.n_by_margin) / max(1, n_lost),
        whole.estimate == is_met.mean(),
    )


@cache
def _truth() -> tuple[float, Floats]:
    generator = np.random.default_rng(20_261_128)
    parts = [scored_courses(N_OF_TRUTH, "nobody", generator) for _ in range(TRUTH_DRAWN)]
    means: Floats = np.mean([part.scores.mean(axis=0) for part in parts], axis=0)
    return float(np.mean([part.is_met.mean() for part in parts])), means


def true_rate() -> float:
    """The share of all courses that would respond, to about 0.0004."""
    return _truth()[0]


def true_means(kind: str) -> Floats:
    """The mean scores of all courses at baseline and in each window, to about 0.005 points.

    Args:
        kind: as for `mean_run`.
    """
    return NORMAL_MEANS if kind == "normal" else _truth()[1]


@dataclass(frozen=True)
class MeanRun:
    """What one sample said of the mean score at the endpoint and of its change from baseline.

    Attributes:
        observed, adjusted: estimates of mean and change, shape (2,); NaN without one.
        is_covered_observed, is_covered: the true values lie in the intervals.
        is_estimated: there was an adjusted mean.
    """

    observed: Floats
    adjusted: Floats
    is_covered_observed: Floats
    is_covered: Floats
    is_estimated: bool


def mean_run(kind: str, n_courses: int, run: int) -> MeanRun:
    """Draws a sample and asks for the observed and the adjusted means.

    Args:
        kind: `normal`, multivariate normal scores with leaving by the last; `band` and `score`, whole scores between
            0 and 27 that change in parts of the baseline, with leaving by the last band or score.
        n_courses: how many.
        run: its number.
    """
    generator = np.random.default_rng([run, n_courses])
    is_normal = kind == "normal"
    courses = normal_courses(n_courses, generator) if is_normal else scored_courses(n_courses, kind, generator)
    n_windows = courses.is_seen.shape[1]
    contrasts = np.zeros((2, n_windows + 1))
    contrasts[:, -1], contrasts[1, 0] = 1, -1
    truth = contrasts @ true_means(kind)
    seen = courses.scores[courses.is_seen[:, -1]] @ contrasts.T
    plain = [mean_interval(len(seen), float(value.sum()), float((value**2).sum())) for value in seen.T]
    fit = normal_means(patterns_of(courses), n_windows + 1)
    adjusted = [
        normal_mean_interval(fit, contrast, len(seen)) for contrast in contrasts if isinstance(fit, NormalMeans)
    ]
    return MeanRun(
        np.array([each.estimate for each in plain]),
        np.array([each.estimate for each in adjusted] or [np.nan] * 2),
        np.array([each.lower <= true <= each.upper for each, true in zip(plain, truth, strict=True)]),
        np.array(
            [each.lower <= true <= each.upper for each, true in zip(adjusted, truth, strict=False)] or [False] * 2
        ),
        isinstance(fit, NormalMeans),
    )


def patterns_of(courses: ScoredCourses) -> list[PatternMoments]:
    """Moments of the courses seen up to the same window."""
    patterns = []
    for n_seen in np.unique(courses.n_seen):
        scores = courses.scores[courses.n_seen == n_seen][:, : n_seen + 1]
        patterns.append(PatternMoments(tuple(range(n_seen + 1)), len(scores), scores.sum(axis=0), scores.T @ scores))
    return patterns
