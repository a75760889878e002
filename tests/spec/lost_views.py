"""What Then tables show of those lost to follow-up, worded and rounded as the pages write them."""

from __future__ import annotations

from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.response import remission_rates, response_rates

SAID = ("for ", "no ", "not standardised", "reference", "the interval", "too few to compare")
"""How the parts of a note begin that are about those lost."""


def _lost(published: Published, then: Table) -> list[Row]:
    """Rows of `standardised` and `tipping_point`, and beside them what the same rate is otherwise."""
    asked = {name: next(iter(then.column(name))) for name in ("window", "rule", "scale") if name in then.columns}
    filters = Filters(**asked)
    measures = {"response": response_rates, "remission": remission_rates}
    rows = [
        {
            **asked,
            "measure": measure,
            "statistic": row["statistic"].replace("_", " "),
            "observed": str(row["n_observed"]),
            "lost": str(row["n_missed"]),
            "share": NOTHING if row["estimate"] != row["estimate"] else f"{100 * row['estimate']:.1f} %",
            "has interval": "yes" if row["lower"] == row["lower"] else "no",
            "said": "; ".join(part for part in row["note"].split("; ") if part.startswith(SAID)) or NOTHING,
        }
        for measure, rates in measures.items()
        for row in rates(published, filters).to_dict("records")
    ]
    if "measure" not in then.columns:
        rows = [row for row in rows if row["measure"] == "response"]
    return [
        row
        for row in rows
        if row["statistic"] in then.column("statistic")
        and ("measure" not in then.columns or row["measure"] in then.column("measure"))
    ]


LOST_VIEWS = {"lost": _lost}
