"""Whatever stands in a field of a resource, reading it ends in readings or in nothing, never in a traceback."""

import copy
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.definitions import load_definitions
from pipelines.sources.fhir.export import Export
from pipelines.sources.fhir.files import Placed
from pipelines.sources.fhir.times import Calendar

DEFINITIONS = load_definitions()
PATIENT = {"reference": "Patient/1", "type": "Patient"}
KETAMINE = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "6130"}]}
PHQ_9 = {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]}
PERIOD = {"start": "2026-03-02T09:30:00Z", "end": "2026-03-02T10:30:00Z"}
WEIGHT = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 1}
RESOURCES = [
    {
        "resourceType": "Patient",
        "id": "1",
        "meta": {"security": [{"code": "HTEST"}], "tag": []},
        "birthDate": "1980",
        "gender": "female",
        "identifier": [{"value": "1"}],
        "link": [{"type": "replaces", "other": PATIENT}],
        "managingOrganization": {"reference": "Organization/1"},
    },
    {"resourceType": "Organization", "id": "1", "name": "Main Street"},
    {"resourceType": "Encounter", "id": "1", "serviceProvider": {"reference": "Organization/1"}},
    {
        "resourceType": "Condition",
        "id": "1",
        "subject": PATIENT,
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F32"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "onsetDateTime": "2020-01-01",
        "abatementPeriod": PERIOD,
    },
    {"resourceType": "Medication", "id": "k", "code": KETAMINE, "ingredient": [{"itemCodeableConcept": KETAMINE}]},
    {
        "resourceType": "MedicationAdministration",
        "id": "1",
        "status": "completed",
        "subject": PATIENT,
        "effectivePeriod": PERIOD,
        "medicationCodeableConcept": KETAMINE,
        "medicationReference": {"reference": "#x"},
        "contained": [{"resourceType": "Medication", "id": "x", "code": KETAMINE}],
        "dosage": {"route": {"coding": [{"system": "x", "code": "47625008"}]}, "dose": {"value": 1, "code": "g"}},
        "reasonCode": [KETAMINE],
        "reasonReference": [{"reference": "Condition/1"}],
        "context": {"reference": "Encounter/1"},
        "partOf": [{"reference": "Procedure/1"}],
    },
    {
        "resourceType": "Procedure",
        "id": "1",
        "status": "completed",
        "subject": PATIENT,
        "performedDateTime": "2026-03-02",
        "code": KETAMINE,
        "usedCode": [KETAMINE],
        "usedReference": [{"reference": "Medication/k"}],
        "performer": [{"onBehalfOf": {"reference": "Organization/1"}}],
    },
    {
        "resourceType": "Observation",
        "id": "1",
        "status": "final",
        "category": [{"coding": [{"code": "survey"}]}],
        "subject": PATIENT,
        "effectiveDateTime": "2026-03-02T09:30:00Z",
        "code": PHQ_9,
        "valueQuantity": {"value": 9},
        "valueCodeableConcept": {"coding": [{"code": "LA6568-5", "extension": [WEIGHT]}]},
        "component": [{"code": PHQ_9, "valueInteger": 1}],
        "derivedFrom": [{"reference": "QuestionnaireResponse/1"}],
    },
    {
        "resourceType": "Questionnaire",
        "id": "q",
        "url": "https://our.example/q",
        "derivedFrom": ["https://our.example/p"],
        "code": [{"system": "http://loinc.org", "code": "44249-1"}],
        "contained": [{"resourceType": "ValueSet", "id": "v", "compose": {"include": [{"concept": [{"code": "a"}]}]},
                       "expansion": {"contains": [{"code": "a", "extension": [WEIGHT]}]}}],
        "item": [{"linkId": "q1", "code": [{"system": "http://loinc.org", "code": "44250-9"}], "answerValueSet": "#v",
                  "answerOption": [{"valueCoding": {"code": "a", "extension": [WEIGHT]}}], "item": []}],
    },
    {
        "resourceType": "QuestionnaireResponse",
        "id": "1",
        "questionnaire": "https://our.example/q",
        "status": "completed",
        "subject": PATIENT,
        "source": PATIENT,
        "author": PATIENT,
        "authored": "2026-03-02T09:30:00Z",
        "item": [{"linkId": "q1", "definition": "http://loinc.org/44250-9",
                  "answer": [{"valueCoding": {"code": "a", "extension": [WEIGHT]}, "item": []}]}],
    },
]  # fmt: skip
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False),
    st.sampled_from(["", "x", "#x", "Patient/1", "2026-03-02", "6130"]),
    st.sampled_from([[], {}, [None], [[]], [{}], ["x"], {"coding": None}, {"coding": ["x"]}, {"reference": 1}]),
)


def places(value, path=()):
    """Where something stands in a resource, but for what says of which type it is."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if key != "resourceType" or len(path) > 0:
                yield (*path, key)
                yield from places(inner, (*path, key))


PLACES = [(number, path) for number, resource in enumerate(RESOURCES) for path in places(resource)]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=3))
def test_nothing_that_a_field_holds_ends_in_a_traceback(changes):
    resources = copy.deepcopy(RESOURCES)
    for (number, path), value in changes:
        holder = resources[number]
        try:
            for key in path[:-1]:
                holder = holder[key]
            if isinstance(holder, dict) == isinstance(path[-1], str):
                holder[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    export = Export(DEFINITIONS, Calendar(2000, date(2026, 11, 25)))
    for number, resource in enumerate(resources):
        export.add(Placed(number, resource, {}), "export.ndjson")
    n_scores = sum(len(assembled.readings.scores) for assembled in export.assembled(1000))
    assert n_scores <= 2
