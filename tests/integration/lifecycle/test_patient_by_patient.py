"""A source that finds courses from dates: a later export replaces all courses of each patient that it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from exports import Command, rows

from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

MAPPING = """\
courses = "from infusions"
dates = "YYYY-MM-DD"

[course]
conditions = { constant = "depression" }

[[table]]
file = "given.csv"
patient_id = "patient"

[[table.infusion]]
when = { date = "on" }

[[table]]
file = "forms.csv"
patient_id = "patient"

[[table.score]]
scale = { constant = "PHQ-9" }
total = "total"
when = { date = "on" }
"""
GIVEN = "patient,on\nP1,2026-02-03\nP1,2026-06-01\nP2,2026-02-03\n"
FORMS = "patient,on,total\nP1,2026-02-02,20\nP1,2026-05-31,16\nP2,2026-02-02,18\n"
"""P1 has two courses, because the second infusion is recorded months after the first."""


@pytest.fixture
def imported(tmp_path: Path, outcomes: Command) -> object:
    (tmp_path / "mapping.toml").write_text(MAPPING)

    def run(given: str, forms: str, *arguments: str) -> tuple[int, str, str]:
        folder = tmp_path / "tables"
        folder.mkdir(exist_ok=True)
        (folder / "given.csv").write_text(given)
        (folder / "forms.csv").write_text(forms)
        return outcomes("import", folder, "--mapping", tmp_path / "mapping.toml", *arguments)

    return run


def held(store: Store) -> list[tuple[object, ...]]:
    return rows(
        store,
        "select patient_id, count(distinct course_key), list(minute // 1440 order by course_id, minute) "
        "from outcome.courses left join outcome.assessments using (course_key) group by patient_id order by patient_id",
    )


def test_a_corrected_date_that_joins_two_courses_leaves_one(outcomes: Command, store: Store, imported) -> None:
    assert imported(GIVEN, FORMS)[0] == 0
    outcomes("build")
    assert held(store) == [("P1", 2, [-1, -1]), ("P2", 1, [-1])]
    code, out, err = imported(GIVEN.replace("2026-06-01", "2026-02-06"), FORMS.replace("2026-05-31", "2026-02-05"))
    assert code == 0, err
    assert "that the store held of patients in this export" in out
    assert "An export of this source has to hold all of each patient" in out
    outcomes("build")
    assert held(store) == [("P1", 1, [-1, 2]), ("P2", 1, [-1])]


def test_patients_that_the_later_export_does_not_hold_are_kept(outcomes: Command, store: Store, imported) -> None:
    imported(GIVEN, FORMS)
    code, out, err = imported("patient,on\nP3,2026-02-03\n", "patient,on,total\nP3,2026-02-02,17\n")
    assert code == 0, err
    assert "3 courses that the store holds are not in this export; what the store holds is kept." in out
    outcomes("build")
    assert [row[:2] for row in held(store)] == [("P1", 2), ("P2", 1), ("P3", 1)]


def test_a_patient_without_scores_any_more_keeps_none(outcomes: Command, store: Store, imported) -> None:
    """The export holds all of the patient: a table that it gives no rows of the patient in has none."""
    imported(GIVEN, FORMS)
    imported(GIVEN, FORMS.replace("P2,2026-02-02,18\n", ""))
    outcomes("build")
    assert held(store) == [("P1", 2, [-1, -1]), ("P2", 1, [None])]


def test_such_a_source_is_not_added_to(store: Store, imported) -> None:
    imported(GIVEN, FORMS)
    code, _, err = imported("patient,on\nP1,2026-06-08\n", "patient,on,total\nP1,2026-06-08,9\n", "--append")
    assert code == 2
    assert err.startswith("outcomes: This export's courses are found from dates, so that it has to hold all of each")
    assert "Import the whole export without --append" in err
    assert len(store.batches()) == 1
