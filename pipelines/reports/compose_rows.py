"""All rows of a pack, made before a sentence is written: the one way from a snapshot to a number of a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.definitions.disclosure import HIDDEN, policy_named
from pipelines.privacy.release.cohorts import BESIDE, QUARTERS, SITES, cohort_text, cohort_values
from pipelines.reports.compose_cuts import Cut, Cuts, cut_of
from pipelines.reports.compose_protected import only_planned_stages, protected
from pipelines.reports.compose_wider import FINDINGS, WITH_CURVES, cuts_told
from pipelines.results.registry import result
from pipelines.results.retention import RECEIVED
from pipelines.words.report_tables import COHORT
from pipelines.words.safety import ALL, PROGRAM

if TYPE_CHECKING:
    from pipelines.privacy.release.ledger import Ledger
    from pipelines.reports.compose_wider import Make

    Keep = Callable[[pd.DataFrame], pd.DataFrame]
    Rows = Mapping[str, pd.DataFrame]

OUTCOMES = ("response", "flow", "remission", "onset", "durability")
CHARTED = "response"
_RATES, _OF_RATES = "response_bounds", ("observed", "missing_as_nonresponse", "bound_lower", "bound_upper")


@dataclass(frozen=True)
class Request:
    """What one table of a pack holds.

    Attributes:
        table: the name in the pack.
        measure: the name of the result table.
        condition: None for all that the pack is about.
        cuts: one below the other in the table.
        keep: the rows that belong to the pack.
        pools: further cuts below these, of which the rates alone are told.
    """

    table: str
    measure: str
    condition: str | None
    cuts: tuple[Cut, ...]
    keep: Keep | None = None
    pools: tuple[Cut, ...] = ()

    @property
    def rows(self) -> Iterator[tuple[str, Cut]]:
        """Each cut with the name of its result table."""
        yield from ((self.measure, cut) for cut in self.cuts)
        yield from ((_RATES, cut) for cut in self.pools)


def requests(cuts: Cuts, before: Ledger, make: Make) -> Iterator[Request]:
    """All tables that are made of result tables; of two that would give a third away, the first ones stay."""
    activity = (cuts.activity(),)
    yield Request("activity", "flow", None, activity, partial(_stages, cuts))
    for condition in cuts.conditions:
        if cuts.outcomes(condition):
            yield from _of_condition(condition, cuts, before, make)
    yield Request("safety", "safety", None, activity, partial(_all_infusions, cuts))
    yield Request("infusions-received", "retention", None, activity, partial(_received, cuts))
    yield Request("acute", "acute", None, activity, partial(_acute, cuts))


def _of_condition(condition: str, cuts: Cuts, before: Ledger, make: Make) -> Iterator[Request]:
    outcomes = cuts.outcomes(condition)
    if cuts.hides:
        # Pools and the whole are released together, for one is a sum of the others.
        pools = tuple(pool for pool in cuts.pools(condition) if pool not in outcomes)
        yield Request(f"response-{condition}", "response", condition, outcomes, pools=pools)
        if groups := cuts.site_groups(condition):
            yield Request(f"sites-{condition}", _RATES, condition, groups)
        keep = partial(only_planned_stages, columns=cuts.plan.of(condition).columns)
        yield Request(f"flow-{condition}", "flow", condition, outcomes, keep)
    else:
        through = (cut_of(cuts.cohorts.through, cuts.cohorts.activity.standing),)
        yield Request(f"response-{condition}", "response", condition, outcomes)
        yield Request(f"flow-{condition}", "flow", condition, outcomes)
        yield Request(f"trend-{condition}", "trend", condition, through, _charted)
        if cuts.has_sites:
            yield Request(f"sites-{condition}", "sites", condition, outcomes[-1:])
    beside = () if cuts.hides else (cuts.activity(),)
    yield Request(f"completeness-{condition}", "completeness", condition, (*outcomes, *beside))
    told = {
        measure: cuts_told(measure, condition, cuts, before, make) if cuts.hides else outcomes for measure in FINDINGS
    }
    for measure, own in told.items():
        yield Request(f"{measure}-{condition}", measure, condition, own)
    for measure in WITH_CURVES:
        yield Request(f"{measure}-curve-{condition}", f"{measure}_curve", condition, told[measure][-1:])


def released_rows(cuts: Cuts, before: Ledger) -> Rows:
    """The rows of every table as the pack may hold them.

    Args:
        cuts: with the plan of the release.
        before: what earlier packs released.
    """

    @cache
    def make(measure: str, cut: Cut, condition: str | None) -> pd.DataFrame:
        table = _of_cut(cuts, measure, cut, condition)
        is_beside = cuts.hides and measure == "remission"
        return _beside_response(table, make("response", cut, condition)) if is_beside else table

    made = {}
    for request in requests(cuts, before, make):
        table = pd.concat([make(*row, request.condition) for row in request.rows], ignore_index=True)
        made[request.table] = request.keep(table).reset_index(drop=True) if request.keep else table
    if not cuts.hides:
        return made
    confidence = cuts.published.definitions.outcomes.interval.confidence
    shown = dict(protected(made, cuts.plan, before, cuts.about.policy, confidence))
    safety = shown["safety"]
    courses = safety["n_courses"].astype(object)
    shown["safety"] = safety.assign(n_courses=courses.mask(safety["population"] != "published", HIDDEN))
    for condition in cuts.conditions:
        if cuts.outcomes(condition):
            rates = shown[f"response-{condition}"]
            pools = [cut.label for cut in cuts.pools(condition)]
            outcomes = [cut.label for cut in cuts.outcomes(condition)]
            in_time = pd.concat([rates[rates[COHORT] == pool] for pool in pools]) if pools else rates.iloc[:0]
            shown[f"trend-{condition}"] = _rates(in_time).reset_index(drop=True)
            shown[f"response-{condition}"] = rates[rates[COHORT].isin(outcomes)].reset_index(drop=True)
    return shown


def rows_of(table: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    """The rows of one cut."""
    return table[table[COHORT] == cut.label]


def cuts_of(table: pd.DataFrame, condition: str, cuts: Cuts) -> tuple[Cut, ...]:
    """The cuts that the rows of a table are of, in their order: those of the pack, or longer ones; of no rows, all."""
    known = {cut.label: cut for cut in cuts.outcomes(condition)}
    if table.empty:
        return tuple(known.values())
    labels = dict(zip(table[COHORT], table[QUARTERS], strict=True))
    standing = cuts.cohorts.latest.standing
    return tuple(known.get(label) or cut_of(cohort_values(text), standing) for label, text in labels.items())


def _of_cut(cuts: Cuts, measure: str, cut: Cut, condition: str | None) -> pd.DataFrame:
    """The rows of a cut with every count; who may see them is decided of all tables together."""
    every = policy_named("internal")
    table = result(measure, cuts.published, cuts.filters(cut, condition), (), every).copy()
    named = ((COHORT, cut.label), (QUARTERS, cohort_text(cut.quarters)), (SITES, cohort_text(cut.sites)))
    for place, (name, value) in enumerate(named):
        table.insert(place, name, value)
    return table


def _beside_response(remission: pd.DataFrame, response: pd.DataFrame) -> pd.DataFrame:
    """Remission with how many of the same courses responded, which the table of response tells."""
    responded = dict(zip(response["statistic"], response["n_responded"], strict=True))
    beside = [responded.get(name, pd.NA) for name in remission["statistic"]]
    return remission.assign(**{BESIDE: pd.array(beside, dtype="Int64")})


def _stages(cuts: Cuts, flow: pd.DataFrame) -> pd.DataFrame:
    """Under a policy that hides, courses started alone: the rest is told once a quarter's outcomes are."""
    stages = ["started"] if cuts.hides else ["started", "with_baseline", "in_population"]
    return flow[flow["statistic"].isin(stages)]


