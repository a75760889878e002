"""`outcomes measure --set`: the answer that a program with that rule would get, labelled, and no file changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipelines import cli
from pipelines.build import build
from pipelines.definitions.loader import SHIPPED
from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.response import remission_rates
from pipelines.settings import read_settings
from pipelines.store import Store


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = cli.main(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def test_the_answer_is_that_of_a_program_with_the_rule(
    store_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(
        capsys,
        "measure", "remission", "--set", "remission.PHQ-9=<=5", "--format", "json", "--store", str(store_folder),
    )  # fmt: skip
    assert code == 0
    answer = json.loads(out)
    assert answer["about"]["what_if"] == {"remission.PHQ-9": "<=5"}
    assert answer["about"]["snapshot"] == Store(store_folder).current_id()
    assert all(row["note"].startswith("what if remission.PHQ-9 <=5") for row in answer["rows"])
    depression = next(row for row in answer["rows"] if row["condition"] == "depression")
    assert depression["rule_version"] == "remission PHQ-9 <= 5 2026.1 what if"

    # The same rule, as a program writes it into a definition file of its own.
    own = tmp_path / "definitions" / "scales"
    own.mkdir(parents=True)
    text = (SHIPPED / "scales" / "PHQ-9.toml").read_text(encoding="utf-8")
    changed = text.replace('[remission]\noperator = "<"\nvalue = 5', '[remission]\noperator = "<="\nvalue = 5')
    assert changed != text
    (own / "PHQ-9.toml").write_text(changed, encoding="utf-8")
    (tmp_path / "program.toml").write_text('definitions = "definitions"\n', encoding="utf-8")
    copy = tmp_path / "store"
    shutil.copytree(store_folder, copy)
    build(Store(copy), *read_settings(tmp_path / "program.toml"), lambda _: None)
    expected = remission_rates(open_published(Store(copy)), Filters())
    own_rule = remission_rates(open_published(Store(store_folder)), Filters())

    counts = [name for name in expected if name.startswith("n_")] + ["estimate", "lower", "upper"]
    found = pd.DataFrame(answer["rows"])[counts].astype(float)
    pd.testing.assert_frame_equal(found, expected[counts].astype(float), check_exact=True)
    assert not found["n_in_remission"].equals(own_rule["n_in_remission"].astype(float))


def test_no_file_changes_and_the_next_answer_is_by_the_programs_rules(
    store_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = hashes(store_folder)
    plain = run(capsys, "measure", "response", "--store", str(store_folder))
    code, out, _ = run(
        capsys, "measure", "response", "--set", "entry_cut.PHQ-9=>=15", "--store", str(store_folder)
    )  # fmt: skip
    assert code == 0
    assert "what if entry_cut.PHQ-9 >=15: not the program's rules, no file was changed" in out.splitlines()[0]
    assert hashes(store_folder) == before
    assert run(capsys, "measure", "response", "--store", str(store_folder)) == plain


def test_several_rules_at_once_by_group_and_as_csv(store_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys,
        "measure", "response", "--by", "site", "--where", "condition=depression", "--format", "csv",
        "--set", "windows.endpoint.to=28", "--set", "baseline.look_back_days=7", "--store", str(store_folder),
    )  # fmt: skip
    assert code == 0
    lines = out.splitlines()
    assert all("what if windows.endpoint.to 28, baseline.look_back_days 7" in line for line in lines[1:])


def test_a_published_copy_has_no_rows_to_judge_anew(
    store_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    source = tmp_path / "store"
    shutil.copytree(store_folder, source)
    assert run(capsys, "publish", "--to", str(copy), "--store", str(source))[0] == 0
    code, out, err = run(capsys, "measure", "remission", "--set", "remission.PHQ-9=<=5", "--store", str(copy))
    assert (code, out) == (2, "")
    assert "is a published copy: it holds counts, and neither batches nor course rows" in err


def test_a_snapshot_that_cannot_be_made_again_says_why(
    store_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "store"
    shutil.copytree(store_folder, damaged)
    scores = next(damaged.glob("batches/*/scores.parquet"))
    scores.unlink()
    code, out, err = run(capsys, "measure", "remission", "--set", "remission.PHQ-9=<=5", "--store", str(damaged))
    assert (code, out) == (2, "")
    assert "cannot be judged by other rules: batch" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("remission.PHQ-9=5", 'needs an operator and a score, such as "<=5"'),
        ("remission.PHQ9=<5", "Did you mean 'PHQ-9'"),
        ("remission", "sets no rule"),
    ],
)
def test_what_cannot_be_set_is_told(
    store_folder: Path, capsys: pytest.CaptureFixture[str], change: str, said: str
) -> None:
    code, out, err = run(capsys, "measure", "remission", "--set", change, "--store", str(store_folder))
    assert (code, out) == (2, "")
    assert said in err
