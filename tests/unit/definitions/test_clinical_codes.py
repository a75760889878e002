"""Which codes mean an infusion, a condition, a route or a score: one list for FHIR and OMOP."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.definitions import load_definitions
from pipelines.errors import DefinitionsInvalid

SHIPPED = load_definitions()
CODES = SHIPPED.clinical_codes
ICD_10_CM, SNOMED = "http://hl7.org/fhir/sid/icd-10-cm", "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SDC_PHQ_9 = "http://hl7.org/fhir/uv/sdc/Questionnaire/questionnaire-sdc-profile-example-PHQ9"
CITED = 'citation = "Our own code list"\nreviewed = 2026-11-25\n'


def own(folder: Path, text: str):
    (folder / "clinical_codes.toml").write_text(text, encoding="utf-8")
    return load_definitions(folder)


def faults_of(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(DefinitionsInvalid) as caught:
        own(folder, text)
    return caught.value.faults


@pytest.mark.parametrize(
    ("system", "code", "condition"),
    [
        (ICD_10_CM, "F32.1", "depression"),
        (ICD_10_CM, "F321", "depression"),
        (ICD_10_CM, "f33.2", "depression"),
        (ICD_10_CM, "F34.1", "depression"),
        (ICD_10_CM, "F34.0", None),
        (ICD_10_CM, "F31.30", None),
        (ICD_10_CM, "F3", None),
        (ICD_10_CM, "F41.1", "anxiety"),
        ("http://hl7.org/fhir/sid/icd-10", "F41.2", "depression"),
        (ICD_10_CM, "F43.12", "ptsd"),
        (ICD_10_CM, "F43.2", None),
        (ICD_10_CM, "F42.9", "ocd"),
        (ICD_10_CM, "G89.29", "chronic_pain"),
        (ICD_10_CM, "G89.11", None),
        (ICD_10_CM, "G90.513", "chronic_pain"),
        ("ICD10CM", "M79.7", "chronic_pain"),
        (SNOMED, "47505003", "ptsd"),
        (SNOMED, "4750500", None),
        (SNOMED, "475050031", None),
        ("http://example.org/codes", "F32.1", None),
    ],
)
def test_a_code_means_a_condition(system, code, condition):
    assert CODES.condition_codes().get((system, code)) == condition


@pytest.mark.parametrize(
    ("system", "code", "is_infusion"),
    [
        (RXNORM, "6130", True),
        (RXNORM, "61300", False),
        (RXNORM, "2119365", False),  # esketamine
        ("http://www.whocc.no/atc", "N01AX03", True),
        ("http://www.whocc.no/atc", "N06AX27", False),
        (SNOMED, "373464007", True),
        (SNOMED, "776446001", True),
        ("http://www.ama-assn.org/go/cpt", "96365", False),  # an infusion of any drug
    ],
)
def test_a_code_that_names_ketamine_means_an_infusion(system, code, is_infusion):
    assert ((system, code) in CODES.infusion_codes()) == is_infusion


def test_concepts_mean_the_same_as_codes():
    assert CODES.infusion_concepts() == {785649}
    assert CODES.condition_concepts()[440383] == "depression"
    assert CODES.route_concepts()[4171047] == "iv"
    assert set(CODES.route_concepts().values()) == set(SHIPPED.columns.infusions["route"].codes)
    assert set(CODES.condition_concepts().values()) == set(SHIPPED.conditions)
    assert CODES.score_codes()[SNOMED, "720433000"] == ("PHQ-9", "total")


def test_a_program_adds_entries_and_replaces_those_of_an_id(tmp_path):
    found = own(
        tmp_path,
        f"""
[infusions.our_procedure]
label = "Our clinic infuses nothing else"
codes.cpt = ["96365"]
{CITED}
[code_systems.cpt]
uris = ["http://www.ama-assn.org/go/cpt"]
matched = "whole"
{CITED}
[conditions.fibromyalgia]
condition = "chronic_pain"
label = "Fibromyalgia"
codes.icd10cm = ["M79.7", "M79.2"]
{CITED}
""",
    )
    codes = found.clinical_codes
    assert ("http://www.ama-assn.org/go/cpt", "96365") in codes.infusion_codes()
    assert (RXNORM, "6130") in codes.infusion_codes()
    assert codes.condition_codes()[ICD_10_CM, "M79.2"] == "chronic_pain"
    assert (SNOMED, "203082005") not in codes.condition_codes()
    assert codes.fhir == CODES.fhir
    assert found.import_hash != SHIPPED.import_hash
    assert found.hash != SHIPPED.hash


def test_every_fault_is_reported_at_once(tmp_path):
    assert faults_of(
        tmp_path,
        f"""
