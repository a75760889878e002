"""Taking a batch back: what it needs, and what it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from exports import FIRST, Command, export, rows, scores

from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")


def test_a_batch_can_be_imported_again(outcomes: Command, store: Store, first: Path) -> None:
    (batch,) = store.batches()
    code, out, _ = outcomes("retract", batch.id)
    assert code == 0
    assert "No batch counts any more, so that nothing can be built" in out
    code, _, err = outcomes("import", first, "--data-through", "2026-06-30")
    assert code == 2
    assert f"imported before, as batch {batch.id[:12]}, and taken back on" in err
    assert "import them with --again" in err
    assert outcomes("import", first, "--data-through", "2026-06-30", "--again")[0] == 0
    assert len(store.live_batches()) == 1


@pytest.mark.usefixtures("first")
def test_a_batch_cannot_be_taken_back_twice(outcomes: Command, store: Store) -> None:
    (batch,) = store.batches()
    outcomes("retract", batch.id)
    code, _, err = outcomes("retract", batch.id)
    assert code == 2
    assert f"Batch {batch.id[:12]} was taken back on" in err
    assert "import its files with --again" in err


@pytest.mark.usefixtures("first")
def test_ids_that_name_no_batch_or_several(outcomes: Command, store: Store) -> None:
    code, _, err = outcomes("retract", "xyz")
    (batch,) = store.batches()
    assert code == 2
    assert f"There is no batch 'xyz'. Known: {batch.id[:12]}." in err
    for other in ("ab1", "ab2"):
        folder = store.batches_folder / other
        folder.mkdir()
        manifest = batch.model_copy(update={"id": other})
        (folder / "manifest.json").write_text(manifest.model_dump_json())
    code, _, err = outcomes("retract", "ab")
    assert code == 2
    assert "More than one batch begins with 'ab': ab1, ab2. Give more of the id." in err


@pytest.mark.usefixtures("first")
def test_a_batch_that_later_ones_build_on_is_not_taken_back_before_them(
    outcomes: Command, store: Store, tmp_path: Path
) -> None:
    added = export(tmp_path / "added", scores=scores(("A", 40, 8)))
    outcomes("import", added, "--append")
    base, addition = store.batches()
    code, _, err = outcomes("retract", base.id)
    assert code == 2
    assert f"Batch {base.id[:12]} cannot be taken back alone" in err
    assert f"Take these back first, in this order: {addition.id[:12]} of " in err
    assert store.live_batches() == [base, addition]
    assert outcomes("retract", addition.id)[0] == 0
    assert outcomes("retract", base.id)[0] == 0


@pytest.mark.usefixtures("first")
def test_scores_added_after_a_replacement_would_contradict_what_it_replaced(
    outcomes: Command, store: Store, tmp_path: Path
) -> None:
    replacing = export(tmp_path / "replacing", scores=scores(("A", -1, 20)))
    outcomes("import", replacing)
    added = export(tmp_path / "added", scores=scores(("A", 6, 5)))
    assert outcomes("import", added, "--append")[0] == 0
    _, replacement, addition = store.batches()
    code, _, err = outcomes("retract", replacement.id)
    assert code == 2
    assert f"in this order: {addition.id[:12]} of " in err


@pytest.mark.usefixtures("first")
def test_an_earlier_batch_whose_courses_were_all_replaced_is_taken_back_alone(
    outcomes: Command, store: Store, later: Path
) -> None:
    outcomes("import", later)
    outcomes("build")
    assert outcomes("retract", store.batches()[0].id)[0] == 0
    outcomes("build")
    assert rows(store, "select count(*) from outcome.courses") == [(6,)]


@pytest.mark.usefixtures("first")
def test_rows_that_an_addition_took_for_held_are_told(outcomes: Command, store: Store, tmp_path: Path) -> None:
    outcomes("import", export(tmp_path / "all", **FIRST), "--append", "--name", "canonical")
    base, addition = store.batches()
    code, out, _ = outcomes("retract", base.id)
    assert code == 0
    assert f"Note: Batch {addition.id[:12]}, which only adds, took 36 of its rows for held already." in out
