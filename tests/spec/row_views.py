"""What Then tables show of course rows in the warehouse, and of imports."""

from __future__ import annotations

import re
from decimal import Decimal

import duckdb
from durability_rows import DURABILITY_ROWS
from early_improvement_views import EARLY_ROW_VIEWS
from infusion_views import INFUSION_VIEWS
from recovery_views import RECOVERY_ROWS
from suicidality_views import IDEATION_ROWS
from worked_examples import Row

from pipelines.sources.intake import ImportResult
from pipelines.sql import runner
from pipelines.store import Store

NOTHING = "–"


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
    **DURABILITY_ROWS,
    **EARLY_ROW_VIEWS,
    **INFUSION_VIEWS,
    **RECOVERY_ROWS,
    **IDEATION_ROWS,
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
