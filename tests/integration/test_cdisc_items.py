"""One line an item, two further questionnaires, text beside numbers: a CDISC QS table through a mapping.

`example_qs.csv` is from pharmaverse admiral (Apache-2.0): SDTM QS, two patients. What is odd in it:

- GAD-7 has 8 lines a visit: seven items with an answer in words (QSORRES) and as a number (QSSTRESN), and a total,
  whose QSORRES is the number itself;
- visits are not in the order of their numbers: the unscheduled visit 5.01 is number 501, before visit 6;
- QSSEQ begins again at 1 with each questionnaire, so that it is no key of a line;
- the second patient, P0002, has no GAD-7 at all;
- two answers of GDS-SF are blank, and its points run against the answer in some items (NO is 1 in item 1);
- there are dates, and no infusions.
"""

from pathlib import Path

import pytest
from batches import batch_rows

from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = [pytest.mark.reference, pytest.mark.usefixtures("models_read_once")]

SETTINGS, DEFINITIONS = read_settings(None)
EXPORT = Path("cdisc_gad7", "example_qs.csv")
TOTALS_BY_DAY = {0: 15, 150: 14, 180: 13, 363: 7}
"""Of P0001: 2012-11-16, 2013-04-15, 2013-05-15 and 2013-11-14, counted by hand."""

ABOUT = """\
courses = "from the first score"

[course]
conditions = { constant = "anxiety" }

[[table]]
file = "example_qs.csv"
patient_id = "USUBJID"
drop = ["*"]

[[table.score]]
scale = { column = "QSCAT", values = { "GAD-7 V2" = "GAD-7" }, others = "not tracked" }
when = { date = "QSDTC" }
"""
ITEMS = """\
[table.score.item]
column = "QSTESTCD"
[table.score.item.values]
GAD0201 = 1
GAD0202 = 2
GAD0203 = 3
GAD0204 = 4
GAD0205 = 5
GAD0206 = 6
GAD0207 = 7
"""
MAPPINGS = {
    "answers as numbers, with the total": ABOUT + 'answer = "QSSTRESN"\n' + ITEMS + 'GAD0208 = "total"\n',
    "answers in words, with the total": (
        ABOUT
        + 'answer = "QSORRES"\n'
        + 'answers = { "Not at all" = 0, "Several days" = 1, "More than half the days" = 2, "Nearly every day" = 3 }\n'
        + ITEMS
        + 'GAD0208 = "total"\n'
    ),
    "items alone, the total left out": ABOUT + 'answer = "QSSTRESN"\n' + ITEMS + 'GAD0208 = "left out"\n',
}


@pytest.fixture
def lines(reference_folder) -> list[str]:
    """Of the export, to change."""
    return (reference_folder / EXPORT).read_text(encoding="utf-8").splitlines()


@pytest.fixture
def imported(reference_folder, tmp_path):
    """Imports the export, or changed lines of it, through a mapping."""

    def run(mapping: str, lines: list[str] | None = None):
        path = tmp_path / "mapping.toml"
        path.write_text(mapping, encoding="utf-8")
        store = Store(tmp_path / "store")
        options = ImportOptions(kind="table", name="trial", mapping=path, accept_quarantine=True)
        export = reference_folder / EXPORT
        if lines is not None:
            export = tmp_path / export.name
            export.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return store, import_files(store, [export], options, SETTINGS, DEFINITIONS, lambda _line: None)

    return run


@pytest.mark.parametrize("mapping", MAPPINGS.values(), ids=MAPPINGS)
def test_32_lines_give_four_scores_and_129_lines_are_not_tracked(imported, mapping):
    store, result = imported(mapping)
    counts = {table.table: table for table in result.batch.tables}
    scores = counts["scores"]
    assert (scores.n_accepted, scores.n_duplicate, scores.n_quarantined, scores.n_not_tracked) == (4, 0, 0, 129)
    assert (counts["courses"].n_accepted, counts["courses"].n_landed) == (1, 1), "P0002 has no tracked score"
    found = batch_rows(store, result.batch.id, "scores", "minute / 1440, score, n_answered, course_id")
    courses = batch_rows(store, result.batch.id, "courses", "course_id, patient_id, period")
    assert [(day, score, n_answered) for day, score, n_answered, _ in found] == [
        (day, total, 7) for day, total in TOTALS_BY_DAY.items()
    ]
    assert {course for *_, course in found} == {"P0001-1"}
    assert courses == [("P0001-1", "P0001", "2012-Q4")]


def test_every_line_is_accounted_for(imported):
    _, result = imported(MAPPINGS["answers as numbers, with the total"])
    (lines,) = result.batch.lines
    assert (lines.file_name, lines.n_lines, lines.n_filtered, lines.n_without_row, lines.n_rows) == (
        "example_qs.csv", 161, 0, 0, 1 + 4 + 129,
    )  # fmt: skip


def test_a_total_line_that_is_left_out_gives_no_row(imported):
    _, result = imported(MAPPINGS["items alone, the total left out"])
    (lines,) = result.batch.lines
    assert (lines.n_lines, lines.n_without_row) == (161, 4)


def test_an_item_that_the_mapping_does_not_name_is_refused_with_its_questionnaire(imported):
    """Three of the four visits would pass with seven items; each has the total line that nothing explains."""
    store, result = imported(ABOUT + 'answer = "QSSTRESN"\n' + ITEMS)
    (scores,) = [table for table in result.batch.tables if table.table == "scores"]
    assert (scores.n_accepted, scores.n_quarantined, scores.n_not_tracked) == (0, 4, 129)
    found = batch_rows(store, result.batch.id, "quarantine", "table_name, file_name, line, rule, column_name, found")
    assert [row for table, *row in found if table == "scores"] == [
        ["example_qs.csv", line, "unknown_item", "QSTESTCD", "text like aaa9999"] for line in (9, 17, 25, 33)
    ]


def test_an_item_answered_twice(imported, lines):
    """The first visit's item 4 comes again with another answer: nothing says which holds."""
    lines.append(lines[4].removesuffix("2") + "3")
    store, result = imported(MAPPINGS["answers as numbers, with the total"], lines)
    found = batch_rows(store, result.batch.id, "quarantine", "line, rule, column_name")
    assert found == [(163, "conflicting_duplicate", "QSSTRESN")]


def test_a_broken_answer_is_named_by_its_own_line(imported, lines):
    assert lines[4].endswith("GAD-7 V2,2")
    lines[4] = lines[4].removesuffix("2") + "5"
    store, result = imported(MAPPINGS["answers as numbers, with the total"], lines)
    found = batch_rows(store, result.batch.id, "quarantine", "line, rule, column_name, found")
    assert found == [(5, "out_of_range", "QSSTRESN", "5")]
