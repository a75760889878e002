"""Public REDCap exports in every structure: no cell of any field is lost, none comes twice, and times are right.

The exports are those of REDCapR (MIT) and REDCapTidieR (MIT). None holds answers to a symptom scale, so a scale of the
test's own (CELLS, 0 to 1,000 by 0.01) is read from one field of each. What is odd in each stands beside it in
`EXAMPLES`; what is odd in all of them: dates are ISO dates whatever the field's validation type says (`text_dmy` is
2022-08-03), unchecked boxes are 0 even where the form was never opened, and few hold a date. Where a record has none,
the scores are said to be taken "before the course", and its course begins with the record.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from csv_files import write_csv
from redcap_projects import landed_project, landed_scores

from pipelines.errors import FileRefused, MappingInvalid
from pipelines.settings import read_settings

pytestmark = [pytest.mark.reference, pytest.mark.usefixtures("models_read_once")]

CELLS = """\
id = "CELLS"
version = "test"
name = "Cells of a field, for this test alone"
measures = "nothing"
rater = "self"
recall_hours = 0
recall_words = "CELLS asks about nothing"
licence = "None needed."
units_per_point = 100

[total]
minimum = 0
maximum = 1000
step = 0.01
citation = "None: a scale for this test alone"
reviewed = 2026-11-25
"""
UNDATED = '"before the course"'


@dataclass(frozen=True)
class Example:
    """One export.

    Attributes:
        records, dictionary: its files, below the folder `redcap`.
        form, field: where the scores of the test are read.
        n_cells: how many of the field's cells are not blank, counted by eye or with `cut`.
        when: when they were taken, as a mapping says it.
        odd: what is odd in it.
    """

    records: str
    dictionary: str
    form: str
    field: str
    n_cells: int
    when: str = UNDATED
    odd: str = ""


EXAMPLES = {
    "longitudinal, one arm": Example(
        "redcapr/arm-single-longitudinal/data.csv",
        "redcapr/arm-single-longitudinal/dictionary.csv",
        "collection",
        "weight",
        9,
        '{ date = "interview_date" }',
        "The same form stands in three events of each record; an event is misspelt (dischage_arm_1).",
    ),
    "longitudinal, two arms, a date of the same event": Example(
        "redcapr/longitudinal/data.csv",
        "redcapr/longitudinal/dictionary.csv",
        "baseline_data",
        "creat_b",
        3,
        '{ date = "date_enrolled" }',
        "Records of two arms; the form has no date, and that of demographics is in the same event. The first field "
        "is called study_id. A field labelled Creatinine (creat_4) has the validation type of a date.",
    ),
    "longitudinal, two arms, by the name of the event": Example(
        "redcapr/longitudinal/data.csv",
        "redcapr/longitudinal/dictionary.csv",
        "patient_morale_questionnaire",
        "pmq1",
        10,
        '{ visit = "redcap_event_name", values = { dose_1_arm_1 = "7 days after the start", visit_1_arm_1 = '
        '"14 days after the start", dose_2_arm_1 = "21 days after the start", visit_2_arm_1 = "28 days after the '
        'start", first_dose_arm_2 = "7 days after the start", first_visit_arm_2 = "14 days after the start" } }',
        "No date stands in these events; a course begins with its record.",
    ),
    "classic, 500 records": Example(
        "redcapr/clinical-trial-1/data.csv",
        "redcapr/clinical-trial-1/dictionary.csv",
        "demographics",
        "height",
        500,
        odd="The only date is that of birth, which is no date of a score; some heights have a decimal, most do not.",
    ),
    "data-access groups": Example(
        "redcapr/dag/data.csv",
        "redcapr/dag/dictionary.csv",
        "demographics",
        "height",
        0,
        odd="Nothing but names is filled in; record ids hold the group's number (331-1).",
    ),
    "decimal commas": Example(
        "redcapr/decimal-comma/data.csv",
        "redcapr/decimal-comma/dictionay.csv",
        "demographics",
        "height",
        4,
        odd="Fields with the validation type number_comma_decimal are written 1,54; the calculated one is 22.1.",
    ),
    "record ids that are no numbers": Example(
        "redcapr/nonnumeric-record-id/data.csv",
        "redcapr/nonnumeric-record-id/dictionary.csv",
        "demographics",
        "name",
        3,
        odd="No numeric field at all, and a name that the dictionary does not mark as an identifier.",
    ),
    "repeating instruments with dates": Example(
        "redcapr/repeating-instruments/data.csv",
        "redcapr/repeating-instruments/dictionary.csv",
        "bp",
        "bp_systolic",
        4,
        '{ date = "date_bp" }',
        "Three instances bear the same date: three scores of one day, which are then quarantined, not merged.",
    ),
    "repeating instruments without dates": Example(
        "redcapr/vignette-repeating/data.csv",
        "redcapr/vignette-repeating/dictionary.csv",
        "blood_pressure",
        "sbp",
        6,
        odd="Three forms repeat side by side; a number has its unit in the cell (1.1 ppm).",
    ),
    "every validation type": Example(
        "redcapr/validation-types-1/data.csv",
        "redcapr/validation-types-1/dictionary.csv",
        "form_1",
        "v_number",
        0,
        odd="One record, entirely blank but for the status of its form and unchecked boxes.",
    ),
    "checkboxes": Example(
        "redcapr/checkboxes-1/data.csv",
        "redcapr/checkboxes-1/dictionary.csv",
        "form_2",
        "check_one___1",
        3,
        odd="No numeric field. The box is 0 or 1 in all four records, but the form of the fourth was never filled in: "
        "REDCap writes 0 there all the same, and that is no answer.",
    ),
    "classic with repeats": Example(
        "redcaptidier/db_data_classic.csv",
        "redcaptidier/db_metadata_classic.csv",
        "repeated",
        "repeat_1",
        4,
        odd="The field of the repeating form holds letters too, which land and are quarantined. Boxes for missing data "
        "are named ___.99 in the records and ___-99 in the dictionary; a checkbox is listed once for each choice, with "
        "the choice added to its label.",
    ),
    "classic, a calculated field": Example(
        "redcaptidier/db_data_classic.csv",
        "redcaptidier/db_metadata_classic.csv",
        "data_field_types",
        "calculated",
        3,
        odd="Calculated fields have a value on forms that nobody filled in.",
    ),
    "classic without repeats, dated": Example(
        "redcaptidier/db_data_classic_norepeat.csv",
        "redcaptidier/db_metadata_classic_norepeat.csv",
        "data_field_types",
        "slider",
        1,
        '{ date = "text_dmy_hms" }',
        "Of three records one has a slider and dates; the date is that of another form in the same row.",
    ),
    "longitudinal with repeats": Example(
        "redcaptidier/db_data_long.csv",
        "redcaptidier/db_metadata_long.csv",
        "repeated",
        "repeat_1",
        9,
        odd="The form repeats in two events of the first arm and in one of the second.",
    ),
    "longitudinal with repeats, one arm": Example(
        "redcaptidier/db_data_long_noarms.csv",
        "redcaptidier/db_metadata_long_noarms.csv",
        "repeated",
        "repeat_1",
        8,
    ),
    "longitudinal without repeats": Example(
        "redcaptidier/db_data_long_norepeat.csv",
        "redcaptidier/db_metadata_long_norepeat.csv",
        "nonrepeated2",
        "nonrepeat_3",
        2,
    ),
    "one form that repeats in one event and not in another": Example(
        "redcaptidier/db_mixed_structure.csv",
        "redcaptidier/db_metadata_mixed_structure.csv",
        "mixed_structure_form",
        "mixed_structure_1",
        3,
        odd="The field holds text, which lands and is quarantined.",
    ),
}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """Settings and definitions with the scale of this test."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "definitions" / "scales").mkdir(parents=True)
    (folder / "definitions" / "scales" / "CELLS.toml").write_text(CELLS, encoding="utf-8")
    (folder / "program.toml").write_text('definitions = "definitions"\n', encoding="utf-8")
    return read_settings(folder / "program.toml")


