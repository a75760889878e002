"""Whatever a canonical file holds, every row of it ends in exactly one place, and is named where it stood.

Each input is written by this module, cell by cell, and counted and judged again in plain Python: sound and
broken cells, odd text, quotation marks, newlines in cells, blank lines, repeated and contradicting lines, all
three clocks, CSV and TSV, packed or not.
"""

import csv
import gzip
import io
import itertools
import os
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.reference_tables import load_column_tables, load_reference_tables
from pipelines.settings import read_settings
from pipelines.sources import judging
from pipelines.sources.canonical import find_canonical

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
TABLES = ("courses", "infusions", "scores")
EXCEPTIONS = {table: f"accepted.{table.removesuffix('s')}_exceptions" for table in TABLES}
MINUTES = {"minutes_from_start": 1, "hours_from_start": 60, "days_from_start": 1440}
BLANKS = " \t\r\n\u00a0"
AT_LEAST_FILES = 500
IMPORTS_AT_A_TIME = 2
FEWEST_FILES = 2
EXAMPLES = AT_LEAST_FILES // (IMPORTS_AT_A_TIME * FEWEST_FILES)

# --- cells ----------------------------------------------------------------------------------------------

ODD_TEXTS = [
    "severe", 'said "better"', "two\nlines", "a, b", "tab\tinside", "Ünïcödé 患者 🙂", " padded ", "\u00a0", "'; drop",
    "=1+1", "NULL", "NaN", "inf", "-Infinity", "1e3", "0x1F", "1_0",
    "12,5", "٣", "+7", ".5", "5.", "-", "--1", "1e400", "\\N",
]  # fmt: skip
# Without digits and @: five digits could be a postal code, six a record number, for which an import is refused.
odd_text = st.sampled_from(ODD_TEXTS) | st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00@", exclude_categories=("Cs", "Nd")), max_size=12
)
COURSES = ["A", "B", "C", "Ω-7", "12"]
course_ids = st.sampled_from([*COURSES * 5, "no such", ""])


def mostly(sound: str, broken: str = "") -> st.SearchStrategy[str]:
    """Sound cells (given with | between) mostly, else broken ones or anything; for any cell that is odd."""
    cells = st.sampled_from(sound.split("|"))
    odd = st.sampled_from(broken.split("|")) if broken else odd_text
    return st.sampled_from([cells] * 45 + [odd, odd, odd_text]).flatmap(lambda chosen: chosen)


CELLS = {
    "courses": {
        "course_id": course_ids,
        "conditions": mostly("depression|depression|anxiety|depression; anxiety|chronic_pain", "migraine||;"),
        "patient_id": mostly("p1|p2|"),
        "course_number": mostly("1|2|", "0|1.5"),
        "site": mostly("North|South|"),
        "quarter": mostly("2026-Q3|2026-Q1|", "2026-Q5"),
        "sex": mostly("female|male|", "F"),
        "planned_infusions": mostly("6|", "101"),
        "ended_day": mostly("30|12.5|", "-1"),
        "attr_arm": mostly("x|"),
    },
    "infusions": {
        "course_id": course_ids,
        "time": mostly("0|0|3|3.0|7", "-1||99999999"),
        "infusion_number": mostly("1|2|", "1.5"),
        "route": mostly("iv|", "IV"),
        "dose_mg": mostly("40|", "-3"),
        "adverse_events": mostly("none|nausea;headache|", "hiccups"),
        "stopped_early": mostly("yes|0|", "perhaps"),
    },
    "scores": {
        "course_id": course_ids,
        "scale": mostly("PHQ-9|PHQ-9|GAD-7|PAIN-NRS", "PHQ9|AUDIT|PHQ-15|"),
        "time": mostly("0|-3|-1|1|2|7|14|20|21|28|0.5", "1e9|"),
        "total": mostly("7|10|4|0|9|7.0", "28|-1|7.5|||"),
        "rater": mostly("|self|clinician", "nurse"),
        "timing": mostly("|before|after", "later"),
        "infusion_number": mostly("|1", "0|1.4"),
    },
}
ITEMS = [f"item_{number}" for number in range(1, 8)]
REQUIRED = {"courses": ["course_id", "conditions"], "infusions": ["course_id"], "scores": ["course_id", "scale"]}
sound_items = st.sampled_from([[""] * 7, [""] * 7, ["1"] * 7, ["2", "1", "0", "3", "0", "1", "0"]])
broken_items = st.tuples(sound_items, st.integers(0, 6), st.sampled_from(["", "2", "4", "1.5", "0_1", "x"])).map(
    lambda drawn: [*drawn[0][: drawn[1]], drawn[2], *drawn[0][drawn[1] + 1 :]]
)
item_rows = st.sampled_from([sound_items] * 4 + [broken_items]).flatmap(lambda chosen: chosen)


