"""Process charts in words: whether the latest quarter lies within usual variation."""

from __future__ import annotations

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, listed, percent, percent_bounds
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, Row, Statement

_VERDICTS = {"usual_variation": "usual", "signal_high": "signal_high", "signal_low": "signal_low"}
_IN_A_WORD = {"usual_variation": "usual_variation", "signal_high": "higher", "signal_low": "lower_word"}
_NOTHING = "–"


def trend_statement(rows: pd.DataFrame, condition: str, outcome: str, context: Context) -> Statement:
    """Whether an outcome varies as it always has, or what the latest mature quarter says instead.

    Args:
        rows: `process_trends` of one condition and outcome.
        condition: its id; the table is empty when the selection holds none of it.
        outcome: `response`, `remission` or `followed_up`.
        context: definitions, data-through date, selection.
    """
    lead, courses = context.label(condition), context.courses(condition)
    if rows.empty:
        return Statement(say("trend.nothing", courses=courses, outcome=say(f"trend.{outcome}").lower()), lead=lead)
    limits: Row = rows[rows["statistic"] == "limits"].to_dict("records")[-1]
    if limits["suppressed"]:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    if not limits["verdict"]:
        text = say(
            "trend.too_few",
            courses=courses,
            n_points=count(limits["n_points"]),
            n_needed=count(context.definitions.outcomes.trend.baseline_points),
        )
        return Statement(text, more=context.maturity_warning(), lead=lead)
    drawn = rows[(rows["statistic"] == "point") & (rows["phase"] == limits["phase"])].to_dict("records")
    latest, earlier = drawn[-1], [row for row in drawn[:-1] if row["signal"]]
    lower, upper = percent_bounds(limits["lower"], limits["upper"])
    basis = say(
        "trend.basis",
        quarter=str(latest["quarter"]),
        estimate=percent(latest["estimate"]),
        signal=str(latest["signal"]) or say("trend.no_signal"),
        mean=percent(limits["estimate"]),
        lower=lower,
        upper=upper,
        n_points=count(limits["n_points"]),
        n_baseline=count(context.definitions.outcomes.trend.baseline_points),
    )
    more = [_earlier(earlier), _phase(str(limits["note"])), context.maturity_warning()]
    finding = say(f"trend.{_VERDICTS[str(limits['verdict'])]}", outcome=say(f"trend.{outcome}"))
    return Statement(finding, basis, " ".join(text for text in more if text), lead)


def latest_point(rows: pd.DataFrame) -> Row | None:
    """The latest quarter that counts on one chart; None where there is none, or it is withheld."""
    points = rows[(rows["statistic"] == "point") & ~rows["suppressed"].astype(bool)].to_dict("records")
    return points[-1] if points else None


def is_provisional(row: Row) -> bool:
    """Whether a quarter is left out of its chart only until its follow-up windows have closed."""
    return row["statistic"] == "left_out" and str(row["note"]).startswith("not mature yet")


def trend_numbers(table: pd.DataFrame, context: Context) -> pd.DataFrame:
    """One line for each condition, outcome and phase: mean, limits, points, verdict in a word.

    Args:
        table: `process_trends`.
        context: definitions, data-through date, selection.
    """
    lines = []
    for row in table[table["statistic"] == "limits"].to_dict("records"):
        has_limits = bool(row["verdict"]) and not row["suppressed"]
        usual = " to ".join(percent_bounds(row["lower"], row["upper"])) + " %" if has_limits else _NOTHING
        lines.append(
            {
                "Chart": f"{context.label(str(row['condition']))}, {say('trend.' + str(row['outcome'])).lower()}",
                "From": str(row["phase"]),
                "Mature quarters": count(row["n_points"]),
                "Mean": percent(row["estimate"]) if has_limits else _NOTHING,
                "Usual variation": usual,
                "Latest quarter": say(f"trend.{_IN_A_WORD.get(str(row['verdict']), 'no_verdict')}"),
                "Signals": listed(_signals(table, row)) or _NOTHING,
            }
        )
    return pd.DataFrame(lines)


def trend_alt(rows: pd.DataFrame, condition: str, outcome: str, context: Context) -> str:
    """What a chart shows."""
    points = rows[rows["statistic"] == "point"]
    if points.empty:
        return say("trend.alt_none", label=context.label(condition), outcome=say(f"trend.{outcome}").lower())
    return say(
        "trend.alt",
        statement=trend_statement(rows, condition, outcome, context).text,
        n=count(len(points)),
        lowest=percent(points["estimate"].min()),
        highest=percent(points["estimate"].max()),
    )


def point_hover(row: Row, context: Context) -> str:
    """One quarter as a sentence."""
    n_whole = row["n_observed"] + (row["n_missed"] if row["outcome"] == "followed_up" else 0)
    return say(
        "trend.hover",
        label=context.label(str(row["condition"])),
        quarter=str(row["quarter"]),
        estimate=percent(row["estimate"]),
        n_met=count(row["n_met"]),
        n=count(n_whole),
        signal=str(row["signal"]) or say("trend.no_signal"),
    )


def mean_words(limits: Row) -> str:
    """The mean and what is usual, above the band."""
    lower, upper = percent_bounds(limits["lower"], limits["upper"])
    return say("trend.band", mean=percent(limits["estimate"]), lower=lower, upper=upper)


def trend_definition(context: Context) -> list[str]:
    """How limits and signals are made, and what to ask of a signal."""
    rule = context.definitions.outcomes.trend
    return [
        say(
            "trend.definition",
            n_baseline=count(rule.baseline_points),
            run=count(rule.run_points),
            trend=count(rule.trend_points),
            near=count(rule.near_points),
            span=count(rule.near_span),
            **source_values(rule),
        ),
        trend_note(context),
    ]


def trend_note(context: Context) -> str:
    """Which quarters count, and what to ask of a signal."""
    return say("trend.note", fewest=count(context.fewest))


def _signals(table: pd.DataFrame, limits: Row) -> list[str]:
    """The quarters of one chart and phase that are part of a signal."""
    own = table[table["statistic"] == "point"]
    for key in ("condition", "outcome", "phase"):
        own = own[own[key] == limits[key]]
    return [f"{row['quarter']} ({row['signal']})" for row in own.to_dict("records") if row["signal"]]


def _earlier(rows: list[Row]) -> str:
    if not rows:
        return ""
    return say("trend.earlier", quarters=listed([f"{row['quarter']} ({row['signal']})" for row in rows]))


def _phase(note: str) -> str:
    found = next((part for part in note.split("; ") if part.startswith("a new phase from")), "")
    return say("trend.phase", note=found) if found else ""
