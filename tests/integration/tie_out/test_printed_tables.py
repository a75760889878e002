"""Every table on paper: each number in it is that of the row and the column that it stands for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from packs import sample_pack

from pipelines.definitions.disclosure import POLICIES, PolicyName
from pipelines.reports.pack import Pack, PackTable
from pipelines.reports.series import labels
from tie_out.paper import handed_to_typst, parts_with_data
from tie_out.printed import table_faults

CELLS = [
    ("activity", "started", "n_courses"),
    ("flow-depression", "missed", "n_courses"),
    ("flow-depression", "observed", "estimate"),
    ("response-depression", "observed", "n_started"),
    ("response-depression", "observed", "n_observed"),
    ("response-depression", "observed", "n_responded"),
    ("response-depression", "observed", "lower"),
    ("response-depression", "missing_as_nonresponse", "estimate"),
    ("response-depression", "bound_upper", "estimate"),
    ("response-depression", "standardised", "upper"),
    ("response-depression", "observed_any_baseline", "estimate"),
    ("remission-anxiety", "observed", "estimate"),
    ("remission-anxiety", "observed", "n_in_remission"),
    ("onset-depression", "median_interval", "upper"),
    ("onset-depression", "median_recorded", "lower"),
    ("onset-depression", "recorded_by_day_7", "estimate"),
    ("onset-curve-depression", "at_risk", "n_at_risk"),
    ("onset-curve-depression", "interval_censored", "estimate"),
    ("durability-depression", "still_responding_at_day_28", "estimate"),
    ("durability-depression", "retreated_by_day_56", "estimate"),
    ("durability-curve-depression", "interval_censored", "upper"),
    ("trend-depression", "point", "n_met"),
    ("trend-depression", "left_out", "n_pending"),
    ("sites-depression", "adjusted", "estimate"),
    ("sites-depression", "expected", "estimate"),
    ("sites-depression", "followed_up", "estimate"),
    ("sites-depression", "observed", "n_due"),
    ("safety", "adverse_event", "estimate"),
    ("safety", "adverse_event_nausea", "n_with"),
    ("safety", "systolic_rise", "estimate"),
    ("safety", "stopped_early_published", "n_infusions"),
    ("infusions-received", "received", "n_of_due"),
    ("acute", "mean_change_fraction", "estimate"),
    ("completeness", "followed_up", "n_missed"),
    ("completeness", "followed_up", "lower"),
    ("quality", "violated", "n_checked"),
    ("imports", "", "n_accepted"),
]
"""Cells of released rows that are printed, of every kind of table."""


@pytest.fixture(scope="module")
def pack(store_folder: Path) -> Pack:
    return sample_pack(store_folder)


@pytest.mark.parametrize("policy", POLICIES)
def test_every_number_of_a_table_on_paper_is_that_of_its_row(policy: PolicyName, store_folder: Path):
    pack = sample_pack(store_folder, policy)
    seen = []
    for _, part, data in parts_with_data(pack, handed_to_typst(pack)):
        names = [name for name in part.tables if len(pack.tables[name].printed)]
        for name, item in zip(names, data["tables"], strict=True):
            printed = pd.DataFrame(item["rows"], columns=item["header"])
            assert table_faults(pack.tables[name], printed, labels(pack), pack.fewest) == [], name
            assert item["title"] == pack.tables[name].title
            seen.append(name)
    assert sorted(seen) == sorted(name for name, table in pack.tables.items() if len(table.printed))


@pytest.mark.parametrize(("name", "statistic", "column"), CELLS)
def test_no_released_value_that_is_printed_can_change_unseen(name: str, statistic: str, column: str, pack: Pack):
    table = pack.tables[name]
    frame = table.frame.astype(object)
    is_own = frame[column].notna()
    if statistic:
        is_own &= frame["statistic"].str.fullmatch(statistic)
    if "-curve-" in name:
        is_own &= frame["day"].isin(frame.loc[frame["statistic"] == "at_risk", "day"])
    if name == "safety" and not statistic.endswith("_published"):
        is_own &= frame["condition"] != "any"
    if name == "quality":
        is_own &= frame["verdict"] != "passed"
    if name.startswith("sites"):
        is_own &= frame["n_observed"] >= pack.fewest
    assert is_own.any()
    is_share = column in ("estimate", "lower", "upper") and name != "safety" and not statistic.startswith("median")
    step = 0.013 if is_share else 1
    for at in [frame.index[is_own][0], frame.index[is_own][-1]]:
        changed = frame.copy()
        changed.loc[at, column] = changed.loc[at, column] + step
        assert faults_of(pack, table, frame=changed), changed.loc[at].to_dict()


def faults_of(
    pack: Pack, table: PackTable, frame: pd.DataFrame | None = None, printed: pd.DataFrame | None = None
) -> list[str]:
    rows = table.frame if frame is None else frame
    own = PackTable(table.name, table.title, rows, table.printed)
    return table_faults(own, table.printed if printed is None else printed, labels(pack), pack.fewest)


@pytest.mark.parametrize("kind", ["flow", "response", "remission", "onset", "durability"])
def test_two_cohorts_swapped_are_found(kind: str, pack: Pack):
    table = pack.tables[f"{kind}-depression"]
    label, first, second = table.printed.columns
    swapped = table.printed.rename(columns={first: second, second: first})[[label, first, second]]
    assert faults_of(pack, table, printed=swapped)


@pytest.mark.parametrize(
    "kind", ["flow", "response", "remission", "onset", "onset-curve", "durability", "trend", "sites"]
)
def test_a_table_of_another_condition_in_its_place_is_found(kind: str, pack: Pack):
    assert faults_of(pack, pack.tables[f"{kind}-depression"], printed=pack.tables[f"{kind}-anxiety"].printed)


@pytest.mark.parametrize(
    "name", ["activity", "trend-depression", "sites-depression", "safety", "completeness", "quality"]
)
def test_a_line_that_is_left_out_and_two_that_are_swapped_are_found(name: str, pack: Pack):
    table = pack.tables[name]
    order = [1, 0, *range(2, len(table.printed))]
    numbers = table.printed.columns[1:]
    swapped = table.printed.copy()
    swapped[numbers] = table.printed[numbers].iloc[order].to_numpy()
    assert faults_of(pack, table, printed=swapped)
    assert faults_of(pack, table, printed=table.printed.iloc[1:].reset_index(drop=True))


def test_a_line_of_no_row_is_found(pack: Pack):
    table = pack.tables["response-depression"]
    more = dict.fromkeys(table.printed.columns, "4,711")
    printed = pd.concat([table.printed, pd.DataFrame([more])], ignore_index=True)
    assert faults_of(pack, table, printed=printed)
