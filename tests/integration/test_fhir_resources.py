"""What each resource of a FHIR export becomes, shape by shape: rows, quarantine, or nothing and a count."""

import pytest
from fhir_exports import (
    ICD_10_CM,
    LOINC,
    PHQ_9_ITEMS,
    PHQ_9_PANEL,
    RXNORM,
    SNOMED,
    START,
    answered,
    concept,
    condition,
    import_resources,
    infusion,
    notes,
    one_course,
    patient,
    phq_9,
    response,
    total,
)

pytestmark = pytest.mark.usefixtures("models_read_once")

DAY_BEFORE, DAY_8 = "2026-03-01T15:00:00-05:00", "2026-03-10T09:30:00-04:00"
DAY_8_MINUTES = 8 * 1440 - 60  # summer time began in between
DRUG = {
    "resourceType": "Medication",
    "id": "k",
    "ingredient": [{"itemCodeableConcept": concept("http://www.whocc.no/atc", "N01AX03")}],
}
INEXACT = ("inexact_value", "total", "less or more than a number")
NO_NUMBER = ("not_a_number", "total", "a value that is no number")
ANSWERS = [1, 2, 3, 0, 1, 2, 3, 0, 1]


def course_of(imported):
    return imported.rows("courses", "array_to_string(conditions, ';'), site, age_band, sex")


# --- infusions ------------------------------------------------------------------------------------------


def test_an_infusion_has_time_route_dose_and_duration(tmp_path):
    given = infusion(
        None,
        effectivePeriod={"start": START, "end": "2026-03-02T10:10:00-05:00"},
        dosage={
            "route": concept(SNOMED, "47625008"),
            "dose": {"value": 0.05, "unit": "gram", "system": "http://unitsofmeasure.org", "code": "g"},
        },
    )
    imported = import_resources(tmp_path, [patient(), condition(), given])
    assert imported.rows("infusions", "minute, route, dose_mg, duration_minutes") == [(0, "iv", 50.0, 40.0)]


@pytest.mark.parametrize(
    "further",
    [
        {"medicationReference": {"reference": "#drug"}, "contained": [{**DRUG, "id": "drug"}]},
        {"medicationReference": {"reference": "Medication/k"}},
        {"medicationReference": {"reference": "https://server.example/fhir/Medication/k/_history/2"}},
    ],
    ids=["contained", "referred to", "by absolute address"],
)  # fmt: skip
def test_the_drug_may_stand_elsewhere(tmp_path, further):
    given = {**infusion(), **further}
    del given["medicationCodeableConcept"]
    assert import_resources(tmp_path, [patient(), condition(), given, DRUG]).counts("infusions") == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("further", "n_infusions"),
    [
        ({"code": concept(RXNORM, "6130")}, 1),
        ({"code": concept("http://www.ama-assn.org/go/cpt", "96365")}, 0),
        (
            {
                "code": concept("http://www.ama-assn.org/go/cpt", "96365"),
                "usedCode": [concept(SNOMED, "373464007")],
            },
            1,
        ),
        ({"code": concept(RXNORM, "6130"), "notDone": True}, 0),
        ({"code": {"text": "Ketamine infusion"}}, 0),
    ],
)
def test_a_procedure_is_an_infusion_if_it_names_ketamine(tmp_path, further, n_infusions):
    procedure = {
        "resourceType": "Procedure",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "performedDateTime": START,
        **further,
    }
    imported = import_resources(tmp_path, [patient(), condition(), procedure, total(18, DAY_BEFORE)])
    assert imported.counts("infusions") == (n_infusions, 0, 0, 0)


def test_other_drugs_are_no_infusions(tmp_path):
    esketamine = infusion("2026-01-02T09:30:00-05:00", medicationCodeableConcept=concept(RXNORM, "2119365"))
    imported = import_resources(tmp_path, [*one_course(), esketamine])
    assert imported.counts("infusions") == (1, 0, 0, 0)
    assert imported.lines()["MedicationAdministration"] == (2, 0, 1, 1)


LOCAL = {"coding": [{"system": "urn:oid:1.2.3", "code": "4411", "display": "KETAMINE 50 MG/ML"}]}
REFERRED = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/ours"}}


