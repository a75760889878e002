"""REDCap in each of its structures: what a row is about, what stands beside it, and what choices and codes mean."""

from pathlib import Path

import pytest
from batches import batch_rows
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
    quarantined,
    scores,
    write_dictionary,
)

pytestmark = pytest.mark.usefixtures("models_read_once")


def record(number: str = "1", **cells: str) -> dict[str, str]:
    return {"record_id": number, **cells}


INTAKE_ROW = record(sex="0", dx___1="1", dx___2="0", dx____99="0", intake_complete="2")
INFUSIONS = [
    record(**{FORM: "infusion", INSTANCE: "1"}, inf_date="2026-02-03", inf_time="10:00", inf_route="1", inf_mg="35,5",
           ae___0="0", ae___1="1", ae___2="1"),
    record(**{FORM: "infusion", INSTANCE: "2"}, inf_date="2026-02-05", inf_time="10:00", inf_route="2", inf_mg="36,0",
           ae___0="1", ae___1="0", ae___2="0"),
]  # fmt: skip
BEFORE = record(**{FORM: "phq9", INSTANCE: "1"}, phq9_date="2026-02-01", **answers(3, 2, 2, 2, 1, 2, 2, 1, 0))
AFTER = record(**{FORM: "phq9", INSTANCE: "2"}, phq9_date="2026-02-10", **answers(1, 1, 0, 0, 0, 1, 1, 0, 0))
REPEATING = [INTAKE_ROW, *INFUSIONS, BEFORE, AFTER]


def test_a_classic_project_with_repeating_forms(tmp_path):
    store, batch = imported(tmp_path, MAPPING, records=REPEATING)
    assert scores(store, batch) == [("PHQ-9", -48.0, 15.0), ("PHQ-9", 168.0, 4.0)]
    assert batch_rows(store, batch.id, "infusions", "minute, route, dose_mg, adverse_events") == [
        (0, "iv", 35.5, ["headache", "nausea"]),
        (2880, "im", 36.0, ["none"]),
    ]
    assert batch_rows(store, batch.id, "courses", "sex, conditions, period, site") == [
        ("female", ["depression"], "2026-Q1", None)
    ]
    assert batch.notes[0] == ("PHQ-9 is read from the form phq9 (phq9_1 to phq9_9 and phq9_total), taken on phq9_date.")
    assert [lines.model_dump() for lines in batch.lines] == [
        {"file_name": "records.csv", "n_lines": 5, "n_filtered": 0, "n_without_row": 0, "n_rows": 5}
    ]


LABELS = {
    "record_id": "Record ID",
    FORM: "Repeat Instrument",
    INSTANCE: "Repeat Instance",
    "sex": "Sex",
    "dx___1": "Treated for (choice=Depression)",
    "dx___2": "Treated for (choice=Anxiety)",
    "dx____99": "Treated for (choice=Unknown)",
    "intake_complete": "Complete?",
    "inf_date": "Given on",
    "inf_time": "At",
    "inf_route": "Route",
    "inf_mg": "Dose",
    "ae___0": "Unwanted effects (choice=None)",
    "ae___1": "Unwanted effects (choice=Nausea)",
    "ae___2": "Unwanted effects (choice=Headache)",
    "phq9_date": "Filled in on",
    **{f"phq9_{n}": f"Question {n}" for n in range(1, 10)},
    "phq9_total": "Sum of the nine",
}


def labelled(row: dict[str, str]) -> dict[str, str]:
    """A row as an export with labels holds it."""
    answer = {"0": "Not at all", "1": "Several days", "2": "More than half the days", "3": "Nearly every day"}
    box = {"0": "Unchecked", "1": "Checked", "": ""}
    words = {
        "sex": {"0": "Female", "1": "Male"},
        "inf_route": {"1": "IV", "2": "IM"},
        "intake_complete": {"0": "Incomplete", "2": "Complete"},
        FORM: {"infusion": "Infusion", "phq9": "PHQ9"},
        **{f"phq9_{n}": answer for n in range(1, 10)},
    }
    return {
        name: box[text] if "___" in name else words.get(name, {}).get(text, text) if text else text
        for name, text in row.items()
    }


