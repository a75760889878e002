"""Every sheet, CSV and JSON of a report, cell by cell: the released rows, in their order, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from packs import sample_pack

from pipelines.definitions.disclosure import POLICIES, PolicyName
from pipelines.reports.files import table_files
from pipelines.reports.pack import Pack, PackTable
from pipelines.reports.series import labels
from pipelines.reports.xlsx import write_xlsx
from tie_out.cells import csv_faults, json_faults, sheet_faults
from tie_out.charts import workbook


@cache
def book_and_files(store_folder: Path, policy: PolicyName) -> tuple[openpyxl.Workbook, dict[str, bytes]]:
    pack = sample_pack(store_folder, policy)
    return workbook(write_xlsx(pack)), table_files(pack)


def sheets(book: openpyxl.Workbook, pack: Pack) -> Iterator[tuple[PackTable, Worksheet]]:
    """The sheet of each table, as the contents say by title and link."""
    linked = {str(row[1].value): row[0].hyperlink.location for row in book["Contents"].iter_rows() if row[0].hyperlink}
    for table in pack.tables.values():
        yield table, book[linked[table.title].rpartition("!")[0].strip("'")]


@pytest.mark.parametrize("policy", POLICIES)
def test_every_cell_of_every_sheet_is_that_of_its_row(policy: PolicyName, store_folder: Path):
    pack = sample_pack(store_folder, policy)
    book, _ = book_and_files(store_folder, policy)
    n_rows = {str(row[1].value): row[2].value for row in book["Contents"].iter_rows() if row[0].hyperlink}
    for table, sheet in sheets(book, pack):
        assert sheet_faults(table, sheet, labels(pack)) == []
        assert n_rows[table.title] == len(table.frame)


@pytest.mark.parametrize("policy", POLICIES)
def test_every_value_of_every_csv_and_json_is_that_of_its_row(policy: PolicyName, store_folder: Path):
    pack = sample_pack(store_folder, policy)
    _, files = book_and_files(store_folder, policy)
    for name, table in pack.tables.items():
        hides_nothing = pack.about.policy.hides_nothing
        assert csv_faults(table, files[f"tables/{name}.csv"], hides_nothing=hides_nothing) == []
        assert json_faults(table, files[f"tables/{name}.json"]) == []


def test_a_changed_value_and_two_swapped_rows_are_found_in_every_table(store_folder: Path):
    pack = sample_pack(store_folder)
    book, files = book_and_files(store_folder, "internal")
    for table, sheet in sheets(book, pack):
        numbers = [name for name in table.frame if str(name).startswith("n_") or name in ("estimate", "lower", "upper")]
        for column in numbers:
            frame = table.frame.astype(object)
            known = frame.index[frame[column].notna()]
            if len(known):
                frame.loc[known[-1], column] = frame.loc[known[-1], column] + 1
                assert_found(replace(table, frame=frame), sheet, files, labels(pack))
        order = [1, 0, *range(2, len(table.frame))]
        assert_found(replace(table, frame=table.frame.iloc[order].reset_index(drop=True)), sheet, files, labels(pack))


def assert_found(table: PackTable, sheet: Worksheet, files: dict[str, bytes], named: dict[str, str]) -> None:
    assert sheet_faults(table, sheet, named)
    assert csv_faults(table, files[f"tables/{table.name}.csv"], hides_nothing=True)
    assert json_faults(table, files[f"tables/{table.name}.json"])


@pytest.mark.parametrize("statistic", ["no_score", "missed"])
def test_a_share_of_those_started_is_written_as_one(statistic: str, store_folder: Path):
    """Also of courses without a score, whose name is not that of a score."""
    pack = sample_pack(store_folder)
    book, _ = book_and_files(store_folder, "internal")
    table, sheet = next((table, sheet) for table, sheet in sheets(book, pack) if table.name == "flow-depression")
    header = int(str(sheet.freeze_panes)[1:]) - 1
    columns = {cell.value: cell.column for cell in sheet[header]}
    rows = [at for at, name in enumerate(table.frame["statistic"], start=header + 1) if name == statistic]
    assert all("%" in str(sheet.cell(at, columns["Estimate"]).number_format) for at in rows)
