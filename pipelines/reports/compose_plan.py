"""How a pack's quarters and sites are joined, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.definitions.disclosure import policy_named
from pipelines.filters import Filters
from pipelines.privacy.release.plan import ReleasePlan, plan_release
from pipelines.results.registry import result
from pipelines.words.report_withheld import withheld_words

if TYPE_CHECKING:
    from pipelines.privacy.release.ledger import Ledger
    from pipelines.published import Published
    from pipelines.reports.cohorts import Cohorts
    from pipelines.reports.compose_cuts import Cuts
    from pipelines.reports.pack import About

_ROLLING_QUARTERS, _ROLLING_YEARS = 4, 1


def plan_of(published: Published, cohorts: Cohorts, about: About, before: Ledger) -> ReleasePlan:
    """The plan of the quarters whose outcomes may be told, up to the newest of them."""
    judged = tuple(quarter for quarter in cohorts.through if quarter <= cohorts.latest.quarters[-1])
    filters = replace(Filters(), quarter=judged, site=(about.site,) if about.site else ())
    counts = result("response_counts", published, filters, ("quarter", "site"), policy_named("internal"))
    if len(counts):
        counts = counts[counts["condition"].isin(about.conditions)]
    are_years = all(quarter.isdigit() for quarter in judged)
    return plan_release(counts, about.policy, before, _ROLLING_YEARS if are_years else _ROLLING_QUARTERS)


def withheld(cuts: Cuts) -> tuple[str, ...]:
    """What was joined or is not shown, condition by condition, and why."""
    if not cuts.hides:
        return ()
    definitions, policy = cuts.published.definitions, cuts.about.policy
    texts = [
        withheld_words(said, definitions.conditions[condition].label, policy)
        for condition in cuts.conditions
        for said in cuts.plan.of(condition).said
    ]
    return tuple(texts)
