"""Every SQL file is one SELECT with a header that says what it is, and its rows are unique by the stated grain."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from pipelines import build, quality
from pipelines.holdings import NOTHING_HELD, HeldBatch, Holdings
from pipelines.manifests import BatchManifest
from pipelines.settings import read_settings
from pipelines.sources.finding import find_source
from pipelines.sources.judging import judged_rows
from pipelines.sources.landing import TABLES
from pipelines.sources.options import ImportOptions
from pipelines.sql.runner import FOLDER, run_models
from pipelines.store import Store
from sample_data.generator import CANONICAL_FOLDER

FILES = sorted(FOLDER.glob("*/*.sql"))
TABLE_NAMES = [f"{path.parent.name}.{path.stem}" for path in FILES]
OF_IMPORTS = [table for table in TABLE_NAMES if table.startswith(("accepted.", "canonical."))]
SETTINGS, DEFINITIONS = read_settings(None)


def header(path: Path) -> list[str]:
    """The comment lines that a file opens with."""
    lines = path.read_text(encoding="utf-8").splitlines()
    end = next(i for i, line in enumerate(lines) if not line.startswith("--"))
    return [line.removeprefix("--").strip() for line in lines[:end]]


def grain(path: Path) -> list[str]:
    """The columns that make a row unique, as its header states them."""
    lines = [line.removeprefix("Grain:") for line in header(path) if line.startswith("Grain:")]
    assert len(lines) == 1, f"{path}: one Grain line"
    return [column.strip() for column in lines[0].split(",")]


# --- how a file is written ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=TABLE_NAMES)
def test_the_header_says_what_it_is_and_its_grain(path):
    what, *rest = header(path)
    assert len(what) > 15, "the first line says what the table is"
    assert not re.match(r"(Grain|Units|Assumption|Reference|Kept as):", what)
    assert grain(path)
    assert all(re.fullmatch(r"[a-z][a-z_]*", column) for column in grain(path))
    sections = [line.split(":")[0] for line in rest if re.match(r"[A-Z][a-z ]+:", line)]
    assert sections[0] == "Grain"


@pytest.mark.parametrize("path", FILES, ids=TABLE_NAMES)
def test_the_file_is_one_select_in_lower_case(path):
    query = path.read_text(encoding="utf-8")
    statements = sqlglot.parse(query, dialect="duckdb")
    assert len(statements) == 1
    assert isinstance(statements[0], exp.Select | exp.SetOperation)
    assert not {"create", "insert", "{{", ";"} & set(re.sub("'[^']*'|--.*", "", query).split())
    code = re.sub(r"'[^']*'|\"[^\"]*\"|--.*", "", query)
    assert code == code.lower()


@pytest.mark.parametrize("path", FILES, ids=TABLE_NAMES)
def test_no_parameter_stands_in_the_query(path):
    """Windows, cuts and look-backs are joined from `ref`; only units and structure are written out."""
    code = re.sub(r"'[^']*'|--.*|decimal\(.*?\)", "", path.read_text(encoding="utf-8"))
    numbers = {float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?", code)}
    assert numbers <= {0, 1, 2, 3, 4, 9, 10, 60, 100, 1440, 1e-9}


# --- what a file makes ----------------------------------------------------------------------------------


def imported(
    files: list[Path],
    scratch: Path,
    holdings: Holdings = NOTHING_HELD,
    is_append: bool = False,
    mapping: Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """All models run in memory: an import of the files into what is held, then a build of what it accepted.

    Args:
        mapping: what the columns of the files mean, if they are not canonical.
    """
    scratch.mkdir(exist_ok=True)
    store = Store(scratch / "store")
    batch_folder = store.batches_folder / "0"
    batch_folder.mkdir(parents=True)
    found = find_source(
        files, ImportOptions("canonical" if mapping is None else "table", mapping=mapping), SETTINGS, DEFINITIONS
    )
    keeper = duckdb.connect()
    with judged_rows(found, None, SETTINGS, DEFINITIONS, lambda _: None, scratch, holdings, is_append) as (
        connection,
        tables,
    ):
        run_models(connection, ["canonical"])
        for name in OF_IMPORTS:
            path = scratch / f"{name}.parquet"
            connection.execute(f"copy (from {name}) to '{path}'")
        for table in (*TABLES, "quarantine", "set_aside"):
            connection.execute(f"copy accepted.{table} to '{batch_folder / table}.parquet'")
    keeper.execute("create schema imported")
    keeper.execute("create schema canonical")
    for name in OF_IMPORTS:
        kept = name.replace("accepted.", "imported.")
        keeper.execute(f"create table {kept} as from '{scratch / name}.parquet'")
    batch = BatchManifest.model_construct(
        id="0",
        source="canonical:canonical",
        sequence=1,
        is_append=False,
        is_live=True,
        replaces="course",
        data_through=DATA_THROUGH,
        tables=tables,
        imported_at=IMPORTED_AT,
    )
    build.load_reference_tables(keeper, DEFINITIONS, SETTINGS)
    build._load_accepted(keeper, store, [batch])
    build._load_follow_up(keeper, [batch])
    run_models(keeper, ["outcome", "published"])
    run_models(keeper, ["invariants"])
    quality.load_quality_tables(keeper, DEFINITIONS)
    quality.load_import_counts(keeper, store, [batch], {batch.source: DATA_THROUGH})
    quality.run_checks(keeper, DEFINITIONS, lambda _: None)
    return keeper


DATA_THROUGH = date(2026, 11, 15)
IMPORTED_AT = datetime(2026, 11, 20, tzinfo=UTC)

MESSY = {
    "courses.csv": """\
