"""What is read as an identifier, kind by kind, and what looks like one and is none.

Check digits: the card number is Visa's test number, the IBAN the example of ISO 13616, the vehicle number the example
of 49 CFR 565, the postal areas those of the HHS guidance of 26 November 2012.
"""

import re
from pathlib import Path

import duckdb
import pytest

from pipelines.definitions import load_definitions
from pipelines.privacy.identifiers import IdentifierReader, plain
from pipelines.sql.literals import literal

DEFINITIONS = load_definitions()
READER = IdentifierReader(DEFINITIONS.identifiers)
KINDS = READER.kinds_with_patterns(of_ids=False)

HOLDS = {
    "name": ["Mrs. Alder", "Smith, John A.", "Smith-Jones, Mary B", "patient called Mary", "wife named Ann"],
    "address": ["12 Elm Street", "1600 N. Maple Ave", "4b Old Mill Rd, flat 2", "P.O. Box 77", "45.52345, -122.67621"],
    "zip_code": ["97201", "97201-1234", "Portland, OR 97201", "SW1A 1AA", "K1A 0B1"],
    "date": [
        "2026-03-05", "2026/3/5", "2026-03-05T10:15:00", "born 1980-01-31", "3/5/2026", "03/05/26", "31.12.1999",
        "1.2.2026", "01.02.26", "05-03-2026", "05-03-26", "05 03 2026", "12 March 2026", "March 12, 2026",
        "Mar 2026", "12-Mar-26", "12MAR2026", "4th of July", "July 4th", "2026-03", "03/2026", "20260305",
        "202603051015", "seen 3/5/26 twice", "2026\u201103\u201105",
    ],
    "age_over_89": ["93 years old", "101-year-old", "aged 92 y/o"],
    "phone": [
        "203-555-0142", "(203) 555-0142", "203.555.0142", "+1 203 555 0142", "1-203-555-0142", "203-555-0142x12",
        "+49 30 901820", "+44 20 7946 0958", "020 7946 0958", "cell: 555-0142 99", "call 2035550142",
        "203\u2013555\u20130142",
    ],
    "fax": ["fax 203 555 0142", "Fax: +49 30 9018-20"],
    "email": ["a.b@example.com", "write to a_b+c@mail.example.org now", "jörg@example.de"],
    "ssn": ["123-45-6789", "123 45 6789", "SSN 123456789", "ssn: 123-45-6789", "665-01-0001", "899-99-9999"],
    "record_number": ["00417293", "MRN 4417", "A1234567", "MRN-0012345", "chart no. 55123", "#123456"],
    "health_plan_number": ["1EG4-TE5-MK73", "1EG4TE5MK73", "member id: XJ120034", "Policy No. 99120034"],
    "account_number": ["4111 1111 1111 1111", "4111111111111111", "GB82 WEST 1234 5698 7654 32", "account # 99887766"],
    "licence_number": ["driver's license number D1234567", "passport no. 55667788", "licence # A-99121"],
    "vehicle": ["1M8GDM9AXKP042788", "plate: ABC 1234", "licence plate no. 7XYZ123"],
    "device": [
        "(01)00812345678905(21)AB-1200", "serial number PX-0099127", "S/N: 0099127", "00:1A:2B:3C:4D:5E",
        "IMEI # 490154203237518",
    ],
    "url": ["https://example.org/p/4", "www.example.org", "see http://example.com"],
    "ip_address": ["192.168.12.7", "10.0.0.1/24", "2001:db8::ff00:42:8329", "fe80:0:0:0:202:b3ff:fe1e:8329"],
    "biometric": ["left_thumb.wsq"],
    "photo": ["face.jpg", "scan of IMG_2031.HEIC", "data:image/png;base64,iVBORw0KGgo="],
    "unique_number": ["550e8400-e29b-41d4-a716-446655440000", "912-70-1234", "0123456789abcdef0123456789abcdef"],
}  # fmt: skip

