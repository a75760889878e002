"""The page of key results: a handful of sentences that can be read by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.durability import short_median
from pipelines.words.numbers import count, is_hidden, is_known, listed, percent, percent_bounds
from pipelines.words.onset import short_interval
from pipelines.words.report import told_rates
from pipelines.words.response import window_label
from pipelines.words.safety import is_row_said, of_hundred
from pipelines.words.statement import Context, Row, Statement, met_of, statistic

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy

_STILL = "still_responding_at_day_"


@dataclass(frozen=True)
class Told:
    """The rows of one condition about one group of courses.

    Attributes:
        cohort: when they began, in words.
        standing: `final`, `provisional` or `unknown`.
        rows: of one measure.
    """

    cohort: str
    standing: str
    rows: pd.DataFrame

    @property
    def standing_words(self) -> str:
        """Whether the numbers are final, and whether the last pack told others."""
        words = standing_words(self.standing)
        is_revised = "release" in self.rows and (self.rows["release"] == "revised").any()
        return say("report_key.standing_revised", standing=words) if is_revised else words


def condition_key(
    rates: Told,
    onset: tuple[str, pd.DataFrame],
    durability: tuple[str, pd.DataFrame],
    condition: str,
    context: Context,
) -> Statement:
    """Response of one condition, those lost, onset and durability, in three sentences at most.

    Args:
        rates: `response_rates`.
        onset, durability: rows of the same condition; before them their cohort in words where it is another one.
        condition: its id.
        context: of the cohort.
    """
    lead, courses, standing = context.label(condition), context.courses(condition), rates.standing_words
    observed = statistic(rates.rows, "observed")
    if observed is None:
        return Statement(say("basis.no_courses", courses=courses), lead=lead)
    more = [
        _of_cohort(onset[0], _onset(onset[1], context)),
        _of_cohort(durability[0], _durability(durability[1], context)),
    ]
    if observed["suppressed"]:
        finding = Statement(say("report_key.response_withheld", courses=courses), _followed_up(observed, standing))
    elif observed["n_observed"] < context.fewest:
        counts = {"n_observed": count(observed["n_observed"]), "n_started": count(observed["n_started"])}
        finding = Statement(
            say("report_key.response_few", courses=courses),
            say("report_key.response_few_basis", **counts, standing=standing),
        )
    else:
        finding = _response(observed, courses, standing, context)
        more.insert(0, _missed(rates.rows))
    return Statement(finding.finding, finding.basis, " ".join(text for text in more if text), lead)


def latest_key(told: Mapping[str, Told], context: Context) -> Statement | None:
    """The rates of the newest courses by themselves; None where there are none to tell.

    Args:
        told: by condition its rows of `response_rates`.
        context: definitions, data-through date.
    """
    rows = told_rates({condition: own.rows for condition, own in told.items()}, context.fewest)
    if not rows:
        return None
    shares = {condition: percent(row["estimate"]) for condition, row in rows.items()}
    bases = {
        condition: _n_of(condition, (met_of(row), row["n_observed"]), _percents(row), context)
        for condition, row in rows.items()
    }
    finding = say("report_key.latest_finding", rates=_each(shares, context))
    return Statement(finding, _with_cohorts(bases, told), lead=say("report_key.latest"))


def safety_key(events: Mapping[str, pd.DataFrame], period: str, standing: str, context: Context) -> Statement:
    """Adverse events of all infusions of the period, condition by condition.

    Args:
        events: by condition rows of `infusion_safety` about all infusions.
        period: in words.
        standing: `final`, `provisional` or `unknown`.
        context: of the period.
    """
    rows = {
        condition: row
        for condition, own in events.items()
        if (row := statistic(own, "adverse_event")) is not None
        and is_row_said(row, context)
        and is_known(row["estimate"])
    }
    lead = say("report_key.safety")
    if not rows:
        return Statement(say("report_key.safety_none", period=period), lead=lead)
    shares = {condition: of_hundred(row["estimate"]) for condition, row in rows.items()}
    bases = [
        _n_of(
            condition,
            (row["n_with"], row["n_recorded"]),
            (of_hundred(row["lower"]), of_hundred(row["upper"])),
            context,
        )
        for condition, row in rows.items()
    ]
    basis = say("report_key.safety_basis", each="; ".join(bases), period=period, standing=standing_words(standing))
    finding = say("report_key.safety_finding", told=_each(shares, context))
    return Statement(finding, basis, _not_told(events, rows, context), lead)


def completeness_key(told: Mapping[str, Told], context: Context) -> Statement | None:
    """How many of those due were followed up; None where nothing may be told.

    Args:
        told: by condition its rows of `follow_up_completeness`.
        context: definitions, data-through date.
    """
    rows = {
        condition: row
        for condition, own in told.items()
        if (row := statistic(own.rows, "followed_up")) is not None
        and not row["suppressed"]
        and is_known(row["estimate"])
    }
    if not rows:
        return None
    shares = {condition: percent(row["estimate"]) for condition, row in rows.items()}
    bases = {
        condition: _n_of(condition, (row["n_observed"], row["n_due"]), _percents(row), context)
        for condition, row in rows.items()
    }
    finding = say("report_key.completeness_finding", shares=_each(shares, context))
    more = _not_told(told, rows, context)
    return Statement(finding, _with_cohorts(bases, told), more, say("report_key.completeness"))


def withheld_key(policy: Policy) -> Statement:
    """That small counts are hidden, and where it is said which."""
    said = say("report_key.withheld_some", policy=policy.name, hides=policy.hides)
    return Statement(said, lead=say("report_key.withheld"))


def synthetic_key() -> Statement:
    """That no patient stands behind a number."""
    return Statement(say("report_key.synthetic_text"), lead=say("report_key.synthetic"))


def standing_words(standing: str) -> str:
    """`final`, `provisional`, `maturity unknown`."""
    return say(f"report_key.standing_{standing}")


def _each(values: Mapping[str, str], context: Context) -> str:
    """`54 % (depression) and 46 % (anxiety)`."""
    return listed(
        [say("report_key.one", condition=context.word(name), estimate=value) for name, value in values.items()]
    )


def _n_of(condition: str, counts: tuple[float, float], ends: tuple[str, str], context: Context) -> str:
    """`depression 73 of 135, 95 % interval 46 to 62`."""
    return say(
        "report_key.one_of",
        condition=context.word(condition),
        n=count(counts[0]),
        whole=count(counts[1]),
        confidence=context.confidence,
        lower=ends[0],
        upper=ends[1],
    )


def _percents(row: Row) -> tuple[str, str]:
    return percent_bounds(row["lower"], row["upper"])


def _not_told(asked: Iterable[str], told: Mapping[str, object], context: Context) -> str:
    left = [context.word(condition) for condition in asked if condition not in told]
    return say("report_key.not_told", conditions=listed(left)) if left else ""


def _with_cohorts(bases: Mapping[str, str], told: Mapping[str, Told]) -> str:
    """What rates of conditions rest on, each with its cohort; with one for all where it is the same."""
    cohorts = {condition: _cohort(told[condition]) for condition in bases}
    if len(set(cohorts.values())) == 1:
        cohort = next(iter(cohorts.values()))
        return say("report_key.each_started", each="; ".join(bases.values()), cohort=cohort)
    each = [say("report_key.one_started", told=text, cohort=cohorts[condition]) for condition, text in bases.items()]
    return say("report_key.each", each="; ".join(each))


def _cohort(told: Told) -> str:
    return f"{told.cohort}, {told.standing_words}"


def _response(observed: Row, courses: str, standing: str, context: Context) -> Statement:
    lower, upper = percent_bounds(observed["lower"], observed["upper"])
    finding = say("report_key.response", estimate=percent(observed["estimate"]), courses=courses)
    basis = say(
        "report_key.response_basis",
        confidence=context.confidence,
        lower=lower,
        upper=upper,
        n_met=count(met_of(observed)),
        n_observed=count(observed["n_observed"]),
        window=window_label(observed, context),
        n_started=count(observed["n_started"]),
        missed=say("report_key.missed_hidden")
        if is_hidden(observed["n_missed"])
        else say("report_key.missed", n_missed=count(observed["n_missed"])),
        standing=standing,
    )
    return Statement(finding, basis)


def _followed_up(observed: Row, standing: str) -> str:
    """How many were started and followed up, where these are shown."""
    if is_hidden(observed["n_observed"]) or is_hidden(observed["n_started"]):
        return ""
    counts = {"n_observed": count(observed["n_observed"]), "n_started": count(observed["n_started"])}
    return say("report_key.response_withheld_basis", **counts, standing=standing)


def _missed(rates: pd.DataFrame) -> str:
    row = statistic(rates, "missing_as_nonresponse")
    if row is None or row["suppressed"] or not row["n_missed"] or not is_known(row["estimate"]):
        return ""
    return say("report_key.response_missed", estimate=percent(row["estimate"]))


def _of_cohort(cohort: str, sentence: str) -> str:
    return (
        say("report_key.of_cohort", sentence=sentence.rstrip("."), cohort=cohort) if cohort and sentence else sentence
    )


def _onset(times: pd.DataFrame, context: Context) -> str:
    row = statistic(times, "median_interval")
    if row is None or row["suppressed"] or row["n_assessed"] < context.fewest:
        return ""
    interval = short_interval(times, context)
    if interval.startswith("not reached"):
        return say("report_key.onset_beyond", interval=interval)
    return say("report_key.onset", interval=interval, confidence=context.confidence)


def _durability(times: pd.DataFrame, context: Context) -> str:
    """The share still responding at the last landmark that may be told."""
    rows = [
        row
        for row in times.to_dict("records")
        if str(row["statistic"]).startswith(_STILL) and not row["suppressed"] and is_known(row["estimate"])
    ]
    if not rows or short_median(times, context) == say("durability.short_few"):
        return ""
    row = rows[-1]
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return say(
        "report_key.durability",
        estimate=percent(row["estimate"]),
        days=str(row["statistic"]).removeprefix(_STILL),
        lower=lower,
        upper=upper,
        n=count(row["n_followed"]),
    )
