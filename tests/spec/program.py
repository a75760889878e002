"""Turns Given tables into input files, runs the real import and build, and reads back what Then tables show."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from worked_examples import Example, Row, Table

from pipelines.build import build
from pipelines.definitions import Definitions, load_definitions
from pipelines.filters import SINGLE_CHOICES, Filters
from pipelines.published import Published
from pipelines.results.benchmark import benchmark_comparisons
from pipelines.results.distribution import band_distributions
from pipelines.results.flow import course_flow
from pipelines.results.onset import onset_curves, onset_times
from pipelines.results.quality import quality_checks
from pipelines.results.reliable_change import reliable_changes
from pipelines.results.response import remission_rates, response_rates
from pipelines.results.retention import infusion_retention
from pipelines.results.trajectory import score_trajectories
from pipelines.retraction import retract_batch
from pipelines.settings import Settings, read_settings
from pipelines.sources.intake import ImportOptions, ImportResult, import_files
from pipelines.sql import runner
from pipelines.store import Store

TIME_COLUMNS = {"minute": "minutes_from_start", "hour": "hours_from_start", "day": "days_from_start"}
COLUMN_NAMES = {"course": "course_id", "patient": "patient_id", **TIME_COLUMNS}
CONDITION_OF = {
    scale: condition.id
    for condition in load_definitions().ordered_conditions()
    for scale in (*condition.scales, *condition.scales_apart)
} | {"C-SSRS": "depression", "CADSS": "depression", "BPI": "chronic_pain"}
TABLES = ("courses", "infusions", "scores")
NOTHING = "–"


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
    """Many courses that run the same way: `number` of them, infused once, with a score on each `day N` given."""
    days = [column for column in groups.columns if column.startswith("day ")]
    own = [column for column in groups.columns if column not in days and column not in ("group", "number", "scale")]
    courses, infusions, scores = [], [], []
    for group in groups.rows:
        for i in range(int(group["number"])):
            course = f"{group['group']}{i + 1}"
            courses.append({"course": course, **{column: group[column] for column in own}})
            infusions.append({"course": course, "day": "0"})
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
        "infusions": Table(("course", "day"), tuple(infusions)),
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
    """The program's settings, from the lines that an example gives."""
    if not example.setting_lines:
        return read_settings(None)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "program.toml"
    path.write_text("\n".join(example.setting_lines) + "\n", encoding="utf-8")
    return read_settings(path)


# --- Then: from the program to tables -------------------------------------------------------------------


