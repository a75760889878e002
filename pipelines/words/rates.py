"""Rates side by side: what stands beside each mark, in which order, what the marks mean, and what the figure shows."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.filters import DIMENSIONS
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, count, is_known, percent, percent_bounds
from pipelines.words.onset import group_words
from pipelines.words.selection import attribute_words
from pipelines.words.statement import Context, Row, met_of, statistic

NOT_RECORDED = "not recorded"
_OF_MISSED = ("missing_as_nonresponse", "bound_upper")
_ANSWERS = ("yes", "no", NOT_RECORDED)
"""Levels that need the attribute beside them to be understood."""


def is_shown(row: Row | None, context: Context) -> bool:
    """Whether a rate may and can be drawn with its dot: not withheld, and enough followed up."""
    if row is None or row["suppressed"] or not is_known(row["estimate"]):
        return False
    return bool(row["n_observed"] >= context.fewest)


def beside_mark(row: Row, context: Context) -> tuple[str, str, str]:
    """The estimate, its interval and what it rests on; where there is none, only why not."""
    if row["suppressed"]:
        return "", "", say("rates.row_withheld")
    if not is_shown(row, context):
        return "", "", _why_none(row)
    lower, upper = percent_bounds(row["lower"], row["upper"])
    rests_on = say("rates.row", n_met=count(met_of(row)), n_observed=count(row["n_observed"]))
    if row["n_pending"]:
        rests_on = say("rates.row_pending", text=rests_on, n_pending=count(row["n_pending"]))
    return percent(row["estimate"]), f"{lower} to {upper}", rests_on


def ordered_groups(rates: pd.DataFrame, group: str, context: Context) -> list[str]:
    """The values of a group in the order to show them.

    Quarters and age bands as time and age go, sites by their rate, the others by how many were followed up; groups with
    too few follow, then what was not recorded.

    Args:
        rates: rows of one condition by the group.
        group: the column that tells them apart.
        context: definitions, data-through date, selection.
    """
    observed = {str(row[group]): row for row in rates[rates["statistic"] == "observed"].to_dict("records")}

    def place(value: str) -> tuple[bool, bool, float, str]:
        row = observed[value]
        has_rate = is_shown(row, context)
        rank = 0.0
        if group == "site":
            rank = -float(row["estimate"]) if has_rate else -float(row["n_observed"])
        elif group not in ("quarter", "age_band"):
            rank = -float(row["n_observed"])
        return value == NOT_RECORDED, not has_rate and group == "site", rank, value

    return sorted(observed, key=place)


def legend(measure: str, context: Context, has_missing: bool = True) -> str:
    """What the marks of a figure of rates mean.

    Args:
        measure: `response`, `remission` ...
        context: definitions, data-through date, selection.
        has_missing: whether those without follow-up are drawn too.
    """
    what = say(f"rates.{measure}_what")
    if not has_missing:
        return say("rates.legend_observed", what=what, confidence=context.confidence)
    return say(
        "rates.legend",
        what=what,
        confidence=context.confidence,
        doing=say(f"rates.{measure}_doing"),
        done=say(f"rates.{measure}_done"),
    )


def legend_of(measure: str, rates: pd.DataFrame, context: Context) -> str:
    """What the marks of a figure mean as far as it draws them: nothing of those missed where that is withheld.

    Args:
        measure: `response`, `remission` ...
        rates: the rows that it draws.
        context: definitions, data-through date, selection.
    """
    missed = rates[rates["statistic"].isin(_OF_MISSED) & ~rates["suppressed"].astype(bool) & rates["estimate"].notna()]
    return legend(measure, context, has_missing=set(missed["statistic"]) == set(_OF_MISSED))


def group_notes(rates: pd.DataFrame, group: str, context: Context) -> list[str]:
    """What a reader must know of rates by a group: too few, not mature, and that order is no ranking."""
    observed = rates[rates["statistic"] == "observed"]
    texts = []
    if (observed["n_observed"] < context.fewest).any():
        texts.append(say("rates.few", fewest=count(context.fewest)))
    if group == "quarter":
        texts.append(say("rates.quarters"))
    if group == "site":
        texts.append(say("rates.by_value"))
    return texts


def rates_alt(measure: str, rows: Mapping[str, pd.DataFrame], context: Context) -> str:
    """What a figure of rates shows, by the names of its lines."""
    texts = [_spoken(name, statistic(rates, "observed"), context) for name, rates in rows.items()]
    return say("rates.alt", measure=say(f"rates.{measure}_what").capitalize(), rates="; ".join(texts))


def reference_words(row: Row) -> str:
    """What the line of the whole selection says."""
    return say("rates.reference", estimate=percent(row["estimate"]))


def group_label(group: str, value: str, context: Context) -> str:
    """A group's value at the head of its line."""
    if group == "condition":
        return context.label(value)
    words = group_words(group, value, context)
    if group in DIMENSIONS:
        return words
    if value in _ANSWERS:
        words = say("rates.answer", attribute=attribute_words(group), level=words)
    return words[0].upper() + words[1:]


def only_statistic(rates: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one statistic as a rate of its own, without what the missing could change."""
    own = rates[rates["statistic"] == name].assign(statistic="observed")
    return own.fillna(dict.fromkeys(("n_missed", "n_pending", "n_not_mature"), 0))


def _spoken(name: str, row: Row | None, context: Context) -> str:
    if row is not None and row["suppressed"]:
        return f"{name} {HIDDEN}"
    if row is None or not is_shown(row, context):
        return say("rates.alt_few", name=name)
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return say("rates.alt_one", name=name, estimate=percent(row["estimate"]), lower=lower, upper=upper)


def _why_none(row: Row) -> str:
    if not row["n_observed"] and not row["n_missed"]:
        return (
            say("rates.row_none_due", n_pending=count(row["n_pending"]))
            if row["n_pending"]
            else say("rates.row_nobody")
        )
    return say("rates.row_few", n_observed=count(row["n_observed"]))
