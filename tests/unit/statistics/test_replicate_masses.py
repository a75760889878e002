"""Draws maximised all at once are what each is by itself."""

import numpy as np
import pytest

from pipelines.statistics import replicate_masses as module
from pipelines.statistics.innermost_intervals import collapsed_patterns, covering_start, maximised
from pipelines.statistics.interval_censoring import TOLERANCE
from pipelines.statistics.replicate_masses import replicate_masses

VISITS = np.array([0, 1, 3, 7, 10, 14, 21, 28, 35, 42, 56], dtype=float)


def patterns_of(n: int, seed: int):
    """A program whose courses are seen at some of the visits; many respond late or never."""
    draw = np.random.default_rng(seed)
    onset = draw.exponential(25, n)
    lefts, rights = [], []
    for time in onset:
        seen = VISITS[draw.random(VISITS.size) < 0.6]
        lefts.append(max(seen[seen < time], default=0.0))
        rights.append(min(seen[seen >= time], default=np.inf))
    return collapsed_patterns(lefts, rights, np.ones(n, dtype=int))


@pytest.mark.parametrize(("n", "seed"), [(12, 1), (40, 2), (40, 3), (300, 4), (5000, 5)])
def test_draws_at_once_are_those_one_by_one(monkeypatch: pytest.MonkeyPatch, n: int, seed: int):
    patterns = patterns_of(n, seed)
    start = maximised(patterns.covers, patterns.count, covering_start(patterns))
    drawn = np.random.default_rng(seed).multinomial(n, patterns.count / n, size=60).astype(float)
    assert start.size <= module._MOST_INTERVALS
    together, proven = replicate_masses(patterns.covers, drawn, start, TOLERANCE)
    monkeypatch.setattr(module, "_MOST_INTERVALS", 0)
    apart, _ = replicate_masses(patterns.covers, drawn, start, TOLERANCE)
    assert proven.all()
    assert together.sum(axis=1) == pytest.approx(np.ones(60), abs=1e-12)
    seen = drawn > 0
    # Neighbours that no drawn pattern tells apart share their mass in any way, so what is compared is what is seen.
    assert (together @ patterns.covers.T)[seen] == pytest.approx((apart @ patterns.covers.T)[seen], abs=1e-6)


def test_small_programs_need_nobody_maximised_by_itself(monkeypatch: pytest.MonkeyPatch):
    patterns = patterns_of(40, 6)
    start = maximised(patterns.covers, patterns.count, covering_start(patterns))
    drawn = np.random.default_rng(6).multinomial(40, patterns.count / 40, size=300).astype(float)
    monkeypatch.setattr(module, "maximised", lambda *_: pytest.fail("a draw was left over"))
    assert replicate_masses(patterns.covers, drawn, start, TOLERANCE)[1].all()
