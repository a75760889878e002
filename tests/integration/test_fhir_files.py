"""Files of a FHIR export: what is read, what is refused and in which words, and what is said of bundles."""

import gzip
import json
import os

import pytest
from fhir_exports import (
    START,
    condition,
    import_fhir,
    import_resources,
    infusion,
    notes,
    one_course,
    patient,
    phq_9,
    response,
    total,
    write_ndjson,
)

from pipelines.errors import CrosswalkUnfit, FileRefused

pytestmark = pytest.mark.usefixtures("models_read_once")

ENDINGS = ".json, .json.gz, .ndjson, .ndjson.gz, .jsonl, .jsonl.gz"
BEFORE = "2026-03-01T15:00:00-05:00"


def bundle(resources, **further):
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
        **further,
    }


def written(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def refusal(tmp_path, *paths, **further):
    with pytest.raises(FileRefused) as caught:
        import_fhir(tmp_path, *paths, **further)
    return str(caught.value)


# --- what is read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [None, 2])
def test_a_bundle_is_read_whole(tmp_path, indent):
    text = json.dumps(bundle(one_course(total(18, BEFORE))), indent=indent)
    imported = import_fhir(tmp_path, written(tmp_path, "bundle.json", text))
    assert imported.counts("scores") == (1, 0, 0, 0)
    assert imported.lines() == {
        "Condition": (1, 0, 0, 0),
        "MedicationAdministration": (1, 0, 0, 1),
        "Observation": (1, 0, 0, 1),
        "Patient": (1, 0, 0, 1),
    }


def test_a_bulk_export_may_be_packed_and_in_several_files(tmp_path):
    lines = [json.dumps(one) for one in [total(18, BEFORE), total(9, "2026-03-20T10:00:00Z")]]
    export = write_ndjson(tmp_path / "export", one_course())
    for number, line in enumerate(lines):
        with gzip.open(export / f"Observation.{number:03}.ndjson.gz", "wt", encoding="utf-8") as stream:
            stream.write(f"\n{line}\n\n")
    assert import_fhir(tmp_path, export).counts("scores") == (2, 0, 0, 0)


def test_lines_may_be_bundles_and_json_files_may_be_lines(tmp_path):
    lines = "".join(json.dumps(bundle([one])) + "\n" for one in one_course(total(18, BEFORE)))
    assert import_fhir(tmp_path, written(tmp_path, "export.json", lines)).counts("scores") == (1, 0, 0, 0)


def test_single_resources_are_read_from_a_folder(tmp_path):
    for number, one in enumerate(one_course(response(phq_9([1] * 9), BEFORE))):
        written(tmp_path / "export", f"{number}.json", one)
    written(tmp_path / "export", "SOURCE.txt", "notes")
    imported = import_fhir(tmp_path, tmp_path / "export")
    assert imported.counts("scores") == (1, 0, 0, 0)
    assert f"1 file is not read, because the name does not end in {ENDINGS}." in notes(imported)


def test_names_of_files_that_may_name_a_patient_are_not_kept(tmp_path):
    written(tmp_path / "export", "Adam_Zephyrine.json", bundle(one_course(total(99, BEFORE))))
    imported = import_fhir(tmp_path, tmp_path / "export")
    assert [row[:3] for row in imported.quarantined()] == [("file 1", 4, "out_of_range")]
    assert any(note.startswith("Files are called by their place among the files by name") for note in notes(imported))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file())
    assert b"Zephyrine" not in kept


# --- bundles --------------------------------------------------------------------------------------------


def test_references_in_a_bundle_follow_the_names_of_its_entries(tmp_path):
    who = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
    resources = one_course(total(18, BEFORE))
    for resource in resources:
        resource.pop("id", None)
        if "subject" in resource:
            resource["subject"] = {"reference": who}
    entries = [{"fullUrl": who, "resource": resources[0]}, *({"resource": one} for one in resources[1:])]
    imported = import_fhir(tmp_path, written(tmp_path, "bundle.json", bundle([], entry=entries)))
    assert imported.counts("courses") == (1, 0, 0, 0)
    assert imported.counts("scores") == (1, 0, 0, 0)


def test_absolute_and_relative_references_are_one_patient(tmp_path):
    score = {**total(18, BEFORE), "subject": {"reference": "https://server.example/fhir/Patient/1"}}
    assert import_resources(tmp_path, one_course(score)).counts("scores") == (1, 0, 0, 0)


def test_unknown_types_are_counted_and_refuse_nothing(tmp_path):
    strange = [{"resourceType": "Zebra", "id": "1"}, {"resourceType": "not a type 123-45-6789"}]
    outcome = {"resourceType": "OperationOutcome", "issue": []}
    imported = import_fhir(
        tmp_path, written(tmp_path, "bundle.json", bundle([*one_course(), *strange, outcome, {"resourceType": "Goal"}]))
    )
    assert imported.lines()["Zebra"] == (1, 0, 1, 0)
    assert imported.lines()["OperationOutcome"] == (1, 0, 1, 0)
    assert imported.lines()["of a type that FHIR does not name"] == (1, 0, 1, 0)


def test_the_same_resource_in_two_bundles_is_a_duplicate(tmp_path):
    score = total(18, BEFORE, id="s")
    one = written(tmp_path, "bundle-1.json", bundle(one_course(score)))
    two = written(tmp_path, "bundle-2.json", bundle([patient(), score]))
    imported = import_fhir(tmp_path, one, two)
    assert imported.counts("courses") == (1, 0, 0, 0)
    assert imported.counts("scores") == (1, 1, 0, 0)


