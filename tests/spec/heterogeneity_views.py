"""What Then tables show of the test whether the levels of a subgroup differ."""

from __future__ import annotations

import pandas as pd
from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.published import Published
from pipelines.results.heterogeneity import response_by_subgroup


def _figure(value: float, decimals: int) -> str:
    return NOTHING if pd.isna(value) else f"{value:.{decimals}f}"


def _whole(value: float) -> str:
    return NOTHING if pd.isna(value) else str(value)


def _heterogeneity(published: Published, then: Table) -> list[Row]:
    """One line for each condition, by the group of the column `by`."""
    (by,) = then.column("by")
    table = response_by_subgroup(published, Filters(), [by])
    return [
        {
            "by": by,
            "condition": row["condition"],
            "levels": str(row["n_groups"]),
            "met": str(row["n_responded"]),
            "observed": str(row["n_observed"]),
            "chi squared": _figure(row["chi_square"], 2),
            "degrees": _whole(row["degrees_of_freedom"]),
            "p": _figure(row["p_value"], 4),
            "adjusted": _figure(row["p_value_adjusted"], 4),
            "said": "; ".join(part for part in row["note"].split("; ") if not part.startswith(("PHQ", "GAD", "matur"))),
        }
        for row in table[table["statistic"] == "heterogeneity"].to_dict("records")
    ]


HETEROGENEITY_VIEWS = {"heterogeneity": _heterogeneity}