@pytest.mark.parametrize("has_label_headers", [False, True], ids=["labels in cells", "and in headers"])
def test_raw_exports_and_exports_with_labels_give_the_same(tmp_path, has_label_headers):
    (tmp_path / "raw").mkdir()
    (tmp_path / "labels").mkdir()
    told = []
    for folder, rows in ((tmp_path / "raw", REPEATING), (tmp_path / "labels", list(map(labelled, REPEATING)))):
        names = [name for name in LABELS if any(name in row for row in rows)]
        header = [LABELS[name] for name in names] if has_label_headers and folder.name == "labels" else names
        records = write_csv(folder / "r.csv", [header, *([row.get(name, "") for name in names] for row in rows)])
        files = [write_dictionary(folder / "dictionary.csv", PROJECT), records]
        store, batch = import_written(folder, MAPPING, files)
        columns = {
            "courses": "sex, conditions, period", "infusions": "minute, route, dose_mg, adverse_events",
            "scores": "scale, minute, score, n_answered",
        }  # fmt: skip
        told.append({table: batch_rows(store, batch.id, table, names) for table, names in columns.items()})
        assert quarantined(store, batch) == []
    assert told[0] == told[1]
    assert len(told[0]["scores"]) == 2


def test_labels_that_two_fields_share_are_told_by_their_order(tmp_path):
    fields = [*INTAKE, field("a", "vitals", label="Weight"), *INFUSION, *PHQ9, field("b", "phq9", label="Weight")]
    labels = {**LABELS, "a": "Weight", "b": "Weight"}
    names = ["record_id", FORM, INSTANCE, "sex", "dx___1", "dx___2", "a", "inf_date", "inf_time", "inf_route", "inf_mg",
             "ae___0", "ae___1", "ae___2", "phq9_date", *(f"phq9_{n}" for n in range(1, 10)), "phq9_total",
             "b"]  # fmt: skip
    rows = [labelled({**row, "a": "70", "b": "80"}) for row in REPEATING]
    cells = [[row.get(name, "") for name in names] for row in rows]
    records = write_csv(tmp_path / "r.csv", [[labels[name] for name in names], *cells])
    mapping = MAPPING.replace('sex = "sex"', 'sex = "sex"\nattr_weight = "a"')
    store, batch = import_written(tmp_path, mapping, [write_dictionary(tmp_path / "d.csv", fields), records])
    assert batch_rows(store, batch.id, "courses", "attributes") == [({"weight": "70"},)]
    assert len(scores(store, batch)) == 2


def test_an_event_that_repeats_holds_all_forms_of_one_visit(tmp_path):
    fields = [
        *INTAKE, field("visit_date", "visit", validation="datetime_ymd"), *INFUSION, *PHQ9[1:],
    ]  # fmt: skip
    visits = [
        record(**{EVENT: "visit_arm_1", INSTANCE: str(n)}, visit_date=day, **cells)
        for n, day, cells in (
            (1, "2026-02-01 09:00", answers(3, 2, 2, 2, 1, 2, 2, 1, 0)),
            (2, "2026-02-03 10:00", {"inf_date": "2026-02-03", "inf_time": "10:30", "inf_mg": "35,5"}),
            (3, "2026-02-04 10:30", answers(1, 1, 0, 0, 0, 1, 1, 0, 0)),
        )
    ]
    rows = [{**INTAKE_ROW, EVENT: "intake_arm_1"}, *visits]
    mapping = MAPPING.replace('route = "inf_route"\n', "").replace('adverse_events = "ae"\n', "") + (
        '\n[[table]]\nform = "phq9"\n\n[[table.score]]\nscale = { constant = "PHQ-9" }\nitems = "phq9_{n}"\n'
        'when = { date = "visit_date" }\n'
    )
    store, batch = imported(tmp_path, mapping, fields, records=rows)
    assert scores(store, batch) == [("PHQ-9", -49.5, 15.0), ("PHQ-9", 24.0, 4.0)]


