"""What an import says of courses that would surprise later: ids like names, sites twice, no anchor for windows."""

import pytest

from pipelines.settings import Settings, read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
SCORES = "course_id,scale,days_from_start,total\nA,PHQ-9,-1,20\nA,PHQ-9,21,8\n"


@pytest.fixture
def notes_of(tmp_path):
    def notes(courses: str, infusions: str = "", settings: Settings = SETTINGS) -> list[str]:
        for name, text in (("courses", courses), ("infusions", infusions), ("scores", SCORES)):
            if text:
                (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        files = sorted(tmp_path.glob("*.csv"))
        store = Store(tmp_path / "store")
        return list(import_files(store, files, ImportOptions(), settings, DEFINITIONS, lambda _: None).batch.notes)

    return notes


def test_sites_that_differ_in_capitals_or_blanks(notes_of):
    notes = notes_of("course_id,conditions,site\nA,depression,Downtown\nB,depression,downtown\nC,depression,North\n")
    assert (
        "Two sites differ only in capitals or blanks and count apart: Downtown and downtown. "
        "Write them alike to count them together." in notes
    )


def test_patient_ids_that_look_like_names(notes_of):
    notes = notes_of("course_id,conditions,patient_id\nA,depression,Given Name\nB,depression,P2\n")
    said = [note for note in notes if "patient_id hold" in note]
    assert len(said) == 1
    assert said[0] == (
        "1 patient_id hold a blank, as names do, and are kept as they stand. If they are names or record numbers, take "
        "the import back (`outcomes retract`) and map them as `record_number`."
    )


def test_courses_without_infusions(notes_of):
    notes = notes_of("course_id,conditions\nA,depression\n")
    assert (
        "1 courses have no infusions, so windows after induction cannot be placed for them. If none are kept, set "
        'anchor = "first_infusion" in program.toml.' in notes
    )


def test_nothing_is_said_where_infusions_are_there_or_the_anchor_is_set(notes_of):
    courses = "course_id,conditions,site,patient_id\nA,depression,North,P1\n"
    anchored = notes_of(courses, settings=Settings(anchor="first_infusion"))
    with_infusions = notes_of(courses, "course_id,days_from_start\nA,0\n")
    for notes in (anchored, with_infusions):
        assert not [note for note in notes if "infusions" in note or "sites" in note or "patient_id" in note]
