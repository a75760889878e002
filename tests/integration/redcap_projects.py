"""REDCap projects for tests: a dictionary and exports as REDCap writes them, and what an import makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from batches import batch_rows
from csv_files import write_csv

from pipelines.definitions import Definitions
from pipelines.manifests import BatchManifest
from pipelines.privacy.crosswalk import held_crosswalk
from pipelines.reference_tables import load_column_tables, load_reference_tables
from pipelines.settings import Settings, read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.sources.redcap.source import RedcapSource, find_redcap
from pipelines.store import Store

SETTINGS, DEFINITIONS = read_settings(None)
HEADER = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number",
    "Text Validation Min", "Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)",
    "Required Field?", "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?",
    "Field Annotation",
)  # fmt: skip
"""Of a dictionary as it is downloaded."""
ANSWERS = "0, Not at all | 1, Several days | 2, More than half the days | 3, Nearly every day"


def field(
    name: str,
    form: str,
    kind: str = "text",
    *,
    label: str = "",
    choices: str = "",
    validation: str = "",
    identifier: str = "",
    annotation: str = "",
) -> list[str]:
    """A line of a dictionary."""
    return [name, form, "", kind, label or name, choices, "", validation, "", "", identifier, *[""] * 6, annotation]


PHQ9 = [
    field("phq9_date", "phq9", validation="date_mdy", label="Filled in on"),
    *(field(f"phq9_{n}", "phq9", "radio", choices=ANSWERS, label=f"Question {n}") for n in range(1, 10)),
    field("phq9_10", "phq9", "radio", choices="0, None | 1, Some | 2, Much | 3, Very much", label="Difficulty"),
    field("phq9_total", "phq9", "calc", label="Sum of the nine"),
]
INTAKE = [
    field("record_id", "intake", label="Record ID"),
    field("sex", "intake", "radio", choices="0, Female | 1, Male", label="Sex"),
    field("dx", "intake", "checkbox", choices="1, Depression | 2, Anxiety | -99, Unknown", label="Treated for"),
]
INFUSION = [
    field("inf_date", "infusion", validation="date_dmy", label="Given on"),
    field("inf_time", "infusion", validation="time", label="At"),
    field("inf_route", "infusion", "dropdown", choices="1, IV | 2, IM", label="Route"),
    field("inf_mg", "infusion", validation="number_1dp_comma_decimal", label="Dose"),
    field("ae", "infusion", "checkbox", choices="0, None | 1, Nausea | 2, Headache", label="Unwanted effects"),
]
PROJECT = [*INTAKE, *INFUSION, *PHQ9]
FORM, INSTANCE, EVENT = "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_event_name"
"""Columns of an export that are REDCap's own."""
MAPPING = """\
courses = "from infusions"

[[table]]
form = "intake"

[table.course]
sex = "sex"
conditions = "dx"

[[table]]
form = "infusion"

[[table.infusion]]
when = { date = "inf_date", time = "inf_time" }
route = "inf_route"
dose_mg = "inf_mg"
adverse_events = "ae"
"""


def answers(*points: int) -> dict[str, str]:
    """The nine answers of PHQ-9, with their total."""
    return {**{f"phq9_{n}": str(point) for n, point in enumerate(points, 1)}, "phq9_total": str(sum(points))}


def write_dictionary(path: Path, fields: Iterable[Sequence[str]]) -> Path:
    """A dictionary as it is downloaded."""
    return write_csv(path, [HEADER, *fields])


def write_records(path: Path, rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ()) -> Path:
    """An export of records; its columns are those of the rows in their order, unless they are given."""
    names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    return write_csv(path, [names, *([row.get(name, "") for name in names] for row in rows)])


def imported(
    folder: Path, mapping: str, fields: Sequence[Sequence[str]] | None = None, **exports: Sequence[Mapping[str, str]]
) -> tuple[Store, BatchManifest]:
    """Imports a project written into a folder, each export under its name."""
    files = [write_dictionary(folder / "dictionary.csv", PROJECT if fields is None else fields)]
    files += [write_records(folder / f"{name}.csv", rows) for name, rows in exports.items()]
    return import_written(folder, mapping, files)


def import_written(folder: Path, mapping: str, files: Sequence[Path]) -> tuple[Store, BatchManifest]:
    """Imports files that are written already."""
    path = folder / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    store = Store(folder / "store")
    options = ImportOptions(
        kind="redcap", name="redcap", mapping=path, crosswalk=folder / "crosswalk.csv", accept_quarantine=True
    )
    result = import_files(store, files, options, SETTINGS, DEFINITIONS, lambda _line: None)
    return store, result.batch


@contextmanager
def landed_project(
    folder: Path, files: Sequence[Path], mapping: str, settings: Settings, definitions: Definitions
) -> Iterator[tuple[RedcapSource, duckdb.DuckDBPyConnection]]:
    """A project in the landing tables, before it is judged, and the source that landed it."""
    path = folder / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    source = find_redcap(files, path, settings, definitions, today=date(2026, 11, 25))
    crosswalk = held_crosswalk(source.why_crosswalk, folder / "crosswalk.csv", folder / "store", set, "redcap:redcap")
    with crosswalk as held, duckdb.connect() as connection:
        load_reference_tables(connection, definitions, settings)
        load_column_tables(connection, definitions)
        source.land(connection, definitions, held)
        yield source, connection


def landed_scores(connection: duckdb.DuckDBPyConnection, columns: str) -> list[tuple[Any, ...]]:
    """Columns of the `landed` scores, of their `origins`, and of the origins' `columns` for the total."""
    return connection.execute(
        f"select {columns} from landing.scores as landed "
        "inner join landing.origins as origins on origins.table_name = 'scores' and origins.line = landed.line "
        "inner join landing.origin_columns as columns on columns.table_name = 'scores' "
        "and columns.origin = origins.origin and columns.column_name = 'total' order by all"
    ).fetchall()


def scores(store: Store, batch: BatchManifest) -> list[tuple[object, ...]]:
    """Accepted scores: scale, hour, score."""
    rows = batch_rows(store, batch.id, "scores", "scale, minute / 60.0, score")
    return [(scale, hour, float(score)) for scale, hour, score in rows]


def quarantined(store: Store, batch: BatchManifest) -> list[tuple[object, ...]]:
    """Rows in quarantine: table, line, rule."""
    return batch_rows(store, batch.id, "quarantine", "table_name, line, rule")
