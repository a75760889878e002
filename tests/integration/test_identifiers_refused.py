"""An import with an identifier in text that would be kept is refused whole, and nothing of it stays anywhere."""

import json
import logging
import tempfile

import pytest

from pipelines.cli import main

pytestmark = pytest.mark.usefixtures("models_read_once")

END = (
    "Take these columns out of the export (in a mapping: list them under drop, or give record numbers as record_number "
    "and dates as dates), or put codes in their place. What is a false alarm is stated in a mapping file under "
    "[[allow]]; docs/privacy.md says how.\n"
)
HEAD = "outcomes: This import holds what tells who a person is, and nothing of it was kept:\n  "

SEEDED = {
    "address": "1600 Maple Avenue",
    "zip_code": "97201",
    "date": "1980-01-31",
    "age_over_89": "93 years old",
    "phone": "203-555-0142",
    "fax": "fax 555 0142 99",
    "email": "ann.alder@example.com",
    "ssn": "123-45-6789",
    "record_number": "00417293",
    "health_plan_number": "1EG4-TE5-MK73",
    "account_number": "GB82WEST12345698765432",
    "licence_number": "passport no. X5566778",
    "vehicle": "1M8GDM9AXKP042788",
    "device": "00:1A:2B:3C:4D:5E",
    "url": "https://example.org/ann",
    "ip_address": "192.168.12.7",
    "biometric": "left_thumb.wsq",
    "photo": "ann_alder.jpg",
    "unique_number": "550e8400-e29b-41d4-a716-446655440000",
    "name": "Mrs. Alder",
    "free_text": "Came in tired, said that sleep had been bad. Wants to go on with it. " * 3,
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for the export, with the store and the temporary folder beside it."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (tmp_path / "export").mkdir()
    return tmp_path


def canonical(place, *, header="attr_ward", cells=("ward 3", "ward 4"), **others: str):
    """Two courses with one attribute, and further files."""
    lines = ["course_id,conditions," + header, *(f'C{n},depression,"{cell}"' for n, cell in enumerate(cells, start=1))]
    (place / "export" / "courses.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, text in others.items():
        (place / "export" / f"{name}.csv").write_text(text, encoding="utf-8")


def run(place, *options: str) -> int:
    return main(["--store", str(place / "store"), "import", str(place / "export"), *options])


def said(capsys) -> str:
    """What stands on stderr beside the progress of the import."""
    lines = capsys.readouterr().err.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("import: "))


def held(place, value: str) -> list[str]:
    """Every file outside of the export that holds the value."""
    return [
        str(path.relative_to(place))
        for path in place.rglob("*")
        if path.is_file() and (place / "export") not in path.parents and value.encode() in path.read_bytes()
    ]


@pytest.mark.parametrize(("kind", "value"), SEEDED.items())
@pytest.mark.parametrize("source", ["canonical", "table"])
def test_nothing_of_an_identifier_stays(place, capsys, caplog, kind, value, source):
    canonical(place, cells=("ward 3", value))
    options = ()
    if source == "table":
        (place / "mapping.toml").write_text(
            'courses = "one per course_id"\n[[table]]\nfile = "courses.csv"\ncourse_id = "course_id"\n[table.course]\n'
            'conditions = "conditions"\nattr_ward = "attr_ward"\n',
            encoding="utf-8",
        )
        options = ("--mapping", str(place / "mapping.toml"))
    with caplog.at_level(logging.DEBUG):
        assert run(place, *options) == 1
    told = capsys.readouterr()
    assert f"courses.csv: 'attr_ward' holds {'' if kind != 'free_text' else 'free text'}" in told.err
    assert f"({kind}) in 1 cell\n" in told.err
    assert value not in told.err + told.out + caplog.text
    assert held(place, value) == []
    assert list((place / "store" / "batches").iterdir()) == []
    assert list((place / "temporary").iterdir()) == []


def test_every_column_is_told_at_once_and_word_for_word(place, capsys):
    canonical(
        place,
        header="attr_ward,Date of birth,attr_zip",
        cells=('ward 3","1980-01-31","97201', '203-555-0142","1981-02-01","97202'),
        scores="course_id,scale,days_from_start,total,mrn\nC1,PHQ-9,0,20,\nC2,PHQ-9,0,19,4417\n",
    )
    assert run(place) == 1
    assert said(capsys) == (
        HEAD + "courses.csv: 'attr_ward' holds telephone numbers (phone) in 1 cell\n"
        "  courses.csv: 'Date of birth' is named for calendar dates (date; 2 cells filled)\n"
        "  courses.csv: 'attr_zip' is named for postal codes (zip_code; 2 cells filled)\n"
        "  scores.csv: 'mrn' is named for record numbers (record_number; 1 cell filled)\n" + END
    )


def test_a_column_named_so_is_refused_even_if_it_is_blank(place, capsys):
    canonical(place, header="attr_ward,mrn,attr_phone", cells=('ward 3","","', 'ward 4","","'))
    assert run(place) == 1
    assert said(capsys) == (
        HEAD + "courses.csv: 'mrn' is named for record numbers (record_number; 0 cells filled)\n"
        "  courses.csv: 'attr_phone' is named for telephone numbers (phone; 0 cells filled)\n" + END
    )


def test_ids_are_searched_and_numbers_are_not(place, capsys):
    (place / "export" / "courses.csv").write_text(
        "course_id,patient_id,conditions,planned_infusions\n"
        "123456789,00417293,depression,97201\n"
        "97201,2026-03-05,depression,203\n"
        "101-02-0003,ann@example.com,depression,6\n",
        encoding="utf-8",
    )
    assert run(place) == 1
    assert said(capsys) == (
        HEAD + "courses.csv: 'course_id' holds social security numbers (ssn) in 1 cell\n"
        "  courses.csv: 'patient_id' holds e-mail addresses (email) in 1 cell\n" + END
    )


TABLE = """\
courses = "one per line"

[[table]]
file = "courses.csv"
record_number = "MRN"
drop = ["Home phone"]

[table.course]
conditions = { column = "Diagnosis", values = { MDD = "depression" } }
birth_date = "Date of birth"
first_infusion = { date = "First visit" }
attr_ward = "Ward"
"""
LINES = """\
MRN,Diagnosis,Date of birth,First visit,Home phone,Ward
00417293,MDD,1980-01-31,2026-03-05,203-555-0142,{ward}
00417294,MDD,1981-02-01,2026-03-06,203-555-0143,ward 4
"""


def table(place, ward: str, mapping: str = TABLE) -> tuple[str, ...]:
    (place / "export" / "courses.csv").write_text(LINES.format(ward=ward), encoding="utf-8")
    (place / "mapping.toml").write_text(mapping, encoding="utf-8")
    return ("--mapping", str(place / "mapping.toml"), "--crosswalk", str(place / "crosswalk.csv"))


def test_what_a_mapping_converts_or_drops_is_no_reason_to_refuse(place, capsys):
    assert run(place, *table(place, "ward 3")) == 0
    assert said(capsys) == ""
    for value in ("1980-01-31", "203-555-0142", "2026-03-05"):
        assert held(place, value) == []
    assert held(place, "00417293") == ["crosswalk.csv"]


def test_a_table_names_its_own_column(place, capsys):
    assert run(place, *table(place, "call 203-555-0142")) == 1
    assert said(capsys) == (
        HEAD + "courses.csv: 'Ward' (as attr_ward) holds telephone numbers (phone) in 1 cell\n" + END
    )
    assert not (place / "crosswalk.csv").exists()


@pytest.mark.parametrize(
    ("mapped", "told"),
    [
        (
            'attr_ward = "Home phone"',
            "'Home phone' (as attr_ward) is named for telephone numbers (phone; 2 cells",
        ),
        ('site = "Date of birth"', "'Date of birth' (as site) is named for calendar dates (date; 2 cells"),
    ],
)
def test_a_mapping_that_keeps_such_a_column_is_refused_by_its_name(place, capsys, mapped, told):
    mapping = TABLE.replace('attr_ward = "Ward"', mapped).replace('birth_date = "Date of birth"\n', "")
    mapping = mapping.replace('drop = ["Home phone"]', 'drop = ["*"]')
    assert run(place, *table(place, "ward 3", mapping)) == 1
    assert f"  courses.csv: {told} filled)\n" in said(capsys)


def test_a_record_number_kept_as_a_pseudonym_is_refused_by_its_name(place, capsys):
    mapping = TABLE.replace("record_number =", "patient_id =")
    assert run(place, *table(place, "ward 3", mapping)) == 1
    told = "courses.csv: 'MRN' (as patient_id) is named for record numbers (record_number; 2 cells filled)\n"
    assert said(capsys) == HEAD + told + END


ALLOW = """
[[allow]]
column = "attr_ward"
kind = "phone"
reason = "wards are numbered like extensions"
reviewed = 2026-11-25
"""


@pytest.mark.parametrize("source", ["canonical", "table"])
def test_a_false_alarm_is_stated_noted_and_kept_in_the_manifest(place, capsys, source):
    if source == "table":
        options = table(place, "203-555-0142", TABLE + ALLOW)
    else:
        canonical(place, cells=("203-555-0142", "ward 4"))
        (place / "mapping.toml").write_text(ALLOW, encoding="utf-8")
        options = ("--source", "canonical", "--mapping", str(place / "mapping.toml"))
    assert run(place, *options) == 0
    assert (
        "Note: Allowed by the mapping as no telephone numbers: 1 cell of attr_ward (wards are numbered like "
        "extensions; reviewed 2026-11-25).\n"
    ) in capsys.readouterr().out
    (manifest,) = (place / "store" / "batches").glob("*/manifest.json")
    assert json.loads(manifest.read_text(encoding="utf-8"))["allowances"] == [
        {
            "column": "attr_ward",
            "kind": "phone",
            "reason": "wards are numbered like extensions",
            "reviewed": "2026-11-25",
            "n_cells": 1,
        }
    ]


def test_an_allowance_that_matches_nothing_is_told(place, capsys):
    canonical(place)
    (place / "mapping.toml").write_text(ALLOW, encoding="utf-8")
    assert run(place, "--source", "canonical", "--mapping", str(place / "mapping.toml")) == 0
    assert (
        "Note: The mapping allows telephone numbers in attr_ward, and nothing there looks like any. Take the [[allow]] "
        "out.\n"
    ) in capsys.readouterr().out


def test_allowances_alone_are_no_mapping_of_a_table(place, capsys):
    canonical(place)
    (place / "mapping.toml").write_text(ALLOW, encoding="utf-8")
    assert run(place, "--mapping", str(place / "mapping.toml")) == 2
    assert said(capsys) == (
        "outcomes: 1 mistake in the mapping mapping.toml; mend and run again:\n  it holds [[allow]] alone and says "
        "nothing of a table; say with --source which format the export has\n"
    )


def test_an_allowance_holds_for_its_kind_and_column_alone(place, capsys):
    canonical(place, header="attr_ward,attr_unit", cells=('203-555-0142 or a@example.com","1', 'ward 4","203-555-0142'))
    (place / "mapping.toml").write_text(ALLOW, encoding="utf-8")
    assert run(place, "--source", "canonical", "--mapping", str(place / "mapping.toml")) == 1
    assert said(capsys) == (
        HEAD + "courses.csv: 'attr_ward' holds e-mail addresses (email) in 1 cell\n"
        "  courses.csv: 'attr_unit' holds telephone numbers (phone) in 1 cell\n" + END
    )


@pytest.mark.parametrize(
    ("header", "cells", "told"),
    [
        ("attr_zip3", ("972", "000"), None),
        (
            "attr_zip3",
            ("972", "036"),
            "'attr_zip3' holds postal codes (only three digits may stay, and 000 in place of an ",
        ),
        ("attr_age", ("89", "42"), None),
        ("attr_age", ("89", "93"), "'attr_age' holds ages over 89, which are written 90+ (age_over_89) in 1 cell\n"),
    ],
)
def test_part_of_a_postal_code_and_an_age_below_90_may_stay(place, capsys, header, cells, told):
    canonical(place, header=header, cells=cells)
    assert run(place) == (0 if told is None else 1)
    assert (told or "") in said(capsys)


def test_names_and_comments_are_known_by_the_whole_column(place, capsys):
    people = ("Ann Alder", "Ben Birch", "Carl Cedar", "Dan Dogwood", "Eve Elm")
    long = "Came in tired and said that sleep had been bad since the move to the coast, "
    canonical(
        place,
        header="attr_ward,attr_seen",
        cells=[f'{person}","{long}{number}' for number, person in enumerate(people)],
    )
    assert run(place) == 1
    assert said(capsys) == (
        HEAD + "courses.csv: 'attr_ward' holds names of people (name) in 5 cells\n"
        "  courses.csv: 'attr_seen' holds free text, which may name anyone (free_text) in 5 cells\n" + END
    )


def test_a_site_may_be_called_by_its_town(place, capsys):
    sites = ("Portland West", "Salem East", "Bend North", "Astoria Bay", "Ashland South")
    canonical(place, header="site", cells=sites)
    assert run(place) == 0, capsys.readouterr().err
