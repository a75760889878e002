"""R: binom::binom.confint(x, n, methods = "wilson"); published: Sakurai 2020 (15/82), McInnes 2022 (288/537).

The remaining pairs are worked examples of the same call.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.statistics.proportions import wilson_interval


@pytest.mark.parametrize(
    ("successes", "trials", "lower_percent", "upper_percent"),
    [
        (15, 82, 11.4110, 28.0122),
        (288, 537, 49.4027, 57.8083),
        (155, 537, 25.1924, 32.8360),
        (56, 215, 20.6370, 32.2970),
        (108, 195, 48.3705, 62.1906),
        (70, 170, 34.0529, 48.6900),
        (0, 10, 0, 27.7533),
        (11, 11, 74.1167, 100),
        (1, 1, 20.6549, 100),
    ],
)
def test_known_intervals(successes: int, trials: int, lower_percent: float, upper_percent: float) -> None:
    lower, upper = wilson_interval([successes], [trials])
    assert 100 * lower[0] == pytest.approx(lower_percent, abs=5e-5)
    assert 100 * upper[0] == pytest.approx(upper_percent, abs=5e-5)


@pytest.mark.reference
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_grid_of_intervals(reference_folder: Path, confidence: float) -> None:
    grid = pd.read_csv(reference_folder / "proportions" / "binom_ci.csv")
    rows = grid[(grid["method"] == "wilson") & np.isclose(grid["conf_level"], confidence)]
    assert len(rows) == 172
    lower, upper = wilson_interval(rows["x"].to_numpy(), rows["n"].to_numpy(), confidence)
    np.testing.assert_allclose(lower, rows["lower"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(upper, rows["upper"], rtol=0, atol=1e-6)