def _charted(trends: pd.DataFrame) -> pd.DataFrame:
    return trends[trends["outcome"] == CHARTED]


def _rates(rates: pd.DataFrame) -> pd.DataFrame:
    return rates[rates["statistic"].isin(_OF_RATES)]


def _all_infusions(cuts: Cuts, safety: pd.DataFrame) -> pd.DataFrame:
    """Of all infusions, and what is published of them; single infusions are too many for a page.

    A policy that hides leaves out the whole of all conditions, which less these would tell who is given for two.
    """
    own = safety[safety["infusion"].isna() | (safety["infusion"] == ALL)]
    if not cuts.hides:
        return own
    is_ours = own["population"] != "published"
    # Of how many courses the infusions are is not told: all but a few have some. Where these are few, no figure is.
    is_told = is_ours & ~own["n_courses"].map(lambda n: bool(pd.notna(n)) and cuts.about.policy.is_hidden(n))
    told = own.assign(n_courses=own["n_courses"].mask(is_told))
    return told[~(is_ours & (told["condition"] == PROGRAM))]


def _received(cuts: Cuts, retention: pd.DataFrame) -> pd.DataFrame:
    """Under a policy that hides, how many received each infusion: why the others did not are small numbers each."""
    return retention[retention["statistic"] == RECEIVED] if cuts.hides else retention


def _acute(cuts: Cuts, acute: pd.DataFrame) -> pd.DataFrame:
    return acute[acute["infusion"] == ALL] if cuts.hides else acute
