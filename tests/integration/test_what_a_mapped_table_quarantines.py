"""What the quarantine of a mapped table says: the cause and not what follows from it, and each line once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.cli import main

pytestmark = pytest.mark.usefixtures("models_read_once")

FIRST_SCORE = """\
courses = "from the first score"

[course]
conditions = { constant = "depression" }

[[table]]
file = "scores.csv"
patient_id = "who"

[[table.score]]
scale = "form"
total = "total"
when = { date = "date" }
"""
BY_VISIT = FIRST_SCORE.replace(
    'when = { date = "date" }\n',
    """\
when = { date = "date" }

[[table]]
file = "visits.csv"
patient_id = "who"

[[table.score]]
scale = { constant = "PHQ-9" }
total = "total"
when = "14 days after the start"
""",
)
SIDE_BY_SIDE = """\
courses = "one per line"

[[table]]
file = "clinic.csv"
record_number = "MRN"

[table.course]
conditions = { column = "Diagnosis", values = { MDD = "depression" } }

[[table.infusion]]
split = { "Infusion 1" = 1, "Infusion 2" = 2 }

[[table.score]]
scale = { constant = "PHQ-9" }
split = { "PHQ9 pre" = "before the course", "PHQ9 post" = "1 day after infusion 1" }
"""
FROM_INFUSIONS = """\
courses = "from infusions"

[course]
conditions = { constant = "depression" }

[[table]]
file = "patients.csv"
patient_id = "who"

[table.course]
birth_date = "born"

[[table]]
file = "infusions.csv"
patient_id = "who"

[[table.infusion]]
when = { date = "date" }

[[table]]
file = "scores.csv"
patient_id = "who"

