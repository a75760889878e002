"""Whatever tables an OMOP export holds, every record is accounted for, in whatever form they are written.

Each example is a few patients with infusions, totals and items, written as CSV and as Parquet, in lower case and upper;
beside it the same is worked out in plain Python, date by date, without the product's own code.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.privacy.crosswalk import open_crosswalk
from pipelines.reference_tables import load_column_tables, load_reference_tables
from pipelines.settings import read_settings
from pipelines.sources.omop.source import find_omop

SETTINGS, DEFINITIONS = read_settings(None)
ITEMS = DEFINITIONS.scales["PHQ-9"].loinc.items
GAP, LOOK_BACK = 60, 30
FIRST = datetime(2025, 1, 1, 9)
PATIENTS = (11, 12, 13)
STRANGER = 99

patients = st.sampled_from([*PATIENTS, STRANGER])
moments = st.tuples(st.integers(0, 300), st.integers(0, 600)).map(
    lambda told: FIRST + timedelta(days=told[0], minutes=told[1])
)
infusions = st.lists(st.tuples(patients, moments, st.booleans()), max_size=8)
totals = st.lists(st.tuples(patients, moments, st.sampled_from([0, 7, 27, None])), max_size=8)
sheets = st.lists(
    st.tuples(st.sampled_from(PATIENTS), moments, st.lists(st.sampled_from([0, 1, 3, None]), min_size=9, max_size=9)),
    max_size=4,
    unique_by=lambda sheet: sheet[:2],
)
laboratory = st.integers(0, 5)
forms = st.sampled_from(["csv", "CSV", "tabs", "parquet", "PARQUET"])


def event(table: str, patient: int, moment: datetime, **cells: object) -> dict[str, object]:
    prefix = {"drug_exposure": "drug_exposure_start", "procedure_occurrence": "procedure"}.get(table, table)
    return {"person_id": patient, f"{prefix}_date": moment.date(), f"{prefix}_datetime": moment, **cells}


def tables(given_infusions, given_totals, given_sheets, n_laboratory):
    """The export's tables, and for each the records in the order of its file."""
    found = {
        "person": [{"person_id": who, "gender_concept_id": 8507, "year_of_birth": 1980} for who in PATIENTS],
        "drug_exposure": [
            event("drug_exposure", who, when, drug_concept_id=785649 if is_ketamine else 1125315)
            for who, when, is_ketamine in given_infusions
        ],
        "measurement": [
            event("measurement", who, when, measurement_concept_id=0, value_as_number=value,
                  measurement_source_value="44261-6")
            for who, when, value in given_totals
        ],
        "observation": [
            event("observation", who, when, observation_concept_id=0, value_as_number=answer,
                  observation_source_value=code)
            for who, when, answers in given_sheets
            for answer, code in zip(answers, ITEMS, strict=True)
        ],
    }  # fmt: skip
    found["measurement"] += [
        event("measurement", PATIENTS[0], FIRST, measurement_concept_id=3004249, value_as_number=120,
              measurement_source_value="8480-6")
        for _ in range(n_laboratory)
    ]  # fmt: skip
    headers = {
        "drug_exposure": event("drug_exposure", 0, FIRST, drug_concept_id=0),
        "measurement": event(
            "measurement", 0, FIRST, measurement_concept_id=0, value_as_number=None, measurement_source_value=""
        ),
        "observation": event(
            "observation", 0, FIRST, observation_concept_id=0, value_as_number=None, observation_source_value=""
        ),
    }
    return found, {name: list(headers.get(name) or found[name][0]) for name in found}


def write(folder: Path, form: str, given_tables, headers) -> None:
    for name, rows in given_tables.items():
        is_upper = form.isupper()
        stem = name.upper() if is_upper else name
        plain = folder / (f"{stem}.csv" if "parquet" not in form.lower() else f"{stem}.plain")
        with plain.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter="\t" if form == "tabs" else ",")
            writer.writerow([column.upper() if is_upper else column for column in headers[name]])
            writer.writerows([[row[column] for column in headers[name]] for row in rows])
        if "parquet" in form.lower():
            with duckdb.connect() as connection:
                relation = f"read_csv('{plain}', all_varchar = true, header = true, nullstr = '')"
                connection.execute(f"copy (from {relation}) to '{folder / stem}.parquet' (format parquet)")
            plain.unlink()


