"""The command line: what it prints, how it ends, and that its numbers are those of the result tables."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from pipelines import cli
from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results import registry
from pipelines.results.onset import onset_times
from pipelines.results.response import response_rates
from pipelines.store import Store


@pytest.fixture(scope="module")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "store"
    assert cli.main(["demo", "--no-serve", "--store", str(folder)]) == 0
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = cli.main(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_import_prints_a_sum_for_each_file(demo_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "demo", "--no-serve", "--store", str(demo_store))
    assert code == 0
    assert "Synthetic demonstration data" in out
    assert "already imported; nothing changed; privacy mode limited_data_set" in out
    lines = [line.replace(",", "").split() for line in out.splitlines() if line.startswith(("courses", "scores"))]
    for _, records, no_value, rows, accepted, duplicate, quarantined, not_tracked in lines:
        assert int(records) == int(no_value) + int(rows)
        assert int(rows) == int(accepted) + int(duplicate) + int(quarantined) + int(not_tracked)
        assert int(quarantined) > 0


def test_measure_gives_the_result_table_digit_for_digit(demo_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    published = open_published(Store(demo_store))
    for name, table in (
        ("response", response_rates(published, Filters(), ["condition"])),
        ("onset", onset_times(published, Filters(), ["condition"])),
    ):
        code, out, _ = run(capsys, "measure", name, "--by", "condition", "--format", "json", "--store", str(demo_store))
        assert code == 0
        answer = json.loads(out)
        assert list(answer["about"]) == [
            "snapshot", "definitions", "version", "synthetic", "policy", "privacy_mode", "data_through",
        ]  # fmt: skip
        assert answer["about"]["synthetic"] is True
        assert answer["about"]["policy"] == "internal"
        expected = [
            {key: None if pd.isna(value) else value for key, value in row.items()} for row in table.to_dict("records")
        ]
        assert answer["rows"] == expected


def test_every_row_of_a_rate_has_the_contracts_columns(demo_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "measure", "response", "--format", "json", "--store", str(demo_store))
    for row in json.loads(out)["rows"]:
        assert {
            "measure", "population", "condition", "scale", "window", "statistic", "rule_version", "n_started",
            "n_with_baseline", "n_observed", "n_missed", "n_pending", "n_responded", "estimate", "lower", "upper",
            "method", "suppressed", "note",
        } <= row.keys()  # fmt: skip


def test_where_and_by_select_and_divide(demo_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", str(demo_store), "--format", "csv"]
    _, out, _ = run(
        capsys, "measure", "flow", "--by", "site", "--where", "condition=anxiety", "site=Site 01,Site 02", *store
    )
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["condition"] for row in rows} == {"anxiety"}
    assert {row["site"] for row in rows} == {"Site 01", "Site 02"}


def test_a_store_can_be_named_before_the_command(demo_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--store", str(demo_store), "measure", "flow")[0] == 0


def test_the_quarantine_shows_rules_lines_and_cures_and_no_text(
    demo_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "quarantine", "--rule", "near_miss_scale", "--store", str(demo_store))
    assert code == 0
    assert "almost the name of a scale, but not quite. Write the scale's id exactly, as suggested." in out
    assert "scale: text, 4 characters; did you mean PHQ-9?" in out
    assert "PHQ9" not in out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["measure", "respones"], 2, "There is no measure 'respones'. Did you mean 'response'?"),
        (
            ["measure", "flow", "--where", "sites=a"],
            2,
            "There is no filter 'sites'. Known: condition, quarter, site, route",
        ),
        (["measure", "flow", "--where", "site=Nowhere"], 2, "There is no site 'Nowhere'."),
        (["measure", "flow", "--where", "age_band=25-34", "sex=male"], 2, "Only one further attribute can be combined"),
        (["measure", "flow", "--by", "weekday"], 2, "There is no group 'weekday'."),
        (["quarantine", "--rule", "out_of_rang"], 2, "Did you mean 'out_of_range'?"),
        (["import", "no-such-folder"], 1, "no-such-folder does not exist. Give a folder, or files named courses,"),
        (["dashboard", "--address", "0.0.0.0"], 2, "The dashboard answers on this computer only, not on 0.0.0.0"),
    ],
)
def test_a_mistake_gets_one_paragraph_with_the_cure(
    demo_store: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    found, out, err = run(capsys, *arguments, "--store", str(demo_store))
    assert found == code
    assert out == ""
    assert err.startswith("outcomes: ")
    assert message in err
    assert "Traceback" not in err


def test_without_a_snapshot_the_cure_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "measure", "flow", "--store", str(tmp_path / "none"))
    assert code == 3
    assert "has no snapshot yet. Run `outcomes import` and `outcomes build`, or `outcomes demo`" in err


def test_a_build_without_data_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "build", "--store", str(tmp_path / "none"))
    assert code == 2
    assert "has no data that counts. Run `outcomes import` first" in err


def test_a_busy_store_is_not_written(demo_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with FileLock(demo_store / ".lock"):
        code, _, err = run(capsys, "build", "--store", str(demo_store))
    assert code == 3
    assert "Another command is writing to the store" in err


def test_a_damaged_snapshot_is_said_to_be_damaged(
    demo_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = Store(demo_store).current_id()
    copy = tmp_path / "store"
    (copy / "snapshots" / snapshot).mkdir(parents=True)
    (copy / "CURRENT").write_text(snapshot)
    code, _, err = run(capsys, "measure", "flow", "--store", str(copy))
    assert code == 3
    assert "The store lacks" in err
    (copy / "snapshots" / snapshot / "published.duckdb").write_bytes(b"not a database")
    code, _, err = run(capsys, "measure", "flow", "--store", str(copy))
    assert code == 3
    assert "cannot be read. Run `outcomes build` to make it again." in err


def test_a_bug_is_reported_without_a_value(
    demo_store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise ValueError("PHQ-9 of patient 17 is 23")

    monkeypatch.setitem(registry.TABLES, "flow", broken)
    code, _, err = run(capsys, "measure", "flow", "--store", str(demo_store))
    assert code == 70
    assert "This is a bug: ValueError in test_cli.py:" in err
    assert "patient 17" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_where_the_output_finds_no_room_it_is_said_and_no_bug(unbuffered: str) -> None:
    command = [sys.executable, "-c", "import sys; from pipelines.cli import main; sys.exit(main(['scales']))"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command,
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        )
    assert done.returncode == cli.EXIT_UNREACHABLE
    assert done.stderr == (
        "outcomes: A file, or the output of this command, cannot be read or written (No space left on device). Check "
        "who may read and write there and whether the disk is full, then run this again.\n"
    )


def test_help_answers_without_loading_heavy_libraries() -> None:
    program = (
        "import sys\nfrom pipelines import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'duckdb', 'pandas', 'numpy', 'pydantic', 'sqlglot', 'scipy', 'streamlit'} & sys.modules.keys()\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "outcomes" in done.stdout


def test_store_folders_and_files_are_the_owners_alone(demo_store: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows keeps access in another form")
    for path in [demo_store, *demo_store.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path.name


# --- scales ---------------------------------------------------------------------------------------------


def test_scales_lists_the_registry_by_condition(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "scales")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].split() == ["id", "name", "rater", "range", "recall", "conditions"]
    ids = [line.split()[0] for line in lines[1:21]]
    assert ids[:6] == ["PHQ-9", "MADRS", "QIDS-SR16", "HAM-D-17", "BDI-II", "PROMIS-DEP"]
    assert len(set(ids)) == 20
    phq = re.split(r" {2,}", lines[1])
    assert phq == ["PHQ-9", "Patient Health Questionnaire-9", "self", "0 to 27", "2 weeks", "depression"]


def test_one_scale_is_shown_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "scales", "phq-9")
    assert code == 0
    assert out.startswith("PHQ-9 · Patient Health Questionnaire-9 · version 2026.1\n")
    assert "\nentry cut           ≥ 10 at baseline\n" in out
    assert "\n  also published    ≤ 5\n                    [Pfeiffer 2024, J Clin Psychiatry 85:23m14984.]\n" in out
    assert max(map(len, out.splitlines())) <= 100


def test_a_program_sees_its_own_scales(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own" / "scales"
    own.mkdir(parents=True)
    text = (Path(cli.__file__).parent / "definitions/scales/PAIN-NRS.toml").read_text(encoding="utf-8")
    (own / "CRAMP.toml").write_text(text.replace('id = "PAIN-NRS"', 'id = "CRAMP"'), encoding="utf-8")
    config = tmp_path / "program.toml"
    config.write_text('definitions = "own"\n', encoding="utf-8")
    assert "CRAMP " in run(capsys, "scales", "--config", str(config))[1]
    assert run(capsys, "scales", "CRAMP", "--config", str(config))[0] == 0


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("phq9", "Did you mean 'PHQ-9'? "),
        ("NRS", "Did you mean 'PAIN-NRS'? "),
        ("BPI", "Did you mean 'BPI-INT' or 'BPI-SEV'? "),
        ("xyz", ""),
    ],
)
def test_a_scale_that_is_not_there_gives_the_nearest(capsys: pytest.CaptureFixture[str], name: str, hint: str) -> None:
    code, out, err = run(capsys, "scales", name)
    assert (code, out) == (2, "")
    assert err.startswith(f"outcomes: There is no scale '{name}'. {hint}Known: BAI, BDI-II, ")


def test_a_table_says_what_its_windows_are(capsys, store_folder):
    assert cli.main(["--store", str(store_folder), "measure", "response"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "endpoint: 14 to 31 days after induction"