def with_steps(query: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The query, with those outcome tables that the warehouse leaves out computed by their own models."""
    kept = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    models = {model.table: re.sub("--.*", "", model.query) for model in runner.read_models(["outcome"])}

    def step(match: re.Match[str]) -> str:
        if match[1] in kept:
            return match[0]
        return f"({re.sub(_OUTCOME_TABLE, step, models[match[0]])}\n)"

    return re.sub(_OUTCOME_TABLE, step, query)


_OUTCOME_TABLE = r"\boutcome\.(\w+)"


def shown(value: object) -> str:
    """A value as the pages write it."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | float):
        return f"{float(value):.10g}"
    return str(value)


WAREHOUSE_VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "baselines": (
        """
        select
            courses.course_id as course, baselines.scale, baselines.rater,
            baseline_score / units_per_point as baseline,
            baseline_minute / 1440.0 as day, baseline_minute / 60.0 as hour,
            is_older_than_look_back as older, is_assumed_before as "assumed before"
        from outcome.baselines as baselines
        inner join outcome.courses as courses using (course_key)
        inner join ref.scales as scales using (scale)
        """,
        (),
    ),
    "scores": (
        """
        select
            courses.course_id as course, scores.scale, scores.rater, minute / 1440.0 as day,
            round(score / units_per_point, 4) as score, n_answered as answered, is_prorated as prorated
        from outcome.assessments as scores
        inner join outcome.courses as courses using (course_key)
        inner join ref.scales as scales using (scale)
        """,
        ("scale",),
    ),
    "windows": (
        """
        select
            courses.course_id as course, outcomes.scale, window_name as "window",
            replace(follow_up, '_', ' ') as "follow-up", score / units_per_point as score,
            is_on_maintenance as "on maintenance", is_in_trajectory as "in trajectory"
        from outcome.window_outcomes as outcomes
        inner join outcome.courses as courses using (course_key)
        inner join ref.scales as scales using (scale)
        """,
        ("window", "scale"),
    ),
    "responses": (
        """
        select
            courses.course_id as course, responses.scale, window_name as "window", rule,
            baselines.baseline_score / units_per_point as baseline, outcomes.score / units_per_point as "follow-up",
            case
                when responses.follow_up = 'observed' then is_met
                when is_met then error('met, though not observed')
            end as met
        from outcome.responses as responses
        inner join outcome.courses as courses using (course_key)
        inner join outcome.baselines as baselines using (course_key, scale)
        inner join outcome.window_outcomes as outcomes using (course_key, scale, window_name)
        inner join ref.scales as scales using (scale)
        """,
        ("window", "rule", "scale"),
    ),
    "entry": (
        """
        select
            courses.course_id as course, condition, scale, is_primary as "primary",
            replace(entry_class, '_', ' ') as class
        from outcome.course_scales as scales inner join outcome.courses as courses using (course_key)
        """,
        ("condition", "scale"),
    ),
    "onset": (
        """
        select
            courses.course_id as course, onsets.scale, rule, kind,
            left_minute / 1440.0 as "after day",
            coalesce(format('{:g}', right_minute / 1440.0), 'not reached') as "by day",
            left_minute / 60.0 as "after hour",
            coalesce(format('{:g}', right_minute / 60.0), 'not reached') as "by hour",
            left_infusions as "after infusion",
            case when left_infusions is not null then coalesce(right_infusions::varchar, 'not reached') end
                as "by infusion"
        from outcome.onsets as onsets inner join outcome.courses as courses using (course_key)
        """,
        ("kind", "rule", "scale"),
    ),
    "courses": (
        """
        select courses.course_id as course, condition, is_first_course as "first course"
        from outcome.course_conditions as conditions inner join outcome.courses as courses using (course_key)
        """,
        ("condition",),
    ),
}
"""For each Then table of course rows: its query, and the columns by which it may show a part of what there is."""


def _places(_store: Store, result: ImportResult) -> list[Row]:
    return [
        {
            "file": counts.file_name.removesuffix(".csv"),
            "lines": str(counts.n_records),
            "rows": str(counts.n_landed),
            "accepted": str(counts.n_accepted),
            "duplicate": str(counts.n_duplicate),
            "quarantined": str(counts.n_quarantined),
            "not tracked": str(counts.n_not_tracked),
        }
        for counts in result.batch.tables
    ]


def _quarantine(store: Store, result: ImportResult) -> list[Row]:
    path = store.batch_file(result.batch.id, "quarantine")
    query = "select file_name, line, rule, column_name, found, suggestion from read_parquet($path)"
    with duckdb.connect() as connection:
        rows = connection.execute(query, {"path": str(path)}).fetchall()
    names = ("file", "line", "rule", "column", "found", "suggestion")
    return [dict(zip(names, (shown(value).removesuffix(".csv") for value in row), strict=True)) for row in rows]


def _replacements(_store: Store, result: ImportResult) -> list[Row]:
    return [
        {
            "file": table.file_name.removesuffix(".csv"),
            "courses replaced": str(table.n_courses),
            "same": str(table.n_same),
            "changed": str(table.n_changed),
            "new": str(table.n_new),
            "gone": str(table.n_gone),
            "courses kept": str(table.n_kept_courses),
        }
        for table in result.batch.replacements
    ]


def _notes(_store: Store, result: ImportResult) -> list[Row]:
    return [{"note": note} for note in result.batch.notes]


IMPORT_VIEWS = {
    "places": _places,
    "quarantine": _quarantine,
    "later places": _places,
    "later quarantine": _quarantine,
    "later replacements": _replacements,
    "later notes": _notes,
}


def _percent(value: float | None) -> str:
    return NOTHING if value is None or value != value else f"{100 * value:.1f} %"


