"""Which courses each part of a pack is about: those of the period, and those whose outcomes are known by now.

Outcomes come weeks after a course began, so that those of the period's own courses are seldom known when its pack is
made. They are told of the newest cohort that is mature, and of the four quarters that end with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from pipelines.periods import period_end, period_start
from pipelines.results.maturity import days_to_mature

if TYPE_CHECKING:
    from pipelines.published import Published
    from pipelines.reports.period import Period

CohortName = Literal["activity", "latest", "rolling"]
Standing = Literal["final", "provisional", "unknown"]
"""Whether all its courses were followed up for as long as the headline window needs; `unknown` where no data-through
date says so."""


@dataclass(frozen=True)
class Cohort:
    """Courses by when they began.

    Attributes:
        quarters: as the snapshot has them (years, where it holds years), the first first; those with courses.
        standing: the least certain of its quarters'.
    """

    name: CohortName
    quarters: tuple[str, ...]
    standing: Standing


@dataclass(frozen=True)
class Cohorts:
    """The cohorts of a pack.

    Attributes:
        activity: the period's own courses.
        latest: the newest quarter by the period's end that is mature. Where none is, the newest whose maturity is
            unknown and that could be mature; where there is none of these either, the newest of all, provisional.
        rolling: the four calendar quarters, or the year, that end with `latest`.
        through: all quarters with courses up to the period's end, for trends.
        days_needed: past its end, until a quarter is mature.
    """

    activity: Cohort
    latest: Cohort
    rolling: Cohort
    through: tuple[str, ...]
    days_needed: int


def cohorts_of(period: Period, published: Published) -> Cohorts:
    """The cohorts of a pack about a period of a snapshot."""
    definitions = published.definitions
    needed = days_to_mature(definitions.outcomes.headline_window, definitions)
    return cohorts_at(period, published.days_past_end(), needed, published.manifest.built_at.date())


def cohorts_at(period: Period, days_past_end: Mapping[str, int], days_needed: int, built: date) -> Cohorts:
    """The cohorts of a pack, by how far each quarter was followed up.

    Args:
        days_past_end: how far sources were filled in past each quarter's end; unknown ones are absent.
        days_needed: how far that must be for a quarter to be mature.
        built: the day of the snapshot, by which nothing later can have been filled in.
    """

    def standing(quarter: str) -> Standing:
        past = days_past_end.get(quarter)
        latest_possible = (built - period_end(quarter)).days if past is None else past
        if latest_possible < days_needed:
            return "provisional"
        return "unknown" if past is None else "final"

    of_quarter = {quarter: standing(quarter) for quarter in period.through}
    newest = {of_quarter[quarter]: quarter for quarter in period.through}
    latest = newest.get("final") or newest.get("unknown") or newest["provisional"]
    return Cohorts(
        activity=_cohort("activity", period.quarters, of_quarter),
        latest=_cohort("latest", (latest,), of_quarter),
        rolling=_cohort("rolling", _ending_with(latest, period.through), of_quarter),
        through=period.through,
        days_needed=days_needed,
    )


def _cohort(name: CohortName, quarters: Sequence[str], of_quarter: Mapping[str, Standing]) -> Cohort:
    standings = {of_quarter[quarter] for quarter in quarters}
    least: Standing = "provisional" if "provisional" in standings else "unknown" if "unknown" in standings else "final"
    return Cohort(name, tuple(quarters), least)


def _ending_with(latest: str, through: Sequence[str]) -> tuple[str, ...]:
    """The quarters with courses among the four calendar quarters that end with one; a year ends with itself."""
    if "-Q" not in latest:
        return (latest,)
    start = period_start(latest)
    year_before = start.replace(year=start.year - 1)
    return tuple(quarter for quarter in through if year_before < period_start(quarter) <= start)