@pytest.mark.parametrize(
    "given",
    [
        [infusion(medicationCodeableConcept=LOCAL)],
        [infusion(medicationCodeableConcept={"text": "Ketamine infusion"})],
        [infusion(**REFERRED), {"resourceType": "Medication", "id": "ours", "code": LOCAL}],
    ],
    ids=["by a local code", "in text", "referred to"],
)
def test_a_drug_named_in_words_alone_is_no_infusion_and_is_told(tmp_path, given):
    imported = import_resources(tmp_path, [patient(), condition(), *given, total(9, DAY_8)])
    assert imported.counts("infusions") == (0, 0, 0, 0)
    assert (
        "1 resource names ketamine in words and by no code that is known (Medication, MedicationAdministration or "
        'Procedure), and gave no infusion. If it was given, add its codes: docs/fhir.md, "Which codes count".'
    ) in notes(imported)


def test_other_words_are_not_told_of(tmp_path):
    esketamine = infusion(medicationCodeableConcept={"coding": [{"code": "1"}], "text": "Esketamine 28 mg"})
    imported = import_resources(tmp_path, [*one_course(), esketamine])
    assert not [note for note in notes(imported) if "in words" in note]


@pytest.mark.parametrize(
    ("status", "is_infusion"),
    [
        ("completed", True),
        ("in-progress", True),
        ("stopped", True),
        ("on-hold", True),
        ("not-done", False),
        ("entered-in-error", False),
        ("unknown", False),
    ],
)
def test_the_status_says_whether_it_was_given(tmp_path, status, is_infusion):
    imported = import_resources(tmp_path, [*one_course(), infusion("2026-03-05T09:30:00-05:00", status=status)])
    assert imported.counts("infusions") == (1 + is_infusion, 0, 0, 0)
    told = f"Left out by their status: MedicationAdministration {status} (1)."
    assert (told in notes(imported)) is not is_infusion
    assert imported.lines()["MedicationAdministration"] == (2, 1 - is_infusion, 0, 1 + is_infusion)


def test_an_infusion_without_a_time_leaves_the_clock_unknown(tmp_path):
    imported = import_resources(tmp_path, [*one_course(total(18, DAY_BEFORE)), infusion(None)])
    assert imported.counts("courses") == (0, 0, 1, 0)
    assert [row[:3] for row in imported.quarantined()] == [
        ("MedicationAdministration.ndjson", 1, "course_in_quarantine"),
        ("MedicationAdministration.ndjson", 2, "missing_key"),
        ("Observation.ndjson", 1, "course_in_quarantine"),
        ("Patient.ndjson", 1, "clock_unknown"),
    ]


@pytest.mark.parametrize(
    ("procedure", "medication", "infusions"),
    [
        ({"performedDateTime": START}, {}, [(0, 35.0)]),
        ({"performedDateTime": "2026-03-02T09:05:00-05:00"}, {}, [(0, 35.0)]),
        ({"performedDateTime": "2026-03-02"}, {}, [(0, 35.0)]),
        ({"performedDateTime": "2026-03-02T12:00:00-05:00"}, {}, [(0, 35.0), (150, None)]),
        ({"performedDateTime": "2026-03-02T12:00:00-05:00"}, {"partOf": [{"reference": "Procedure/p"}]}, [(0, 35.0)]),
    ],
    ids=["at one time", "within two hours", "on one day", "apart", "one part of the other"],
)
def test_procedure_and_medication_of_one_infusion_count_once(tmp_path, procedure, medication, infusions):
    done = {
        "resourceType": "Procedure",
        "id": "p",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "code": concept(SNOMED, "373464007"),
        **procedure,
    }
    given = infusion(id="m", dosage={"dose": {"value": 35, "code": "mg"}}, **medication)
    imported = import_resources(tmp_path, [patient(), condition(), done, given])
    assert imported.rows("infusions", "minute, dose_mg") == infusions
    assert imported.lines()["Procedure"] == (1, 0, 0, len(infusions) - 1)


def test_doses_in_units_that_are_no_mass_are_not_read_and_told(tmp_path):
    imported = import_resources(
        tmp_path, [patient(), condition(), infusion(dosage={"dose": {"value": 5, "code": "mL"}})]
    )
    assert imported.rows("infusions", "dose_mg") == [(None,)]
    assert "1 dose is in a unit other than mg, g, ug or mg/kg, and not read." in notes(imported)


