"""What the quarantine shows after later imports, and which courses are kept."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from exports import NAMES, Command, courses, export, scores

from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")


@pytest.fixture
def wrong(outcomes: Command, tmp_path: Path) -> Path:
    folder = export(
        tmp_path / "first",
        courses=courses(*NAMES),
        scores=scores(*((name, -1, 20) for name in NAMES), ("A", 7, 99), ("B", 7, 88)),
    )
    assert outcomes("import", folder)[0] == 0
    return folder


def rules(outcomes: Command) -> list[tuple[str, str, str]]:
    text = outcomes("quarantine", "--format", "csv")[1]
    return [(row["line"], row["column"], row["found"]) for row in csv.DictReader(io.StringIO(text))]


def test_csv_has_all_that_is_needed_to_mend_a_row(outcomes: Command, store: Store, wrong: Path) -> None:
    assert wrong.exists()
    (batch,) = store.batches()
    first, _ = csv.DictReader(io.StringIO(outcomes("quarantine", "--format", "csv")[1]))
    assert first == {
        "batch": batch.id[:12],
        "source": "canonical:canonical",
        "imported_on": f"{batch.imported_at:%Y-%m-%d}",
        "file": "scores.csv",
        "table": "scores",
        "line": "8",
        "rule": "out_of_range",
        "column": "total",
        "found": "99",
        "suggestion": "",
        "what_is_wrong": "outside the range that is possible",
        "cure": "Correct it at the source; nothing is clipped.",
    }


def test_a_later_import_of_the_table_has_its_own_quarantine(outcomes: Command, store: Store, wrong: Path) -> None:
    assert rules(outcomes) == [("8", "total", "99"), ("9", "total", "88")]
    export(wrong, scores=scores(*((name, -1, 20) for name in NAMES), ("A", 7, 77), ("B", 7, 8)))
    outcomes("import", wrong)
    assert rules(outcomes) == [("8", "total", "77")]
    outcomes("retract", store.batches()[-1].id)
    assert rules(outcomes) == [("8", "total", "99"), ("9", "total", "88")]


def test_what_is_only_added_leaves_it(outcomes: Command, wrong: Path, tmp_path: Path) -> None:
    assert wrong.exists()
    outcomes("import", export(tmp_path / "added", scores=scores(("A", 9, 12))), "--append")
    assert rules(outcomes) == [("8", "total", "99"), ("9", "total", "88")]


def test_kept_courses_are_named(outcomes: Command, store: Store, first: Path, later: Path) -> None:
    assert first.exists()
    assert outcomes("quarantine", "--kept")[1] == (
        "Every course that the store holds stands in the last import of its source.\n"
    )
    outcomes("import", later)
    held_since = f"{store.batches()[0].imported_at:%Y-%m-%d}"
    kept = list(csv.reader(io.StringIO(outcomes("quarantine", "--kept", "--format", "csv")[1])))
    assert kept[0] == ["source", "table", "course_id", "held_since"]
    assert kept[1:] == [["canonical:canonical", table, "F", held_since] for table in ("courses", "infusions", "scores")]
    assert f"  canonical:canonical courses: F, held since {held_since}\n" in outcomes("quarantine", "--kept")[1]
    assert outcomes("quarantine", "--kept", "--rule", "missing_key")[0] == 2
