"""NHSRplotthedots: ptd_seven_point_trend(), ptd_two_in_three(), ptd_seven_point_one_side_mean() and the parts of them.

Run in R 4.2.2 on series whose first 12 points give the limits (mean -+ 2.66 * mean(abs(diff(y[1:12])))). The first
vector is the one of its page on deviations: "6.95 / -3.06" with all moving ranges, as the Making Data Count Excel tool.
"""

from __future__ import annotations

import pytest

from pipelines.statistics.process_limits import SignalRules, process_limits, process_signals

RULES = SignalRules(run_points=7, trend_points=7, near_points=2, near_span=3, near_sigmas=2)


def test_limits_with_all_moving_ranges():
    limits = process_limits([1, 2, 1, 2, 10, *([1, 2] * 6), 1])
    assert (limits.mean, limits.upper, limits.lower) == pytest.approx((1.9444, 6.9515, -3.0626), abs=5e-5)


@pytest.mark.parametrize(
    ("series", "outside", "trend", "near", "run"),
    [
        (
            "0.3 0.2 1.3 -0.2 -0.6 -1.6 -1.7 -2.2 -2.3 -2.8 -3.3 -4.9 -5.0 -4.7 -5.3 -5.9",
            "0 0 1 0 0 0 0 0 0 0 1 1 1 1 1 1",
            "0 0 1 1 1 1 1 1 1 1 1 1 1 0 0 0",
            "1 1 0 1 0 0 0 0 0 0 0 0 0 0 0 0",
            "0 0 0 0 0 1 1 1 1 1 1 1 1 1 1 1",
        ),
        (
            "0.1 0.9 0.9 1.8 2.1 3.5 3.3 1.7 2.1 1.9 0.9 1.6 1.9 2.3 2.0 2.2 2.4 4.2",
            "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1",
            "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
            "0 0 0 0 0 1 1 0 0 0 0 0 0 0 0 0 0 0",
            "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
        ),
        (
            "1.5 -1.3 -1.1 1.3 -0.1 0.6 0.8 3.8 1.1 1.2 1.8 2.6 3.1 1.4",
            "0 0 0 0 0 0 0 0 0 0 0 0 0 0",
            "0 0 0 0 0 0 0 0 0 0 0 0 0 0",
            "0 0 0 0 0 0 0 0 0 0 0 0 0 0",
            "0 0 0 0 0 0 0 1 1 1 1 1 1 1",
        ),
    ],
)
def test_points_that_are_part_of_a_signal(series, outside, trend, near, run):
    values = [float(value) for value in series.split()]
    found = process_signals(values, process_limits(values[:12]), RULES)
    expected = {"outside": outside, "trend": trend, "near": near, "run": run}
    for kind, marks in expected.items():
        assert [abs(sign) for sign in getattr(found, kind)] == [int(mark) for mark in marks.split()], kind
