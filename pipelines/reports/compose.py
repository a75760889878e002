"""From a snapshot and its cohorts to what a pack says: the sections in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.reports.compose_book import Book
from pipelines.reports.compose_condition import condition_section
from pipelines.reports.compose_key import key_results
from pipelines.reports.compose_methods import methods
from pipelines.reports.compose_period import activity_section, safety_section
from pipelines.reports.compose_quality import quality_section
from pipelines.reports.compose_released import Released
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
    released, book = Released(published, cohorts, about), Book()
    activity = activity_section(released, book)
    conditions = [condition_section(condition, released, book) for condition in about.conditions]
    sites = sites_section(released, book)
    safety, quality = safety_section(released, book), quality_section(released, earlier, book)
    return Pack(
        about=about,
        key_results=key_results(released, book.tables, activity),
        sections=(activity, *conditions, *([sites] if sites else []), safety, quality),
        tables=book.tables,
        methods=methods(published, about),
        glossary=glossary(),
    )
