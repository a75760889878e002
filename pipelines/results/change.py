"""Change: the response rate of the latest mature quarters against the ones before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.maturity import days_to_mature
from pipelines.results.response import response_counts
from pipelines.results.tables import records, result_table
from pipelines.statistics.proportions import newcombe_interval

if TYPE_CHECKING:
    from pipelines.published import Published

_GROUPS = ("quarters", "rate", "rate_before")
_COUNTS = ("n_observed", "n_responded", "n_observed_before", "n_responded_before")


def response_change(published: Published, filters: Filters) -> pd.DataFrame:
    """The statistic `difference` of each condition: the last mature quarters less as many before them.

    A quarter is mature when its last course could have finished induction and window by the data-through date of
    every source.
    The interval is Newcombe's, at a level shared among the conditions compared (Bonferroni, which holds wherever
    Holm's does), so that one that excludes zero is a change after correction. Columns `rate` and `rate_before`
    give both sides. Conditions without enough mature quarters, or with too few followed up on a side, have no
    row.
    """
    followed_up = published.days_past_end()
    definitions = published.definitions
    days = days_to_mature(filters.window or definitions.outcomes.headline_window, definitions)
    display = definitions.outcomes.display
    n_quarters = display.quarters_compared
    compared = []
    for _, group in response_counts(published, filters, ["quarter"]).groupby("condition", sort=False):
        is_mature = ["-Q" in str(quarter) and followed_up.get(str(quarter), -1) >= days for quarter in group["quarter"]]
        mature = group[is_mature].sort_values("quarter")
        now, before = (
            mature.tail(n_quarters),
            mature.iloc[-2 * n_quarters : -n_quarters],
        )
        fewest = min(now["n_observed"].sum(), before["n_observed"].sum())
        if len(before) == n_quarters and fewest >= display.fewest_for_a_sentence:
            compared.append((records(now)[-1], now, before))
    confidence = 1 - (1 - published.definitions.outcomes.interval.confidence) / max(1, len(compared))
    return result_table([_compared(*pair, confidence) for pair in compared], _GROUPS, _COUNTS)


def _compared(latest: dict[str, Any], now: pd.DataFrame, before: pd.DataFrame, confidence: float) -> dict[str, Any]:
    n = [int(side["n_observed"].sum()) for side in (now, before)]
    met = [int(side["n_responded"].sum()) for side in (now, before)]
    rate, rate_before = met[0] / n[0], met[1] / n[1]
    lower, upper = newcombe_interval(met, n, confidence)
    return {
        **latest,
        "measure": "response-change",
        "statistic": "difference",
        "quarters": f"{now['quarter'].iloc[0]} to {now['quarter'].iloc[-1]}",
        "rate": rate,
        "rate_before": rate_before,
        "n_observed": n[0],
        "n_responded": met[0],
        "n_observed_before": n[1],
        "n_responded_before": met[1],
        "estimate": rate - rate_before,
        "lower": lower,
        "upper": upper,
        "method": f"Newcombe hybrid score at {100 * confidence:.1f} %",
        "note": "",
    }
