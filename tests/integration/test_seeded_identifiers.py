"""One seeded file for each kind of identifier, in each format: refused or dropped, and no trace of it anywhere.

The kinds are the 18 of HIPAA's Safe Harbor (45 CFR 164.514(b)(2)(i)(A) to (R)). A name alone has no form that could be
recognised; it is known by the name of its column. Searched are all bytes of the store, of the temporary folder and of
the folder in which the command runs (where DuckDB would spill if nobody told it where to), the log, and what the
command said. What is dropped or made a pseudonym must not even be landed: it can then be in no spill file either.
"""

import logging
import tempfile
from dataclasses import dataclass

import duckdb
import pytest
from seeding import CODES, DROPPED, KEPT, NUMBERS, ONLY_SITES, export_of
from traces import traces

from pipelines.cli import main
from pipelines.settings import read_settings
from pipelines.sources import judging
from sample_data.writers.omop import person_id
from sample_data.writers.program import program

pytestmark = pytest.mark.usefixtures("models_read_once", "definitions_read_once")


@dataclass(frozen=True)
class Seed:
    """One identifier: its kind in `definitions/identifiers.toml`, a text found nowhere else, and a column's name."""

    kind: str
    text: str
    head: str = "Ward"


SEEDS = {
    "A name": Seed("name", "Quillby", "Last name"),
    "B address": Seed("address", "4711 Whistledown Avenue"),
    "B postal code": Seed("zip_code", "94107-2282"),
    "C date": Seed("date", "1961-07-14"),
    "C age over 89": Seed("age_over_89", "97 years old"),
    "D telephone": Seed("phone", "(415) 555-0173"),
    "E fax": Seed("fax", "fax 020 7946 0958"),
    "F e-mail": Seed("email", "quillby.x@clinic-mail.example"),
    "G social security number": Seed("ssn", "536-22-8719"),
    "H record number": Seed("record_number", "MRN 70441892"),
    "I health plan": Seed("health_plan_number", "member id 88213377"),
    "J account": Seed("account_number", "4539 1488 0343 6467"),
    "K licence": Seed("licence_number", "license no. D7781203"),
    "L vehicle": Seed("vehicle", "1HGCM82633A004352"),
    "M device": Seed("device", "serial no. KX-5529017"),
    "N web address": Seed("url", "https://people.example/xq-4471"),
    "O network address": Seed("ip_address", "203.0.113.77"),
    "P biometric": Seed("biometric", "thumb_left_4471.wsq"),
    "Q photograph": Seed("photo", "face_front_4471.jpeg"),
    "R other number": Seed("unique_number", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
}


RECORD_NUMBERS = {number for patient in program() for number in (patient.record_number, str(person_id(patient)))}
DAYS = {
    f"{moment:{form}}"
    for patient in program()
    for moment in [
        patient.birth,
        *(infusion.moment for infusion in patient.infusions),
        *(score.moment for score in patient.scores),
    ]
    for form in ("%Y-%m-%d", "%d.%m.%Y")
}
PLACES = ("store", "temporary", "here", "said")


@pytest.fixture
def searched(tmp_path, monkeypatch, capsys, caplog):
    """Runs an import of a folder; gives its exit code, what it said, and the traces of the texts that are sought."""
    for place in PLACES[1:]:
        (tmp_path / place).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path / "here")
    caplog.set_level(logging.DEBUG)

    def run(name, folder, sought):
        store = tmp_path / "store"
        arguments = ["import", str(folder), "--source", name, "--store", str(store), "--data-through", "2026-11-15"]
        mapping = folder / "mapping.toml"
        if mapping.exists():
            arguments += ["--mapping", str(mapping)]
        if name != "canonical":
            arguments += ["--crosswalk", str(tmp_path / "crosswalk.csv")]
        code = main(arguments)
        said = capsys.readouterr()
        (tmp_path / "said" / "text").write_text(said.err + said.out + caplog.text, encoding="utf-8")
        return code, said.err, {place: found for place in PLACES if (found := traces(tmp_path / place, sought))}

    return run


@pytest.fixture
def landed(monkeypatch):
    """The cells of every table that a source filled, one text a row, as they stood before any row was judged."""
    rows = []
    run_models = judging.run_models

    def noted(connection, *arguments):
        relations = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'landing'"
        ).fetchall()
        for (relation,) in relations:
            rows.extend(map(str, connection.execute(f"select columns(*)::varchar from landing.{relation}").fetchall()))
        return run_models(connection, *arguments)

    monkeypatch.setattr(judging, "run_models", noted)
    return rows


def kept_seeds():
    """Formats with the seeds that they would keep; a site may be called by a town, a number or a person."""
    not_checked = read_settings(None)[1].identifiers.not_checked["site"]
    for name in KEPT:
        for letter, seed in SEEDS.items():
            if name not in ONLY_SITES or seed.kind not in not_checked:
                yield name, letter


@pytest.mark.parametrize(("name", "letter"), list(kept_seeds()))
def test_an_identifier_that_would_be_kept_is_refused(name, letter, tmp_path, searched):
    seed = SEEDS[letter]
    folder = export_of(name, tmp_path / "export", n_patients=6)
    KEPT[name](folder, seed.text, seed.head)
    code, said, found = searched(name, folder, [seed.text])
    assert code == 1
    assert f"({seed.kind}" in said
    column = "site" if name in ONLY_SITES else seed.head
    assert column.lower().replace(" ", "_") in said.lower().replace(" ", "_")
    assert found == {}


@pytest.mark.parametrize("name", DROPPED)
def test_identifiers_in_fields_that_are_dropped_leave_no_trace(name, tmp_path, searched, landed):
    texts = [seed.text for seed in SEEDS.values()]
    folder = export_of(name, tmp_path / "export", n_patients=len(texts))
    DROPPED[name](folder, texts)
    assert {text for text in texts if traces(folder, [text])} == set(texts)
    code, _, found = searched(name, folder, texts)
    assert (code, found) == (0, {})
    assert len(landed) > 300
    sought = {*texts, *RECORD_NUMBERS, *DAYS}
    assert {text for text in sought if text in "\n".join(landed)} == set()


@pytest.mark.parametrize("name", NUMBERS)
def test_identifiers_where_numbers_belong_are_quarantined_as_shapes(name, tmp_path, searched):
    texts = [seed.text for seed in SEEDS.values()]
    folder = export_of(name, tmp_path / "export", n_patients=len(texts))
    NUMBERS[name](folder, texts)
    code, _, found = searched(name, folder, texts)
    assert (code, found) == (0, {})
    (quarantine,) = (tmp_path / "store").glob("batches/*/quarantine.parquet")
    with duckdb.connect() as connection:
        n_rows = connection.execute("select count(*) from read_parquet($path)", {"path": str(quarantine)}).fetchone()
    assert n_rows == (len(texts),)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_five_digits_and_more_are_quarantined_as_their_length(name, tmp_path, searched):
    texts = ["70441892", "4155550173", "94107", "19610714", "7.0441892e7"]  # record, telephone, postal code, birth date
    folder = export_of(name, tmp_path / "export", n_patients=len(texts))
    NUMBERS[name](folder, texts)
    code, _, found = searched(name, folder, texts)
    assert (code, found) == (0, {})


@pytest.mark.parametrize("name", CODES)
def test_a_name_where_a_code_belongs_is_not_told(name, tmp_path, searched):
    text = "Quillby-Xaverson"
    folder = export_of(name, tmp_path / "export", n_patients=6)
    CODES[name](folder, text)
    code, _, found = searched(name, folder, [text])
    assert code in (0, 1)
    assert found == {}
