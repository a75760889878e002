"""Whatever the counts, nothing small is shown under a policy, nor follows from what is shown in its row."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.definitions.disclosure import POLICIES, policy_named
from pipelines.privacy.disclosure import disclosed
from pipelines.results.tables import result_table
from pipelines.statistics.proportions import wilson_interval

COUNTS = (
    *("n_started", "n_with_baseline", "n_in_population", "n_observed", "n_missed", "n_pending", "n_not_anchored"),
    "n_responded",
)
forty_examples = settings(deadline=None, max_examples=40)
SMALL = st.integers(min_value=0, max_value=14)
SIZES = st.one_of(SMALL, st.integers(min_value=0, max_value=400))
TEXT = ("measure", "population", "condition", "scale", "window", "statistic", "rule_version", "method", "note")


@st.composite
def rows(draw) -> dict[str, object]:
    """Counts that nest as those of a rate do."""
    n_responded = draw(SIZES)
    n_observed = n_responded + draw(SIZES)
    n_missed, n_pending, n_not_anchored = draw(SIZES), draw(SIZES), draw(SMALL)
    n_in_population = n_observed + n_missed + n_pending + n_not_anchored
    n_with_baseline = n_in_population + draw(SIZES)
    statistic = draw(st.sampled_from(["observed", "missing_as_nonresponse", "bound_upper", "standardised"]))
    part, whole = {
        "observed": (n_responded, n_observed),
        "missing_as_nonresponse": (n_responded, n_observed + n_missed),
    }.get(statistic, (n_responded + n_missed, n_observed + n_missed))
    lower, upper = wilson_interval([part], [whole], 0.95)
    has_interval = statistic in ("observed", "missing_as_nonresponse")
    return {
        "measure": "response",
        "population": "first_course",
        "condition": "depression",
        "scale": "primary",
        "window": "endpoint",
        "statistic": statistic,
        "rule_version": "response_50 2026.1",
        "n_started": n_with_baseline + draw(SIZES),
        "n_with_baseline": n_with_baseline,
        "n_in_population": n_in_population,
        "n_observed": n_observed,
        "n_missed": n_missed,
        "n_pending": n_pending,
        "n_not_anchored": n_not_anchored,
        "n_responded": n_responded,
        "estimate": part / whole if whole else None,
        "lower": lower[0] if has_interval else None,
        "upper": upper[0] if has_interval else None,
        "method": "Wilson score" if has_interval else "all missed met",
        "suppressed": False,
        "note": f"PHQ-9: {n_in_population:,}; {n_pending} pending; mature",
    }


TABLES = st.lists(rows(), min_size=1, max_size=6).map(lambda made: result_table(made, (), COUNTS))


def shown_counts(row: dict[str, object]) -> dict[str, int]:
    return {name: int(row[name]) for name in COUNTS if not pd.isna(row[name])}


def differences(shown: dict[str, int]) -> list[int]:
    """What a reader can subtract in one row, written down without the tree that the product uses."""
    chain = ("n_started", "n_with_baseline", "n_in_population")
    parts = ("n_observed", "n_missed", "n_pending", "n_not_anchored")
    wholes = [(name, (*chain[at + 1 :], *parts, "n_responded")) for at, name in enumerate(chain)]
    found = [
        shown[whole] - shown[part] for whole, within in wholes if whole in shown for part in within if part in shown
    ]
    found += [shown[whole] - sum(shown[part] for part in parts if part in shown) for whole in chain if whole in shown]
    if {"n_observed", "n_responded"} <= {*shown}:
        found.append(shown["n_observed"] - shown["n_responded"])
    return found


@forty_examples
@given(TABLES)
def test_cms_shows_no_small_count_and_no_small_difference(table: pd.DataFrame):
    for row in disclosed(table, policy_named("cms"), 0.95).to_dict("records"):
        shown = shown_counts(row)
        assert not [n for n in shown.values() if 1 <= n <= 10]
        assert not [n for n in differences(shown) if 1 <= n <= 10]


@forty_examples
@given(TABLES, st.sampled_from(["cms", "nhs"]))
def test_a_figure_is_hidden_with_the_counts_that_it_is_made_of(table: pd.DataFrame, name):
    policy = policy_named(name)
    for before, row in zip(table.to_dict("records"), disclosed(table, policy, 0.95).to_dict("records"), strict=True):
        whole = ("n_observed",) if row["statistic"] == "observed" else ("n_observed", "n_missed")
        part = ("n_responded", "n_missed") if row["statistic"] == "bound_upper" else ("n_responded",)
        is_hidden = any(pd.isna(row[count]) for count in (*whole, *part))
        n_rest = sum(before[count] for count in whole) - sum(before[count] for count in part)
        if is_hidden or policy.is_small(n_rest):
            assert row["suppressed"]
            assert all(math.isnan(row[figure]) for figure in ("estimate", "lower", "upper"))
            assert f"hidden under the {name} policy" in row["note"]


@forty_examples
@given(TABLES)
def test_nhs_shows_multiples_of_five_and_shares_of_these(table: pd.DataFrame):
    for row in disclosed(table, policy_named("nhs"), 0.95).to_dict("records"):
        shown = shown_counts(row)
        assert not [n for n in shown.values() if n % 5 or n == 0]
        if row["suppressed"] or row["statistic"] == "standardised":
            continue
        part = shown["n_responded"] + (shown["n_missed"] if row["statistic"] == "bound_upper" else 0)
        whole = shown["n_observed"] + (0 if row["statistic"] == "observed" else shown["n_missed"])
        assert row["estimate"] == pytest.approx(part / whole, abs=1e-12)
        if not math.isnan(row["lower"]):
            assert row["lower"] <= row["estimate"] <= row["upper"]


@forty_examples
@given(TABLES)
def test_internal_changes_nothing(table: pd.DataFrame):
    pd.testing.assert_frame_equal(disclosed(table, policy_named("internal"), 0.95), table)


@forty_examples
@given(TABLES)
def test_cms_leaves_a_row_alone_in_which_nothing_is_small(table: pd.DataFrame):
    made = disclosed(table, policy_named("cms"), 0.95)
    for before, row in zip(table.to_dict("records"), made.to_dict("records"), strict=True):
        counts = {name: int(before[name]) for name in COUNTS}
        rests = (*differences(counts), counts["n_observed"] + counts["n_missed"] - counts["n_responded"])
        if not [n for n in (*counts.values(), *rests) if 1 <= n <= 10]:
            assert {name: row[name] for name in row if name not in ("estimate", "lower", "upper")} == {
                name: before[name] for name in before if name not in ("estimate", "lower", "upper")
            }
            assert row["estimate"] == pytest.approx(before["estimate"], nan_ok=True)


@forty_examples
@given(TABLES, st.sampled_from(POLICIES))
def test_what_a_row_is_about_stays(table: pd.DataFrame, name):
    once = disclosed(table, policy_named(name), 0.95)
    assert list(once.columns) == list(table.columns)
    for before, row in zip(table.to_dict("records"), once.to_dict("records"), strict=True):
        assert {key: row[key] for key in TEXT[:-1]} == {key: before[key] for key in TEXT[:-1]}


@forty_examples
@given(TABLES)
def test_notes_tell_no_small_count(table: pd.DataFrame):
    for row in disclosed(table, policy_named("cms"), 0.95).to_dict("records"):
        told = row["note"].replace("PHQ-9", "").replace("from 1 to 10", "")
        assert not [word for word in told.replace(";", "").split() if word.isdigit() and 1 <= int(word) <= 10]
