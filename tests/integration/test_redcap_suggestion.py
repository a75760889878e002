"""`--suggest-mapping` for REDCap: a draft from the dictionary, which goes through where nothing had to be assumed."""

import pytest
from batches import batch_rows
from redcap_projects import (
    DEFINITIONS,
    FORM,
    INFUSION,
    INSTANCE,
    INTAKE,
    PHQ9,
    PROJECT,
    answers,
    field,
    import_written,
    write_dictionary,
    write_records,
)

from pipelines.cli import main
from pipelines.sources.redcap.suggestion import suggested_redcap_mapping

pytestmark = pytest.mark.usefixtures("models_read_once")

ROWS = [
    {"record_id": "88", FORM: "", INSTANCE: "", "sex": "1", "dx___1": "1", "dx____99": "0", "intake_complete": "2"},
    {"record_id": "88", FORM: "infusion", INSTANCE: "1", "inf_date": "2026-02-03", "inf_time": "10:00",
     "inf_mg": "35,5", "inf_route": "1"},
    {"record_id": "88", FORM: "phq9", INSTANCE: "1", "phq9_date": "2026-02-04", **answers(1, 1, 1, 1, 1, 1, 1, 1, 1)},
]  # fmt: skip
DRAFT = """\
# A draft from dictionary.csv; docs/redcap.md says what each key means.
# What is marked CHECK was assumed. Then: outcomes import records.csv dictionary.csv --source redcap \
--mapping THIS_FILE --crosswalk FILE

courses = "from infusions"
# blank = ["-999", "UNK"]   # CHECK: the project's missing-data codes, if it has any

[[table]]
form = "intake"

[table.course]
sex = "sex"
conditions = { column = "dx", values = { "Depression" = "depression", "Anxiety" = "anxiety", "Unknown" = "" } }   \
# CHECK: what each choice stands for

[[table]]
form = "infusion"

[[table.infusion]]
when = { date = "inf_date", time = "inf_time" }
route = "inf_route"
dose_mg = "inf_mg"

# PHQ-9 is read from the form phq9 (phq9_1 to phq9_9 and phq9_total), taken on phq9_date.
"""


def written(folder, fields=PROJECT, rows=ROWS):
    return [write_dictionary(folder / "dictionary.csv", fields), write_records(folder / "records.csv", rows)]


def test_a_draft_says_what_the_dictionary_shows(tmp_path):
    assert suggested_redcap_mapping(written(tmp_path), DEFINITIONS) == DRAFT


def test_a_draft_goes_through_as_it_is(tmp_path):
    files = written(tmp_path)
    store, batch = import_written(tmp_path, suggested_redcap_mapping(files, DEFINITIONS), files)
    assert [(table.n_accepted, table.n_landed) for table in batch.tables] == [(1, 1)] * 3
    assert batch_rows(store, batch.id, "courses", "sex, conditions") == [("male", ["depression"])]


def test_a_draft_says_what_an_import_will_ask(tmp_path):
    fields = [
        *INTAKE, field("dob", "intake", validation="date_dmy", identifier="y", label="Date of birth"), *INFUSION,
        field("inf_end", "infusion", validation="datetime_ymd"), *PHQ9, field("entered", "phq9", validation="date_ymd"),
    ]  # fmt: skip
    rows = [{**row, "dob": "", "inf_end": "", "entered": ""} for row in ROWS]
    draft = suggested_redcap_mapping(written(tmp_path, fields, rows), DEFINITIONS)
    assert 'birth_date = "dob"   # for the age band, never kept' in draft
    assert 'when = { date = "inf_date", time = "inf_time" }   # CHECK: or inf_end' in draft
    assert draft.endswith(
        "# CHECK: PHQ-9 is recognized in the form phq9 (phq9_1 to phq9_9 and phq9_total), and nothing says for sure "
        "when it was taken: it could be 'phq9_date' or 'entered'. Say it in a [[table]] with form = \"phq9\":\n"
        '#    score = [{ scale = { constant = "PHQ-9" }, items = "phq9_{n}", total = "phq9_total", '
        'when = { date = "..." } }]\n'
        '#    or leave its scores out: forms_left_out = ["phq9"]\n'
    )


def test_a_project_without_a_form_of_infusions(tmp_path):
    rows = [{key: text for key, text in row.items() if not key.startswith("inf")} for row in (ROWS[0], ROWS[2])]
    draft = suggested_redcap_mapping(written(tmp_path, [INTAKE[0], *PHQ9], [
        {key: text for key, text in row.items() if key not in ("sex", "dx___1", "dx____99", "intake_complete")}
        for row in rows
    ]), DEFINITIONS)  # fmt: skip
    assert 'courses = "from the first score"   # CHECK: no form looks like one of infusions' in draft
    assert 'conditions = { constant = "depression" }   # CHECK: what are the courses given for?' in draft


def test_the_command_writes_a_draft_and_shows_no_cell(tmp_path, capsys):
    files = [str(path) for path in written(tmp_path)]
    assert main(["import", *files, "--source", "redcap", "--suggest-mapping"]) == 0
    assert capsys.readouterr().out == DRAFT
    assert "88" not in DRAFT
