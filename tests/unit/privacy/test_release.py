"""The plan of a release by hand: quarters joined, sites joined, counts left out."""

from __future__ import annotations

import pandas as pd

from pipelines.definitions.disclosure import policy_named
from pipelines.privacy.release.cohorts import CORE
from pipelines.privacy.release.ledger import NOTHING_RELEASED, Ledger
from pipelines.privacy.release.plan import plan_release

CMS, INTERNAL = policy_named("cms"), policy_named("internal")


def counts(*rows: tuple[str, str, tuple[int, ...]]) -> pd.DataFrame:
    made = [
        {"condition": "depression", "quarter": quarter, "site": site, **dict(zip(CORE, values, strict=True))}
        for quarter, site, values in rows
    ]
    return pd.DataFrame(made)


SMALL = counts(
    ("2026-Q1", "North", (40, 40, 40, 28, 14)),
    ("2026-Q1", "South", (6, 6, 6, 4, 2)),
    ("2026-Q2", "North", (12, 12, 12, 8, 4)),
    ("2026-Q2", "South", (8, 8, 8, 6, 3)),
)


def test_internal_joins_nothing_and_leaves_nothing_out():
    plan = plan_release(SMALL, INTERNAL, NOTHING_RELEASED).of("depression")
    assert plan.pools == (("2026-Q1",), ("2026-Q2",))
    assert plan.sites == (("North",), ("South",))
    assert plan.columns == plan.site_columns == CORE
    assert plan.said == ()


def test_quarters_are_joined_until_all_is_safe():
    plan = plan_release(SMALL, CMS, NOTHING_RELEASED).of("depression")
    assert plan.pools == (("2026-Q1", "2026-Q2"),)
    assert plan.columns == CORE
    assert plan.site_columns == ("n_started",)
    assert [one.key for one in plan.said] == ["quarters_joined", "site_columns_not_shown"]


def test_a_ledger_is_read_as_it_was_written():
    ledger = Ledger().with_release(plan_release(SMALL, CMS, NOTHING_RELEASED), pd.DataFrame())
    assert Ledger.from_json(ledger.as_json()) == ledger
