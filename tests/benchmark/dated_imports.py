"""How long exports with dates take to import, beside the canonical CSV of the same rows: FHIR and OMOP.

Run with ``make bench``. All are generated: courses with an infusion each and twelve totals, 1,000,000 in all, as a FHIR
bulk export (NDJSON by resource type), as tables of OMOP and as canonical files. Every import runs in a process of its
own, in turn, so that a change of the machine's speed falls on all.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

import duckdb

from tests.benchmark.import_and_build import VISIT_DAYS, Run, apart, measured, ratio

N_SCORES, ROUNDS = 1_000_000, 2
LARGEST_PEAK_GB = 2.0

ROWS = """
select
    printf('p%07d', i) as patient,
    make_timestamp(2022 + (i * 11) % 4, 1 + (i * 7) % 12, 1 + i % 28, 9 + i % 8, (i * 13) % 60, 0.0) as start,
    printf('%d-%02d-%02d', 1940 + i % 60, 1 + i % 12, 1 + i % 28) as birth,
    ['female', 'male'][1 + i % 2] as sex,
    i % 12 as site,
    ['F33.2', 'F41.1', 'G89.29'][1 + i % 3] as code,
    ['depression', 'anxiety', 'chronic_pain'][1 + i % 3] as condition,
    ['44261-6', '70274-6', '72514-3'][1 + i % 3] as total_code,
    ['PHQ-9', 'GAD-7', 'PAIN-NRS'][1 + i % 3] as scale
from range($n) as courses(i)
"""
SCORES = """
select
    patient, scale, total_code, start, day * 1440 + 30 * (visit % 5) - 45 as minute,
    (hash(patient || visit) % 11)::integer as total, visit
