"""Tables of the OMOP common data model: what each record becomes, and what of a broken export is said."""

from __future__ import annotations

import gzip

import pytest
from omop_exports import (
    KETAMINE,
    MALE,
    PHQ_9,
    PHQ_9_ITEMS,
    Export,
    diagnosis,
    drug,
    observation,
    person,
    procedure,
    score,
    write_csv,
    write_parquet,
)
from traces import traces

from pipelines.definitions import load_definitions
from pipelines.errors import AppendImpossible, CrosswalkUnfit, FileRefused, IdentifierFound
from pipelines.sources.omop import source

pytestmark = pytest.mark.usefixtures("models_read_once")


@pytest.fixture
def export(tmp_path, capsys) -> Export:
    return Export(tmp_path, capsys)


def in_quarantine(printed: str) -> str:
    """What is printed of the rows in quarantine, rule by rule."""
    return printed.split("\n\n", 1)[1]


# --- infusions and courses --------------------------------------------------------------------------------


def test_a_course_begins_with_a_drug_exposure_of_ketamine(export):
    export.imported()
    assert export.rows("infusions", "minute") == [(0,)]
    assert export.scores() == [("PHQ-9", -30, 20.0)]
    assert export.lines() == {
        "person.csv": [1, 0, 0, 1],
        "drug_exposure.csv": [1, 0, 0, 1],
        "measurement.csv": [1, 0, 0, 1],
        "condition_occurrence.csv": [1, 0, 0, 0],
    }


def test_a_gap_of_sixty_days_begins_another_course(export):
    days = ("2026-02-03 09:30:00", "2026-02-05 10:00:00", "2026-06-01 09:00:00")
    export.give(drug_exposure=[drug(1, day) for day in days]).imported()
    assert export.rows("courses", "course_number, period") == [(1, "2026-Q1"), (2, "2026-Q2")]
    assert export.rows("infusions", "minute") == [(0,), (0,), (2910,)]


def test_other_drugs_and_procedures_are_no_infusion_and_give_no_row(export):
    other = drug(1, "2026-01-01 08:00:00", drug_concept_id=1125315)
    export.give(drug_exposure=[other, drug(1, "2026-02-03 09:30:00")]).imported()
    assert export.lines()["drug_exposure.csv"] == [2, 1, 0, 1]


@pytest.mark.parametrize(
    "cells",
    [
        {"drug_concept_id": 785649},
        {"drug_concept_id": "785649.0"},
        {"drug_concept_id": 0, "drug_source_concept_id": 785649},
        {"drug_concept_id": 0, "drug_source_value": "RxNorm:6130"},
        {"drug_concept_id": 0, "drug_source_value": "rxnorm:6130"},
        {"drug_concept_id": 700001},  # through concept: RxNorm 6130
        {"drug_concept_id": 700002},  # through concept: a product that names ketamine
        {"drug_concept_id": 700003},  # through concept_ancestor: a descendant
    ],
    ids=str,
)
def test_an_infusion_is_known_by(export, cells):
    export.give(
        drug_exposure=[drug(1, "2026-02-03 09:30:00", **cells)], concept=CONCEPTS, concept_ancestor=ANCESTORS
    ).imported()
    assert export.places()["infusions"] == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    "cells",
    [
        {"drug_concept_id": 0},
        {"drug_concept_id": 0, "drug_source_value": "6130"},  # of which vocabulary?
        {"drug_concept_id": 700004},  # esketamine
        {"drug_concept_id": 700005},  # ketamine with midazolam
        {"drug_concept_id": 700006},  # a measurement that names ketamine
    ],
    ids=str,
)
def test_no_infusion_is(export, cells):
    export.give(
        drug_exposure=[drug(1, "2026-02-03 09:30:00", **cells)], concept=CONCEPTS, concept_ancestor=ANCESTORS
    ).imported()
    assert export.lines()["drug_exposure.csv"] == [1, 1, 0, 0]
    assert export.places() == {"scores": [1, 0, 0, 0, 1]}


def concept(concept_id, vocabulary, code, name="", domain="", kind=""):
    return {
        "concept_id": concept_id,
        "concept_name": name,
        "domain_id": domain,
        "vocabulary_id": vocabulary,
        "concept_class_id": kind,
        "concept_code": code,
    }


