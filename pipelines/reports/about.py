"""What stands on every page of a pack, from its snapshot and the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.definitions.disclosure import policy_named
from pipelines.reports.pack import About, Logo
from pipelines.words.report import cohort_line

if TYPE_CHECKING:
    from pipelines.published import Published
    from pipelines.reports.asking import Asked
    from pipelines.reports.cohorts import Cohorts


def about_pack(published: Published, asked: Asked, cohorts: Cohorts, contact: str, logo: Logo | None) -> About:
    """What a pack is about, and what made it.

    Args:
        published: narrowed to the site, if the pack is about one.
    """
    manifest, definitions, policy = published.manifest, published.definitions, policy_named(asked.policy)
    parts = {cohort.quarters: cohort for cohort in (cohorts.rolling, cohorts.latest)}
    return About(
        program=manifest.program,
        period=asked.period,
        cohorts=tuple(
            cohort_line(cohort.name, cohort.quarters, cohort.standing, policy)
            for cohort in (cohorts.activity, *reversed(parts.values()))
        ),
        conditions=(asked.condition,) if asked.condition else tuple(published.options("condition")),
        site=asked.site,
        snapshot=manifest.id,
        built=manifest.built_at.date(),
        data_through=manifest.data_through,
        definitions_version=definitions.outcomes.version,
        definitions_hash=manifest.definitions_hash,
        policy=policy,
        privacy_mode=manifest.privacy_mode,
        is_synthetic=manifest.is_synthetic,
        version=manifest.version,
        command=asked.command,
        contact=contact,
        logo=logo,
    )