# --- courses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ([condition("F33.2"), condition("F41.1"), condition("I10")], "anxiety;depression"),
        ([condition("F33.2"), condition("F41.1", verificationStatus=concept("x", "refuted"))], "depression"),
        ([condition("F33.2"), condition("F41.1", verificationStatus="entered-in-error")], "depression"),
        ([condition("F33.2"), condition("F41.1", abatementDateTime="2020-01-01")], "depression"),
        ([condition("F33.2"), condition("F41.1", onsetDateTime="2026-03-03")], "depression"),
        ([condition("F33.2"), condition("F41.1", onsetDateTime="2026-03-02")], "anxiety;depression"),
        ([condition("F33.2"), condition("F41.1", onsetDateTime="2020")], "anxiety;depression"),
    ],
)
def test_a_course_is_for_what_the_patient_has_when_it_begins(tmp_path, conditions, found):
    imported = import_resources(tmp_path, [patient(), *conditions, infusion()])
    assert course_of(imported)[0][0] == found


def test_reasons_of_infusions_go_before_what_the_patient_has(tmp_path):
    imported = import_resources(
        tmp_path,
        [
            patient(),
            condition("F33.2"),
            condition("G89.4", id="pain"),
            condition("F41.1", id="fear"),
            infusion(reasonReference=[{"reference": "Condition/pain"}]),
            infusion("2026-03-05T09:30:00-05:00", reasonCode=[concept(ICD_10_CM, "F43.10")]),
        ],
    )
    assert course_of(imported)[0][0] == "chronic_pain;ptsd"


def test_a_course_without_a_coded_condition_is_refused(tmp_path):
    imported = import_resources(tmp_path, [patient(), condition("I10"), infusion(reasonCode=[{"text": "Depression"}])])
    assert ("Patient.ndjson", 1, "missing_key", "conditions", "blank") in imported.quarantined()


def test_the_site_is_the_organization_where_the_course_began(tmp_path):
    def organization(name, title):
        return {"resourceType": "Organization", "id": name, "name": title}

    imported = import_resources(
        tmp_path,
        [
            patient("1", managingOrganization={"reference": "Organization/c"}),
            patient("2", managingOrganization={"reference": "Organization/c"}),
            patient("3", managingOrganization={"reference": "Organization/unnamed"}),
            *(condition(who=name) for name in "123"),
            infusion(who="1", context={"reference": "Encounter/e"}),
            infusion("2026-03-05T09:30:00-05:00", who="1", context={"reference": "Encounter/f"}),
            infusion(who="2"),
            infusion(who="3"),
            organization("a", "Site A"),
            organization("b", "Site B"),
            organization("c", "Site C"),
            {"resourceType": "Encounter", "id": "e", "serviceProvider": {"reference": "Organization/a"}},
            {"resourceType": "Encounter", "id": "f", "serviceProvider": {"reference": "Organization/b"}},
        ],
    )
    assert [row[1] for row in course_of(imported)] == ["Site A", "Site C", "unnamed"]


def test_what_identifies_is_dropped_unread_and_counted(tmp_path):
    who = patient(name=[{"family": "Zephyrine"}], telecom=[{"value": "555-0100"}], address=[{"city": "Nowhere"}])
    imported = import_resources(tmp_path, [who, condition(), infusion()])
    assert "Fields of Patients that identify, dropped unread: address (1), name (1), telecom (1)." in notes(imported)
    assert course_of(imported) == [("depression", None, "45-49", "female")]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file())
    for seeded in (b"Zephyrine", b"555-0100", b"Nowhere", b"1980-05-01", b"2026-03-02"):
        assert seeded not in kept


def test_test_data_is_labelled_as_synthetic(tmp_path):
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
    imported = import_resources(tmp_path, [patient(meta={"security": [label]}), condition(), infusion()])
    assert imported.result.batch.is_synthetic


def test_two_patients_of_one_id_that_contradict_each_other_are_refused(tmp_path):
    imported = import_resources(
        tmp_path, [*one_course(total(18, DAY_BEFORE)), patient(), patient(birthDate="1971-05-01")]
    )
    assert imported.counts("courses") == (0, 0, 2, 0)
    assert ("Patient.ndjson", 1, "conflicting_duplicate") in [row[:3] for row in imported.quarantined()]
    assert imported.counts("scores") == (0, 0, 1, 0)


