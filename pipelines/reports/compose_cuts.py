"""Which courses stand behind which table of a pack, condition by condition: cuts of the snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.filters import Filters
from pipelines.words.report import PrintedContext, cohort_words, sites_words, with_standing

if TYPE_CHECKING:
    from pipelines.privacy.release.plan import ReleasePlan
    from pipelines.published import Published
    from pipelines.reports.cohorts import Cohort, Cohorts, Standing
    from pipelines.reports.pack import About
    from pipelines.words.statement import Context


@dataclass(frozen=True)
class Cut:
    """Courses that began in some quarters, at some sites.

    Attributes:
        label: `2026-Q2 (final)`: what the column `cohort` of its rows holds.
        words: `2026-Q2`.
        sites: none for all that the pack is about.
    """

    label: str
    words: str
    quarters: tuple[str, ...]
    standing: Standing
    sites: tuple[str, ...] = ()

    def at(self, sites: Sequence[str]) -> Cut:
        """The same at some sites, by whose name it is then called."""
        return replace(self, sites=tuple(sites), label=sites_words(sites))


def cut_of(quarters: Sequence[str], standing: Standing) -> Cut:
    """The courses of some quarters."""
    words = cohort_words(quarters)
    return Cut(with_standing(words, standing), words, tuple(quarters), standing)


@dataclass(frozen=True)
class Cuts:
    """The cuts of a pack.

    Attributes:
        published: narrowed to the site, if the pack is about one.
        cohorts: which quarters activity and outcomes are told of.
        about: with the policy.
        plan: how quarters and sites are joined where the policy hides anything.
    """

    published: Published
    cohorts: Cohorts
    about: About
    plan: ReleasePlan

    @property
    def conditions(self) -> tuple[str, ...]:
        """Those that the pack is about."""
        return self.about.conditions

    @property
    def hides(self) -> bool:
        """Whether the policy hides anything, so that the plan holds."""
        return not self.about.policy.hides_nothing

    @property
    def has_sites(self) -> bool:
        """Whether there are two sites or more to set side by side."""
        return self.about.site is None and len(self.published.options("site")) > 1

    def activity(self) -> Cut:
        """The period's own courses."""
        return _cut(self.cohorts.activity)

    def outcomes(self, condition: str) -> tuple[Cut, ...]:
        """What outcomes of a condition are told of, the latest first; one where both are the same courses.

        None where nothing of it may be told.
        """
        if not self.hides:
            return tuple(dict.fromkeys((_cut(self.cohorts.latest), _cut(self.cohorts.rolling))))
        planned = self.plan.of(condition)
        found = [quarters for quarters in (planned.latest, planned.rolling) if quarters and planned.columns]
        return tuple(cut_of(quarters, self.cohorts.latest.standing) for quarters in dict.fromkeys(found))

    def pools(self, condition: str) -> tuple[Cut, ...]:
        """Quarters as they were joined so that their counts may be told, the oldest first."""
        planned = self.plan.of(condition)
        return tuple(cut_of(pool, self.cohorts.latest.standing) for pool in planned.pools if planned.columns)

    def site_groups(self, condition: str) -> tuple[Cut, ...]:
        """Sites as they were joined so that their counts may be told."""
        planned = self.plan.of(condition)
        if not planned.site_quarters or not planned.site_columns or not self.has_sites:
            return ()
        whole = cut_of(planned.site_quarters, self.cohorts.latest.standing)
        return tuple(whole.at(sites) for sites in planned.sites)

    def whole(self, condition: str) -> Cut | None:
        """The larger one of them, for what needs many courses; None where nothing of the condition may be told."""
        outcomes = self.outcomes(condition)
        return outcomes[-1] if outcomes else None

    def filters(self, cut: Cut, condition: str | None = None) -> Filters:
        """The selection of a cut; of all conditions, each by itself, where none is given."""
        own_site = (self.about.site,) if self.about.site else ()
        return Filters(
            condition=(condition,) if condition else self._asked(),
            quarter=cut.quarters,
            site=cut.sites or own_site,
            population=self.published.population(Filters()),
        )

    def context(self, cut: Cut) -> Context:
        """What sentences about a cut need."""
        return PrintedContext(self.published.definitions, self.about.data_through, self.filters(cut))

    def whole_context(self) -> Context:
        """What sentences about all quarters need."""
        return replace(self.context(self.activity()), filters=replace(self.filters(self.activity()), quarter=()))

    def n_started(self, cut: Cut) -> int | None:
        """First courses of a cut, each counted once however many conditions it is given for.

        None where the pack is about some of the conditions, of which no such number is published.
        """
        return None if self._asked() else self.published.n_started(replace(self.filters(cut), condition=()))

    def _asked(self) -> tuple[str, ...]:
        return () if set(self.conditions) == set(self.published.options("condition")) else self.conditions


def _cut(cohort: Cohort) -> Cut:
    return cut_of(cohort.quarters, cohort.standing)
