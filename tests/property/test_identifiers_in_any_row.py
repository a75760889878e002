"""Whatever canonical files hold is no identifier, and an identifier is found in whatever row and text it stands."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.definitions import load_definitions
from pipelines.errors import IdentifierFound
from pipelines.privacy.identifiers import IdentifierReader, plain
from pipelines.reference_tables import load_reference_tables
from pipelines.settings import Settings
from pipelines.sources.canonical import find_canonical
from pipelines.sources.identifier_check import refuse_identifiers

DEFINITIONS = load_definitions()
READER = IdentifierReader(DEFINITIONS.identifiers)
KINDS = READER.kinds_with_patterns(of_ids=False)

COLUMN_CODES = {
    code for table in ("courses", "infusions") for rule in DEFINITIONS.columns.of(table).values() for code in rule.codes
}
PLACES = st.sampled_from(["ward", "Ward", "room", "unit", "arm", "stage", "level"])
LEVELS = st.one_of(
    st.builds("{}-Q{}".format, st.integers(2000, 2099), st.integers(1, 4)),
    st.sampled_from(sorted({*DEFINITIONS.scales, *DEFINITIONS.conditions, *COLUMN_CODES})),
    st.integers(1900, 2099).map(str),
    st.builds("{} {}".format, PLACES, st.integers(0, 999)),
    st.builds("{}-{}".format, st.integers(18, 89), st.integers(18, 89)),
    st.builds("{}/{}".format, st.integers(80, 220), st.integers(40, 130)),
    st.floats(0, 999).map("{:.1f}".format),
    st.integers(0, 9_999).map(str),
    st.text("abcdefghijklmnopqrstuvwxyz ", min_size=1, max_size=20),
)
IDS = st.one_of(
    st.integers(0, 99_999).map("C-{:04d}".format),
    st.integers(0, 99_999).map("P{:05d}".format),
    st.builds("{:02d}-{:03d}-{:04d}".format, st.integers(0, 99), st.integers(0, 999), st.integers(0, 9_999)),
    st.uuids().map(str),
    st.integers(0, 10**10).map(str),
    st.dates().map(str),
)

SSN_MARKS = st.sampled_from("- \u2011\u2013")
AREAS = st.integers(1, 899).filter(lambda area: area != 666)
SSNS = st.builds(
    "{:03d}{}{:02d}{}{:04d}".format, AREAS, SSN_MARKS, st.integers(1, 99), SSN_MARKS, st.integers(1, 9_999)
)
PHONE_MARKS = st.sampled_from("-. ")
PHONES = st.builds(
    "{}{:03d}{}{:03d}{}{:04d}".format,
    st.sampled_from(["", "+1 ", "1-"]),
    st.integers(200, 999),
    PHONE_MARKS,
    st.integers(200, 999),
    PHONE_MARKS,
    st.integers(0, 9_999),
)
EMAILS = st.builds(
    "{}@{}.org".format,
    st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?", fullmatch=True),
    st.from_regex(r"[a-z]{2,8}", fullmatch=True),
)
DATE_FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%m/%d/%y", "%d %B %Y", "%b %d, %Y", "%Y%m%d", "%d-%b-%Y", "%B %Y")
DATES = st.builds(
    lambda day, form: day.strftime(form), st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(DATE_FORMS)
)
ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).filter(lambda address: not address.is_unspecified)
IN_IDS = {"ssn": SSNS, "phone": PHONES, "email": EMAILS}
SEEDED = {
    **IN_IDS,
    "date": DATES,
    "zip_code": st.integers(501, 99_950).map("{:05d}".format),
    "record_number": st.integers(0, 10**12).map("{:06d}".format),
    "ip_address": ADDRESSES.map(str),
    "unique_number": st.uuids().map(str),
}
SEEDS = st.one_of(*(st.tuples(st.just(kind), texts) for kind, texts in SEEDED.items()))
SEEDS_IN_TEXT = st.one_of(*(st.tuples(st.just(kind), texts) for kind, texts in IN_IDS.items()))


@given(text=LEVELS)
@settings(max_examples=100, deadline=None)
def test_no_level_of_an_attribute_is_an_identifier(text):
    assert READER.kinds_of_cell(plain(text), KINDS) == []


@given(text=IDS)
@settings(max_examples=100, deadline=None)
def test_no_id_is_an_identifier(text):
    assert READER.kinds_of_cell(plain(text), READER.kinds_with_patterns(of_ids=True)) == []


@given(seed=SEEDS, blank=st.sampled_from(["", " ", "\t", "\u00a0"]))
@settings(max_examples=200, deadline=None)
def test_an_identifier_that_fills_its_cell_is_found(seed, blank):
    kind, text = seed
    assert kind in READER.kinds_of_cell(plain(blank + text + blank), KINDS)


@given(
    seed=SEEDS_IN_TEXT,
    before=st.sampled_from(["", "ward 3 ", "see: ", "(", "- "]),
    after=st.sampled_from(["", ".", " ok", ")", ", later"]),
)
@settings(max_examples=100, deadline=None)
def test_numbers_and_addresses_are_found_inside_of_text(seed, before, after):
    kind, text = seed
    assert kind in READER.kinds_of_cell(plain(before + text + after), KINDS)


def refused(levels: Sequence[str]) -> tuple[str, ...]:
    """What is told of courses with these levels of an attribute."""
    with TemporaryDirectory() as name:
        rows = [f'C{number},P{number},depression,Site 1,2026-Q3,"{level}"' for number, level in enumerate(levels)]
        text = "\n".join(["course_id,patient_id,conditions,site,quarter,attr_ward", *rows])
        (Path(name) / "courses.csv").write_text(text + "\n", encoding="utf-8")
        source = find_canonical([Path(name)])
        with duckdb.connect() as connection:
            load_reference_tables(connection, DEFINITIONS, Settings())
            source.land(connection, DEFINITIONS, None)
            try:
                refuse_identifiers(connection, source, DEFINITIONS)
            except IdentifierFound as refusal:
                return refusal.places
    return ()


@given(levels=st.lists(LEVELS, min_size=1, max_size=12), seed=SEEDS, place=st.integers(0, 12))
@settings(max_examples=25, deadline=None)
def test_an_identifier_in_any_row_refuses_the_import_and_without_it_none_is_refused(levels, seed, place):
    assert refused(levels) == ()
    kind, text = seed
    levels.insert(min(place, len(levels)), text)
    places = refused(levels)
    assert f"courses.csv: 'attr_ward' holds {DEFINITIONS.identifiers.kinds[kind].words} ({kind}) in 1 cell" in places
    assert not any(text in told for told in places)