def test_the_same_patient_twice_is_one(tmp_path):
    imported = import_resources(tmp_path, [*one_course(), patient(name=[{"family": "Married"}])])
    assert imported.counts("courses") == (1, 0, 0, 0)


def test_a_patient_without_an_infusion_gives_no_course(tmp_path):
    imported = import_resources(tmp_path, [*one_course(), patient("2"), total(9, DAY_8, "2")])
    assert imported.counts("courses") == (1, 0, 0, 0)
    assert imported.counts("scores") == (0, 0, 0, 1)
    assert "1 Patient had no infusion, and gave no row." in notes(imported)


# --- totals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ({"valueInteger": 18}, 18),
        ({"valueQuantity": {"value": 18, "code": "{score}"}}, 18),
        ({"valueQuantity": {"value": 18.0}}, 18),
        ({"valueString": "18"}, 18),
    ],
)
def test_a_total_is_a_number(tmp_path, value, score):
    imported = import_resources(tmp_path, one_course(total(None, DAY_BEFORE, **value)))
    assert [float(row[2]) for row in imported.scores()] == [score]


def test_a_total_without_a_value_is_no_row(tmp_path):
    imported = import_resources(
        tmp_path, one_course(total(18, DAY_BEFORE), total(None, DAY_8, dataAbsentReason=concept("x", "unknown")))
    )
    assert imported.counts("scores") == (1, 0, 0, 0)
    assert imported.lines()["Observation"] == (2, 0, 1, 1)


@pytest.mark.parametrize(
    ("value", "when", "fault"),
    [
        ({"valueString": "eighteen"}, DAY_8, NO_NUMBER),
        ({"valueQuantity": {"value": 18, "comparator": "<"}}, DAY_8, INEXACT),
        ({"valueInteger": 28}, DAY_8, ("out_of_range", "total", "28")),
        ({"valueInteger": 18}, None, ("missing_key", "minutes_from_start", "blank")),
        ({"valueInteger": 18}, "2026-03", ("partial_date", "minutes_from_start", "a date without its day")),
        ({"valueInteger": 18}, "2026-02-30", ("unreadable_date", "minutes_from_start", "not a date")),
        ({"valueInteger": 18}, "1901-01-01", ("impossible_date", "minutes_from_start", "a date")),
        ({"valueInteger": 18}, "2999-01-01", ("future_date", "minutes_from_start", "a date")),
        ({"valueInteger": 18}, "1979-01-01", ("impossible_date", "minutes_from_start", "a date")),
    ],
)  # fmt: skip
def test_a_total_that_is_not_sound_is_refused_with_the_reason(tmp_path, value, when, fault):
    imported = import_resources(tmp_path, one_course(total(None, when, **value)))
    assert [row[2:] for row in imported.quarantined()] == [fault]


def test_a_score_before_birth_is_refused(tmp_path):
    imported = import_resources(
        tmp_path, [patient(birthDate="2010-05-01"), condition(), infusion(), total(18, "2009-05-01")]
    )
    assert [row[2] for row in imported.quarantined()] == ["before_birth"]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_void_observations_are_left_out_and_counted(tmp_path, status):
    imported = import_resources(tmp_path, one_course(total(18, DAY_BEFORE), total(3, DAY_8, status=status)))
    assert imported.counts("scores") == (1, 0, 0, 0)
    assert f"Left out by their status: Observation {status} (1)." in notes(imported)


def test_other_surveys_are_not_tracked_and_other_measurements_no_rows(tmp_path):
    survey = {"category": [concept("http://terminology.hl7.org/CodeSystem/observation-category", "survey")]}
    imported = import_resources(
        tmp_path, one_course(total(3, DAY_8, code="55758-7", **survey), total(120, DAY_8, code="8480-6"))
    )
    assert imported.counts("scores") == (0, 0, 0, 1)
    assert imported.lines()["Observation"] == (2, 0, 1, 1)


