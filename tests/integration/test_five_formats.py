"""One program of sixty courses, written in every format: the accepted rows and the results are the same.

Pseudonyms are random where record numbers stand in the export, so rows are compared by patient (through the crosswalk)
and by the order of the patient's courses; results are compared as they are.
"""

import csv
import json
import re
import shutil

import duckdb
import pytest
from traces import contents

from pipelines.build import build
from pipelines.cli import main
from pipelines.commands.measure import MEASURES
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store
from sample_data.calibration import data_through
from sample_data.writers.formats import PROGRAM_FOLDER, WRITERS
from sample_data.writers.omop import person_id
from sample_data.writers.program import N_COURSES, N_REPEATING, SITES, program

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
DATED = [name for name in WRITERS if name != "canonical"]
TABLES = ("courses", "infusions", "scores")
GROUPED = ("flow", "response", "onset")
NOT_SHARED = {"about", "imports", "follow_up"}
"""Published tables that name the batch or the source, not what came of it."""

RECORD_NUMBERS = {
    number: patient.number for patient in program() for number in (patient.record_number, str(person_id(patient)))
}
PSEUDONYMS = {patient.patient_id: patient.number for patient in program()}


def import_program(folder, name, source_folder):
    """A store with the program imported from a folder in one of the formats."""
    store = Store(folder / name)
    mapping = PROGRAM_FOLDER / name / "mapping.toml"
    options = ImportOptions(
        kind=name,
        name=name,
        data_through=data_through(),
        mapping=mapping if mapping.exists() else None,
        crosswalk=folder / f"{name}.csv" if name != "canonical" else None,
    )
    return store, import_files(store, [source_folder], options, SETTINGS, DEFINITIONS, lambda _: None)


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """A store for each format, with a snapshot in force."""
    folder = tmp_path_factory.mktemp("formats")
    found = {}
    for name in WRITERS:
        found[name], _ = import_program(folder, name, PROGRAM_FOLDER / name)
        build(found[name], SETTINGS, DEFINITIONS, lambda _: None)
    return found


def patient_numbers(store):
    """For each patient of a store, which one of the program it is."""
    crosswalk = store.folder.with_suffix(".csv")
    if not crosswalk.exists():
        return PSEUDONYMS
    with crosswalk.open(encoding="utf-8", newline="") as file:
        return {row["pseudonym"]: RECORD_NUMBERS[row["known_as"]] for row in csv.DictReader(file)}