CONCEPTS = [
    concept(700001, "RxNorm", "6130", "ketamine", "Drug", "Ingredient"),
    concept(700002, "RxNorm Extension", "OMOP1", "5 ML Ketamine 50 MG/ML Injectable Solution", "Drug", "Clinical Drug"),
    concept(700003, "RxNorm", "1", "Ketalar", "Drug", "Brand Name"),
    concept(700004, "RxNorm", "2", "esketamine 28 MG Nasal Spray", "Drug", "Clinical Drug"),
    concept(700005, "RxNorm", "3", "ketamine 25 MG/ML / midazolam 1 MG/ML", "Drug", "Clinical Drug"),
    concept(700006, "LOINC", "3695-4", "Ketamine [Mass/volume] in Serum", "Measurement", "Lab Test"),
    concept(700010, "LOINC", "44261-6", "PHQ-9 total", "Measurement", "Survey"),
    concept(700011, "LOINC", "44250-9", "PHQ-9 item 1", "Observation", "Survey"),
    concept(700012, "LOINC", "99999-9", "Another questionnaire", "Measurement", "Survey"),
    concept(700020, "LOINC", "LA6570-1", "More than half the days", "Meas Value", "Answer"),
    concept(700030, "ICD10CM", "F33.1", "Recurrent", "Condition", "5-char billing code"),
]
ANCESTORS = [{"ancestor_concept_id": KETAMINE, "descendant_concept_id": 700003}]


def test_what_was_prescribed_or_dispensed_is_not_given(export):
    """32838 is a prescription, 32818 what was administered."""
    export.give(
        drug_exposure=[
            drug(1, "2026-01-20 08:00:00", drug_type_concept_id=32838),
            drug(1, "2026-02-03 09:30:00", drug_type_concept_id=32818),
        ]
    ).imported()
    assert export.rows("infusions", "minute") == [(0,)]
    assert export.scores() == [("PHQ-9", -30, 20.0)]
    assert export.lines()["drug_exposure.csv"] == [2, 1, 0, 1]
    assert (
        "1 drug exposure of ketamine was ordered, prescribed or dispensed by its drug_type_concept_id, not given, and "
        "is no infusion."
    ) in export.notes()


def test_dose_duration_and_route(export):
    export.give(
        drug_exposure=[
            drug(
                1,
                "2026-02-03 09:30:00",
                drug_exposure_end_datetime="2026-02-03 10:10:00",
                quantity=35.5,
                dose_unit_source_value="MG",
                route_concept_id=4171047,
            ),
            drug(1, "2026-02-05 09:30:00", quantity=0.5, dose_unit_source_value="mg/kg"),
            drug(1, "2026-02-07 09:30:00", quantity=2, dose_unit_source_value="mL", route_concept_id=0),
            drug(1, "2026-02-09 09:30:00", drug_exposure_end_datetime="2026-02-09 00:00:00"),
        ]
    ).imported()
    found = export.rows("infusions", "minute, route, dose_mg, dose_mg_per_kg, duration_minutes")
    assert [tuple(None if cell is None else str(cell) for cell in row) for row in found] == [
        ("0", "iv", "35.5", None, "40.0"),
        ("2880", None, None, "0.5", None),
        ("5760", None, None, None, None),
        ("8640", None, None, None, None),
    ]
    assert (
        "1 infusion has a quantity whose unit is no dose (dose_unit_source_value): its dose is not recorded."
    ) in export.notes()


def test_a_cream_is_no_infusion(export):
    export.give(drug_exposure=[drug(1, "2026-02-03 09:30:00", route_concept_id=4263689)])
    assert (
        "unknown_code (1): a code that is not in the list. Use one of the codes in definitions/columns.toml, say in a "
        "mapping which one the text stands for (`values`), or leave the cell blank.\n"
        "  drug_exposure.csv line 2: route_concept_id: a concept\n"
    ) in export.printed()


ONE_INFUSION = {
    "at the same time": ("2026-02-03 09:30:00", "2026-02-03 09:30:00", [0]),
    "two hours apart": ("2026-02-03 09:30:00", "2026-02-03 11:30:00", [0]),
    "further apart": ("2026-02-03 09:30:00", "2026-02-03 11:31:00", [0, 121]),
    "the drug by its day": ("2026-02-03", "2026-02-03 11:31:00", [0]),
    "the procedure by its day": ("2026-02-03 09:30:00", "2026-02-03", [0]),
    "on another day": ("2026-02-03 09:30:00", "2026-02-04", [0, 1440]),
}


