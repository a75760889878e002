"""The tables of a pack as files: CSV and JSON, with a Frictionless data dictionary.

Reference: Frictionless Data, Tabular Data Package 1.0, https://specs.frictionlessdata.io/tabular-data-package/
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.formula_guard import guarded
from pipelines.results import tables
from pipelines.results.tables import records
from pipelines.words.columns import column_words, dictionary_title, dictionary_words

if TYPE_CHECKING:
    from pipelines.reports.pack import About, Pack, PackTable

HIDDEN_CELL = "hidden"
"""What a CSV holds in place of a count that the policy hides."""
DICTIONARY = "datapackage.json"
_FOLDER = "tables"


def table_files(pack: Pack) -> dict[str, bytes]:
    """The bytes of each file, by its path within the pack: a CSV and a JSON for each table, and their dictionary."""
    files = {}
    for table in pack.tables.values():
        files[_csv_path(table)] = table_csv(table, hides_nothing=pack.about.policy.hides_nothing)
        files[f"{_FOLDER}/{table.name}.json"] = _table_json(table, pack.about)
    return {**files, DICTIONARY: _json_bytes(_dictionary(pack, files))}


def table_csv(table: PackTable, *, hides_nothing: bool) -> bytes:
    """A table as UTF-8 with LF: whole numbers without a point, figures to their last digit."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.frame.columns)
    hidden = "" if hides_nothing else HIDDEN_CELL
    writer.writerows(
        [_cell(value, hidden if name.startswith("n_") else "") for name, value in row.items()]
        for row in records(table.frame)
    )
    return stream.getvalue().encode()


def _cell(value: object, hidden: str) -> str:
    """Args: hidden: what stands for NaN, which in a count is a hidden one; one that a row never had is NA."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if pd.isna(value):  # type: ignore[call-overload]  # cells are scalars
        return hidden
    found = _plain(value)
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, float):
        return repr(found).removesuffix(".0")
    return str(found)


def _table_json(table: PackTable, about: About) -> bytes:
    """A table in the shape of `outcomes measure --format json`."""
    rows = [{name: _plain(value) for name, value in row.items()} for row in records(table.frame)]
    return _json_bytes({"about": about_json(about), "rows": rows})


def _plain(value: object) -> object:
    """A cell as JSON knows it; the times that a pack tells of are days."""
    if isinstance(value, date) and not pd.isna(value):
        return f"{value:%Y-%m-%d}"
    return tables.plain(value)


def about_json(about: About) -> dict[str, object]:
    """What every JSON of a pack says of its snapshot, as `outcomes measure` says it."""
    return {
        "snapshot": about.snapshot,
        "definitions": about.definitions_hash,
        "version": about.version,
        "synthetic": about.is_synthetic,
        "policy": about.policy.name,
        "privacy_mode": about.privacy_mode,
        "data_through": about.data_through.isoformat() if about.data_through else None,
    }


def _dictionary(pack: Pack, files: dict[str, bytes]) -> dict[str, object]:
    about = pack.about
    return {
        "profile": "tabular-data-package",
        "name": f"outcomes-{about.period.lower()}",
        "title": dictionary_title(about.program, about.period),
        "description": dictionary_words(
            about.period, about.snapshot, about.policy.label, is_synthetic=about.is_synthetic
        ),
        "version": about.version,
        "created": f"{about.built.isoformat()}T00:00:00Z",
        "resources": [_resource(table, files[_csv_path(table)]) for table in pack.tables.values()],
    }


def _resource(table: PackTable, content: bytes) -> dict[str, object]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": _csv_path(table),
        "title": table.title,
        "description": table.note or table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(str(name), column) for name, column in table.frame.items()],
            "missingValues": ["", HIDDEN_CELL],
        },
    }


def _field(name: str, column: pd.Series) -> dict[str, object]:
    return {"name": name, "type": _type(name, column), "description": column_words(name)}


def _type(name: str, column: pd.Series) -> str:
    if name.startswith("n_"):
        return "integer"
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    return "number" if pd.api.types.is_numeric_dtype(column) else "string"


def _csv_path(table: PackTable) -> str:
    return f"{_FOLDER}/{table.name}.csv"


def _json_bytes(content: object) -> bytes:
    return f"{json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)}\n".encode()
