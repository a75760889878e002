"""Turns Given tables into input files, runs the real import and build, and reads back what Then tables show."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from result_views import RESULT_VIEWS
from row_views import IMPORT_VIEWS, NOTHING, WAREHOUSE_VIEWS, shown, with_steps
from worked_examples import Example, Row, Table

from pipelines.build import build
from pipelines.definitions import Definitions, load_definitions
from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.quality import quality_checks
from pipelines.retraction import retract_batch
from pipelines.settings import Settings, read_settings
from pipelines.sources.intake import ImportResult, import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

TIME_COLUMNS = {"minute": "minutes_from_start", "hour": "hours_from_start", "day": "days_from_start"}
COLUMN_NAMES = {"course": "course_id", "patient": "patient_id", **TIME_COLUMNS}
CONDITION_OF = {
    scale: condition.id
    for condition in load_definitions().ordered_conditions()
    for scale in (*condition.scales, *condition.scales_apart)
} | {"C-SSRS": "depression", "CADSS": "depression", "BPI": "chronic_pain"}
TABLES = ("courses", "infusions", "scores")
OWN_DEFINITIONS = Path(__file__).with_name("own_definitions")


def quiet(_line: str) -> None:
    pass


# --- Given: from tables to files ------------------------------------------------------------------------


def given_tables(example: Example) -> dict[str, Table]:
    """The three input tables of an example.

    Courses that no table gives are those that the scores name, for the condition that the scale belongs to.
    `courses alike` stands for many courses at once; see `alike`.
    """
    given = dict(example.given)
    if "courses alike" in given:
        given |= alike(given.pop("courses alike"))
    if "courses" not in given:
        conditions: dict[str, set[str]] = defaultdict(set)
        for row in given["scores"].rows:
            conditions[row["course"]].add(CONDITION_OF[row["scale"]])
        given["courses"] = Table(
            ("course", "conditions"),
            tuple({"course": course, "conditions": ";".join(sorted(found))} for course, found in conditions.items()),
        )
    return given


def alike(groups: Table) -> dict[str, Table]:
    """Many courses that run the same way: `number` of them, with a score on each `day N` given.

    They are infused once, or on the days that `infused` lists; `infusion X` is column X of their infusions.
    """
    days = [column for column in groups.columns if column.startswith("day ")]
    of_infusion = [column for column in groups.columns if column.startswith("infusion ")]
    apart = {*days, *of_infusion, "group", "number", "scale", "infused"}
    own = [column for column in groups.columns if column not in apart]
    courses, infusions, scores = [], [], []
    for group in groups.rows:
        for i in range(int(group["number"])):
            course = f"{group['group']}{i + 1}"
            courses.append({"course": course, **{column: group[column] for column in own}})
            recorded = {column.removeprefix("infusion "): group[column] for column in of_infusion}
            infusions += [{"course": course, "day": day, **recorded} for day in group.get("infused", "0").split()]
            scores += [
                {
                    "course": course,
                    "scale": group["scale"],
                    "day": day.removeprefix("day "),
                    "total": group[day],
                }
                for day in days
            ]
    return {
        "courses": Table(("course", *own), tuple(courses)),
        "infusions": Table(
            ("course", "day", *(column.removeprefix("infusion ") for column in of_infusion)), tuple(infusions)
        ),
        "scores": Table(("course", "scale", "day", "total"), tuple(scores)),
    }


def later_tables(example: Example) -> dict[str, Table]:
    """The tables of an example's second import, as they are given."""
    return {name.removeprefix("later "): table for name, table in example.given.items() if name.startswith("later ")}


def write_files(folder: Path, given_by: Sequence[tuple[Example, dict[str, Table]]], is_shared: bool) -> Path:
    """Writes the Given tables as canonical CSV files; ids and sites of a shared import carry their example's number."""
    folder.mkdir(parents=True)
    for table in TABLES:
        rows: list[Row] = []
        names: dict[str, None] = {}
        for example, tables in given_by:
            given = tables.get(table)
            if given is None:
                continue
            for column in given.columns:
                if column != "items":
                    names[COLUMN_NAMES.get(column, column.replace(" ", "_"))] = None
            for row in given.rows:
                cells = {COLUMN_NAMES.get(name, name.replace(" ", "_")): cell for name, cell in row.items()}
                cells |= items_of(cells.pop("items", ""))
                names |= dict.fromkeys(cells)
                if is_shared:
                    for name in ("course_id", "patient_id"):
                        if cells.get(name):
                            cells[name] = f"{example.number}-{cells[name]}"
                    if table == "courses":
                        cells["site"] = f"{example.number}-{cells.get('site', '')}"
                        names["site"] = None
                rows.append(cells)
        if names:
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(names), restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    return folder


def items_of(cell: str) -> Row:
    """`3 2 – 1` as item_1, item_2, item_3 (blank), item_4."""
    return {f"item_{n}": "" if item == NOTHING else item for n, item in enumerate(cell.split(), start=1)}


def store_kind(example: Example) -> tuple[Any, ...]:
    """Examples of one kind can share a store: the same settings, and quarters or years."""
    return (*example.setting_lines, "year" in given_tables(example)["courses"].columns)


