"""The program's results beside what published programs lead one to expect, in words."""

from __future__ import annotations

import pandas as pd

from pipelines.definitions.quality import PlausibleBand
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, count, is_known, listed, percent, signed_percent
from pipelines.words.statement import Context, Row, Statement

_OWN = "plausibility"
_NOTHING = "–"


def plausibility_statement(panel: pd.DataFrame, context: Context) -> Statement:
    """How many results lie as expected, and which do not.

    Args:
        panel: `plausibility_panel`.
        context: definitions, data-through date, selection.
    """
    own = panel[panel["statistic"] == _OWN].to_dict("records")
    judged = [row for row in own if row["verdict"] not in ("too_few", "no_estimate", "")]
    n_few = len(own) - len(judged)
    more = say("plausibility.few", n=count(n_few)) if n_few else ""
    if not judged:
        return Statement(say("plausibility.none"), more=more)
    for verdict in ("implausible", "unusual"):
        names = [_name(row, context) for row in judged if row["verdict"] == verdict]
        if names:
            n, n_all = count(len(names)), count(len(judged))
            return Statement(say(f"plausibility.{verdict}", n=n, n_all=n_all, names=listed(names)), more=more)
    return Statement(say("plausibility.as_expected", n=count(len(judged))), more=more)


def plausibility_numbers(panel: pd.DataFrame, context: Context) -> pd.DataFrame:
    """One line a result: what it is here, what is expected, beyond which limits one looks, and where it lies."""
    heads = {
        name: say(f"plausibility_head.{name}")
        for name in ("result", "verdict", "here", "rests_on", "expected", "limits")
    }
    lines = []
    for row in panel[panel["statistic"] == _OWN].to_dict("records"):
        band = _band(row, context)
        values = {
            "result": _name(row, context),
            "verdict": HIDDEN if not row["verdict"] else say(f"plausibility.{row['verdict']}_word"),
            "here": HIDDEN
            if not row["verdict"]
            else _value(row["estimate"], band)
            if is_known(row["estimate"])
            else _NOTHING,
            "rests_on": count(row["n_observed"]),
            "expected": plausible_span(band.expected, band),
            "limits": plausible_span(band.limits, band),
        }
        lines.append({heads[name]: value for name, value in values.items()})
    return pd.DataFrame(lines, columns=list(heads.values()))


def _band(row: Row, context: Context) -> PlausibleBand:
    return context.definitions.quality.plausible[str(row["benchmark"]).removeprefix("plausible_")]


def _name(row: Row, context: Context) -> str:
    """`Depression, PHQ-9: response`."""
    names = {"condition": context.label(str(row["condition"])), "quantity": _band(row, context).quantity}
    if row["scale"] == "primary":
        return say("plausibility.name_primary", **names)
    return say("plausibility.name", scale=str(row["scale"]), **names)


def plausible_span(ends: tuple[float, float], band: PlausibleBand) -> str:
    """`20 % to 60 %`, in the unit of the band."""
    return f"{_value(ends[0], band)} to {_value(ends[1], band)}"


def _value(value: float, band: PlausibleBand) -> str:
    """A share in per cent, a change with its sign, anything else with its unit."""
    if band.unit:
        return f"{value:g}"
    return signed_percent(value) if band.expected[0] < 0 else percent(value)
