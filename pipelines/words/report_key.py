"""The page of key results: a handful of sentences that can be read by themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.durability import short_median
from pipelines.words.numbers import count, is_hidden, is_known, percent, percent_bounds
from pipelines.words.onset import short_interval
from pipelines.words.response import rate_words, window_label
from pipelines.words.safety import is_row_said, of_hundred
from pipelines.words.statement import Context, Row, Statement, met_of, statistic

_STILL = "still_responding_at_day_"


def condition_key(
    rates: pd.DataFrame, onset: pd.DataFrame, durability: pd.DataFrame, condition: str, context: Context
) -> Statement:
    """Response of one condition, those lost, onset and durability, in three sentences at most.

    Args:
        rates, onset, durability: rows of one condition and cohort.
        condition: its id.
        context: of the cohort.
    """
    lead, courses = context.label(condition), context.courses(condition)
    observed = statistic(rates, "observed")
    if observed is None:
        return Statement(say("basis.no_courses", courses=courses), lead=lead)
    more = [_onset(onset, context), _durability(durability, context)]
    if observed["suppressed"]:
        finding = Statement(say("report_key.response_withheld", courses=courses), _followed_up(observed))
    elif observed["n_observed"] < context.fewest:
        counts = {"n_observed": count(observed["n_observed"]), "n_started": count(observed["n_started"])}
        finding = Statement(
            say("report_key.response_few", courses=courses), say("report_key.response_few_basis", **counts)
        )
    else:
        finding = _response(observed, courses, context)
        more.insert(0, _missed(rates))
    return Statement(finding.finding, finding.basis, " ".join(text for text in more if text), lead)


def latest_key(told: Mapping[str, tuple[str, pd.DataFrame]], context: Context) -> Statement | None:
    """The rates of the newest courses by themselves; None where there are none to tell.

    Args:
        told: by condition the cohort in words, with its standing, and its rows of `response_rates`.
        context: definitions, data-through date.
    """
    rates = {}
    for condition, (_, rows) in told.items():
        row = statistic(rows, "observed")
        if row is not None and not row["suppressed"] and row["n_observed"] >= context.fewest:
            values = {
                "condition": context.word(condition),
                "rate": rate_words(row, context),
                "n_met": count(met_of(row)),
                "n_observed": count(row["n_observed"]),
            }
            rates[condition] = say("report_key.latest_one", **values)
    if not rates:
        return None
    finding = say("report_key.latest_finding", rates=_with_cohorts(rates, told))
    return Statement(finding, lead=say("report_key.latest"))


def safety_key(events: Mapping[str, pd.DataFrame], period: str, context: Context) -> Statement:
    """Adverse events of all infusions of the period, condition by condition.

    Args:
        events: by condition rows of `infusion_safety` about all infusions.
        period: in words.
        context: of the period.
    """
    told = []
    for condition, rows in events.items():
        row = statistic(rows, "adverse_event")
        if row is not None and is_row_said(row, context) and is_known(row["estimate"]):
            values = {
                "condition": context.word(condition),
                "with_it": of_hundred(row["estimate"]),
                "lower": of_hundred(row["lower"]),
                "upper": of_hundred(row["upper"]),
                "n_with": count(row["n_with"]),
                "n_recorded": count(row["n_recorded"]),
            }
            told.append(say("report_key.safety_one", **values))
    lead = say("report_key.safety")
    if not told:
        return Statement(say("report_key.safety_none", period=period), lead=lead)
    return Statement(say("report_key.safety_finding", period=period, told="; ".join(told)), lead=lead)


def completeness_key(told: Mapping[str, tuple[str, pd.DataFrame]], context: Context) -> Statement | None:
    """How many of those due were followed up; None where nothing may be told.

    Args:
        told: by condition the cohort in words and its rows of `follow_up_completeness`.
        context: definitions, data-through date.
    """
    shares = {}
    for condition, (_, rows) in told.items():
        row = statistic(rows, "followed_up")
        if row is not None and not row["suppressed"] and is_known(row["estimate"]):
            values = {
                "condition": context.word(condition),
                "estimate": percent(row["estimate"]),
                "n_observed": count(row["n_observed"]),
                "n_due": count(row["n_due"]),
            }
            shares[condition] = say("report_key.completeness_one", **values)
    if not shares:
        return None
    return Statement(
        say("report_key.completeness_finding", shares=_with_cohorts(shares, told)), lead=say("report_key.completeness")
    )


def withheld_key(policy: str) -> Statement:
    """That small counts are hidden, and where it is said which."""
    return Statement(say("report_key.withheld_some", policy=policy), lead=say("report_key.withheld"))


def synthetic_key() -> Statement:
    """That no patient stands behind a number."""
    return Statement(say("report_key.synthetic_text"), lead=say("report_key.synthetic"))


def _with_cohorts(said: Mapping[str, str], told: Mapping[str, tuple[str, pd.DataFrame]]) -> str:
    """What is said of conditions, each followed by its cohort; by one for all where it is the same."""
    cohorts = {condition: told[condition][0] for condition in said}
    if len(set(cohorts.values())) == 1:
        return say("report_key.started_in", told="; ".join(said.values()), cohort=next(iter(cohorts.values())))
    each = [say("report_key.started_in", told=text, cohort=cohorts[condition]) for condition, text in said.items()]
    return "; ".join(each)


def _response(observed: Row, courses: str, context: Context) -> Statement:
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
    )
    return Statement(finding, basis)


def _followed_up(observed: Row) -> str:
    """How many were started and followed up, where these are shown."""
    if is_hidden(observed["n_observed"]) or is_hidden(observed["n_started"]):
        return ""
    counts = {"n_observed": count(observed["n_observed"]), "n_started": count(observed["n_started"])}
    return say("report_key.response_withheld_basis", **counts)


def _missed(rates: pd.DataFrame) -> str:
    row = statistic(rates, "missing_as_nonresponse")
    if row is None or row["suppressed"] or not row["n_missed"] or not is_known(row["estimate"]):
        return ""
    return say("report_key.response_missed", estimate=percent(row["estimate"]))


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
