"""Change: the response rate of the latest mature quarters against the ones before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.filters import Filters
from pipelines.results.response import response_counts
from pipelines.results.tables import records, result_table
from pipelines.statistics.proportions import wilson_interval

if TYPE_CHECKING:
    from pipelines.published import Published

QUARTERS_COMPARED = 4
"""A year against the year before, so that the season is the same on both sides."""

_GROUPS = ("quarters", "rate", "rate_before")
_COUNTS = ("n_observed", "n_responded", "n_observed_before", "n_responded_before")


def response_change(published: Published, filters: Filters) -> pd.DataFrame:
    """The statistic `difference` of each condition: the last four mature quarters less the four before.

    A quarter is mature when its last course could have finished induction and window by the data-through date.
    The interval is
    Newcombe's hybrid score interval (1998, Stat Med 17:873, method 10) at a level shared among the conditions
    compared (Bonferroni, which holds wherever Holm's does), so that one that excludes zero is a change after
    correction. Columns `rate` and `rate_before` give both sides. Conditions without eight mature quarters, or
    with too few followed up on a side, have no row.
    """
    data_through = published.manifest.data_through
    if data_through is None:
        return result_table([], _GROUPS, _COUNTS)
    days = days_to_mature(published, filters)
    fewest = published.definitions.outcomes.display.fewest_for_a_sentence
    compared = []
    for _, group in response_counts(published, filters, ["quarter"]).groupby("condition", sort=False):
        is_mature = [_is_mature(str(quarter), data_through, days) for quarter in group["quarter"]]
        mature = group[is_mature].sort_values("quarter")
        now, before = (
            mature.tail(QUARTERS_COMPARED),
            mature.iloc[-2 * QUARTERS_COMPARED : -QUARTERS_COMPARED],
        )
        if len(before) == QUARTERS_COMPARED and min(now["n_observed"].sum(), before["n_observed"].sum()) >= fewest:
            compared.append((records(now)[-1], now, before))
    confidence = 1 - (1 - published.definitions.outcomes.interval.confidence) / max(1, len(compared))
    return result_table([_compared(*pair, confidence) for pair in compared], _GROUPS, _COUNTS)


def days_to_mature(published: Published, filters: Filters) -> int:
    """Days past a quarter's end until the window of its last course has closed."""
    outcomes = published.definitions.outcomes
    window = outcomes.windows[filters.window or outcomes.headline_window]
    before = outcomes.induction.first_days if window.anchor == "last_induction_infusion" else 0
    return before + int(window.to_day)


def _is_mature(quarter: str, data_through: date, days: int) -> bool:
    year, separator, number = quarter.partition("-Q")
    if not separator:
        return False
    next_quarter = int(year) * 4 + int(number)
    last_day = date(next_quarter // 4, next_quarter % 4 * 3 + 1, 1) - timedelta(days=1)
    return data_through >= last_day + timedelta(days=days)


def _compared(latest: dict[str, Any], now: pd.DataFrame, before: pd.DataFrame, confidence: float) -> dict[str, Any]:
    n = [int(side["n_observed"].sum()) for side in (now, before)]
    met = [int(side["n_responded"].sum()) for side in (now, before)]
    rate, rate_before = met[0] / n[0], met[1] / n[1]
    lower, upper = wilson_interval(met, n, confidence)
    difference = rate - rate_before
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
        "estimate": difference,
        "lower": difference - ((rate - lower[0]) ** 2 + (upper[1] - rate_before) ** 2) ** 0.5,
        "upper": difference + ((upper[0] - rate) ** 2 + (rate_before - lower[1]) ** 2) ** 0.5,
        "method": f"Newcombe hybrid score at {100 * confidence:.1f} %",
        "note": "",
    }
