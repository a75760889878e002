"""Response and remission rates in words."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, count, is_hidden, is_known, listed, percent, percent_bounds, total
from pipelines.words.scales import cut_words
from pipelines.words.statement import Context, Row, Statement, met_of, scale_words, scales_in, statistic


def response_statement(rates: pd.DataFrame, condition: str, context: Context, lead: str = "") -> Statement:
    """The response rate of one condition (one group of it), or why there is none.

    Args:
        rates: rows of `response_rates` for one condition and group.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
        lead: what the sentence is about, where several stand together.
    """
    return replace(_statement(rates, condition, "response", context), lead=lead)


def remission_statement(rates: pd.DataFrame, condition: str, context: Context, lead: str = "") -> Statement:
    """The remission rate of one condition, or why there is none."""
    if rates.empty:
        scales = context.definitions.conditions[condition].scales
        if all(context.definitions.scales[scale].remission is None for scale in scales):
            return Statement(say("remission.no_cut", scale=listed(list(scales))), lead=lead)
    return replace(_statement(rates, condition, "remission", context), lead=lead)


def rules_beside(condition: str, context: Context) -> dict[str, str]:
    """The rules that a condition is shown by, with their names: the headline first, and marked."""
    own = context.definitions.conditions[condition]
    labels = {
        rule: context.definitions.outcomes.rules[rule].label for rule in (own.headline_response, *own.further_responses)
    }
    return labels | {own.headline_response: say("rules.headline", label=labels[own.headline_response])}


def _statement(rates: pd.DataFrame, condition: str, measure: str, context: Context) -> Statement:
    courses = context.courses(condition)
    observed = statistic(rates, "observed")
    if observed is None or not observed["n_started"]:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen)
    if observed["suppressed"]:
        return Statement(say("basis.withheld", courses=courses))
    if not observed["n_in_population"]:
        return Statement(
            say("basis.no_baseline", courses=courses, n_started=count(observed["n_started"])),
            more=context.widen,
        )
    tail = [
        _pending(observed, context),
        _not_anchored(observed),
        context.maturity_warning(observed["n_maturity_unknown"]),
    ]
    if observed["n_observed"] < context.fewest:
        return Statement(too_few_words(observed, courses, context), more=_sentences(context.widen, *tail))
    lower, upper = percent_bounds(observed["lower"], observed["upper"])
    shared = {
        "confidence": context.confidence,
        "lower": lower,
        "upper": upper,
        "n_met": count(met_of(observed)),
        "n_observed": count(observed["n_observed"]),
        "window": window_label(observed, context),
    }
    if measure == "response":
        basis = say(
            "response.basis",
            **shared,
            scales=scale_words(observed, context),
            rule=context.rule_label(str(observed["rule_version"])),
        )
    else:
        basis = say("remission.basis", **shared, cut=_cuts(observed, context))
    return Statement(
        say(f"{measure}.finding", estimate=percent(observed["estimate"])),
        basis,
        _sentences(_missed(rates, observed, measure), _any_baseline(rates), *tail),
    )


def window_label(row: Row, context: Context) -> str:
    """`14 to 31 days after induction`."""
    return context.definitions.outcomes.windows[str(row["window"])].label


def _cuts(row: Row, context: Context) -> str:
    """`PHQ-9 below 5`, for each scale that was counted."""
    scales = context.definitions.scales
    return listed(
        [
            f"{scale} {cut_words(cut)}"
            for scale in scales_in(str(row["note"]))
            if (cut := scales[scale].remission) is not None
        ]
    )


def hover(row: Row, label: str, context: Context) -> str:
    """One rate as a sentence to show at its mark.

    Args:
        row: an `observed` row of response or remission.
        label: what the mark stands for, such as `Response` or `2026-Q1`.
        context: definitions, data-through date, selection.
    """
    if row["suppressed"]:
        return say("basis.hover_withheld", label=label)
    if row["n_observed"] < context.fewest or not is_known(row["estimate"]):
        text = say("response.hover_few", label=label, n_observed=count(row["n_observed"]))
    else:
        lower, upper = percent_bounds(row["lower"], row["upper"])
        text = say(
            "response.hover",
            label=label,
            estimate=percent(row["estimate"]),
            courses=context.courses(str(row["condition"])),
            confidence=context.confidence,
            lower=lower,
            upper=upper,
            n_met=count(met_of(row)),
            n_observed=count(row["n_observed"]),
        )
    if row["n_pending"]:
        return say("response.hover_pending", text=text, n_pending=count(row["n_pending"]))
    return text


def missed_hover(row: Row) -> str:
    """The rate that counts those without follow-up as not responding, to show at its hollow mark."""
    return say(
        "response.hover_missed",
        doing=say(f"rates.{str(row['measure']).replace('-', '_')}_doing"),
        estimate=percent(row["estimate"]),
        n_met=count(met_of(row)),
        n_due=count(row["n_observed"] + row["n_missed"]),
    )


def rate_words(row: Row | None, context: Context) -> str:
    """`51 % (47 to 56)`, or `too few to say`, for a small place."""
    if row is not None and row["suppressed"]:
        return HIDDEN
    if row is None or row["n_observed"] < context.fewest or not is_known(row["estimate"]):
        return say("onset.short_few")
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return f"{percent(row['estimate'])} ({lower} to {upper})"


def quarters_alt(rates: pd.DataFrame, condition: str, context: Context) -> str:
    """What the small chart of quarters shows."""
    label = context.label(condition)
    shown = rates[(rates["statistic"] == "observed") & (rates["n_observed"] >= context.fewest) & ~rates["suppressed"]]
    if shown.empty:
        return say("response.quarters_none", label=label)
    return say(
        "response.quarters_alt",
        label=label,
        lowest=percent(float(shown["estimate"].min())),
        highest=percent(float(shown["estimate"].max())),
        n_quarters=count(len(shown)),
        n_pending=count(total(rates.loc[rates["statistic"] == "observed", "n_pending"])),
    )


def _pending(row: Row, context: Context) -> str:
    if not row["n_pending"] or context.data_through is None:
        return ""
    if is_hidden(row["n_pending"]):
        return say("response.pending_hidden")
    pending = count(row["n_pending"])
    return say("response.pending", n_pending=pending, data_through=context.data_through.isoformat())


def _not_anchored(row: Row) -> str:
    if not row["n_not_anchored"] or is_hidden(row["n_not_anchored"]):
        return ""
    return say("response.not_anchored", n_not_anchored=count(row["n_not_anchored"]))


def too_few_words(row: Row, courses: str, context: Context) -> str:
    """Why there is no rate: nobody due yet, or too few followed up."""
    if not row["n_observed"] and not row["n_missed"] and row["n_pending"]:
        return say("response.none_due", courses=courses, n_pending=count(row["n_pending"]))
    return say(
        "response.few",
        courses=courses,
        n_observed=count(row["n_observed"]),
        fewest=count(context.fewest),
    )


def _missed(rates: pd.DataFrame, observed: Row, measure: str) -> str:
    assumed = statistic(rates, "missing_as_nonresponse")
    if not observed["n_missed"] or assumed is None:
        return say("response.missed_none")
    if assumed["suppressed"]:
        return say("rates.missed_hidden")
    return say(
        f"{measure}.missed",
        n_missed=count(observed["n_missed"]),
        estimate=percent(assumed["estimate"]),
    )


def _any_baseline(rates: pd.DataFrame) -> str:
    row = statistic(rates, "observed_any_baseline")
    if row is None or not is_known(row["estimate"]):
        return ""
    return say(
        "rates.any_baseline",
        estimate=percent(row["estimate"]),
        n_met=count(met_of(row)),
        n_observed=count(row["n_observed"]),
    )


def _sentences(*texts: str) -> str:
    return " ".join(text for text in texts if text)
