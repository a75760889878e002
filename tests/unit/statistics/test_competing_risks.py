"""Which event came first, on data solvable by hand."""

import numpy as np
import pytest

from pipelines.statistics.competing_risks import aalen_johansen
from pipelines.statistics.survival import kaplan_meier

# Eight courses, one a day: response, dropout, censored, response, dropout, response, censored, censored.
TIME, CAUSE, COUNT = [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 0, 1, 2, 1, 0, 0], [1] * 8


def test_each_event_is_weighted_by_those_who_are_left() -> None:
    # 1/8, + 6/8 * 1/5, + 6/8 * 4/5 * 3/4 * 1/3: 5/40 + 6/40 + 6/40 = 17/40.
    curve = aalen_johansen(TIME, CAUSE, COUNT, 2)
    assert curve.incidence_at([0, 1, 3.5, 4, 6, 99])[:, 0] == pytest.approx(
        [0, 1 / 8, 1 / 8, 11 / 40, 17 / 40, 17 / 40]
    )
    assert curve.event_free_at([0, 1, 6]) == pytest.approx([1, 7 / 8, 3 / 10])


def test_one_minus_kaplan_meier_overstates() -> None:
    # Without dropout as an event: 1 - 7/8 * 4/5 * 2/3 = 8/15.
    alone = kaplan_meier(TIME, np.array(CAUSE) == 1, COUNT)
    assert 1 - alone.survival_at([6]) == pytest.approx([8 / 15])
    assert aalen_johansen(TIME, CAUSE, COUNT, 2).incidence_at([6])[0, 0] < 8 / 15


def test_one_cause_is_kaplan_meier() -> None:
    observed = np.array(CAUSE) > 0
    curve, alone = aalen_johansen(TIME, observed.astype(int), COUNT, 1), kaplan_meier(TIME, observed, COUNT)
    assert curve.incidence[:, 0] == pytest.approx(1 - alone.survival)
    assert curve.event_free == pytest.approx(alone.survival)


def test_events_at_one_time_share_those_at_risk() -> None:
    # Of four, one each on day 1 and one censored then: 1/4 and 1/4; the last has the first cause: + 2/4 * 1/1.
    curve = aalen_johansen([1, 1, 1, 2], [1, 2, 0, 1], [1, 1, 1, 1], 2)
    assert curve.incidence.tolist() == [[1 / 4, 1 / 4], [3 / 4, 1 / 4]]
    assert curve.event_free.tolist() == [1 / 2, 0]
    assert curve.at_risk_at([1, 2, 3]).tolist() == [4, 1, 0]


def test_a_cause_that_never_came_first_has_no_band() -> None:
    curve = aalen_johansen([1, 2], [1, 0], [1, 1], 2)
    assert curve.incidence[:, 1].tolist() == [0, 0]
    assert np.isnan(curve.lower[:, 1]).all()
    assert np.isnan(curve.band_at([0.5])).all()


@pytest.mark.parametrize(
    ("time", "cause", "count", "n_causes", "message"),
    [
        ([1, 2], [1], [1, 1], 1, "one length"),
        ([1], [1], [0], 1, "nothing to estimate"),
        ([1], [1.0], [1], 1, "cause must be whole"),
        ([1], [1], [1.5], 1, "count must be whole"),
        ([1], [1], [-1], 1, "not be negative"),
        ([1], [3], [1], 2, "cause must be 0 to 2, got 3"),
        ([-1], [1], [1], 1, "finite and not negative"),
        ([1], [1], [1], 0, "n_causes"),
    ],
)
def test_what_cannot_be_estimated_is_refused(time, cause, count, n_causes, message) -> None:
    with pytest.raises(ValueError, match=message):
        aalen_johansen(time, cause, count, n_causes)


def test_confidence_lies_between_0_and_1() -> None:
    with pytest.raises(ValueError, match="confidence"):
        aalen_johansen(TIME, CAUSE, COUNT, 2, confidence=95)
