"""A pack of the sample data, for tests of what writes or reads one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines.definitions.disclosure import PolicyName, policy_named
from pipelines.published.snapshot import Published, earlier_quality, open_published
from pipelines.reports.cohorts import cohorts_of
from pipelines.reports.compose import compose
from pipelines.reports.pack import About, Pack
from pipelines.reports.period import asked_period
from pipelines.store import Store

PERIOD = "2026-Q3"


def sample_about(published: Published, period: str = PERIOD, policy: PolicyName = "internal") -> About:
    """What stands on every page of a pack of a snapshot."""
    manifest = published.manifest
    return About(
        program=manifest.program,
        period=period,
        cohorts=(),
        conditions=tuple(published.options("condition")),
        site=None,
        snapshot=manifest.id,
        built=manifest.built_at.date(),
        data_through=manifest.data_through,
        definitions_version=published.definitions.outcomes.version,
        definitions_hash=published.definitions.hash,
        policy=policy_named(policy),
        privacy_mode=manifest.privacy_mode,
        is_synthetic=manifest.is_synthetic,
        version=manifest.version,
        command=f"outcomes report {period} --policy {policy}",
    )


def sample_pack(store_folder: Path, period: str = PERIOD, policy: PolicyName = "internal") -> Pack:
    """The pack of the snapshot in force in a store."""
    store = Store(store_folder)
    published = open_published(store)
    about = sample_about(published, period, policy)
    cohorts = cohorts_of(asked_period(period, published), published)
    return compose(published, cohorts, replace(about), earlier_quality(store, about.snapshot, published.scope))
