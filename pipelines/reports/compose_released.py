"""The one way from a snapshot to a row of a pack, so that no section can pass by what protects small numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.filters import Filters
from pipelines.privacy.disclosure import disclosed
from pipelines.published.snapshot import EarlierQuality
from pipelines.results.registry import quality_result, result
from pipelines.words.report import cohort_words, with_standing
from pipelines.words.report_tables import COHORT
from pipelines.words.statement import Context

if TYPE_CHECKING:
    from pipelines.published import Published
    from pipelines.reports.cohorts import Cohort, Cohorts
    from pipelines.reports.pack import About


@dataclass(frozen=True)
class Released:
    """Result tables as a pack may hold them.

    Attributes:
        published: narrowed to the site, if the pack is about one.
        cohorts: which courses stand behind which part.
        about: with the policy.
    """

    published: Published
    cohorts: Cohorts
    about: About
    asked: dict[str, Filters] = field(default_factory=dict)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Those that the pack is about."""
        return self.about.conditions

    def outcomes(self) -> tuple[Cohort, ...]:
        """The cohorts that outcomes are told of, the latest first; one where both are the same courses."""
        latest, rolling = self.cohorts.latest, self.cohorts.rolling
        return (latest,) if latest.quarters == rolling.quarters else (latest, rolling)

    def whole(self) -> Cohort:
        """The larger one of them, for what needs many courses: curves, sites."""
        return self.outcomes()[-1]

    def filters(self, quarters: Sequence[str], condition: str | None = None) -> Filters:
        """The selection of a cohort."""
        return Filters(
            condition=(condition,) if condition else self.conditions if self._is_narrowed() else (),
            quarter=tuple(quarters),
            site=(self.about.site,) if self.about.site else (),
            population=self.published.population(Filters()),
        )

    def context(self, quarters: Sequence[str]) -> Context:
        """What sentences about a cohort need."""
        return Context(self.published.definitions, self.about.data_through, self.filters(quarters))

    def table(self, name: str, quarters: Sequence[str], condition: str | None = None) -> pd.DataFrame:
        """A result table of some quarters."""
        return result(name, self.published, self.filters(quarters, condition), (), self.about.policy)

    def of_cohorts(self, name: str, cohorts: Sequence[Cohort], condition: str | None = None) -> pd.DataFrame:
        """A result table of several cohorts, one below the other, named in a column `cohort`."""
        found = [(cohort, self.table(name, cohort.quarters, condition)) for cohort in cohorts]
        return pd.concat([_named(table, cohort_label(cohort)) for cohort, table in found], ignore_index=True)

    def quality(self, earlier: EarlierQuality) -> pd.DataFrame:
        """What the checks of the data found."""
        return quality_result(
            self.published, replace(self.filters(()), condition=()), (), earlier.found, self.about.policy
        )

    def imports(self) -> pd.DataFrame:
        """Where the rows of each import ended; nothing in a pack of one site."""
        table = self.published.imports()
        confidence = self.published.definitions.outcomes.interval.confidence
        return disclosed(table, self.about.policy, confidence) if self.about.site is None else table.iloc[:0]

    def n_started(self, quarters: Sequence[str]) -> float:
        """First courses, each counted once however many conditions it is given for."""
        condition = self.conditions if self._is_narrowed() and len(self.conditions) == 1 else ()
        return self.about.policy.shown(self.published.n_started(replace(self.filters(quarters), condition=condition)))

    def _is_narrowed(self) -> bool:
        return set(self.conditions) != set(self.published.options("condition"))


def cohort_label(cohort: Cohort) -> str:
    """`2026-Q2 (final)`: what a row's column `cohort` holds."""
    return with_standing(cohort_words(cohort.quarters), cohort.standing)


def rows_of(table: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """The rows of one cohort."""
    return table[table[COHORT] == cohort_label(cohort)]


def _named(table: pd.DataFrame, cohort: str) -> pd.DataFrame:
    named = table.copy()
    named.insert(0, COHORT, cohort)
    return named