def _count(value: Any) -> str:
    return NOTHING if pd.isna(value) else str(value)


def _rates(table: Any, met: str) -> list[Row]:
    return [
        {
            "condition": row["condition"],
            "population": row["population"],
            "statistic": row["statistic"].replace("_", " "),
            "met": _count(row[met]),
            "observed": _count(row["n_observed"]),
            "missed": _count(row["n_missed"]),
            "pending": _count(row["n_pending"]),
            "rate": _percent(row["estimate"]),
            "from": _percent(row["lower"]),
            "to": _percent(row["upper"]),
            "scale": row["scale"],
            "window": row["window"],
            "scales": row["note"].split(";")[0],
            "maturity": "; ".join(part for part in row["note"].split("; ") if "matur" in part),
            "warned": "; ".join(part for part in row["note"].split("; ") if "intervals" in part),
            **{name: str(row[name]) for name in ("site", "quarter") if name in row},
        }
        for row in table.to_dict("records")
    ]


def _groups(then: Table) -> list[str]:
    return [name for name in ("site", "quarter") if name in then.columns]


def _narrowed(rows: list[Row], then: Table, *columns: str) -> list[Row]:
    for column in columns:
        if column in then.columns:
            rows = [row for row in rows if row[column] in then.column(column)]
    return rows


def _asked(then: Table, *names: str) -> Filters:
    """The filters that a Then table asks for: those of its columns that are choices and hold one value."""
    names = names or SINGLE_CHOICES
    choices = {name: next(iter(then.column(name))) for name in names if name in then.columns}
    return Filters(**{name: value for name, value in choices.items() if len(then.column(name)) == 1})


def _response(published: Published, then: Table) -> list[Row]:
    filters = _asked(then)
    rates = _rates(response_rates(published, filters, _groups(then)), "n_responded")
    return _narrowed([{**row, "rule": str(filters.rule)} for row in rates], then, "statistic")


def _reliable_change(published: Published, then: Table) -> list[Row]:
    table = reliable_changes(published, _asked(then))
    rows = [
        {**row, "change": change.replace("_", " ")}
        for row, change in zip(_rates(table, "n_with_change"), table["change"], strict=True)
    ]
    return _narrowed(rows, then, "statistic", "condition")


def _remission(published: Published, then: Table) -> list[Row]:
    rates = _rates(remission_rates(published, _asked(then), _groups(then)), "n_in_remission")
    return _narrowed(rates, then, "statistic")


def _flow(published: Published, then: Table) -> list[Row]:
    filters = _asked(then)
    rows = [
        {
            "condition": row["condition"],
            "population": row["population"],
            "scale": row["scale"],
            "rule": str(filters.rule),
            "stage": row["statistic"].replace("_", " "),
            "courses": str(row["n_courses"]),
        }
        for row in course_flow(published, filters).to_dict("records")
    ]
    return _narrowed(rows, then, "stage", "condition")


def _retention(published: Published, then: Table) -> list[Row]:
    """The rows that hold courses; those without are left out."""
    rows = [
        {
            "condition": row["condition"],
            "infusion": str(row["infusion"]),
            "statistic": row["statistic"].replace("_", " "),
            "courses": str(row["n_courses"]),
            "of due": _count(row["n_of_due"]),
            "due": str(row["n_due"]),
            "share": _percent(row["estimate"]),
        }
        for row in infusion_retention(published, _asked(then)).to_dict("records")
        if row["n_courses"]
    ]
    return _narrowed(rows, then, "infusion", "condition")


def _benchmark(published: Published, then: Table) -> list[Row]:
    filters = _asked(then)
    rows = [
        {
            "rule": str(filters.rule),
            "benchmark": row["benchmark"],
            "statistic": row["statistic"],
            "n": _count(row["n_published" if row["statistic"] == "published" else "n_observed"]),
            "share": _percent(row["estimate"]),
            "said": row["note"].split(";")[0] if row["statistic"] == "published" else NOTHING,
        }
        for row in benchmark_comparisons(published, filters).to_dict("records")
    ]
    return _narrowed(rows, then, "benchmark")


