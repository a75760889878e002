"""What the rate would be under each reading of those lost, side by side on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, is_known, percent, percent_bounds
from pipelines.words.statement import Context, Row, met_of, statistic

Kind = Literal["observed", "standardised", "missing_as_nonresponse", "bounds"]
_RATES: tuple[Kind, ...] = ("observed", "standardised", "missing_as_nonresponse")


@dataclass(frozen=True)
class Reading:
    """One reading of the rate.

    Attributes:
        kind: which one.
        name: in words.
        estimate: as a fraction; None for the bounds, which are a range, and where there is none.
        lower, upper: its interval, or both bounds; None where there is none.
        beside: estimate, interval and what it rests on, to stand beside the name.
        hover: all of it as a sentence, with what it takes for granted.
    """

    kind: Kind
    name: str
    estimate: float | None
    lower: float | None
    upper: float | None
    beside: tuple[str, str, str]
    hover: str


def readings(rates: pd.DataFrame, context: Context) -> list[Reading]:
    """The readings of one condition's rate, in the order to show them; none where too few were followed up.

    Args:
        rates: rows of `response_rates` for one condition.
        context: definitions, data-through date, selection.
    """
    observed = statistic(rates, "observed")
    if observed is None or observed["suppressed"] or observed["n_observed"] < context.fewest:
        return []
    found = [_rate(kind, row, context) for kind in _RATES if (row := statistic(rates, kind)) is not None]
    lowest, highest = statistic(rates, "bound_lower"), statistic(rates, "bound_upper")
    if lowest is not None and highest is not None and is_known(lowest["estimate"]) and is_known(highest["estimate"]):
        found.append(_bounds(lowest, highest))
    return found


def readings_alt(rates: pd.DataFrame, condition: str, context: Context) -> str:
    """What the figure shows."""
    texts = [f"{each.name} {' '.join(part for part in each.beside[:2] if part)}" for each in readings(rates, context)]
    return say("readings.alt", label=context.label(condition), readings="; ".join(texts) or say("readings.none"))


def readings_definition() -> list[str]:
    """What each reading takes for granted of those lost."""
    kinds: tuple[Kind, ...] = (*_RATES, "bounds")
    return [f"**{say(f'readings.{kind}')}**: {say(f'readings.{kind}_assumes')}" for kind in kinds]


def _rate(kind: Kind, row: Row, context: Context) -> Reading:
    name = say(f"readings.{kind}")
    if not is_known(row["estimate"]):
        return Reading(kind, name, None, None, None, ("", "", say("readings.no_rate")), f"{name}: not to be had")
    n_due = row["n_observed"] + row["n_missed"]
    rests_on = {
        "observed": say("rates.row", n_met=count(met_of(row)), n_observed=count(row["n_observed"])),
        "standardised": say("readings.of_due", n_due=count(n_due)),
        "missing_as_nonresponse": say("rates.row", n_met=count(met_of(row)), n_observed=count(n_due)),
    }[kind]
    has_interval = is_known(row["lower"])
    interval = " to ".join(percent_bounds(row["lower"], row["upper"])) if has_interval else ""
    hover = say(
        "readings.hover",
        name=name,
        estimate=percent(row["estimate"]),
        interval=say("readings.interval", confidence=context.confidence, interval=interval) if interval else "",
        rests_on=rests_on,
        assumes=say(f"readings.{kind}_assumes"),
    )
    return Reading(
        kind,
        name,
        float(row["estimate"]),
        float(row["lower"]) if has_interval else None,
        float(row["upper"]) if has_interval else None,
        (percent(row["estimate"]), interval, rests_on),
        hover,
    )


def _bounds(lowest: Row, highest: Row) -> Reading:
    name = say("readings.bounds")
    lower, upper = percent_bounds(lowest["estimate"], highest["estimate"])
    span = say("readings.span", lower=lower, upper=upper)
    hover = say("readings.hover_bounds", name=name, span=span, assumes=say("readings.bounds_assumes"))
    return Reading("bounds", name, None, float(lowest["estimate"]), float(highest["estimate"]), (span, "", ""), hover)
