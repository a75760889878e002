"""An export taken a quarter later that holds everything again: nothing is doubled, and it can be taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from exports import Command, all_measures, rows

from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")


@pytest.mark.usefixtures("first")
def test_nothing_is_doubled_and_the_corrections_hold(outcomes: Command, store: Store, later: Path) -> None:
    code, out, _ = outcomes("import", later, "--data-through", "2026-09-30")
    assert code == 0
    assert "1 course that the store holds is not in this export; what the store holds is kept." in out
    lines = [line.split() for line in out.splitlines() if line.startswith(("courses", "infusions", "scores"))]
    replaced = {line[0]: [int(cell) for cell in line[1:]] for line in lines if len(line) == 7}
    assert replaced == {  # courses, and rows: same, changed, new, gone; courses kept
        "courses.csv": [5, 5, 0, 1, 0, 1],
        "infusions.csv": [5, 9, 0, 4, 1, 1],
        "scores.csv": [5, 9, 3, 6, 3, 1],
    }
    assert outcomes("build")[0] == 0
    assert rows(store, "select count(*), count(distinct course_id) from outcome.courses") == [(7, 7)]
    assert rows(store, "select count(*) from outcome.assessments") == [(21,)]
    days = "select minute / 1440 from outcome.assessments join outcome.courses using (course_key) where course_id = "
    assert rows(store, f"{days} 'E' order by 1") == [(2.0,), (9.0,), (31.0,)]
    assert rows(store, f"{days} 'F' order by 1") == [(-1.0,), (6.0,), (28.0,)]
    response = json.loads(outcomes("measure", "response", "--format", "json")[1])["rows"]
    (observed,) = [row for row in response if row["statistic"] == "observed"]
    assert (observed["n_responded"], observed["n_started"]) == (3, 7)


@pytest.mark.usefixtures("first")
def test_taking_it_back_restores_the_earlier_numbers_exactly(outcomes: Command, store: Store, later: Path) -> None:
    before, snapshot = all_measures(outcomes), store.current_id()
    outcomes("import", later, "--data-through", "2026-09-30")
    outcomes("build")
    assert store.current_id() != snapshot
    assert all_measures(outcomes) != before
    batch = store.batches()[-1].id
    code, out, _ = outcomes("retract", batch[:8])
    assert code == 0
    assert f"Batch {batch[:12]} of canonical:canonical" in out
    assert "counts no more" in out
    assert outcomes("build")[0] == 0
    assert store.current_id() == snapshot
    assert all_measures(outcomes) == before


@pytest.mark.usefixtures("first")
def test_a_rebuilt_snapshot_is_the_earlier_one_too(outcomes: Command, store: Store, later: Path) -> None:
    """As above, with the earlier snapshot gone, so that its numbers are computed again."""
    before, snapshot = all_measures(outcomes), store.current_id()
    del before["quality"]  # its verdicts compare with the snapshot built before, and that is another one now
    outcomes("import", later, "--data-through", "2026-09-30")
    outcomes("build")
    assert outcomes("prune", "--keep", "1", "--yes")[0] == 0
    assert store.snapshot(snapshot) is None
    outcomes("retract", store.batches()[-1].id)
    outcomes("build")
    assert store.current_id() == snapshot
    assert before.items() <= all_measures(outcomes).items()


def test_the_earlier_export_again_changes_nothing_and_says_so(
    outcomes: Command, store: Store, first: Path, later: Path
) -> None:
    outcomes("import", later, "--data-through", "2026-09-30")
    code, out, _ = outcomes("import", first, "--data-through", "2026-06-30")
    assert code == 0
    assert "already imported; nothing changed" in out
    latest = store.batches()[-1].id[:12]
    assert f"batch {latest} came later and replaces what these files gave" in out
    assert outcomes("import", first, "--data-through", "2026-06-30", "--again")[0] == 0
    assert [batch.sequence for batch in store.live_batches()] == [1, 2, 3]
    outcomes("build")
    assert rows(store, "select count(*) from outcome.assessments where score = 9") == [(0,)]