def landed(folder: Path, given_tables, headers, form: str):
    export = folder / f"export {form}"
    export.mkdir()
    write(export, form, given_tables, headers)
    source = find_omop([export], None, SETTINGS, DEFINITIONS, today=date(2026, 1, 1))
    crosswalk_file = folder / "kept" / "crosswalk.csv"
    crosswalk_file.parent.mkdir(exist_ok=True)
    with duckdb.connect() as connection, open_crosswalk(crosswalk_file, folder / "store") as crosswalk:
        load_reference_tables(connection, DEFINITIONS, SETTINGS)
        load_column_tables(connection, DEFINITIONS)
        source.land(connection, DEFINITIONS, crosswalk)
        patient_of = {crosswalk.pseudonym(str(who)): who for who in (*PATIENTS, STRANGER)}
        crosswalk.keep()
        found = {}
        for table, further in (("infusions", "null, null"), ("scores", "landed.total, landed.items")):
            rows = connection.execute(
                f"select landed.course_id, landed.time, faults.rule, {further} from landing.{table} as landed "
                f"left join landing.faults as faults on faults.table_name = '{table}' and faults.line = landed.line"
            ).fetchall()
            found[table] = Counter(
                (
                    (patient_of[course.partition("-")[0]], int(course.partition("-")[2])) if course else None,
                    None if time is None else int(time),
                    rule,
                    total,
                    answered(items or ()),
                )
                for course, time, rule, total, items in rows
            )
        lines = {
            row[0].partition(".")[0].lower(): row[1:]
            for row in connection.execute("select * from landing.source_lines").fetchall()
        }
    return found, lines


def starts_of(patient: int, given_infusions) -> list[datetime]:
    """The first infusion of each course: none of the patient's lies in the 60 days before its day."""
    own = sorted(when for who, when, is_ketamine in given_infusions if who == patient and is_ketamine)
    by_day: dict[date, datetime] = {}
    for when in own:
        by_day.setdefault(when.date(), when)
    days = sorted(by_day)
    return [by_day[day] for day in days if not any(0 < (day - other).days < GAP for other in days)]


def course_of(when: datetime, starts: list[datetime]) -> int | None:
    ahead = [n for n, start in enumerate(starts, 1) if 0 <= (start.date() - when.date()).days <= LOOK_BACK]
    behind = [n for n, start in enumerate(starts, 1) if start.date() < when.date()]
    return ahead[0] if ahead else behind[-1] if behind else None


def minutes(start: datetime, when: datetime) -> int:
    return round((when - start).total_seconds() / 60)


@given(infusions, totals, sheets, laboratory, forms)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("models_read_once")
def test_every_record_is_a_row_at_the_right_time(given_infusions, given_totals, given_sheets, n_laboratory, form):
    given_tables, headers = tables(given_infusions, given_totals, given_sheets, n_laboratory)
    with TemporaryDirectory() as name:
        found, lines = landed(Path(name), given_tables, headers, "plain csv")
        again, lines_again = landed(Path(name), given_tables, headers, form)
    assert again == found
    assert lines_again == lines

    starts = {patient: starts_of(patient, given_infusions) for patient in PATIENTS}
    expected = Counter()
    for who, when, is_ketamine in given_infusions:
        if not is_ketamine:
            continue
        if who == STRANGER:
            expected[None, None, "unknown_patient", None, None] += 1
            continue
        number = max(n for n, start in enumerate(starts[who], 1) if start.date() <= when.date())
        expected[(who, number), minutes(starts[who][number - 1], when), None, None, None] += 1
    assert found["infusions"] == expected

    filled: dict[tuple[int, datetime], list[tuple[str | None, ...] | str]] = {}
    for who, when, answers in given_sheets:
        if any(answer is not None for answer in answers):
            filled[who, when] = [tuple(None if answer is None else str(answer) for answer in answers)]
    expected, n_valued = Counter(), 0
    for who, when, value in given_totals:
        if value is None:
            continue
        n_valued += 1
        if who == STRANGER:
            expected[None, None, "unknown_patient", str(value), None] += 1
        else:
            filled.setdefault((who, when), []).append(str(value))
    for (who, when), told in filled.items():
        items = next((one for one in told if isinstance(one, tuple)), None)
        values = [one for one in told if isinstance(one, str)]
        rows = (
            [(value, None) for value in values] if items is None else [(values[0] if values else None, answered(items))]
        )
        place = course_of(when, starts[who])
        is_alone = len(starts[who]) == 1
        for total, answers in rows:
            if place is None:
                course = (who, 1) if is_alone else None
                expected[course, None, "not_tracked", total, answers] += 1
            else:
                rule = "conflicting_duplicate" if items is not None and len(set(values)) > 1 else None
                expected[(who, place), minutes(starts[who][place - 1], when), rule, total, answers] += 1
    assert found["scores"] == expected

    n_ketamine = sum(is_ketamine for *_, is_ketamine in given_infusions)
    assert lines["drug_exposure"][:3] == (len(given_infusions), len(given_infusions) - n_ketamine, 0)
    assert lines["measurement"][:3] == (len(given_totals) + n_laboratory, n_laboratory, len(given_totals) - n_valued)
    n_blank = sum(answer is None for *_, answers in given_sheets for answer in answers)
    assert lines["observation"][:3] == (9 * len(given_sheets), 0, n_blank)


def answered(items: Sequence[str | None]) -> tuple[tuple[int, str], ...] | None:
    """The answers of a questionnaire by number, blanks left out; None if there is none."""
    return tuple((n, answer) for n, answer in enumerate(items, 1) if answer is not None) or None
