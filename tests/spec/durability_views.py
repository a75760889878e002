"""What Then tables show of how long a response lasts after induction."""

from __future__ import annotations

from typing import Any

import pandas as pd
from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.durability import durability_curves, durability_times

STANDINGS = ("n_started", "n_with_baseline", "n_in_population", "n_not_anchored", "n_pending", "n_assessed",
             "n_on_maintenance", "n_responding", "n_followed", "n_lost", "n_retreated", "n_left")  # fmt: skip


def _percent(value: float) -> str:
    return NOTHING if pd.isna(value) else f"{100 * value:.1f} %"


def _days(value: float) -> str:
    return NOTHING if pd.isna(value) else f"{value:g}"


def _said(note: str, *words: str) -> str:
    """The parts of a note that hold one of the words."""
    return "; ".join(part for part in note.split("; ") if any(word in part for word in words)) or NOTHING


def _filters(then: Table) -> Filters:
    return Filters(scale=next(iter(then.column("scale")))) if "scale" in then.columns else Filters()


def _asked_for(rows: list[Row], then: Table, *columns: str) -> list[Row]:
    for column in columns:
        if column in then.columns:
            rows = [row for row in rows if row[column] in then.column(column)]
    return rows


def _standing(published: Published, then: Table) -> list[Row]:
    rows = [
        {
            "condition": row["condition"],
            **{name.removeprefix("n_").replace("_", " "): str(row[name]) for name in STANDINGS},
            "said": _said(row["note"], "infusion", "too few"),
        }
        for row in durability_times(published, _filters(then)).to_dict("records")
        if row["statistic"] == "median_interval"
    ]
    return _asked_for(rows, then, "condition")


def _landmarks(published: Published, then: Table) -> list[Row]:
    rows = []
    for row in durability_times(published, _filters(then)).to_dict("records"):
        if "_day_" not in row["statistic"]:
            continue
        what, day = str(row["statistic"]).replace("_at_day_", "_by_day_").split("_by_day_")
        rows.append(
            {
                "condition": row["condition"],
                "day": day,
                "what": what.replace("_", " "),
                "at risk": NOTHING if pd.isna(row["n_at_risk"]) else str(row["n_at_risk"]),
                "share": _percent(row["estimate"]),
                "said": _said(row["note"], "as low as", "nobody", "too few", "mature"),
            }
        )
    return _asked_for(rows, then, "day", "what", "condition")


def _median(published: Published, then: Table) -> list[Row]:
    return [
        {
            "condition": row["condition"],
            "after": _days(row["lower"]),
            "by": _days(row["upper"]),
            "said": _said(row["note"], "innermost", "not reached"),
        }
        for row in durability_times(published, _filters(then)).to_dict("records")
        if row["statistic"] == "median_interval"
    ]


def _curve(published: Published, then: Table) -> list[Row]:
    rows: list[Any] = [
        {
            "condition": row["condition"],
            "curve": row["statistic"].replace("_", " "),
            "day": f"{row['day']:g}",
            "at risk": NOTHING if pd.isna(row["n_at_risk"]) else str(row["n_at_risk"]),
            "share": _percent(row["estimate"]),
        }
        for row in durability_curves(published, _filters(then)).to_dict("records")
    ]
    return _asked_for(rows, then, "curve", "day", "condition")


DURABILITY_VIEWS = {
    "durability counts": _standing,
    "durability landmarks": _landmarks,
    "durability median": _median,
    "durability curve": _curve,
}
