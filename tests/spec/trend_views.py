"""What Then tables show of process charts."""

from __future__ import annotations

from typing import Any

import pandas as pd
from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.trend import process_trends


def _percent(value: float) -> str:
    return NOTHING if pd.isna(value) else f"{100 * value:.1f} %"


def _part(note: str, start: str) -> str:
    return next((part for part in note.split("; ") if part.startswith(start)), NOTHING)


def _limits(published: Published, then: Table) -> list[Row]:
    """One line for each chart and phase, of the outcomes that the table names."""
    return [
        {
            "outcome": row["outcome"].replace("_", " "),
            "from quarter": row["phase"],
            "points": str(row["n_points"]),
            "mean": _percent(row["estimate"]),
            "from": _percent(row["lower"]),
            "to": _percent(row["upper"]),
            "verdict": row["verdict"].replace("_", " ") or NOTHING,
            "phase": _part(row["note"], "a new phase"),
        }
        for row in _rows(published, "limits")
        if row["outcome"].replace("_", " ") in then.column("outcome")
    ]


def _quarters(published: Published, then: Table) -> list[Row]:
    """The quarters of the response chart that the table names."""
    return [
        {
            "quarter": row["quarter"],
            "point": "yes" if row["statistic"] == "point" else "no",
            "met": str(row["n_met"]),
            "observed": str(row["n_observed"]),
            "rate": _percent(row["estimate"]),
            "signal": row["signal"] or NOTHING,
            "left out": row["note"].split("; ")[0] if row["statistic"] == "left_out" else NOTHING,
        }
        for row in _rows(published, "point", "left_out")
        if row["outcome"] == "response" and row["quarter"] in then.column("quarter")
    ]


def _rows(published: Published, *statistics: str) -> list[dict[str, Any]]:
    table = process_trends(published, Filters())
    return table[table["statistic"].isin(statistics)].to_dict("records")


TREND_VIEWS = {"trend": _limits, "quarters": _quarters}