# --- files ----------------------------------------------------------------------------------------------


@dataclass
class WrittenFile:
    """A file as it was written: `records` by the line on which each begins, blank lines left out."""

    table: str
    name: str
    columns: list[str]
    text: str
    records: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def landed(self) -> dict[int, dict[str, str]]:
        """The records that are rows: any cell filled, for scores any of total and items."""
        return {line: cells for line, cells in self.records.items() if any(cells[name] for name in self.telling)}

    @property
    def telling(self) -> list[str]:
        if self.table != "scores":
            return self.columns
        return [name for name in self.columns if name == "total" or name.startswith("item_")]

    @property
    def clock(self) -> str:
        return next(name for name in self.columns if name in MINUTES)

    def bytes(self, has_mark: bool) -> bytes:
        content = self.text.encode("utf-8-sig" if has_mark else "utf-8")
        return gzip.compress(content, 1) if self.name.endswith(".gz") else content


def in_order(table: str, columns: list[str], position: int) -> st.SearchStrategy[dict[str, str]]:
    """Nearly always the cells that a sound export has at a position: each course once, its infusions from 0 on."""
    if table == "scores":
        return st.just({})
    cells = {"course_id": COURSES[position % len(COURSES)]}
    if table == "infusions":
        clock = next(name for name in columns if name in MINUTES)
        cells[clock] = str(3 * (position // len(COURSES)))
    if table == "courses" and position >= len(COURSES):
        return st.just({})
    return st.sampled_from([cells] * 24 + [{}])


@st.composite
def written_files(draw: st.DrawFn, table: str) -> tuple[WrittenFile, bool]:
    """A file of one table, and whether it begins with a byte-order mark."""
    optional = [name for name in CELLS[table] if name not in (*REQUIRED[table], "time")]
    columns = [*REQUIRED[table], *draw(st.lists(st.sampled_from(optional), unique=True, max_size=3))]
    if table != "courses":
        columns.append(draw(st.sampled_from(sorted(MINUTES))))
    has_items = False
    if table == "scores":
        has_items = draw(st.booleans())
        columns += ITEMS if has_items else []
        if not has_items and "total" not in columns:
            columns.append("total")
    columns = draw(st.permutations(columns))
    cell = {name: CELLS[table]["time" if name in MINUTES else name] for name in columns if name not in ITEMS}
    records: list[dict[str, str]] = []
    n_records = st.sampled_from([5, 5, 6, 5, 0] if table == "courses" else [10, 16, 0, 4])
    for _ in range(draw(n_records)):
        kind = draw(st.sampled_from([*["new"] * 12, "same", "other", "empty"]))
        if kind == "empty":
            records.append(dict.fromkeys(columns, ""))
        elif kind == "new" or not records:
            record = {name: draw(strategy) for name, strategy in cell.items()} | draw(
                in_order(table, columns, len(records))
            )
            if has_items:
                record |= dict(zip(ITEMS, draw(item_rows), strict=True))
            records.append(record)
        else:
            record = dict(draw(st.sampled_from(records)))
            if kind == "other":
                changed = draw(st.sampled_from(sorted(cell)))
                record[changed] = draw(cell[changed])
            records.append(record)

    ending = draw(st.sampled_from(["\n", "\r\n"]))
    delimiter, suffix = draw(st.sampled_from([(",", ".csv"), ("\t", ".tsv"), (",", ".csv.gz")]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(columns)
    file = WrittenFile(table, f"{table}{suffix}", columns, "")
    for record in records:
        stream.write(ending * draw(st.sampled_from([0, 0, 0, 1, 2])))
        line = stream.getvalue().count("\n") + 1
        file.records[line] = {name: text.strip(BLANKS) for name, text in record.items()}
        writer.writerow([record[name] for name in columns])
    file.text = stream.getvalue()
    if draw(st.booleans()):
        file.text = file.text.removesuffix(ending)
    return file, draw(st.booleans())


@st.composite
def inputs(draw: st.DrawFn) -> list[tuple[WrittenFile, bool]]:
    """The files of one import; infusions may be absent."""
    tables = ["courses", "scores", *(["infusions"] if draw(st.booleans()) else [])]
    return [draw(written_files(table)) for table in tables]


# --- the import -----------------------------------------------------------------------------------------


@dataclass
class Judged:
    """What an import said of its rows."""

    counts: dict[str, tuple[int, int, int, int, int, int]]
    exceptions: dict[str, list[tuple[int, str]]]
    quarantine: list[tuple[str, str, int, str, str | None, str]]
    accepted: dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """A folder for the inputs; parameters are loaded by one statement, the same for all of them."""
    with duckdb.connect() as connection:
        load_reference_tables(connection, DEFINITIONS, SETTINGS)
        load_column_tables(connection, DEFINITIONS)
        folder = tmp_path_factory.mktemp("reference")
        connection.execute(f"export database '{folder}'")
    script = (folder / "schema.sql").read_text() + (folder / "load.sql").read_text()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "load_reference_tables", lambda connection, *_: connection.execute(script))
        patch.setattr(judging, "load_column_tables", lambda *_: None)
        yield tmp_path_factory.mktemp("inputs")


def judge(folder: Path, written: list[tuple[WrittenFile, bool]]) -> Judged:
    folder.mkdir()
    for file, has_mark in written:
        (folder / file.name).write_bytes(file.bytes(has_mark))
    source = find_canonical([folder])
    with judging.judged_rows(source, None, SETTINGS, DEFINITIONS, lambda _line: None, folder) as (
        connection,
        counts,
    ):
        exceptions = {
            table: connection.execute(f"select line, place from {name}").fetchall()
            for table, name in EXCEPTIONS.items()
        }
        quarantine = connection.execute(
            "select table_name, file_name, line, rule, column_name, found from accepted.quarantine"
        ).fetchall()
        accepted = {
            "courses": connection.execute("select course_id from accepted.courses").fetchall(),
            "infusions": connection.execute("select course_id, minute from accepted.infusions").fetchall(),
            "scores": connection.execute(
                "select course_id, scale, minute, score::double, rater, timing from accepted.scores"
            ).fetchall(),
        }
    return Judged(
        {
            count.table: (
                count.n_records,
                count.n_landed,
                count.n_accepted,
                count.n_duplicate,
                count.n_quarantined,
                count.n_not_tracked,
            )
            for count in counts
        },
        exceptions,
        quarantine,
        accepted,
    )


folder_numbers = itertools.count()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(st.lists(inputs(), min_size=IMPORTS_AT_A_TIME, max_size=IMPORTS_AT_A_TIME))
def test_every_row_ends_in_one_place_and_is_named_where_it_stood(scratch, several):
    folders = [scratch / str(next(folder_numbers)) for _ in several]
    with ThreadPoolExecutor(IMPORTS_AT_A_TIME) as pool:
        results = list(pool.map(judge, folders, several))
    for written, judged in zip(several, results, strict=True):
        for file, _ in written:
            check_counts(file, judged)
            check_quarantine(file, judged)
            check_accepted(file, judged)


def check_counts(file: WrittenFile, judged: Judged) -> None:
    """The places add up to the rows, the rows and blank records to what the csv module counts."""
    delimiter = "\t" if ".tsv" in file.name else ","
    counted = [record for record in csv.reader(io.StringIO(file.text, newline=""), delimiter=delimiter) if record]
    n_records, n_landed, *places = judged.counts[file.table]
    assert n_records == len(counted) - 1 == len(file.records)
    assert n_landed == len(file.landed) == sum(places)
    lines = [line for line, _ in judged.exceptions[file.table]]
    assert len(lines) == len(set(lines)), "a row in two places"
    assert set(lines) <= file.landed.keys()
    by_place = Counter(place for _, place in judged.exceptions[file.table])
    assert places == [
        n_landed - len(lines),
        by_place["duplicate"],
        by_place["quarantined"],
        by_place["not_tracked"],
    ]
    assert len(judged.accepted[file.table]) == places[0]


def check_quarantine(file: WrittenFile, judged: Judged) -> None:
    """Each quarantined row names its file, its line, a rule that exists, and no value but a number."""
    physical = file.text.split("\n")
    quarantined = {line for line, place in judged.exceptions[file.table] if place == "quarantined"}
    rows = [row for row in judged.quarantine if row[0] == file.table]
    assert sorted(row[2] for row in rows) == sorted(quarantined)
    for _, name, line, rule, column, found in rows:
        assert name == file.name
        assert rule in DEFINITIONS.import_rules.rules
        first_text = next((text for text in physical[line - 1].strip('\r"').split('"')), "")
        raw_first = file.records[line][file.columns[0]].split("\n")[0].split('"')[0].strip(BLANKS)
        assert raw_first in first_text, "another line than the one that was written"
        assert column in file.columns or file.records[line].get(column, "") == ""
        cell = file.records[line].get(column, "")
        if length := re.fullmatch(r"text, (\d+) characters?", found):
            assert int(length[1]) == len(cell)
        elif found == "blank":
            assert not cell or column in ITEMS
        else:
            assert found == cell
            assert float(found) is not None


def check_accepted(file: WrittenFile, judged: Judged) -> None:
    """The accepted rows, each judged again: what is stored is what was written, and it may be."""
    elsewhere = {line for line, _ in judged.exceptions[file.table]}
    lines = [cells for line, cells in file.landed.items() if line not in elsewhere]
    known = {row[0] for row in judged.accepted["courses"]}
    assert Counter(row[0] for row in judged.accepted[file.table]) == Counter(cells["course_id"] for cells in lines)
    if file.table == "courses":
        assert len(known) == len(lines)
        for cells in lines:
            named = {part.strip(" ") for part in cells["conditions"].split(";")} - {""}
            assert named
            assert named <= set(DEFINITIONS.conditions)
        return
    assert {cells["course_id"] for cells in lines} <= known
    unit = MINUTES[file.clock]
    stored = Counter(judged.accepted[file.table])
    keys = {(row[0], row[1], row[2], *row[4:]) if file.table == "scores" else row for row in stored}
    assert len(keys) == len(lines), "two accepted rows of one key"
    for cells in lines:
        exact = Fraction(cells[file.clock]) * unit
        assert -365 * 1440 <= exact <= 3650 * 1440
        matches = [row for row in stored if row[0] == cells["course_id"] and is_as_written(file, row, cells, exact)]
        assert matches, f"accepted, but not as written: {cells}"


def is_as_written(file: WrittenFile, row: tuple, cells: dict[str, str], exact: Fraction) -> bool:
    if file.table == "infusions":
        return abs(row[1] - exact) <= Fraction(1, 2)
    _, scale_id, minute, score, rater, timing = row
    if scale_id != cells["scale"] or abs(minute - exact) > Fraction(1, 2):
        return False
    scale = DEFINITIONS.scales[scale_id]
    items = [Fraction(cells[name]) for name in ITEMS if cells.get(name)]
    total = Fraction(cells["total"]) if cells.get("total") else sum(items)
    if items:
        assert scale.items is not None
        assert len(items) == scale.items.count
        assert all(item.denominator == 1 and scale.items.minimum <= item <= scale.items.maximum for item in items)
        assert sum(items) == total
    assert scale.total.minimum <= total <= scale.total.maximum
    assert (total - Fraction(scale.total.minimum)) % Fraction(scale.total.step) == 0
    number = cells.get("infusion_number", "")
    assert not number or Fraction(number).denominator == 1
    return (
        Fraction(score) == total
        and rater == (cells.get("rater") or scale.rater)
        and (timing or "") == cells.get("timing", "")
    )