def test_measured_items_and_their_total_are_one_score(tmp_path):
    items = [
        total(None, DAY_8, code=code, valueCodeableConcept=concept(LOINC, f"LA{6568 + answer}-{'5316'[answer]}"))
        for code, answer in zip(PHQ_9_ITEMS, ANSWERS, strict=True)
    ]
    for item, answer in zip(items, ANSWERS, strict=True):
        item["valueCodeableConcept"]["coding"][0]["code"] = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"][answer]
    imported = import_resources(tmp_path, one_course(*items[:4], total(13, DAY_8), *items[4:]))
    assert [(row[1], float(row[2]), row[3]) for row in imported.scores()] == [(DAY_8_MINUTES, 13, ANSWERS)]
    assert imported.lines()["Observation"] == (10, 0, 0, 1)


def test_components_of_the_panel_are_items(tmp_path):
    components = [
        {"code": concept(LOINC, code), "valueInteger": answer}
        for code, answer in zip(PHQ_9_ITEMS, ANSWERS, strict=True)
    ]
    imported = import_resources(tmp_path, one_course(total(None, DAY_8, code=PHQ_9_PANEL, component=components)))
    assert [(float(row[2]), row[3]) for row in imported.scores()] == [(13, ANSWERS)]


def test_the_same_observation_twice_is_a_duplicate_and_two_versions_are_refused(tmp_path):
    twice = total(18, DAY_BEFORE, id="a")
    imported = import_resources(
        tmp_path, one_course(twice, twice, total(12, DAY_8, id="b"), total(11, "2026-03-11", id="b"))
    )
    assert imported.counts("scores") == (1, 1, 2, 0)
    assert {row[2:] for row in imported.quarantined()} == {
        ("conflicting_duplicate", "id", "two versions of one resource")
    }


# --- filled questionnaires --------------------------------------------------------------------------------


def test_items_by_loinc_codes_as_link_ids(tmp_path):
    imported = import_resources(tmp_path, one_course(response(phq_9(ANSWERS), DAY_8)))
    assert [(row[0], row[1], float(row[2]), row[3]) for row in imported.scores()] == [
        ("PHQ-9", DAY_8_MINUTES, 13, ANSWERS)
    ]


def questionnaire(items, **further):
    return {"resourceType": "Questionnaire", "id": "q", "url": "https://our.example/q", "item": items, **further}


def coded_items(**further):
    return [
        {"linkId": f"q{number}", "type": "choice", "code": [{"system": LOINC, "code": code}], **further}
        for number, code in enumerate(PHQ_9_ITEMS, start=1)
    ]


OURS = "https://our.example/answers"
OPTIONS = [
    {
        "valueCoding": {
            "system": OURS,
            "code": code,
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": weight}],
        }
    }
    for weight, code in enumerate(["never", "days", "half", "daily"])
]


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("https://our.example/q", {"answerOption": OPTIONS}),
        ("https://our.example/q|3.1", {"answerOption": OPTIONS}),
        ("Questionnaire/q", {"option": OPTIONS}),
        ({"reference": "Questionnaire/q"}, {"option": OPTIONS}),
        ({"reference": "https://server.example/fhir/Questionnaire/q"}, {"option": OPTIONS}),
    ],
    ids=["canonical", "with a version", "relative", "STU3", "STU3, absolute"],
)
def test_items_by_the_questionnaire_of_the_export_and_its_weights(tmp_path, address, options):
    answers = [
        answered(f"q{number}", {"system": OURS, "code": ["never", "days", "half", "daily"][answer]}, "Coding")
        for number, answer in enumerate(ANSWERS, start=1)
    ]
    imported = import_resources(
        tmp_path,
        one_course(response(answers, DAY_8, questionnaire=address), questionnaire(coded_items(**options))),
    )
    assert [(float(row[2]), row[3]) for row in imported.scores()] == [(13, ANSWERS)]


def test_another_servers_questionnaire_of_the_same_id_is_another_one(tmp_path):
    answers = [answered(f"q{number}", answer) for number, answer in enumerate(ANSWERS, start=1)]
    elsewhere = response(answers, DAY_8, questionnaire="https://other.example/Questionnaire/q")
    imported = import_resources(tmp_path, one_course(elsewhere, questionnaire(coded_items())))
    assert imported.counts("scores") == (0, 0, 0, 1)