def import_kind(example: Example) -> tuple[Any, ...]:
    """Examples of one kind can share an import: same data-through, time columns and day resolution."""
    given = given_tables(example)
    clocks = []
    for name in ("infusions", "scores"):
        table = given.get(name)
        columns = table.columns if table else ()
        clocks.append(next((column for column in columns if column in TIME_COLUMNS), None))
    is_whole = clocks[1] is None or all(float(row[clocks[1]]) % 1 == 0 for row in given["scores"].rows)
    return (example.data_through or "", *(clock or "" for clock in clocks), is_whole)


# --- the real import and build --------------------------------------------------------------------------


class Program:
    """A store with some examples imported into it.

    Args:
        examples: of one page, with the same settings.
        is_shared: whether they go through as few imports as their clocks allow, their ids kept apart.
    """

    def __init__(self, folder: Path, examples: Sequence[Example], is_shared: bool) -> None:
        self.store = Store(folder / "store")
        self.is_shared = is_shared
        self.settings, self.definitions = settings_of(folder, examples[0])
        kinds: dict[tuple[Any, ...], list[Example]] = defaultdict(list)
        for example in examples:
            kinds[import_kind(example) if is_shared else ()].append(example)
        self.imports: list[ImportResult] = []
        for i, (_, members) in enumerate(sorted(kinds.items(), key=lambda item: item[0])):
            options = ImportOptions(
                name=f"import-{i}",
                data_through=date.fromisoformat(members[0].data_through) if members[0].data_through else None,
                accept_quarantine=True,
            )
            given = [(member, given_tables(member)) for member in members]
            files = write_files(folder / f"import-{i}", given, is_shared)
            self.imports.append(import_files(self.store, [files], options, self.settings, self.definitions, quiet))
            if not is_shared and (later := later_tables(members[0])):
                self._import_later(folder / "later", members[0], later, options)

    def _import_later(self, folder: Path, example: Example, tables: dict[str, Table], options: ImportOptions) -> None:
        """The second import of the same source."""
        through = example.later_data_through or example.data_through
        later = replace(
            options,
            data_through=date.fromisoformat(through) if through else None,
            is_append=example.is_later_append,
        )
        files = write_files(folder, [(example, tables)], is_shared=False)
        self.imports.append(import_files(self.store, [files], later, self.settings, self.definitions, quiet))
        if example.is_later_retracted:
            retract_batch(self.store, self.imports[-1].batch.id)

    def build(self) -> None:
        """Makes the snapshot that Then tables are read from."""
        snapshot = build(self.store, self.settings, self.definitions, quiet)
        self.warehouse = self.store.snapshot_file(snapshot.id, "warehouse.duckdb")
        self.published = self.store.snapshot_file(snapshot.id, "published.duckdb")

    def shown(self, example: Example, name: str, then: Table) -> list[tuple[str, ...]]:
        """What the program has for a Then table: in its columns, sorted."""
        if name in IMPORT_VIEWS:
            view = IMPORT_VIEWS[name]
            rows = view(self.store, self.imports[-1 if name.startswith("later ") else 0])
        elif name == "checks":
            rows = self._check_rows(example, then)
        elif name in RESULT_VIEWS:
            rows = self._result_rows(name, then)
        else:
            rows = self._warehouse_rows(example, name, then)
        return sorted(tuple(row[column] for column in then.columns) for row in rows)

    def _warehouse_rows(self, example: Example, name: str, then: Table) -> list[Row]:
        query, narrowing = WAREHOUSE_VIEWS[name]
        prefix = f"{example.number}-" if self.is_shared else ""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            result = connection.execute(with_steps(query, connection))
            columns = [column[0] for column in result.description or []]
            found = [dict(zip(columns, (shown(value) for value in row), strict=True)) for row in result.fetchall()]
        rows = []
        for row in found:
            if row["course"].startswith(prefix):
                row["course"] = row["course"].removeprefix(prefix)
                rows.append(row)
        for column in narrowing:
            if column in then.columns and then.rows:
                rows = [row for row in rows if row[column] in then.column(column)]
        return rows

    def _check_rows(self, example: Example, then: Table) -> list[Row]:
        """What checks found, at the example's own sites where a store is shared."""
        prefix = f"{example.number}-" if self.is_shared else ""
        by = ["site"] if "site" in then.columns else []
        published = Published(self.published)
        try:
            own = [site for site in published.options("site") if site.startswith(prefix)]
            filters = Filters(site=tuple(own)) if prefix else Filters()
            table = quality_checks(published, filters, by)
        finally:
            published.close()
        rows = [
            {"check": row["check"], "violated": str(row["n_violated"]), "checked": str(row["n_checked"])}
            | ({"site": row["site"]} if by else {})
            for row in table.to_dict("records")
        ]
        return [row for row in rows if row["check"] in then.column("check")]

    def _result_rows(self, name: str, then: Table) -> list[Row]:
        published = Published(self.published)
        try:
            return RESULT_VIEWS[name](published, then)
        finally:
            published.close()


def settings_of(folder: Path, example: Example) -> tuple[Settings, Definitions]:
    """The program's settings, from the lines that an example gives; `own_definitions` are those of this folder."""
    if not example.setting_lines:
        return read_settings(None)
    folder.mkdir(parents=True, exist_ok=True)
    if any(line.startswith("definitions") for line in example.setting_lines):
        shutil.copytree(OWN_DEFINITIONS, folder / OWN_DEFINITIONS.name)
    path = folder / "program.toml"
    path.write_text("\n".join(example.setting_lines) + "\n", encoding="utf-8")
    return read_settings(path)
