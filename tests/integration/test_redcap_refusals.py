"""What REDCap projects are refused for: each message says what was found, where, and the cure, and no cell's value."""

import pytest
from csv_files import write_csv
from redcap_projects import (
    EVENT,
    FORM,
    INFUSION,
    INSTANCE,
    INTAKE,
    MAPPING,
    PHQ9,
    PROJECT,
    answers,
    field,
    import_written,
    imported,
    write_dictionary,
    write_records,
)

from pipelines.cli import main
from pipelines.errors import FileRefused, MappingInvalid

pytestmark = pytest.mark.usefixtures("models_read_once")

ROWS = [
    {"record_id": "88", FORM: "", INSTANCE: "", "sex": "1", "dx___1": "1", "intake_complete": "2"},
    {"record_id": "88", FORM: "infusion", INSTANCE: "1", "inf_date": "2026-02-03", "inf_time": "10:00",
     "inf_mg": "35,5", "inf_route": "1", "ae___1": "0"},
    {"record_id": "88", FORM: "phq9", INSTANCE: "1", "phq9_date": "2026-02-04", **answers(1, 1, 1, 1, 1, 1, 1, 1, 1)},
]  # fmt: skip


def refusal(folder, mapping=MAPPING, fields=None, rows=ROWS) -> str:
    with pytest.raises(FileRefused) as refused:
        imported(folder, mapping, fields, records=rows)
    return str(refused.value)


def mistakes(folder, mapping, fields=None, rows=ROWS) -> list[str]:
    with pytest.raises(MappingInvalid) as refused:
        imported(folder, mapping, fields, records=rows)
    return list(refused.value.mistakes)


def changed(old: str, new: str) -> str:
    assert old in MAPPING
    return MAPPING.replace(old, new, 1)


# --- files


def test_a_project_without_its_dictionary(tmp_path):
    records = write_records(tmp_path / "records.csv", ROWS)
    with pytest.raises(FileRefused) as refused:
        import_written(tmp_path, MAPPING, [records])
    assert str(refused.value) == (
        "No data dictionary was given with records.csv. Download it from REDCap (Project Setup, Download the current "
        "Data Dictionary) and give it as a further path: it says what the columns are."
    )


def test_a_dictionary_without_records(tmp_path):
    with pytest.raises(FileRefused) as refused:
        import_written(tmp_path, MAPPING, [write_dictionary(tmp_path / "dictionary.csv", PROJECT)])
    assert str(refused.value) == (
        "There is no export of records beside the data dictionary dictionary.csv. Export the records as 'CSV / "
        "Microsoft Excel (raw data)' and give both files."
    )


def test_two_dictionaries(tmp_path):
    files = [write_dictionary(tmp_path / f"{name}.csv", PROJECT) for name in ("a", "b")]
    with pytest.raises(FileRefused) as refused:
        import_written(tmp_path, MAPPING, [*files, write_records(tmp_path / "records.csv", ROWS)])
    assert str(refused.value) == (
        "2 data dictionaries were given (a.csv, b.csv). Give the one of the project that the records are from; two "
        "projects are two imports, each with a --name."
    )


def test_a_dictionary_of_another_project(tmp_path):
    assert refusal(tmp_path, fields=[field("study_id", "start"), field("x", "start")]) == (
        "records.csv has no column 'study_id', the record id in dictionary.csv. Give the data dictionary of the same "
        "project, and export the record id too."
    )


def test_a_dictionary_older_than_the_export(tmp_path):
    assert refusal(tmp_path, fields=[*INTAKE, *INFUSION, *PHQ9[:10]]) == (
        "records.csv has 1 column that dictionary.csv does not know: 'phq9_total'. Is it the data dictionary of "
        "another project, or older than the export? Download both again."
    )


def test_a_dictionary_with_a_field_in_two_ways(tmp_path):
    assert refusal(tmp_path, fields=[*PROJECT, field("sex", "intake", "text")]) == (
        "dictionary.csv line 22: the field 'sex' is defined a second time, and not in the same way. Are these two "
        "dictionaries in one file? Download it again."
    )


