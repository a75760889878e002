"""A quarterly pack in words: its cohorts, its glossary, and what it says of small numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.words.catalogue import catalogue, say
from pipelines.words.entries import Entry, Fact, Section
from pipelines.words.flow import flow_statement
from pipelines.words.numbers import capitalised, count, is_hidden, listed, percent, total
from pipelines.words.sources import source_of
from pipelines.words.statement import Context, Row, Statement, statistic

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy

_GLOSSARY = "report_glossary."


class PrintedContext(Context):
    """What sentences of a pack need: on paper there is no selection that a reader could widen."""

    @property
    def widen(self) -> str:
        """Nothing."""
        return ""


def cohort_words(quarters: Sequence[str]) -> str:
    """`2026-Q2`, or `2025-Q3 to 2026-Q2`."""
    if len(quarters) == 1:
        return say("report.cohort_one", first=quarters[0])
    return say("report.cohort_many", first=quarters[0], last=quarters[-1])


def with_standing(cohort: str, standing: str) -> str:
    """`2026-Q2 (final)`."""
    return say(f"report.{standing}", cohort=cohort)


def cohort_line(part: str, quarters: Sequence[str], standing: str, policy: Policy) -> str:
    """Which courses stand behind a part of a pack: `activity`, `latest` or `rolling`."""
    joined = "" if part == "activity" or policy.hides_nothing else "_joined"
    return say(f"report_cohort.{part}{joined}", cohort=with_standing(cohort_words(quarters), standing))


def standing_note(standing: str) -> str:
    """What final and provisional mean for a reader."""
    return say(f"report.note_{standing}")


def sites_words(sites: Sequence[str]) -> str:
    """`Site 01`, or how many sites are joined."""
    return sites[0] if len(sites) == 1 else say("report.sites_joined", n=count(len(sites)))


def judged_note(latest: Sequence[str], rolling: Sequence[str]) -> str:
    """Which courses outcomes are told of, and why not of the period's own."""
    if latest == rolling:
        return say("report.note_cohorts_one", latest=cohort_words(latest))
    return say("report.note_cohorts", latest=cohort_words(latest), rolling=cohort_words(rolling))


def checks_note(n_checks: int, n_printed: int) -> str:
    """How many checks are printed, and where the others are."""
    if not n_printed:
        return say("report.note_checks_all", n_checks=count(n_checks))
    return say("report.note_checks", n_checks=count(n_checks), n_shown=count(n_printed))


def imports_sentence(imports: pd.DataFrame) -> Statement:
    """How many of the tracked rows are in quarantine."""
    n_tracked = total(imports["n_landed"]) - total(imports["n_not_tracked"])
    n_quarantined = total(imports["n_quarantined"])
    if is_hidden(n_tracked) or is_hidden(n_quarantined):
        return Statement(say("report.imports_not_shown"))
    counts = {"n_tracked": count(n_tracked), "n_quarantined": count(n_quarantined)}
    return Statement(say("report.imports_finding", **counts))


def flow_sentence(flow: pd.DataFrame, condition: str, context: Context) -> Statement:
    """How many of the courses started the rates rest on, and the largest exclusion.

    Args:
        flow: `course_flow` of one condition and cohort.
        condition: its id.
        context: of the cohort.
    """
    said = flow_statement(flow, condition, context)
    by_stage = {str(row["statistic"]): row for row in flow.to_dict("records")}
    if "observed" not in by_stage or by_stage["observed"]["suppressed"]:
        return said
    is_short = is_hidden(by_stage["in_population"]["n_courses"])
    stages = ("started", "observed") if is_short else ("started", "in_population", "observed")
    counts = {stage: count(by_stage[stage]["n_courses"]) for stage in stages}
    key = "report.flow_finding_short" if is_short else "report.flow_finding"
    return replace(said, finding=say(key, courses=context.courses(condition), **counts))


def release_note(frame: pd.DataFrame) -> str:
    """How the rows of a table stand beside earlier packs; nothing where they are all new.

    Args:
        frame: with the column `release`, where anything was ever released.
    """
    standings = set(frame["release"]) if "release" in frame else set()
    is_all_repeated = standings == {"as released"}
    texts = {
        "revised": "report.note_revised",
        "as released": "report.note_as_released" if is_all_repeated else "report.note_as_released_some",
        "sum of released": "report.note_summed",
    }
    return " ".join(say(key) for standing, key in texts.items() if standing in standings)


def without_pointing(said: Statement, condition: str, context: Context) -> Statement:
    """What is said of a group whose numbers are withheld: in a pack that goes out, that some count is small."""
    courses = context.courses(condition)
    if said.finding != say("basis.withheld", courses=courses):
        return said
    return replace(said, finding=say("report.part_withheld", courses=courses))


def activity_statement(started: pd.DataFrame, period: str, n_all: float, context: Context) -> Statement:
    """How many courses the period had, and for what.

    Args:
        started: `started` rows of `course_flow`, one a condition.
        period: in words.
        n_all: all first courses, each counted once; `HIDDEN` where they may not be told beside the others.
        context: definitions, data-through date, selection.
    """
    is_shown = ~started["n_courses"].map(is_hidden).astype(bool)
    if is_hidden(n_all) or not is_shown.all():
        return _activity_each(started[is_shown], started[~is_shown], period, context)
    finding = say("report.activity_finding", n=count(n_all), period=period)
    return Statement(finding, say("report.activity_basis", conditions=_by_condition(started, context)))