@pytest.mark.parametrize(("given", "done", "minutes"), ONE_INFUSION.values(), ids=ONE_INFUSION)
def test_an_infusion_told_as_drug_and_as_procedure_counts_once(export, given, done, minutes):
    export.give(drug_exposure=[drug(1, given)], procedure_occurrence=[procedure(1, done)]).imported()
    assert export.rows("infusions", "minute") == [(minute,) for minute in minutes]
    is_one = len(minutes) == 1
    assert export.lines()["procedure_occurrence.csv"] == [1, 0, is_one, not is_one]
    note = (
        "1 procedure gave no row: drug_exposure holds the same infusion, on the same day and at most 120 minutes apart."
    )
    assert (note in export.notes()) == is_one


def test_the_procedures_time_counts_where_the_drug_has_a_day_alone(export):
    export.give(drug_exposure=[drug(1, "2026-02-03")], procedure_occurrence=[procedure(1, "2026-02-03 10:00:00")])
    export.imported()
    assert export.scores() == [("PHQ-9", -60, 20.0)]


def test_procedures_alone_are_infusions(export):
    export.give(drug_exposure=None, procedure_occurrence=[procedure(1, "2026-02-03 10:00:00")]).imported()
    assert export.rows("infusions", "minute") == [(0,)]


def test_an_infusion_without_a_date_leaves_no_clock(export):
    undated = {**drug(1, ""), "drug_exposure_start_date": "", "drug_exposure_start_datetime": ""}
    export.give(drug_exposure=[undated])
    assert in_quarantine(export.printed()) == (
        "clock_unknown (1): the start of the course is not known, because the date of an infusion (or, where courses "
        "start from it, of the first score) is missing or not read. Correct that date; the other rows of the patient "
        "then follow.\n"
        "  measurement.csv line 2: measurement_datetime: not known\n\n"
        "missing_key (1): a required cell is blank. Fill it in, or delete the line.\n"
        "  drug_exposure.csv line 2: drug_exposure_start_datetime: blank\n"
    )


def test_an_infusion_without_a_date_among_others_may_have_been_the_first(export):
    undated = {**drug(1, ""), "drug_exposure_start_date": "", "drug_exposure_start_datetime": ""}
    export.give(drug_exposure=[undated, drug(1, "2026-02-05 10:00:00")]).imported()
    assert export.scores() == []
    assert ("drug_exposure.csv", 2, "missing_key", "drug_exposure_start_datetime", "blank") in export.quarantine()
    assert "clock_unknown" in {rule for _, _, rule, _, _ in export.quarantine()}


WRONG_TIMES = {
    "a word": ("soon", "soon", "unreadable_date", "text, 4 characters"),
    "a day that is none": ("2026-02-30", "2026-02-30", "unreadable_date", "text like 9999-99-99"),
    "the wrong century": ("1926-02-03", "1926-02-03 09:00:00", "impossible_date", "a date"),
    "booked": ("2999-02-03", "2999-02-03 09:00:00", "future_date", "a date"),
    "two days": ("2026-02-03", "2026-02-04 09:00:00", "dates_disagree", "two dates"),
    "before birth": ("2003-02-03", "2003-02-03 09:00:00", "before_birth", "a date"),
}


@pytest.mark.parametrize(("day", "moment", "rule", "found"), WRONG_TIMES.values(), ids=WRONG_TIMES)
def test_a_time_that_cannot_be(export, day, moment, rule, found):
    wrong = {**score(1, "", 7), "measurement_date": day, "measurement_datetime": moment}
    export.give(
        person=[person(1, year_of_birth=2004)], measurement=[score(1, "2026-02-03 09:00:00", 20), wrong]
    ).imported()
    assert export.quarantine() == [("measurement.csv", 3, rule, "measurement_datetime", found)]
    assert export.scores() == [("PHQ-9", -30, 20.0)]


def test_midnight_sharp_is_a_day_without_a_time(export):
    export.give(drug_exposure=[drug(1, "2026-02-03 00:00:00")], measurement=[score(1, "2026-02-02 15:00:00", 20)])
    export.imported()
    assert export.scores() == [("PHQ-9", -1440, 20.0)]


# --- scores -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        {"measurement_source_value": "44261-6"},
        {"measurement_source_value": "LOINC:44261-6"},
        {"measurement_source_value": "SNOMED:720433000"},
        {"measurement_source_value": "PHQ", "measurement_concept_id": 700010},
        {"measurement_source_value": "PHQ", "measurement_source_concept_id": 700010},
        {"measurement_source_value": "", "measurement_concept_id": "700010.0"},
    ],
    ids=str,
)
def test_a_total_is_known_by(export, cells):
    export.give(concept=CONCEPTS, measurement=[score(1, "2026-02-03 09:00:00", 20, **cells)]).imported()
    assert export.scores() == [("PHQ-9", -30, 20.0)]