def test_a_date_of_another_form_is_that_of_the_same_instance_of_the_event(tmp_path):
    fields = [*INTAKE, field("visit_date", "visit", validation="datetime_ymd"), *PHQ9[1:]]
    days = ("2026-02-01 09:00", "2026-02-03 09:00")
    points = ((3, 2, 2, 2, 1, 2, 2, 1, 0), (1, 1, 0, 0, 0, 1, 1, 0, 0))
    about = [{EVENT: "visit_arm_1", INSTANCE: str(n)} for n in (1, 2)]
    visits = [record(**at, visit_date=day) for at, day in zip(about, days, strict=True)]
    forms = [record(**at, **answers(*of_one)) for at, of_one in zip(about, points, strict=True)]
    mapping = (
        'courses = "from the first score"\n[course]\nconditions = { constant = "depression" }\n'
        '[[table]]\nform = "phq9"\n'
    )
    store, batch = imported(tmp_path, mapping, fields, visits=visits, phq9=forms)
    assert scores(store, batch) == [("PHQ-9", 0.0, 15.0), ("PHQ-9", 48.0, 4.0)]


def test_a_form_that_repeats_in_one_event_and_stands_once_in_another(tmp_path):
    rows = [
        {**INTAKE_ROW, EVENT: "start_arm_1"},
        {**{key: BEFORE[key] for key in BEFORE if key not in (FORM, INSTANCE)}, EVENT: "start_arm_1"},
        *({**row, EVENT: "course_arm_1"} for row in (*INFUSIONS, {**AFTER, INSTANCE: "1"})),
        {**AFTER, EVENT: "course_arm_1", "phq9_date": "2026-02-17"},
    ]
    rows[0] |= {key: text for key, text in rows.pop(1).items() if key.startswith("phq9")}
    store, batch = imported(tmp_path, MAPPING, records=rows)
    assert [hour for _, hour, _ in scores(store, batch)] == [-48.0, 168.0, 336.0]


def test_an_empty_instance_of_a_repeating_form_is_no_row(tmp_path):
    empty = [
        record(**{FORM: "phq9", INSTANCE: "3"}, phq9_complete="0"),
        record(**{FORM: "infusion", INSTANCE: "3"}, ae___0="0", ae___1="0", ae___2="0", infusion_complete="2"),
    ]
    mapping = MAPPING + 'stopped_early = "ae___2"\n'
    store, batch = imported(tmp_path, mapping, records=[*REPEATING, *empty])
    assert (len(scores(store, batch)), quarantined(store, batch)) == (2, [])
    assert batch_rows(store, batch.id, "infusions", "minute, stopped_early") == [(0, "yes"), (2880, "no")]
    assert [(lines.n_lines, lines.n_without_row) for lines in batch.lines] == [(7, 2)]


def test_forms_exported_apart_are_put_together(tmp_path):
    alone = {key: text for key, text in INTAKE_ROW.items() if key != "intake_complete"}
    store, batch = imported(tmp_path, MAPPING, intake=[alone], infusions=INFUSIONS, phq9=[BEFORE, AFTER])
    assert len(scores(store, batch)) == 2
    assert batch_rows(store, batch.id, "courses", "sex, conditions") == [("female", ["depression"])]


def test_two_different_rows_of_one_instance_are_both_refused(tmp_path):
    other = {**AFTER, **answers(3, 3, 3, 3, 3, 3, 3, 3, 3)}
    store, batch = imported(tmp_path, MAPPING, records=[*REPEATING, other])
    assert scores(store, batch) == [("PHQ-9", -48.0, 15.0)]
    assert quarantined(store, batch) == [("scores", 6, "conflicting_duplicate"), ("scores", 7, "conflicting_duplicate")]