def test_an_export_that_is_cut_off(tmp_path):
    dictionary = write_dictionary(tmp_path / "dictionary.csv", PROJECT)
    records = write_records(tmp_path / "records.csv", ROWS)
    text = records.read_text(encoding="utf-8")
    records.write_text(text[:-8], encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        import_written(tmp_path, MAPPING, [dictionary, records])
    assert str(refused.value) == (
        "records.csv line 4: 19 cells, expected 22. The file may be cut off; export it again."
    )


def test_an_export_that_excel_kept(tmp_path):
    dictionary = write_dictionary(tmp_path / "dictionary.csv", PROJECT)
    (tmp_path / "records.xlsx").write_bytes(b"PK")
    with pytest.raises(FileRefused) as refused:
        import_written(tmp_path, MAPPING, [dictionary, tmp_path / "records.xlsx"])
    assert str(refused.value) == (
        "records.xlsx is no CSV file, and REDCap exports are read as it writes them: Excel changes dates and leading "
        "zeros. Export 'CSV / Microsoft Excel (raw data)' from REDCap and give that file unopened."
    )


def test_two_exports_of_one_name(tmp_path):
    files = [write_dictionary(tmp_path / "dictionary.csv", PROJECT)]
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        files.append(write_records(tmp_path / folder / "records.csv", ROWS))
    with pytest.raises(FileRefused) as refused:
        import_written(tmp_path, MAPPING, files)
    assert str(refused.value) == (
        "Two exports are called records.csv, and no message could say which is meant. Rename one of them."
    )


def test_codes_in_some_columns_and_labels_in_others(tmp_path):
    rows = [{**ROWS[0], "dx___2": "Checked"}, *ROWS[1:]]
    assert refusal(tmp_path, rows=rows) == (
        "records.csv holds codes in some columns and labels in others. Export all of it as 'raw data', or all of it as "
        "'labels'."
    )


def test_a_repeating_form_by_a_title_that_is_not_its_name(tmp_path):
    rows = [ROWS[0], {**ROWS[1], FORM: "Ketamine log"}, ROWS[2]]
    assert refusal(tmp_path, rows=rows) == (
        "records.csv line 3: a row of a repeating form, and no form of the data dictionary is known by the title in "
        "it. If the line is whole, say in the mapping which form the title stands for: form_titles = "
        '{ "..." = "..." }'
    )
    (tmp_path / "told").mkdir()
    _, batch = imported(tmp_path / "told", 'form_titles = { "Ketamine log" = "infusion" }\n' + MAPPING, records=rows)
    assert [table.n_accepted for table in batch.tables] == [1, 1, 1]


def test_a_label_that_leaves_two_fields_open(tmp_path):
    fields = [*INTAKE, field("w1", "intake", label="Weight"), *INFUSION, field("w2", "infusion", label="Weight"), *PHQ9]
    header = ["Record ID", "Repeat Instrument", "Repeat Instance", "Treated for (choice=Depression)", "Weight"]
    files = [
        write_dictionary(tmp_path / "dictionary.csv", fields),
        write_csv(tmp_path / "records.csv", [header, ["88", "", "", "Checked", "70"]]),
    ]
    mapping = (
        'courses = "one per patient"\n[course]\nconditions = { constant = "depression" }\n'
        '[[table]]\nform = "intake"\n[table.course]\nattr_weight = "w1"\n'
    )
    with pytest.raises(MappingInvalid) as refused:
        import_written(tmp_path, mapping, files)
    assert list(refused.value.mistakes) == [
        (
            "line 7: 'w1' has a label that other fields have too, so that the export does not tell which column it is. "
            "Export it as 'raw data', whose columns are named by variables"
        )
    ]


# --- the mapping

CASES = {
    "a form that there is not": (
        changed('form = "infusion"', 'form = "infusions"'),
        ["line 11: there is no form 'infusions' in dictionary.csv. Did you mean 'infusion'?"],
    ),
    "no form": (
        changed('form = "infusion"\n', ""),
        ['line 10: does not say which form it reads: form = "intake"'],
    ),
    "a sheet": (
        changed('form = "infusion"', 'form = "infusion"\nsheet = "Infusions"'),
        ["line 12: 'sheet' belongs to spreadsheets; a REDCap table is named by form"],
    ),
    "a patient id": (
        changed('form = "infusion"', 'form = "infusion"\npatient_id = "record_id"'),
        [
            (
                "line 12: 'patient_id' is not read from REDCap: records are told apart by 'record_id', or by the field "
                "that record_number names"
            )
        ],
    ),
    "course ids": (
        changed('"from infusions"', '"one per course_id"'),
        [
            (
                'line 1: a REDCap record is a patient, whose number becomes a pseudonym: courses = "from infusions", '
                '"one per patient" or "from the first score"'
            )
        ],
    ),
    "a form left out that there is not": (
        'forms_left_out = ["phq"]\n' + MAPPING,
        ["line 1: there is no form 'phq' in dictionary.csv. Did you mean 'phq9'?"],
    ),
    "a field that there is not": (
        changed('"inf_mg"', '"inf_dose"'),
        ["line 16: there is no field 'inf_dose' in dictionary.csv. Did you mean 'inf_date'?"],
    ),
    "a field that is not exported": (
        changed('sex = "sex"', 'sex = "sex"\nattr_difficulty = "phq9_10"'),
        ["line 8: the field 'phq9_10' is in the data dictionary and in no export; export it too"],
    ),
    "dates where none are read": (
        changed('dose_mg = "inf_mg"', 'dose_mg = "inf_mg"\nroute = "inf_date"').replace('route = "inf_route"\n', ""),
        ["line 16: 'inf_date' holds dates, which are read as times only: when = { date = \"inf_date\" }"],
    ),
    "a value that is no choice": (
        changed('"inf_route"', '{ column = "inf_route", values = { IVV = "iv" } }'),
        ["line 15: 'IVV' is no choice of 'inf_route'. Did you mean 'IV'?"],
    ),
    "a field of a form that repeats": (
        changed('sex = "sex"', 'sex = "sex"\nattr_given = "inf_route"'),
        [
            (
                "line 8: 'inf_route' belongs to the form infusion, which repeats: nothing says which of its instances "
                "belongs to a row of intake"
            )
        ],
    ),
}


@pytest.mark.parametrize(("mapping", "expected"), CASES.values(), ids=CASES)
def test_a_mistake_is_told_with_its_line_and_the_cure(tmp_path, mapping, expected):
    assert mistakes(tmp_path, mapping) == expected


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (field("x", "intake", identifier="y"), "marked as an identifier"),
        (field("x", "intake", "notes"), "free text"),
        (field("x", "intake", "file"), "a file"),
        (field("x", "intake", validation="email"), "an e-mail address"),
        (field("x", "intake", validation="phone_australia"), "a telephone number"),
        (field("x", "intake", validation="zipcode"), "a postal code"),
        (field("x", "intake", validation="postalcode_french"), "a postal code"),
        (field("x", "intake", validation="ssn"), "a social security number"),
        (field("x", "intake", validation="mrn_10d"), "a record number"),
    ],
)
def test_what_is_never_read_may_not_be_mapped(tmp_path, line, what):
    rows = [{**ROWS[0], "x": "seeded value"}, *ROWS[1:]]
    mapping = changed('sex = "sex"', 'sex = "sex"\nattr_x = "x"')
    assert mistakes(tmp_path, mapping, [*INTAKE, line, *INFUSION, *PHQ9], rows) == [
        f"line 8: 'x' is {what} in dictionary.csv, and is never read, but as a date or as the record number"
    ]


