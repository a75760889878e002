"""What Then tables show of how a release joins quarters and sites."""

from __future__ import annotations

from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.privacy.release.ledger import NOTHING_RELEASED
from pipelines.privacy.release.plan import ConditionPlan, plan_release
from pipelines.published import Published
from pipelines.results.registry import policy_of
from pipelines.results.response import response_counts


def _plan(published: Published) -> ConditionPlan:
    counts = response_counts(published, Filters(), ["quarter", "site"])
    (plan,) = plan_release(counts, policy_of(published), NOTHING_RELEASED).conditions.values()
    return plan


def _pools(published: Published, _then: Table) -> list[Row]:
    plan = _plan(published)
    return [{"shown together": " and ".join(pool), "counts": _counts(plan.columns)} for pool in plan.pools]


def _sites(published: Published, _then: Table) -> list[Row]:
    plan = _plan(published)
    return [
        {
            "shown together": " and ".join(sites),
            "over": f"{plan.site_quarters[0]} to {plan.site_quarters[-1]}",
            "counts": _counts(plan.site_columns),
        }
        for sites in plan.sites
    ]


def _said(published: Published, _then: Table) -> list[Row]:
    return [
        {"what is said": one.key.replace("_", " "), "of": ", ".join(one.values) or NOTHING}
        for one in _plan(published).said
    ]


def _counts(columns: tuple[str, ...]) -> str:
    return ", ".join(name.removeprefix("n_").replace("_", " ") for name in columns)


RELEASE_VIEWS = {"quarters released": _pools, "sites released": _sites, "withheld": _said}
