"""The public examples of FHIR R4 and of the guide Structured Data Capture, and what each of them surprises with.

Read from the reference folder; none of the files is kept here. See its README for source and licence (CC0).
"""

import json

import pytest
from fhir_exports import condition, import_fhir, import_resources, infusion, one_course, patient
from reference_data import REFERENCE_FOLDER

REFERENCE = REFERENCE_FOLDER / "fhir"
GUIDE = REFERENCE / "sdc_4.0.0-ballot"
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not REFERENCE.is_dir(), reason=f"needs the public FHIR examples in {REFERENCE}"),
    pytest.mark.usefixtures("models_read_once"),
]

SDC_PHQ_9 = "QuestionnaireResponse-questionnaireresponse-sdc-profile-example-PHQ9.json"
ADAPTIVE_PHQ_9 = "QuestionnaireResponse-adaptive-questionnaireresponse-sdc-example-phq9.json"
OTHERS = [path for folder in (REFERENCE, GUIDE) for path in sorted(folder.glob("QuestionnaireResponse-*.json"))]
OTHERS = [path for path in OTHERS if path.name not in (SDC_PHQ_9, ADAPTIVE_PHQ_9)]


def resource(path):
    return json.loads(path.read_text(encoding="utf-8"))


def infused_about(response, **further):
    """An export in which the subject of a response had depression and an infusion the day before it."""
    name = response["subject"]["reference"].rpartition("/")[2]
    return [patient(name, **further), condition(who=name), infusion("2019-08-20T10:00:00Z", name), response]


@pytest.mark.parametrize("with_questionnaire", [False, True])
def test_the_static_phq_9_has_items_of_10_and_a_total_of_13(tmp_path, with_questionnaire):
    """Its answers are codes of its own, and its items have no codes: only its address says which is which.

    The total is a quantity. The Questionnaire's value set, in its expansion, weighs the last answer 4 (the PHQ-9 has 3)
    and writes the first code in another way than the answers do: the scores stated in clinical_codes.toml count.
    """
    export = infused_about(resource(GUIDE / SDC_PHQ_9))
    if with_questionnaire:
        export.append(resource(GUIDE / "Questionnaire-questionnaire-sdc-profile-example-PHQ9.json"))
    imported = import_resources(tmp_path, export)
    assert imported.counts("scores") == (0, 0, 1, 0)
    assert imported.quarantined() == [
        ("QuestionnaireResponse.ndjson", 1, "items_and_total_disagree", "total", "13"),
    ]
    without_total = resource(GUIDE / SDC_PHQ_9)
    without_total["item"][0]["item"].pop()
    imported = import_resources(tmp_path / "items", infused_about(without_total))
    assert [(float(score), items) for _, _, score, items in imported.scores()] == [(10, [0, 0, 0, 1, 2, 1, 3, 2, 1])]


def test_the_adaptive_phq_9_is_the_same_questionnaire(tmp_path):
    """Its Questionnaire stands inside it, says that it is derived from the static one, and puts the code of the total
    on the group of the items; it too has items of 10 and a total of 13.
    """
    imported = import_resources(tmp_path, infused_about(resource(GUIDE / ADAPTIVE_PHQ_9)))
    assert [row[2:] for row in imported.quarantined()] == [("items_and_total_disagree", "total", "13")]


def test_there_are_other_questionnaires():
    assert len(OTHERS) == 10


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: f"{path.parent.name}-{path.stem[22:]}")
def test_other_questionnaires_are_not_tracked(tmp_path, path):
    """Surprises: one is about a patient who stands inside it (3141), one about a mother, with her children's records in
    it (multi-subject); three are in progress and give no row; two were answered by practitioners (gcs, f201), and three
    name no Questionnaire; the Glasgow Coma Score has LOINC answers with ordinal values, which score nothing else.
    """
    imported = import_resources(tmp_path, [*one_course(), resource(path)])
    is_left_out = resource(path)["status"] == "in-progress"
    assert imported.counts("scores") == (0, 0, 0, 0 if is_left_out else 1)
    assert imported.quarantined() == []


def test_the_folders_come_in_as_they_are(tmp_path):
    """Without infusions nothing is a course: all of it is told, none of it is scored."""
    imported = import_fhir(tmp_path, REFERENCE, GUIDE)
    counts = imported.counts("scores")
    assert counts[:2] == (0, 0)
    assert counts[3] == sum(counts)
