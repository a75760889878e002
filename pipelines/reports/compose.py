"""From a snapshot and its cohorts to what a pack says: the sections in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.reports.compose_condition import condition_section
from pipelines.reports.compose_cuts import Cuts
from pipelines.reports.compose_draft import Draft
from pipelines.reports.compose_key import key_results
from pipelines.reports.compose_methods import methods
from pipelines.reports.compose_period import activity_section
from pipelines.reports.compose_plan import plan_of, withheld
from pipelines.reports.compose_quality import quality_section
from pipelines.reports.compose_rows import released_rows
from pipelines.reports.compose_sites import sites_section
from pipelines.reports.pack import Pack
from pipelines.words.report import glossary

if TYPE_CHECKING:
    from pipelines.privacy.release.ledger import Ledger
    from pipelines.published import Published
    from pipelines.published.snapshot import EarlierQuality
    from pipelines.reports.cohorts import Cohorts
    from pipelines.reports.pack import About


@dataclass(frozen=True)
class Composed:
    """A pack and what follows from it.

    Attributes:
        ledger: what this pack and those before it released.
    """

    pack: Pack
    ledger: Ledger


def composed(published: Published, cohorts: Cohorts, about: About, earlier: EarlierQuality, before: Ledger) -> Composed:
    """All that a pack says, and the ledger after it.

    A pack in which nothing is hidden stays inside the program and is no release.

    Args:
        published: narrowed to the site, if the pack is about one.
        cohorts: which courses stand behind which part.
        about: what stands on every page, with the policy.
        earlier: what the checks of the snapshot before found.
        before: what earlier packs released.
    """
    plan = plan_of(published, cohorts, about, before)
    cuts = Cuts(published, cohorts, about, plan)
    draft = Draft(cuts, released_rows(cuts, before))
    pack = _pack(draft, earlier)
    if not cuts.hides:
        return Composed(pack, before)
    return Composed(pack, before.with_release(plan, draft.together(list(draft.rows))))


def _pack(draft: Draft, earlier: EarlierQuality) -> Pack:
    about = draft.cuts.about
    conditions = [condition_section(condition, draft) for condition in about.conditions]
    sites = sites_section(draft)
    activity, quality = activity_section(draft), quality_section(draft, earlier)
    return Pack(
        about=about,
        key_results=key_results(draft, activity),
        sections=(*conditions, *([sites] if sites else []), activity, quality),
        tables=draft.tables,
        methods=methods(draft.cuts.published, about),
        glossary=glossary(),
        withheld=withheld(draft.cuts),
        fewest=draft.cuts.published.definitions.outcomes.display.fewest_for_a_sentence,
    )
