"""What Then tables show of how a release joins quarters and sites."""

from __future__ import annotations

import pandas as pd
from row_views import NOTHING
from worked_examples import Row, Table

from pipelines.filters import Filters
from pipelines.privacy.release.cohorts import QUARTERS, SITES, cohort_text
from pipelines.privacy.release.ledger import NOTHING_RELEASED
from pipelines.privacy.release.plan import ConditionPlan, plan_release
from pipelines.published import Published
from pipelines.reports.compose_protected import protected
from pipelines.results.onset import onset_curves, onset_times
from pipelines.results.registry import policy_of
from pipelines.results.response import response_counts


def _plan(published: Published) -> ConditionPlan:
    (plan,) = plan_release(_counted(published), policy_of(published), NOTHING_RELEASED).conditions.values()
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


def _curve(published: Published, _then: Table) -> list[Row]:
    """What is told of onset day by day: how many had a response by then, how many were still at risk."""
    plan, policy = plan_release(_counted(published), policy_of(published), NOTHING_RELEASED), policy_of(published)
    quarters = cohort_text(sorted(set(_counted(published)["quarter"])))
    made = {"onset": onset_times(published, Filters(), []), "onset-curve": onset_curves(published, Filters(), [])}
    tables = {name: table.assign(**{QUARTERS: quarters, SITES: ""}) for name, table in made.items()}
    told = protected(tables, plan, NOTHING_RELEASED, policy, 0.95)
    responded, at_risk = told["onset"], told["onset-curve"]
    by_day = {
        day: (row["n_responded"], NOTHING)
        for row in responded.to_dict("records")
        if (day := str(row["statistic"]).removeprefix("recorded_by_day_")).isdigit()
    }
    for row in at_risk[at_risk["statistic"] == "at_risk"].to_dict("records"):
        day = f"{row['day']:g}"
        by_day[day] = (by_day.get(day, (NOTHING,))[0], row["n_at_risk"])
    return [
        {"day": day, "responded by then": _number(responded), "at risk": _number(still)}
        for day, (responded, still) in sorted(by_day.items(), key=lambda told: int(told[0]))
    ]


def _number(value: object) -> str:
    return value if isinstance(value, str) else "hidden" if value != value else str(int(value))


def _counted(published: Published) -> pd.DataFrame:
    return response_counts(published, Filters(), ["quarter", "site"])


def _counts(columns: tuple[str, ...]) -> str:
    return ", ".join(name.removeprefix("n_").replace("_", " ") for name in columns)


RELEASE_VIEWS = {"quarters released": _pools, "sites released": _sites, "withheld": _said, "told of the curve": _curve}