def trend_caption(rows: pd.DataFrame, context: Context) -> str:
    """How to read a process chart, as far as it draws it.

    Args:
        rows: `process_trends` of one condition and outcome.
        context: definitions.
    """
    caption = say("report.caption_trend", fewest=count(context.fewest))
    limits = rows[(rows["statistic"] == "limits") & ~rows["suppressed"].astype(bool)]
    if limits["lower"].notna().any():
        caption = say("report.caption_trend_limits", caption=caption)
    if (rows["signal"].fillna("") != "").any():
        caption = say("report.caption_trend_signals", caption=caption)
    return caption


def sites_caption(rows: pd.DataFrame, cohort: str, context: Context) -> str:
    """How to read the adjusted rates of sites, as far as they are drawn.

    Args:
        rows: of sites of one condition.
        cohort: in words.
        context: definitions.
    """
    caption = say("report.caption_sites", cohort=cohort, confidence=context.confidence)
    limits = rows[(rows["statistic"] == "limits_95") & ~rows["suppressed"].astype(bool)]
    return say("report.caption_sites_line", caption=caption) if limits["lower"].notna().any() else caption


def pools_statement(rates: Mapping[str, pd.DataFrame], span: tuple[str, str], courses: str, fewest: int) -> Statement:
    """Between which ends the rates of joined quarters lie.

    Args:
        rates: rows of `response_rates` by the quarters in words, the oldest first.
        span: the first and the last quarter.
        courses: whose they are.
        fewest: of fewer followed up no rate is said.
    """
    told = told_rates(rates, fewest)
    if len(told) < 2:
        return Statement(say("report.pools_none", courses=courses))
    low, high = min(told, key=lambda name: told[name]["estimate"]), max(told, key=lambda name: told[name]["estimate"])
    ends = {"lowest": percent(told[low]["estimate"]), "highest": percent(told[high]["estimate"])}
    finding = say("report.pools_finding", first=span[0], last=span[1], courses=courses, low=low, high=high, **ends)
    return Statement(finding, say("report.pools_basis"))


def site_groups_statement(rates: Mapping[str, pd.DataFrame], courses: str, fewest: int) -> Statement:
    """Between which ends the rates of sites lie; which sites these are is not said, for none is ranked.

    Args:
        rates: rows of `response_rates` by site.
        courses: whose they are.
        fewest: of fewer followed up no rate is said.
    """
    estimates = [row["estimate"] for row in told_rates(rates, fewest).values()]
    if not estimates:
        return Statement(say("report.site_groups_none", courses=courses))
    basis = say("report.site_groups_basis", courses=courses)
    if len(estimates) == 1:
        return Statement(say("report.site_groups_one", lowest=percent(estimates[0])), basis)
    ends = {"lowest": percent(min(estimates)), "highest": percent(max(estimates))}
    return Statement(say("report.site_groups_finding", **ends), basis)


def told_rates(rates: Mapping[str, pd.DataFrame], fewest: int) -> dict[str, Row]:
    """The observed rows of those of which a rate is said.

    Args:
        rates: rows of `response_rates`, by whatever tells them apart.
        fewest: of fewer followed up none is said.
    """
    observed = {name: row for name, rows in rates.items() if (row := statistic(rows, "observed")) is not None}
    return {name: row for name, row in observed.items() if not row["suppressed"] and row["n_observed"] >= fewest}


def _activity_each(shown: pd.DataFrame, hidden: pd.DataFrame, period: str, context: Context) -> Statement:
    """Courses of each condition of which the number is shown, and of which it is not."""
    left = listed([context.word(str(condition)) for condition in hidden["condition"]])
    if shown.empty:
        return Statement(say("report.activity_none", period=period))
    more = say("report.activity_not_shown", conditions=left) if left else ""
    return Statement(say("report.activity_each", period=period, conditions=_by_condition(shown, context)), more=more)


def _by_condition(started: pd.DataFrame, context: Context) -> str:
    return listed(
        [
            say("report.activity_one", n=count(row["n_courses"]), condition=context.word(str(row["condition"])))
            for row in started.to_dict("records")
        ]
    )


def glossary() -> tuple[Entry, ...]:
    """The words of a pack, in the order of the alphabet."""
    entries = [
        Entry(
            key.removeprefix(_GLOSSARY), capitalised(key.removeprefix(_GLOSSARY).replace("_", " ")), (Fact("", text),)
        )
        for key, text in catalogue().items()
        if key.startswith(_GLOSSARY)
    ]
    return tuple(sorted(entries, key=lambda entry: entry.title))


def disclosure_section(policy: Policy) -> Section:
    """What of small groups is not shown, with its source."""
    facts = [Fact(say("report_disclosure.policy"), policy.label, source_of(policy))]
    hides = policy.hides or say("report_disclosure.nothing")
    facts.append(Fact(say("report_disclosure.rule"), capitalised(hides)))
    entry = Entry("disclosure", "", tuple(facts))
    return Section("disclosure", say("report_disclosure.title"), say("report_disclosure.intro"), (entry,))


def only_entries(section: Section, ids: Iterable[str]) -> Section:
    """A section with some of its entries."""
    kept = set(ids)
    entries = tuple(entry for entry in section.entries if entry.id in kept)
    return Section(section.id, section.title, section.intro, entries)
