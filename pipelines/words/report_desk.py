"""The page of the quarterly report in words: what a report will be about, and what taking it along means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.entries import Entry, Fact, Section
from pipelines.words.report import cohort_words, standing_note, with_standing
from pipelines.words.statement import Statement

if TYPE_CHECKING:
    from pipelines.definitions import Definitions
    from pipelines.manifests import Release

Cohorted = tuple[Sequence[str], str]
"""The quarters of a cohort, and whether it is final."""


def cohort_and_standing(cohort: Cohorted) -> str:
    """`2026-Q2 (final)`."""
    quarters, standing = cohort
    return with_standing(cohort_words(quarters), standing)


def period_option(period: str, latest: Cohorted, is_over: bool) -> str:
    """A period as it is offered, with the courses whose outcomes its report tells."""
    key = "report_desk.period_option" if is_over else "report_desk.period_unfinished"
    return say(key, period=period, latest=cohort_and_standing(latest))


def report_statement(period: str, activity: Cohorted, latest: Cohorted, is_over: bool) -> Statement:
    """What a report will tell, in two sentences; a third for a period that is still going on."""
    more = [say("report_desk.statement_more", activity=cohort_and_standing(activity))]
    if not is_over:
        more.append(say("report_desk.unfinished", period=period))
    return Statement(
        say("report_desk.statement", period=period, latest=cohort_and_standing(latest)), more=" ".join(more)
    )


def cohorts_section(cohorts: Mapping[str, Cohorted], hides_nothing: bool) -> Section:
    """Which courses stand behind which part, and what final and provisional mean.

    Args:
        cohorts: by their names: `activity`, `latest`, `rolling`; the last is left out where it is the same.
        hides_nothing: whether no cohort is joined with earlier ones.
    """
    is_one = cohorts["rolling"] == cohorts["latest"]
    entries = tuple(
        Entry(
            name,
            say(f"report_desk.cohort_{name}"),
            (Fact("", _cohort_text(name, cohort, hides_nothing)),),
            cohort_and_standing(cohort),
        )
        for name, cohort in cohorts.items()
        if not (name == "rolling" and is_one)
    )
    return Section("cohorts", say("report_desk.cohorts"), say("report_desk.cohorts_intro"), entries)


def _cohort_text(name: str, cohort: Cohorted, hides_nothing: bool) -> str:
    joined = "" if name == "activity" or hides_nothing else say("report_desk.joined")
    return f"{standing_note(cohort[1])} {joined}".strip()


def page_alt(page: int, total: int, chapter: str, period: str) -> str:
    """What stands in place of the picture of a page."""
    values = {"page": str(page), "total": str(total), "period": period}
    return (
        say("report_desk.page_alt_chapter", chapter=chapter, **values)
        if chapter
        else say("report_desk.page_alt", **values)
    )


def step_words(steps: Sequence[str], formats: Sequence[str]) -> str:
    """How far the making of a pack is.

    Args:
        steps: what was begun, as `outcomes report` says it.
        formats: those that are made.
    """
    if not steps:
        return say("report_desk.waiting")
    what = say(f"report_desk.step_{steps[-1].removeprefix('writing ')}")
    return say("report_desk.making", step=str(len(steps)), steps=str(len(formats) + 2), what=what)


def withheld_texts(withheld: Sequence[str], hides_nothing: bool) -> Sequence[str]:
    """What was joined or withheld; where nothing was, that."""
    if withheld:
        return withheld
    return (say(f"report_desk.withheld_{'nothing' if hides_nothing else 'none'}"),)


def released_numbers(released: Sequence[Release], definitions: Definitions) -> pd.DataFrame:
    """Reports that were recorded, the newest first."""
    return pd.DataFrame(
        [
            {
                say("report_desk.period"): each.period,
                say("report_desk.released_about"): _narrowed(each, definitions),
                say("report_desk.policy"): say(f"report_desk.policy_{each.policy}"),
                say("report_desk.released_at"): f"{each.released_at:%Y-%m-%d}",
                say("report_desk.released_snapshot"): each.snapshot[:8],
            }
            for each in reversed(released)
        ]
    )


def _narrowed(release: Release, definitions: Definitions) -> str:
    condition = definitions.conditions.get(release.condition or "")
    about = release.site or say("report_desk.whole_program")
    return ", ".join([about, *([condition.label] if condition else [])])
