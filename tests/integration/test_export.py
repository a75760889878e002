"""Rows for analysts: what they are, who may read them, and that a spreadsheet runs nothing of them."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines import cli
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

Rows = list[dict[str, str]]

COURSES = """\
course_id,patient_id,course_number,conditions,site,quarter,sex,age_band,attr_arm,attr_referral
=cmd|' /C calc'!A0,P1,1,depression;anxiety,@North,2026-Q1,female,30-34,+x,GP
B,P1,2,depression,South,2026-Q2,female,,-y,
C,,,anxiety,South,2026-Q1,male,,x,GP
"""
INFUSIONS = "course_id,days_from_start\nB,0\nB,3\nC,0\n"
SCORES = """\
course_id,scale,days_from_start,total,item_1,item_2,item_3,item_4,item_5,item_6,item_7,item_8,item_9
=cmd|' /C calc'!A0,PHQ-9,-2,20,,,,,,,,,
=cmd|' /C calc'!A0,PHQ-9,20.5,9,1,1,1,1,1,1,1,1,1
B,PHQ-9,-1,18,,,,,,,,,
B,PHQ-9,21,8,,,,,,,,,
C,GAD-7,30,7,,,,,,,,,
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of three courses, one of them with an id that a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("export")
    files = folder / "files"
    files.mkdir()
    for table, text in (("courses", COURSES), ("infusions", INFUSIONS), ("scores", SCORES)):
        (files / f"{table}.csv").write_text(text)
    store = ["--store", str(folder / "store")]
    assert cli.main([*store, "import", str(files)]) == 0
    assert cli.main([*store, "build"]) == 0
    return folder


@pytest.fixture
def export(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Rows, str]]:
    def run(*arguments: object) -> tuple[int, Rows, str]:
        capsys.readouterr()
        code = cli.main(["--store", str(folder / "store"), "export", *(str(argument) for argument in arguments)])
        printed = capsys.readouterr()
        return code, list(csv.DictReader(io.StringIO(printed.out))), printed.err

    return run


def test_a_course_is_one_row(export: Callable[..., tuple[int, Rows, str]]) -> None:
    code, rows, _ = export("courses")
    assert code == 0
    by_id = {row["course_id"]: row for row in rows}
    assert len(rows) == 3
    assert by_id["B"] == {
        "source": "canonical:canonical",
        "course_id": "B",
        "patient_id": "P1",
        "course_number": "2",
        "conditions": "depression",
        "first_course_for": "",
        "site": "South",
        "quarter": "2026-Q2",
        "route": "not recorded",
        "setting": "",
        "age_band": "",
        "sex": "female",
        "treatment_resistant": "",
        "planned_infusions": "",
        "n_infusions": "2",
        "n_induction_infusions": "2",
        "ended_day": "",
        "end_reason": "",
        "attr_arm": "'-y",
        "attr_referral": "",
    }
    assert by_id["C"]["first_course_for"] == "anxiety"


def test_a_score_is_one_row_with_its_baseline(export: Callable[..., tuple[int, Rows, str]]) -> None:
    _, rows, _ = export("scores", "--where", "course_id=B")
    assert [(row["days_from_start"], row["score"], row["baseline_score"], row["baseline_day"]) for row in rows] == [
        ("-1", "18", "18", "-1"),
        ("21", "8", "18", "-1"),
    ]
    _, rows, _ = export("scores", "--where", "scale=GAD-7")
    assert [(row["course_id"], row["score"], row["baseline_score"]) for row in rows] == [("C", "7", "")]


def test_items_stand_beside_their_score(export: Callable[..., tuple[int, Rows, str]]) -> None:
    _, rows, _ = export("scores", "--where", "site=@North")
    assert [row["items"] for row in rows] == ["", "1;1;1;1;1;1;1;1;1"]
    assert [row["minutes_from_start"] for row in rows] == ["-2880", "29520"]