HOLDS_NONE = [
    # what canonical columns hold
    "2026-Q3", "2026", "18-24", "25-29", "85-89", "90+", "under 18", "depression;chronic_pain", "with_psychotherapy",
    "stopped_no_benefit", "headache;blurred_vision", "iv", "female", "yes", "true", "1", "12", "120",
    # scales
    "PHQ-9", "GAD-7", "BDI-II", "HAM-D-17", "QIDS-SR16", "C-SSRS", "Y-BOCS", "PCL-5", "PROMIS-29 v2.1", "PHQ-SADS",
    # ids and pseudonyms
    "C-0001", "C00001", "P01189", "P234F678JK9M", "S10-0042", "01-701-1015", "C0000001-2", "PT-001-002",
    # levels of attributes
    "ward 3", "Ward 12B", "3 North", "Site 12", "Dr. Alder", "insurance A", "self-pay", "stage 2", "F33.2", "F32.1",
    "Z91.51", "44261-6", "LA6568-5", "120/80", "135/85 mmHg", "27.4", "-3.5", "1,250", "0.5 mg/kg", "50 mg", "70-79 kg",
    "14:30", "09:30:15", "week 2", "day 14", "24 h", "v2.1.10", "1.2.3.4.5", "10-12 sessions", "2020-2024", "1/2",
    "2 of 6", "3-4 times a week", "class III", "ASA 2", "may decline", "march of dimes", "Mars", "not recorded",
    "Depression, severe", "Severe, recurrent", "Hispanic or Latino", "Black, non-Hispanic", "N/A", "-", "?",
    "555-0142", "000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "00042", "300.300.1.1",
    "1M8GDM9AXKP042789", "4111 1111 1111 1112", "GB82 WEST 1234 5698 7654 33", "25-30-2024",
    "12:34", "a::b::c", "+5", "+1 2", "100-200-3000", "1234", "room 101",
    "3 way", "2 drive-through visits", "case mix A", "patient-reported", "he said, she said", "under 30 years old",
]  # fmt: skip

NAMED = {
    "name": ["Name", "first_name", "LastName", "Patient name", "attr_surname", "patient's name"],
    "address": ["address", "Street", "attr_city", "county", "home address"],
    "zip_code": ["ZIP", "zip_code", "attr_postcode", "Postal Code", "attr_zip5"],
    "zip_area": ["attr_zip3", "zip_area"],
    "date": ["dob", "Date of birth", "DOB", "visit_date", "date", "BirthDate", "admission-date", "attr_dob"],
    "age_over_89": ["attr_age", "Age (years)"],
    "birth_year": ["year_of_birth", "attr_birth_year"],
    "phone": ["phone", "Phone 2", "attr_cell_phone", "Telephone number"],
    "fax": ["Fax", "fax_number"],
    "email": ["email", "e-mail", "E-Mail address", "attr_email"],
    "ssn": ["SSN", "social_security_number", "attr_ssn"],
    "record_number": ["MRN", "mrn_2", "Medical record no.", "attr_mrn", "chart number"],
    "health_plan_number": ["member_id", "policy number", "medicare number"],
    "account_number": ["account", "IBAN", "account_number"],
    "licence_number": ["license", "drivers_license", "passport"],
    "vehicle": ["VIN", "license plate"],
    "device": ["serial_number", "UDI", "MAC address", "device id"],
    "url": ["url", "website"],
    "ip_address": ["IP", "ip_address"],
    "biometric": ["fingerprint"],
    "photo": ["photo", "face_photo"],
    "unique_number": ["uuid", "national_id", "username"],
    "free_text": ["notes", "Comment", "attr_comments", "progress notes"],
}

NAMED_FOR_NONE = [
    "attr_ward", "attr_synthetic", "attr_referral", "attr_insurance", "attr_diagnosis", "attr_medication", "attr_bmi",
    "attr_education", "attr_employment", "attr_state", "attr_country", "attr_language", "attr_clinician",
    "attr_prior_ect", "attr_drug_name_known", "attr_visit_number", "attr_study_arm", "attr_weight_kg",
    "attr_candidate", "attr_history_of_trauma", "attr_device", "attr_contact", "day", "month", "patient", "score",
    "form", "comment_count",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in HOLDS.items() for text in texts])
def test_an_identifier_is_found(kind, text):
    assert kind in READER.kinds_of_cell(plain(text), KINDS)


@pytest.mark.parametrize("text", HOLDS_NONE)
def test_what_only_looks_like_one_is_not(text):
    assert READER.kinds_of_cell(plain(text), KINDS) == []
    assert not READER.is_long(plain(text))


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMED.items() for name in names])
def test_a_column_is_known_by_its_name(kind, name):
    assert READER.kind_of_name(name) == kind


@pytest.mark.parametrize("name", NAMED_FOR_NONE)
def test_other_columns_are_not(name):
    assert READER.kind_of_name(name) is None


def test_no_canonical_column_is_named_for_an_identifier():
    for table in ("courses", "infusions", "scores"):
        for name in DEFINITIONS.columns.of(table):
            assert READER.kind_of_name(name) is None, name


def test_every_kind_with_patterns_and_every_kind_with_names_has_an_example():
    assert set(HOLDS) == {kind for kind, rule in DEFINITIONS.identifiers.kinds.items() if rule.patterns}
    assert set(NAMED) == {kind for kind, rule in DEFINITIONS.identifiers.kinds.items() if rule.names or rule.name_words}


def test_all_18_paragraphs_of_the_rule_are_there():
    assert {rule.paragraph for rule in DEFINITIONS.identifiers.kinds.values()} == {*"ABCDEFGHIJKLMNOPQR", None}