def test_a_weight_on_the_answer_counts_and_an_answer_without_any_is_refused(tmp_path):
    def choice(number, weight):
        extension = {"url": "http://hl7.org/fhir/StructureDefinition/itemWeight", "valueDecimal": weight}
        return answered(f"q{number}", {"code": "x", "extension": [extension] if weight is not None else []}, "Coding")

    address = {"questionnaire": "https://our.example/q"}
    sound = response([choice(n, answer) for n, answer in enumerate(ANSWERS, start=1)], DAY_8, **address)
    unknown = response([choice(n, None) for n in range(1, 10)], "2026-03-20", **address)
    imported = import_resources(tmp_path, one_course(sound, unknown, questionnaire(coded_items())))
    assert [float(row[2]) for row in imported.scores()] == [13]
    assert [row[2:] for row in imported.quarantined()] == [
        ("unknown_answer", "item_1", "an answer whose score is not known")
    ]


def test_items_by_definition_in_nested_groups_and_under_answers(tmp_path):
    items = [
        {**answered(f"x{number}", answer), "definition": f"http://loinc.org/fhir/DataElement/{code}"}
        for number, (code, answer) in enumerate(zip(PHQ_9_ITEMS, ANSWERS, strict=True))
    ]
    nested = [
        {
            "linkId": "intake",
            "item": [
                {"linkId": "inner", "item": items[:3]},
                {"linkId": "more", "answer": [{"valueBoolean": True, "item": items[3:]}]},
            ],
        }
    ]
    imported = import_resources(tmp_path, one_course(response(nested, DAY_8)))
    assert [(float(row[2]), row[3]) for row in imported.scores()] == [(13, ANSWERS)]


def test_one_form_may_hold_two_scales(tmp_path):
    gad_7 = [
        answered(code, 1) for code in ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")
    ]
    imported = import_resources(tmp_path, one_course(response([*phq_9(ANSWERS), *gad_7], DAY_8)))
    assert [(row[0], float(row[2])) for row in imported.scores()] == [("GAD-7", 7), ("PHQ-9", 13)]
    assert imported.lines()["QuestionnaireResponse"] == (1, 0, 0, 2)


def test_answers_to_the_gad_7_are_known_by_loinc(tmp_path):
    """As in the guide Personal Health Record Format of HL7: codes as linkIds, answers of LOINC's list."""
    items = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")
    answers = ("LA6568-5", "LA6568-5", "LA6569-3", "LA6569-3", "LA6568-5", "LA6570-1", "LA6571-9")
    filled = [
        answered(link, {"system": LOINC, "code": code}, "Coding") for link, code in zip(items, answers, strict=True)
    ]
    imported = import_resources(tmp_path, one_course(response(filled, DAY_8)))
    assert [(row[0], row[3]) for row in imported.scores()] == [("GAD-7", [0, 0, 1, 1, 0, 2, 3])]


@pytest.mark.parametrize(
    "items",
    [
        phq_9(ANSWERS)[:2],
        phq_9(ANSWERS)[:8],
        [answered(f"q{number}", 1) for number in range(1, 10)],
        [answered("55757-9", 3)],
    ],
    ids=["the items of the PHQ-2", "those of the PHQ-8", "without codes", "the panel of the PHQ-2"],
)
def test_parts_of_a_scale_and_unknown_items_are_not_tracked(tmp_path, items):
    imported = import_resources(tmp_path, one_course(response(items, DAY_8)))
    assert imported.counts("scores") == (0, 0, 0, 1)


def test_titles_are_never_matched(tmp_path):
    titled = questionnaire(
        [{"linkId": f"q{number}", "type": "integer"} for number in range(1, 10)], title="PHQ-9", name="PHQ9"
    )
    answers = response([answered(f"q{number}", 1) for number in range(1, 10)], DAY_8, questionnaire=titled["url"])
    assert import_resources(tmp_path, one_course(titled, answers)).counts("scores") == (0, 0, 0, 1)


def test_a_total_that_its_items_do_not_make_is_refused(tmp_path):
    items = [*phq_9(ANSWERS), answered("/44261-6", 14)]
    imported = import_resources(tmp_path, one_course(response(items, DAY_8)))
    assert [row[2:] for row in imported.quarantined()] == [("items_and_total_disagree", "total", "14")]