def test_a_page_whose_next_page_is_missing_is_told(tmp_path):
    def page(number, resources, following):
        links = [{"relation": "self", "url": f"https://server.example?page={number}"}]
        if following:
            links.append({"relation": "next", "url": f"https://server.example?page={number + 1}"})
        return bundle(resources, type="searchset", link=links)

    one = written(tmp_path, "page-1.json", page(1, one_course(), True))
    two = written(tmp_path, "page-2.json", page(2, [total(18, BEFORE)], False))
    told = (
        "A page of a search names a next page that is not among the files: the export seems to be one page only. "
        'Follow the links of relation "next", or use the bulk export ($export).'
    )
    assert told in notes(import_fhir(tmp_path / "one", one))
    assert told not in notes(import_fhir(tmp_path / "both", one, two))


# --- what is refused ------------------------------------------------------------------------------------


def test_a_bundle_above_the_limit_is_refused(tmp_path):
    own = tmp_path / "own"
    written(own, "clinical_codes.toml", "[fhir]\nlargest_bundle_megabytes = 1\n")
    path = written(tmp_path, "bundle.json", bundle([patient(text={"div": "x" * 1_000_000})]))
    assert refusal(tmp_path, path, own_definitions=own) == (
        "bundle.json is a bundle of more than 1 MB, and all of a bundle has to be in memory at once. Use the server's "
        "bulk export ($export), whose NDJSON files may be of any size, or split the bundle."
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "Observation.ndjson",
            json.dumps(total(18, BEFORE)) + "\n" + json.dumps(total(9, BEFORE))[:80],
            "Observation.ndjson is cut off: its last line, 2, is not a whole resource. Export it again.",
        ),
        (
            "Observation.ndjson",
            json.dumps(total(18, BEFORE))[:80] + "\n" + json.dumps(total(9, BEFORE)) + "\n",
            "Observation.ndjson line 1 is not JSON. Export it again.",
        ),
        (
            "Observation.ndjson",
            '{"status": "final"}\n',
            "Observation.ndjson line 1: no FHIR resource (it has no resourceType). Give the files of a FHIR export.",
        ),
        ("bundle.json", json.dumps(bundle([]))[:50], "bundle.json is cut off or is not JSON. Export it again."),
        ("bundle.json", "<Bundle xmlns='http://hl7.org/fhir'/>", "bundle.json is XML. Export FHIR as JSON."),
        ("bundle.json", "course_id,total\n", "bundle.json is not JSON. Give the files of a FHIR export."),
        ("bundle.json", "  \n", "bundle.json is empty. Export it again."),
        (
            "bundle.json",
            "[1, 2]",
            "bundle.json is JSON and no FHIR resource (it has no resourceType). Give the files of a FHIR export.",
        ),
        (
            "scores.csv",
            "course_id,total\n",
            f"scores.csv is no file of a FHIR export. Their names end in {ENDINGS}.",
        ),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name, content, message):
    assert refusal(tmp_path, written(tmp_path, name, content)) == message


def test_a_packed_file_that_is_cut_off_is_refused(tmp_path):
    path = tmp_path / "Observation.ndjson.gz"
    path.write_bytes(gzip.compress(os.urandom(200_000).hex().encode())[:5000])
    assert refusal(tmp_path, path) == "Observation.ndjson.gz is cut off or damaged (gzip). Export it again."


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path, tmp_path / "absent.ndjson") == (
        f"{tmp_path}/absent.ndjson does not exist. Give the files of a FHIR export, or their folder."
    )
    assert refusal(tmp_path, tmp_path / "empty") == (
        f"The folder empty holds no file of a FHIR export. Their names end in {ENDINGS}."
    )


def test_nothing_is_kept_of_a_refused_export(tmp_path):
    lines = "\n".join(json.dumps(one) for one in one_course()) + "\n{"
    refusal(tmp_path, written(tmp_path, "export.ndjson", lines))
    assert not list((tmp_path / "store").glob("batches/*"))
    assert not (tmp_path / "crosswalk.csv").exists()


def test_a_crosswalk_is_asked_for(tmp_path):
    from pipelines.settings import read_settings
    from pipelines.sources.intake import import_files
    from pipelines.sources.options import ImportOptions
    from pipelines.store import Store

    settings, definitions = read_settings(None)
    export = write_ndjson(tmp_path / "export", one_course())
    with pytest.raises(
        CrosswalkUnfit, match="FHIR resources name patients by their ids, which become random pseudonyms"
    ):
        import_files(
            Store(tmp_path / "store"),
            [export],
            ImportOptions(kind="fhir", name="fhir"),
            settings,
            definitions,
            lambda _: None,
        )


# --- a mapping ------------------------------------------------------------------------------------------


def test_a_mapping_states_what_is_the_same_for_all_courses(tmp_path):
    mapping = written(
        tmp_path, "mapping.toml", '[course]\nsite = { constant = "Main Street" }\nsetting = { constant = "medical" }\n'
    )
    imported = import_resources(tmp_path, [patient(), condition(), infusion(START)], mapping=mapping)
    assert imported.rows("courses", "site, setting") == [("Main Street", "medical")]
