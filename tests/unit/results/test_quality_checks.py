"""What a check's numbers mean: whether they pass, and what became of them since the snapshot before."""

import re

import pandas as pd
import pytest

from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.quality import quality_checks, status, verdict
from pipelines.store import Store


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


# --- on the sample data ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(store_folder):
    opened = open_published(Store(store_folder))
    yield opened
    opened.close()


def test_every_check_has_one_row_in_the_order_of_the_definitions(published):
    table = quality_checks(published, Filters())
    assert table["check"].tolist() == list(published.definitions.quality.checks)
    assert (table["n_violated"] <= table["n_checked"]).all()
    assert table["estimate"].between(0, 1).sum() == (table["n_checked"] > 0).sum()


def test_the_sites_add_up_to_the_whole(published):
    whole = quality_checks(published, Filters()).set_index("check")
    sums = quality_checks(published, Filters(), ["site"]).groupby("check")[["n_violated", "n_checked"]].sum()
    for name, row in sums.iterrows():
        assert row.tolist() == whole.loc[name, ["n_violated", "n_checked"]].tolist()


def test_what_the_sample_data_violate(published):
    """As the readme of the sample data plants it: lost follow-up, and peaks taken at a fixed time."""
    table = quality_checks(published, Filters()).set_index("check")
    assert table.index[table["verdict"] == "failed"].tolist() == ["headline_window_missed", "peaks_below_before"]
    assert (table["verdict"] == "passed_with_violations").sum() >= 10
    planted = {"values_quarantined": 16 + 12 + 8 + 18 + 1 + 1 + 1, "scores_not_tracked": 80}
    for name, number in planted.items():
        assert table.loc[name, "n_violated"] == number


def test_the_note_of_the_quarantine_counts_the_rules_broken(published):
    table = quality_checks(published, Filters()).set_index("check")
    for name in published.definitions.quality.quarantine:
        counts = [int(number.replace(",", "")) for number in re.findall(r"\w+: ([\d,]+)", table.loc[name, "note"])]
        assert sum(counts) == table.loc[name, "n_violated"]
    assert "near_miss_scale: 18" in table.loc["values_quarantined", "note"]


def test_a_snapshot_without_checks_is_as_if_none_had_been_asked(published):
    nothing = pd.DataFrame({"check": [], "site": [], "n_violated": [], "n_checked": []})
    table = quality_checks(published, Filters(), (), nothing)
    assert set(table["status"]) == {"new", "stable"}


def test_a_site_is_compared_with_itself(published):
    now = published.quality(Filters())
    then = now.assign(n_violated=0)
    then.loc[then["site"] == "Site 09", "n_violated"] = then["n_checked"]
    table = quality_checks(published, Filters(), ["site"], then).set_index(["check", "site"])
    assert table.loc[("headline_window_missed", "Site 09"), "status"] == "existing"
    failing = table.xs("headline_window_missed")["verdict"] == "failed"
    statuses = table.xs("headline_window_missed")["status"].drop("Site 09")
    assert set(statuses[failing]) == {"new"}
    assert table.loc[("courses_without_site", "Site 09"), "status"] == "resolved"