[[table.score]]
scale = { constant = "PHQ-9" }
total = "total"
when = { date = "date" }
"""
BEFORE_BIRTH = (
    "a date before the patient's date of birth. Correct that date; or, if all of the patient is before it, the date of "
    "birth.\n"
)


def imported(folder: Path, mapping: str, capsys: pytest.CaptureFixture[str], **files: str) -> str:
    """What the import and then the quarantine print."""
    paths = []
    for name, text in files.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text, encoding="utf-8")
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    store = ["--store", str(folder / "store")]
    crosswalk = ["--crosswalk", str(folder / "crosswalk.csv")] if "record_number" in mapping else []
    further = ["--mapping", str(folder / "mapping.toml"), *crosswalk, "--accept-quarantine"]
    assert main([*store, "import", *map(str, paths), *further]) == 0
    said = capsys.readouterr().out
    assert main([*store, "quarantine"]) == 0
    return said + capsys.readouterr().out.split(" in quarantine.\n")[1]


def places(printed: str) -> dict[str, list[int]]:
    """Of each table: rows, accepted, duplicate, quarantined, not tracked."""
    lines = [line.split() for line in printed.splitlines()]
    return {
        words[0]: [int(word) for word in words[-5:]]
        for words in lines
        if words and words[0] in ("courses", "infusions", "scores") and all(word.isdecimal() for word in words[-5:])
    }


def test_a_misspelt_scale_is_what_its_rows_are_refused_for(tmp_path, capsys):
    """No course begins, and the reason is the name of the scale: the file has no infusion that could be mended."""
    scores = "who,form,total,date\nA,PHQ-9 total,20,2026-03-02\nA,GAD7,9,2026-03-02\nB,PHQ-9,18,2026-03-02\n"
    printed = imported(tmp_path, FIRST_SCORE, capsys, scores=scores)
    assert printed.split("\n\n")[-1] == (
        "near_miss_scale (2): almost the name of a scale, but not quite. Write the scale's id exactly, as suggested.\n"
        "  scores.csv line 2: form: text, 11 characters; did you mean PHQ-9?\n"
        "  scores.csv line 3: form: text, 4 characters; did you mean GAD-7?\n"
    )
    assert "clock_unknown" not in printed


def test_a_misspelt_scale_long_before_the_first_score_is_not_passed_over(tmp_path, capsys):
    scores = "who,form,total,date\nA,PHQ9.,20,2025-11-02\nA,PHQ-9,18,2026-03-02\n"
    assert imported(tmp_path, FIRST_SCORE, capsys, scores=scores).endswith(
        "  scores.csv line 2: form: text, 5 characters; did you mean PHQ-9?\n"
    )


def test_a_course_that_starts_at_its_first_score_needs_that_scores_date(tmp_path, capsys):
    scores = "who,form,total,date\nB,PHQ-9,18,2026-03-02\n"
    printed = imported(tmp_path, BY_VISIT, capsys, scores=scores, visits="who,total\nA,11\nB,12\n")
    assert printed.split("\n\n")[-1] == (
        "clock_unknown (1): the start of the course is not known, because the date of an infusion (or, where courses "
        "start from it, of the first score) is missing or not read. Correct that date; the other rows of the patient "
        "then follow.\n"
        "  visits.csv line 2: total: not known\n"
    )


def test_a_line_is_shown_once_and_its_course_first(tmp_path, capsys):
    clinic = (
        "MRN,Diagnosis,Infusion 1,Infusion 2,PHQ9 pre,PHQ9 post\n"
        "0041,MDD,2026-02-03,2026-02-05,19,12\n"
        "0042,Fibro,2026-02-03,2026-02-05,21,14\n"
    )
    printed = imported(tmp_path, SIDE_BY_SIDE, capsys, clinic=clinic)
    assert printed.split("\n\n")[1:] == [
        (
            "unknown_condition (1): a condition that no definition names. Use a condition's id (depression, anxiety, "
            "chronic_pain, ocd, ptsd), say in a mapping which one the text stands for (`values`), or add a definition "
            "for it.\n"
            "  clinic.csv line 3: Diagnosis: text, 5 characters"
        ),
        (
            "course_in_quarantine (4): the row's course is itself in quarantine. Mend the course; its rows then "
            "follow.\n"
            "  clinic.csv line 3 (4 rows): MRN\n"
        ),
    ]


def test_a_file_that_no_table_of_the_mapping_names(tmp_path, capsys):
    scores = "who,form,total,date\nA,PHQ-9,20,2026-03-02\n"
    printed = imported(tmp_path, FIRST_SCORE, capsys, scores=scores, other="a,b\n1,2\n")
    assert "Note: Not read, because no [[table]] of the mapping names it: other.csv.\n" in printed


def test_a_score_before_birth_is_refused_and_the_rest_of_the_patient_is_not(tmp_path, capsys):
    """Given a patient of 2 March 2004, with a score long before the first infusion and one of the day before birth."""
    printed = imported(
        tmp_path,
        FROM_INFUSIONS,
        capsys,
        patients="who,born\nA,2004-03-02\n",
        infusions="who,date\nA,2026-03-02\n",
        scores="who,date,total\nA,2026-03-01,20\nA,2016-03-09,14\nA,2004-03-01,9\nA,2026-03-16,9\n",
    )
    assert printed.split("\n\n")[-1] == f"before_birth (1): {BEFORE_BIRTH}  scores.csv line 4: date: a date\n"
    assert places(printed)["scores"] == [4, 2, 0, 1, 1]


def test_an_infusion_before_birth_begins_no_course_and_may_have_been_the_first(tmp_path, capsys):
    """Its true date is not known: if it was the first, every time of the course would be counted from the wrong day."""
    printed = imported(
        tmp_path,
        FROM_INFUSIONS,
        capsys,
        patients="who,born\nA,2008-03-02\nB,1980-03-02\n",
        infusions="who,date\nA,2006-03-02\nA,2026-03-05\nB,2026-03-02\n",
        scores="who,date,total\nA,2026-03-01,20\nB,2026-03-01,20\n",
    )
    assert printed.split("\n\n")[1:] == [
        (
            "clock_unknown (1): the start of the course is not known, because the date of an infusion (or, where "
            "courses start from it, of the first score) is missing or not read. Correct that date; the other rows of "
            "the patient then follow.\n"
            "  patients.csv line 2: minutes_from_start: not known"
        ),
        f"before_birth (1): {BEFORE_BIRTH}  infusions.csv line 2: date: a date",
        (
            "course_in_quarantine (2): the row's course is itself in quarantine. Mend the course; its rows then "
            "follow.\n"
            "  infusions.csv line 3: who\n"
            "  scores.csv line 2: who\n"
        ),
    ]
    assert places(printed) == {"courses": [2, 1, 0, 1, 0], "infusions": [3, 1, 0, 2, 0], "scores": [2, 1, 0, 1, 0]}


def test_a_wrong_date_of_birth_puts_all_of_the_patient_before_it_with_one_cure(tmp_path, capsys):
    printed = imported(
        tmp_path,
        FROM_INFUSIONS,
        capsys,
        patients="who,born\nA,2026-10-03\n",
        infusions="who,date\nA,2026-03-02\nA,2026-03-05\n",
        scores="who,date,total\nA,2026-03-01,20\nA,2026-03-16,9\n",
    )
    assert printed.split("\n\n")[1:] == [
        (
            f"before_birth (4): {BEFORE_BIRTH}"
            "  infusions.csv line 2: date: a date\n"
            "  infusions.csv line 3: date: a date\n"
            "  scores.csv line 2: date: a date\n"
            "  scores.csv line 3: date: a date\n"
        )
    ]


def test_a_course_whose_stated_first_infusion_is_before_birth(tmp_path, capsys):
    """The stated start is what is wrong, and its rows follow the course."""
    printed = imported(
        tmp_path,
        SIDE_BY_SIDE.replace(
            "[table.course]\n", '[table.course]\nbirth_date = "DOB"\nfirst_infusion = { date = "Start" }\n'
        ),
        capsys,
        clinic=(
            "MRN,DOB,Diagnosis,Start,Infusion 1,Infusion 2,PHQ9 pre,PHQ9 post\n"
            "0041,2004-02-03,MDD,2003-02-03,2026-02-03,2026-02-05,19,12\n"
        ),
    )
    assert printed.split("\n\n")[1].startswith(f"before_birth (1): {BEFORE_BIRTH}")
