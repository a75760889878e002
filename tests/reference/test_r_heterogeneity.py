"""R 4.2: prop.test(met, n, correct = FALSE), as in scripts/heterogeneity.R; smokers: Fleiss 1981, p. 139."""

import numpy as np
import pytest

from pipelines.statistics.heterogeneity import heterogeneity_test
from pipelines.statistics.multiplicity import holm_adjusted


@pytest.mark.parametrize(
    ("met", "observed", "chi_square", "degrees", "p_value"),
    [
        ([30, 41, 12, 25], [60, 70, 40, 45], 9.0082421280500, 3, 0.0291815034229),
        ([15, 24], [40, 38], 5.1315789473684, 1, 0.0234943456606),
        ([83, 90, 129, 70], [86, 93, 136, 82], 12.60041129712764, 3, 0.00558547666163),
    ],
)
def test_shares_of_levels(met, observed, chi_square, degrees, p_value):
    test = heterogeneity_test(met, observed)
    assert test.chi_square == pytest.approx(chi_square, abs=1e-10)
    assert test.degrees_of_freedom == degrees
    assert test.p_value == pytest.approx(p_value, abs=1e-12)


def test_the_least_expected_count():
    assert heterogeneity_test([30, 41, 12, 25], [60, 70, 40, 45]).least_expected == pytest.approx(19.906976744186)


def test_the_family_of_these_tests():
    found = holm_adjusted([0.0291815034229, 0.0234943456606, 0.00558547666163])
    np.testing.assert_allclose(found, [0.0469886913212, 0.0469886913212, 0.0167564299849], atol=1e-12)
