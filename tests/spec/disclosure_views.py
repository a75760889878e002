"""What Then tables show of results under the program's policy for small numbers, in the words of the pages."""

from __future__ import annotations

from typing import Any

import pandas as pd
from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.registry import result
from pipelines.words.numbers import HIDDEN, count, is_hidden

COUNTS = {
    "started": "n_started",
    "with baseline": "n_with_baseline",
    "in population": "n_in_population",
    "observed": "n_observed",
    "missed": "n_missed",
    "met": "n_responded",
}


def _count(value: Any) -> str:
    return count(value) if is_hidden(value) or pd.notna(value) else NOTHING


def _percent(row: Any, name: str) -> str:
    if row["suppressed"]:
        return HIDDEN
    return NOTHING if pd.isna(row[name]) else f"{100 * row[name]:.1f} %"


def _rates(published: Published, then: Table) -> list[Row]:
    rows = [
        {
            "statistic": row["statistic"].replace("_", " "),
            **{column: _count(row[name]) for column, name in COUNTS.items()},
            "rate": _percent(row, "estimate"),
            "from": _percent(row, "lower"),
            "to": _percent(row, "upper"),
            "reason": next((part for part in row["note"].split("; ") if "policy" in part), NOTHING),
        }
        for row in result("response", published, Filters()).to_dict("records")
    ]
    return [row for row in rows if "statistic" in then.columns and row["statistic"] in then.column("statistic")]


def _curve(published: Published, then: Table) -> list[Row]:
    rows = [
        {
            "curve": row["statistic"].replace("_", " "),
            "day": f"{row['day']:g}",
            "at risk": _count(row["n_at_risk"]),
            "share": _percent(row, "estimate"),
        }
        for row in result("onset_curve", published, Filters()).to_dict("records")
    ]
    return [row for row in rows if row["curve"] in then.column("curve")]


DISCLOSURE_VIEWS = {"rates as shown": _rates, "curve as shown": _curve}