course_id,patient_id,course_number,conditions,site,quarter,route,age_band,sex,attr_arm
A,p1,1,depression;anxiety,North,2026-Q1,iv,30-34,female,x
B,p1,2,depression,North,2026-Q2,,,,
C,p2,,depression,South,2026-Q1,im,,male,y
D,p2,,depression,South,2026-Q1,im,,male,y
E,p3,1,chronic_pain;depression;chronic_pain,,2025-Q4,,,,
E,p3,1,chronic_pain;depression,,2025-Q4,,,,
F,p4,1,anxiety,,,,,,
F,p4,1,anxiety,East,,,,,
G,,,migraine,,,,,,
H,,,depression,,2026-Q9,,,,
,,,depression,,,,,,
I,,,depression,,2026-Q4,,,,x
I,,,unknown,,2026-Q4,,,,x
K,,,depression,,2026-Q4,,,,

J,,x,,,,,,,
""",
    "infusions.csv": """\
course_id,hours_from_start,dose_mg,route
A,0,40,iv
A,0,40,iv
A,72,40,iv
A,168,45,iv
A,168,46,iv
B,5,40,iv
C,0,,im
D,0,forty,im
E,0,40,
E,,40,
Z,0,40,
I,0,40,iv
K,0,40,iv
K,72,40,iv
""",
    "scores.csv": """\
course_id,scale,hours_from_start,total,item_1,rater,timing,infusion_number
A,PHQ-9,-24,20,,,,
A,PHQ-9,-24,20,,self,,
A,PHQ-9,-24,18,,clinician,,
A,PHQ-9,0,17,,,,
A,PHQ-9,0,9,,,after,
A,PHQ-9,72,12,,,before,
A,PHQ-9,72,8,,,after,
A,PHQ-9,504,8,,,,
A,PHQ-9,504,9,,,,
A,PHQ-9,600,7,,,,1
A,PHQ-9,600,7,,,,2
A,GAD-7,-1,15,,,,
A,GAD-7,600,,3,,,
B,PHQ-9,-24,20,,,,
C,PHQ-9,-24,0,,,,
C,PHQ-9,504,,,,,
D,PHQ-9,-24,9,,,,
D,PHQ-9,504,3,,,,
E,PAIN-NRS,0,8,,,,
E,PAIN-NRS,3,5,,,,
E,PAIN-NRS,5,4,,,,
E,PHQ-9,-700,20,,,,
E,PHQ-9,504,20,,,,
I,PHQ-9,-24,28,,,,
I,PHQ9,-24,20,,,,
I,AUDIT,-24,20,,,,
I,AUDIT,-24,20,,,,
Z,AUDIT,-24,20,,,,
Z,PHQ-9,-24,20,,,,
,PHQ-9,-24,20,,,,
,,,20,,,,
""",
}
"""Repeats, conflicts, gaps and broken cells in every table, and each of the four places."""


def held(folder: Path, connection: duckdb.DuckDBPyConnection) -> Holdings:
    """The messy data as an earlier import left them: other values in places, a course that is gone since, and one (K)
    whose infusions have moved since, with scores that did not come along."""
    changes = {
        "courses": "* replace (case course_id when 'C' then 'p9' else patient_id end as patient_id)",
        "infusions": "* replace (coalesce(dose_mg, 0) + minute as dose_mg)",
        "scores": "* replace (score + case when minute > 0 then 1 else 0 end as score)",
    }
    files = {table: folder / f"{table}.parquet" for table in TABLES}
    for table, path in files.items():
        gone = f"union all by name select * replace ('gone' as course_id) from imported.{table}"
        moved = {
            "courses": "",
            "infusions": "union all by name select 'K' as course_id, 60 as minute",
            "scores": "union all by name select * replace ('K' as course_id) from imported.scores "
            "where course_id = 'A'",
        }[table]
        connection.execute(f"copy (select {changes[table]} from imported.{table} {gone} {moved}) to '{path}'")
    return Holdings([HeldBatch(files)])


MAPPING = """\
courses = "from infusions"
dates = "DD.MM.YYYY"

[course]
conditions = { constant = "depression" }

[[table]]
patient_id = "Patient"

[[table.infusion]]
when = { date = "Date" }
dose_mg = "Dose"

[[table.score]]
scale = { constant = "PHQ-9" }
split = { Before = "before this infusion", After = "1 day after this infusion" }

