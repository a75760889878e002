"""What Then tables show of the comparison of sites."""

from __future__ import annotations

from typing import Any

import pandas as pd
from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.sites import site_comparison


def _percent(value: float) -> str:
    return NOTHING if pd.isna(value) else f"{100 * value:.1f} %"


def _whole(value: Any) -> str:
    return NOTHING if pd.isna(value) else str(value)


def _noted(note: str, beginning: str) -> str:
    return next((part for part in note.split("; ") if part.startswith(beginning)), NOTHING)


def _sites(published: Published, then: Table) -> list[Row]:
    """Rows of the statistics, conditions and sites that the table names."""
    rule = next(iter(then.column("rule"))) if "rule" in then.columns else None
    rows = [
        {
            "rule": str(rule),
            "condition": row["condition"],
            "site": row["site"],
            "statistic": row["statistic"].replace("_", " "),
            "met": str(row["n_met"]),
            "observed": str(row["n_observed"]),
            "due": str(row["n_due"]),
            "strata": _whole(row["n_strata"]),
            "rate": _percent(row["estimate"]),
            "from": _percent(row["lower"]),
            "to": _percent(row["upper"]),
            "verdict": NOTHING if pd.isna(row["verdict"]) else row["verdict"],
            "put together": _put_together(row["note"]),
            "follow-up": _noted(row["note"], "followed up"),
            "overdispersion": _noted(row["note"], "overdispersion"),
        }
        for row in site_comparison(published, Filters(rule=rule)).to_dict("records")
    ]
    for column in ("statistic", "condition", "site"):
        if column in then.columns:
            rows = [row for row in rows if row[column] in then.column(column)]
    return rows


def _put_together(note: str) -> str:
    return next((part for part in note.split("; ") if part.endswith("put together")), NOTHING)


SITES_VIEWS = {"sites": _sites}
