"""What Then tables show of recovery as NHS Talking Therapies reports it."""

from __future__ import annotations

from typing import Any

from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.nhs_recovery import nhs_recoveries

RECOVERY_ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "recovery": (
        """
        select
            courses.course_id as course, replace(standing, '_', ' ') as standing,
            is_at_caseness as "at caseness", is_recovered as recovered, is_reliably_improved as improved,
            is_reliably_deteriorated as deteriorated, is_last_before_end as "last before the end"
        from outcome.nhs_recoveries as recoveries inner join outcome.courses as courses using (course_key)
        """,
        (),
    ),
}


def _rows(published: Published) -> list[dict[str, Any]]:
    return list(nhs_recoveries(published, Filters()).to_dict("records"))


def _rates(published: Published, then: Table) -> list[Row]:
    """Of the conditions and statistics that the table names."""
    rows = [
        {
            "condition": str(row["condition"]),
            "outcome": str(row["outcome"]).replace("_", " "),
            "statistic": str(row["statistic"]).replace("_", " "),
            "met": str(row["n_met"]),
            "observed": str(row["n_observed"]),
            "missed": str(row["n_missed"]),
            "rate": f"{100 * row['estimate']:.1f} %",
        }
        for row in _rows(published)
        if row["n_observed"]
    ]
    return [row for row in rows if all(row[name] in then.column(name) for name in ("condition", "statistic"))]


def _counts(published: Published, then: Table) -> list[Row]:
    return [
        {
            "condition": str(row["condition"]),
            **{name: str(row[f"n_{name.replace(' ', '_')}"]) for name in then.columns if name != "condition"},
        }
        for row in _rows(published)
        if row["outcome"] == "paired_scores"
    ]


RECOVERY_VIEWS = {"recovery rates": _rates, "recovery counts": _counts}
