"""The test of levels at its edges."""

import math

import pytest

from pipelines.statistics.heterogeneity import heterogeneity_test


@pytest.mark.parametrize(("met", "observed"), [([0, 0], [5, 6]), ([5, 6], [5, 6]), ([3], [6]), ([], [])])
def test_where_nothing_can_differ_there_is_no_p_value(met, observed):
    test = heterogeneity_test(met, observed)
    assert math.isnan(test.p_value)
    assert test.degrees_of_freedom == 0


@pytest.mark.parametrize(
    ("met", "observed", "fault"),
    [
        ([1, 2], [3], "one length"),
        ([0, 1], [0, 3], "at least 1"),
        ([4, 1], [3, 3], "between 0 and observed"),
        ([-1, 1], [3, 3], "between 0 and observed"),
    ],
)
def test_counts_that_cannot_be_are_refused(met, observed, fault):
    with pytest.raises(ValueError, match=fault):
        heterogeneity_test(met, observed)
