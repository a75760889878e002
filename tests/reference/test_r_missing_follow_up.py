"""Numbers of ``Rscript tests/reference/scripts/missing_follow_up.R`` (R 4.2, base R), on the chains beside this file.

3,000 simulated courses in three windows and a result; leaving depends on the band seen last. R goes back from the last
window by saturated regressions on the two bands before (iterated conditional expectations), weighted in its bootstrap.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from pipelines.statistics.band_chains import LOST
from pipelines.statistics.missing_follow_up import resampled_chains, standardised_rate

OBSERVED, TRUTH, STANDARDISED = 0.545787546, 0.460666667, 0.462600953
LOWER, UPPER = 0.4385, 0.4868
"""R's own 4,000 draws; percentiles of two such sets differ by about 0.001."""


@pytest.fixture(scope="module")
def chains():
    with Path(__file__).with_name("missing_follow_up.csv").open(encoding="utf-8", newline="") as file:
        rows = np.array([[int(cell) for cell in row] for row in list(csv.reader(file))[1:]])
    return rows[:, :3], rows[:, 3], rows[:, 4]


def test_the_standardised_rate_is_r_s_to_nine_digits(chains):
    found = standardised_rate(*chains)
    assert found.estimate == pytest.approx(STANDARDISED, abs=1e-9)
    assert (found.n_due, found.n_by_last_band, found.n_by_margin) == (3000, 0, 0)


def test_the_observed_rate_is_far_from_the_truth_and_the_standardised_rate_is_not(chains):
    _, met, count = chains
    assert count[met == 1].sum() / count[met != LOST].sum() == pytest.approx(OBSERVED, abs=1e-9)
    assert abs(standardised_rate(*chains).estimate - TRUTH) < 0.1 * (OBSERVED - TRUTH)


def test_the_interval_is_that_of_r_s_bootstrap(chains):
    interval = resampled_chains(*chains, replicates=4000, seed=20260101).rate()
    assert (interval.lower, interval.upper) == pytest.approx((LOWER, UPPER), abs=0.002)