@pytest.mark.parametrize(
    ("further", "counts", "rule"),
    [
        ({"valueInteger": 13}, (1, 0, 0, 0), None),
        ({"valueInteger": 13, "performer": [{"reference": "Practitioner/7"}]}, (1, 0, 0, 0), None),
        ({"valueInteger": 13, "derivedFrom": [{"reference": "QuestionnaireResponse/r"}]}, (1, 0, 0, 0), None),
        ({"valueInteger": 14}, (0, 0, 1, 0), "items_and_total_disagree"),
        (
            {"valueInteger": 14, "derivedFrom": [{"reference": "QuestionnaireResponse/r"}]},
            (0, 0, 1, 0),
            "items_and_total_disagree",
        ),
    ],
)
def test_a_total_measured_of_a_response_is_the_same_score(tmp_path, further, counts, rule):
    imported = import_resources(
        tmp_path,
        one_course(
            response(phq_9(ANSWERS), DAY_8, id="r", source={"reference": "Patient/1"}), total(None, DAY_8, **further)
        ),
    )
    assert imported.counts("scores") == counts
    assert {row[2] for row in imported.quarantined()} == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("status", "counts"),
    [("completed", (1, 0, 0, 0)), ("amended", (1, 0, 0, 0)), ("in-progress", (0, 0, 0, 0)), ("stopped", (0, 0, 0, 0))],
)
def test_a_response_counts_once_it_is_finished(tmp_path, status, counts):
    imported = import_resources(tmp_path, one_course(response(phq_9(ANSWERS), DAY_8, status=status)))
    assert imported.counts("scores") == counts


def test_a_response_without_a_time_or_an_answer(tmp_path):
    blank = response([{"linkId": f"/{code}"} for code in PHQ_9_ITEMS], DAY_8)
    imported = import_resources(tmp_path, one_course(response(phq_9(ANSWERS), None), blank))
    assert imported.counts("scores") == (0, 0, 1, 0)
    assert [row[2:] for row in imported.quarantined()] == [("missing_key", "minutes_from_start", "blank")]


def test_an_item_that_is_answered_twice_must_be_answered_alike(tmp_path):
    items = phq_9(ANSWERS)
    twice = response([*items, items[0]], DAY_8)
    differing = response([*items, phq_9([0] * 9)[0]], "2026-03-20T10:00:00Z")
    imported = import_resources(tmp_path, one_course(twice, differing))
    assert imported.counts("scores") == (1, 0, 1, 0)
    assert [row[2:] for row in imported.quarantined()] == [("conflicting_duplicate", "item_1", "two answers")]


@pytest.mark.parametrize(
    ("source", "rater"),
    [("Patient/1", "self"), ("Practitioner/7", "clinician"), (None, "self")],
)
def test_who_answered_is_the_rater(tmp_path, source, rater):
    further = {"source": {"reference": source}} if source else {}
    imported = import_resources(tmp_path, one_course(response(phq_9(ANSWERS), DAY_8, **further)))
    assert imported.rows("scores", "rater") == [(rater,)]


def test_what_a_relative_answered_is_refused(tmp_path):
    by_proxy = response(phq_9(ANSWERS), DAY_8, source={"reference": "RelatedPerson/9"})
    imported = import_resources(tmp_path, one_course(by_proxy))
    assert [row[2:4] for row in imported.quarantined()] == [("unknown_code", "rater")]


def test_resources_that_do_not_say_whom_they_are_about_stay_apart(tmp_path):
    nobody = [{**total(score, DAY_8), "subject": None} for score in (18, 18)]
    nobody.append({**response(phq_9(ANSWERS), DAY_8), "subject": None})
    imported = import_resources(tmp_path, one_course(*nobody, {**infusion(), "subject": None}))
    assert imported.counts("scores") == (0, 0, 3, 0)
    assert imported.counts("infusions") == (1, 0, 1, 0)


def test_patients_that_were_merged_are_told(tmp_path):
    merged = patient("2", link=[{"other": {"reference": "Patient/1"}, "type": "replaced-by"}])
    imported = import_resources(tmp_path, [*one_course(), merged])
    assert (
        "1 Patient is said to be one person with another Patient (link); each counts as a patient of its own."
        in notes(imported)
    )


@pytest.mark.parametrize("subject", [None, {"reference": "Group/1"}, {"identifier": {"value": "MRN-1"}}])
def test_a_resource_that_does_not_say_whom_it_is_about_is_refused(tmp_path, subject):
    imported = import_resources(tmp_path, one_course({**total(18, DAY_8), "subject": subject}))
    assert [row[2] for row in imported.quarantined()] == ["missing_key"]
