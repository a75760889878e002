"""What chains say of one window: the windows before it, where a shared score counts, and who is due."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.definitions import load_definitions
from pipelines.results.chains import NOT_DUE, ChainsInWindow
from pipelines.statistics.band_chains import LOST, NOT_SEEN

OUTCOMES = load_definitions().outcomes
NAMES = list(OUTCOMES.windows)


def chains(window, **by_window):
    """One chain for each value: a band, a band with the later window of its score, or how the window stands."""
    n = len(next(iter(by_window.values())))
    rows = []
    for key in range(n):
        for name in NAMES:
            cell = by_window.get(name, ["missed"] * n)[key]
            band, later = cell if isinstance(cell, tuple) else (cell, None)
            is_seen = not isinstance(band, str)
            rows.append(
                {
                    "chain_key": key + 1,
                    "window_name": name,
                    "follow_up": "observed" if is_seen else band,
                    "change_band": band if is_seen else None,
                    "is_in_remission": is_seen and band == 1,
                    "later_window": later,
                }
            )
    frame = pd.DataFrame(rows).astype({"change_band": "Int32"})
    return ChainsInWindow(frame, OUTCOMES, window)


def test_the_windows_before_are_those_of_the_definitions_without_the_ones_for_sensitivity():
    assert chains("endpoint", day_1=[2]).before == ["day_1", "day_7", "end_of_induction"]
    assert chains("day_7", day_1=[2]).before == ["day_1"]
    assert chains("day_1", day_1=[2]).before == []


def test_before_a_window_for_sensitivity_come_those_that_are_over_in_every_course():
    """end_of_induction may last to day 28 + 7; from_start begins on day 32."""
    assert chains("from_start", day_1=[2]).before == ["day_1", "day_7"]


def test_a_score_that_serves_a_later_window_counts_there_if_that_window_is_asked_about():
    shared = {"day_1": [2], "day_7": [(3, "end_of_induction")], "end_of_induction": [3], "endpoint": [5]}
    assert chains("endpoint", **shared).bands.tolist() == [[2, NOT_SEEN, 3]]
    assert chains("from_start", **shared).bands.tolist() == [[2, 3]]
    assert chains("day_7", **shared).met("response_50").tolist() == [0]
    assert chains("end_of_induction", **shared).bands.tolist() == [[2, NOT_SEEN]]


@pytest.mark.parametrize(
    ("rule", "met"), [("response_50", [1, 1, 0]), ("response_30", [1, 1, 1]), ("remission", [1, 0, 0])]
)
def test_bands_tell_every_rule_in_per_cent_and_remission_is_told_apart(rule, met):
    assert chains("endpoint", endpoint=[1, 2, 4]).met(rule).tolist() == met


def test_missed_is_lost_and_what_is_pending_or_cannot_be_placed_is_not_due():
    stands = chains("endpoint", endpoint=["missed", "pending", "not_anchored", 6])
    assert stands.met("response_50").tolist() == [LOST, NOT_DUE, NOT_DUE, 0]
