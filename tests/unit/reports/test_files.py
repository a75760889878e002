"""Tables of a pack as files: what a cell becomes, and what the data dictionary says of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date
from typing import Any

import pandas as pd
import pytest

from pipelines.definitions.disclosure import HIDDEN, policy_named
from pipelines.reports.files import table_files
from pipelines.reports.pack import About, Pack, PackTable

FRAME = pd.DataFrame(
    {
        "site": ["=cmd|' /C calc'!A0", "Söder", None],
        "day": [0.5, 7.0, None],
        "n_started": pd.Series([1250, HIDDEN, pd.NA], dtype=object),
        "n_due": pd.Series([1, 2, None], dtype="Int64"),
        "estimate": [1 / 3, float("nan"), 0.5],
        "suppressed": [False, True, False],
        "data_through": pd.to_datetime(["2026-11-15", None, "2026-11-14"]),
        "note": ['two "words", and\na line', "", "-x"],
    }
)


def pack(policy: str = "cms") -> Pack:
    about = About(
        program="Clinic",
        period="2026-Q3",
        cohorts=(),
        conditions=("depression",),
        site=None,
        snapshot="abc",
        built=date(2026, 11, 28),
        data_through=date(2026, 11, 15),
        definitions_version="2026.1",
        definitions_hash="def",
        policy=policy_named(policy),
        privacy_mode="limited_data_set",
        is_synthetic=True,
        version="0.1.0",
        command="outcomes report 2026-Q3",
    )
    table = PackTable("sites-depression", "Sites", FRAME, FRAME, "Pooled.")
    return Pack(about, (), (), {"sites-depression": table}, (), ())


def cells(files: dict[str, bytes], name: str = "sites-depression") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"tables/{name}.csv"].decode(), newline="")))


def test_a_cell_is_exact_hidden_or_blank_and_never_a_formula() -> None:
    assert cells(table_files(pack())) == [
        {
            "site": "'=cmd|' /C calc'!A0",
            "day": "0.5",
            "n_started": "1250",
            "n_due": "1",
            "estimate": "0.3333333333333333",
            "suppressed": "false",
            "data_through": "2026-11-15",
            "note": 'two "words", and\na line',
        },
        {
            "site": "Söder",
            "day": "7",
            "n_started": "hidden",
            "n_due": "2",
            "estimate": "",
            "suppressed": "true",
            "data_through": "",
            "note": "",
        },
        {
            "site": "",
            "day": "",
            "n_started": "",
            "n_due": "",
            "estimate": "0.5",
            "suppressed": "false",
            "data_through": "2026-11-14",
            "note": "'-x",
        },
    ]


def test_where_nothing_is_hidden_no_cell_says_so() -> None:
    assert [row["n_started"] for row in cells(table_files(pack("internal")))] == ["1250", "", ""]


def test_the_json_has_the_shape_of_measure() -> None:
    found = json.loads(table_files(pack())["tables/sites-depression.json"])
    assert found["about"] == {
        "snapshot": "abc",
        "definitions": "def",
        "version": "0.1.0",
        "synthetic": True,
        "policy": "cms",
        "privacy_mode": "limited_data_set",
        "data_through": "2026-11-15",
    }
    assert [row["n_started"] for row in found["rows"]] == [1250, None, None]
    assert [row["data_through"] for row in found["rows"]] == ["2026-11-15", None, "2026-11-14"]
    assert found["rows"][0]["site"] == "=cmd|' /C calc'!A0"  # No spreadsheet opens JSON.


def test_the_dictionary_describes_every_file_and_column() -> None:
    files = table_files(pack())
    package = json.loads(files["datapackage.json"])
    assert (package["profile"], package["name"]) == ("tabular-data-package", "outcomes-2026-q3")
    assert package["title"] == "Clinic: results for 2026-Q3"
    assert "synthetic demonstration data" in package["description"]
    assert package["created"] == "2026-11-28T00:00:00Z"
    [resource] = package["resources"]
    content = files[resource["path"]]
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert (resource["bytes"], resource["title"], resource["description"]) == (len(content), "Sites", "Pooled.")
    assert resource["schema"]["missingValues"] == ["", "hidden"]
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    assert list(fields) == list(FRAME)
    assert {name: field["type"] for name, field in fields.items()} == {
        "site": "string",
        "day": "number",
        "n_started": "integer",
        "n_due": "integer",
        "estimate": "number",
        "suppressed": "boolean",
        "data_through": "date",
        "note": "string",
    }
    assert fields["n_started"]["description"] == "Courses started"


READ: dict[str, Any] = {
    "integer": int,
    "number": float,
    "string": str,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
}


def test_every_cell_reads_as_its_type() -> None:
    files = table_files(pack())
    schema = json.loads(files["datapackage.json"])["resources"][0]["schema"]
    for row in cells(files):
        for field in schema["fields"]:
            if (text := row[field["name"]]) not in schema["missingValues"]:
                READ[field["type"]](text)


def test_a_column_without_words_is_a_bug() -> None:
    table = PackTable("odd", "Odd", pd.DataFrame({"n_odd": [1]}), pd.DataFrame())
    with pytest.raises(KeyError, match="n_odd"):
        table_files(Pack(pack().about, (), (), {"odd": table}, (), ()))