def test_a_program_adds_codes_and_concepts(export, tmp_path):
    """A total under the code of the panel is known once the program says so, by code and by concept."""
    panel = concept(700040, "LOINC", "44249-1", "PHQ-9 panel", "Measurement", "Survey")
    export.give(
        concept=[*CONCEPTS, panel],
        measurement=[
            score(1, "2026-02-03 09:00:00", 20, "44249-1"),
            score(1, "2026-02-04 09:30:00", 14, "", measurement_concept_id=700040),
            score(1, "2026-02-05 09:30:00", 13, "", measurement_concept_id=2000000077),
        ],
    )
    own = tmp_path_of(tmp_path, "definitions")
    (own / "clinical_codes.toml").write_text(
        '[scores.ours]\nscale = "PHQ-9"\npart = "total"\nlabel = "Our total"\ncodes.loinc = ["44249-1"]\n'
        'concepts = [2000000077]\ncitation = "Our own code list"\nreviewed = 2026-11-25\n',
        encoding="utf-8",
    )
    export.imported(definitions=load_definitions(own))
    assert [value for *_, value in export.scores()] == [20.0, 14.0, 13.0]


def test_laboratory_values_are_no_rows_and_other_questionnaires_are_not_tracked(export):
    export.give(
        concept=CONCEPTS,
        measurement=[
            score(1, "2026-02-03 09:00:00", 20),
            score(1, "2026-02-03 09:00:00", 4.1, "2823-3", measurement_concept_id=3023103),
            score(1, "2026-02-03 09:00:00", 11, "ISI", measurement_concept_id=700012),
            score(1, "2026-02-03 09:10:00", "", "ISI", measurement_concept_id=700012),
        ],
    ).imported()
    assert export.lines()["measurement.csv"] == [4, 1, 1, 2]
    assert export.places()["scores"] == [2, 1, 0, 0, 1]


def test_codes_that_mean_two_things_are_not_read_as_one(export):
    export.give(
        concept=CONCEPTS, measurement=[score(1, "2026-02-03 09:00:00", 2, "44250-9", measurement_concept_id=700010)]
    )
    assert in_quarantine(export.printed()) == (
        "codes_disagree (1): codes that mean different scales or items. Correct the coding at the source.\n"
        "  measurement.csv line 2: measurement_concept_id: two meanings\n"
    )


def test_a_record_without_a_value_is_no_value_and_never_zero(export):
    export.give(
        measurement=[
            score(1, "2026-02-03 09:00:00", 20),
            score(1, "2026-02-17 09:00:00", ""),
            score(1, "2026-02-18 09:00:00", "NULL"),
            score(1, "2026-02-19 09:00:00", "", value_source_value="declined"),
        ]
    ).imported()
    assert export.scores() == [("PHQ-9", -30, 20.0)]
    assert export.lines()["measurement.csv"] == [4, 0, 3, 1]
    assert (
        "1 score gave no row, because value_as_number is blank; value_source_value is filled there and is not read."
    ) in export.notes()


def test_more_than_a_number_is_no_value(export):
    export.give(
        measurement=[
            score(1, "2026-02-03 09:00:00", 20, operator_concept_id=4172703),
            score(1, "2026-02-17 09:00:00", 20, operator_concept_id=4172704),
            score(1, "2026-02-18 09:00:00", 9, operator_concept_id=0),
        ]
    )
    assert in_quarantine(export.printed()) == (
        "inexact_value (1): a value that is only said to be less or more than a number. Give the value itself, or "
        "leave it blank.\n"
        "  measurement.csv line 3: value_as_number: 20\n"
    )
    assert [value for *_, value in export.scores()] == [20.0, 9.0]


WRONG_VALUES = {
    "too high": (28, "out_of_range", "28"),
    "between two": (7.5, "off_step", "7.5"),
    "a word": ("high", "not_a_number", "text, 4 characters"),
}