def test_a_field_of_an_event_that_the_form_does_not_share(tmp_path):
    rows = [{**row, EVENT: "start_arm_1" if not row[FORM] else "course_arm_1"} for row in ROWS]
    mapping = changed('dose_mg = "inf_mg"', 'dose_mg = "inf_mg"\nstopped_early = "sex"')
    assert mistakes(tmp_path, mapping, rows=rows) == [
        (
            "line 17: 'sex' belongs to the form intake, which is never filled in in the same event as infusion: "
            "nothing says which of its events belongs to a row"
        )
    ]


def test_two_record_numbers(tmp_path):
    mapping = changed('form = "intake"', 'form = "intake"\nrecord_number = "record_id"').replace(
        'form = "infusion"', 'form = "infusion"\nrecord_number = "inf_mg"'
    )
    assert mistakes(tmp_path, mapping) == [
        "patients are told apart by inf_mg and record_id; record_number is one for all"
    ]


# --- scores that are recognized


def test_two_dates_in_the_form_of_a_score(tmp_path):
    fields = [*INTAKE, *INFUSION, field("entered_on", "phq9", validation="date_ymd"), *PHQ9]
    rows = [*ROWS[:2], {**ROWS[2], "entered_on": "2026-02-05"}]
    assert mistakes(tmp_path, MAPPING, fields, rows) == [
        (
            "PHQ-9 is recognized in the form phq9 (phq9_1 to phq9_9 and phq9_total), and nothing says for sure when it "
            "was taken: it could be 'entered_on' or 'phq9_date'. Say it in a [[table]] with form = \"phq9\":\n"
            '    score = [{ scale = { constant = "PHQ-9" }, items = "phq9_{n}", total = "phq9_total", '
            'when = { date = "..." } }]\n'
            '    or leave its scores out: forms_left_out = ["phq9"]'
        )
    ]
    told = MAPPING + (
        '\n[[table]]\nform = "phq9"\nscore = [{ scale = { constant = "PHQ-9" }, items = "phq9_{n}", '
        'total = "phq9_total", when = { date = "phq9_date" } }]\n'
    )
    (tmp_path / "told").mkdir()
    _, batch = imported(tmp_path / "told", told, fields, records=rows)
    assert [table.n_accepted for table in batch.tables] == [1, 1, 1]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ([], "the form has no date field, and repeats, so that no date of another form is surely its own"),
        (
            [field("phq9_on", "phq9", validation="date_ymd", identifier="y")],
            "'phq9_on' is marked as an identifier, which is read only where the mapping names it",
        ),
        (
            [field("phq9_dob", "phq9", validation="date_ymd")],
            "the form has no date field, and repeats, so that no date of another form is surely its own",
        ),
    ],
    ids=["no date", "a date that is marked", "a birth date"],
)
def test_no_sure_date_for_a_score(tmp_path, fields, why):
    rows = [*ROWS[:2], {**{key: text for key, text in ROWS[2].items() if key != "phq9_date"},
                        **{line[0]: "2026-02-04" for line in fields}}]  # fmt: skip
    (told,) = mistakes(tmp_path, MAPPING, [*INTAKE, *INFUSION, *fields, *PHQ9[1:]], rows)
    assert told.startswith(
        "PHQ-9 is recognized in the form phq9 (phq9_1 to phq9_9 and phq9_total), and nothing says for sure when it was "
        f"taken: {why}. Say it in a [[table]]"
    )


