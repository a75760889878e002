"""Of which quarters an outcome is told: those asked for, or more where these let its finding be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipelines.privacy.release.cohorts import cohort_values
from pipelines.privacy.release.pooling import last_pools
from pipelines.reports.compose_cuts import cut_of
from pipelines.reports.compose_protected import protected
from pipelines.words.report_tables import COHORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.privacy.release.ledger import Ledger
    from pipelines.reports.compose_cuts import Cut, Cuts

    Make = Callable[[str, Cut, str | None], pd.DataFrame]

FINDINGS = {"remission": "observed", "onset": "median_interval", "durability": "median_interval"}
"""Outcomes that may need more quarters than response, each with the statistic that is its finding."""
WITH_CURVES = ("onset", "durability")
_LONGER = (2, 3, 1_000)
"""How many times as many quarters are tried; at last all there are."""


def cuts_told(measure: str, condition: str, cuts: Cuts, before: Ledger, make: Make) -> tuple[Cut, ...]:
    """The cuts that an outcome is told of under a policy that hides; the larger one is the last.

    A count is told of all cohorts or of none, so that a small latest one can hide what the others show: it is left
    out then. Where the rest is still too small, the cohort of an earlier pack is repeated, or longer ones are tried.

    Args:
        measure: one of `FINDINGS`.
        before: what earlier packs released.
        make: the rows of a measure, a cut and a condition, with every count.
    """
    *latest, whole = cuts.outcomes(condition)

    def told(tried: tuple[Cut, ...]) -> pd.DataFrame:
        tables = {measure: pd.concat([make(measure, cut, condition) for cut in tried], ignore_index=True)}
        if measure in WITH_CURVES:
            tables["curve"] = make(f"{measure}_curve", tried[-1], condition)
        confidence = cuts.published.definitions.outcomes.interval.confidence
        shown = protected(tables, cuts.plan, before, cuts.about.policy, confidence)[measure]
        return shown[shown[COHORT] == tried[-1].label]

    if not _may_follow(measure, condition, whole, before):
        return (_as_of(measure, condition, cuts, before) or whole,)
    alone = told((whole,))
    if _is_found(measure, alone):
        beside = told((*latest, whole)) if latest and measure != "durability" else None
        is_at_no_cost = beside is not None and beside["suppressed"].sum() <= alone["suppressed"].sum()
        return (*latest, whole) if is_at_no_cost else (whole,)
    as_of = _as_of(measure, condition, cuts, before)
    tries = [as_of] if as_of else list(_longer(condition, whole, cuts))
    return (next((cut for cut in tries if _is_found(measure, told((cut,)))), whole),)


def _is_found(measure: str, rows: pd.DataFrame) -> bool:
    findings = rows[rows["statistic"] == FINDINGS[measure]]
    return len(findings) > 0 and not findings["suppressed"].any()


def _longer(condition: str, whole: Cut, cuts: Cuts) -> Iterator[Cut]:
    pools, n = cuts.plan.of(condition).pools, len(whole.quarters)
    longer = dict.fromkeys(last_pools(pools, times * n) for times in _LONGER)
    yield from (cut_of(quarters, whole.standing) for quarters in longer if len(quarters) > n)


def _curves_released(measure: str, condition: str, before: Ledger) -> list[tuple[str, ...]]:
    """The quarters of the curves that earlier packs told; what has none is known by its own name."""
    name = f"{measure}-curve" if measure in WITH_CURVES else measure
    rows = [row for row in before.rows if (row["measure"], row["condition"]) == (name, condition) and not row["sites"]]
    return list(dict.fromkeys(cohort_values(str(row["quarters"])) for row in rows))


def _may_follow(measure: str, condition: str, whole: Cut, before: Ledger) -> bool:
    """Whether no earlier curve lies within this one, nor this in one: two heights less each other would tell few."""
    if measure not in WITH_CURVES:
        return True
    now = frozenset(whole.quarters)
    then = map(frozenset, _curves_released(measure, condition, before))
    return not any(one < now or now < one for one in then)


def _as_of(measure: str, condition: str, cuts: Cuts, before: Ledger) -> Cut | None:
    """What was told last."""
    earlier = _curves_released(measure, condition, before)
    if not earlier:
        return None
    return cut_of(max(earlier, key=lambda quarters: (quarters[-1], len(quarters))), cuts.cohorts.latest.standing)