@pytest.fixture
def landed(program, tmp_path):
    """Lands files through a mapping: source column, record, minute and text of each score; courses; and the source."""
    settings, definitions = program

    def run(files, mapping):
        with landed_project(tmp_path, files, mapping, settings, definitions) as (source, connection):
            scores = landed_scores(connection, "source_column, origins.source_line, landed.time, landed.total")
            courses = connection.execute("select course_id, patient_id, site from landing.courses").fetchall()
            return scores, courses, source

    return run


def filled(path: Path, field: str) -> list[int]:
    """The lines of a file on which a field is not blank, read without the product's own code."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        place = next(reader).index(field)
        lines, end = [], reader.line_num
        for record in reader:
            if record and record[place].strip():
                lines.append(end + 1)
            end = reader.line_num
    return lines


def mapping_of(parts: str, *, is_dated: bool) -> str:
    courses = "from the first score" if is_dated else "one per patient"
    return f'courses = "{courses}"\n\n[course]\nconditions = {{ constant = "depression" }}\n{parts}'


def table(form: str, field: str, when: str) -> str:
    return (
        f'\n[[table]]\nform = "{form}"\n\n[[table.score]]\nscale = {{ constant = "CELLS" }}\n'
        f'total = "{field}"\nwhen = {when}\n'
    )


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_a_field_gives_as_many_scores_as_it_has_cells(example, landed, reference_folder):
    folder = reference_folder / "redcap"
    files = [folder / example.records, folder / example.dictionary]
    parts = table(example.form, example.field, example.when)
    scores, *_ = landed(files, mapping_of(parts, is_dated="date" in example.when))
    assert len(scores) == example.n_cells
    if "___" not in example.field:
        assert [line for _, line, *_ in scores] == filled(folder / example.records, example.field)


@pytest.mark.parametrize(
    "example", [pytest.param(found, id=name) for name, found in EXAMPLES.items() if name != "checkboxes"]
)
def test_every_field_that_is_read_at_all_gives_all_of_its_cells(example, landed, reference_folder):
    """All fields of an export at once: each line on which one is filled in gives one score of it, on that line."""
    folder = reference_folder / "redcap"
    with (folder / example.dictionary).open(encoding="utf-8", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    with (folder / example.records).open(encoding="utf-8", newline="") as stream:
        exported = next(csv.reader(stream))
    place = {name: header.index(name) for name in header}
    names = {key: next(name for name in both if name in place) for key, both in NAMES.items()}
    fields = {
        line[place[names["field"]]]: line[place[names["form"]]]
        for line in lines[1:]
        if line[place[names["field"]]] in exported
        and line[place[names["kind"]]] not in ("notes", "file", "sql")
        and not line[place[names["identifier"]]]
        and not line[place[names["validation"]]].startswith(("date", "email", "phone", "zip", "postal", "ssn", "mrn"))
        and "mrn" not in line[place[names["validation"]]]
    }
    parts = "".join(table(form, field, UNDATED) for field, form in fields.items())
    scores, *_ = landed([folder / example.records, folder / example.dictionary], mapping_of(parts, is_dated=False))
    assert fields
    found = Counter((column, line) for column, line, *_ in scores)
    assert found == Counter((field, line) for field in fields for line in filled(folder / example.records, field))


NAMES = {
    "field": ("field_name", "Variable / Field Name"),
    "form": ("form_name", "Form Name"),
    "kind": ("field_type", "Field Type"),
    "identifier": ("identifier", "Identifier?"),
    "validation": ("text_validation_type_or_show_slider_number", "Text Validation Type OR Show Slider Number"),
}


def test_times_count_from_the_first_date_of_a_record(landed, reference_folder):
    example = EXAMPLES["longitudinal, one arm"]
    folder = reference_folder / "redcap"
    scores, courses, _ = landed(
        [folder / example.records, folder / example.dictionary],
        mapping_of(table(example.form, example.field, example.when), is_dated=True),
    )
    expected = [(11, 0), (12, 1), (13, 2), (21, 0), (22, 1), (23, 2), (31, 0), (32, 1), (33, 2)]
    assert [(float(total), int(minute) // 1440) for _, _, minute, total in scores] == expected
    assert len(courses) == 3


def test_decimal_commas_are_read_and_a_point_beside_them_too(landed, reference_folder):
    example = EXAMPLES["decimal commas"]
    folder = reference_folder / "redcap"
    parts = table("demographics", "height", UNDATED) + table("demographics", "bmi", UNDATED)
    scores, *_ = landed([folder / example.records, folder / example.dictionary], mapping_of(parts, is_dated=False))
    assert [total for column, *_, total in scores if column == "height"] == ["1.54", "1.84", "1.95", "1.61"]
    assert [total for column, *_, total in scores if column == "bmi"] == ["22.1", "27.3", "32.5", "17.7"]


def test_data_access_groups_are_sites(landed, reference_folder):
    example = EXAMPLES["data-access groups"]
    folder = reference_folder / "redcap"
    _, courses, source = landed(
        [folder / example.records, folder / example.dictionary],
        mapping_of(table("demographics", "height", UNDATED), is_dated=False),
    )
    assert sorted(site for *_, site in courses) == ["daga", "daga", "dagb"]
    assert source.notes == [
        "7 fields that the data dictionary shows to be identifiers, free text, files or contacts were never read.",
        "6 fields that nothing names were not read.",
    ]


def test_cyrillic_without_a_dictionary(landed, reference_folder, tmp_path):
    """An export without its dictionary, R's row numbers in a column without a name, blanks written as `NA`.

    Cyrillic is written as `<U+043E>`. Among its forms is a GAD-7 that nobody answered. The test makes a dictionary of
    its own, and Cyrillic of the escapes.
    """
    text = (reference_folder / "redcap" / "redcapr" / "russian" / "data.csv").read_text(encoding="utf-8")
    with pytest.raises(FileRefused) as refusal:
        landed([reference_folder / "redcap" / "redcapr" / "russian"], mapping_of("", is_dated=False))
    assert str(refusal.value) == (
        "No data dictionary was given with data.csv. Download it from REDCap (Project Setup, Download the current Data "
        "Dictionary) and give it as a further path: it says what the columns are."
    )
    rows = [row[1:] for row in csv.reader(text.splitlines())]
    rows = [[cyrillic(cell) for cell in row] for row in rows]
    records, dictionary = tmp_path / "data.csv", tmp_path / "dictionary.csv"
    write_csv(records, rows)
    lines = [["field_name", "form_name", "field_type", "field_label", VALIDATION, "select_choices_or_calculations"]]
    form, waiting = "", []
    for name in rows[0]:
        if name.endswith("_complete"):
            form = name.removesuffix("_complete")
            lines += [[field, form, *rest] for field, *rest in waiting]
            waiting = []
            continue
        field, _, code = name.partition("___")
        kind = "checkbox" if code else "text"
        choices = " | ".join(f"{n}, {n}" for n in [*range(1, 13), 999]) if code else ""
        validation = "date_dmy" if field.startswith("date") else ""
        if not any(line[0] == field for line in waiting):
            waiting.append([field, kind, "Вопрос", validation, choices])
    assert not waiting
    write_csv(dictionary, lines)
    parts = table("screening", "age", '{ date = "date_interview" }')
    parts += table("screening", "recruitment_other", '{ date = "date_interview" }')
    mapping = 'blank = ["NA"]\n' + mapping_of(parts, is_dated=True)
    with pytest.raises(MappingInvalid) as unclear:
        landed([records, dictionary], mapping)
    assert str(unclear.value) == (
        "1 mistake in the mapping mapping.toml; mend and run again:\n"
        "  GAD-7 is recognized in the form survey_12611267_gad7 (gad1 to gad7), and nothing says for sure when it was "
        "taken: the form has no date field, and of the same event it could be 'date_interview' or 'date_fg_q3'. Say it "
        'in a [[table]] with form = "survey_12611267_gad7":\n'
        '    score = [{ scale = { constant = "GAD-7" }, items = "gad{n}", when = { date = "..." } }]\n'
        '    or leave its scores out: forms_left_out = ["survey_12611267_gad7"]'
    )
    mapping += '[[table]]\nform = "survey_12611267_gad7"\n'
    mapping += 'score = [{ scale = { constant = "GAD-7" }, items = "gad{n}", when = { date = "date_interview" } }]\n'
    scores, courses, _ = landed([records, dictionary], mapping)
    assert len(courses) == 3
    assert [total for column, *_, total in scores if column == "age"] == ["33", "18", "22"]
    assert [total for column, *_, total in scores if column != "age"] == [
        "от сотрудницы",
        "мама и сестра",
        "подруга по общежитию",
    ]


VALIDATION = "text_validation_type_or_show_slider_number"


def cyrillic(text: str) -> str:
    """R's escapes as the letters that they stand for."""
    head, *parts = text.split("<U+")
    return head + "".join(chr(int(part[:4], 16)) + part[5:] for part in parts)
