"""A dry run prints what an import prints, and leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from exports import Command, courses, export, scores

from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


def test_it_prints_what_an_import_prints_and_leaves_nothing(
    outcomes: Command, store: Store, first: Path, later: Path, tmp_path: Path
) -> None:
    assert first.exists()
    before = everything(tmp_path)
    code, rehearsed, _ = outcomes("import", later, "--dry-run")
    assert code == 0
    assert everything(tmp_path) == before
    assert rehearsed.endswith("A dry run: nothing was kept.\n")
    _, imported, _ = outcomes("import", later)
    assert rehearsed.splitlines()[:-1] == imported.splitlines()[:-1]
    assert len(store.batches()) == 2


def test_a_store_that_is_not_there_is_not_made(outcomes: Command, store: Store, later: Path) -> None:
    assert outcomes("import", later, "--dry-run")[0] == 0
    assert not store.folder.exists()


def test_what_would_be_quarantined_is_shown_in_part(outcomes: Command, store: Store, tmp_path: Path) -> None:
    wrong = export(tmp_path / "wrong", courses=courses("A"), scores=scores(*(("A", day, 99) for day in range(1, 13))))
    code, out, err = outcomes("import", wrong, "--dry-run")
    assert code == 1
    assert "out_of_range (12): outside the range that is possible. Correct it at the source" in out
    assert "  scores.csv line 2: total: 99\n" in out
    assert out.endswith("  and 2 more\n")
    assert err.endswith(
        "92% of the rows are in quarantine, more than the 20% allowed: the batch would be kept but would not "
        "count. Mend the export and import it again, or import with --accept-quarantine.\n"
    )
    assert not store.folder.exists()


def test_a_refusal_is_the_same(outcomes: Command, store: Store, tmp_path: Path) -> None:
    code, _, err = outcomes("import", tmp_path / "none", "--dry-run")
    assert code == 1
    assert "none does not exist." in err
    assert not store.folder.exists()


def test_what_was_imported_before_changes_nothing(outcomes: Command, first: Path) -> None:
    code, out, _ = outcomes("import", first, "--data-through", "2026-06-30", "--dry-run")
    assert code == 0
    assert "already imported; nothing changed" in out