@pytest.mark.parametrize(("value", "rule", "found"), WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_a_wrong_value_is_named_where_it_stands(export, value, rule, found):
    export.give(measurement=[score(1, "2026-02-03 09:00:00", 20), score(1, "2026-02-17 09:00:00", value)]).imported()
    assert export.quarantine() == [("measurement.csv", 3, rule, "value_as_number", found)]


def test_a_text_in_place_of_a_value_is_not_kept(export):
    told = observation(1, "2026-02-17 10:00:00", "", PHQ_9, value_as_string="Ann Example says 12")
    number = observation(1, "2026-02-18 10:00:00", "", PHQ_9, value_as_string="12")
    export.give(observation=[told, number]).imported()
    assert export.quarantine() == [("observation.csv", 2, "not_a_number", "value_as_number", "text, 19 characters")]
    assert export.scores()[1:] == [("PHQ-9", 21630, 12.0)]
    assert traces(export.store.folder, ["Ann Example"]) == {}


def answers(*values, when="2026-02-17 10:00:00", **cells):
    """Items of a PHQ-9 as measurements."""
    return [score(1, when, value, code, **cells) for value, code in zip(values, PHQ_9_ITEMS, strict=True)]


def test_items_are_put_together_with_their_total_whatever_table_they_stand_in(export):
    items = [
        observation(1, "2026-02-17 10:00:00", value, code)
        for value, code in zip((3, 2, 1, 0, 0, 1, 0, 0, 0), PHQ_9_ITEMS, strict=True)
    ]
    export.give(measurement=[score(1, "2026-02-17 10:00:00", 7)], observation=items).imported()
    assert export.scores() == [("PHQ-9", 20190, 7.0)]
    assert export.rows("scores", "items") == [([3, 2, 1, 0, 0, 1, 0, 0, 0],)]
    assert export.lines()["observation.csv"] == [9, 0, 0, 0]


def test_items_that_do_not_make_their_total_are_refused(export):
    export.give(measurement=[score(1, "2026-02-17 10:00:00", 9), *answers(3, 2, 1, 0, 0, 1, 0, 0, 0)]).imported()
    assert [row[1:3] for row in export.quarantine()] == [(2, "items_and_total_disagree")]


def test_an_item_without_a_value_is_missing_not_zero(export):
    export.give(measurement=answers(3, 2, 1, 0, 0, 1, 0, 0, "")).imported()
    assert [row[1:3] for row in export.quarantine()] == [(2, "too_few_items")]


def test_coded_answers_stand_for_their_place_in_the_answer_list(export):
    """LA6570-1 is the third answer of the PHQ-9: 2. It stands as a concept, or as the source wrote it."""
    items = answers(0, 0, 0, 0, 0, 0, 0, 0, 0)
    items[0] = {**items[0], "value_as_number": "", "value_as_concept_id": 700020}
    items[1] = {**items[1], "value_as_number": "", "value_source_value": "LA6570-1"}
    items[2] = {**items[2], "value_as_number": 2, "value_as_concept_id": 700020}
    export.give(concept=CONCEPTS, measurement=items).imported()
    assert export.scores() == [("PHQ-9", 20190, 6.0)]


def test_an_answer_that_is_not_in_the_list_is_refused(export):
    items = answers(0, 0, 0, 0, 0, 0, 0, 0, 0)
    items[4] = {**items[4], "value_as_number": "", "value_as_concept_id": 45877994}
    export.give(measurement=items).imported()
    assert export.quarantine() == [("measurement.csv", 6, "unknown_code", "value_as_number", "a concept")]


def test_an_answer_and_a_number_that_contradict_each_other_are_refused(export):
    items = answers(1, 0, 0, 0, 0, 0, 0, 0, 0)
    items[0] = {**items[0], "value_as_concept_id": 700020}
    export.give(concept=CONCEPTS, measurement=items).imported()
    assert [row[1:4] for row in export.quarantine()] == [(2, "conflicting_duplicate", "value_as_number")]


def test_two_questionnaires_of_one_day_are_told_apart_by_their_visits(export):
    """Without a time of day nothing says which came first, so both are refused, each as what it is."""
    first, second = answers(3, 3, 3, 3, 3, 3, 3, 3, 0, when="2026-02-17"), answers(*[1] * 9, when="2026-02-17")
    export.give(
        measurement=[{**row, "visit_occurrence_id": visit} for visit, rows in ((7, first), (8, second)) for row in rows]
    ).imported()
    assert [row[1:4] for row in export.quarantine()] == [
        (2, "conflicting_duplicate", "value_as_number"),
        (11, "conflicting_duplicate", "value_as_number"),
    ]


def test_the_same_total_twice_is_a_duplicate(export):
    export.give(measurement=[score(1, "2026-02-03 09:00:00", 20)] * 2).imported()
    assert export.places()["scores"] == [2, 1, 1, 0, 0]


def test_scores_of_a_patient_without_an_infusion_are_not_tracked(export):
    export.give(
        person=[person(1), person(2)], measurement=[score(1, "2026-02-03 09:00:00", 20), score(2, "2026-02-03", 9)]
    ).imported()
    assert export.places()["scores"] == [2, 1, 0, 0, 1]
    assert export.lines()["person.csv"] == [2, 0, 1, 1]


# --- patients -----------------------------------------------------------------------------------------------


def test_sex_age_and_site(export):
    export.give(
        person=[
            person(1, gender_concept_id=MALE, month_of_birth=2, day_of_birth=4, care_site_id=5),
            person(2, gender_concept_id=0, care_site_id=5),
            person(3, year_of_birth="", birth_datetime="1980-05-17 00:00:00"),
        ],
        drug_exposure=[
            drug(1, "2026-02-03 09:30:00"),
            drug(2, "2026-02-03 09:30:00", visit_occurrence_id=70),
            drug(2, "2026-02-05 09:30:00", visit_occurrence_id=71),
            drug(3, "2026-02-03 09:30:00", visit_occurrence_id=71),
        ],
        condition_occurrence=[diagnosis(number, "2025-06-01") for number in (1, 2, 3)],
        visit_occurrence=[
            {"visit_occurrence_id": 70, "care_site_id": 6},
            {"visit_occurrence_id": 71, "care_site_id": ""},
        ],
        care_site=[
            {"care_site_id": 5, "care_site_name": "North"},
            {"care_site_id": 6, "care_site_name": "South"},
        ],
    ).imported()
    assert export.rows("courses", "sex, age_band, site") == [
        ("female", "45-49", None),
        ("male", "45-49", "North"),
        (None, "45-49", "South"),
    ]


def test_a_sex_that_is_no_known_concept_is_refused(export):
    export.give(person=[person(1, gender_concept_id=99)])
    assert "  person.csv line 2: gender_concept_id: a concept\n" in export.printed()


def test_a_person_who_comes_twice_with_different_values_is_refused(export):
    export.give(person=[person(1), person(1, gender_concept_id=MALE)]).imported()
    assert [row for row in export.quarantine() if row[2] != "course_in_quarantine"] == [
        ("person.csv", 2, "conflicting_duplicate", "gender_concept_id", "text, 6 characters"),
        ("person.csv", 3, "conflicting_duplicate", "gender_concept_id", "text, 4 characters"),
    ]


def test_two_dates_of_birth_contradict_each_other(export):
    export.give(person=[person(1), person(1, month_of_birth=3, day_of_birth=2)]).imported()
    assert [row[:4] for row in export.quarantine() if row[2] != "course_in_quarantine"] == [
        ("person.csv", 2, "conflicting_duplicate", "year_of_birth"),
        ("person.csv", 3, "conflicting_duplicate", "year_of_birth"),
    ]


def test_a_person_who_comes_twice_alike_is_one(export):
    export.give(person=[person(1), person(1)]).imported()
    assert export.places()["courses"] == [1, 1, 0, 0, 0]
    assert export.lines()["person.csv"] == [2, 0, 0, 1]


def test_scores_and_infusions_of_an_unknown_person_are_refused(export):
    export.give(
        drug_exposure=[drug(1, "2026-02-03 09:30:00"), drug(9, "2026-02-03 09:30:00")],
        measurement=[
            score(1, "2026-02-03 09:00:00", 20),
            score(9, "2026-02-03 09:00:00", 20),
            score("", "2026-02-03", 20),
        ],
    )
    assert in_quarantine(export.printed()) == (
        "missing_key (1): a required cell is blank. Fill it in, or delete the line.\n"
        "  measurement.csv line 4: person_id: blank\n\n"
        "unknown_patient (2): no patient of this id in the export. Export the patient too, or correct the id.\n"
        "  drug_exposure.csv line 3: person_id\n"
        "  measurement.csv line 3: person_id\n"
    )


CONDITIONS = {
    "it stands": ([("2025-06-01", None)], ["depression"]),
    "it stands for decades": ([("1987-06-01", "2099-12-31")], ["depression"]),
    "nobody knows since when": ([("", None)], None),
    "it begins on the day": ([("2026-02-03", None)], ["depression"]),
    "it begins later": ([("2026-02-04", None)], None),
    "it ended before": ([("2025-06-01", "2026-02-02")], None),
    "it ends on the day": ([("2025-06-01", "2026-02-03")], ["depression"]),
    "noted at a visit a year before": ([("2025-02-03", "2025-02-03")], ["depression"]),
    "noted at a visit before that": ([("2025-02-02", "2025-02-02")], None),
}


@pytest.mark.parametrize(("given", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_course_is_for_what_stands_when_it_begins(export, given, expected):
    export.give(condition_occurrence=[diagnosis(1, *days) for days in given]).imported()
    assert [row[0] for row in export.rows("courses", "conditions")] == ([expected] if expected else [])
    if expected is None:
        assert (
            "1 course without a condition: no diagnosis of the code list stands at the start. State under [course] in "
            "a mapping what the program treats, or add codes to clinical_codes.toml."
        ) in export.notes()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"condition_concept_id": 442077}, ["anxiety"]),
        ({"condition_concept_id": 0, "condition_source_concept_id": 700030}, ["depression"]),
        ({"condition_concept_id": 0, "condition_source_value": "ICD10CM:F41.2"}, ["anxiety"]),
        ({"condition_concept_id": 0, "condition_source_value": "F33.1"}, ["depression"]),
        ({"condition_concept_id": 0, "condition_source_value": "F41.2"}, []),  # ICD-10 and ICD-10-CM differ
        ({"condition_concept_id": 0, "condition_source_value": "I10"}, []),
    ],
    ids=str,
)
def test_a_condition_is_known_by(export, cells, expected):
    export.give(concept=CONCEPTS, condition_occurrence=[diagnosis(1, "2025-06-01", **cells)]).imported()
    assert [row[0] for row in export.rows("courses", "conditions")] == ([expected] if expected else [])