def test_duckdb_and_python_read_the_patterns_alike():
    """Where a pattern finds something in one of them, it does in the other."""
    texts = [plain(text) for texts in HOLDS.values() for text in texts] + [plain(text) for text in HOLDS_NONE]
    for kind in KINDS:
        for pattern in DEFINITIONS.identifiers.kinds[kind].patterns:
            found = duckdb.execute(
                f"select regexp_matches(text, {literal(pattern.matches)}) from (select unnest($1::varchar[]) as text)",
                [texts],
            ).fetchall()
            expected = [re.search(pattern.matches, text) is not None for text in texts]
            assert [row[0] for row in found] == expected, pattern.matches


@pytest.mark.parametrize("text", ["123-45-6789", "203-555-0142", "(203) 555 0142", "a@example.com", "SSN123456789"])
def test_ids_are_searched_for_numbers_with_separators_and_addresses(text):
    assert READER.kinds_of_cell(text, READER.kinds_with_patterns(of_ids=True))


@pytest.mark.parametrize(
    "text",
    ["123456789", "2035550142", "00417293", "97201", "2026-03-05", "550e8400-e29b-41d4-a716-446655440000", "Ann Alder"],
)
def test_ids_are_searched_for_nothing_else(text):
    assert READER.kinds_of_cell(text, READER.kinds_with_patterns(of_ids=True)) == []


@pytest.mark.parametrize("area", ["972", "100", "000"])
def test_three_digits_of_a_postal_code_may_stay(area):
    assert READER.permits("zip_area", area)


@pytest.mark.parametrize("area", ["036", "893", "97201", "972xx", "97"])
def test_small_areas_and_whole_codes_may_not(area):
    assert not READER.permits("zip_area", area)


@pytest.mark.parametrize(
    ("age", "may_stay"),
    [
        ("89", True), ("42.5", True), ("90+", True), ("18-24", True), ("90", False), ("104", False), ("93.2", False),
        ("90-94", False),
    ],
)  # fmt: skip
def test_ages_over_89_may_not_stay(age, may_stay):
    assert READER.permits("age_over_89", age) == may_stay


LONG = "Came in tired and said that sleep had been bad since the move to the coast, "


@pytest.mark.parametrize(
    ("cells", "n_expected"),
    [
        ({LONG + "a": 1, LONG + "b": 1, LONG + "c": 1}, 3),
        ({LONG + "a": 1, LONG + "b": 1}, 0),  # two are too few to say
        ({LONG + "a": 10, LONG + "b": 12, LONG + "c": 9}, 0),  # levels come again
        ({LONG * 4: 1}, 1),  # but none is that long
        ({}, 0),
    ],
)
def test_comments_are_long_and_hardly_ever_the_same(cells, n_expected):
    assert READER.n_free_text(cells) == n_expected


def test_two_sentences_count_as_long():
    assert READER.is_long("Felt better. Wants to go on.")
    assert not READER.is_long("St. Mary Hospital")


@pytest.mark.parametrize(
    ("n_values", "n_cells", "n_shaped", "expected"),
    [(5, 5, 5, True), (100, 120, 85, True), (4, 4, 4, False), (10, 200, 10, False), (100, 100, 70, False)],
)
def test_a_column_of_names_has_another_in_nearly_every_cell(n_values, n_cells, n_shaped, expected):
    assert READER.are_names(n_values, n_cells, n_shaped) == expected


@pytest.mark.parametrize(
    ("text", "is_shaped"),
    [
        ("Smith, John", True), ("Mary Smith-Jones", True), ("Mary A. Smith", True), ("Ward Three", True),
        ("J. Smith", False), ("ward three", False),
    ],
)  # fmt: skip
def test_the_shape_of_names(text, is_shaped):
    assert (re.search(DEFINITIONS.identifiers.names_of_people.matches, text) is not None) == is_shaped


def test_no_text_of_the_definitions_looks_like_an_identifier():
    """Scale ids and other names, codes, conditions, windows: all that a canonical file may hold."""
    texts = {
        *DEFINITIONS.scales,
        *DEFINITIONS.conditions,
        *(name for scale in DEFINITIONS.scales.values() for name in (*scale.also_called, *scale.resembling)),
        *(
            code
            for table in ("courses", "infusions", "scores")
            for rule in DEFINITIONS.columns.of(table).values()
            for code in rule.codes
        ),
    }
    assert len(texts) > 100
    assert {text: found for text in texts if (found := READER.kinds_of_cell(plain(text), KINDS))} == {}


def test_a_program_cannot_change_what_is_refused(tmp_path):
    from pipelines.definitions.loader import SHIPPED
    from pipelines.errors import DefinitionsInvalid

    (tmp_path / "identifiers.toml").write_bytes(Path(SHIPPED / "identifiers.toml").read_bytes())
    with pytest.raises(DefinitionsInvalid) as refusal:
        load_definitions(tmp_path)
    (fault,) = refusal.value.faults
    assert fault == (
        "identifiers.toml: what is refused cannot be changed by a program; state a false alarm under [[allow]] in the "
        "mapping file"
    )
