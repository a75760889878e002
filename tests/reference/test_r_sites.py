"""R 4.2: tests/reference/scripts/funnel.R, base R on the formulas of Spiegelhalter 2005 and 2012.

phi, tau squared and the limits are also those of FunnelPlotR 0.6.0 with `data_type = "PR"`, `trim_by = 0.1`:
funnel_plot(d, met, n, site, data_type = "PR") gives phi 4.597661668 and tau2 0.01392650439.
"""

import numpy as np
import pytest

from pipelines.statistics.funnel import funnel_curve, funnel_limits
from pipelines.statistics.indirect_standardisation import standardised_rates

MET = [58, 41, 30, 22, 63, 12, 47, 9, 28, 70, 19, 33]
N = [120, 75, 80, 61, 90, 40, 88, 33, 52, 104, 60, 71]
TARGETS = [sum(MET) / sum(N)] * len(N)


def test_funnel_with_overdispersion():
    funnel = funnel_limits(MET, N, TARGETS)
    assert TARGETS[0] == pytest.approx(0.4942791762, abs=1e-10)
    assert funnel.phi == pytest.approx(4.597661668, abs=1e-8)
    assert funnel.tau_squared == pytest.approx(0.01392650439, abs=1e-10)
    np.testing.assert_allclose(
        funnel.z[:6],
        [-0.2398763211, 0.9085582558, -2.157701468, -2.116471157, 4.012538956, -2.530296146],
        atol=1e-8,
    )
    np.testing.assert_allclose(funnel.lower[:4, 0], [0.2570335122, 0.2487754347, 0.2501243546, 0.2439110854], atol=1e-9)
    np.testing.assert_allclose(funnel.upper[:4, 0], [0.7329035731, 0.7412669106, 0.7399004712, 0.7461955123], atol=1e-9)
    np.testing.assert_allclose(funnel.lower[8:, 1], [0.1219346634, 0.140888506, 0.1267516082, 0.1317720689], atol=1e-9)
    np.testing.assert_allclose(funnel.upper[8:, 1], [0.8704791901, 0.8510567444, 0.8655380186, 0.8603919176], atol=1e-9)


def test_curves_go_through_the_limits_of_each_size():
    lower, upper = funnel_curve(N, TARGETS[0], 0.01392650439)
    np.testing.assert_allclose(lower[:4, 0], [0.2570335122, 0.2487754347, 0.2501243546, 0.2439110854], atol=1e-9)
    np.testing.assert_allclose(upper[8:, 1], [0.8704791901, 0.8510567444, 0.8655380186, 0.8603919176], atol=1e-9)


def test_indirect_standardisation():
    rates = standardised_rates(
        ["a", "a", "b", "b", "c", "c"], [1, 2, 1, 2, 1, 2], [24, 3, 14, 4, 5, 20], [40, 10, 20, 20, 10, 50]
    )
    np.testing.assert_allclose(rates.expected, [0.5589285714, 0.4758928571, 0.3836309524], atol=1e-9)
    np.testing.assert_allclose(rates.adjusted, [0.4508626198, 0.4412757974, 0.5068528575], atol=1e-9)
    np.testing.assert_allclose(rates.lower, [0.337302611, 0.3011002042, 0.3657159719], atol=1e-9)
    np.testing.assert_allclose(rates.upper, [0.5596570041, 0.5900436777, 0.6601890532], atol=1e-9)
