"""One condition's row of the overview in words: a value for each place, what it rests on, and what its marks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.durability import short_median
from pipelines.words.numbers import HIDDEN, count, is_known, out_of_hundred, percent, percent_bounds
from pipelines.words.onset import onset_statement, short_interval
from pipelines.words.published_ranges import PublishedRange
from pipelines.words.rates import beside_mark, is_shown
from pipelines.words.response import remission_statement, response_statement, window_label
from pipelines.words.statement import Context, Row, met_of, scale_words, statistic
from pipelines.words.trend import is_provisional, latest_point, point_hover, trend_alt

DAYS_A_WEEK = 7
_NOTHING = "–"
LANDMARKS_AT_MOST = 2
"""How many landmarks have room in a row; the others stand on the page Durability."""


@dataclass(frozen=True)
class Place:
    """What stands in one place of a row.

    Attributes:
        value: the number, in strong type; empty where there is none.
        beside: its interval or time, in quiet type.
        below: lines on what it rests on, or why there is no number.
        alt: the finding of the marks, as whole sentences.
    """

    value: str = ""
    beside: str = ""
    below: tuple[str, ...] = ()
    alt: str = ""


def condition_place(rates: pd.DataFrame, condition: str, context: Context) -> Place:
    """The courses started and followed up, and what the rates are counted by."""
    observed = statistic(rates, "observed")
    if observed is None:
        return Place(below=(response_statement(rates, condition, context).text,))
    started = say("row.started", n_started=count(observed["n_started"]), n_observed=count(observed["n_observed"]))
    by = say(
        "row.counted_by",
        scales=scale_words(observed, context),
        rule=context.rule_label(str(observed["rule_version"])),
        window=window_label(observed, context),
    )
    return Place(below=(started, by))


def rate_place(
    rates: pd.DataFrame, measure: str, condition: str, published: PublishedRange | None, context: Context
) -> Place:
    """A response or remission rate.

    Args:
        rates: rows of the condition's own result table.
        measure: `response` or `remission`.
        condition: its id; the table is empty when the selection holds none of it.
        published: what is drawn behind it, if anything is measured alike.
        context: definitions, data-through date, selection.
    """
    told = {"response": response_statement, "remission": remission_statement}[measure](rates, condition, context)
    alt = f"{context.label(condition)}: {told.text}"
    observed, assumed = statistic(rates, "observed"), statistic(rates, "missing_as_nonresponse")
    if observed is None or not is_shown(observed, context):
        why = told.finding if observed is None else beside_mark(observed, context)[2]
        return Place(below=(why,), alt=alt)
    value, interval, _ = beside_mark(observed, context)
    below = [say("row.rests_on", n_met=count(met_of(observed)), n_observed=count(observed["n_observed"]))]
    if assumed is not None and is_known(assumed["estimate"]) and observed["n_missed"]:
        doing = say(f"rates.{measure}_doing")
        below.append(say("row.missed", estimate=percent(assumed["estimate"]), doing=doing))
    if published is not None:
        below.append(published.words)
        alt = f"{alt} {published.sentence}"
    return Place(value, interval, tuple(below), alt)


def half_place(times: pd.DataFrame, condition: str, context: Context) -> Place:
    """By when half have responded."""
    told, row = onset_statement(times, condition, context), statistic(times, "median_interval")
    alt = f"{context.label(condition)}: {told.text}"
    if row is None or row["suppressed"] or row["n_assessed"] < context.fewest:
        return Place(below=(short_interval(times, context),), alt=alt)
    below = [say("row.n", n=count(row["n_assessed"]))]
    recorded = times[times["statistic"].str.startswith("recorded_by_day_") & times["estimate"].notna()]
    if not recorded.empty:
        last: Row = recorded.to_dict("records")[-1]
        time = f"day {str(last['statistic']).rsplit('_', 1)[-1]}"
        below.append(say("row.recorded", share=out_of_hundred(float(last["estimate"])), time=time))
    return Place(short_interval(times, context), "", tuple(below), alt)


def lasting_places(times: pd.DataFrame, condition: str, context: Context) -> list[tuple[Row, Place]]:
    """The rows and places of the share still responding at the first landmarks."""
    places = []
    for day in context.definitions.outcomes.durability.landmark_days[:LANDMARKS_AT_MOST]:
        row = statistic(times, f"still_responding_at_day_{day}")
        if row is None:
            continue
        places.append((row, _lasting(row, day, condition, context)))
    return places


def lasting_basis(times: pd.DataFrame, context: Context) -> str:
    """How many the shares rest on, or that they are too few."""
    row = statistic(times, "median_interval")
    if row is None or row["suppressed"] or row["n_followed"] < context.fewest:
        return short_median(times, context)
    return say("row.n_followed", n=count(row["n_followed"]))


def followed_up_place(completeness: Row | None, condition: str, context: Context) -> Place:
    """How complete the follow-up is."""
    label = context.label(condition)
    if completeness is None or not completeness["n_due"]:
        return Place(below=(say("completeness.none_due"),), alt=f"{label}: {say('completeness.none_due')}.")
    if completeness["suppressed"] or not is_known(completeness["estimate"]):
        return Place(below=(say("rates.row_withheld"),), alt=f"{label}: {say('rates.row_withheld')}.")
    estimate = percent(completeness["estimate"])
    counts = {"n_observed": count(completeness["n_observed"]), "n_due": count(completeness["n_due"])}
    below = [say("row.of_due", **counts)]
    if completeness["n_missed"]:
        below.append(say("row.lost", n_missed=count(completeness["n_missed"])))
    if completeness["n_pending"]:
        below.append(say("row.pending", n_pending=count(completeness["n_pending"])))
    return Place(estimate, "", tuple(below), say("row.followed_up_alt", label=label, estimate=estimate, **counts))


def overview_numbers(places: Mapping[str, Mapping[str, Sequence[Place]]], context: Context) -> pd.DataFrame:
    """What the rows show as a table, one line a condition.

    Args:
        places: by condition, then by the name of the place.
        context: definitions, data-through date, selection.
    """
    lines = []
    for condition, own in places.items():
        line = {say("row.condition"): context.label(condition)}
        for name, told in own.items():
            head = say(f"row.{name}")
            shown = [place for place in told if place.value]
            words = [f"{place.value} ({place.beside})" if place.beside else place.value for place in shown]
            line[head] = "; ".join(words) or _NOTHING
        lines.append(line)
    return pd.DataFrame(lines)


def quarters_place(trend: pd.DataFrame, condition: str, context: Context) -> Place:
    """The latest mature quarter, and in a word whether it lies within usual variation.

    Args:
        trend: `process_trends` of the condition's response.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    alt = trend_alt(trend, condition, "response", context)
    latest = latest_point(trend)
    if latest is None:
        return Place(below=(say("row.no_quarter", fewest=count(context.fewest)),), alt=alt)
    return Place(percent(latest["estimate"]), str(latest["quarter"]), (verdict_words(trend, context),), alt)


