"""What Then tables show of compared groups, rounded as the pages write them."""

from __future__ import annotations

from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.onset import onset_times
from pipelines.results.onset_comparison import (
    LOG_RANK,
    RESTRICTED_MEAN,
    RESTRICTED_MEAN_DIFFERENCE,
    SCORE_TEST,
)

_SAID = ("too few", "nothing to compare", "not tested", "left out", "one of", "the only", "up to", "sees")


def _number(value: float, decimals: int) -> str:
    return NOTHING if value != value else f"{value:.{decimals}f}"


def _filters(then: Table) -> Filters:
    asked = {
        name: next(iter(then.column(name)))
        for name in ("population", "kind", "clock")
        if name in then.columns and len(then.column(name)) == 1
    }
    conditions = tuple(sorted(then.column("condition"))) if "condition" in then.columns else ()
    return Filters(condition=conditions, **asked)


def _tests(published: Published, then: Table) -> list[Row]:
    filters = _filters(then)
    table = onset_times(published, filters, ["site"])
    rows = [
        {
            "condition": row["condition"],
            "population": row["population"],
            "kind": filters.kind,
            "test": row["statistic"].replace("_", " "),
            "courses": str(row["n_assessed"]),
            "responded": str(row["n_responded"]),
            "groups": str(row["n_groups"]),
            "chi-square": _number(row["chi_square"], 4),
            "p": _number(row["p_value"], 4),
            "corrected": _number(row["p_value_adjusted"], 4),
            "said": _said(row["note"]),
        }
        for row in table[table["statistic"].isin([SCORE_TEST, LOG_RANK])].to_dict("records")
    ]
    return [row for row in rows if "test" not in then.columns or row["test"] in then.column("test")]


def _means(published: Published, then: Table) -> list[Row]:
    table = onset_times(published, _filters(then), ["site"])
    rows = [
        {
            "condition": row["condition"],
            "site": row["site"],
            "mean": "own" if row["statistic"] == RESTRICTED_MEAN else "less the others",
            "days": _number(row["estimate"], 2),
            "from": _number(row["lower"], 2),
            "to": _number(row["upper"], 2),
            "p": _number(row["p_value"], 4),
            "corrected": _number(row["p_value_adjusted"], 4),
            "said": _said(row["note"]),
        }
        for row in table[table["statistic"].isin([RESTRICTED_MEAN, RESTRICTED_MEAN_DIFFERENCE])].to_dict("records")
    ]
    return [row for row in rows if "mean" not in then.columns or row["mean"] in then.column("mean")]


def _said(note: str) -> str:
    return "; ".join(part for part in note.split("; ") if part.startswith(_SAID)) or NOTHING


COMPARISON_VIEWS = {"compared groups": _tests, "mean days without response": _means}