def test_a_spreadsheet_runs_no_text_and_numbers_stay_numbers(export: Callable[..., tuple[int, Rows, str]]) -> None:
    _, rows, _ = export("courses")
    assert {row["attr_arm"] for row in rows} == {"'+x", "'-y", "x"}
    assert {row["site"] for row in rows} == {"'@North", "South"}
    assert "'=cmd|' /C calc'!A0" in {row["course_id"] for row in rows}
    _, rows, _ = export("scores")
    assert "-1440" in {row["minutes_from_start"] for row in rows}


def test_any_number_of_attributes_narrow_each_other_down(export: Callable[..., tuple[int, Rows, str]]) -> None:
    def courses(*where: str) -> list[str]:
        return sorted(row["course_id"][-1] for row in export("courses", "--where", *where)[1])

    assert courses("sex=female") == ["0", "B"]
    assert courses("sex=female", "referral=GP") == ["0"]
    assert courses("referral=not recorded") == ["B"]
    assert courses("condition=anxiety", "quarter=2026-Q1", "arm=x,+x") == ["0", "C"]
    assert courses("patient_id=P1", "condition=anxiety") == ["0"]
    assert courses("patient_id=nobody") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["courses", "--where", "sit=South"], "There is no filter 'sit'. Did you mean 'site'?"),
        (["courses", "--where", "site=Nowhere"], "There is no site 'Nowhere'."),
        (["courses", "--where", "scale=PHQ-9"], "There is no filter 'scale'."),
        (["scores", "--where", "scale=PHQ9"], "There is no scale 'PHQ9'. Did you mean 'PHQ-9'?"),
        (["scores", "--where", "site"], "'site' is not a filter. Write --where key=value, such as site=North,South."),
        (["courses", "--out", "courses.xlsx"], "courses.xlsx ends in neither .csv nor .parquet"),
        (["courses", "--out", "no/such/folder.csv"], "cannot be written (No such file or directory)."),
    ],
)
def test_a_mistake_gets_its_cure(
    export: Callable[..., tuple[int, Rows, str]], arguments: list[str], message: str
) -> None:
    code, rows, err = export(*arguments)
    assert (code, rows) == (2, [])
    assert message in err


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_is_its_owners_alone_and_never_replaced(
    export: Callable[..., tuple[int, Rows, str]], tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"scores.{ending}"
    code, printed, err = export("scores", "--where", "condition=depression", "--out", path)
    assert (code, printed) == (0, [])
    assert err.startswith("4 rows of snapshot ")
    with duckdb.connect() as connection:
        assert connection.execute(f"select count(*), sum(score) from '{path}'").fetchone() == (4, 55.0)
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    before = path.read_bytes()
    code, _, err = export("courses", "--out", path)
    assert code == 2
    assert f"{path} is there already. Give another name with --out, or remove it." in err
    assert path.read_bytes() == before


def test_parquet_holds_values_as_they_are(export: Callable[..., tuple[int, Rows, str]], tmp_path: Path) -> None:
    export("courses", "--out", tmp_path / "courses.parquet")
    with duckdb.connect() as connection:
        sites = connection.execute(f"select distinct site from '{tmp_path}/courses.parquet' order by 1").fetchall()
    assert sites == [("@North",), ("South",)]


def test_a_mistake_leaves_no_file(export: Callable[..., tuple[int, Rows, str]], tmp_path: Path) -> None:
    assert export("courses", "--where", "site=Nowhere", "--out", tmp_path / "courses.csv")[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_it_says_what_the_rows_are(
    export: Callable[..., tuple[int, Rows, str]], folder: Path, store_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = Store(folder / "store").current_id()
    _, _, err = export("courses")
    assert err == (
        f"3 rows of snapshot {snapshot}: clinical data, privacy mode limited_data_set; rows of single patients, to be "
        "kept as the store is kept.\n"
    )
    cli.main(["--store", str(store_folder), "export", "courses"])
    assert "synthetic demonstration data, privacy mode limited_data_set.\n" in capsys.readouterr().err


def test_without_a_snapshot_the_cure_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--store", str(tmp_path / "none"), "export", "courses"]) == 3
    assert "has no snapshot yet" in capsys.readouterr().err
