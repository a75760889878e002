"""A pack of the sample data, for tests of what writes or reads one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from pipelines.definitions.disclosure import PolicyName, policy_named
from pipelines.filters import Filters
from pipelines.privacy.release.ledger import NOTHING_RELEASED, Ledger
from pipelines.published.snapshot import EarlierQuality, Published, earlier_quality, open_published
from pipelines.reports.about import about_pack
from pipelines.reports.asking import Asked
from pipelines.reports.cohorts import cohorts_of
from pipelines.reports.compose import Composed, composed
from pipelines.reports.making import FORMATS
from pipelines.reports.pack import About, Pack
from pipelines.reports.period import asked_period
from pipelines.results.registry import result
from pipelines.store import Store

PERIOD = "2026-Q3"
_MEASURES = {"onset-curve": "onset_curve", "durability-curve": "durability_curve"}


def sample_about(published: Published, policy: PolicyName = "internal") -> About:
    """What stands on every page of a pack of a snapshot."""
    asked = Asked(PERIOD, policy, tuple(FORMATS), "a4")
    return about_pack(published, asked, cohorts_of(asked_period(PERIOD, published), published), "", None)


def sample_pack(store_folder: Path, policy: PolicyName = "internal") -> Pack:
    """The pack of the snapshot in force in a store; made once, for it takes some seconds."""
    return _made_once(store_folder, policy)


@cache
def _made_once(store_folder: Path, policy: PolicyName) -> Pack:
    """Apart, because `cache` takes a policy that is named and one that is left out for two questions."""
    store = Store(store_folder)
    published = open_published(store)
    about = sample_about(published, policy)
    cohorts = cohorts_of(asked_period(PERIOD, published), published)
    before = earlier_quality(store, about.snapshot, published.scope)
    return composed(published, cohorts, about, before, NOTHING_RELEASED).pack


def sample_composed(published: Published, policy: PolicyName, ledger: Ledger) -> Composed:
    """The pack of a snapshot without one before it, beside what was released."""
    cohorts = cohorts_of(asked_period(PERIOD, published), published)
    return composed(published, cohorts, sample_about(published, policy), EarlierQuality(None, None), ledger)


def measured_rows(measure: str, condition: str, quarters: str, sites: str, published: Published) -> pd.DataFrame:
    """What `outcomes measure --policy internal` gives of the cohort that a row of a pack names."""
    filters = Filters(
        condition=() if condition == "any" else (condition,),
        quarter=tuple(quarters.split("; ")),
        site=tuple(site for site in sites.split("; ") if site),
    )
    table = result(_MEASURES.get(measure, measure), published, filters, (), policy_named("internal"))
    return table[table["condition"] == condition]
