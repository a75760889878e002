"""What a pack shows is what `outcomes measure --policy internal` gives of the same courses, digit by digit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from packs import sample_pack

from pipelines import cli
from pipelines.reports.pack import Pack
from pipelines.reports.series import MET
from tie_out.numbers import FIGURES, Row

KEYS = (
    *("condition", "statistic", "rule_version", "population", "outcome", "phase", "quarter", "site", "infusion", "day"),
    *("benchmark", "check"),
)
ASKED = {
    "activity": "flow",
    "flow-": "flow",
    "response-": "response",
    "remission-": "remission",
    "onset-curve-": "onset-curve",
    "onset-": "onset",
    "durability-curve-": "durability-curve",
    "durability-": "durability",
    "trend-": "trend",
    "sites-": "sites",
    "safety": "safety",
    "infusions-received": "retention",
    "acute": "acute",
    "quality": "quality",
}
"""Tables by the beginning of their names, each with the measure that the command knows; the longer names first."""
NOT_ASKED = ("completeness", "imports")
"""Follow-up is held against the flow below; imports are no measure, and stand in the snapshot as they are."""


@pytest.fixture(scope="module")
def pack(store_folder: Path) -> Pack:
    return sample_pack(store_folder)


def test_every_table_of_the_pack_is_asked_for(pack: Pack):
    assert {name for name in pack.tables if not name.startswith(tuple(ASKED))} == {*NOT_ASKED}


@pytest.mark.parametrize("prefix", ASKED)
def test_every_row_of_the_pack_is_what_the_command_prints(
    prefix: str, pack: Pack, store_folder: Path, capsys: pytest.CaptureFixture[str]
):
    n_compared = 0
    for name, table in pack.tables.items():
        if next((each for each in ASKED if name.startswith(each)), "") != prefix:
            continue
        frame = table.frame if "quarters" in table.frame else table.frame.assign(quarters="")
        for quarters, rows in frame.groupby("quarters", sort=False):
            measured = _printed(ASKED[prefix], str(quarters), rows, store_folder, capsys)
            assert measured["about"]["snapshot"] == pack.about.snapshot
            n_compared += _compared(rows, measured["rows"])
    assert n_compared > 8


def _printed(
    measure: str, quarters: str, rows: pd.DataFrame, store_folder: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """What the command prints of the quarters and the condition of rows."""
    conditions = set(rows["condition"].dropna()) - {"any"}
    where = [f"quarter={quarters.replace('; ', ',')}"] if quarters else []
    where += [f"condition={next(iter(conditions))}"] if len(conditions) == 1 else []
    asked = ["measure", measure, "--policy", "internal", "--format", "json", "--store", str(store_folder)]
    assert cli.main([*asked, *(["--where", *where] if where else [])]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def _compared(rows: pd.DataFrame, measured: list[dict[str, Any]]) -> int:
    """Compares rows with those measured; how many values there were."""
    keys = [key for key in KEYS if key in rows and key in measured[0]]
    by_key = {tuple(row[key] for key in keys): row for row in measured}
    assert len(by_key) == len(measured)
    n_compared = 0
    for row in rows.to_dict("records"):
        own = by_key[tuple(_plain(row[key]) for key in keys)]
        for column, value in own.items():
            if column.startswith("n_") or column in FIGURES:
                assert _plain(row[column]) == value, (column, row)
                n_compared += value is not None
    return n_compared


def _plain(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value


def test_follow_up_is_that_of_the_flow(pack: Pack):
    """Of those due, how many were followed up: no measure of its own, and a stage of the flow."""
    completeness = pack.tables["completeness"].frame
    n_compared = 0
    for condition in pack.about.conditions:
        flow = pack.tables[f"flow-{condition}"].frame
        for row in flow[flow["statistic"] == "followed_up"].to_dict("records"):
            is_own = (completeness["condition"] == condition) & (completeness["cohort"] == row["cohort"])
            (own,) = completeness[is_own].to_dict("records")
            assert (own["n_due"], own["n_observed"]) == (row["n_due"], row["n_courses"])
            assert [own[end] for end in FIGURES] == [row[end] for end in FIGURES]
            assert own["n_observed"] + own["n_missed"] == own["n_due"]
            n_compared += 1
    assert n_compared == 2 * len(pack.about.conditions)


def test_rounded_counts_lie_by_the_true_ones_and_shares_are_made_of_them(store_folder: Path):
    """Under nhs: to the nearest five, and each rate of the rounded numbers."""
    exact, rounded = sample_pack(store_folder), sample_pack(store_folder, "nhs")
    n_compared = n_shares = 0
    for name, table in rounded.tables.items():
        true = exact.tables[name].frame if name in exact.tables else None
        for row in table.frame.to_dict("records"):
            shown = {column: n for column, n in row.items() if _is_of_people(name, str(column), row) and not pd.isna(n)}
            assert all(n % 5 == 0 for n in shown.values()), (name, shown)
            is_rate = row.get("measure") in ("response", "remission") and row["statistic"] == "observed"
            if is_rate and not row["suppressed"]:
                met = next(row[column] for column in MET if column in row)
                assert row["estimate"] == pytest.approx(met / row["n_observed"], abs=1e-12)
                n_shares += 1
            own = _same_row(row, true)
            for column, n in shown.items() if own is not None else ():
                if column != "n_responded_beside":
                    assert abs(n - own[column]) <= 2, (name, column)
                    n_compared += 1
    assert n_shares > 10
    assert n_compared > 100


def _is_of_people(name: str, column: str, row: Row) -> bool:
    is_count = column.startswith("n_") and column not in ("n_sites", "n_strata", "n_points")
    return is_count and name not in ("quality", "imports") and row.get("population") != "published"


def _same_row(row: Row, frame: pd.DataFrame | None) -> Row | None:
    """The row of the same courses in a pack that hides nothing, if it has one."""
    if frame is None or "quarters" not in frame:
        return None
    own = frame
    for key in ("measure", "quarters", "sites", *KEYS):
        if key in own and key in row and not pd.isna(row[key]):
            own = own[own[key] == row[key]]
    return own.to_dict("records")[0] if len(own) == 1 else None