def verdict_words(trend: pd.DataFrame, context: Context) -> str:
    """The verdict of one process chart, with a mark that does not rest on colour."""
    limits: Row = trend[trend["statistic"] == "limits"].to_dict("records")[-1]
    latest = latest_point(trend)
    if latest is None or not limits["verdict"]:
        needed = count(context.definitions.outcomes.trend.baseline_points)
        return say("row.too_few_quarters", n_points=count(limits["n_points"]), n_needed=needed)
    if limits["verdict"] == "usual_variation":
        return say("row.usual_variation")
    return say(f"row.{limits['verdict']}", signal=str(latest["signal"]))


def quarter_hover(row: Row, context: Context) -> str:
    """One quarter of the small chart as a sentence; those left out with the reason."""
    if row["statistic"] == "point":
        return point_hover(row, context)
    counts = {"n_met": count(row["n_met"]), "n_observed": count(row["n_observed"])}
    kind = "provisional" if is_provisional(row) else "left_out"
    pending = count(row["n_pending"])
    text = say(f"row.{kind}_hover", quarter=str(row["quarter"]), **counts)
    return say("response.hover_pending", text=text, n_pending=pending) if row["n_pending"] else text


def _lasting(row: Row, day: int, condition: str, context: Context) -> Place:
    time = weeks_words(day)
    if row["suppressed"]:
        alt = say("row.hidden_hover", label=context.label(condition), time=time)
        return Place(beside=f"{say('row.at_time', time=time)}: {HIDDEN}", alt=alt)
    if not is_known(row["estimate"]):
        alt = say("row.not_told_hover", label=context.label(condition), time=time)
        return Place(beside=f"{say('row.at_time', time=time)}: {say('row.not_told')}", alt=alt)
    lower, upper = percent_bounds(row["lower"], row["upper"])
    sentence = say(
        "row.lasting_hover",
        label=context.label(condition),
        estimate=percent(row["estimate"]),
        time=time,
        confidence=context.confidence,
        lower=lower,
        upper=upper,
        n=count(row["n_followed"]),
        n_at_risk=count(row["n_at_risk"]),
    )
    beside = f"{say('row.at_time', time=time)}, {lower} to {upper}"
    return Place(percent(row["estimate"]), beside, alt=sentence)


def weeks_words(day: int) -> str:
    """`4 weeks`, or `day 30` where it is no whole week."""
    return f"{day // DAYS_A_WEEK} weeks" if not day % DAYS_A_WEEK else f"day {day}"