from rows, (select unnest($days) as day, unnest(range(len($days))) as visit) as visits
"""
NDJSON = {
    "Organization": "select 'Organization' as resourceType, site::varchar as id, printf('Site %02d', site + 1) as name "
    "from (select distinct site from rows)",
    "Patient": "select 'Patient' as resourceType, patient as id, sex as gender, birth as birthDate, "
    "{reference: 'Organization/' || site} as managingOrganization from rows",
    "Condition": "select 'Condition' as resourceType, 'c' || patient as id, "
    "{reference: 'Patient/' || patient} as subject, "
    "{coding: [{system: 'http://hl7.org/fhir/sid/icd-10-cm', code: code}]} as code from rows",
    "MedicationAdministration": "select 'MedicationAdministration' as resourceType, 'm' || patient as id, "
    "'completed' as status, {reference: 'Patient/' || patient} as subject, "
    "strftime(start, '%Y-%m-%dT%H:%M:%S-05:00') as effectiveDateTime, "
    "{coding: [{system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '6130'}]} as medicationCodeableConcept "
    "from rows",
    "Observation": "select 'Observation' as resourceType, 'o' || patient || '-' || visit as id, "
    "{versionId: '1', lastUpdated: '2026-01-05T08:00:00.000+00:00'} as meta, 'final' as status, "
    "[{coding: [{system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey', "
    "display: 'Survey'}]}] as category, "
    "{coding: [{system: 'http://loinc.org', code: total_code, display: scale || ' score'}], text: scale} as code, "
    "{reference: 'Patient/' || patient} as subject, "
    "strftime(start + to_minutes(minute), '%Y-%m-%dT%H:%M:%S-05:00') as effectiveDateTime, "
    "{value: total, unit: '{score}', system: 'http://unitsofmeasure.org', code: '{score}'} as valueQuantity "
    "from scores",
}
_CONDITION = "case code when 'F33.2' then 440383 when 'F41.1' then 442077 else 436096 end"
OMOP = {
    "person": "select patient as person_id, case sex when 'male' then 8507 else 8532 end as gender_concept_id, "
    "year(birth::date) as year_of_birth, month(birth::date) as month_of_birth, day(birth::date) as day_of_birth, "
    "site as care_site_id from rows",
    "care_site": "select distinct site as care_site_id, printf('Site %02d', site + 1) as care_site_name from rows",
    "condition_occurrence": f"select patient as person_id, {_CONDITION} as condition_concept_id, "
    "'2020-01-01' as condition_start_date, null as condition_end_date from rows",
    "drug_exposure": "select patient as person_id, 785649 as drug_concept_id, start::date as drug_exposure_start_date, "
    "start as drug_exposure_start_datetime, 32818 as drug_type_concept_id from rows",
    "measurement": "select row_number() over () as measurement_id, patient as person_id, 0 as measurement_concept_id, "
    "(start + to_minutes(minute))::date as measurement_date, start + to_minutes(minute) as measurement_datetime, "
    "32856 as measurement_type_concept_id, 4172703 as operator_concept_id, total as value_as_number, "
    "null as value_as_concept_id, 77 as provider_id, total_code as measurement_source_value from scores",
}
CANONICAL = {
    "courses": "select patient as course_id, patient as patient_id, condition as conditions, "
    "printf('Site %02d', site + 1) as site, printf('%d-Q%d', year(start), quarter(start)) as quarter, sex from rows",
    "infusions": "select patient as course_id, 0 as minutes_from_start from rows",
    "scores": "select patient as course_id, scale, minute as minutes_from_start, total from scores",
}


def main() -> int:
    """Prints the figures and says whether the limit of memory is exceeded."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        apart(generate, folder, N_SCORES // len(VISIT_DAYS))
        runs: dict[str, list[Run]] = {"fhir": [], "omop": [], "canonical": []}
        for turn in range(ROUNDS):
            for kind, found in runs.items():
                step = partial(import_rows, kind)
                found.append(apart(measured, step, folder / kind, folder / f"{kind}-{turn}"))
        for kind, found in runs.items():
            times = ", ".join(f"{run.seconds:.1f}" for run in found)
            print(f"import of {N_SCORES:,} scores, {kind}: {times} s; peak {_peak(found):.2f} GB")
        is_exceeded = False
        for kind in ("fhir", "omop"):
            peak = _peak(runs[kind])
            is_exceeded = is_exceeded or peak > LARGEST_PEAK_GB
            times = ratio(runs[kind], runs["canonical"])
            print(f"{kind}: {times:.1f} times the canonical import of the same rows, {peak:.2f} GB at the peak")
        print(f"at most {LARGEST_PEAK_GB:g} GB at the peak{': EXCEEDED' if is_exceeded else ''}")
        return int(is_exceeded)


def generate(folder: Path, n_courses: int) -> None:
    """Writes the same rows as NDJSON under `fhir`, and as CSV under `omop` and `canonical`."""
    connection = duckdb.connect()
    connection.execute(f"create table rows as {ROWS}", {"n": n_courses})
    connection.execute(f"create table scores as {SCORES}", {"days": [day - 1 for day in VISIT_DAYS]})
    for kind, texts, ending, options in (
        ("fhir", NDJSON, "ndjson", "(format json)"),
        ("omop", OMOP, "csv", "(format csv, header)"),
        ("canonical", CANONICAL, "csv", "(format csv, header)"),
    ):
        (folder / kind).mkdir(parents=True)
        for name, text in texts.items():
            connection.execute(f"copy ({text}) to '{folder}/{kind}/{name}.{ending}' {options}")


def import_rows(kind: str, source: Path, output: Path) -> None:
    """Imports one of the three, as the command does."""
    from pipelines.settings import read_settings
    from pipelines.sources.intake import import_files
    from pipelines.sources.options import ImportOptions
    from pipelines.store import Store

    settings, definitions = read_settings(None)
    crosswalk = output.with_suffix(".csv") if kind != "canonical" else None
    options = ImportOptions(kind=kind, name=kind, crosswalk=crosswalk)
    import_files(Store(output), [source], options, settings, definitions, lambda _: None)


def _peak(runs: list[Run]) -> float:
    return max(run.peak_gb for run in runs)


if __name__ == "__main__":
    sys.exit(main())
