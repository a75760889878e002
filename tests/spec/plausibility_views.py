"""What Then tables show of the program's results beside what is expected of them."""

from __future__ import annotations

import pandas as pd
from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.plausibility import plausibility_panel


def _number(value: float) -> str:
    return NOTHING if pd.isna(value) else f"{value:.4g}"


def _plausibility(published: Published, then: Table) -> list[Row]:
    """The bands, and the program's own results, that the table names."""
    rows = [
        {
            "band": row["benchmark"].removeprefix("plausible_"),
            "condition": row["condition"],
            "scale": row["scale"],
            "row": "expected" if row["statistic"] == "plausibility_band" else "own",
            "n": NOTHING if pd.isna(row["n_observed"]) else str(row["n_observed"]),
            "estimate": _number(row["estimate"]),
            "from": _number(row["lower"]),
            "to": _number(row["upper"]),
            "verdict": NOTHING if pd.isna(row["verdict"]) else row["verdict"].replace("_", " "),
        }
        for row in plausibility_panel(published, Filters()).to_dict("records")
    ]
    for column in ("band", "row", "condition"):
        if column in then.columns and then.rows:
            rows = [row for row in rows if row[column] in then.column(column)]
    return rows


PLAUSIBILITY_VIEWS = {"plausibility": _plausibility}
