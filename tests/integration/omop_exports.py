"""Exports of OMOP tables, and what their import keeps and says."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from batches import batch_rows

from pipelines.cli import main
from pipelines.definitions import Definitions
from pipelines.errors import OutcomesError
from pipelines.settings import read_settings
from pipelines.sources.intake import ImportResult, import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

SETTINGS, DEFINITIONS = read_settings(None)
KETAMINE, INTRAVENOUS, DEPRESSION, FEMALE, MALE = 785649, 4171047, 440383, 8532, 8507
PHQ_9 = "44261-6"
PHQ_9_ITEMS = DEFINITIONS.scales["PHQ-9"].loinc.items
Row = Mapping[str, object]


def person(person_id: object, **cells: object) -> Row:
    return {"person_id": person_id, "gender_concept_id": FEMALE, "year_of_birth": 1980, **cells}


def drug(person_id: object, when: str, **cells: object) -> Row:
    return {
        "person_id": person_id,
        "drug_concept_id": KETAMINE,
        "drug_exposure_start_date": when[:10],
        "drug_exposure_start_datetime": when,
        **cells,
    }


def procedure(person_id: object, when: str, **cells: object) -> Row:
    return {
        "person_id": person_id,
        "procedure_concept_id": 0,
        "procedure_date": when[:10],
        "procedure_datetime": when,
        "procedure_source_value": "SNOMED:373464007",
        **cells,
    }


def score(person_id: object, when: str, value: object, code: str = PHQ_9, **cells: object) -> Row:
    return {
        "person_id": person_id,
        "measurement_concept_id": 0,
        "measurement_date": when[:10],
        "measurement_datetime": when,
        "value_as_number": value,
        "measurement_source_value": code,
        **cells,
    }


def observation(person_id: object, when: str, value: object, code: str, **cells: object) -> Row:
    return {
        "person_id": person_id,
        "observation_concept_id": 0,
        "observation_date": when[:10],
        "observation_datetime": when,
        "value_as_number": value,
        "observation_source_value": code,
        **cells,
    }


def diagnosis(person_id: object, begun: str, ended: str | None = None, **cells: object) -> Row:
    return {
        "person_id": person_id,
        "condition_concept_id": DEPRESSION,
        "condition_start_date": begun,
        "condition_end_date": ended,
        **cells,
    }


class Export:
    """A folder of OMOP tables and a store; by default one patient with one infusion, depressed, scored before it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str] | None = None) -> None:
        self.folder, self.capsys = folder, capsys
        self.tables = folder / "export"
        self.tables.mkdir()
        self.store = Store(folder / "store")
        self.crosswalk = folder / "crosswalk.csv"
        self.mapping: Path | None = None
        self.given: dict[str, Sequence[Row]] = {
            "person": [person(1)],
            "drug_exposure": [drug(1, "2026-02-03 09:30:00")],
            "condition_occurrence": [diagnosis(1, "2025-06-01")],
            "measurement": [score(1, "2026-02-03 09:00:00", 20)],
        }

    def give(self, **tables: Sequence[Row] | None) -> Export:
        """The export with other rows of these tables; None takes one away."""
        self.given = {name: rows for name, rows in {**self.given, **tables}.items() if rows is not None}
        return self

    def state(self, course: str) -> Export:
        self.mapping = self.folder / "mapping.toml"
        self.mapping.write_text(f"[course]\n{course}\n", encoding="utf-8")
        return self

    def write(self) -> None:
        for name, rows in self.given.items():
            write_csv(self.tables / f"{name}.csv", rows)

    def imported(self, definitions: Definitions = DEFINITIONS, **options: object) -> ImportResult:
        self.write()
        chosen = ImportOptions(
            kind="omop",
            name="omop",
            mapping=self.mapping,
            crosswalk=self.crosswalk,
            accept_quarantine=True,
            data_through=date(2026, 11, 1),
            **options,
        )
        return import_files(self.store, [self.tables], chosen, SETTINGS, definitions, lambda _line: None)

    def refusal(self, kind: type[OutcomesError]) -> str:
        with pytest.raises(kind) as caught:
            self.imported()
        return str(caught.value)

    def printed(self) -> str:
        """What the command line prints of the import, and then what is in quarantine."""
        assert self.capsys is not None
        self.write()
        store = ["--store", str(self.store.folder)]
        mapping = ["--mapping", str(self.mapping)] if self.mapping is not None else []
        given = ["--source", "omop", "--crosswalk", str(self.crosswalk), "--accept-quarantine", *mapping]
        assert main([*store, "import", str(self.tables), *given, "--data-through", "2026-11-01"]) == 0
        said = self.capsys.readouterr().out
        assert main([*store, "quarantine"]) == 0
        return said + self.capsys.readouterr().out.partition(" in quarantine.\n")[2]

    def rows(self, table: str, columns: str) -> list[tuple[object, ...]]:
        """What the last import accepted, numbers as Python writes them; in the order of all columns."""
        (batch,) = self.store.batches()
        return batch_rows(self.store, batch.id, table, columns)

    def scores(self) -> list[tuple[str, int, float]]:
        return [(scale, minute, float(value)) for scale, minute, value in self.rows("scores", "scale, minute, score")]

    def quarantine(self) -> list[tuple[object, ...]]:
        return self.rows("quarantine", "file_name, line, rule, column_name, found")

    def places(self) -> dict[str, list[int]]:
        """Of each table: rows landed, accepted, duplicate, quarantined, not tracked."""
        (batch,) = self.store.batches()
        return {
            table.table: [
                table.n_landed,
                table.n_accepted,
                table.n_duplicate,
                table.n_quarantined,
                table.n_not_tracked,
            ]
            for table in batch.tables
        }

    def lines(self) -> dict[str, list[int]]:
        """Of each file: records, left out by a filter, without a row, rows given."""
        (batch,) = self.store.batches()
        return {
            line.file_name: [line.n_lines, line.n_filtered, line.n_without_row, line.n_rows] for line in batch.lines
        }

    def notes(self) -> list[str]:
        (batch,) = self.store.batches()
        return [note for note in batch.notes if not note.startswith("The export has no concept table")]


def write_csv(path: Path, rows: Sequence[Row], delimiter: str = ",") -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="", delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_parquet(path: Path, rows: Sequence[Row]) -> None:
    """With numbers and dates as such."""
    plain = path.with_suffix(".plain")
    write_csv(plain, rows)
    with duckdb.connect() as connection:
        connection.execute(f"copy (from read_csv('{plain}')) to '{path}' (format parquet)")
    plain.unlink()