def accepted_rows(store, table):
    """The accepted rows of a table; for the course stand the number of the patient and that of the course."""
    (batch,) = store.batches()
    numbers = patient_numbers(store)
    with duckdb.connect() as connection:
        courses = {
            course_id: (numbers[patient_id], number)
            for course_id, patient_id, number in connection.execute(
                "select course_id, patient_id, course_number from read_parquet($path)",
                {"path": str(store.batch_file(batch.id, "courses"))},
            ).fetchall()
        }
        found = connection.execute(
            "select * exclude (course_id), course_id from read_parquet($path)",
            {"path": str(store.batch_file(batch.id, table))},
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return sorted(
        (
            {
                "course": courses[row["course_id"]],
                **{name: cell for name, cell in row.items() if name not in ("course_id", "patient_id")},
            }
            for row in rows
        ),
        key=lambda row: json.dumps(row, default=str, sort_keys=True),
    )


def test_the_program_is_worth_comparing():
    """Enough of everything that formats tell in different ways."""
    patients = program()
    courses = [course for patient in patients for course in patient.courses]
    scores = [score for course in courses for score in course.scores]
    assert len(courses) == N_COURSES
    assert sum(len(patient.courses) == 2 for patient in patients) == N_REPEATING
    assert {patient.site for patient in patients} == set(SITES)
    assert {patient.conditions for patient in patients} == {
        ("depression",),
        ("anxiety",),
        ("chronic_pain",),
        ("depression", "anxiety"),
    }
    assert {patient.sex for patient in patients} == {"female", "male", ""}
    assert {infusion.route for course in courses for infusion in course.infusions} == {"iv", "im"}
    assert {(score.scale, bool(score.items)) for score in scores if score.total is not None} == {
        ("PHQ-9", True),
        ("PHQ-9", False),
        ("GAD-7", True),
        ("GAD-7", False),
        ("PAIN-NRS", False),
    }
    assert sum(score.total is None for score in scores) == 9


@pytest.mark.parametrize("name", DATED)
@pytest.mark.parametrize("table", TABLES)
def test_accepted_rows_are_equal(stores, name, table):
    expected = accepted_rows(stores["canonical"], table)
    assert len(expected) >= N_COURSES
    assert accepted_rows(stores[name], table) == expected


@pytest.mark.parametrize("name", WRITERS)
def test_no_row_is_refused(stores, name):
    (batch,) = stores[name].batches()
    places = {table.table: (table.n_landed, table.n_accepted) for table in batch.tables}
    assert {table: landed - accepted for table, (landed, accepted) in places.items()} == dict.fromkeys(TABLES, 0)
    assert places["courses"] == (N_COURSES, N_COURSES)


@pytest.mark.parametrize("name", WRITERS)
def test_a_mapping_beside_the_export_is_not_called_unread(stores, name):
    (batch,) = stores[name].batches()
    assert [note for note in batch.notes if "mapping.toml" in note] == []


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_says_that_it_is_synthetic(stores, name):
    (batch,) = stores[name].batches()
    assert batch.is_synthetic


@pytest.mark.parametrize("name", DATED)
def test_files_that_are_deidentified_for_a_partner_give_the_same_rows(stores, name, tmp_path):
    crosswalk, files, partner = tmp_path / "partner.csv", tmp_path / "files", Store(tmp_path / "partner")
    shutil.copy(stores[name].folder.with_suffix(".csv"), crosswalk)
    mapping = PROGRAM_FOLDER / name / "mapping.toml"
    arguments = ["deidentify", str(PROGRAM_FOLDER / name), "--source", name, "--crosswalk", str(crosswalk)]
    arguments += ["--mapping", str(mapping)] if mapping.exists() else []
    assert main([*arguments, "--out", str(files), "--store", str(tmp_path / "none")]) == 0
    import_files(partner, [files], ImportOptions(), SETTINGS, DEFINITIONS, lambda _: None)
    for table in TABLES:
        assert accepted_rows(partner, table) == accepted_rows(stores["canonical"], table)


def published(store):
    """Every published table that holds results, its rows sorted."""
    (snapshot,) = store.folder.glob("snapshots/*/published.duckdb")
    with duckdb.connect(snapshot, read_only=True) as connection:
        names = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
        return {
            name: connection.execute(f"select * from {name} order by all").fetchall() for name in names - NOT_SHARED
        }


@pytest.mark.parametrize("name", DATED)
def test_published_counts_are_equal(stores, name):
    expected = published(stores["canonical"])
    assert len(expected["cells"]) > N_COURSES
    found = published(stores[name])
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        assert found[table] == rows, table


@pytest.mark.parametrize(
    ("measure", "by"),
    [*((measure, "") for measure in MEASURES), *((measure, by) for measure in GROUPED for by in ("quarter", "site"))],
)
def test_measures_are_equal(stores, measure, by, capsys):
    rows = {}
    for name, store in stores.items():
        main(["--store", str(store.folder), "measure", measure, "--by", by, "--format", "json"])
        rows[name] = json.loads(capsys.readouterr().out)["rows"]
    assert rows["canonical"] != []
    for name in DATED:
        assert rows[name] == rows["canonical"], name


WRITTEN = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y")
"""The forms that an export or a program may give a date."""
SHAPES = re.compile(rb"(?=(\d{8}|\d{4}-\d\d-\d\d|\d\d[./]\d\d[./]\d{4}|SYN-\d{5}|555\d{6}|synthetic\.invalid))")


def days_of_the_program():
    """Every calendar day on which something is recorded, and every birth date."""
    for patient in program():
        yield patient.birth
        for record in (*patient.infusions, *patient.scores):
            yield record.moment.date()


@pytest.mark.parametrize("name", WRITERS)
def test_no_record_number_and_no_date_is_kept(stores, name):
    """The exports hold them; the store does not, in no file and in no name."""
    sought = {f"{day:{form}}".encode() for day in days_of_the_program() for form in WRITTEN}
    sought |= {*(number.encode() for number in RECORD_NUMBERS), b"synthetic.invalid"}
    held = {found for _, content in contents(stores[name].folder) for found in SHAPES.findall(content)}
    assert held & sought == set()
    exported = {found for _, content in contents(PROGRAM_FOLDER / name) for found in SHAPES.findall(content)}
    assert name == "canonical" or len(exported & sought) > N_COURSES, "the search would find them"


def test_the_exports_are_what_their_writers_write(tmp_path):
    for name, write in WRITERS.items():
        (tmp_path / name).mkdir()
        write(tmp_path / name, program())
        for path in (tmp_path / name).rglob("*.*"):
            assert path.read_bytes() == (PROGRAM_FOLDER / name / path.relative_to(tmp_path / name)).read_bytes(), path