colour = 1
[infusions.ours]
label = "Ours"
{CITED}
[conditions.ours]
label = "Ours"
codes.snomed = ["1"]
{CITED}
[fhir]
largest_bundle_megabytes = 0
""",
    ) == (
        "clinical_codes.toml: infusions.ours: needs codes or concepts",
        "clinical_codes.toml: conditions.ours.condition: is missing",
        "clinical_codes.toml: fhir.largest_bundle_megabytes: Input should be greater than 0",
        "clinical_codes.toml: colour: no such key",
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            '[infusions.ours]\nlabel = "Ours"\ncodes.cpt = ["96365"]\n',
            "infusions.ours.codes.cpt: there is no such code system",
        ),
        (
            '[conditions.ours]\ncondition = "anxiety"\nlabel = "Ours"\ncodes.icd10cm = ["F32"]\n',
            "conditions.ours.codes.icd10cm: F32 stands in conditions.depression too",
        ),
        (
            '[conditions.ours]\ncondition = "anxiety"\nlabel = "Ours"\nconcepts = [440383]\n',
            "conditions.ours.concepts: 440383 stands in conditions.depression too",
        ),
        (
            f'[questionnaires.ours]\nscale = "PHQ-9"\nlabel = "Ours"\ntotal = "T"\nurls = ["{SDC_PHQ_9}"]\n',
            f"questionnaires.ours.urls: {SDC_PHQ_9} stands in questionnaires.sdc_phq_9 too",
        ),
        (
            '[questionnaires.ours]\nscale = "PHQ-9"\nlabel = "Ours"\nurls = ["http://x"]\n',
            "questionnaires.ours: needs items or a total",
        ),
        (
            '[questionnaires.ours]\nscale = "PHQ-9"\nlabel = "Ours"\nurls = ["http://x"]\nitems = ["1", "1"]\n',
            "questionnaires.ours: items, total: each linkId may stand once",
        ),
        (
            '[conditions.ours]\ncondition = "migraine"\nlabel = "Ours"\ncodes.icd10cm = ["G43"]\n',
            "conditions.ours.condition: no condition 'migraine' is defined",
        ),
        (
            '[routes.ours]\nroute = "rectal"\nlabel = "Ours"\ncodes.snomed = ["37161004"]\n',
            "routes.ours.route: no route 'rectal' in columns.toml",
        ),
        (
            '[scores.ours]\nscale = "PHQ-10"\npart = "total"\nlabel = "Ours"\nconcepts = [1]\n',
            "scores.ours.scale: no scale 'PHQ-10' is defined",
        ),
        (
            '[scores.ours]\nscale = "PHQ-9"\npart = 10\nlabel = "Ours"\nconcepts = [1]\n',
            "scores.ours.part: 'PHQ-9' has no item 10",
        ),
        (
            '[questionnaires.ours]\nscale = "PHQ-10"\nlabel = "Ours"\nurls = ["http://x"]\ntotal = "T"\n',
            "questionnaires.ours.scale: no scale 'PHQ-10' is defined",
        ),
        (
            '[questionnaires.ours]\nscale = "PHQ-9"\nlabel = "Ours"\nurls = ["http://x"]\nitems = ["1", "2"]\n',
            "questionnaires.ours.items: 'PHQ-9' has 9 items, in their order",
        ),
    ],
)
def test_what_entries_say_must_hold(tmp_path, text, fault):
    assert faults_of(tmp_path, text + CITED) == (f"clinical_codes.toml: {fault}",)


def test_the_codes_of_a_scale_change_the_import_hash(tmp_path):
    text = (Path(load_definitions.__code__.co_filename).parent / "scales" / "PHQ-9.toml").read_text(encoding="utf-8")
    (tmp_path / "scales").mkdir()
    (tmp_path / "scales" / "PHQ-9.toml").write_text(text.replace('total = ["44261-6"]', 'total = ["44249-1"]'))
    assert load_definitions(tmp_path).import_hash != SHIPPED.import_hash
