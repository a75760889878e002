"""From a snapshot and its cohorts to what a pack says: the sections in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.reports.compose_condition import condition_section
from pipelines.reports.compose_cuts import Cuts
from pipelines.reports.compose_draft import Draft
from pipelines.reports.compose_key import key_results
from pipelines.reports.compose_methods import methods
from pipelines.reports.compose_period import activity_section, safety_section
from pipelines.reports.compose_quality import quality_section
from pipelines.reports.compose_rows import released_rows
from pipelines.reports.compose_sites import sites_section
from pipelines.reports.pack import Pack
from pipelines.words.report import glossary

if TYPE_CHECKING:
    from pipelines.published import Published
    from pipelines.published.snapshot import EarlierQuality
    from pipelines.reports.cohorts import Cohorts
    from pipelines.reports.pack import About


def compose(published: Published, cohorts: Cohorts, about: About, earlier: EarlierQuality) -> Pack:
    """All that a pack says.

    Args:
        published: narrowed to the site, if the pack is about one.
        cohorts: which courses stand behind which part.
        about: what stands on every page, with the policy.
        earlier: what the checks of the snapshot before found.
    """
    cuts = Cuts(published, cohorts, about)
    draft = Draft(cuts, released_rows(cuts))
    activity = activity_section(draft)
    conditions = [condition_section(condition, draft) for condition in about.conditions]
    sites = sites_section(draft)
    safety, quality = safety_section(draft), quality_section(draft, earlier)
    return Pack(
        about=about,
        key_results=key_results(draft, activity),
        sections=(activity, *conditions, *([sites] if sites else []), safety, quality),
        tables=draft.tables,
        methods=methods(published, about),
        glossary=glossary(),
    )