[[table.score]]
scale = { column = "Form", others = "not tracked", values = { GAD = "GAD-7" } }
total = "Result"
when = { date = "Date" }
"""
MAPPED = """\
Patient,Date,Dose,Before,After,Form,Result
P1,03.02.2026,35,20,12,GAD,12
P1,05.02.2026,35,28,x,GAD,12
P1,05.02.2026,36,12,9,Diet,1
P1,03.08.2026,35,20,,,
P2,31.02.2026,35,20,12,GAD,12
P2,05.03.2026,35,20,12,PHQ,12
P3,05.03.2026,35,,,GAD,12
P3,05.03.2026,35,,,GAD,11
,05.03.2026,35,11,,GAD,12
"""
"""One line gives a course, an infusion and three scores, so that a source line is no key of a row."""


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    mapped = tmp_path_factory.mktemp("mapped")
    (mapped / "log.csv").write_text(MAPPED, encoding="utf-8")
    (mapped / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    folder = tmp_path_factory.mktemp("messy")
    for name, text in MESSY.items():
        (folder / name).write_text(text, encoding="utf-8")
    scratch = tmp_path_factory.mktemp("scratch")
    made = {
        "sample data": imported([CANONICAL_FOLDER], scratch / "sample"),
        "mapped data": imported([mapped / "log.csv"], scratch / "mapped", mapping=mapped / "mapping.toml"),
        "messy data": imported([folder], scratch / "messy"),
    }
    made["messy data replacing"] = imported([folder], scratch / "replacing", held(scratch, made["messy data"]))
    made["messy data appended"] = imported([folder], scratch / "appended", held(scratch, made["messy data"]), True)
    yield made
    for connection in made.values():
        connection.close()


@pytest.mark.parametrize(
    "data", ["sample data", "messy data", "messy data replacing", "messy data appended", "mapped data"]
)
@pytest.mark.parametrize("path", FILES, ids=TABLE_NAMES)
def test_the_grain_is_unique(databases, path, data):
    schema = {"accepted": "imported"}.get(path.parent.name, path.parent.name)
    table = f"{schema}.{path.stem}"
    columns = ", ".join(grain(path))
    n_rows, n_keys = databases[data].execute(f"select count(*), count(distinct ({columns})) from {table}").fetchone()
    assert n_rows == n_keys
    if path.parent.name == "invariants":
        assert n_rows == 0, "an invariant asks where counts do not add up"
    elif data == "sample data" and path.stem not in EMPTY_ON_SAMPLE_DATA:
        assert n_rows > 0, "an empty table proves nothing"


AGAINST_WHAT_IS_HELD = {
    "contradictions",
    "courses_on_two_clocks",
    "held_courses",
    "held_infusions",
    "held_scores",
    "kept_courses",
    "reassigned_courses",
    "replaced_courses",
}
EMPTY_ON_SAMPLE_DATA = {
    "ambiguous_days",
    "completeness_totals_prorated",
    "item_scores",
    "plausibility_totals_heaped",
    "repeated_courses",
    *AGAINST_WHAT_IS_HELD,
}


@pytest.mark.parametrize("name", sorted(AGAINST_WHAT_IS_HELD))
def test_what_is_held_is_found_again(databases, name):
    data = "messy data appended" if name == "contradictions" else "messy data replacing"
    assert databases[data].execute(f"select count(*) from imported.{name}").fetchone() > (0,)


def test_a_null_in_the_grain_counts_as_a_value():
    """`count(distinct (a, b))` keeps rows apart whose key holds a NULL, which a plain column would drop."""
    with duckdb.connect() as connection:
        connection.execute("create table t as select * from (values (1, null), (1, null), (1, 2)) as t (a, b)")
        assert connection.execute("select count(*), count(distinct (a, b)) from t").fetchone() == (3, 2)


@pytest.mark.parametrize("data", ["messy data", "mapped data"])
def test_the_messy_data_reach_all_four_places(databases, data):
    places = databases[data].execute(
        "select sum(n_accepted), sum(n_duplicate), sum(n_quarantined), sum(n_not_tracked), sum(n_landed) "
        "from imported.places"
    )
    *ends, n_landed = places.fetchone()
    assert min(ends) > 0
    assert sum(ends) == n_landed


# --- checks of the data ---------------------------------------------------------------------------------


def test_checks_and_their_entries_in_quality_toml_match_one_to_one():
    entries = {f"{check.category}_{name}" for name, check in DEFINITIONS.quality.checks.items()}
    assert {path.stem for path in FILES if path.parent.name == "checks"} == entries


@pytest.mark.parametrize("data", ["sample data", "messy data"])
def test_a_check_counts_violations_among_what_it_checked(databases, data):
    for path in [path for path in FILES if path.parent.name == "checks"]:
        result = databases[data].execute(f"select * from checks.{path.stem}")
        assert [column[0] for column in result.description] == ["site", "n_violated", "n_checked"], path.stem
        for site, n_violated, n_checked in result.fetchall():
            assert site is not None, path.stem
            assert 0 <= n_violated <= n_checked, path.stem
