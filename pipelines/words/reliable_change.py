"""Reliable change in words: who improved or worsened by more than the scale's error of measurement."""

from __future__ import annotations

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known, listed, percent, percent_bounds
from pipelines.words.response import too_few_words, window_label
from pipelines.words.scales import number
from pipelines.words.statement import Context, Row, Statement, met_of, scales_in, statistic

CHANGES = ("reliably_improved", "no_reliable_change", "reliably_worsened", "any_worsening")
_NONE_CITED = "no scale here has a cited reliable change"


def reliable_change_statement(rates: pd.DataFrame, condition: str, context: Context) -> Statement:
    """How many reliably improved and worsened, or why nobody can say.

    Args:
        rates: `reliable_changes` of one condition and group.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    lead, courses = context.label(condition), context.courses(condition)
    improved = _observed(rates, "reliably_improved")
    if improved is None or not improved["n_started"]:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    if improved["suppressed"]:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    if str(improved["note"]).startswith(_NONE_CITED):
        return Statement(say("reliable_change.none_cited", courses=courses), lead=lead)
    if not improved["n_in_population"]:
        n_started = count(improved["n_started"])
        text = say("basis.no_baseline", courses=courses, n_started=n_started)
        return Statement(text, more=context.widen, lead=lead)
    if improved["n_observed"] < context.fewest:
        return Statement(too_few_words(improved, courses, context), more=context.widen, lead=lead)
    lower, upper = percent_bounds(improved["lower"], improved["upper"])
    return Statement(
        say("reliable_change.finding", estimate=percent(improved["estimate"])),
        say(
            "reliable_change.basis",
            confidence=context.confidence,
            lower=lower,
            upper=upper,
            n_met=count(met_of(improved)),
            n_observed=count(improved["n_observed"]),
            points=_points(improved, context),
            window=window_label(improved, context),
        ),
        " ".join(text for text in (_missed(rates, improved), _worse(rates)) if text),
        lead,
    )


def change_lines(rates: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows of each change by its name, in their order; none where no value is cited."""
    if rates.empty or str(rates["note"].iloc[0]).startswith(_NONE_CITED):
        return {}
    return {
        say(f"reliable_change.{change}"): rates[rates["change"] == change]
        for change in CHANGES
        if (rates["change"] == change).any()
    }


def _observed(rates: pd.DataFrame, change: str) -> Row | None:
    return statistic(rates[rates["change"] == change], "observed") if len(rates) else None


def _points(row: Row, context: Context) -> str:
    scales = context.definitions.scales
    return listed(
        [
            say("reliable_change.points", scale=scale, points=number(points))
            for scale in scales_in(str(row["note"]))
            if (points := scales[scale].reliable_points) is not None
        ]
    )


def _missed(rates: pd.DataFrame, improved: Row) -> str:
    assumed = statistic(rates[rates["change"] == "reliably_improved"], "missing_as_nonresponse")
    if assumed is None or not improved["n_missed"]:
        return say("response.missed_none")
    n_missed, estimate = count(improved["n_missed"]), percent(assumed["estimate"])
    return say("reliable_change.missed", n_missed=n_missed, estimate=estimate)


def _worse(rates: pd.DataFrame) -> str:
    worsened, any_worse = _observed(rates, "reliably_worsened"), _observed(rates, "any_worsening")
    if worsened is None or any_worse is None or not is_known(worsened["estimate"]):
        return ""
    lower, upper = percent_bounds(worsened["lower"], worsened["upper"])
    return say(
        "reliable_change.worse",
        estimate=percent(worsened["estimate"]),
        lower=lower,
        upper=upper,
        n_met=count(met_of(worsened)),
        n=count(worsened["n_observed"]),
        any=percent(any_worse["estimate"]),
        n_any=count(met_of(any_worse)),
        n_scored=count(any_worse["n_observed"]),
    )