def test_answers_that_are_coded_from_one(tmp_path):
    words = "1, Not at all | 2, Several days | 3, More than half the days | 4, Nearly every day"
    items = [field(f"phq9_{n}", "phq9", "radio", choices=words) for n in range(1, 10)]
    rows = [*ROWS[:2], {key: text for key, text in ROWS[2].items() if key != "phq9_total"}]
    assert mistakes(tmp_path, MAPPING, [*INTAKE, *INFUSION, PHQ9[0], *items], rows) == [
        (
            "the choices of 'phq9_1' have the codes 1, 2, 3, 4, and an item of PHQ-9 is 0 to 3: "
            "say in a [[table.score]] with "
            'answers what each stands for, or list codes for missing data under blank (blank = ["4"])'
        )
    ]


def test_items_that_are_not_exported(tmp_path):
    rows = [*ROWS[:2], {key: text for key, text in ROWS[2].items() if key != "phq9_9"}]
    assert mistakes(tmp_path, MAPPING, rows=rows) == [
        (
            "PHQ-9 stands in the form phq9, and 1 of its 9 items are in no export ('phq9_9'). "
            "Export them too, or leave its "
            'scores out: forms_left_out = ["phq9"]'
        )
    ]
    (tmp_path / "without").mkdir()
    _, batch = imported(tmp_path / "without", 'forms_left_out = "phq9"\n' + MAPPING, records=rows)
    assert [table.n_landed for table in batch.tables] == [1, 1]


def test_what_looks_like_a_scale_and_has_other_items_is_told(tmp_path):
    fields = [*INTAKE, *INFUSION, PHQ9[0], *PHQ9[1:9]]
    rows = [*ROWS[:2], {key: text for key, text in ROWS[2].items() if key not in ("phq9_9", "phq9_total")}]
    _, batch = imported(tmp_path, MAPPING, fields, records=rows)
    assert batch.notes[0] == (
        "The form phq9 looks like PHQ-9 (phq9_1 to phq9_8), but these are not its items by number, and it is not read. "
        'Map it with a [[table.score]], or say that it is none: forms_left_out = ["phq9"].'
    )
    assert [table.n_landed for table in batch.tables] == [1, 1]


