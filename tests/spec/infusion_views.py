"""What Then tables show of infusions: of single ones in the warehouse, and of what was found at them all."""

from __future__ import annotations

from typing import Any

import pandas as pd
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.acute import acute_changes
from pipelines.results.safety import infusion_safety

NOTHING = "–"

INFUSION_VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "infusions": (
        """
        select
            courses.course_id as course, infusions.minute / 1440.0 as day, infusion_number as number,
            is_induction as induction, infusions.route, dissociation_score as dissociation,
            is_dissociation_contradicted as contradicted, stopped_early as "stopped early",
            case when len(adverse_events) = 0 then 'none' else array_to_string(adverse_events, ', ') end
                as "adverse events"
        from outcome.infusions as infusions inner join outcome.courses as courses using (course_key)
        """,
        (),
    ),
    "acute changes": (
        """
        select
            courses.course_id as course, infusions.infusion_number as infusion, changes.scale,
            before_score / units_per_point as before, after_score / units_per_point as after,
            has_before as "any before", has_after as "any after", has_day_alone as "day alone"
        from outcome.acute_changes as changes
        inner join outcome.infusions as infusions using (course_key, minute)
        inner join outcome.courses as courses using (course_key)
        inner join ref.scales as scales using (scale)
        """,
        ("scale",),
    ),
    "exposures": (
        """
        select courses.course_id as course, exposure, exposures.level, dose_band_position as "dose band"
        from outcome.exposures as exposures inner join outcome.courses as courses using (course_key)
        """,
        ("exposure",),
    ),
}
"""As WAREHOUSE_VIEWS in row_views.py."""


def _count(value: Any) -> str:
    return NOTHING if pd.isna(value) else str(value)


def _number(value: float, is_share: bool) -> str:
    if value != value:
        return NOTHING
    return f"{100 * value:.1f} %" if is_share else f"{value:.3f}"


def _shown(record: dict[str, Any], is_share: bool) -> Row:
    return {
        "condition": record["condition"],
        "population": record["population"],
        "scale": _count(record["scale"]),
        "infusion": str(record["infusion"]),
        "statistic": record["statistic"].replace("_", " "),
        "started": _count(record["n_started"]),
        "courses": _count(record["n_courses"]),
        "infusions": _count(record["n_infusions"]),
        "estimate": _number(record["estimate"], is_share),
        "from": _number(record["lower"], is_share),
        "to": _number(record["upper"], is_share),
        "said": record["note"].split(";")[0] or NOTHING,
        **{name: str(record[name]) for name in ("site", "sex") if name in record},
    }


def _narrowed(rows: list[Row], then: Table) -> list[Row]:
    for column in ("condition", "infusion", "statistic"):
        if column in then.columns:
            rows = [row for row in rows if row[column] in then.column(column)]
    return rows


def _filters(then: Table, *names: str) -> Filters:
    return Filters(**{name: next(iter(then.column(name))) for name in names if name in then.columns})


def _groups(then: Table) -> list[str]:
    return [name for name in ("site", "sex") if name in then.columns]


def _safety(published: Published, then: Table) -> list[Row]:
    table = infusion_safety(published, _filters(then, "population"), _groups(then))
    rows = [
        {
            **_shown(record, not record["statistic"].removesuffix("_published").endswith("_rise")),
            "recorded": _count(record["n_recorded"]),
            "not recorded": _count(record["n_not_recorded"]),
            "with it": _count(record["n_with"]),
        }
        for record in table.to_dict("records")
        if record["population"] != "published"
    ]
    return _narrowed(rows, then)


def _acute(published: Published, then: Table) -> list[Row]:
    table = acute_changes(published, _filters(then, "scale", "population"), _groups(then))
    rows = [
        {
            **_shown(record, record["statistic"].endswith("fraction")),
            "before": _count(record["n_with_before"]),
            "after": _count(record["n_with_after"]),
            "changes": _count(record["n_changes"]),
        }
        for record in table.to_dict("records")
    ]
    return _narrowed(rows, then)


INFUSION_RESULT_VIEWS = {"safety": _safety, "acute": _acute}
"""As RESULT_VIEWS in result_views.py."""