def test_what_a_mapping_states_holds_for_every_course(export):
    export.give(
        condition_occurrence=[diagnosis(1, "2025-06-01")], care_site=[{"care_site_id": 5, "care_site_name": "A"}]
    )
    export.state('conditions = { constant = "Chronic pain" }\nsite = { constant = "North" }').imported()
    assert export.rows("courses", "conditions, site") == [(["chronic_pain"], "North")]


# --- forms of files -----------------------------------------------------------------------------------------


def test_capitals_tabs_gzip_and_parquet_make_no_difference(export, tmp_path):
    export.imported()
    expected = export.scores()
    other = Export(tmp_path_of(tmp_path, "other"))
    for name, rows in export.given.items():
        upper = [{key.upper(): value for key, value in row.items()} for row in rows]
        if name == "person":
            write_csv(other.tables / "PERSON.CSV", upper, delimiter="\t")
        elif name == "measurement":
            write_csv(other.tables / "plain", upper)
            (other.tables / "MEASUREMENT.csv.gz").write_bytes(gzip.compress((other.tables / "plain").read_bytes()))
            (other.tables / "plain").unlink()
        else:
            write_parquet(other.tables / f"{name.upper()}.parquet", upper)
    other.given = {}
    other.imported()
    assert other.scores() == expected
    assert other.places() == export.places()


