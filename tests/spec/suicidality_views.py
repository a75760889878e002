"""What Then tables show of suicidal ideation."""

from __future__ import annotations

from typing import Any

import pandas as pd
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.suicidality import suicidality

NOTHING = "–"
IDEATION_ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ideation": (
        """
        select
            courses.course_id as course, ideations.source, window_name as "window",
            replace(follow_up, '_', ' ') as "follow-up", baseline_level as before, window_level as after
        from outcome.ideations as ideations inner join outcome.courses as courses using (course_key)
        """,
        ("window", "source"),
    ),
}
_COUNTS = ("started", "with baseline", "recorded", "met", "observed", "missed", "total only", "pending")


def _suicidality(published: Published, then: Table) -> list[Row]:
    """Of the conditions, sources, outcomes and statistics that the table names."""
    rows = [
        {
            "condition": str(row["condition"]),
            "source": str(row["scale"]),
            "outcome": str(row["outcome"]).replace("_", " "),
            "statistic": str(row["statistic"]).replace("_", " "),
            **{name: _count(row[f"n_{name.replace(' ', '_')}"]) for name in _COUNTS},
            "rate": NOTHING if pd.isna(row["estimate"]) else f"{100 * row['estimate']:.1f} %",
        }
        for row in suicidality(published, Filters()).to_dict("records")
    ]
    named = ("condition", "source", "outcome", "statistic")
    return [row for row in rows if all(row[name] in then.column(name) for name in named)]


def _count(value: Any) -> str:
    return NOTHING if pd.isna(value) else str(value)


IDEATION_VIEWS = {"suicidality": _suicidality}
