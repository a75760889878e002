"""What Then tables show of early improvement, of single courses and of shares."""

from __future__ import annotations

import pandas as pd
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.early_improvement import early_improvements

NOTHING = "–"

EARLY_ROW_VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "early improvements": (
        """
        select
            courses.course_id as course, early.scale, early.early_window as early, early.window_name as window,
            replace(cast(early.early_state as varchar), '_', ' ') as "early state",
            early.follow_up as "follow-up"
        from outcome.early_improvements as early inner join outcome.courses as courses using (course_key)
        """,
        ("early", "window", "scale"),
    ),
}
"""As WAREHOUSE_VIEWS in row_views.py."""


def _shares(published: Published, then: Table) -> list[Row]:
    asked = {
        name: next(iter(then.column(name)))
        for name in ("window", "scale", "rule")
        if name in then.columns and len(then.column(name)) == 1
    }
    table = early_improvements(published, Filters(**asked))
    rows = [
        {
            "condition": row["condition"],
            "scale": row["scale"],
            "early": NOTHING if pd.isna(row["early_window"]) else row["early_window"],
            "window": row["window"],
            "statistic": row["statistic"].replace("_", " "),
            "in the population": _whole(row["n_in_population"]),
            "improved": _whole(row["n_improved"]),
            "not improved": _whole(row["n_not_improved"]),
            "both observed": _whole(row["n_observed"]),
            "part": _whole(row["n_part"]),
            "of": _whole(row["n_whole"]),
            "share": _percent(row["estimate"]),
            "from": _percent(row["lower"]),
            "to": _percent(row["upper"]),
            "left out": next((part for part in row["note"].split("; ") if part.startswith("left out")), NOTHING),
            "note": row["note"],
        }
        for row in table.to_dict("records")
    ]
    for column in ("early", "statistic", "condition"):
        if column in then.columns:
            rows = [row for row in rows if row[column] in then.column(column)]
    return rows


def _whole(value: object) -> str:
    return NOTHING if pd.isna(value) else str(value)


def _percent(value: float) -> str:
    return NOTHING if pd.isna(value) else f"{100 * value:.1f} %"


EARLY_RESULT_VIEWS = {"early improvement and response": _shares}
