"""What a check's numbers mean: whether they pass, and what became of them since the snapshot before."""

import pytest

from pipelines.results.quality import status, verdict


@pytest.mark.parametrize(
    ("n_violated", "n_checked", "allowed", "expected"),
    [
        (0, 0, 0.05, "nothing_to_check"),
        (0, 20, 0.05, "passed"),
        (1, 20, 0.05, "passed_with_violations"),
        (2, 20, 0.05, "failed"),
        (1, 1_000_000, 0.0, "failed"),
        (20, 20, 0.5, "failed"),
    ],
)
def test_a_check_passes_up_to_the_fraction_allowed(n_violated, n_checked, allowed, expected):
    assert verdict(n_violated, n_checked, allowed) == expected


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ("failed", "failed", "existing"),
        ("failed", "passed", "resolved"),
        ("failed", "passed_with_violations", "resolved"),
        ("failed", "nothing_to_check", "resolved"),
        ("passed", "failed", "new"),
        ("passed_with_violations", "failed", "new"),
        ("nothing_to_check", "failed", "new"),
        (None, "failed", "new"),
        ("passed", "passed", "stable"),
        ("passed", "passed_with_violations", "stable"),
        (None, "passed", "stable"),
        (None, "nothing_to_check", "stable"),
    ],
)
def test_the_status_compares_with_the_snapshot_before(then, now, expected):
    assert status(now, then) == expected
