"""Every mistake of a mapping is told at once: its line, what is wrong, and the nearest name there is.

`GOOD` goes through; each case changes it and gets exactly these messages, the same whatever the data hold.
"""

import pytest

from pipelines.errors import MappingInvalid
from pipelines.settings import read_settings
from pipelines.sources.table.source import find_table

SETTINGS, DEFINITIONS = read_settings(None)

GOOD = """\
courses = "from infusions"
dates = "DD.MM.YYYY"

[course]
conditions = { constant = "depression" }

[[table]]
file = "infusions.csv"
record_number = "MRN"
drop = "Name"

[[table.infusion]]
when = { date = "Given on" }
route = { column = "Route", values = { "Ketamine IV" = "iv" } }
dose_mg = "mg"

[[table]]
file = "scores.csv"
record_number = "MRN"

[[table.score]]
scale = { column = "Form", values = { "PHQ 9" = "PHQ-9" }, others = "not tracked" }
total = "Score"
when = { date = "Date" }
"""
FILES = {
    "infusions.csv": "MRN,Name,Given on,Route,mg\n00773,John,03.02.2026,Ketamine IV,35\n",
    "scores.csv": "MRN,Date,Form,Score\n00773,01.02.2026,PHQ 9,13\n",
}
PATIENT_VALUES = ("00773", "John", "13", "03.02")


def mistakes(folder, mapping: str, files: dict[str, str] = FILES) -> list[str]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    try:
        find_table([folder / name for name in files], path, SETTINGS, DEFINITIONS)
    except MappingInvalid as error:
        count = len(error.mistakes)
        plural = "" if count == 1 else "s"
        head = f"{count} mistake{plural} in the mapping mapping.toml; mend and run again:"
        assert str(error).splitlines() == [head, *(f"  {mistake}" for mistake in error.mistakes)]
        assert not any(value in str(error) for value in PATIENT_VALUES)
        return list(error.mistakes)
    return []


def unread(line: int, file: str, column: str) -> str:
    return (
        f"line {line}: 1 column of {file} is neither read nor dropped: '{column}'. Say what it holds, or list it under "
        'drop, which is never read (drop = ["*"] drops all others)'
    )


def changed(*changes: tuple[str, str]) -> str:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_mapping_without_mistakes(tmp_path):
    assert mistakes(tmp_path, GOOD) == []


KEYS_OF_A_TABLE = (
    "file, sheet, form, header_row, delimiter, encoding, decimal, dates, trust_excel_dates, blank, course_id, "
    "patient_id, record_number, fill_down, drop, skip_where, keep_where, course, infusion, score"
)
CONDITIONS = 'conditions = { constant = "depression" }'
SCORE = '[[table.score]]\nscale = { column = "Form", values = { "PHQ 9" = "PHQ-9" }, others = "not tracked" }\n'

