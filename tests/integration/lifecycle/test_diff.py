"""What `outcomes diff` shows of two snapshots, beside what the measures of both say."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from exports import Command, all_measures

from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")


def test_it_shows_the_changed_results_and_what_made_them(outcomes: Command, store: Store, two: tuple[str, str]) -> None:
    code, out, _ = outcomes("diff")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith(f"from {two[0]}, built ")
    assert lines[0].endswith("clinical data, filled in through 2026-06-30")
    assert lines[1].startswith(f"  to {two[1]}, built ")
    later = store.batches()[-1]
    assert f"batch added: {later.id[:12]} of canonical:canonical, imported " in out
    assert "batch removed" not in out
    assert "setting" not in out
    observed = [line for line in lines if line.startswith("  response · ") and "· observed:" in line]
    assert len(observed) == 1
    # Wilson intervals of 0 and 3 of 6.
    assert "0 (0 to 0.3903) -> 0.5 (0.1876 to 0.8124); n_started 6 -> 7; n_responded 0 -> 3" in observed[0]


def test_the_changed_rows_are_those_whose_measures_differ(outcomes: Command, two: tuple[str, str]) -> None:
    """Beside `outcomes measure` of both snapshots, row by row."""
    answer = json.loads(outcomes("diff", *two, "--format", "json")[1])
    assert answer["about"]["before"]["snapshot"] == two[0]
    assert answer["about"]["after"]["snapshot"] == two[1]
    found = {(row["measure"], row["statistic"]) for row in answer["rows"] if row["measure"] in ("flow", "response")}
    after = all_measures(outcomes)
    outcomes("rollback", two[0])
    before = all_measures(outcomes)
    expected = set()
    for name in ("flow", "response"):
        pairs = zip(before[name]["rows"], after[name]["rows"], strict=True)
        expected |= {(name, is_now["statistic"]) for was, is_now in pairs if was != is_now}
    assert found == expected
    assert expected


def test_csv_has_both_sides_of_each_row(outcomes: Command, two: tuple[str, str]) -> None:
    rows_of_csv = list(csv.DictReader(io.StringIO(outcomes("diff", *two, "--format", "csv")[1])))
    (observed,) = [row for row in rows_of_csv if (row["measure"], row["statistic"]) == ("response", "observed")]
    assert (observed["before_n_responded"], observed["after_n_responded"]) == ("0", "3")


def test_a_snapshot_beside_itself(outcomes: Command, two: tuple[str, str]) -> None:
    assert outcomes("diff", two[0], two[0])[1].splitlines()[-1] == "No headline result changed."


def test_changed_settings_and_definitions_are_named(
    outcomes: Command, store: Store, two: tuple[str, str], tmp_path: Path
) -> None:
    config = tmp_path / "program.toml"
    config.write_text('program = "North"\n[onset]\nhorizon_days = 42\n')
    outcomes("build", "--config", config)
    code, out, _ = outcomes("diff", two[1][:8])
    assert code == 0
    assert "setting program: Infusion program -> North" in out
    assert "definition outcomes.onset.horizon_days: 56 -> 42" in out
    assert "batch " not in out
    assert store.current_id() not in two


def test_after_a_batch_was_taken_back_the_two_are_named(outcomes: Command, store: Store, two: tuple[str, str]) -> None:
    outcomes("retract", store.batches()[-1].id)
    outcomes("build")
    code, _, err = outcomes("diff")
    assert code == 2
    assert err == (
        f"outcomes: No snapshot was built before {two[0]}, which is in force. "
        f"Name the two: outcomes diff A B; others: {two[1]}.\n"
    )
    assert "batch removed: " in outcomes("diff", two[1])[1]
    assert ", taken back 20" in outcomes("diff", two[1])[1]


@pytest.mark.usefixtures("first")
def test_the_only_snapshot_has_nothing_to_be_compared_with(outcomes: Command) -> None:
    code, _, err = outcomes("diff")
    assert code == 2
    assert "It is the only one." in err


def test_a_check_that_found_the_same_is_no_change(outcomes: Command, two: tuple[str, str]) -> None:
    """That a finding was new then and is known now is no change of the data."""
    answer = json.loads(outcomes("diff", *two, "--format", "json")[1])
    for row in answer["rows"]:
        assert "status" not in row["changed"]
        if row["measure"] == "quality" and row["before"] and row["after"]:
            assert row["before"] != row["after"]
