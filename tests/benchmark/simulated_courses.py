"""Courses of an invented program whose truth is known: onset between visits, and scores over windows with leaving.

Nothing here stands for ketamine. What the visits show is drawn so that the curve, the rate and the means that everyone
would have shown are known, and leaving depends on what was seen before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

VISIT_DAYS = np.array([1, 2, 4, 7, 9, 11, 14, 21, 28, 42])
STRAY_DAYS = np.array([0, 0, 1, 1, 1, 1, 2, 3, 3, 5])
CHANCE_TO_ATTEND = 0.75


@dataclass(frozen=True)
class OnsetProgram:
    """Onset is exponential for those who respond; visits are attended at random and end when a course leaves.

    Attributes:
        label: for the report.
        mean_days: of onset among those who respond.
        share_responding: the others never do.
        mean_days_to_leaving: exponential, whatever the onset; None where nobody leaves.
        are_visits_on_time: else each visit strays by up to `STRAY_DAYS` whole days.
        sizes: how many courses a sample has. With visits that stray, distinct intervals and time grow with them.
    """

    label: str
    mean_days: float = 6.0
    share_responding: float = 1.0
    mean_days_to_leaving: float | None = None
    are_visits_on_time: bool = True
    sizes: tuple[int, ...] = (50, 200, 1000)

    def share_by(self, days: NDArray[np.generic]) -> Floats:
        """The true share with onset by each day."""
        share: Floats = self.share_responding * -np.expm1(-np.asarray(days, dtype=float) / self.mean_days)
        return share

    @property
    def median_day(self) -> float:
        """When half have responded."""
        return float(-self.mean_days * np.log1p(-0.5 / self.share_responding))

    def drawn(self, n_courses: int, generator: np.random.Generator) -> tuple[Floats, Floats, Integers]:
        """Last day without onset, first day with it, and courses: distinct intervals of courses assessed at all."""
        onset = np.where(
            generator.random(n_courses) < self.share_responding,
            generator.exponential(self.mean_days, n_courses),
            np.inf,
        )[:, None]
        shape = (n_courses, VISIT_DAYS.size)
        days = np.broadcast_to(VISIT_DAYS, shape).astype(float)
        if not self.are_visits_on_time:
            days = days + generator.integers(-STRAY_DAYS, STRAY_DAYS + 1, shape)
        is_attended = generator.random(shape) < CHANCE_TO_ATTEND
        if self.mean_days_to_leaving is not None:
            is_attended &= days < generator.exponential(self.mean_days_to_leaving, n_courses)[:, None]
        left = np.where(is_attended & (onset > days), days, 0).max(axis=1)
        right = np.where(is_attended & (onset <= days), days, np.inf).min(axis=1)
        is_assessed = is_attended.any(axis=1)
        pairs, count = np.unique(np.stack([left, right], axis=1)[is_assessed], axis=0, return_counts=True)
        return pairs[:, 0], pairs[:, 1], count


# Score scale: 0 to 27, as a nine-item questionnaire; entry at 10. Four windows, the last of them the endpoint.
LARGEST_SCORE, ENTRY_SCORE = 27, 10
MEAN_CHANGES = np.array([-0.20, -0.35, -0.45, -0.48])
CHANGE_DEVIATION, CHANGE_MEMORY = 0.30, 0.75
BAND_STARTS = np.array([75, 50, 35, 30, 0])
"""Per cent of the baseline by which a score must have fallen for each band; what is below the last rose."""
LEAVING_BY_BAND = np.array([0.02, 0.04, 0.10, 0.15, 0.30, 0.45])
LEAVING_AT_FIRST = 0.08


NORMAL_MEANS = np.array([18.5, 14.6, 12.0, 10.2, 9.7])
NORMAL_DEVIATIONS = np.array([5.2, 6.5, 6.4, 6.2, 6.1])


@dataclass(frozen=True)
class ScoredCourses:
    """Scores at baseline and in each window, and up to which window each course was seen.

    Attributes:
        scores: shape (n, 1 + windows), as everyone would have shown them.
        n_seen: windows seen before leaving, shape (n,).
    """

    scores: Floats
    n_seen: Integers

    @property
    def changes(self) -> Floats:
        """Change from baseline as a fraction of it, shape (n, windows)."""
        changes: Floats = self.scores[:, 1:] / self.scores[:, :1] - 1
        return changes

    @property
    def bands(self) -> Integers:
        """Band of change in each window, from 1, the largest fall first."""
        return bands_of(self.scores)

    @property
    def is_met(self) -> Booleans:
        """Whether the endpoint is at half of the baseline or less."""
        is_met: Booleans = 2 * self.scores[:, -1] <= self.scores[:, 0]
        return is_met

    @property
    def is_seen(self) -> Booleans:
        """Whether each window was seen, shape (n, windows)."""
        is_seen: Booleans = np.arange(self.scores.shape[1] - 1) < self.n_seen[:, None]
        return is_seen


def bands_of(scores: Floats) -> Integers:
    """Bands of change, in exact arithmetic on whole scores."""
    fall = 100 * (scores[:, :1] - scores[:, 1:])
    is_below = fall[:, :, None] < BAND_STARTS * scores[:, :1, None]
    return 1 + is_below.sum(axis=2).astype(np.int64)


def scored_courses(n_courses: int, leaving: str, generator: np.random.Generator) -> ScoredCourses:
    """Courses of the invented program.

    Args:
        n_courses: how many.
        leaving: `band`, by the last band seen; `score`, by the last score seen; `nobody`.
        generator: of random numbers.
    """
    baseline = generator.integers(ENTRY_SCORE, LARGEST_SCORE + 1, n_courses)[:, None].astype(float)
    n_windows = MEAN_CHANGES.size
    noise = generator.standard_normal((n_courses, n_windows))
    for window in range(1, n_windows):
        fresh = np.sqrt(1 - CHANGE_MEMORY**2)
        noise[:, window] = CHANGE_MEMORY * noise[:, window - 1] + fresh * noise[:, window]
    wanted = np.rint(baseline * (1 + MEAN_CHANGES + CHANGE_DEVIATION * noise))
    scores = np.concatenate([baseline, np.clip(wanted, 0, LARGEST_SCORE)], axis=1)
    if leaving == "nobody":
        return ScoredCourses(scores, np.full(n_courses, n_windows))
    by_window = LEAVING_BY_BAND[bands_of(scores) - 1] if leaving == "band" else _leaving_by_score(scores)
    return ScoredCourses(scores, _windows_seen(by_window, generator))


def normal_courses(n_courses: int, generator: np.random.Generator) -> ScoredCourses:
    """Courses whose scores are multivariate normal, neither rounded nor cut off; leaving by the last score seen."""
    apart = np.abs(np.subtract.outer(np.arange(NORMAL_MEANS.size), np.arange(NORMAL_MEANS.size)))
    covariance = CHANGE_MEMORY**apart * np.outer(NORMAL_DEVIATIONS, NORMAL_DEVIATIONS)
    draws = generator.standard_normal((n_courses, NORMAL_MEANS.size))
    scores = NORMAL_MEANS + draws @ np.linalg.cholesky(covariance).T
    return ScoredCourses(scores, _windows_seen(_leaving_by_score(scores), generator))


def _leaving_by_score(scores: Floats) -> Floats:
    chance: Floats = 0.45 / (1 + np.exp((13 - scores[:, 1:]) / 3))
    return chance


def _windows_seen(by_window: Floats, generator: np.random.Generator) -> Integers:
    """How many windows each course was seen in, given the chance to leave after each."""
    chance = np.concatenate([np.full((len(by_window), 1), LEAVING_AT_FIRST), by_window[:, :-1]], axis=1)
    has_left = (generator.random(by_window.shape) < chance).cumsum(axis=1) > 0
    return (~has_left).sum(axis=1)
