"""What Then tables show of what was recorded of the first infusion, and of how it goes with response."""

from __future__ import annotations

from typing import Any

import pandas as pd
from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.dissociation import TEST_STATISTICS, dissociation_associations


def _percent(value: float) -> str:
    return NOTHING if pd.isna(value) else f"{100 * value:.1f} %"


def _decimals(value: float, digits: int) -> str:
    return NOTHING if pd.isna(value) else f"{value:.{digits}f}"


def _whole(value: Any) -> str:
    return NOTHING if pd.isna(value) else str(value)


def _filters(then: Table) -> Filters:
    """A window is asked for only where the table names the one of its rates."""
    named = then.column("asked") if "asked" in then.columns else set()
    return Filters(window=next(iter(named), None))


def _rows(published: Published, then: Table, statistics: tuple[str, ...]) -> list[dict[str, Any]]:
    table = dissociation_associations(published, _filters(then))
    return [row for row in table.to_dict("records") if row["statistic"] in statistics]


def _rates(published: Published, then: Table) -> list[Row]:
    statistics = tuple(name.replace(" ", "_") for name in then.column("statistic"))
    rows = [
        {
            "asked": row["window"],
            "exposure": row["exposure"],
            "level": row["level"],
            "statistic": row["statistic"].replace("_", " "),
            "recorded": _whole(row["n_recorded"]),
            "in level": _whole(row["n_in_level"]),
            "observed": _whole(row["n_observed"]),
            "missed": _whole(row["n_missed"]),
            "responded": _whole(row["n_responded"]),
            "compared": _whole(row["n_compared"]),
            "dropped": _whole(row["n_dropped"]),
            "rate": _percent(row["estimate"]),
            "from": _percent(row["lower"]),
            "to": _percent(row["upper"]),
            "said": row["note"].split(";")[0],
        }
        for row in _rows(published, then, statistics)
    ]
    return [row for row in rows if row["exposure"] in then.column("exposure")]


def _tests(published: Published, then: Table) -> list[Row]:
    rows = [
        {
            "asked": row["window"],
            "exposure": row["exposure"],
            "observed": _whole(row["n_observed"]),
            "compared": _whole(row["n_compared"]),
            "statistic": row["statistic"].replace("_", " "),
            "p": _decimals(row["estimate"], 4),
            "said": row["note"].split(";")[0],
        }
        for row in _rows(published, then, TEST_STATISTICS)
    ]
    return [row for row in rows if row["exposure"] in then.column("exposure")]


def _correlations(published: Published, then: Table) -> list[Row]:
    return [
        {
            "statistic": row["statistic"].replace("_", " "),
            "window": NOTHING if pd.isna(row["window"]) else row["window"],
            "study": NOTHING if pd.isna(row["level"]) else row["level"],
            "n": _whole(row["n_published"] if row["statistic"] == "published_correlation" else row["n_observed"]),
            **_interval(row, 4),
        }
        for row in _rows(published, then, ("correlation", "published_correlation"))
    ]


def _means(published: Published, then: Table) -> list[Row]:
    return [
        {
            "infusion": str(int(row["infusion"])),
            "infused": str(row["n_infused"]),
            "scored": str(row["n_recorded"]),
            **_interval(row, 2),
        }
        for row in _rows(published, then, ("mean_score",))
    ]


def _interval(row: dict[str, Any], digits: int) -> Row:
    columns = (("estimate", "estimate"), ("from", "lower"), ("to", "upper"))
    return {name: _decimals(row[column], digits) for name, column in columns}


DISSOCIATION_VIEWS = {
    "exposure rates": _rates,
    "exposure tests": _tests,
    "dissociation correlations": _correlations,
    "dissociation by infusion": _means,
}
