"""A pack of the sample data, for tests of what writes or reads one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.definitions.disclosure import PolicyName
from pipelines.privacy.release.ledger import NOTHING_RELEASED
from pipelines.published.snapshot import Published, earlier_quality, open_published
from pipelines.reports.about import about_pack
from pipelines.reports.asking import Asked
from pipelines.reports.cohorts import cohorts_of
from pipelines.reports.compose import composed
from pipelines.reports.making import FORMATS
from pipelines.reports.pack import About, Pack
from pipelines.reports.period import asked_period
from pipelines.store import Store

PERIOD = "2026-Q3"


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