def test_two_rows_of_one_infusion_with_different_dates_leave_no_clock(tmp_path):
    other = {**INFUSIONS[0], "inf_date": "2026-02-02"}
    store, batch = imported(tmp_path, MAPPING, records=[*REPEATING, other])
    assert scores(store, batch) == []
    rules = {(table, line): rule for table, line, rule in quarantined(store, batch)}
    assert rules["infusions", 3] == rules["infusions", 7] == "conflicting_duplicate"


def test_a_row_that_comes_twice_unchanged_is_a_duplicate(tmp_path):
    store, batch = imported(tmp_path, MAPPING, records=[*REPEATING, AFTER])
    assert (len(scores(store, batch)), quarantined(store, batch)) == (2, [])
    assert [table.n_duplicate for table in batch.tables] == [0, 0, 1]


def test_missing_data_codes_stand_for_nothing(tmp_path):
    before = {**BEFORE, "phq9_10": "UNK", "phq9_total": "-999"}
    store, batch = imported(
        tmp_path, 'blank = ["-999", "UNK"]\n' + MAPPING, records=[INTAKE_ROW, *INFUSIONS, before, AFTER]
    )
    assert [score for *_, score in scores(store, batch)] == [15.0, 4.0]


def test_a_missing_data_code_that_is_checked_leaves_the_checkbox_unknown(tmp_path):
    first = {**INFUSIONS[0], "ae____99": "1"}
    fields = [
        *INTAKE,
        *INFUSION[:-1],
        field("ae", "infusion", "checkbox", choices="0, None | 1, Nausea | 2, Headache | -99, Not asked"),
        *PHQ9,
    ]
    store, batch = imported(tmp_path, 'blank = "-99"\n' + MAPPING, fields, records=[INTAKE_ROW, first, INFUSIONS[1]])
    assert batch_rows(store, batch.id, "infusions", "minute, adverse_events") == [(0, None), (2880, ["none"])]


def test_a_field_that_takes_no_missing_data_codes_keeps_what_looks_like_one(tmp_path):
    fields = [*INTAKE, *INFUSION, field("when", "pain", validation="date_ymd"),
              field("nrs", "pain", validation="integer", annotation="@NOMISSING")]  # fmt: skip
    rows = [INTAKE_ROW, *INFUSIONS, record(**{FORM: "pain", INSTANCE: "1"}, when="2026-02-10", nrs="9")]
    store, batch = imported(tmp_path, 'blank = ["9"]\n' + MAPPING, fields, records=rows)
    assert scores(store, batch) == [("PAIN-NRS", 168.0, 9.0)]


def test_a_survey_is_taken_when_it_was_sent(tmp_path):
    fields = [*INTAKE, *INFUSION, *PHQ9[1:]]
    rows = [
        INTAKE_ROW,
        *INFUSIONS,
        {**{k: v for k, v in BEFORE.items() if k != "phq9_date"}, "phq9_timestamp": "2026-02-01 10:00:00"},
        {**{k: v for k, v in AFTER.items() if k != "phq9_date"}, "phq9_timestamp": "[not completed]"},
    ]
    for row in rows:
        row.setdefault("redcap_survey_identifier", "")
    store, batch = imported(tmp_path, MAPPING, fields, records=rows)
    assert scores(store, batch) == [("PHQ-9", -48.0, 15.0)]
    assert quarantined(store, batch) == [("scores", 6, "missing_key")]


