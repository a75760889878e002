"""Every measure of the contract answers on the sample data: with n, window, scale, population, rule version, method."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from pipelines import cli
from pipelines.commands.measure import MEASURES
from pipelines.privacy.basis import NOT_OF_PEOPLE

CONTRACT = (
    *("flow", "retention", "response", "remission", "reliable-change", "nhs-recovery"),
    *("onset", "onset-curve", "durability", "durability-curve", "trajectory", "distribution", "early-improvement"),
    *("acute", "dissociation", "safety", "suicidality", "sites", "trend", "benchmark", "quality"),
)
ALWAYS = ("measure", "population", "condition", "scale", "window", "statistic", "rule_version")
LAST = ("estimate", "lower", "upper", "method", "suppressed", "note")
OF_SITES = {"quality"}
"""Of the data as a whole or of a site, and so without condition, population or window."""


def rows_of(capsys: pytest.CaptureFixture[str], store: Path, *arguments: str) -> list[dict[str, object]]:
    capsys.readouterr()
    code = cli.main(["measure", *arguments, "--format", "json", "--store", str(store)])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    answer = json.loads(printed.out)
    assert answer["about"]["synthetic"] is True
    rows: list[dict[str, object]] = answer["rows"]
    return rows


def test_the_measures_are_those_of_the_contract_in_its_order():
    assert tuple(MEASURES) == CONTRACT


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_answers(store_folder: Path, capsys: pytest.CaptureFixture[str], name: str):
    rows = rows_of(capsys, store_folder, name)
    assert rows
    for row in rows:
        assert row["measure"] == name
        assert list(row)[: len(ALWAYS)] == list(ALWAYS)
        assert list(row)[-len(LAST) :] == list(LAST)
        is_bare = name in OF_SITES or row["population"] == "published"
        said = ("statistic", "method") if is_bare else (*ALWAYS, "method")
        assert {key for key in said if not row[key]} == set(), row
        counts = [value for key, value in row.items() if key.startswith("n_") and value is not None]
        assert counts or row["population"] == "published", row  # a published result need not tell its n
        assert min(counts, default=0) >= 0, row
        assert row["suppressed"] is False


@pytest.mark.parametrize("name", MEASURES)
def test_intervals_contain_their_estimates(store_folder: Path, capsys: pytest.CaptureFixture[str], name: str):
    for row in rows_of(capsys, store_folder, name, "--by", "site"):
        estimate, lower, upper = (row[key] for key in ("estimate", "lower", "upper"))
        numbers = [value for value in (estimate, lower, upper) if value is not None]
        assert all(math.isfinite(value) for value in numbers), row
        if lower is not None and upper is not None:
            assert lower <= upper, row
            if estimate is not None:
                assert lower - 1e-12 <= estimate <= upper + 1e-12, row


@pytest.mark.parametrize("name", MEASURES)
def test_an_answer_is_the_same_every_time(store_folder: Path, capsys: pytest.CaptureFixture[str], name: str):
    arguments = (name, "--where", "site=Site 01")
    assert rows_of(capsys, store_folder, *arguments) == rows_of(capsys, store_folder, *arguments)


@pytest.mark.parametrize("name", MEASURES)
def test_a_selection_that_is_nearly_empty_is_no_error(
    store_folder: Path, capsys: pytest.CaptureFixture[str], name: str
):
    selection = ("population=repeat_courses", "site=Site 12", "quarter=2022-Q4", "route=iv")
    where = selection[1:2] if name in OF_SITES else selection
    rows_of(capsys, store_folder, name, "--where", *where)


@pytest.mark.parametrize("name", MEASURES)
def test_no_small_number_is_printed_under_a_policy(store_folder: Path, capsys: pytest.CaptureFixture[str], name: str):
    grouped = ("--by", "site", *(() if name == "quality" else ("--where", "condition=chronic_pain")))
    for row in rows_of(capsys, store_folder, name, *grouped, "--policy", "cms"):
        if row["population"] == "published":
            continue
        counts = {key: value for key, value in row.items() if key.startswith("n_") and key not in NOT_OF_PEOPLE}
        assert not [value for value in counts.values() if value is not None and 1 <= value <= 10], row
        if row["suppressed"]:
            assert not [row[key] for key in ("estimate", "lower", "upper") if row[key] is not None], row
            assert "hidden under the cms policy: a count from 1 to 10" in row["note"]


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_hidden_count_is_blank_in_every_format(store_folder: Path, capsys: pytest.CaptureFixture[str], form: str):
    arguments = ("measure", "response", "--where", "site=Site 12", "--policy", "cms", "--format", form)
    assert cli.main([*arguments, "--store", str(store_folder)]) == 0
    printed = capsys.readouterr().out
    assert not re.search(r"\bnan\b", printed.lower())
    assert "<NA>" not in printed
    assert "hidden under the cms policy" in printed
    assert ("not proof against subtraction" in printed) is (form == "table")
