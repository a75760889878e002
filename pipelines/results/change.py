"""Change: the response rate of the latest mature quarters against the ones before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.maturity import days_to_mature
from pipelines.results.response import response_counts
from pipelines.results.tables import records, result_table
from pipelines.statistics.multiplicity import holm_levels
from pipelines.statistics.proportions import newcombe_interval, newcombe_p_value

if TYPE_CHECKING:
    from pipelines.published import Published

_GROUPS = ("quarters", "rate", "rate_before")
_COUNTS = ("n_observed", "n_responded", "n_observed_before", "n_responded_before")


def response_change(published: Published, filters: Filters) -> pd.DataFrame:
    """The statistic `difference` of each condition: the last mature quarters less as many before them.

    A quarter is mature when its last course could have finished induction and window by the data-through date of
    every source.
    The interval is Newcombe's, at the level of Holm's step-down test over the conditions compared, so that it excludes
    zero just where there is a change after correction. Columns `rate` and `rate_before` give both sides. Conditions
    without enough mature quarters, or with too few followed up on a side, have no row.
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
    p_values = [newcombe_p_value(_met(now, before), _observed(now, before)) for _, now, before in compared]
    levels = holm_levels(p_values, 1 - definitions.outcomes.interval.confidence)
    rows = [_compared(*sides, 1 - float(level)) for sides, level in zip(compared, levels, strict=True)]
    return result_table(rows, _GROUPS, _COUNTS)


def _observed(*sides: pd.DataFrame) -> list[int]:
    return [int(side["n_observed"].sum()) for side in sides]


def _met(*sides: pd.DataFrame) -> list[int]:
    return [int(side["n_responded"].sum()) for side in sides]


def _compared(latest: dict[str, Any], now: pd.DataFrame, before: pd.DataFrame, confidence: float) -> dict[str, Any]:
    n, met = _observed(now, before), _met(now, before)
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
