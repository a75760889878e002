"""Course rows of a snapshot, read-only, for analysts; never for the dashboard, which knows published counts alone."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, TextIO

import duckdb

from pipelines.definitions.bases import MINUTES_PER_DAY
from pipelines.errors import StoreDamaged, UnknownName
from pipelines.formula_guard import guarded
from pipelines.sql.literals import literal
from pipelines.store import Store

Export = Literal["courses", "scores"]
_PSEUDONYMS = ("course_id", "patient_id")

_COURSE_KEYS = ("source", "site", "quarter", "route", "setting", "age_band", "sex", "treatment_resistant", *_PSEUDONYMS)

_COURSES = """
select
    courses.source,
    courses.course_id,
    courses.patient_id,
    courses.course_number,
    array_to_string(courses.conditions, ';') as conditions,
    firsts.conditions as first_course_for,
    courses.site,
    courses.period as quarter,
    courses.route,
    courses.setting,
    courses.age_band,
    courses.sex,
    courses.treatment_resistant,
    courses.planned_infusions,
    inductions.n_infusions,
    inductions.n_induction_infusions,
    courses.ended_day,
    courses.end_reason
    {attributes}
from outcome.courses as courses
left join outcome.inductions as inductions using (course_key)
left join (
    select course_key, string_agg(condition, ';' order by condition) as conditions
    from outcome.course_conditions
    where is_first_course and condition <> 'any'
    group by course_key
) as firsts using (course_key)
where {where}
order by courses.source, courses.course_id
"""

_SCORES = """
select
    courses.source,
    courses.course_id,
    courses.patient_id,
    array_to_string(courses.conditions, ';') as conditions,
    courses.site,
    courses.period as quarter,
    courses.route,
    cast(scores.scale as varchar) as scale,
    cast(scores.rater as varchar) as rater,
    scores.minute as minutes_from_start,
    round(scores.minute / {minutes_per_day}, 4) as days_from_start,
    cast(scores.timing as varchar) as timing,
    scores.infusion_number,
    cast(scores.score as double) / scales.units_per_point as score,
    array_to_string(list_transform(scores.items, lambda item: format('{{:g}}', item)), ';') as items,
    scores.n_answered,
    scores.is_prorated,
    cast(baselines.baseline_score as double) / scales.units_per_point as baseline_score,
    round(baselines.baseline_minute / {minutes_per_day}, 4) as baseline_day
    {attributes}
from outcome.assessments as scores
inner join outcome.courses as courses on scores.course_key = courses.course_key
inner join ref.scales as scales on scores.scale = scales.scale
left join outcome.baselines as baselines
    on
        scores.course_key = baselines.course_key
        and scores.scale = baselines.scale
        and scores.rater = baselines.rater
where {where}
order by courses.source, courses.course_id, scores.scale, scores.rater, scores.moment
"""


class Warehouse:
    """The course rows of one snapshot.

    Args:
        path: `warehouse.duckdb` of a snapshot.

    Raises:
        StoreDamaged: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._connection = duckdb.connect(str(path), read_only=True)
            attributes = self._connection.execute(
                "select distinct unnest(map_keys(attributes)) as name from outcome.courses order by name"
            ).fetchall()
        except duckdb.Error:
            raise StoreDamaged(
                f"The snapshot file {path.parent.name}/{path.name} cannot be read. "
                "Run `outcomes build` to make it again."
            ) from None
        self.attributes = [str(name) for (name,) in attributes]

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def write_csv(self, export: Export, conditions: Mapping[str, tuple[str, ...]], stream: TextIO) -> int:
        """Writes rows as CSV and returns how many.

        A text that a spreadsheet would take for a formula gets an apostrophe in front.

        Args:
            conditions: the values to keep, by key; several keys narrow each other down.

        Raises:
            UnknownName: a key, or a value of a key other than a pseudonym, that no row has.
        """
        query, parameters = self._query(export, conditions)
        found = self._connection.execute(query, parameters)
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(column[0] for column in found.description or [])
        n_rows = 0
        while rows := found.fetchmany(10_000):
            writer.writerows([_cell(value) for value in row] for row in rows)
            n_rows += len(rows)
        return n_rows

    def write_parquet(self, export: Export, conditions: Mapping[str, tuple[str, ...]], path: Path) -> int:
        """Writes rows as Parquet, values as they are, and returns how many.

        Raises:
            UnknownName: as `write_csv` does.
        """
        query, parameters = self._query(export, conditions)
        # The file is there already, for its owner alone; a temporary one in its place would not be.
        found = self._connection.execute(
            f"copy ({query}) to {literal(str(path))} (format parquet, use_tmp_file false)", parameters
        ).fetchone()
        return int(found[0]) if found else 0

    def _query(self, export: Export, conditions: Mapping[str, tuple[str, ...]]) -> tuple[str, dict[str, object]]:
        clauses, parameters = ["true"], dict[str, object]()
        keys = ["condition", *_COURSE_KEYS, *self.attributes, *(["scale"] if export == "scores" else [])]
        for number, (key, values) in enumerate(conditions.items()):
            if key not in keys:
                raise UnknownName("filter", key, keys)
            expression = self._expression(key)
            if key not in _PSEUDONYMS:
                self._check_values(key, expression, values)
            clauses.append(f"list_has_any({expression}, $values_{number})")
            parameters[f"values_{number}"] = list(values)
        columns = "".join(f', courses.attributes[{literal(name)}] as "attr_{name}"' for name in self.attributes)
        template = _COURSES if export == "courses" else _SCORES
        return template.format(
            attributes=columns, where=" and ".join(clauses), minutes_per_day=MINUTES_PER_DAY
        ), parameters

    def _expression(self, key: str) -> str:
        """The values of a row for a key, as a list."""
        if key == "condition":
            return "courses.conditions"
        if key == "scale":
            return "[cast(scores.scale as varchar)]"
        if key in _COURSE_KEYS:
            column = {"quarter": "period"}.get(key, key)
            return f"[coalesce(courses.{column}, 'not recorded')]"
        return f"[coalesce(courses.attributes[{literal(key)}], 'not recorded')]"

    def _check_values(self, key: str, expression: str, values: Iterable[str]) -> None:
        table = "outcome.courses as courses" if key != "scale" else "outcome.assessments as scores"
        rows = self._connection.execute(
            f"select distinct unnest({expression}) as value from {table} order by value"
        ).fetchall()
        known = [str(value) for (value,) in rows]
        for value in values:
            if value not in known:
                raise UnknownName(key, value, known)


def open_warehouse(store: Store) -> Warehouse:
    """The course rows of the snapshot in force.

    Raises:
        NothingPublished: the store has no snapshot yet.
        StoreDamaged: its file is gone or cannot be read.
    """
    return Warehouse(store.snapshot_file(store.current_id(), "warehouse.duckdb"))


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    return guarded(value) if isinstance(value, str) else value