def tmp_path_of(folder, name):
    found = folder / name
    found.mkdir()
    return found


def test_cp1252_and_line_ends_in_cells(export):
    export.give(care_site=[{"care_site_id": 5, "care_site_name": "Zürich"}], person=[person(1, care_site_id=5)])
    notes = score(1, "2026-02-03 09:00:00", 20, unit_source_value="two\nlines")
    export.give(measurement=[notes, score(1, "2026-02-17 09:00:00", 99)])
    export.write()
    path = export.tables / "care_site.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    export.given.pop("care_site")
    export.imported()
    assert export.rows("courses", "site") == [("Zürich",)]
    assert [row[1] for row in export.quarantine()] == [4]


def test_nothing_of_a_record_number_a_date_or_a_dropped_column_is_kept(export):
    export.give(
        person=[person(7300451, person_source_value="MRN-884", provider_id=9021)],
        drug_exposure=[drug(7300451, "2026-02-03 09:30:00", provider_id=9021, lot_number="LOT-7")],
        condition_occurrence=[diagnosis(7300451, "2025-06-01")],
        measurement=[score(7300451, "2026-02-03 09:00:00", 20, visit_occurrence_id=5550123)],
        note=[{"note_id": 1, "person_id": 7300451, "note_text": "Ann Example called"}],
        death=[{"person_id": 7300451, "death_date": "2026-08-09"}],
    )
    printed = export.printed()
    secrets = [
        "7300451",
        "MRN-884",
        "9021",
        "LOT-7",
        "5550123",
        "Ann Example",
        "2026-02-03",
        "2025-06-01",
        "2026-08-09",
    ]
    assert traces(export.store.folder, secrets) == {}
    assert not any(secret in printed for secret in secrets)
    assert "Note: Can identify a person and was dropped unread: 4 columns, 2 tables.\n" in printed
    assert (
        "Note: Not read, because no infusion, score, person or diagnosis is read from it: death.csv, note.csv.\n"
    ) in printed


