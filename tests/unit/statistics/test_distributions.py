"""Tails are those of scipy.stats to the last digit, and scipy.stats is not loaded for them."""

import subprocess
import sys

import numpy as np
from scipy import stats

from pipelines.statistics.distributions import chi_square_tail, normal_beyond, normal_tail, t_beyond

TAILS = np.array([0.0, 1e-12, 0.0005, 0.005, 0.025, 0.05, 0.5, 0.9, 1.0])
PLACES = np.array([-40.0, -3.1, -1e-9, 0.0, 0.7, 1.96, 8.0, 39.0, np.inf, np.nan])


def test_normal():
    np.testing.assert_array_equal(normal_beyond(TAILS), stats.norm.isf(TAILS))
    np.testing.assert_array_equal(normal_tail(PLACES), stats.norm.sf(PLACES))


def test_student():
    for degrees in (0, 1, 2, 7, 30.5, 1e6):
        found = [t_beyond(tail, degrees) for tail in TAILS[1:-1]]
        np.testing.assert_array_equal(found, stats.t.isf(TAILS[1:-1], degrees))


def test_chi_square():
    for degrees in (1, 2, 5, 40):
        found = [chi_square_tail(place, degrees) for place in PLACES]
        np.testing.assert_array_equal(found, stats.chi2.sf(PLACES, degrees))


def test_no_result_loads_scipy_stats():
    command = "import sys, pipelines.results.registry, pipelines.reports.releasing; print('scipy.stats' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