CASES = {
    # --- names in the mapping itself
    "a misspelt key": (
        changed(("record_number", "record_nuber")),
        ["line 9: there is no key 'record_nuber' here. Did you mean 'record_number'?"],
    ),
    "a key like no other": (
        changed(('drop = "Name"', 'hue = "Name"')),
        [f"line 10: there is no key 'hue' here. Known: {KEYS_OF_A_TABLE}."],
    ),
    "a misspelt key of a time": (
        changed(('date = "Date"', 'dat = "Date"')),
        ["line 24: there is no key 'dat' here. Did you mean 'date'?"],
    ),
    "no word on where courses come from": (
        changed(('courses = "from infusions"\n', "")),
        ["'courses' is missing"],
    ),
    "courses from something else": (
        changed(("from infusions", "by patient")),
        [
            (
                "line 1: courses: input should be 'one per course_id', 'one per patient', 'one per line', "
                "'from infusions' or 'from the first score'"
            ),
        ],
    ),
    "a canonical column that is misspelt": (
        changed(("dose_mg =", "dose_mgs =")),
        ["line 15: 'dose_mgs' is no column of infusions. Did you mean 'dose_mg'?"],
    ),
    "an id under a part": (
        changed(("dose_mg =", "patient_id =")),
        ["line 15: patient_id belongs to the [[table]] itself, since all of its lines are about someone"],
    ),
    "a scale that is misspelt": (
        changed(('= "PHQ-9"', '= "PHQ9"')),
        ["line 22: there is no scale 'PHQ9'. Did you mean 'PHQ-9'?"],
    ),
    "a condition that no definition names": (
        changed(('constant = "depression"', 'constant = "depresion"')),
        ["line 5: conditions: there is no code 'depresion'. Did you mean 'depression'?"],
    ),
    "a value that stands for no code": (
        changed(('= "iv"', '= "ivv"')),
        ["line 14: route: there is no code 'ivv'. Did you mean 'iv'?"],
    ),
    "an attribute with capitals": (
        changed((CONDITIONS, f'{CONDITIONS}\nattr_Arm = {{ constant = "A" }}')),
        ["line 6: an attribute is named attr_<name> (small letters, digits, _)"],
    ),
    "an attribute that would hide a column": (
        changed((CONDITIONS, f'{CONDITIONS}\nattr_site = {{ constant = "A" }}')),
        ["line 6: the attribute 'attr_site' bears a name that stands for something else already"],
    ),
    "a column in place of a constant for all courses": (
        changed((CONDITIONS, 'conditions = "Diagnosis"')),
        ["line 4: 'Diagnosis' is a column; [course] holds constants only, columns go under a [table.course]"],
    ),
    "no word on conditions": (
        changed((CONDITIONS, 'site = { constant = "North" }')),
        [
            (
                "nothing says what the courses are given for: map `conditions` in a [table.course], or state it for "
                'all under [course]: conditions = { constant = "depression" }'
            ),
        ],
    ),
    # --- times and dates
    "words that name no time": (
        changed(('when = { date = "Date" }', 'when = "a week after infusion 2"')),
        ["line 24: when: 'a week after infusion 2' names no time. Write, for example, '1 day after infusion 2'."],
    ),
    "a unit of time that is misspelt": (
        changed(('when = { date = "Date" }', 'when = "2 weks after infusion 2"')),
        ["line 24: when: 'weks' is no unit of time. Did you mean 'weeks'?"],
    ),
    "an infusion before the first": (
        changed(('when = { date = "Date" }', 'when = "after infusion 0"')),
        ["line 24: when: 'after infusion 0': infusions count from 1."],
    ),
    "after the course, which has no end": (
        changed(('when = { date = "Date" }', 'when = "after the course"')),
        [
            (
                "line 24: when: 'after the course' does not say how long after. Write, for example, '14 days after "
                "the start', 'after infusion 1'."
            ),
        ],
    ),
    "months without their length": (
        changed(('when = { date = "Date" }', 'when = "2 months after the start"')),
        [
            unread(17, "scores.csv", "Date"),
            "line 24: months have no fixed length: state days_per_month = 30 at the top of the mapping",
        ],
    ),
    "this infusion in a table without infusions": (
        changed(
            ('when = { date = "Date" }', 'when = "before this infusion"'),
            ('"scores.csv"', '"scores.csv"\ndrop = "Date"'),
        ),
        ["line 25: 'this infusion' is that of the same line: the table needs exactly one [[table.infusion]]"],
    ),
    "a date format without a year": (
        changed(("DD.MM.YYYY", "DD.MM.")),
        ["line 2: dates: 'DD.MM.' needs day, month and year, such as DD.MM.YYYY, MM/DD/YYYY or DD MMM YYYY hh:mm."],
    ),
    "a date format with single letters": (
        changed(("DD.MM.YYYY", "D MMM YYYY")),
        ["line 2: dates: 'D MMM YYYY': write DD for D; two letters read one digit too."],
    ),
    "a date format with several single letters": (
        changed(("DD.MM.YYYY", "D/M/YYYY h:mm")),
        ["line 2: dates: 'D/M/YYYY h:mm': write DD for D and MM for M and hh for h; two letters read one digit too."],
    ),
    "day first and month first together": (
        changed(('"DD.MM.YYYY"', '["DD/MM/YYYY", "MM/DD/YYYY"]')),
        [
            "line 2: dates: 'DD/MM/YYYY' and 'MM/DD/YYYY' read the same date as different days; state one of them",
        ],
    ),
    "two short forms that read a date in two ways": (
        changed(('"DD.MM.YYYY"', '["DD.MM.YY", "YY.MM.DD"]')),
        ["line 2: dates: 'DD.MM.YY' and 'YY.MM.DD' read the same date as different days; state one of them"],
    ),
    # --- parts that do not go together
    "others for what is no scale": (
        changed(
            ('values = { "Ketamine IV" = "iv" }', 'values = { "Ketamine IV" = "iv" }, others = "not tracked"'),
            ('total = "Score"', 'total = { column = "Score", others = "not tracked" }'),
        ),
        [
            (
                "line 14: route: others belongs to a scale. To leave lines out, state their texts under the "
                '[[table]]: skip_where = { "Route" = ["...", "..."] }'
            ),
            (
                "line 23: total: others belongs to a scale. To leave lines out, state their texts under the "
                '[[table]]: skip_where = { "Score" = ["...", "..."] }'
            ),
        ],
    ),
    "neither total nor items": (
        changed(('total = "Score"\n', "")),
        ["line 21: score: needs one of total, split, items, item and answer"],
    ),
    "a total and a split": (
        changed(('total = "Score"', 'total = "Score"\nsplit = { Score = "before the course" }')),
        ["line 21: score: needs either when or split (which says when for each column)"],
    ),
    "an item without its answer": (
        changed(('total = "Score"', 'item = "Score"')),
        ["line 21: score: item and answer belong together: which item a line answers, and the answer"],
    ),
    "values for a constant": (
        changed(('constant = "depression"', 'constant = "depression", values = { a = "b" }')),
        ["line 5: conditions: values belong to a column, not to a constant"],
    ),
    "a list in place of a column": (
        changed(('total = "Score"', 'total = ["Score"]')),
        ["line 23: total: needs a column's name, { constant = ... } or { column = ..., values = { ... } }"],
    ),
    "two keys for a patient": (
        changed(('record_number = "MRN"', 'record_number = "MRN"\npatient_id = "MRN"')),
        ["line 10: give record_number or patient_id, not both"],
    ),
    "record numbers here and pseudonyms there": (
        changed(('record_number = "MRN"\n\n[[table.score]]', 'patient_id = "MRN"\n\n[[table.score]]')),
        ["some tables tell patients apart by record_number and others by patient_id; give one of them in all"],
    ),
    "courses by id without ids": (
        changed(("from infusions", "one per course_id")),
        [
            'line 7: courses = "one per course_id" needs `course_id`, the column with the id of the course',
            'line 17: courses = "one per course_id" needs `course_id`, the column with the id of the course',
        ],
    ),
    "courses by line without a table of courses": (
        changed(("from infusions", "one per line")),
        ['line 1: courses = "one per line" needs one table with a [table.course]; there are 0'],
    ),
    "courses from the first score beside infusions": (
        changed(("from infusions", "from the first score")),
        ['line 12: there are infusions: then courses = "from infusions", not "from the first score"'],
    ),
    # --- against the files
    "a column that is misspelt": (
        changed(('total = "Score"', 'total = "Scroe"')),
        ["line 23: no column 'Scroe' in row 1 of scores.csv. Did you mean 'Score'?"],
    ),
    "a column that is not there": (
        changed(('dose_mg = "mg"', 'dose_mg = "Dose"')),
        [
            unread(7, "infusions.csv", "mg"),
            "line 15: no column 'Dose' in row 1 of infusions.csv.",
        ],
    ),
    "a column that is neither read nor dropped": (
        changed(('drop = "Name"\n', "")),
        [
            unread(7, "infusions.csv", "Name"),
        ],
    ),
    "a dropped column that is not there": (
        changed(('drop = "Name"', 'drop = ["Name", "Nmae"]')),
        ["line 10: drop: no column 'Nmae' in row 1 of infusions.csv. Did you mean 'Name'?"],
    ),
    "a column dropped and read": (
        changed(('drop = "Name"', 'drop = ["Name", "mg"]')),
        ["line 10: drop: the column 'mg' is also read; take it out of one of the two"],
    ),
    "a file that was not given": (
        changed(('"scores.csv"', '"score.csv"')),
        ["line 18: no file given is named 'score.csv'. Did you mean 'scores.csv'?"],
    ),
    "a table that could be either file": (
        changed(('file = "scores.csv"\n', "")),
        ["line 17: could be any of 2 files (infusions.csv, scores.csv); say which with file"],
    ),
    "a sheet where no workbook was given": (
        changed(('file = "scores.csv"', 'sheet = "Scores"')),
        ["line 18: a sheet 'Scores' is named, but no Excel workbook was given"],
    ),
    "a form of REDCap": (
        changed(('file = "scores.csv"', 'form = "scores"')),
        [
            (
                "line 18: a form is one of a REDCap project, which comes in with --source redcap; a spreadsheet's "
                "table is named by file or sheet"
            )
        ],
    ),
    # --- many at once
    "many mistakes in their order": (
        changed(
            ('"DD.MM.YYYY"', '"DD.MM"'),
            ('"depression"', '"sadness"'),
            ('dose_mg = "mg"', 'dos_mg = "mg"'),
            ('"PHQ-9"', '"PHQ9"'),
            ('"Score"', '"Scores"'),
            ('date = "Date"', 'dte = "Date"'),
        ),
        [
            "line 2: dates: 'DD.MM' needs day, month and year, such as DD.MM.YYYY, MM/DD/YYYY or DD MMM YYYY hh:mm.",
            "line 5: conditions: there is no code 'sadness'. Known: anxiety, chronic_pain, depression, ocd, ptsd.",
            "line 15: 'dos_mg' is no column of infusions. Did you mean 'dose_mg'?",
            "line 22: there is no scale 'PHQ9'. Did you mean 'PHQ-9'?",
            "line 23: no column 'Scores' in row 1 of scores.csv. Did you mean 'Score'?",
            "line 24: there is no key 'dte' here. Did you mean 'date'?",
        ],
    ),
}


@pytest.mark.parametrize(("mapping", "expected"), CASES.values(), ids=CASES)
def test_a_mistake_is_told_with_its_line_and_the_nearest_name(tmp_path, mapping, expected):
    assert mistakes(tmp_path, mapping) == expected