def test_an_identifier_in_the_name_of_a_site_is_refused(export):
    export.give(
        person=[person(1, care_site_id=5)], care_site=[{"care_site_id": 5, "care_site_name": "ann@example.org"}]
    )
    message = export.refusal(IdentifierFound)
    assert "  person.csv: 'care_site_name of care_site' (as site) holds e-mail addresses (email) in 1 cell\n" in message
    assert "ann@" not in message
    assert traces(export.store.folder, ["ann@example.org"]) == {}


# --- what is said of a broken export ------------------------------------------------------------------------


def test_a_folder_without_persons(export):
    export.give(person=None, persons=[person(1)])
    assert export.refusal(FileRefused) == (
        "export holds no person, in which a person's sex and year of birth stand in OMOP. Is it persons.csv? Rename it."
    )


def test_a_folder_without_infusions(export):
    export.give(drug_exposure=None)
    assert export.refusal(FileRefused) == (
        "export holds no drug_exposure and no procedure_occurrence, in which the infusions stand, with which courses "
        "begin, in OMOP."
    )


def test_a_folder_without_scores(export):
    export.give(measurement=None)
    assert export.refusal(FileRefused) == (
        "export holds no measurement and no observation, in which the scores stand in OMOP."
    )


def test_a_table_without_a_column_that_it_must_have(export):
    export.give(measurement=[{"person_id": 1, "measurement_concept": 0, "measurement_date": "", "value_as_number": 1}])
    assert export.refusal(FileRefused) == (
        "measurement.csv has no column 'measurement_concept_id', which every measurement of the OMOP common data model "
        "has. The nearest is 'measurement_concept'. Export it again, or rename the column."
    )


def test_a_table_in_several_parts(export):
    export.give(measurement=None)
    (export.tables / "measurement.parquet").mkdir()
    assert export.refusal(FileRefused) == (
        "measurement.parquet is a folder: a table in several parts is not read. Write it as one file, such as "
        "measurement.parquet."
    )


def test_words_in_place_of_concept_ids(export):
    export.give(drug_exposure=[drug(1, "2026-02-03 09:30:00"), drug(1, "2026-02-05", drug_concept_id="ketamine")])
    assert export.refusal(FileRefused) == (
        "drug_exposure.csv: 'drug_concept_id' is no whole number in 1 record (the first on line 3); expected concept "
        "ids of the OMOP vocabulary, 0 where there is none. Export the ids, not the names."
    )


def test_more_than_fits_in_memory(export, monkeypatch):
    """Nothing is written to disk instead."""
    monkeypatch.setattr(source, "_MEMORY_LIMIT", "8MB")
    export.give(measurement=[score(1, f"2026-02-{1 + day:02d} 09:00:00", 20) for day in range(28)] * 200)
    assert export.refusal(FileRefused) == (
        "The export holds more infusions and scores than fit in memory (8MB), and dates are never written to disk. "
        "Export the persons in several parts, and import each under a --name of its own."
    )


def cut(export, name, n_bytes):
    path = export.tables / name
    path.write_bytes(path.read_bytes()[:-n_bytes])
    export.given = {}


BROKEN = {
    "cut within a line": (
        "measurement.csv",
        (
            "measurement.csv line 2: 4 cells, expected 6. The file may be cut off, or a cell with a comma lacks "
            "quotation marks; export it again."
        ),
    ),
    "cut within gzip": (
        "measurement.csv.gz",
        "measurement.csv.gz is not a readable gzip file. Compress it again, or give it unpacked.",
    ),
    "cut within Parquet": (
        "measurement.parquet",
        "measurement.parquet is not a readable Parquet file (empty, truncated or another format). Export it again.",
    ),
}


@pytest.mark.parametrize(("name", "message"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_cut_off(export, name, message):
    export.write()
    plain = export.tables / "measurement.csv"
    if name.endswith(".gz"):
        (export.tables / name).write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    if name.endswith(".parquet"):
        write_parquet(export.tables / name, export.given["measurement"])
        plain.unlink()
    cut(export, name, 12)
    assert export.refusal(FileRefused) == message


def test_a_workbook(export):
    export.give(measurement=None)
    (export.tables / "measurement.xlsx").write_bytes(b"PK")
    assert "measurement.xlsx" in export.refusal(FileRefused)


def test_without_a_crosswalk_nothing_is_read(export):
    export.crosswalk = None
    assert export.refusal(CrosswalkUnfit) == (
        "Tables of OMOP hold record numbers (person_id), which become random pseudonyms: say with --crosswalk FILE "
        "where to keep which is whose. The file is made if it does not exist; keep it outside the store, and back it "
        "up."
    )


def test_an_export_holds_all_of_each_patient(export):
    with pytest.raises(AppendImpossible):
        export.imported(is_append=True)