@pytest.mark.parametrize("name", ["phq_{n}", "phq{n}"])
def test_fifteen_items_named_phq_are_another_questionnaire(tmp_path, name):
    fields = [*INTAKE, *INFUSION, PHQ9[0], *(field(name.format(n=n), "phq9") for n in range(1, 16))]
    rows = [*ROWS[:2], {"record_id": "88", FORM: "phq9", INSTANCE: "1", "phq9_date": "2026-02-04",
                        **{name.format(n=n): "1" for n in range(1, 16)}}]  # fmt: skip
    _, batch = imported(tmp_path, MAPPING, fields, records=rows)
    assert [table.n_landed for table in batch.tables] == [1, 1]


@pytest.mark.parametrize(
    "name", ["phq_{n}", "phq{n}", "phq9_{n}", "phq9_0{n}", "phq9_q{n}", "PHQ9_item{n}", "phq_9_{n}"]
)
def test_nine_items_by_other_names_are_phq_9(tmp_path, name):
    fields = [*INTAKE, *INFUSION, PHQ9[0], *(field(name.format(n=n), "phq9") for n in range(1, 10))]
    rows = [*ROWS[:2], {"record_id": "88", FORM: "phq9", INSTANCE: "1", "phq9_date": "2026-02-04",
                        **{name.format(n=n): "1" for n in range(1, 10)}}]  # fmt: skip
    _, batch = imported(tmp_path, MAPPING, fields, records=rows)
    assert [table.n_accepted for table in batch.tables] == [1, 1, 1]


@pytest.mark.parametrize("name", ["phq9_total_change", "delta_phq9_total", "phq_total", "phq9a_total", "madrs_s_total"])
def test_what_only_resembles_a_total_is_not_read_as_one(tmp_path, name):
    fields = [*INTAKE, *INFUSION, PHQ9[0], field(name, "phq9", "calc")]
    rows = [*ROWS[:2], {"record_id": "88", FORM: "phq9", INSTANCE: "1", "phq9_date": "2026-02-04", name: "9"}]
    _, batch = imported(tmp_path, MAPPING, fields, records=rows)
    assert [table.n_landed for table in batch.tables] == [1, 1]


def test_a_name_that_two_scales_bear_is_told_and_not_read(tmp_path):
    fields = [*INTAKE, *INFUSION, PHQ9[0], field("pain_score", "phq9", validation="integer")]
    rows = [*ROWS[:2], {"record_id": "88", FORM: "phq9", INSTANCE: "1", "phq9_date": "2026-02-04", "pain_score": "7"}]
    _, batch = imported(tmp_path, MAPPING, fields, records=rows)
    assert batch.notes[0] == (
        "The field pain_score of the form phq9 could be PAIN-NRS or PAIN-VAS, and is not read. Say which with a "
        '[[table.score]], or that it is none: forms_left_out = ["phq9"].'
    )
    assert [table.n_landed for table in batch.tables] == [1, 1]


def test_one_scale_twice_in_a_form_with_one_date(tmp_path):
    items = [field(f"phq9_{n}_{side}", "infusion") for side in ("pre", "post") for n in range(1, 10)]
    told = mistakes(tmp_path, MAPPING, [*INTAKE, *INFUSION, *items],
                    [*ROWS[:1], {**ROWS[1], **{line[0]: "1" for line in items}}])  # fmt: skip
    assert [text.partition(". Say")[0] for text in told] == [
        f"PHQ-9 is recognized in the form infusion (phq9_1_{side} to phq9_9_{side}), and nothing says for sure when it "
        "was taken: the form holds it 2 times, and no one date field is named like its own"
        for side in ("post", "pre")
    ]


# --- the command


def test_the_command_asks_for_mapping_and_crosswalk(tmp_path, capsys):
    write_dictionary(tmp_path / "dictionary.csv", PROJECT)
    write_records(tmp_path / "records.csv", ROWS)
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    files = [str(tmp_path / "dictionary.csv"), str(tmp_path / "records.csv"), "--store", str(tmp_path / "store")]
    assert main(["import", *files, "--source", "redcap"]) == 2
    assert capsys.readouterr().err == (
        "outcomes: --source redcap needs --mapping FILE, which says what the project cannot say of itself, such as "
        "which form holds the infusions. `outcomes import FOLDER --source redcap --suggest-mapping` writes a "
        "draft from the data dictionary.\n"
    )
    assert main(["import", *files, "--source", "redcap", "--mapping", str(tmp_path / "m.toml")]) == 2
    assert capsys.readouterr().err == (
        "outcomes: REDCap's record ids become random pseudonyms: say with --crosswalk FILE where to keep which is "
        "whose. The file is made if it does not exist; keep it outside the store, and back it up.\n"
    )