def test_loinc_codes_in_annotations_name_items_whatever_the_fields_are_called(tmp_path):
    codes = (
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8",
    )  # fmt: skip
    named = dict(zip(codes, ("interest", "mood", "sleep", "tired", "appetite", "failure", "focus", "moving", "worse"),
                     strict=True))  # fmt: skip
    fields = [
        *INTAKE, *INFUSION, field("filled_in", "mood_form", validation="date_ymd"),
        *(field(named[code], "mood_form", "radio", choices="0, a | 1, b | 2, c | 3, d", annotation=f"LOINC {code}")
          for code in reversed(codes)),
    ]  # fmt: skip
    points = dict(zip(named.values(), (3, 2, 2, 2, 1, 2, 2, 1, 0), strict=True))
    row = record(**{FORM: "mood_form", INSTANCE: "1"}, filled_in="2026-02-10", **{k: str(v) for k, v in points.items()})
    store, batch = imported(tmp_path, MAPPING, fields, records=[INTAKE_ROW, *INFUSIONS, row])
    assert scores(store, batch) == [("PHQ-9", 168.0, 15.0)]
    assert batch.notes[0] == "PHQ-9 is read from the form mood_form (interest to worse), taken on filled_in."


def test_forms_side_by_side_in_one_row_are_told_apart_by_what_stands_around_their_names(tmp_path):
    fields = [
        *INTAKE, *INFUSION,
        *(field(f"phq9_date_v{v}", "all", validation="date_ymd") for v in (1, 2)),
        *(field(f"phq9_{n}_v{v}", "all", "radio", choices="0, a | 1, b | 2, c | 3, d")
          for v in (1, 2) for n in range(1, 10)),
    ]  # fmt: skip
    row = {
        **INTAKE_ROW, "phq9_date_v1": "2026-02-01", "phq9_date_v2": "2026-02-10",
        **{f"phq9_{n}_v1": "2" for n in range(1, 10)}, **{f"phq9_{n}_v2": "1" for n in range(1, 10)},
    }  # fmt: skip
    store, batch = imported(tmp_path, MAPPING, fields, records=[row, *INFUSIONS])
    assert scores(store, batch) == [("PHQ-9", -48.0, 18.0), ("PHQ-9", 168.0, 9.0)]


def test_the_data_access_group_is_the_site_and_the_mapping_may_say_another(tmp_path):
    rows = [{**row, "redcap_data_access_group": "north"} for row in REPEATING]
    store, batch = imported(tmp_path, MAPPING, records=rows)
    assert batch_rows(store, batch.id, "courses", "site") == [("north",)]
    (tmp_path / "other").mkdir()
    mapping = MAPPING.replace('sex = "sex"', 'sex = "sex"\nsite = { constant = "Main" }')
    store, batch = imported(tmp_path / "other", mapping, records=rows)
    assert batch_rows(store, batch.id, "courses", "site") == [("Main",)]


def test_another_field_may_tell_patients_apart(tmp_path):
    fields = [*INTAKE, field("chart", "intake", identifier="y"), *INFUSION, *PHQ9]
    again = [{**row, "record_id": "2"} for row in REPEATING]
    rows = [{**row, "chart": "A-7"} if "sex" in row else row for row in [*REPEATING, *again]]
    mapping = MAPPING.replace('form = "intake"', 'form = "intake"\nrecord_number = "chart"')
    _, batch = imported(tmp_path, mapping, fields, records=rows)
    assert [(table.n_accepted, table.n_duplicate) for table in batch.tables] == [(1, 0), (2, 2), (2, 2)]
    assert "A-7" in (tmp_path / "crosswalk.csv").read_text(encoding="utf-8")


def test_filters_and_values_may_name_codes_or_labels(tmp_path):
    for text in ("1", "IV"):
        folder = tmp_path / text
        folder.mkdir()
        mapping = MAPPING.replace(
            'form = "infusion"', f'form = "infusion"\nkeep_where = {{ inf_route = "{text}" }}'
        ).replace('route = "inf_route"', f'route = {{ column = "inf_route", values = {{ "{text}" = "sc" }} }}')
        store, batch = imported(folder, mapping, records=REPEATING)
        assert batch_rows(store, batch.id, "infusions", "minute, route") == [(0, "sc")]
        assert [lines.n_filtered for lines in batch.lines] == [1]


