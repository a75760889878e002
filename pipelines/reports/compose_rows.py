"""All rows of a pack, made before a sentence is written: the one way from a snapshot to a number of a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.reports.compose_cuts import Cut, Cuts, cut_of
from pipelines.results.registry import result
from pipelines.words.report_tables import COHORT
from pipelines.words.safety import ALL

if TYPE_CHECKING:
    Keep = Callable[[pd.DataFrame], pd.DataFrame]
    Rows = Mapping[str, pd.DataFrame]

OUTCOMES = ("response", "flow", "remission", "onset", "durability")
CHARTED = "response"


@dataclass(frozen=True)
class Request:
    """What one table of a pack holds.

    Attributes:
        table: the name in the pack.
        measure: the name of the result table.
        condition: None for all that the pack is about.
        cuts: one below the other in the table.
        keep: the rows that belong to the pack.
    """

    table: str
    measure: str
    condition: str | None
    cuts: tuple[Cut, ...]
    keep: Keep | None = None


def requests(cuts: Cuts) -> Iterator[Request]:
    """All tables that are made of result tables; of two that would give a third away, the first ones stay."""
    activity = (cuts.activity(),)
    yield Request("activity", "flow", None, activity, _started)
    for condition in cuts.conditions:
        outcomes, whole = cuts.outcomes(condition), cuts.whole(condition)
        for measure in OUTCOMES:
            yield Request(f"{measure}-{condition}", measure, condition, outcomes)
        if whole is not None:
            yield Request(f"completeness-{condition}", "completeness", condition, (*outcomes, *activity))
            yield Request(f"onset-curve-{condition}", "onset_curve", condition, (whole,))
            yield Request(f"durability-curve-{condition}", "durability_curve", condition, (whole,))
        through = cut_of(cuts.cohorts.through, cuts.cohorts.activity.standing)
        yield Request(f"trend-{condition}", "trend", condition, (through,), _charted)
        if whole is not None and cuts.has_sites:
            yield Request(f"sites-{condition}", "sites", condition, (whole,))
    yield Request("safety", "safety", None, activity, _all_infusions)
    yield Request("infusions-received", "retention", None, activity)
    yield Request("acute", "acute", None, activity)


def released_rows(cuts: Cuts) -> Rows:
    """The rows of every table as the pack may hold them."""
    published, policy = cuts.published, cuts.about.policy
    made: dict[str, pd.DataFrame] = {}
    for request in requests(cuts):
        found = [
            _named(result(request.measure, published, cuts.filters(cut, request.condition), (), policy), cut)
            for cut in request.cuts
        ]
        table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[COHORT, "condition"])
        made[request.table] = request.keep(table).reset_index(drop=True) if request.keep else table
    return made


def rows_of(table: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    """The rows of one cut."""
    return table[table[COHORT] == cut.label]


def _named(table: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    named = table.copy()
    named.insert(0, COHORT, cut.label)
    return named


def _started(flow: pd.DataFrame) -> pd.DataFrame:
    return flow[flow["statistic"].isin(["started", "with_baseline", "in_population"])]


def _charted(trends: pd.DataFrame) -> pd.DataFrame:
    return trends[trends["outcome"] == CHARTED]


def _all_infusions(safety: pd.DataFrame) -> pd.DataFrame:
    """Of all infusions, and what is published of them; single infusions are too many for a page."""
    return safety[safety["infusion"].isna() | (safety["infusion"] == ALL)]