def _trajectory(published: Published, then: Table) -> list[Row]:
    rows = [
        {
            "condition": row["condition"],
            "scale": row["scale"],
            "window": row["window"],
            "statistic": row["statistic"].replace("_", " "),
            "n": str(row["n_observed"]),
            "counted later": str(row["n_counted_later"]),
            "missed": str(row["n_missed"]),
            "pending": str(row["n_pending"]),
            **{
                name: _percent(row[column]) if "fraction" in row["statistic"] else _points(row[column])
                for name, column in (("estimate", "estimate"), ("from", "lower"), ("to", "upper"))
            },
        }
        for row in score_trajectories(published, _asked(then, "scale")).to_dict("records")
    ]
    return _narrowed(rows, then, "window", "statistic")


def _points(value: float) -> str:
    return NOTHING if value != value else f"{value:.2f}"


def _percentiles(published: Published, then: Table) -> list[Row]:
    prefix = "change_fraction_percentile_"
    rows = [
        {
            "window": row["window"],
            "percentile": row["statistic"].removeprefix(prefix),
            "n": str(row["n_observed"]),
            "change": _percent(row["estimate"]),
        }
        for row in score_trajectories(published, Filters()).to_dict("records")
        if row["statistic"].startswith(prefix)
    ]
    return _narrowed(rows, then, "window", "percentile")


def _distribution(published: Published, then: Table) -> list[Row]:
    """The bands that hold courses; those without are left out."""
    rows = [
        {
            "condition": row["condition"],
            "scale": row["scale"],
            "window": row["window"],
            "statistic": row["statistic"].replace("_", " "),
            "band": row["band"],
            "courses": str(row["n_in_band"]),
            "of": str(row["n_observed"]),
            "share": _percent(row["estimate"]),
        }
        for row in band_distributions(published, _asked(then, "scale")).to_dict("records")
        if row["n_in_band"]
    ]
    return _narrowed(rows, then, "window", "statistic")


def _recorded(published: Published, then: Table) -> list[Row]:
    filters = _asked(then, "clock")
    unit = "infusion" if filters.clock == "infusions" else "day"
    prefix = f"recorded_by_{unit}_"
    rows = [
        {
            "condition": row["condition"],
            "clock": filters.clock,
            f"by {unit}": row["statistic"].removeprefix(prefix),
            "responded": str(row["n_responded"]),
            "of": str(row["n_in_population"]),
            "share": _percent(row["estimate"]),
        }
        for row in onset_times(published, filters).to_dict("records")
        if row["statistic"].startswith(prefix)
    ]
    return _narrowed(rows, then, f"by {unit}", "condition")


def _medians(published: Published, then: Table) -> list[Row]:
    filters = _asked(then, "clock")
    return [
        {
            "condition": row["condition"],
            "clock": filters.clock,
            "statistic": row["statistic"].replace("_", " "),
            **{
                name: NOTHING if pd.isna(row[column]) else f"{row[column]:g}"
                for name, column in (("estimate", "estimate"), ("after", "lower"), ("by", "upper"))
            },
        }
        for row in onset_times(published, filters).to_dict("records")
        if row["statistic"].startswith("median_")
    ]


def _curve(published: Published, then: Table) -> list[Row]:
    filters = _asked(then, "clock")
    unit = "infusion" if filters.clock == "infusions" else "day"
    rows = [
        {
            "condition": row["condition"],
            "clock": filters.clock,
            "curve": row["statistic"].replace("_", " "),
            unit: f"{row[unit]:g}",
            "at risk": _count(row["n_at_risk"]),
            "responded": _percent(row["estimate"]),
        }
        for row in onset_curves(published, filters).to_dict("records")
    ]
    return _narrowed(rows, then, "curve", unit)


RESULT_VIEWS = {
    "response rates": _response,
    "remission rates": _remission,
    "reliable change": _reliable_change,
    "flow": _flow,
    "retention": _retention,
    "trajectory": _trajectory,
    "percentiles": _percentiles,
    "distribution": _distribution,
    "benchmark": _benchmark,
    "recorded responses": _recorded,
    "onset curve": _curve,
    "onset median": _medians,
}