def test_a_filter_of_a_form_holds_for_the_scores_recognized_in_it(tmp_path):
    rows = [{**row, "phq9_complete": status} for row, status in zip(REPEATING, ["", "", "", "2", "0"], strict=True)]
    mapping = MAPPING + '\n[[table]]\nform = "phq9"\nkeep_where = { phq9_complete = "Complete" }\n'
    store, batch = imported(tmp_path, mapping, records=rows)
    assert scores(store, batch) == [("PHQ-9", -48.0, 15.0)]


def test_answers_coded_otherwise_are_read_by_their_words(tmp_path):
    words = "1, Not at all | 2, Several days | 3, More than half the days | 4, Nearly every day"
    items = [field(f"phq9_{n}", "phq9", "radio", choices=words) for n in range(1, 10)]
    mapping = MAPPING + (
        '\n[[table]]\nform = "phq9"\n\n[[table.score]]\nscale = { constant = "PHQ-9" }\nitems = "phq9_{n}"\n'
        'when = { date = "phq9_date" }\n'
        'answers = { "Not at all" = 0, "Several days" = 1, "More than half the days" = 2, "4" = 3 }\n'
    )
    row = record(**{FORM: "phq9", INSTANCE: "1"}, phq9_date="2026-02-10", **{f"phq9_{n}": "4" for n in range(1, 10)})
    store, batch = imported(
        tmp_path, mapping, [*INTAKE, *INFUSION, PHQ9[0], *items], records=[INTAKE_ROW, *INFUSIONS, row]
    )
    assert scores(store, batch) == [("PHQ-9", 168.0, 27.0)]


def test_the_question_after_the_items_of_a_scale_is_none_of_them(tmp_path):
    mapping = MAPPING + (
        '\n[[table]]\nform = "phq9"\n\n[[table.score]]\nscale = { constant = "PHQ-9" }\nitems = "phq9_{n}"\n'
        'total = "phq9_total"\nwhen = { date = "phq9_date" }\n'
    )
    difficulty = [{**row, "phq9_10": "3"} for row in (BEFORE, AFTER)]
    store, batch = imported(tmp_path, mapping, records=[INTAKE_ROW, *INFUSIONS, *difficulty])
    assert scores(store, batch) == [("PHQ-9", -48.0, 15.0), ("PHQ-9", 168.0, 4.0)]
    assert batch.tables[2].n_quarantined == 0


def test_an_infusion_without_a_date_may_have_been_the_first(tmp_path):
    undated = {**INFUSIONS[0], "inf_date": "", "inf_time": ""}
    store, batch = imported(tmp_path, MAPPING, records=[INTAKE_ROW, undated, *INFUSIONS[1:], BEFORE, AFTER])
    assert scores(store, batch) == []
    assert [table.n_accepted for table in batch.tables] == [0, 0, 0]


def test_a_later_export_replaces_the_patients_that_it_holds(tmp_path):
    store, first = imported(tmp_path, MAPPING, records=REPEATING)
    moved = [{**row, "inf_date": "2026-02-04"} if row.get("inf_date") == "2026-02-03" else row for row in REPEATING]
    _, second = imported(tmp_path, MAPPING, records=moved)
    assert second.replaces == "patient"
    assert [(table.n_changed, table.n_new, table.n_gone) for table in second.replacements] != []
    assert [hour for _, hour, _ in scores(store, second)] == [-72.0, 144.0]
    assert first.id != second.id


def test_no_date_record_number_or_unread_field_reaches_the_store(tmp_path):
    fields = [*PROJECT, field("remarks", "intake", "notes"), field("surname", "intake", identifier="y")]
    rows = [{**row, "record_id": "MRN-4711"} for row in REPEATING]
    rows[0] |= {"remarks": "Zanzibar remark", "surname": "Qwertysmith"}
    imported(tmp_path, MAPPING, fields, records=rows)
    kept = b"".join(path.read_bytes() for path in Path(tmp_path / "store").rglob("*") if path.is_file())
    for seeded in (b"MRN-4711", b"Zanzibar", b"Qwertysmith", b"2026-02-0"):
        assert seeded not in kept
